//! Every failure is a problem document that says what is wrong and what to do.

use crate::stories;
use crate::world::{World, send};
use reqwest::Method;
use serde_json::json;

stories! {
    async fn what_cannot_be_read_is_told_with_its_place(world) {
        let post = |kind: &'static str, body: &'static str| send(world.ask(Method::POST, "/v1/leads").header("content-type", kind).body(body));
        let problem = post("application/json", "{\"email\": \"a@one.example\",\n  oops}").await.problem(400, "unreadable");
        assert!(problem["detail"].as_str().unwrap().contains("line 2, column 3"), "{problem}");
        let problem = post("application/json", "[1]").await.problem(422, "invalid");
        assert!(problem["errors"][0]["at"].as_str().unwrap().starts_with("line 1"), "{problem}");
        post("text/plain", "{}").await.problem(415, "media-type");
    }

    async fn there_are_addresses_and_methods_and_no_others(world) {
        world.get("/v1/unicorns").await.problem(404, "no-route");
        let refused = send(world.ask(Method::DELETE, "/v1/leads")).await;
        assert!(refused.header("allow").contains("POST"), "{:?}", refused.headers);
        refused.problem(405, "no-method");
    }

    async fn a_body_has_a_limit(world) {
        let small = World::start(None, true, &[("body_limit_kib", "1")]).await;
        small.post("/v1/leads", json!({ "email": "a@one.example", "note": "x".repeat(2_000) })).await.problem(413, "too-large");
        small.stop().await;
        world.post("/v1/leads", json!({ "email": "a@one.example", "note": "x".repeat(2_000) })).await.is(201);
    }

    async fn every_answer_names_its_request(world) {
        let answer = world.get("/v1/leads").await;
        assert!(!answer.header("x-request-id").is_empty());
        let given = send(world.ask(Method::GET, "/v1/unicorns").header("x-request-id", "trace-7")).await;
        assert_eq!(given.header("x-request-id"), "trace-7");
    }
}
