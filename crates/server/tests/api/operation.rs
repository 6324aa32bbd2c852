//! Health, metrics, documentation, signed links, Slack's endpoint.

use crate::stories;
use crate::world::{World, config, seed, send};
use jiff::Timestamp;
use pointsman_connect::links::{Answer as Link, Links};
use pointsman_connect::message::Action;
use pointsman_connect::secret::Secret;
use pointsman_connect::slack::intake;
use pointsman_server::Server;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

stories! {
    async fn health_readiness_and_metrics_need_no_token(world) {
        let get = |path: &str| send(world.client.get(format!("{}{path}", world.base)));
        assert_eq!(get("/health").await.is(200)["status"], "alive");
        assert!(get("/ready").await.is(200)["policy"].is_string());
        world.lead(1).await;
        let metrics = get("/metrics").await;
        assert_eq!(metrics.header("content-type"), "text/plain; version=0.0.4");
        for name in ["pointsman_requests_total", "pointsman_batch_seconds", "pointsman_leads_total", "pointsman_messages_waiting"] {
            assert!(metrics.text.contains(name), "{name} is missing");
        }
        assert!(!metrics.text.contains("company-1"), "metrics hold nothing personal");
    }

    async fn the_api_describes_itself_and_asks_nobody_else(world) {
        let get = |path: &str| send(world.client.get(format!("{}{path}", world.base)));
        assert_eq!(get("/openapi.json").await.is(200)["openapi"].as_str().unwrap()[..3], *"3.1");
        let page = get("/docs").await;
        assert!(page.text.contains("/v1/leads/{id}/why-not/{rep}") && page.text.contains("problem-not-found"));
        assert!(!page.text.contains("http://") && !page.text.contains("https://"), "no outside requests");
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
    }

    async fn a_signed_link_asks_and_its_button_acts(world) {
        let lead = world.lead(1).await;
        let links = Links::new(&world.base, world.key()).unwrap();
        let link = |action, until| {
            let link = Link { lead: lead["lead"].as_str().unwrap().into(), action, rep: lead["rep"].as_str().unwrap().into(), message: "msg_1".into(), until };
            links.answer(&link)
        };
        let accept = link(Action::Accept, Timestamp::now().as_second() + 3_600);
        let asked = send(world.client.get(&accept)).await;
        assert!(asked.status == 200 && asked.text.contains("Take care of this lead?") && asked.text.contains("<button>"));
        let path = format!("/v1/leads/{}", lead["lead"].as_str().unwrap());
        assert!(world.get(&path).await.is(200)["life"].get("accepted_at").is_none(), "looking at the page does nothing");
        assert_eq!(send(world.client.post(&accept)).await.status, 200);
        assert!(world.get(&path).await.is(200)["life"]["accepted_at"].is_string());
        assert_eq!(send(world.client.get(link(Action::Accept, 1))).await.status, 410);
        assert_eq!(send(world.client.get(format!("{}/answer/made.up", world.base))).await.status, 404);
        world.post(&format!("{path}/reassign"), json!({ "to": "ben@acme.example" })).await.is(200);
        let late = send(world.client.post(link(Action::Contacted, Timestamp::now().as_second() + 3_600))).await;
        assert_eq!(late.status, 409, "{}", late.text);
    }

    async fn a_button_pressed_in_slack_acts_if_slack_signed_it(world) {
        let channel = json!({ "kind": "slack", "token": "xoxb-1", "signing_secret": "s3cret", "api_base": "https://slack.invalid/api" });
        world.put("/v1/channels/slack", channel, &[]).await.is(201);
        let lead = world.lead(1).await;
        let rep = format!("/v1/reps/{}", lead["rep"].as_str().unwrap());
        world.put(&rep, json!({ "slack_id": "U1", "manager": "dana@acme.example" }), &[("if-match", "*")]).await.is(200);
        let payload = json!({
            "type": "block_actions", "user": { "id": "U1" }, "container": { "message_ts": "1.2", "channel_id": "D1" },
            "actions": [{ "action_id": "accept", "block_id": "msg_1", "value": lead["lead"] }],
        });
        let body = format!("payload={}", encoded(&payload.to_string()));
        let press = |secret: &str| {
            let now = Timestamp::now().as_second().to_string();
            let signature = intake::sign(&Secret::new(secret), &now, body.as_bytes());
            let request = world.client.post(format!("{}/slack/interactivity", world.base)).header("content-type", "application/x-www-form-urlencoded");
            send(request.header("x-slack-request-timestamp", now).header("x-slack-signature", signature).body(body.clone()))
        };
        press("guessed").await.problem(401, "bad-signature");
        assert_eq!(press("s3cret").await.status, 200);
        let path = format!("/v1/leads/{}", lead["lead"].as_str().unwrap());
        world.until("the acceptance", &path, |lead: &Value| lead["life"]["accepted_at"].is_string().then_some(())).await;
    }

    async fn every_operation_names_what_it_needs(world) {
        let document = world.get("/openapi.json").await.is(200);
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let url = format!("{}{}", world.base, path.replace(['{', '}'], ""));
                let answer = send(world.client.request(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), url)).await;
                let public = operation["security"][0] == json!({});
                assert!(public || answer.status == 401, "{method} {path} without a token: {}", answer.status);
                assert!(!public || !path.starts_with("/v1/"), "{method} {path} is open to everybody");
            }
        }
    }

    async fn a_press_that_cannot_be_done_is_answered_all_the_same(world) {
        let channel = json!({ "kind": "slack", "token": "xoxb-1", "signing_secret": "s3cret", "api_base": "https://slack.invalid/api" });
        world.put("/v1/channels/slack", channel, &[]).await.is(201);
        for blank in [json!({ "token": "xoxb-1", "signing_secret": "" }), json!({ "token": " ", "signing_secret": "s3cret" })] {
            let mut channel = json!({ "kind": "slack" });
            channel.as_object_mut().unwrap().extend(blank.as_object().unwrap().clone());
            world.put("/v1/channels/blank", channel, &[]).await.problem(422, "invalid");
        }
        let payload = json!({
            "type": "block_actions", "user": { "id": "U9" }, "container": { "message_ts": "1.2", "channel_id": "D1" },
            "actions": [{ "action_id": "accept", "block_id": "msg_1", "value": "lead_x" }], "response_url": "https://hooks.slack.invalid/x",
        });
        let (body, now) = (format!("payload={}", encoded(&payload.to_string())), Timestamp::now().as_second().to_string());
        let signature = intake::sign(&Secret::new("s3cret"), &now, body.as_bytes());
        let request = world.client.post(format!("{}/slack/interactivity", world.base)).header("content-type", "application/x-www-form-urlencoded");
        let answer = send(request.header("x-slack-request-timestamp", now).header("x-slack-signature", signature).body(body)).await;
        assert_eq!(answer.status, 200, "whoever is not known is told so in Slack");
    }

    async fn a_panic_of_the_writer_takes_nothing_else_with_it(world) {
        let panicked = world.app().writing.look(|_| panic!("a mistake of ours")).await;
        assert!(panicked.is_err());
        world.lead(1).await;
        assert_eq!(world.get("/ready").await.status, 200);
        world.app().writing.stop().await;
        while world.app().writing.is_alive() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        world.get("/ready").await.problem(503, "busy");
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_start_that_fails_leaves_the_token_to_the_next() {
    let folder = std::env::temp_dir().join(format!("pointsman-api-{}", uuid::Uuid::now_v7()));
    let config = config(&folder, None, &[]);
    let mut broken = seed();
    broken.sources.files.insert("routing.toml".to_owned(), "[policy]\nname = 7\n".to_owned());
    let mut told = Vec::new();
    assert!(Server::start(config.clone(), Some(broken), |token| told.push(token.to_owned())).await.is_err());
    assert_eq!(told, Vec::<String>::new(), "no token before the store is filled");
    let server = Server::start(config, Some(seed()), |token| told.push(token.to_owned())).await.unwrap();
    assert_eq!(told, Vec::from_iter(server.first_token.clone()));
    server.stop().await.unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_by_halves_does_not_keep_the_server_from_stopping() {
    let mut world = World::start(None, true, &[("shutdown_seconds", "2")]).await;
    let lead = world.lead(1).await;
    let mut stream = world.connect().await;
    stream.write_all(b"POST /v1/leads HTTP/1.1\r\nhost: x\r\nauthor").await.unwrap();
    stream.flush().await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.restart().await;
    world.get(&format!("/v1/leads/{}", lead["lead"].as_str().unwrap())).await.is(200);
    world.stop().await;
}
