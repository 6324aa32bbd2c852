//! Draft, check, test, compare, publish, roll back.

use crate::stories;
use crate::world::{POLICY, TESTS, World};
use serde_json::{Value, json};

fn files(policy: &str, tests: &str) -> Value {
    json!({ "files": { "routing.toml": policy, "tests/owners.toml": tests } })
}

stories! {
    async fn a_draft_is_edited_by_who_saw_its_present_state(world) {
        world.get("/v1/policy/draft").await.problem(404, "not-found");
        let begun = world.put("/v1/policy/draft", files(POLICY, TESTS), &[]).await;
        let etag = begun.header("etag");
        begun.is(201);
        world.put("/v1/policy/draft", files("", ""), &[]).await.problem(428, "no-if-match");
        world.put("/v1/policy/draft", files("", ""), &[("if-match", &etag)]).await.is(200);
        world.put("/v1/policy/draft", files(POLICY, ""), &[("if-match", &etag)]).await.problem(412, "changed");
        world.put("/v1/policy/draft", json!({ "files": { "../etc/passwd": "x" } }), &[("if-match", "*")]).await.problem(422, "invalid");
        world.delete("/v1/policy/draft", &[("if-match", "*")]).await.is(204);
        world.post("/v1/policy/publish", json!({})).await.problem(404, "not-found");
    }

    async fn a_draft_with_errors_is_not_published(world) {
        let broken = POLICY.replace("pool:sdr", "pool:sdrs");
        world.put("/v1/policy/draft", files(&broken, TESTS), &[]).await.is(201);
        let checked = world.post("/v1/policy/draft/check", json!({})).await.is(200);
        assert_eq!(checked["ok"], false);
        let finding = &checked["findings"][0];
        assert_eq!((&finding["file"], &finding["severity"]), (&json!("routing.toml"), &json!("error")));
        assert!(finding["help"].as_str().unwrap().contains("sdr"), "{finding}");
        let refused = world.post("/v1/policy/publish", json!({})).await.problem(422, "policy-refused");
        assert!(refused["errors"][0]["at"].as_str().unwrap().starts_with("routing.toml:"), "{refused}");
        let in_force = world.get("/v1/policy").await.is(200);
        assert_eq!(in_force["files"]["routing.toml"], POLICY, "what was in force stays");
    }

    async fn what_is_proved_of_a_draft_is_told_with_a_lead_that_shows_it(world) {
        let rule = |name: &str, countries: &str, queue: &str| format!("[[rule]]\nname = \"{name}\"\nwhen = {{ country = [{countries}] }}\nassign = \"queue:{queue}\"\n");
        let clash = format!("[policy]\nname = \"Two\"\n{}{}[fallback]\nqueue = \"rest\"\n", rule("Alps", "\"CH\", \"AT\"", "alps"), rule("Rhine", "\"DE\", \"CH\"", "rhine"));
        world.put("/v1/policy/draft", json!({ "files": { "routing.toml": clash } }), &[]).await.is(201);
        let checked = world.post("/v1/policy/draft/check", json!({})).await.is(200);
        let finding = &checked["findings"][0];
        assert_eq!((&finding["code"], &finding["rules"]), (&json!("clash"), &json!(["Alps", "Rhine"])), "{checked}");
        assert_eq!(finding["witness"]["lead"], json!({ "country": "CH" }));
        assert_eq!(checked["fallback_only"], json!([{ "leads": "country not AT, CH or DE", "witness": { "lead": {} } }]));
    }

    async fn accounts_of_who_has_left_are_told_when_a_draft_is_checked(world) {
        for (id, owner) in [("a1", "zoe@acme.example"), ("a2", "zoe@acme.example"), ("a3", "ana@acme.example")] {
            world.put(&format!("/v1/accounts/{id}"), json!({ "name": id, "owner": owner }), &[]).await.is(201);
        }
        world.put("/v1/policy/draft", files(POLICY, TESTS), &[]).await.is(201);
        let checked = world.post("/v1/policy/draft/check", json!({})).await.is(200);
        let found: Vec<&Value> = checked["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == "owner-left").collect();
        assert_eq!(found.len(), 1, "{checked}");
        assert_eq!(found[0]["message"], "2 accounts are owned by somebody who takes no leads: zoe@acme.example (2)");
    }

    async fn a_draft_with_a_failed_test_is_not_published(world) {
        let other = TESTS.replace("ana@", "ben@");
        world.put("/v1/policy/draft", files(POLICY, &other), &[]).await.is(201);
        let tested = world.post("/v1/policy/draft/test", json!({})).await.is(200);
        assert_eq!((&tested["ok"], &tested["tests"], &tested["failed"]), (&json!(false), &json!(1), &json!(1)));
        let refused = world.post("/v1/policy/publish", json!({})).await.problem(422, "policy-refused");
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("expected ben@acme.example, found ana@acme.example"), "{refused}");
    }

    async fn a_policy_is_compared_published_and_rolled_back(world) {
        world.post("/v1/leads", json!({ "email": "p@partner.example", "source": "partner" })).await.is(201);
        let first = world.get("/v1/policy").await.is(200)["version"].clone();
        let changed = POLICY.replace("assign = \"queue:partner-desk\"", "assign = \"rep:ben@acme.example\"").replace("[queue.partner-desk]\nreviewer = \"dana@acme.example\"\n", "");
        world.put("/v1/policy/draft", files(&changed, TESTS), &[]).await.is(201);
        let checked = world.post("/v1/policy/draft/check", json!({})).await.is(200);
        assert!(checked["fallback_only"].as_array().unwrap().iter().all(|gap| gap["witness"]["lead"].is_object()), "{checked}");
        let difference = world.post("/v1/policy/draft/diff", json!({})).await.is(200);
        assert_eq!(difference["rules"], json!([{ "rule": "Partners wait for a person", "change": "changed" }]));
        let region = &difference["differences"][0];
        assert_eq!((&region["leads"], &region["new"]), (&json!("account.named no or missing; source partner; account.tags none competitor"), &json!("rep:ben@acme.example")));
        assert_eq!(region["witness"]["lead"], json!({ "source": "partner" }));
        assert_eq!((&difference["leads"], &difference["rerouted"]), (&json!(1), &json!(1)));
        assert_eq!(difference["list"][0]["to"]["who"], "ben@acme.example");
        let seen = json!({ "note": "Ben takes partners", "in_force": first });
        let published = world.post("/v1/policy/publish", seen.clone()).await.is(200);
        assert_eq!(published["version"], difference["to"]);
        world.post("/v1/policy/publish", seen).await.problem(412, "changed");
        let lead = world.post("/v1/leads", json!({ "email": "q@partner2.example", "source": "partner" })).await.is(201);
        assert_eq!(lead["rep"], "ben@acme.example");
        let versions = world.get("/v1/policy/versions").await.is(200);
        assert_eq!((&versions["items"][0]["note"], &versions["items"][1]["version"]), (&json!("Ben takes partners"), &first));
        world.post("/v1/policy/rollback", json!({ "version": first })).await.is(200);
        let lead = world.post("/v1/leads", json!({ "email": "r@partner3.example", "source": "partner" })).await.is(201);
        assert_eq!(lead["queue"], "partner-desk");
        world.post("/v1/policy/rollback", json!({ "version": "none" })).await.problem(404, "not-found");
        let version = world.get(&format!("/v1/policy/versions/{}", published["version"].as_str().unwrap())).await.is(200);
        assert_eq!(version["files"]["routing.toml"], changed);
    }

    async fn without_a_policy_leads_are_refused_and_told_why(world) {
        let bare = World::start(None, false, &[]).await;
        let problem = bare.post("/v1/leads", json!({ "email": "a@one.example" })).await.problem(409, "conflict");
        assert!(problem["detail"].as_str().unwrap().contains("no policy is in force"));
        assert_eq!(bare.get("/ready").await.is(200)["policy"], json!(null));
        bare.get("/v1/policy").await.problem(404, "not-found");
        assert_eq!(bare.get("/v1/pools").await.is(200), json!([]));
        bare.stop().await;
        assert_eq!(world.get("/ready").await.is(200)["status"], "ready");
    }

    async fn a_pool_whose_name_no_index_holds_is_not_published(world) {
        let text = POLICY.replace("pool:sdr", &format!("pool:{}", "p".repeat(201))).replace("[pool.sdr]", &format!("[pool.{}]", "p".repeat(201)));
        world.put("/v1/policy/draft", json!({ "files": { "routing.toml": text } }), &[]).await.is(201);
        let found = world.post("/v1/policy/draft/check", json!({})).await.is(200);
        assert!(found["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == "bad-name" && finding["severity"] == "error"), "{found}");
        world.post("/v1/policy/publish", json!({})).await.problem(422, "policy-refused");
    }
}
