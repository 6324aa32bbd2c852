//! Reps, absences, pauses.

use crate::stories;
use crate::world::{World, ago};
use serde_json::{Value, json};

stories! {
    async fn reps_are_listed_in_their_order(world) {
        let page = world.get("/v1/reps?limit=2").await.is(200);
        let emails = |page: &Value| page["items"].as_array().unwrap().iter().map(|rep| rep["email"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(emails(&page), ["dana@acme.example", "ana@acme.example"]);
        let next = world.get(&format!("/v1/reps?limit=2&cursor={}", page["next"].as_str().unwrap())).await.is(200);
        assert_eq!(emails(&next), ["ben@acme.example", "eva@acme.example"]);
    }

    async fn a_rep_is_added_changed_and_removed_by_who_saw_the_present_state(world) {
        let path = "/v1/reps/gus@acme.example";
        world.get(path).await.problem(404, "not-found");
        let added = world.put(path, json!({ "name": "Gus", "timezone": "Europe/Berlin", "skills": ["german"] }), &[]).await;
        let etag = added.header("etag");
        assert_eq!(added.is(201)["rep"]["name"], "Gus");
        let read = world.get(path).await;
        assert_eq!(read.header("etag"), etag);
        assert_eq!(read.is(200)["rep"]["timezone"], "Europe/Berlin");
        world.put(path, json!({ "name": "Gustav" }), &[]).await.problem(428, "no-if-match");
        world.put(path, json!({ "name": "Gustav" }), &[("if-match", "\"0\"")]).await.problem(412, "changed");
        let changed = world.put(path, json!({ "name": "Gustav" }), &[("if-match", &etag)]).await;
        assert_ne!(changed.header("etag"), etag);
        world.put(path, json!({ "timezone": "Mars/Base" }), &[("if-match", &changed.header("etag"))]).await.problem(422, "invalid");
        world.delete(path, &[]).await.problem(428, "no-if-match");
        world.delete(path, &[("if-match", "*")]).await.is(204);
        world.get(path).await.problem(404, "not-found");
    }

    async fn an_absent_rep_gets_nothing_and_the_backup_covers(world) {
        let absence = world.post("/v1/absences", json!({ "rep": "ana@acme.example", "from": ago(60), "until": ago(-3600), "reason": "PTO" })).await.is(201);
        let lead = world.post("/v1/leads", json!({ "email": "cto@globex.example" })).await.is(201);
        assert_eq!(lead["rep"], "ben@acme.example");
        let away = world.get("/v1/reps/ana@acme.example").await.is(200);
        assert_eq!(away["away_until"], absence["until"]);
        let listed = world.get("/v1/absences?rep=ana@acme.example").await.is(200);
        assert_eq!(listed["items"][0]["id"], absence["id"]);
        let path = format!("/v1/absences/{}", absence["id"].as_str().unwrap());
        world.delete(&path, &[]).await.is(204);
        world.delete(&path, &[]).await.problem(404, "not-found");
        let back = world.post("/v1/leads", json!({ "email": "cfo@globex.example" })).await.is(201);
        assert_eq!(back["rep"], "ana@acme.example");
    }

    async fn an_absence_makes_sense_or_is_refused(world) {
        world.post("/v1/absences", json!({ "rep": "ana@acme.example", "from": ago(0), "until": ago(60) })).await.problem(422, "invalid");
        world.post("/v1/absences", json!({ "rep": "nobody@acme.example", "from": ago(60), "until": ago(0) })).await.problem(404, "not-found");
        let (body, key) = (json!({ "rep": "ana@acme.example", "from": ago(60), "until": ago(-60) }), [("idempotency-key", "pto")]);
        let first = world.post_with("/v1/absences", body.clone(), &key).await.is(201);
        let again = world.post_with("/v1/absences", body, &key).await.is(201);
        assert_eq!(first["id"], again["id"]);
        assert_eq!(world.get("/v1/absences").await.is(200)["items"].as_array().unwrap().len(), 1);
    }

    async fn a_rep_takes_a_pause_and_ends_it(world) {
        world.post("/v1/reps/eva@acme.example/pause", json!({ "minutes": 45 })).await.problem(422, "invalid");
        world.post("/v1/reps/nobody@acme.example/pause", json!({ "minutes": 30 })).await.problem(404, "not-found");
        let pause = world.post("/v1/reps/eva@acme.example/pause", json!({ "minutes": 30 })).await.is(201);
        assert_eq!(pause["kind"], "pause");
        for number in 0..3 {
            assert_eq!(world.lead(number).await["rep"], "finn@acme.example");
        }
        world.delete("/v1/reps/eva@acme.example/pause", &[]).await.is(204);
        let mut reps = Vec::new();
        for number in 3..7 {
            reps.push(world.lead(number).await["rep"].as_str().unwrap().to_owned());
        }
        assert_eq!(reps.iter().filter(|rep| rep.starts_with("eva")).count(), 2, "neither a flood nor a drought: {reps:?}");
    }

    async fn what_is_answered_of_a_pause_is_what_is_stored(world) {
        let pause = || world.post_with("/v1/reps/eva@acme.example/pause", json!({ "minutes": 30 }), &[("idempotency-key", "p1")]);
        let first = pause().await.is(201);
        assert_eq!(pause().await.is(201), first);
        assert_eq!(world.get("/v1/absences").await.is(200)["items"][0], first);
        let changed = world.put("/v1/reps/eva@acme.example", json!({ "name": "Eva" }), &[("if-match", "*")]).await.is(200);
        assert_eq!(changed["away_until"], first["until"]);
        world.delete("/v1/reps/eva@acme.example/pause", &[]).await.is(204);
        pause().await.problem(409, "conflict");
    }

    async fn an_absence_of_another_age_is_refused(world) {
        for (from, until) in [("2026-01-01T00:00:00Z", "9999-12-30T22:00:00.5Z"), ("-009999-01-03T00:00:00Z", "2026-01-01T00:00:00Z")] {
            world.post("/v1/absences", json!({ "rep": "ana@acme.example", "from": from, "until": until })).await.problem(422, "invalid");
        }
        let long = format!("{}@acme.example", "r".repeat(320));
        world.put(&format!("/v1/reps/{long}"), json!({ "name": "Long" }), &[]).await.problem(422, "invalid");
    }
}
