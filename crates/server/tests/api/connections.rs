//! What happens to a connection whose request was answered before it was read.

use crate::world::World;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

/// What comes back on one connection until the server ends it.
async fn answers(world: &World, sent: &[u8]) -> String {
    let mut stream = world.connect().await;
    stream.write_all(sent).await.unwrap();
    let mut text = String::new();
    timeout(Duration::from_secs(20), stream.read_to_string(&mut text)).await.expect("the connection ends").unwrap();
    text
}

fn statuses(text: &str) -> Vec<&str> {
    text.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_answered_early_leaves_its_connection_usable_or_says_that_it_ends() {
    let world = World::start(None, false, &[]).await;
    let refused = |more: &str| format!("POST /v1/leads HTTP/1.1\r\nhost: x\r\n{more}\r\n").into_bytes();
    let last = b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let megabytes = 3 << 20;

    let long = [&refused(&format!("content-length: {megabytes}\r\n"))[..], &vec![b' '; megabytes], last].concat();
    assert_eq!(statuses(&answers(&world, &long).await), ["401", "200"], "a body nobody wanted is read away");

    let chunk = [format!("{megabytes:x}\r\n").into_bytes(), vec![b' '; megabytes], b"\r\n".to_vec()].concat();
    let chunked = [&refused("transfer-encoding: chunked\r\n")[..], &chunk, b"0\r\n\r\n", last].concat();
    assert_eq!(statuses(&answers(&world, &chunked).await), ["401", "200"]);

    let endless = answers(&world, &refused("content-length: 1000000000\r\n")).await;
    assert_eq!(statuses(&endless), ["401"]);
    assert!(endless.contains("connection: close\r\n"), "{endless}");

    let careful = answers(&world, &refused("content-length: 10\r\nexpect: 100-continue\r\n")).await;
    assert_eq!(statuses(&careful), ["401"], "nobody is told to go on with what is refused");
    assert!(careful.contains("connection: close\r\n"), "{careful}");
    world.stop().await;
}
