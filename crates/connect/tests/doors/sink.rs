//! The sink, and what holds of every channel.

use crate::scene::{message, now, open};
use pointsman_connect::channel::Channel;
use pointsman_connect::config::ChannelConfig;
use pointsman_connect::message::{Message, Notice, Outcome};
use serde_json::Value;

#[tokio::test]
async fn a_sink_takes_everything_and_sends_nothing() {
    let sink = open(&ChannelConfig::Sink {});
    let event = message(Notice::Event { event: "lead.assigned".into(), data: Value::Null });
    let update = Message { replaces: Some("sink".into()), ..message(Notice::Assigned) };
    let nobody = Message { to: Default::default(), ..message(Notice::Assigned) };
    for message in [message(Notice::Assigned), event, update, nobody] {
        assert_eq!(sink.reaches(&message), Ok(()));
        assert_eq!(sink.deliver(&message, now()).await, Outcome::Delivered { external: "sink".into() });
    }
}

/// A courier shares its channels among tasks: this does not compile when one cannot be shared.
#[tokio::test]
async fn channels_can_be_shared_among_tasks() {
    let channel = std::sync::Arc::new(open(&ChannelConfig::Sink {}));
    let deliver = |channel: std::sync::Arc<Channel>| async move { channel.deliver(&message(Notice::Assigned), now()).await };
    let outcome = tokio::spawn(deliver(channel)).await.unwrap();
    assert!(matches!(outcome, Outcome::Delivered { .. }));
}
