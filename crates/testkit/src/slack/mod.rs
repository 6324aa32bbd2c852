//! A Slack on loopback: the two methods of the Web API that messages use, an incoming webhook, and buttons that
//! can be pressed. It checks what it is sent against Slack's specification (`data/slack_methods.json`, cut from
//! it) and the limits of Block Kit, and refuses with Slack's own error codes.

mod blocks;
mod form;

pub use form::METHODS;

use crate::mac::{hex, hmac_sha256};
use crate::mood::{Mood, Shared};
use crate::web::{Reply, Request, Service};
use serde_json::{Value, json};
use std::io;
use url::form_urlencoded;

/// The token that the fake takes.
pub const TOKEN: &str = "xoxb-1-fake";
/// The secret with which it signs presses.
pub const SIGNING_SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// The fake; stopped when dropped.
pub struct Slack {
    service: Service,
    inside: Shared<Inside>,
}

#[derive(Default)]
struct Inside {
    posts: Vec<Post>,
    whispers: Vec<Value>,
    complaints: Vec<String>,
}

/// A message as Slack shows it now.
#[derive(Debug, Clone)]
pub struct Post {
    /// The conversation; `webhook` for what came through the incoming webhook.
    pub channel: String,
    /// Its name within the conversation.
    pub ts: String,
    /// To whom it was addressed.
    pub to: String,
    /// The present body.
    pub body: Value,
    /// How often it was brought up to date.
    pub updates: u32,
}

/// A request that Slack makes to the app.
#[derive(Debug, Clone)]
pub struct Interaction {
    /// The header `X-Slack-Request-Timestamp`.
    pub timestamp: String,
    /// The header `X-Slack-Signature`.
    pub signature: String,
    /// The body, `payload=...`.
    pub body: Vec<u8>,
}

impl Slack {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> io::Result<Self> {
        let inside = Shared::<Inside>::default();
        let within = inside.clone();
        let service = Service::start(move |mood, request| answer(&mut within.lock(), mood, request)).await?;
        Ok(Self { service, inside })
    }

    /// The base of the Web API.
    #[must_use]
    pub fn api_base(&self) -> String {
        format!("http://{}/api", self.service.address)
    }

    /// The address of an incoming webhook.
    #[must_use]
    pub fn webhook_url(&self) -> String {
        format!("http://{}/services/T00000000/B00000000/fake", self.service.address)
    }

    /// Behaves otherwise from now on.
    pub fn set(&self, mood: Mood) {
        *self.service.mood.lock() = mood;
    }

    /// How many requests came in.
    #[must_use]
    pub fn requests(&self) -> usize {
        *self.service.requests.lock()
    }

    /// All messages, as they are shown now.
    #[must_use]
    pub fn posts(&self) -> Vec<Post> {
        self.inside.lock().posts.clone()
    }

    /// What was said to one member only.
    #[must_use]
    pub fn whispers(&self) -> Vec<Value> {
        self.inside.lock().whispers.clone()
    }

    /// What was wrong with what came in; empty when all was well.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        self.inside.lock().complaints.clone()
    }

    /// What Slack sends to the app when a member presses a button; nothing when there is no such button.
    #[must_use]
    pub fn press(&self, post: &Post, action: &str, user: &str, at: i64) -> Option<Interaction> {
        let mut pressed = blocks::button(&post.body, action)?;
        pressed.as_object_mut()?.insert("action_ts".to_owned(), format!("{at}.000100").into());
        let payload = json!({
            "type": "block_actions",
            "user": { "id": user, "username": "someone", "team_id": "T00000000" },
            "api_app_id": "A00000000",
            "token": "not checked any more",
            "container": { "type": "message", "message_ts": post.ts, "channel_id": post.channel, "is_ephemeral": false },
            "trigger_id": "1.2.3",
            "team": { "id": "T00000000", "domain": "acme" },
            "channel": { "id": post.channel, "name": "directmessage" },
            "message": post.body,
            "response_url": format!("http://{}/actions/T00000000/1/fake", self.service.address),
            "actions": [pressed],
        });
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish();
        Some(sign(body.into_bytes(), at))
    }
}

