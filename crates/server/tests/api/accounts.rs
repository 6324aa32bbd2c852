//! Accounts are edited, imported, and matched against at once.

use crate::stories;
use crate::world::{World, send};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

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

    async fn an_account_without_an_id_is_left_out(world) {
        let import = |kind: &str, body: &'static str| send(world.ask(Method::POST, "/v1/accounts/import").header("content-type", kind.to_owned()).body(body));
        let csv = import("text/csv", "id,name\na1,One\n,Two\n \u{0},Three\n").await.is(200);
        let lines = import("application/x-ndjson", "{\"name\": \"Four\"}\n{\"account_id\": \"a2\"}\n{\"id\": null}\n").await.is(200);
        assert_eq!((&csv["accounts"], &csv["left_out"], &lines["accounts"], &lines["left_out"]), (&json!(1), &json!(2), &json!(1), &json!(2)));
        assert_eq!((&csv["problems"][0]["at"], &lines["problems"][1]["at"]), (&json!("line 3, column id"), &json!("line 3, column id")));
        world.get("/v1/accounts/row-3").await.problem(404, "not-found");
        let long = "a".repeat(201);
        let problem = world.put(&format!("/v1/accounts/{long}"), json!({ "name": "Long" }), &[]).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["at"], "id");
        let import = world.ask(Method::POST, "/v1/accounts/import").header("content-type", "text/csv").body(format!("id,name\n{long},Long\na3,Short\n"));
        let answer = send(import).await.is(200);
        assert_eq!((&answer["accounts"], &answer["problems"][0]["at"]), (&json!(1), &json!("line 2, column id")));
    }

    async fn a_row_that_was_torn_is_not_imported(world) {
        for (kind, text) in [("text/csv", "id,name\nt1,Whole\nt2,To"), ("application/x-ndjson", "{\"id\": \"t1\", \"name\": \"Whole\"}\n{\"id\":\"t2\"}")] {
            let mut stream = world.connect().await;
            let head = format!(
                "POST /v1/accounts/import HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: {kind}\r\ncontent-length: 1000\r\n\r\n",
                world.token
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(text.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            tokio::time::sleep(Duration::from_millis(200)).await;
            drop(stream);
            let account = world.until("the import", "/v1/accounts?text=whole", |page| page["items"].as_array().unwrap().first().cloned()).await;
            assert_eq!(account["id"], "t1", "{kind}");
            // The whole row was written last: nothing comes after it.
            world.get("/v1/accounts/t2").await.problem(404, "not-found");
            world.delete("/v1/accounts/t1", &[("if-match", "*")]).await.is(204);
        }
    }

    async fn a_row_without_an_end_is_given_up(world) {
        let import = |kind: &str, body: String| send(world.ask(Method::POST, "/v1/accounts/import").header("content-type", kind.to_owned()).body(body));
        let endless = "x".repeat(3 << 20);
        let problem = import("text/csv", format!("id,name\na1,One\na2,\"{endless}")).await.problem(400, "unreadable");
        assert!(problem["detail"].as_str().unwrap().contains("line 3: it has more than 1 MiB"), "{problem}");
        let problem = import("application/x-ndjson", format!("{{\"id\": \"a2\"}}\n{{\"id\": \"{endless}")).await.problem(400, "unreadable");
        assert!(problem["detail"].as_str().unwrap().contains("line 2: it has more than 1 MiB"), "{problem}");
        assert_eq!(world.get("/v1/accounts?text=One").await.is(200)["items"][0]["id"], "a1", "what came whole before it stays");
    }
}
