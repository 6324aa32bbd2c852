//! Who may call the API.

use crate::stories;
use crate::world::{World, ago, send};
use reqwest::Method;
use serde_json::json;

stories! {
    async fn a_call_needs_a_token_that_is_valid(world) {
        let call = |token: Option<&str>| {
            let request = world.client.get(format!("{}/v1/leads", world.base));
            send(match token { Some(token) => request.header("authorization", token.to_owned()), None => request })
        };
        let refused = call(None).await;
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        refused.problem(401, "no-token");
        call(Some("Basic abc")).await.problem(401, "no-token");
        call(Some("Bearer pm_nonsense")).await.problem(401, "bad-token");
        call(Some(&format!("bearer {}", world.token))).await.is(200);
    }

    async fn a_token_does_what_its_scopes_say(world) {
        let reader = world.mint(json!({ "scopes": ["leads:read"] })).await;
        let call = |method: Method, path: &str| send(world.client.request(method, format!("{}{path}", world.base)).bearer_auth(&reader));
        call(Method::GET, "/v1/leads").await.is(200);
        for (method, path, scope) in [
            (Method::POST, "/v1/leads", "leads:write"),
            (Method::PUT, "/v1/reps/eva@acme.example", "directory"),
            (Method::GET, "/v1/policy", "policy"),
            (Method::GET, "/v1/outbox", "outbox"),
            (Method::GET, "/v1/tokens", "admin"),
            (Method::POST, "/v1/leads/lead_1/erase", "admin"),
        ] {
            let problem = call(method, path).await.problem(403, "scope");
            assert!(problem["detail"].as_str().unwrap().contains(scope), "{path}: {problem}");
        }
    }

    async fn a_token_is_listed_without_itself_and_revoked_at_once(world) {
        let token = world.mint(json!({ "name": "crm" })).await;
        let call = async || send(world.client.get(format!("{}/v1/leads", world.base)).bearer_auth(&token)).await;
        call().await.is(200);
        let listed = world.get("/v1/tokens").await;
        assert!(!listed.text.contains(&token));
        let tokens = listed.is(200);
        let id = tokens.as_array().unwrap().iter().find(|token| token["name"] == "crm").unwrap()["id"].as_str().unwrap().to_owned();
        world.delete(&format!("/v1/tokens/{id}"), &[]).await.is(204);
        call().await.problem(401, "bad-token");
        world.delete(&format!("/v1/tokens/{id}"), &[]).await.problem(404, "not-found");
    }

    async fn a_token_ends_when_it_was_to_end(world) {
        world.post("/v1/tokens", json!({ "name": "old", "scopes": ["leads:read"], "expires_at": ago(1) })).await.problem(422, "invalid");
        let token = world.mint(json!({ "expires_at": ago(-2) })).await;
        let call = async || send(world.client.get(format!("{}/v1/leads", world.base)).bearer_auth(&token)).await;
        call().await.is(200);
        tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
        call().await.problem(401, "bad-token");
    }

    async fn a_token_has_a_rate_and_is_told_how_much_of_it_is_left(world) {
        let token = world.mint(json!({ "rate": 1 })).await;
        let call = async || send(world.client.get(format!("{}/v1/leads", world.base)).bearer_auth(&token)).await;
        let first = call().await;
        assert!(first.header("ratelimit").contains("r=1"), "{:?}", first.headers);
        assert!(first.header("ratelimit-policy").contains("q=1"));
        call().await.is(200);
        let refused = call().await;
        assert_eq!(refused.header("retry-after"), "1");
        refused.problem(429, "too-many");
        world.get("/v1/leads").await.is(200);
    }
}
