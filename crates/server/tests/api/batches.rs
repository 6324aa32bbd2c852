//! Leads come in by the thousand.

use crate::stories;
use crate::world::{World, send};
use reqwest::Method;
use serde_json::{Value, json};

fn leads(count: usize) -> Vec<Value> {
    (0..count).map(|number| json!({ "id": format!("b{number}"), "email": format!("p{number}@c{number}.example") })).collect()
}

stories! {
    async fn a_batch_keeps_its_order_and_is_shared_as_single_leads_are(world) {
        let answer = world.post("/v1/leads/batch", leads(1201).into()).await.is(200);
        assert_eq!((&answer["new"], &answer["left_out"]), (&json!(1201), &json!(0)));
        let leads = answer["leads"].as_array().unwrap();
        assert!(leads.iter().enumerate().all(|(number, lead)| lead["lead"] == format!("b{number}")), "in the order they came");
        let eva = |some: &[Value]| some.iter().filter(|lead| lead["rep"] == "eva@acme.example").count();
        for end in [2, 10, 501, 1200] {
            assert!(eva(&leads[..end]).abs_diff(end / 2) <= 1, "after {end} leads nobody is more than one lead off");
        }
    }

    async fn lines_of_json_are_a_batch_too(world) {
        let body = "{\"email\": \"a@one.example\"}\n\n{\"email\": \"b@two.example\", \"created_at\": \"soon\"}\n{\"email\": \"cto@globex.example\"}\n";
        let request = world.ask(Method::POST, "/v1/leads/batch").header("content-type", "application/x-ndjson").body(body);
        let answer = send(request).await.is(200);
        assert_eq!((&answer["new"], &answer["left_out"]), (&json!(2), &json!(1)));
        assert_eq!(answer["leads"][1]["rep"], "ana@acme.example");
        assert_eq!(answer["problems"][0]["at"], "line 3, column created_at");
        let request = world.ask(Method::POST, "/v1/leads/batch").header("content-type", "application/x-ndjson").body("{}\nnonsense\n");
        let problem = send(request).await.problem(400, "unreadable");
        assert!(problem["detail"].as_str().unwrap().contains("line 2"), "{problem}");
    }

    async fn a_batch_that_is_sent_again_is_taken_in_once(world) {
        let without_ids: Value = (0..700).map(|number| json!({ "email": format!("p{number}@c{number}.example") })).collect();
        let key = [("idempotency-key", "import-1")];
        let first = world.post_with("/v1/leads/batch", without_ids.clone(), &key).await;
        let again = world.post_with("/v1/leads/batch", without_ids, &key).await;
        assert_eq!(first.text, again.text);
        let pools = world.get("/v1/pools/sdr").await.is(200);
        let open: u64 = pools["members"].as_array().unwrap().iter().map(|member| member["open"].as_u64().unwrap()).sum();
        assert_eq!(open, 700);
    }

    async fn a_batch_has_limits(world) {
        world.post("/v1/leads/batch", leads(50_001).into()).await.problem(413, "too-large");
        world.post("/v1/leads/batch", json!([])).await.problem(422, "invalid");
        world.post("/v1/leads/batch", json!({ "email": "a@one.example" })).await.problem(422, "invalid");
        let request = world.ask(Method::POST, "/v1/leads/batch").header("content-type", "text/csv").body("email\n");
        send(request).await.problem(415, "media-type");
    }

    async fn too_many_lines_are_refused_before_they_are_read(world) {
        let send_lines = |count: usize| {
            let request = world.ask(Method::POST, "/v1/leads/batch").header("content-type", "application/x-ndjson");
            send(request.body("{}\n".repeat(count - 1) + "nonsense\n\n"))
        };
        send_lines(50_001).await.problem(413, "too-large");
        send_lines(50_000).await.problem(400, "unreadable");
    }
}
