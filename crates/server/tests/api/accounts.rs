//! Accounts are edited, imported, and matched against at once.

use crate::stories;
use crate::world::{World, send};
use reqwest::Method;
use serde_json::json;

stories! {
    async fn a_changed_account_is_matched_against_at_once(world) {
        let path = "/v1/accounts/acc_initech";
        let lead = json!({ "email": "bill@initech.example" });
        let before = world.post("/v1/leads", lead).await.is(201);
        assert_eq!(before["rule"], "Everybody else takes turns");
        let added = world.put(path, json!({ "name": "Initech", "domains": ["initech.example"], "owner": "ben@acme.example", "named": true, "tier": "A" }), &[]).await;
        let etag = added.header("etag");
        assert_eq!(added.is(201)["tier"], "A", "fields we do not know are kept");
        let after = world.post("/v1/leads", json!({ "email": "peter@initech.example" })).await.is(201);
        assert_eq!((&after["rep"], &after["account"]), (&json!("ben@acme.example"), &json!("acc_initech")));
        let account = world.get(path).await.is(200);
        let changed = world.put(path, account, &[("if-match", &etag)]).await;
        assert_eq!(changed.status, 200, "what was read can be put back: {}", changed.text);
        world.put(path, json!({ "name": "x" }), &[("if-match", &etag)]).await.problem(412, "changed");
        world.delete(path, &[("if-match", "*")]).await.is(204);
        let gone = world.post("/v1/leads", json!({ "email": "milton@initech.example" })).await.is(201);
        assert_eq!(gone["account"], json!(null));
    }

    async fn a_file_of_accounts_is_imported(world) {
        let mut csv = String::from("id,name,domains,owner,named,tier\n");
        for number in 0..2500 {
            csv.push_str(&format!("a{number},Company {number},company-{number}.example|c{number}.example,ben@acme.example,yes,B\n"));
        }
        csv.push_str("broken,row\n");
        let import = world.ask(Method::POST, "/v1/accounts/import").header("content-type", "text/csv").body(csv);
        let answer = send(import).await.is(200);
        assert_eq!((&answer["accounts"], &answer["left_out"]), (&json!(2500), &json!(1)));
        assert_eq!(answer["problems"][0]["at"], "line 2502");
        let lead = world.post("/v1/leads", json!({ "email": "x@c1999.example" })).await.is(201);
        assert_eq!((&lead["rep"], &lead["account"]), (&json!("ben@acme.example"), &json!("a1999")));
        let found = world.get("/v1/accounts?text=company-24").await.is(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 50);
        let lines = "{\"id\": \"a1\", \"name\": \"Renamed\"}\nnonsense\n";
        let import = world.ask(Method::POST, "/v1/accounts/import").header("content-type", "application/x-ndjson").body(lines);
        let answer = send(import).await.is(200);
        assert_eq!((&answer["accounts"], &answer["left_out"]), (&json!(1), &json!(1)));
        assert_eq!(world.get("/v1/accounts/a1").await.is(200)["name"], "Renamed");
    }

    async fn a_file_that_is_none_is_refused(world) {
        let import = |kind: &str, body: &'static str| send(world.ask(Method::POST, "/v1/accounts/import").header("content-type", kind.to_owned()).body(body));
        import("application/pdf", "x").await.problem(415, "media-type");
        import("text/csv", "colour,size\nred,1\n").await.problem(422, "invalid");
    }
}
