//! Events as a timeline shows them.

use super::*;
use crate::life::words::{Style, event};
use jiff::tz::TimeZone;

fn shown(what: &Event, happened: &str) -> String {
    let name = |who: &Who| match who {
        Who::Rep(key) | Who::Person(key) => key.split('@').next().map(capital).unwrap_or_default(),
        Who::ManagerOf(_) => "Dana".to_owned(),
        Who::Reviewer(queue) => queue.as_ref().map_or("Rita".to_owned(), |queue| format!("Paul of {queue}")),
    };
    let style = Style { at: at(happened), timezone: &TimeZone::get("America/New_York").unwrap(), name: &name };
    event(what, &style)
}

fn capital(name: &str) -> String {
    name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect()
}

fn key(name: &str) -> Box<str> {
    format!("{name}@acme.example").into()
}

/// The events of the matrix and of decisions, each once in every form it has.
fn events() -> Vec<Event> {
    let (ana, ben, rule) = (|| key("ana"), || key("ben"), || Some("Everything".into()));
    let (by_ana, by_dana) = (|| By::Rep(ana()), dana);
    let (by, late, tomorrow) = (at("15:15"), at("15:20"), "2026-03-03T15:15Z".parse().unwrap());
    vec![
        Event::Assigned { rep: ana(), pool: Some("sdr".into()), rule: rule() },
        Event::Assigned { rep: ana(), pool: None, rule: rule() },
        Event::Kept { rep: Some(ana()), rule: rule() },
        Event::Kept { rep: Some(ana()), rule: None },
        Event::Kept { rep: None, rule: rule() },
        Event::Queued { queue: "desk".into(), rule: rule() },
        Event::Queued { queue: "catch-all".into(), rule: None },
        Event::Held { pool: None, until: by, rule: rule() },
        Event::Held { pool: Some("sdr".into()), until: tomorrow, rule: rule() },
        Event::Suppressed { by: None, rule: rule(), reason: None },
        Event::Suppressed { by: Some(by_dana()), rule: None, reason: Some("a competitor".into()) },
        Event::TooLate { contact_by: by },
        Event::Accepted { by: by_ana(), rep: ana() },
        Event::Accepted { by: by_dana(), rep: ana() },
        Event::Passed { by: by_ana(), rep: ana(), reason: None, bad_lead: false },
        Event::Passed { by: by_dana(), rep: ana(), reason: Some("a student".into()), bad_lead: true },
        Event::Contacted { by: by_ana(), rep: ana(), at: by, contact_by: Some(by) },
        Event::Contacted { by: by_dana(), rep: ana(), at: late, contact_by: Some(by) },
        Event::Contacted { by: by_ana(), rep: ana(), at: by, contact_by: None },
        Event::HoldOver,
        Event::NotRouted { route_by: by, told: Who::Reviewer(Some("desk".into())) },
        Event::NotRouted { route_by: by, told: Who::Reviewer(None) },
        Event::Reminded { rep: ana() },
        Event::Breached { rep: Some(ana()), contact_by: by },
        Event::Breached { rep: None, contact_by: by },
        Event::Escalated { told: Who::ManagerOf(ana()), rep: Some(ana()), contact_by: Some(by) },
        Event::Escalated { told: Who::Rep(ana()), rep: Some(ana()), contact_by: Some(tomorrow) },
        Event::Escalated { told: Who::Person(key("ceo")), rep: None, contact_by: None },
        Event::TakenAway { rep: ana() },
        Event::Unacknowledged { rep: ana(), channel: 1 },
        Event::Reassigned { by: by_dana(), from: Some(ana()), to: Some(ben()) },
        Event::Reassigned { by: by_dana(), from: None, to: Some(ben()) },
        Event::Reassigned { by: by_dana(), from: Some(ana()), to: None },
        Event::Reassigned { by: by_dana(), from: None, to: None },
        Event::Claimed { by: by_ana(), rep: ana(), queue: Some("desk".into()) },
        Event::Claimed { by: by_dana(), rep: ana(), queue: None },
        Event::Requeued { by: by_dana(), queue: "desk".into(), from: Some(ana()) },
        Event::Requeued { by: by_dana(), queue: "desk".into(), from: None },
        Event::Closed { by: by_ana(), result: Closing::Won },
        Event::Closed { by: by_dana(), result: Closing::Bad },
        Event::Erased { by: by_dana() },
        Event::Rerouted { rule: rule() },
        Event::Rerouted { rule: None },
        Event::CameAgain { rep: ana() },
    ]
}

#[test]
fn every_event_is_a_sentence() {
    let sentences: Vec<String> = events().iter().map(|event| shown(event, "15:30")).collect();
    assert!(sentences.iter().all(|sentence| !sentence.is_empty() && !sentence.ends_with('.')));
    insta::assert_snapshot!(sentences.join("\n"));
}

#[test]
fn a_deadline_of_another_day_is_written_with_its_date() {
    let breach = Event::Breached { rep: None, contact_by: at("23:59") };
    assert_eq!(shown(&breach, "23:59:01"), "Nobody made contact by 18:59 EST");
    let told = Event::Escalated { told: Who::ManagerOf(key("ana")), rep: None, contact_by: Some("2026-03-01T23:59Z".parse().unwrap()) };
    assert_eq!(shown(&told, "15:00"), "Nobody made contact by 2026-03-01 18:59 EST: Dana was told");
}

#[test]
fn whoever_acts_for_a_rep_is_named() {
    let by_rep = Event::Accepted { by: By::Rep("ANA@acme.example".into()), rep: key("ana") };
    assert_eq!(shown(&by_rep, "15:00"), "ANA accepted it");
}
