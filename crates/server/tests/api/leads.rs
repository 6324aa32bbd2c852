//! Leads are listed, looked at, explained, changed.

use crate::stories;
use crate::world::{World, ago};
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

stories! {
    async fn a_list_is_read_in_pages_that_stay_in_place(world) {
        for number in 0..5 {
            world.lead(number).await;
        }
        let all = ids(&world.get("/v1/leads").await.is(200));
        let first = world.get("/v1/leads?limit=2").await.is(200);
        world.lead(9).await;
        let next = |page: &Value| format!("/v1/leads?limit=2&cursor={}", page["next"].as_str().unwrap());
        let second = world.get(&next(&first)).await.is(200);
        let third = world.get(&next(&second)).await.is(200);
        assert_eq!([ids(&first), ids(&second), ids(&third)].concat(), all, "what came in meanwhile moves nothing");
        assert!(third.get("next").is_none(), "the last page has no next one");
        world.get("/v1/leads?cursor=AAAA").await.problem(400, "bad-query");
        world.get("/v1/leads?limit=0").await.problem(400, "bad-query");
        world.get("/v1/leads?from=yesterday").await.problem(400, "bad-query");
    }

    async fn lists_are_filtered(world) {
        let post = async |lead: Value| world.post("/v1/leads", lead).await.is(201)["lead"].as_str().unwrap().to_owned();
        let globex = post(json!({ "email": "cto@globex.example", "first_name": "Ada", "last_name": "Lovelace" })).await;
        let rival = post(json!({ "email": "spy@rival.example" })).await;
        let partner = post(json!({ "email": "p@partner.example", "source": "partner" })).await;
        let demo = post(json!({ "email": "d@demo.example", "company": "Initech", "type": "demo_request" })).await;
        let late = post(json!({ "email": "l@late.example", "type": "demo_request", "created_at": ago(3600) })).await;
        let only = async |query: &str| { let mut ids = ids(&world.get(&format!("/v1/leads?{query}")).await.is(200)); ids.sort(); ids };
        assert_eq!(only("state=suppressed").await, [&*rival]);
        assert_eq!(only("rep=ana@acme.example").await, [&*globex]);
        assert_eq!(only("account=acc_globex").await, [&*globex]);
        assert_eq!(only("queue=partner-desk").await, [&*partner]);
        assert_eq!(only("rule=Competitors%20are%20not%20routed").await, [&*rival]);
        assert_eq!(only("clock=running").await, [&*demo]);
        let mut in_pool = vec![demo.clone(), late.clone()];
        in_pool.sort();
        assert_eq!(only("pool=sdr").await, in_pool);
        assert_eq!(only("text=lovelace").await, [&*globex]);
        assert_eq!(only("text=INITECH").await, [&*demo]);
        assert_eq!(only("text=100%25").await, [] as [&str; 0], "a sign of the query language is a sign");
        assert_eq!(only(&format!("from={}", ago(-3600))).await, [] as [&str; 0]);
        assert_eq!(only(&format!("until={}", ago(-3600))).await.len(), 5);
    }

    async fn a_lead_shows_its_whole_story(world) {
        let id = world.lead(1).await["lead"].as_str().unwrap().to_owned();
        let lead = world.get(&format!("/v1/leads/{id}")).await.is(200);
        let kinds: Vec<&str> = lead["timeline"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
        assert!(kinds.contains(&"assigned"), "{kinds:?}");
        let trace = &lead["decisions"][0]["trace"];
        assert_eq!(trace["outcome"], "assigned");
        let candidates = trace["tried"][0]["candidates"].as_array().unwrap();
        assert_eq!(candidates.len(), 2, "both members were looked at: {trace}");
        world.get("/v1/leads/lead_none").await.problem(404, "not-found");
    }

    async fn why_and_why_not_are_answered_in_sentences(world) {
        let lead = world.lead(1).await;
        let (id, has) = (lead["lead"].as_str().unwrap(), lead["rep"].as_str().unwrap());
        let why = world.get(&format!("/v1/leads/{id}/why")).await.is(200);
        assert_eq!(why["reason"], lead["reason"]);
        let rules = why["rules"].as_array().unwrap();
        assert_eq!(rules.len(), 4, "each rule up to the one that decides");
        assert_eq!((&rules[0]["result"], &rules[3]["result"]), (&json!("no_match"), &json!("decides")));
        let reasons = async |rep: &str| world.get(&format!("/v1/leads/{id}/why-not/{rep}")).await.is(200)["reasons"].to_string();
        assert!(reasons("ana@acme.example").await.contains("Known accounts go to their owner") || reasons("ana@acme.example").await.contains("no rule"));
        assert!(reasons(has).await.contains("has this lead"));
        let other = if has.starts_with("eva") { "finn@acme.example" } else { "eva@acme.example" };
        assert!(reasons(other).await.contains("somebody else was due"));
        world.get(&format!("/v1/leads/{id}/why-not/nobody@acme.example")).await.problem(404, "not-found");
        world.get(&format!("/v1/leads/{id}/why?decision=7")).await.problem(404, "not-found");
        world.get("/v1/leads/lead_none/why").await.problem(404, "not-found");
    }

    async fn what_a_person_decided_is_told_as_such(world) {
        let lead = world.lead(1).await;
        let path = format!("/v1/leads/{}", lead["lead"].as_str().unwrap());
        world.post(&format!("{path}/reassign"), json!({ "to": "ben@acme.example" })).await.is(200);
        let why = world.get(&format!("{path}/why")).await.is(200);
        assert!(why["reason"].as_str().unwrap().contains("gave it to ben@acme.example by hand"), "{why}");
        world.get(&format!("{path}/why-not/eva@acme.example")).await.is(200);
        let before = world.get(&format!("{path}/why?decision=1")).await.is(200);
        assert_eq!(before["reason"], lead["reason"], "the decision before is explained as ever");
        let story = world.get(&path).await.is(200);
        let sentences: Vec<&str> = story["timeline"].as_array().unwrap().iter().map(|event| event["text"].as_str().unwrap()).collect();
        assert!(sentences.iter().all(|sentence| !sentence.is_empty()), "{sentences:?}");
    }

    async fn fields_change_and_the_lead_stays_where_it_is(world) {
        let lead = world.post("/v1/leads", json!({ "email": "a@one.example", "phone": "+49 30 1", "note": "old" })).await.is(201);
        let path = format!("/v1/leads/{}", lead["lead"].as_str().unwrap());
        let changed = world.patch(&path, json!({ "employees": 1200, "phone": null, "note": "new" })).await.is(200);
        assert_eq!(changed["rep"], lead["rep"]);
        let after = world.get(&path).await.is(200);
        assert_eq!((&after["fields"]["employees"], &after["fields"]["note"]), (&json!(1200), &json!("new")));
        assert!(after["fields"].get("phone").is_none(), "null empties a field");
        world.patch(&path, json!({ "id": "other" })).await.problem(422, "invalid");
        world.patch("/v1/leads/lead_none", json!({ "note": "x" })).await.problem(404, "not-found");
    }

    async fn a_field_is_emptied_under_any_of_its_names(world) {
        let lead = json!({ "email": "a@one.example", "phone": "+1 202 555 0143", "postal_code": "10115", "Deal Size": "big" });
        let lead = world.post("/v1/leads", lead).await.is(201);
        let path = format!("/v1/leads/{}", lead["lead"].as_str().unwrap());
        world.patch(&path, json!({ "Phone": null, "zip": null, "deal size": null })).await.is(200);
        let fields = world.get(&path).await.is(200)["fields"].clone();
        for name in ["phone", "postal_code", "deal_size"] {
            assert!(fields.get(name).is_none(), "{name}: {fields}");
        }
        world.patch(&path, json!({ "Lead-ID": null })).await.problem(422, "invalid");
    }
}
