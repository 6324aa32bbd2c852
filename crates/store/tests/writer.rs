//! The one writer against SQLite: what is asked becomes true, all of it or nothing, and survives.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod world;

use jiff::SignedDuration;
use pointsman_engine::life::{By, Command};
use pointsman_engine::people::Absence;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::record::Record;
use pointsman_engine::replay::replay;
use pointsman_store::request::{AbsenceKind, Delivered, Once, PeopleEdit, Receipt, Refused, Reply, Request, What};
use pointsman_store::schema::WORKSPACE;
use std::collections::BTreeMap;
use world::{POLICY, World, lead, rep};

#[test]
fn leads_are_shared_by_weight_and_a_restart_changes_nothing() {
    let mut world = World::new();
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for number in 0..30 {
        let receipt = world.intake(&[(&format!("l{number}"), &format!("p{number}@x.example"), "web")]).pop().unwrap();
        *counts.entry(rep(&receipt).to_owned()).or_default() += 1;
        let before = world.balances();
        if number % 7 == 3 {
            world.restart();
            assert_eq!(world.balances(), before);
        }
    }
    assert_eq!(counts, BTreeMap::from([("ana@acme.example".to_owned(), 20), ("ben@acme.example".to_owned(), 10)]));
    world.is_well();
}

#[test]
fn the_same_id_and_the_same_key_bring_no_second_lead() {
    let mut world = World::new();
    let first = world.intake(&[("l1", "a@x.example", "web")]);
    let again = world.intake(&[("l1", "a@x.example", "web")]);
    assert_eq!(again[0], Receipt { repeat: true, ..first[0].clone() });
    let once = |print: &str| Some(Once { key: "k".into(), fingerprint: print.into() });
    let ask = |print: &str| Request { actor: None, once: once(print), what: What::Intake(vec![lead("l2", "b@x.example", "web")]) };
    let now = world.now;
    let answers = world.writer.batch(vec![ask("f"), ask("f"), ask("g")], now).unwrap();
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[2], Err(Refused::KeyReused));
    world.restart();
    assert_eq!(world.writer.batch(vec![ask("f")], now).unwrap()[0], answers[0]);
    world.is_well();
}

#[test]
fn somebody_who_comes_again_stays_with_their_rep_on_the_same_lead() {
    let mut world = World::new();
    let first = world.intake(&[("l1", "a@x.example", "web"), ("l2", "b@x.example", "web"), ("l3", "a@x.example", "web")]);
    assert_eq!((&*first[2].lead.0, first[2].repeat, rep(&first[2])), ("l1", true, rep(&first[0])));
    assert_eq!(first[2].decision, 2);
    world.restart();
    let later = world.intake(&[("l4", "A@X.example ", "web")]);
    assert_eq!((&*later[0].lead.0, rep(&later[0])), ("l1", rep(&first[0])));
    world.is_well();
}

#[test]
fn a_missed_lead_is_reminded_of_alerted_and_given_to_somebody_else_once() {
    let mut world = World::new();
    let first = world.intake(&[("l1", "a@x.example", "web")]).pop().unwrap();
    let kinds = |world: &World| -> Vec<String> {
        let rows = world.db().query("select kind from message where ws = $1 order by id", &[WORKSPACE.into()]).unwrap();
        rows.iter().map(|row| row.text(0).unwrap().to_owned()).collect()
    };
    world.pass(11);
    assert_eq!(kinds(&world), ["event", "assigned", "reminder"]);
    world.restart();
    world.pass(5);
    world.pass(15);
    let row = world.db().query("select rep, breached_at from lead where ws = $1", &[WORKSPACE.into()]).unwrap().pop().unwrap();
    assert_ne!(row.text(0).unwrap(), rep(&first));
    assert!(row.maybe_int(1).unwrap().is_some());
    let fired = world.db().query(
        "select kind, count(*) from journal where ws = $1 and kind in ('reminded', 'breached', 'taken_away') group by kind",
        &[WORKSPACE.into()],
    );
    assert!(fired.unwrap().iter().all(|row| row.int(1).unwrap() == 1));
    world.is_well();
}

#[test]
fn a_lead_waits_for_somebody_and_leaves_oldest_first_when_they_are_back() {
    let mut world = World::new();
    let until = world.now.checked_add(SignedDuration::from_hours(1)).unwrap();
    let away = What::People(PeopleEdit::Absence {
        id: "abs_1".into(),
        rep: "eva@acme.example".into(),
        span: Absence { from: world.now, until },
        kind: AbsenceKind::Pause,
        reason: None,
    });
    world.done(away);
    let held = world.intake(&[("l1", "a@x.example", "slow"), ("l2", "b@x.example", "slow")]);
    assert!(held.iter().all(|receipt| &*receipt.stage == "held"));
    world.restart();
    world.pass(59);
    world.done(What::People(PeopleEdit::Present { id: "abs_1".into() }));
    world.pass(0);
    let rows = world.db().query("select lead from journal where ws = $1 and kind = 'assigned' order by seq", &[WORKSPACE.into()]).unwrap();
    assert_eq!(rows.iter().map(|row| row.text(0).unwrap()).collect::<Vec<_>>(), ["l1", "l2"]);
    world.is_well();
}

