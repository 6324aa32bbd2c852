//! Messages, and the channels they go through.

use crate::stories;
use crate::world::World;
use serde_json::{Value, json};

fn with_state(state: &'static str) -> impl Fn(&Value) -> Option<Value> {
    move |page| page["items"].as_array().unwrap().iter().find(|message| message["state"] == state).cloned()
}

stories! {
    async fn who_gets_a_lead_is_told(world) {
        let lead = world.lead(1).await;
        let path = format!("/v1/outbox?lead={}", lead["lead"].as_str().unwrap());
        let message = world.until("the message", &path, with_state("sent")).await;
        assert_eq!((&message["kind"], &message["recipient"], &message["channel"]), (&json!("assigned"), &lead["rep"], &json!("sink")));
        let one = world.get(&format!("/v1/outbox/{}", message["id"].as_str().unwrap())).await.is(200);
        assert_eq!(one, message);
        world.get("/v1/outbox/msg_none").await.problem(404, "not-found");
        world.post(&format!("/v1/outbox/{}/retry", message["id"].as_str().unwrap()), json!({})).await.problem(422, "invalid");
    }

    async fn a_message_that_cannot_be_delivered_is_seen_and_tried_again(world) {
        world.delete("/v1/channels/sink", &[("if-match", "*")]).await.is(204);
        let lead = world.lead(1).await;
        let path = format!("/v1/outbox?lead={}", lead["lead"].as_str().unwrap());
        let dead = world.until("its death", &path, with_state("dead")).await;
        assert!(dead["reason"].as_str().unwrap().contains("channel"), "{dead}");
        world.put("/v1/channels/sink", json!({ "kind": "sink" }), &[]).await.is(201);
        let id = dead["id"].as_str().unwrap();
        world.post(&format!("/v1/outbox/{id}/retry"), json!({})).await.is(200);
        let sent = world.until("its delivery", &path, with_state("sent")).await;
        assert_eq!(sent["id"], dead["id"]);
    }

    async fn secrets_of_channels_are_never_shown(world) {
        let slack = json!({ "kind": "slack", "token": "xoxb-hunter2", "signing_secret": "hunter2" });
        let added = world.put("/v1/channels/slack", slack.clone(), &[]).await;
        assert!(!added.text.contains("hunter2"), "{}", added.text);
        added.is(201);
        for path in ["/v1/channels", "/v1/channels/slack", "/v1/events?after=0"] {
            if path.starts_with("/v1/channels") {
                let shown = world.get(path).await;
                assert!(!shown.text.contains("hunter2") && shown.text.contains("(secret)"), "{}", shown.text);
            }
        }
        world.put("/v1/channels/slack", slack, &[]).await.problem(428, "no-if-match");
        world.put("/v1/channels/x", json!({ "kind": "pigeon" }), &[]).await.problem(422, "invalid");
        world.put("/v1/channels/A%20B", json!({ "kind": "sink" }), &[]).await.problem(422, "invalid");
        world.put("/v1/channels/mail", json!({ "kind": "smtp", "host": "", "port": 25, "from": "nobody" }), &[]).await.problem(422, "invalid");
    }
}
