//! Health, metrics, documentation, signed links, Slack's endpoint.

use crate::stories;
use crate::world::{World, send};
use jiff::Timestamp;
use pointsman_connect::links::{Answer as Link, Links};
use pointsman_connect::message::Action;
use pointsman_connect::secret::Secret;
use pointsman_connect::slack::intake;
use reqwest::Method;
use serde_json::{Value, json};

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
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
