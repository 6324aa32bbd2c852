//! The fallback queue is reviewed when the policy says so.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail at once")]

mod world;

use jiff::Timestamp;
use pointsman_store::notification::{Notice, Notification};
use pointsman_store::request::{Delivered, What};
use world::{POLICY, World};

/// A policy in whose fallback queue everything lands, reviewed at nine in Berlin.
fn reviewed() -> World {
    let policy = POLICY
        .replace("timezone = \"UTC\"", "timezone = \"Europe/Berlin\"")
        .replace("assign = \"pool:all\"", "assign = \"queue:catch-all\"");
    World::with(&format!("{policy}review = \"daily 09:00\"\n"))
}

/// The messages of review that go out at a moment.
fn told(world: &mut World, at: &str) -> Vec<Notification> {
    world.now = at.parse::<Timestamp>().unwrap();
    world.done(What::Alive { node: "n".into(), body: "{}".into() });
    let taken = world.claim(1);
    for message in &taken {
        world.done(What::Report { message: message.id.clone(), result: Delivered::Sent { external: None } });
    }
    taken.into_iter().filter(|message| matches!(message.notice, Notice::Review { .. })).collect()
}

#[test]
fn the_reviewer_is_told_once_a_day_what_waits() {
    let mut world = reviewed();
    assert_eq!(told(&mut world, "2026-03-04T10:00:00Z"), [], "what was due before the first look is not made up for");
    world.intake(&[("l1", "ada@globex.example", "web"), ("l2", "bob@initech.example", "web")]);
    assert_eq!(told(&mut world, "2026-03-05T07:59:59Z"), []);
    let messages = told(&mut world, "2026-03-05T08:00:00Z");
    let [message] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!(message.to.as_ref().map(|to| &*to.person), Some("dana@acme.example"));
    let waiting = message.waiting.as_ref().unwrap();
    assert_eq!((waiting.count, waiting.first.len(), &*waiting.first[0].why), (2, 2, "All: waits in queue catch-all"));
    assert!(!format!("{message:?}").contains("ada"), "nothing of the person: what was sent cannot be erased");
    world.restart();
    assert_eq!(told(&mut world, "2026-03-05T20:00:00Z"), [], "once a day, whichever node looks");
    assert_eq!(told(&mut world, "2026-03-07T20:00:00Z").len(), 1, "two days without a node are one review");
    assert_eq!(world.count("select count(*) from journal where ws = $1 and kind = 'review'"), 2);
}

#[test]
fn nobody_is_told_of_an_empty_queue() {
    let mut world = reviewed();
    told(&mut world, "2026-03-04T10:00:00Z");
    assert_eq!(told(&mut world, "2026-03-05T09:00:00Z"), []);
    world.intake(&[("l1", "ada@globex.example", "web")]);
    assert_eq!(told(&mut world, "2026-03-05T10:00:00Z"), [], "what comes later is told of the next day");
    assert_eq!(told(&mut world, "2026-03-06T09:00:00Z").len(), 1);
}

#[test]
fn what_was_taken_in_the_meantime_is_not_told() {
    let mut world = reviewed();
    told(&mut world, "2026-03-04T10:00:00Z");
    world.intake(&[("l1", "ada@globex.example", "web")]);
    world.now = "2026-03-05T08:00:00Z".parse().unwrap();
    world.done(What::Alive { node: "n".into(), body: "{}".into() });
    let to = Some("ben@acme.example".into());
    let by = pointsman_engine::life::By::Other("api".into());
    world.act("l1", pointsman_engine::life::Command::Reassign { to, by }).unwrap();
    assert!(world.claim(1).iter().all(|message| !matches!(message.notice, Notice::Review { .. })));
    assert_eq!(world.count("select count(*) from message where ws = $1 and kind = 'review' and state = 'cancelled'"), 1);
}
