//! The store on PostgreSQL, where it differs from SQLite.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

use pointsman_engine::lead::LeadId;
use pointsman_engine::life::{By, Command};
use pointsman_store::db::DbErrorKind;
use pointsman_store::place::Place;
use pointsman_store::read::leads::{self, Filter};
use pointsman_store::request::{Refused, Request, What};
use pointsman_store::schema::{WORKSPACE, migrate};
use pointsman_store::writer::Writer;
use pointsman_testkit::postgres::{Care, Cluster};

#[test]
fn an_id_with_a_character_that_postgresql_does_not_hold_is_of_nothing_that_is_there() {
    let cluster = Cluster::start(Care::Fast).unwrap();
    let place = Place::Postgres(cluster.database().unwrap());
    migrate(&mut *place.writer().unwrap()).unwrap();
    let mut writer = Writer::new(Box::new(move || place.writer()));
    let command = Command::Accept { by: By::Other("api".into()) };
    let lead = What::Life { lead: LeadId("l\0".into()), command };
    let account = What::Account { id: "a\0".into(), account: None, seen: None };
    let message = What::Retry { message: "m\0".into() };
    let asked = [lead, account, message].map(Request::own).to_vec();
    let answers = writer.batch(asked, "2026-03-04T10:00:00Z".parse().unwrap()).unwrap();
    assert!(answers.iter().all(|answer| matches!(answer, Err(Refused::Missing { .. }))), "{answers:?}");
}

#[test]
fn a_connection_keeps_no_more_statements_than_it_needs() {
    let cluster = Cluster::start(Care::Fast).unwrap();
    let place = Place::Postgres(cluster.database().unwrap());
    let mut db = place.writer().unwrap();
    migrate(&mut *db).unwrap();
    let kept =
        |db: &mut dyn pointsman_store::db::Db| db.query("select count(*) from pg_prepared_statements", &[]).unwrap()[0].int(0).unwrap();
    let before = kept(&mut *db);
    for limit in 1..50 {
        leads::list(&mut *db, &Filter::default(), None, limit).unwrap();
    }
    assert!(kept(&mut *db) <= before + 3, "how many are asked for is no other question");
    for number in 0..2000 {
        db.query(&format!("select {number}"), &[]).unwrap();
    }
    assert!(kept(&mut *db) < 1000);
}

#[test]
fn what_goes_wrong_later_is_told_by_what_goes_along_and_nothing_of_it_stays() {
    let cluster = Cluster::start(Care::Fast).unwrap();
    let place = Place::Postgres(cluster.database().unwrap());
    migrate(&mut *place.writer().unwrap()).unwrap();
    let mut db = place.writer().unwrap();
    let node = |id: &str| vec![WORKSPACE.into(), id.into(), 0_i64.into(), "{}".into()];
    let add = "insert into node (ws, id, seen_at, body) values ($1, $2, $3, $4)";
    // More than are kept back, and a mistake among the first or the last of them.
    for (number, wrong) in [(20, 1), (20, 19), (2, 1)] {
        db.begin().unwrap();
        let mut ids = (0..number).map(|at| if at == wrong { "n0".to_owned() } else { format!("n{at}") });
        let error = ids.try_for_each(|id| db.execute(add, node(&id))).and_then(|()| db.commit()).unwrap_err();
        assert_eq!(error.kind, DbErrorKind::Shape);
        assert!(error.what.contains("duplicate key"), "not what came of it afterwards: {error}");
        db.rollback();
        assert!(db.query("select 1 from node", &[]).unwrap().is_empty(), "{number} statements");
    }
    db.begin().unwrap();
    db.execute(add, node("kept back")).unwrap();
    db.rollback();
    db.begin().unwrap();
    db.execute(add, node("n1")).unwrap();
    assert_eq!(db.query("select id from node", &[]).unwrap().len(), 1, "what was kept back is seen by what comes after it");
    db.commit().unwrap();
    let there = db.query("select id from node", &[]).unwrap();
    assert_eq!((there.len(), there[0].text(0).unwrap()), (1, "n1"));
}
