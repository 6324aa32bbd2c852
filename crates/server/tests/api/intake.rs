//! Leads come in one by one.

use crate::stories;
use crate::world::World;
use serde_json::json;

stories! {
    async fn a_lead_is_answered_with_its_decision(world) {
        let answer = world.post("/v1/leads", json!({ "email": "cto@globex.example", "type": "demo_request", "budget": "big" })).await.is(201);
        assert_eq!(answer["outcome"], "assigned");
        assert_eq!(answer["rep"], "ana@acme.example");
        assert_eq!(answer["rule"], "Known accounts go to their owner");
        assert_eq!(answer["account"], "acc_globex");
        assert_eq!((&answer["sla"], &answer["repeat"]), (&json!("demo"), &json!(false)));
        assert!(answer["contact_by"].is_string());
        let id = answer["lead"].as_str().unwrap();
        assert!(id.starts_with("lead_"));
        assert_eq!(answer["decision"], format!("dec_{id}_1"));
        let lead = world.get(&format!("/v1/leads/{id}")).await.is(200);
        assert_eq!(lead["fields"]["budget"], "big", "fields we do not know are kept");
    }

    async fn turns_are_taken(world) {
        let mut reps = Vec::new();
        for number in 0..6 {
            reps.push(world.lead(number).await["rep"].as_str().unwrap().to_owned());
        }
        assert_eq!(reps.iter().filter(|rep| rep.starts_with("eva")).count(), 3, "{reps:?}");
        assert_ne!(reps[0], reps[1]);
    }

    async fn a_lead_with_an_id_of_its_own_keeps_it_and_comes_in_once(world) {
        let lead = json!({ "id": "crm-17", "email": "a@one.example" });
        let first = world.post("/v1/leads", lead.clone()).await.is(201);
        assert_eq!(first["lead"], "crm-17");
        let again = world.post("/v1/leads", lead).await.is(200);
        assert_eq!((&again["lead"], &again["repeat"], &again["rep"]), (&json!("crm-17"), &json!(true), &first["rep"]));
        assert_eq!(world.get("/v1/leads").await.is(200)["items"].as_array().unwrap().len(), 1);
    }

    async fn the_same_person_again_is_the_same_lead(world) {
        let first = world.post("/v1/leads", json!({ "email": "a@one.example" })).await.is(201);
        let again = world.post("/v1/leads", json!({ "email": "A@One.example ", "type": "contact_us" })).await.is(200);
        assert_eq!((&again["lead"], &again["rep"], &again["repeat"]), (&first["lead"], &first["rep"], &json!(true)));
        let lead = world.get(&format!("/v1/leads/{}", first["lead"].as_str().unwrap())).await.is(200);
        assert_eq!(lead["decisions"].as_array().unwrap().len(), 2, "both decisions are on the one lead");
    }

    async fn a_key_makes_sending_twice_safe(world) {
        let (lead, key) = (json!({ "email": "a@one.example" }), [("idempotency-key", "k1")]);
        let first = world.post_with("/v1/leads", lead.clone(), &key).await;
        let again = world.post_with("/v1/leads", lead.clone(), &key).await;
        assert_eq!((first.status, &first.text), (again.status, &again.text), "the same key, the same answer");
        world.post_with("/v1/leads", json!({ "email": "b@two.example" }), &key).await.problem(422, "key-reused");
        let other = world.mint(json!({ "scopes": ["leads:write"] })).await;
        let request = world.client.post(format!("{}/v1/leads", world.base)).bearer_auth(other);
        let answer = crate::world::send(request.header("idempotency-key", "k1").json(&json!({ "email": "c@three.example" }))).await;
        answer.is(201);
    }

    async fn a_value_that_cannot_be_read_is_left_out_and_told(world) {
        let answer = world.post("/v1/leads", json!({ "email": "a@one.example", "employees": "many" })).await.is(201);
        assert_eq!(answer["warnings"][0]["at"], "employees");
        let problem = world.post("/v1/leads", json!({ "email": "b@two.example", "created_at": "yesterday" })).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["at"], "created_at");
    }

    async fn what_was_answered_is_there_after_a_restart(world) {
        let before = world.lead(1).await;
        world.restart().await;
        let after = world.get(&format!("/v1/leads/{}", before["lead"].as_str().unwrap())).await.is(200);
        assert_eq!(after["rep"], before["rep"]);
        let next = world.lead(2).await;
        assert_ne!(next["rep"], before["rep"], "turns go on where they were");
    }

    async fn an_id_that_says_nothing_is_none(world) {
        let mut ids = Vec::new();
        for (number, id) in [json!({ "id": null }), json!({ "id": "" }), json!({ "Lead-ID": " " })].into_iter().enumerate() {
            let mut lead = json!({ "email": format!("p{number}@company-{number}.example") });
            lead.as_object_mut().unwrap().extend(id.as_object().unwrap().clone());
            ids.push(world.post("/v1/leads", lead).await.is(201)["lead"].as_str().unwrap().to_owned());
        }
        let batch = world.post("/v1/leads/batch", json!([{ "id": "", "email": "x@one.example" }, { "id": "", "email": "y@two.example" }])).await.is(200);
        assert_eq!(batch["new"], 2);
        ids.extend(batch["leads"].as_array().unwrap().iter().map(|lead| lead["lead"].as_str().unwrap().to_owned()));
        assert!(ids.iter().all(|id| id.starts_with("lead_")), "{ids:?}");
        assert_eq!(world.get("/v1/leads").await.is(200)["items"].as_array().unwrap().len(), 5);
    }

    async fn a_lead_of_another_age_is_refused(world) {
        for moment in ["9999-12-30T22:00:00.5Z", "1969-12-31T23:59:59Z"] {
            let problem = world.post("/v1/leads", json!({ "email": "a@one.example", "created_at": moment })).await.problem(422, "invalid");
            assert_eq!(problem["errors"][0]["at"], "created_at");
        }
        world.post("/v1/leads", json!({ "email": "a@one.example", "created_at": "8999-12-31T23:59:59Z" })).await.is(201);
        assert_eq!(world.get("/v1/leads").await.is(200)["items"].as_array().unwrap().len(), 1);
    }

    async fn what_no_index_holds_is_left_out_of_its_lead_alone(world) {
        // Nothing that could be compressed: an index would hold that.
        let noise: String = (0..1_000_u64).map(|number| format!("{:09x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 28)).collect();
        let (email, id) = (format!("{noise}@one.example"), &noise[..201]);
        let batch = json!([{ "email": email }, { "email": "b@two.example" }, { "id": id, "email": "c@three.example" }]);
        let answer = world.post("/v1/leads/batch", batch).await.is(200);
        assert_eq!((&answer["new"], &answer["left_out"]), (&json!(2), &json!(1)));
        assert_eq!((&answer["problems"][0]["at"], &answer["problems"][1]["at"]), (&json!("line 1, column email"), &json!("line 3, column id")));
    }
}
