//! A workspace for tests of the writer.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]
#![allow(dead_code, reason = "no test uses all of it")]

use jiff::{SignedDuration, Timestamp};
use pointsman_engine::lead::{Lead, LeadId};
use pointsman_engine::life::Command;
use pointsman_engine::people::{Absence, Rep};
use pointsman_engine::policy::source::Sources;
use pointsman_store::db::Db;
use pointsman_store::notification::Notification;
use pointsman_store::place::Place;
use pointsman_store::reconcile::Reconciler;
use pointsman_store::request::{AbsenceKind, Delivered, DocumentKind, PeopleEdit, Receipt, Refused, Reply, Request, What};
use pointsman_store::schema::{WORKSPACE, migrate};
use pointsman_store::writer::Writer;

pub const POLICY: &str = r#"
[policy]
name = "Test"
timezone = "UTC"
same_person = "30d"

[[rule]]
name = "Spam"
when = { source = "spam" }
then = "suppress"

[[rule]]
name = "Slow ones wait"
when = { source = "slow" }
assign = "pool:waiting"

[[rule]]
name = "All"
assign = "pool:all"
sla = "demo"

[pool.all]
members = { "ana@acme.example" = 2, "ben@acme.example" = 1 }

[pool.waiting]
members = { "eva@acme.example" = 1 }
when_empty = "wait"
wait_at_most = "2h"

[sla.demo]
contact_within = "15m"
remind = ["10m"]
escalate = [{ after = "15m", notify = "manager" }, { after = "30m", then = "reassign" }]

[fallback]
queue = "catch-all"
reviewer = "dana@acme.example"
"#;

/// A workspace in a file, its writer, and a clock that stands until it is told.
pub struct World {
    pub writer: Writer,
    pub place: Place,
    pub now: Timestamp,
    _folder: tempfile::TempDir,
}

impl World {
    pub fn new() -> Self {
        Self::with(POLICY)
    }