#[test]
fn messages_are_taken_once_tried_again_and_die_in_the_open() {
    let mut world = World::new();
    world.intake(&[("l1", "a@x.example", "web")]);
    let taken = world.claim(1);
    assert_eq!(taken.len(), 2);
    assert!(world.claim(1).is_empty(), "what is under way is taken by nobody else");
    world.pass(2);
    assert_eq!(world.claim(1).len(), 2, "a courier that died loses nothing");
    world.done(What::Report { message: taken[0].id.clone(), result: Delivered::Sent { external: None } });
    world.done(What::Report { message: taken[1].id.clone(), result: Delivered::Dead { reason: "no such channel".into() } });
    let dead = world.db().query("select id, reason from message where ws = $1 and state = 'dead'", &[WORKSPACE.into()]).unwrap();
    assert_eq!((dead.len(), dead[0].text(1).unwrap()), (1, "no such channel"));
    world.done(What::Retry { message: taken[1].id.clone() });
    assert_eq!(world.claim(1).len(), 1);
    world.is_well();
}

#[test]
fn reports_that_come_among_other_requests_are_told_first_and_answered_in_their_place() {
    let mut world = World::new();
    world.intake(&[("l1", "a@x.example", "web")]);
    let taken = world.claim(10);
    let report = |at: usize, result| Request::own(What::Report { message: taken[at].id.clone(), result });
    let sent = || Delivered::Sent { external: None };
    let contacted = Command::Contacted { by: By::Other("api".into()), at: world.now };
    let requests = vec![
        Request::own(What::Intake(vec![lead("l2", "b@x.example", "web")])),
        report(0, sent()),
        Request::own(What::Life { lead: lead("l1", "a@x.example", "web").id, command: contacted }),
        report(1, Delivered::Dead { reason: "gone".into() }),
        report(0, Delivered::Dead { reason: "told twice".into() }),
        Request::own(What::Intake(vec![lead("l3", "c@x.example", "web")])),
    ];
    let answers = world.writer.batch(requests, world.now).unwrap();
    let kinds = answers.iter().map(|answer| match answer {
        Ok(Reply::Leads(receipts)) => receipts[0].lead.to_string(),
        Ok(Reply::Lead(receipt)) => receipt.stage.to_string(),
        Ok(Reply::Done { .. }) => "told".to_owned(),
        other => format!("{other:?}"),
    });
    assert_eq!(kinds.collect::<Vec<_>>(), ["l2", "told", "contacted", "told", "told", "l3"]);
    let sql = "select state from message where ws = $1 and lead = 'l1' and attempts > 0 order by id";
    let states = world.db().query(sql, &[WORKSPACE.into()]).unwrap();
    assert_eq!(states.iter().map(|row| row.text(0).unwrap()).collect::<Vec<_>>(), ["sent", "dead"]);
    world.is_well();
}

#[test]
fn every_stored_decision_is_derived_again() {
    let mut world = World::new();
    for number in 0..20 {
        let source = if number % 5 == 0 { "spam" } else { "web" };
        world.intake(&[(&format!("l{number}"), &format!("p{}@x.example", number % 9), source)]);
        world.pass(3);
    }
    let contacted = Command::Contacted { by: By::Other("api".into()), at: world.now };
    let _ = world.ask(What::Life { lead: lead("l19", "a@x.example", "web").id, command: contacted });
    let policy = pointsman_engine::policy::read::read(&Sources::single(POLICY)).policy.unwrap();
    let mut db = world.db();
    let rows = db.query("select d.body, f.body from decision d join directory f on f.ws = d.ws and f.version = d.directory where d.ws = $1 and d.outcome <> 'by_hand'", &[WORKSPACE.into()]).unwrap();
    let all = db.query("select count(*) from decision where ws = $1", &[WORKSPACE.into()]).unwrap()[0].int(0).unwrap();
    assert_eq!(i64::try_from(rows.len()).unwrap(), all, "each names a directory that is there");
    for row in rows {
        let record: Record = row.json(0).unwrap();
        replay(&policy, Some(row.json(1).unwrap()), &record).unwrap();
    }
    world.is_well();
}

#[test]
fn what_is_erased_is_nowhere() {
    let mut world = World::new();
    world.intake(&[("l1", "secret@x.example", "web"), ("l2", "secret@x.example", "web")]);
    world.done(What::Change { fields: lead("l1", "secret@x.example", "secret"), cleared: Vec::new() });
    // And in the same transaction as the erasure, once more; then the same person comes again, who is nobody we know.
    let change = What::Change { fields: lead("l1", "secret@x.example", "secret"), cleared: Vec::new() };
    let erase = What::Life { lead: lead("l1", "a@x.example", "web").id, command: Command::Erase { by: By::Other("api".into()) } };
    let now = world.now;
    let answers = world.writer.batch(vec![Request::own(change), Request::own(erase)], now).unwrap();
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let mut db = world.db();
    for table in ["lead", "decision", "journal", "message", "person", "company"] {
        let rows = db.query(&format!("select * from {table} where ws = $1"), &[WORKSPACE.into()]).unwrap();
        assert!(!format!("{rows:?}").contains("secret"), "{table} still knows the person: {rows:?}");
    }
    world.is_well();
}
