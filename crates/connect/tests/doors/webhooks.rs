//! Webhooks to programs.

use crate::scene::{TOO_SLOW, WEBHOOK_SECRET, impatient, message, now, open, webhook, webhook_at};
use jiff::ToSpan;
use pointsman_connect::channel::Channel;
use pointsman_connect::config::ChannelConfig;
use pointsman_connect::message::{Message, Notice, Outcome, State};
use pointsman_connect::secret::Secret;
use pointsman_testkit::mood::Mood;
use pointsman_testkit::webhook::Receiver;
use serde_json::json;
use std::time::Duration;

const OTHER_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

async fn receiver() -> Receiver {
    Receiver::start(WEBHOOK_SECRET).await.unwrap()
}

fn event() -> Message {
    Message {
        about: None,
        ..message(Notice::Event { event: "lead.assigned".into(), data: json!({ "lead": "lead_1", "note": "é 😀 <b>" }) })
    }
}

#[tokio::test]
async fn an_event_arrives_signed_with_its_type_time_and_data() {
    let receiver = receiver().await;
    let outcome = webhook(receiver.url(), &[WEBHOOK_SECRET]).deliver(&event(), now()).await;
    assert_eq!(outcome, Outcome::Delivered { external: "204".into() });
    let got = receiver.got();
    assert_eq!((got[0].id.as_str(), got[0].timestamp), ("msg_0195f3c2a1", now().as_second()));
    let expected =
        json!({ "type": "lead.assigned", "timestamp": "2026-03-04T15:00:00Z", "data": { "lead": "lead_1", "note": "é 😀 <b>" } });
    assert_eq!(got[0].body, expected);
    assert_eq!(receiver.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_second_attempt_has_the_same_id_and_body_and_its_own_time() {
    let receiver = receiver().await;
    let hook = webhook(receiver.url(), &[WEBHOOK_SECRET]);
    receiver.set(Mood::Status(500));
    assert!(matches!(hook.deliver(&event(), now()).await, Outcome::Retry { .. }));
    receiver.set(Mood::Alive);
    hook.deliver(&event(), now()).await;
    hook.deliver(&event(), now() + 9.seconds()).await;
    let got = receiver.got();
    assert_eq!((&got[0].id, &got[0].body), (&got[1].id, &got[1].body));
    assert_eq!(got[1].timestamp, got[0].timestamp + 9);
}

#[tokio::test]
async fn while_a_secret_is_replaced_both_sign() {
    let (old, new) = (receiver().await, Receiver::start(OTHER_SECRET).await.unwrap());
    for receiver in [&old, &new] {
        webhook(receiver.url(), &[OTHER_SECRET, WEBHOOK_SECRET]).deliver(&event(), now()).await;
        assert_eq!(receiver.got().len(), 1);
    }
    let outcome = webhook(old.url(), &[OTHER_SECRET]).deliver(&event(), now()).await;
    assert!(matches!(outcome, Outcome::Retry { ref reason, .. } if reason.ends_with("answered 401")), "{outcome:?}");
}

#[tokio::test]
async fn a_receiver_that_fails_is_tried_again() {
    let receiver = receiver().await;
    let hook = webhook(receiver.url(), &[WEBHOOK_SECRET]);
    for mood in [Mood::Status(400), Mood::Status(404), Mood::Status(500), Mood::Status(503), Mood::Deaf] {
        receiver.set(mood.clone());
        assert!(matches!(hook.deliver(&event(), now()).await, Outcome::Retry { after: None, .. }), "{mood:?}");
    }
    receiver.set(Mood::Slow(TOO_SLOW));
    let impatient = impatient(&webhook_at(receiver.url(), &[WEBHOOK_SECRET]));
    assert!(matches!(impatient.deliver(&event(), now()).await, Outcome::Retry { after: None, .. }));
    receiver.set(Mood::RateLimiting(120));
    let outcome = hook.deliver(&event(), now()).await;
    assert!(matches!(outcome, Outcome::Retry { after: Some(after), .. } if after == Duration::from_secs(120)), "{outcome:?}");
    drop(receiver);
    assert!(matches!(hook.deliver(&event(), now()).await, Outcome::Retry { .. }));
}

#[tokio::test]
async fn a_receiver_that_wants_no_more_gets_no_more() {
    let receiver = receiver().await;
    let hook = webhook(receiver.url(), &[WEBHOOK_SECRET]);
    receiver.set(Mood::Status(410));
    assert!(matches!(hook.deliver(&event(), now()).await, Outcome::Dead { reason } if reason.contains("Gone")));
    receiver.set(Mood::Redirecting("http://localhost:1/".into()));
    assert!(matches!(hook.deliver(&event(), now()).await, Outcome::Dead { reason } if reason.contains("redirect")));
}

#[tokio::test]
async fn a_notice_goes_to_a_webhook_with_everything_it_says() {
    let receiver = receiver().await;
    webhook(receiver.url(), &[WEBHOOK_SECRET]).deliver(&message(Notice::Assigned), now()).await;
    let body = receiver.got().remove(0).body;
    assert_eq!(body["type"], "notice.assigned");
    assert_eq!(body["data"]["about"]["lead"]["company"], "Globex & Sons");
    assert_eq!(body["data"]["link"], "https://leads.acme.example/leads/lead_0195f3c2");
    let mut erased = message(Notice::Assigned);
    erased.about.as_mut().unwrap().state = State::Erased;
    webhook(receiver.url(), &[WEBHOOK_SECRET]).deliver(&erased, now()).await;
    assert!(!receiver.got()[1].body.to_string().contains("Globex"));
}

#[test]
fn a_webhook_gets_the_events_it_asked_for() {
    let (url, secrets) = ("https://hooks.acme.example/in".to_owned(), vec![Secret::new(WEBHOOK_SECRET)]);
    let takes = |events: &[&str]| {
        let events = events.iter().map(|event| (*event).to_owned()).collect();
        open(&ChannelConfig::Webhook { url: url.clone(), secrets: secrets.clone(), events }).reaches(&event()).is_ok()
    };
    assert!(takes(&[]) && takes(&["*"]) && takes(&["lead.*"]) && takes(&["lead.assigned"]) && takes(&["rep.*", "lead.assigned"]));
    assert!(!takes(&["lead"]) && !takes(&["le*"]) && !takes(&["lead.breached"]) && !takes(&["lead.assigned.*"]));
}

#[test]
fn a_webhook_that_could_not_work_is_refused_when_it_is_entered() {
    let field = |url: &str, secrets: &[&str]| {
        let secrets = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        let config = ChannelConfig::Webhook { url: url.into(), secrets, events: Vec::new() };
        Channel::open(&config, &crate::scene::outside()).err().map(|error| error.field)
    };
    assert_eq!(field("https://hooks.acme.example/in", &[WEBHOOK_SECRET]), None);
    assert_eq!(field("ftp://hooks.acme.example/in", &[WEBHOOK_SECRET]), Some("url"));
    assert_eq!(field("https://me:pw@hooks.acme.example/in", &[WEBHOOK_SECRET]), Some("url"));
    assert_eq!(field("hooks.acme.example", &[WEBHOOK_SECRET]), Some("url"));
    assert_eq!(field("https://hooks.acme.example/in", &[]), Some("secrets"));
    assert_eq!(field("https://hooks.acme.example/in", &["whsec_c2hvcnQ="]), Some("secrets"));
    for blank in ["", " ", "whsec_"] {
        assert_eq!(field("https://hooks.acme.example/in", &[WEBHOOK_SECRET, blank]), Some("secrets"), "{blank:?}");
    }
    assert_eq!(field("https://hooks.acme.example/in", &["whsec_???"]), Some("secrets"));
}