    pub fn with(policy: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(folder.path().join("pointsman.db"));
        migrate(&mut *place.writer().unwrap()).unwrap();
        let mut world = Self { writer: writer(&place), place, now: "2026-03-04T10:00:00Z".parse().unwrap(), _folder: folder };
        for (email, manager) in [("ana@acme.example", Some("dana@acme.example")), ("ben@acme.example", None), ("eva@acme.example", None)] {
            let mut rep = Rep::new(email);
            rep.manager = manager.map(Into::into);
            world.done(What::People(PeopleEdit::Put { rep: Box::new(rep), seen: Some(0) }));
        }
        world.done(What::Document { kind: DocumentKind::Channel, id: "sink".into(), body: Some(r#"{"kind":"sink"}"#.into()), seen: None });
        let hook = r#"{"kind":"webhook","url":"https://in.example","secrets":[],"events":["lead.assigned"]}"#;
        world.done(What::Document { kind: DocumentKind::Channel, id: "crm".into(), body: Some(hook.into()), seen: None });
        world.done(What::Publish { files: Sources::single(policy), note: None, seen: None });
        world
    }

    pub fn ask(&mut self, what: What) -> Result<Reply, Refused> {
        self.writer.batch(vec![Request::own(what)], self.now).unwrap().pop().unwrap()
    }

    pub fn done(&mut self, what: What) -> Reply {
        self.ask(what).unwrap()
    }

    pub fn intake(&mut self, leads: &[(&str, &str, &str)]) -> Vec<Receipt> {
        let leads = leads.iter().map(|(id, email, source)| lead(id, email, source)).collect();
        let Reply::Leads(receipts) = self.done(What::Intake(leads)) else { panic!("not an answer to intake") };
        receipts
    }

    pub fn pass(&mut self, minutes: i64) {
        self.now = self.now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        self.done(What::Tick { most: 1000 });
    }

    pub fn restart(&mut self) {
        self.writer = writer(&self.place);
    }

    /// Does something to a lead.
    pub fn act(&mut self, lead: &str, command: Command) -> Result<Receipt, Refused> {
        match self.ask(What::Life { lead: LeadId(lead.into()), command })? {
            Reply::Lead(receipt) => Ok(*receipt),
            other => panic!("not an answer about a lead: {other:?}"),
        }
    }

    /// Changes a field of a lead.
    pub fn change(&mut self, id: &str, field: &str, value: &str) -> Receipt {
        let json = serde_json::json!({ "id": id, field: value });
        let fields = pointsman_engine::records::leads::from_json(json.as_object().unwrap(), 1, &mut Vec::new()).unwrap();
        let Reply::Lead(receipt) = self.done(What::Change { fields, cleared: Vec::new() }) else { panic!("not an answer about a lead") };
        *receipt
    }

    /// Somebody is away for so many minutes from now on.
    pub fn away(&mut self, id: &str, rep: &str, minutes: i64) {
        let span = Absence { from: self.now, until: self.now.checked_add(SignedDuration::from_mins(minutes)).unwrap() };
        self.done(What::People(PeopleEdit::Absence { id: id.into(), rep: rep.into(), span, kind: AbsenceKind::Leave, reason: None }));
    }

    /// A lead as lists show it: its stage, who has it, its outcome and why.
    pub fn lead(&self, id: &str) -> [String; 4] {
        let sql = "select stage, coalesce(rep, queue, pool, ''), outcome, reason from lead where ws = $1 and id = $2";
        let row = self.db().query(sql, &[WORKSPACE.into(), id.into()]).unwrap().pop().unwrap();
        [0, 1, 2, 3].map(|column| row.text(column).unwrap().to_owned())
    }

    /// The number that a query gives.
    pub fn count(&self, sql: &str) -> i64 {
        self.db().query(sql, &[WORKSPACE.into()]).unwrap()[0].int(0).unwrap()
    }

    pub fn db(&self) -> Box<dyn Db> {
        self.place.reader().unwrap()
    }

    pub fn balances(&mut self) -> Vec<(String, i64)> {
        let pools = self.writer.look(|world| {
            let ruling = world.ruling().unwrap();
            let pool = ruling.policy.pool_named("all").unwrap();
            let seats = ruling.standing.rotation(pool).unwrap().seats().to_vec();
            ruling
                .book
                .seats(pool)
                .iter()
                .zip(seats)
                .map(|(rep, seat)| (ruling.book.directory().key(*rep).to_owned(), seat.balance.thousandths()))
                .collect()
        });
        pools.unwrap()
    }

    /// Takes all messages that are due and says that they were delivered.
    pub fn deliver(&mut self) {
        for message in self.claim(1) {
            self.done(What::Report { message: message.id, result: Delivered::Sent { external: None } });
        }
    }

    /// Takes messages that are due, for so many minutes.
    pub fn claim(&mut self, minutes: i64) -> Vec<Notification> {
        let lease = SignedDuration::from_mins(minutes);
        let Reply::Claimed(taken) = self.done(What::Claim { node: "n".into(), most: 1000, lease, except: Vec::new() }) else { panic!() };
        taken
    }

    pub fn is_well(&mut self) {
        self.deliver();
        let found = Reconciler::default().check(&mut *self.db(), self.now).unwrap();
        assert!(found.is_empty(), "{}", found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}

pub fn writer(place: &Place) -> Writer {
    let place = place.clone();
    Writer::new(Box::new(move || place.writer()))
}

pub fn lead(id: &str, email: &str, source: &str) -> Lead {
    let json = serde_json::json!({ "id": id, "email": email, "source": source, "company": "Globex" });
    let mut problems = Vec::new();
    let lead = pointsman_engine::records::leads::from_json(json.as_object().unwrap(), 1, &mut problems).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    lead
}

pub fn rep(receipt: &Receipt) -> &str {
    receipt.rep.as_deref().unwrap()
}
