//! The reconciler finds each kind of error when one is planted in the tables, and none where there is none.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

use jiff::{SignedDuration, Timestamp};
use pointsman_engine::lead::{Lead, LeadId};
use pointsman_engine::life::{By, Closing, Command};
use pointsman_engine::people::Rep;
use pointsman_engine::policy::source::Sources;
use pointsman_store::place::Place;
use pointsman_store::reconcile::Reconciler;
use pointsman_store::request::{Delivered, DocumentKind, PeopleEdit, Reply, Request, What};
use pointsman_store::schema::migrate;
use pointsman_store::writer::Writer;

const POLICY: &str = r#"
[policy]
name = "Test"
timezone = "UTC"

[[rule]]
name = "Slow ones wait"
when = { source = "slow" }
then = "hold"
until = { employees = { missing = false } }
at_most = "2h"

[[rule]]
name = "All"
assign = "pool:all"
sla = "demo"

[pool.all]
members = { "ana@acme.example" = 2, "ben@acme.example" = 1 }

[sla.demo]
contact_within = "15m"

[fallback]
queue = "catch-all"
"#;

const LATER: &str = "2026-03-04T10:01:00Z";

struct Workspace {
    place: Place,
    reconciler: Reconciler,
    _folder: tempfile::TempDir,
}

