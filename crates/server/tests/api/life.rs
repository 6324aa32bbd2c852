//! What happens to a lead after it was decided.

use crate::stories;
use crate::world::{World, ago};
use serde_json::{Value, json};

fn id(lead: &Value) -> &str {
    lead["lead"].as_str().unwrap()
}

fn kinds(lead: &Value) -> Vec<&str> {
    lead["timeline"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

stories! {
    async fn a_rep_accepts_and_makes_contact(world) {
        let lead = world.post("/v1/leads", json!({ "email": "a@one.example", "type": "demo_request" })).await.is(201);
        let (path, by) = (format!("/v1/leads/{}", id(&lead)), json!({ "by": lead["rep"] }));
        assert_eq!(world.post(&format!("{path}/accept"), by.clone()).await.is(200)["stage"], "assigned");
        assert_eq!(world.post(&format!("{path}/contacted"), by).await.is(200)["stage"], "contacted");
        let story = world.get(&path).await.is(200);
        assert!(kinds(&story).ends_with(&["accepted", "contacted"]), "{:?}", kinds(&story));
        assert_eq!(story["clocks"], json!([]), "the first contact stops the clock");
        let ids = world.get("/v1/leads?clock=kept").await.is(200);
        assert_eq!(ids["items"].as_array().unwrap().len(), 1);
    }

    async fn only_who_has_a_lead_acts_on_it_as_a_rep(world) {
        let lead = world.lead(1).await;
        let other = if lead["rep"] == "eva@acme.example" { "finn@acme.example" } else { "eva@acme.example" };
        let problem = world.post(&format!("/v1/leads/{}/accept", id(&lead)), json!({ "by": other })).await.problem(409, "conflict");
        assert!(problem["detail"].as_str().unwrap().len() > 10, "it says why: {problem}");
        world.post("/v1/leads/lead_none/accept", json!({})).await.problem(404, "not-found");
    }

    async fn a_lead_passed_on_goes_to_somebody_else_and_not_back(world) {
        let lead = world.lead(1).await;
        let path = format!("/v1/leads/{}/pass", id(&lead));
        let second = world.post(&path, json!({ "by": lead["rep"], "reason": "not my market" })).await.is(200);
        assert_ne!(second["rep"], lead["rep"]);
        let third = world.post(&path, json!({ "by": second["rep"] })).await.is(200);
        assert_eq!((&third["stage"], &third["queue"]), (&json!("queued"), &json!("catch-all")), "everybody passed: a person looks at it");
    }

    async fn a_manager_gives_a_lead_to_somebody(world) {
        let lead = world.lead(1).await;
        let path = format!("/v1/leads/{}/reassign", id(&lead));
        assert_eq!(world.post(&path, json!({ "to": "ben@acme.example" })).await.is(200)["rep"], "ben@acme.example");
        let found = world.post(&path, json!({})).await.is(200);
        assert_ne!(found["rep"], "ben@acme.example");
        world.post(&path, json!({ "to": "nobody@acme.example" })).await.problem(404, "not-found");
    }

    async fn a_lead_can_wait_be_suppressed_closed_and_forgotten(world) {
        let lead = world.post("/v1/leads", json!({ "email": "secret@one.example", "first_name": "Zebulon" })).await.is(201);
        let path = format!("/v1/leads/{}", id(&lead));
        assert_eq!(world.post(&format!("{path}/requeue"), json!({ "queue": "partner-desk" })).await.is(200)["queue"], "partner-desk");
        assert_eq!(world.post(&format!("{path}/suppress"), json!({ "reason": "a test" })).await.is(200)["stage"], "suppressed");
        assert_eq!(world.post(&format!("{path}/erase"), json!({})).await.is(200)["stage"], "erased");
        let story = world.get(&path).await.is(200).to_string();
        assert!(!story.contains("Zebulon") && !story.contains("secret@one.example"), "{story}");
        let why = world.get(&format!("{path}/why")).await.is(200);
        assert!(why["reason"].as_str().unwrap().contains("forgotten"), "{why}");
        let other = world.lead(2).await;
        let closed = world.post(&format!("/v1/leads/{}/close", id(&other)), json!({ "result": "won" })).await.is(200);
        assert_eq!(closed["stage"], "closed");
        world.post(&format!("/v1/leads/{}/close", id(&other)), json!({ "result": "perhaps" })).await.problem(422, "invalid");
    }

    async fn a_missed_lead_is_noticed_told_and_given_to_somebody_else(world) {
        let lead = world.post("/v1/leads", json!({ "email": "a@one.example", "type": "demo_request", "created_at": ago(15 * 60 - 1) })).await.is(201);
        let path = format!("/v1/leads/{}", id(&lead));
        world.until("the breach", &path, |lead| lead["breached_at"].is_string().then_some(())).await;
        let story = world.get(&path).await.is(200);
        assert!(kinds(&story).contains(&"breached"), "{:?}", kinds(&story));
        let told = |outbox: &Value| outbox["items"].as_array().unwrap().iter().any(|message| message["kind"] == "not_contacted").then_some(());
        world.until("the word of the breach", &format!("/v1/outbox?lead={}", id(&lead)), told).await;
        let late = world.post("/v1/leads", json!({ "email": "b@two.example", "type": "demo_request", "created_at": ago(30 * 60 - 1) })).await.is(201);
        let path = format!("/v1/leads/{}", id(&late));
        let moved = world.until("the reassignment", &path, |lead| (lead["rep"] != late["rep"]).then(|| lead["rep"].clone())).await;
        assert!(moved.is_string(), "somebody else has it: {moved}");
    }

    async fn clocks_go_on_after_a_restart(world) {
        let lead = world.post("/v1/leads", json!({ "email": "a@one.example", "type": "demo_request", "created_at": ago(15 * 60 - 2) })).await.is(201);
        world.restart().await;
        let path = format!("/v1/leads/{}", id(&lead));
        world.until("the breach", &path, |lead| lead["breached_at"].is_string().then_some(())).await;
        let story = world.get(&path).await.is(200);
        assert_eq!(kinds(&story).iter().filter(|kind| **kind == "breached").count(), 1, "once");
    }
}
