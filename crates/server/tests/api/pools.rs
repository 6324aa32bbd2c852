//! Pools, credits, queues.

use crate::stories;
use crate::world::World;
use serde_json::{Value, json};

fn balance(pool: &Value, rep: &str) -> i64 {
    let member = pool["members"].as_array().unwrap().iter().find(|member| member["rep"] == rep).unwrap();
    member["balance"].as_i64().unwrap()
}

stories! {
    async fn a_pool_says_who_is_next_and_is_right(world) {
        for number in 0..5 {
            let next = world.get("/v1/pools/sdr").await.is(200)["next"].clone();
            assert_eq!(world.lead(number).await["rep"], next);
        }
        assert_eq!(world.get("/v1/pools").await.is(200).as_array().unwrap().len(), 1);
        world.get("/v1/pools/none").await.problem(404, "not-found");
    }

    async fn a_credit_brings_more_leads_and_stands_in_the_ledger(world) {
        let credit = json!({ "rep": "eva@acme.example", "leads": 2, "reason": "covered the weekend" });
        let granted = world.post("/v1/pools/sdr/credits", credit.clone()).await.is(201);
        assert_eq!(granted["leads"], 2.0);
        let pool = world.get("/v1/pools/sdr").await.is(200);
        assert_eq!((balance(&pool, "eva@acme.example"), balance(&pool, "finn@acme.example")), (2000, -2000));
        let mut eva = 0;
        for number in 0..10 {
            eva += i64::from(world.lead(number).await["rep"] == "eva@acme.example");
        }
        assert_eq!(eva, 7, "two more than her share of five");
        let ledger = world.get("/v1/pools/sdr/credits").await.is(200);
        assert_eq!((&ledger["items"][0]["reason"], &ledger["items"][0]["actor"]), (&json!("covered the weekend"), &json!("first administrator")));
        world.post("/v1/pools/sdr/credits", json!({ "rep": "ana@acme.example", "leads": 1, "reason": "x" })).await.problem(422, "invalid");
        world.post("/v1/pools/none/credits", credit).await.problem(404, "not-found");
        for leads in [json!(0), json!(0.0004), json!(1000.001), json!(-1e16), json!(1e300)] {
            let credit = json!({ "rep": "eva@acme.example", "leads": leads, "reason": "x" });
            world.post("/v1/pools/sdr/credits", credit).await.problem(422, "invalid");
        }
        world.post("/v1/pools/sdr/credits", json!({ "rep": "eva@acme.example", "leads": 1, "reason": " " })).await.problem(422, "invalid");
    }

    async fn leads_in_a_queue_are_taken_oldest_first(world) {
        let mut waiting = Vec::new();
        for number in 0..3 {
            let lead = world.post("/v1/leads", json!({ "email": format!("p{number}@x{number}.example"), "source": "partner" })).await.is(201);
            waiting.push(lead["lead"].clone());
        }
        let queues = world.get("/v1/queues").await.is(200);
        let queue = queues.as_array().unwrap().iter().find(|queue| queue["queue"] == "partner-desk").unwrap();
        assert_eq!((&queue["waiting"], &queue["reviewer"]), (&json!(3), &json!("dana@acme.example")));
        let claimed = world.post("/v1/queues/partner-desk/claim", json!({ "rep": "ben@acme.example" })).await.is(200);
        assert_eq!((&claimed["lead"], &claimed["rep"]), (&waiting[0], &json!("ben@acme.example")));
        let given = world.post("/v1/queues/partner-desk/assign", json!({ "lead": waiting[2], "rep": "eva@acme.example" })).await.is(200);
        assert_eq!(given["rep"], "eva@acme.example");
        world.post("/v1/queues/partner-desk/assign", json!({ "lead": waiting[2], "rep": "eva@acme.example" })).await.problem(409, "conflict");
        world.post("/v1/queues/partner-desk/claim", json!({ "rep": "ben@acme.example" })).await.is(200);
        world.post("/v1/queues/partner-desk/claim", json!({ "rep": "ben@acme.example" })).await.problem(409, "conflict");
    }

    async fn who_asks_again_for_a_lead_of_a_queue_is_answered_as_before(world) {
        let lead = |email: &str| world.post("/v1/leads", json!({ "email": email, "source": "partner" }));
        let first = lead("a@one.example").await.is(201)["lead"].clone();
        let ask = |what: &str, body: Value| {
            let path = format!("/v1/queues/partner-desk/{what}");
            async { let path = path; world.post_with(&path, body, &[("idempotency-key", "q1")]).await }
        };
        let body = json!({ "lead": first, "rep": "eva@acme.example" });
        let (given, again) = (ask("assign", body.clone()).await, ask("assign", body.clone()).await);
        assert_eq!((given.status, &given.text), (again.status, &again.text));
        world.post("/v1/queues/partner-desk/assign", body).await.problem(409, "conflict");
        ask("assign", json!({ "lead": first, "rep": "ben@acme.example" })).await.problem(422, "key-reused");
        let second = lead("b@two.example").await.is(201)["lead"].clone();
        let claim = || world.post_with("/v1/queues/partner-desk/claim", json!({ "rep": "ben@acme.example" }), &[("idempotency-key", "q2")]);
        let claimed = claim().await.is(200);
        assert_eq!(claimed["lead"], second);
        assert_eq!(claim().await.is(200), claimed, "with no lead left in the queue");
        lead("c@three.example").await.is(201);
        assert_eq!(claim().await.is(200), claimed, "with another lead in the queue");
    }

    async fn a_credit_that_is_sent_again_is_answered_as_it_is_stored(world) {
        let grant = || world.post_with("/v1/pools/sdr/credits", json!({ "rep": "Eva@acme.example", "leads": 1, "reason": "x" }), &[("idempotency-key", "c1")]);
        let first = grant().await.is(201);
        assert_eq!((grant().await.is(201), &world.get("/v1/pools/sdr/credits").await.is(200)["items"][0]), (first.clone(), &first));
    }
}