impl Workspace {
    /// With a lead that is held, two that are assigned, and one that is closed; all messages delivered.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(folder.path().join("pointsman.db"));
        migrate(&mut *place.writer().unwrap()).unwrap();
        let (to, now) = (place.clone(), "2026-03-04T10:00:00Z".parse().unwrap());
        let mut writer = Writer::new(Box::new(move || to.writer()));
        let mut done = |what| writer.batch(vec![Request::own(what)], now).unwrap().pop().unwrap().unwrap();
        for email in ["ana@acme.example", "ben@acme.example"] {
            done(What::People(PeopleEdit::Put { rep: Box::new(Rep::new(email)), seen: None }));
        }
        done(What::Document { kind: DocumentKind::Channel, id: "sink".into(), body: Some(r#"{"kind":"sink"}"#.into()), seen: None });
        done(What::Publish { files: Sources::single(POLICY), note: None, seen: None });
        done(What::Intake(vec![lead("held", "slow"), lead("one", "web"), lead("two", "web"), lead("closed", "web")]));
        let close = Command::Close { by: By::Other("api".into()), result: Closing::Won };
        done(What::Life { lead: LeadId("closed".into()), command: close });
        let Reply::Claimed(taken) = done(What::Claim { node: "n".into(), most: 100, lease: SignedDuration::ZERO, except: Vec::new() })
        else {
            panic!()
        };
        assert_eq!(taken.len(), 3);
        for message in taken {
            done(What::Report { message: message.id, result: Delivered::Sent { external: None } });
        }
        Self { place, reconciler: Reconciler::default(), _folder: folder }
    }

    fn finds(&mut self, now: &str) -> Vec<String> {
        let found = self.reconciler.check(&mut *self.place.reader().unwrap(), now.parse().unwrap()).unwrap();
        found.iter().map(ToString::to_string).collect()
    }

    fn plant(&mut self, sql: &str) {
        // As a script, so that no mark in it is taken for an argument.
        self.place.writer().unwrap().script(sql).unwrap();
    }
}

fn lead(id: &str, source: &str) -> Lead {
    let json = serde_json::json!({ "id": id, "email": format!("{id}@x.example"), "source": source });
    pointsman_engine::records::leads::from_json(json.as_object().unwrap(), 1, &mut Vec::new()).unwrap()
}

/// What the reconciler finds once this was done to the tables.
fn planted(sql: &str) -> Vec<String> {
    let mut workspace = Workspace::new();
    workspace.plant(sql);
    workspace.finds(LATER)
}

#[test]
fn where_nothing_is_wrong_nothing_is_found() {
    assert_eq!(Workspace::new().finds(LATER), [""; 0]);
}

#[test]
fn a_lead_that_is_gone() {
    let found = planted("delete from lead where id = 'two'");
    assert_eq!(
        found,
        ["4 leads came in, 3 are there", "1 decisions are of leads that are not there", "the journal names 4 leads of which 3 are there"]
    );
}

#[test]
fn a_lead_that_never_came_in() {
    assert_eq!(planted("update workspace set received = 3"), ["3 leads came in, 4 are there"]);
}

#[test]
fn a_journal_entry_that_is_gone() {
    let found = planted("delete from journal where kind = 'policy'");
    assert!(found.len() == 1 && found[0].starts_with("the journal is numbered up to "), "{found:?}");
}

#[test]
fn a_balance_that_moved_by_the_smallest_part() {
    let body = "json_set(body, '$.seats[0].units', json_extract(body, '$.seats[0].units') + 1)";
    let found = planted(&format!("update rotation set body = {body}"));
    assert!(found.len() == 1 && found[0].starts_with("the balances of a pool add up to ") && found[0].ends_with(": all"), "{found:?}");
}

#[test]
fn a_clock_that_should_have_fired() {
    let found = Workspace::new().finds("2026-03-04T10:18:00Z");
    assert_eq!(found, ["clocks that should have fired long ago: one, two"]);
}

#[test]
fn a_message_that_nobody_delivers() {
    let found = planted("update message set state = 'pending', next_at = next_at - 300000000 where lead = 'one'");
    assert!(found.len() == 1 && found[0].starts_with("messages that nobody delivers: msg_"), "{found:?}");
}

#[test]
fn a_decision_that_is_gone() {
    assert_eq!(planted("delete from decision where lead = 'one'"), ["leads whose decisions are not all there: one"]);
}

#[test]
fn a_stage_that_no_life_has() {
    assert_eq!(planted("update lead set stage = 'limbo' where id = 'held'"), ["leads in no stage of a life: held"]);
}

#[test]
fn a_lead_that_counts_for_somebody_else() {
    let found = planted("update decision set rep = 'eva@acme.example' where lead = 'one'");
    assert_eq!(found, ["leads that count for somebody who does not have them: one"]);
}

#[test]
fn a_closed_lead_that_still_counts_as_open() {
    assert_eq!(
        planted("update decision set open = 1 where lead = 'closed'"),
        ["leads that count for somebody who does not have them: closed"]
    );
}

#[test]
fn a_lead_that_is_assigned_twice() {
    let copy = "insert into decision select ws, lead, 2, seq, at, outcome, rule, rep, pool, turn, policy, directory, counts, open, body from decision";
    let found = planted(&format!("{copy} where lead = 'one'"));
    assert_eq!(found, ["leads whose decisions are not all there: one", "leads that are assigned twice: one"]);
}

/// A lead's clock of a kind becomes one of another.
fn without(lead: &str, kind: &str) -> String {
    format!(r#"update lead set life = replace(life, '"kind":"{kind}"', '"kind":"remind-9"') where id = '{lead}'"#)
}

#[test]
fn a_held_lead_without_a_deadline() {
    assert_eq!(planted("update lead set due = null where id = 'held'"), ["leads that wait without a deadline: held"]);
    assert_eq!(planted(&without("held", "hold-over")), ["leads that wait without a deadline: held"]);
}

#[test]
fn a_promise_that_no_clock_watches() {
    assert_eq!(planted("update lead set due = null where id = 'one'"), ["leads with a promise of contact that no clock watches: one"]);
    assert_eq!(planted(&without("one", "contact")), ["leads with a promise of contact that no clock watches: one"]);
}

#[test]
fn a_clock_of_a_lead_that_is_over() {
    let found = planted("update lead set due = 1772618400000000 where id = 'closed'");
    assert_eq!(found, ["leads that are over and have clocks that run: closed"]);
}

#[test]
fn a_lead_of_which_nobody_was_told() {
    assert_eq!(planted("delete from message where lead = 'two'"), ["assigned leads of which nobody was told: two"]);
}

#[test]
fn what_is_wrong_with_a_lead_is_found_when_something_happens_to_it_again() {
    let mut workspace = Workspace::new();
    assert_eq!(workspace.finds(LATER), [""; 0]);
    workspace.plant("update lead set due = null where id = 'one'");
    assert_eq!(workspace.finds(LATER), [""; 0], "only leads that the journal names since are looked at");
    let place = workspace.place.clone();
    let now: Timestamp = LATER.parse().unwrap();
    let accept = What::Life { lead: LeadId("two".into()), command: Command::Accept { by: By::Other("api".into()) } };
    Writer::new(Box::new(move || place.writer()))
        .batch(vec![Request::own(accept)], now.checked_add(SignedDuration::from_secs(1)).unwrap())
        .unwrap();
    assert_eq!(workspace.finds(LATER), [""; 0]);
    assert_eq!(Reconciler::default().check(&mut *workspace.place.reader().unwrap(), now).unwrap().len(), 1, "a new one looks at all");
}
