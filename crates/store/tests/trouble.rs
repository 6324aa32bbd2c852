//! When something fails, no more than it: not the connection, not the world in memory, not what others asked.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod world;

use jiff::SignedDuration;
use pointsman_store::db::{Db, DbError, DbErrorKind, Insert, Update};
use pointsman_store::request::{AbsenceKind, Delivered, DocumentKind, PeopleEdit, Refused, Request, What};
use pointsman_store::value::{Row, Value};
use pointsman_store::writer::Writer;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use world::{World, lead};

/// What becomes of the next statement that contains a text, and of the one after it.
type Plan = Arc<Mutex<VecDeque<(&'static str, Option<DbErrorKind>)>>>;

/// A connection on which statements fail as planned.
struct Tripping {
    db: Box<dyn Db>,
    plan: Plan,
}

impl Tripping {
    fn trip(&self, sql: &str) -> Result<(), DbError> {
        let mut plan = self.plan.lock().unwrap();
        match plan.front() {
            Some((text, _)) if sql.contains(text) => match plan.pop_front().unwrap().1 {
                Some(kind) => Err(DbError { kind, what: "as planned".to_owned() }),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

impl Db for Tripping {
    fn begin(&mut self) -> Result<(), DbError> {
        self.db.begin()
    }
    fn begin_reading(&mut self) -> Result<(), DbError> {
        self.db.begin_reading()
    }
    fn commit(&mut self) -> Result<(), DbError> {
        self.trip("commit")?;
        self.db.commit()
    }
    fn rollback(&mut self) {
        self.db.rollback();
    }
    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, DbError> {
        self.trip(sql)?;
        self.db.query(sql, args)
    }
    fn execute(&mut self, sql: &str, args: Vec<Value>) -> Result<(), DbError> {
        self.trip(sql)?;
        self.db.execute(sql, args)
    }
    fn insert(&mut self, into: &Insert, rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        self.db.insert(into, rows)
    }
    fn update(&mut self, update: &Update, rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        self.db.update(update, rows)
    }
    fn script(&mut self, sql: &str) -> Result<(), DbError> {
        self.db.script(sql)
    }
    fn is_shared(&self) -> bool {
        self.db.is_shared()
    }
}

/// A world whose writer's statements fail as planned, and how often it connected.
fn tripping(plan: &[(&'static str, Option<DbErrorKind>)]) -> (World, Arc<AtomicU32>) {
    let mut world = World::new();
    let (place, plan, connects) = (world.place.clone(), Plan::new(Mutex::new(plan.iter().copied().collect())), Arc::new(AtomicU32::new(0)));
    let count = Arc::clone(&connects);
    world.writer = Writer::new(Box::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(Tripping { db: place.writer()?, plan: Arc::clone(&plan) }))
    }));
    (world, connects)
}

#[test]
fn what_became_true_before_the_database_failed_is_answered_as_true() {
    let (shape, lost) = (Some(DbErrorKind::Shape), Some(DbErrorKind::Lost));
    let (mut world, _) = tripping(&[("commit", shape), ("commit", None), ("commit", lost)]);
    let intake = |id: &str| Request::own(What::Intake(vec![lead(id, &format!("{id}@x.example"), "web")]));
    let answers = world.writer.batch(vec![intake("l1"), intake("l2"), intake("l3")], world.now).unwrap();
    assert!(answers[0].is_ok(), "{answers:?}");
    assert!(
        answers[1..].iter().all(|answer| matches!(answer, Err(Refused::Failed(error)) if error.kind == DbErrorKind::Lost)),
        "{answers:?}"
    );
    assert_eq!(world.count("select count(*) from lead where ws = $1"), 1);
    world.is_well();
}

#[test]
fn an_error_before_anything_changed_costs_neither_the_connection_nor_the_world() {
    let (mut world, connects) =
        tripping(&[("from message where", Some(DbErrorKind::Shape)), ("from message where", Some(DbErrorKind::Shape))]);
    world.intake(&[("l1", "a@x.example", "web")]);
    assert!(matches!(world.ask(What::Retry { message: "msg".into() }), Err(Refused::Ours(_))));
    world.intake(&[("l2", "a@x.example", "web")]);
    assert_eq!(connects.load(Ordering::SeqCst), 1);
    world.is_well();
}

#[test]
fn what_was_for_a_channel_that_is_gone_goes_through_the_next() {
    let mut world = World::new();
    let channel = |id: &str, kind: Option<&str>| What::Document {
        kind: DocumentKind::Channel,
        id: id.into(),
        body: kind.map(|kind| format!(r#"{{"kind":"{kind}"}}"#).into()),
        seen: None,
    };
    world.done(channel("mail", Some("smtp")));
    world.intake(&[("l1", "a@x.example", "web")]);
    let dead = |world: &mut World, channel: &str| {
        let taken = world.claim(1).into_iter().find(|message| *message.channel == *channel).unwrap();
        world.done(What::Report { message: taken.id.clone(), result: Delivered::Dead { reason: "the channel was removed".into() } });
        taken.id
    };
    world.done(channel("sink", None));
    let first = dead(&mut world, "sink");
    let next = world.claim(1);
    assert_eq!(next.iter().map(|message| &*message.channel).collect::<Vec<_>>(), ["mail"]);
    // Tried again by hand, it goes there too; what was for a program goes nowhere else.
    world.done(What::Retry { message: first });
    assert_eq!(&*world.claim(1)[0].channel, "mail");
    world.pass(2);
    world.done(channel("crm", None));
    let event = dead(&mut world, "crm");
    assert!(matches!(world.ask(What::Retry { message: event }), Err(Refused::Invalid(why)) if why.contains("crm")));
}

#[test]
fn a_key_that_is_remembered_no_more_changes_nothing_of_somebody_elses() {
    let mut world = World::new();
    world.away("abs_1", "ana@acme.example", 60);
    let span = pointsman_engine::people::Absence { from: world.now, until: world.now.checked_add(SignedDuration::from_hours(9)).unwrap() };
    let (kind, reason) = (AbsenceKind::Leave, None);
    let absence = |rep: &str| What::People(PeopleEdit::Absence { id: "abs_1".into(), rep: rep.into(), span, kind, reason: reason.clone() });
    assert_eq!(world.ask(absence("ben@acme.example")), Err(Refused::KeyReused));
    assert!(world.ask(absence("Ana@acme.example")).is_ok(), "one's own can be replaced");
    let grant = |thousandths| What::Grant {
        id: "grant_1".into(),
        pool: "all".into(),
        rep: "ana@acme.example".into(),
        thousandths,
        reason: "was on a fair".into(),
    };
    world.done(grant(500));
    let balances = world.balances();
    assert!(world.ask(grant(500)).is_ok(), "it is granted, once");
    assert_eq!(world.ask(grant(900)), Err(Refused::KeyReused));
    assert_eq!(world.balances(), balances);
    world.is_well();
}
