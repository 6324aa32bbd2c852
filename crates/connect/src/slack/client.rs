//! The two methods of Slack's Web API that messages need, and the address that comes with a press.

use crate::http::{Http, Trouble, address};
use crate::message::Outcome;
use crate::secret::Secret;
use crate::slack::errors;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

const API: &str = "https://slack.com/api";
const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");

/// A bot of a Slack app.
pub struct Client {
    http: Http,
    base: String,
    host: String,
    authorization: Secret,
}

#[derive(Deserialize)]
struct Reply {
    ok: bool,
    error: Option<String>,
    channel: Option<String>,
    ts: Option<String>,
}

impl Client {
    /// A client with this token.
    ///
    /// # Errors
    /// When the API's address has no use.
    pub fn new(http: Http, base: Option<&str>, token: &Secret) -> Result<Self, Trouble> {
        let (base, host) = address(base.unwrap_or(API))?;
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { http, base, host, authorization: Secret::new(format!("Bearer {}", token.reveal())) })
    }

    /// `chat.postMessage` into a conversation, or to a member.
    pub async fn post_message(&self, to: &str, mut body: Value, now: Timestamp) -> Outcome {
        put(&mut body, "channel", to.into());
        quiet(&mut body);
        self.call("chat.postMessage", &body, now).await
    }

    /// `chat.update` of a message that was posted before.
    pub async fn update(&self, channel: &str, ts: &str, mut body: Value, now: Timestamp) -> Outcome {
        put(&mut body, "channel", channel.into());
        put(&mut body, "ts", ts.into());
        self.call("chat.update", &body, now).await
    }

    /// Says something that only the member who pressed a button sees.
    pub async fn whisper(&self, response_url: &str, text: &str, now: Timestamp) -> Outcome {
        match address(response_url) {
            Ok((_, host)) if host == self.host || host == format!("hooks.{}", self.host) => {}
            _ => return Outcome::dead("the address to answer a press is not one of Slack's"),
        }
        let body = json!({ "response_type": "ephemeral", "replace_original": false, "text": text });
        match self.http.post(response_url, &[JSON], body.to_string().into_bytes()).await {
            Ok(answer) if answer.is_success() => Outcome::Delivered { external: String::new() },
            Ok(answer) => errors::webhook_outcome(&answer, now),
            Err(trouble) => trouble.into(),
        }
    }

    async fn call(&self, method: &str, body: &Value, now: Timestamp) -> Outcome {
        let headers = [JSON, ("authorization", self.authorization.reveal())];
        let url = format!("{}/{method}", self.base);
        let answer = match self.http.post(&url, &headers, body.to_string().into_bytes()).await {
            Ok(answer) => answer,
            Err(trouble) => return trouble.into(),
        };
        if answer.status != 200 {
            return errors::status_outcome(&answer, now);
        }
        match serde_json::from_slice::<Reply>(&answer.body) {
            Ok(Reply { ok: true, channel: Some(channel), ts: Some(ts), .. }) => Outcome::Delivered { external: external(&channel, &ts) },
            Ok(Reply { ok: false, error, .. }) => errors::outcome(method, &error.unwrap_or_default()),
            _ => Outcome::retry(format!("{} answered what Slack does not", self.host)),
        }
    }
}

/// Channel and time stamp: together they name a message in Slack.
fn external(channel: &str, ts: &str) -> String {
    format!("{channel}/{ts}")
}

/// Channel and time stamp of a message that was posted before.
#[must_use]
pub fn parts(external: &str) -> Option<(&str, &str)> {
    external.split_once('/').filter(|(channel, ts)| !channel.is_empty() && !ts.is_empty())
}

/// Slack shall not fetch what is linked, nor show it.
pub(crate) fn quiet(body: &mut Value) {
    put(body, "unfurl_links", false.into());
    put(body, "unfurl_media", false.into());
}

fn put(body: &mut Value, name: &str, value: Value) {
    if let Some(body) = body.as_object_mut() {
        body.insert(name.to_owned(), value);
    }
}