/// Signs a body as Slack does.
#[must_use]
pub fn sign(body: Vec<u8>, at: i64) -> Interaction {
    let base = [b"v0:", at.to_string().as_bytes(), b":", &body].concat();
    let signature = format!("v0={}", hex(&hmac_sha256(SIGNING_SECRET.as_bytes(), &base)));
    Interaction { timestamp: at.to_string(), signature, body }
}

fn answer(inside: &mut Inside, mood: &Mood, request: &Request) -> Reply {
    if request.path.starts_with("/services/") {
        return incoming(inside, mood, request);
    }
    if request.path.starts_with("/actions/") {
        inside.whispers.push(serde_json::from_slice(&request.body).unwrap_or_default());
        return (200, "text/plain", "ok".to_owned());
    }
    let method = request.path.strip_prefix("/api/").unwrap_or_default();
    let result = match mood {
        Mood::Error(error) => Err(error.clone()),
        _ => call(inside, method, request),
    };
    let reply = result.unwrap_or_else(|error| json!({ "ok": false, "error": error }));
    (200, "application/json; charset=utf-8", reply.to_string())
}

fn call(inside: &mut Inside, method: &str, request: &Request) -> Result<Value, String> {
    if request.header("authorization") != format!("Bearer {TOKEN}") {
        return Err("invalid_auth".to_owned());
    }
    let body = read(inside, request)?;
    let problems = form::problems(method, &body);
    if !problems.is_empty() {
        inside.complaints.extend(problems);
        return Err("invalid_arguments".to_owned());
    }
    checked(inside, &body)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    if method == "chat.update" {
        let found = inside.posts.iter_mut().find(|post| post.channel == text("channel") && post.ts == text("ts"));
        let post = found.ok_or("message_not_found")?;
        post.body = body.clone();
        post.updates += 1;
        return Ok(
            json!({ "ok": true, "channel": post.channel, "ts": post.ts, "text": text("text"), "message": { "text": text("text") } }),
        );
    }
    let to = text("channel");
    if !to.starts_with(['U', 'C', 'D', 'G', 'W']) || to.len() < 9 {
        return Err("channel_not_found".to_owned());
    }
    let said = text("text");
    let post = posted(inside, &to, &to.replacen('U', "D", 1), body);
    let message = json!({ "type": "message", "subtype": "bot_message", "text": said, "ts": post.ts, "bot_id": "B00000000" });
    Ok(json!({ "ok": true, "channel": post.channel, "ts": post.ts, "message": message }))
}

fn incoming(inside: &mut Inside, mood: &Mood, request: &Request) -> Reply {
    let plain = |status, word: &str| (status, "text/plain", word.to_owned());
    match mood {
        Mood::Error(error) if error == "channel_is_archived" => return plain(410, error),
        Mood::Error(error) => return plain(404, error),
        _ => {}
    }
    match read(inside, request).and_then(|body| checked(inside, &body).map(|()| body)) {
        Ok(body) => {
            posted(inside, "webhook", "webhook", body);
            plain(200, "ok")
        }
        Err(_) => plain(400, "invalid_payload"),
    }
}

fn posted(inside: &mut Inside, to: &str, channel: &str, body: Value) -> Post {
    let ts = format!("17645{:05}.{:06}", inside.posts.len(), 100 + inside.posts.len());
    let post = Post { channel: channel.to_owned(), ts, to: to.to_owned(), body, updates: 0 };
    inside.posts.push(post.clone());
    post
}

fn read(inside: &mut Inside, request: &Request) -> Result<Value, String> {
    let kind = request.header("content-type");
    if !kind.starts_with("application/json") || !kind.contains("charset=utf-8") {
        inside.complaints.push(format!("the content type is `{kind}`, not JSON with its character set"));
        return Err("missing_charset".to_owned());
    }
    serde_json::from_slice(&request.body).map_err(|error| {
        inside.complaints.push(error.to_string());
        "invalid_json".to_owned()
    })
}

fn checked(inside: &mut Inside, body: &Value) -> Result<(), String> {
    let problems = blocks::problems(body);
    let fine = problems.is_empty();
    inside.complaints.extend(problems);
    if fine { Ok(()) } else { Err("invalid_blocks".to_owned()) }
}
