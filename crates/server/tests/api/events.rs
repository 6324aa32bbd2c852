//! The stream of events.

use crate::stories;
use crate::world::World;
use reqwest::Method;
use serde_json::Value;

/// Reads a stream until `count` events came.
async fn read(world: &World, path: &str, last: Option<&str>, count: usize) -> Vec<(String, Value)> {
    let mut request = world.ask(Method::GET, path);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let mut response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let (mut text, mut events) = (String::new(), Vec::new());
    while events.len() < count {
        text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().expect("the stream goes on")).unwrap());
        while let Some((event, rest)) = text.split_once("\n\n") {
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned());
            if let (Some(id), Some(data)) = (field("id:"), field("data:")) {
                events.push((id, serde_json::from_str(&data).unwrap()));
            }
            text = rest.to_owned();
        }
    }
    events
}

stories! {
    async fn a_stream_goes_on_where_it_broke_off(world) {
        let lead = world.lead(1).await["lead"].as_str().unwrap().to_owned();
        let path = format!("/v1/events?lead={lead}&after=0");
        let seen = read(&world, &path, None, 1).await;
        assert_eq!(seen[0].1["lead"], lead);
        world.post(&format!("/v1/leads/{lead}/accept"), serde_json::json!({})).await.is(200);
        let more = read(&world, &format!("/v1/events?lead={lead}&kinds=accepted"), Some(&seen[0].0), 1).await;
        assert_eq!(more[0].1["kind"], "accepted");
        assert!(more[0].0.parse::<i64>().unwrap() > seen[0].0.parse::<i64>().unwrap());
        let wrong = world.ask(Method::GET, "/v1/events").header("last-event-id", "x");
        crate::world::send(wrong).await.problem(400, "bad-header");
    }

    async fn a_stream_without_a_beginning_begins_now(world) {
        world.lead(1).await;
        let (events, lead) = tokio::join!(read(&world, "/v1/events?kinds=assigned", None, 1), async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            world.lead(2).await
        });
        assert_eq!(events[0].1["lead"], lead["lead"]);
    }

    async fn a_stream_ends_with_its_token(world) {
        let token = world.mint(serde_json::json!({})).await;
        let mut stream = world.client.get(format!("{}/v1/events?kinds=assigned", world.base)).bearer_auth(&token).send().await.unwrap();
        assert_eq!(stream.status(), 200);
        let tokens = world.get("/v1/tokens").await.is(200);
        let id = tokens.as_array().unwrap().iter().find(|token| token["name"] == "test").unwrap()["id"].as_str().unwrap().to_owned();
        world.delete(&format!("/v1/tokens/{id}"), &[]).await.is(204);
        world.lead(1).await;
        let end = async { while stream.chunk().await.unwrap().is_some_and(|chunk| { assert!(!chunk.starts_with(b"id"), "{chunk:?}"); true }) {} };
        tokio::time::timeout(std::time::Duration::from_secs(8), end).await.expect("the stream ends");
    }
}
