//! A year of promises through the writer, on a virtual clock, with both changes of daylight saving on two continents:
//! every clock fires once, at the very second that a slow calendar of this test's own finds.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use pointsman_engine::calendar::Hours;
use pointsman_engine::lead::{Lead, LeadId};
use pointsman_engine::life::{By, Command};
use pointsman_engine::people::Rep;
use pointsman_engine::policy::source::Sources;
use pointsman_store::db::Db;
use pointsman_store::due::next_clock;
use pointsman_store::request::{PeopleEdit, Refused, Reply, Request, What};
use pointsman_store::schema::{WORKSPACE, migrate};
use pointsman_store::sqlite::Sqlite;
use pointsman_store::writer::Writer;
use std::collections::BTreeMap;
use std::path::Path;

const POLICY: &str = r#"
[policy]
name = "A year"
timezone = "America/New_York"

[calendar]
hours = "Mon-Fri 09:00-17:00"

[[rule]]
name = "New York, by day"
when = { source = "day" }
assign = "rep:una@acme.example"
sla = "working"

[[rule]]
name = "Berlin, by day"
when = { source = "berlin" }
assign = "rep:bea@acme.example"
sla = "working"

[[rule]]
name = "New York, by night"
when = { source = "night" }
assign = "rep:nia@acme.example"
sla = "working"

[[rule]]
name = "At any time"
assign = "rep:una@acme.example"
sla = "always"

[sla.working]
contact_within = "4h"
clock = "working"
remind = ["2h"]
escalate = [{ after = "5h", notify = "chief@acme.example" }]

[sla.always]
contact_within = "4h"
remind = ["2h"]
escalate = [{ after = "5h", notify = "chief@acme.example" }]

[fallback]
queue = "catch-all"
"#;

/// Working time, minute by minute.
struct Slow {
    zone: TimeZone,
    open: fn(Weekday, Time) -> bool,
}

fn office(day: Weekday, time: Time) -> bool {
    !matches!(day, Weekday::Saturday | Weekday::Sunday) && (9..17).contains(&time.hour())
}

fn night(day: Weekday, time: Time) -> bool {
    matches!(day, Weekday::Sunday | Weekday::Wednesday) && time.hour() < 6
}

fn always(_: Weekday, _: Time) -> bool {
    true
}

impl Slow {
    fn of(source: &str) -> Self {
        let zone = |name| TimeZone::get(name).unwrap();
        match source {
            "day" => Self { zone: zone("America/New_York"), open: office },
            "berlin" => Self { zone: zone("Europe/Berlin"), open: office },
            "night" => Self { zone: zone("America/New_York"), open: night },
            _ => Self { zone: TimeZone::UTC, open: always },
        }
    }

    /// The moment when so many open minutes are over.
    fn after(&self, from: Timestamp, mut minutes: u32) -> Timestamp {
        let mut at = from;
        while minutes > 0 {
            let there = self.zone.to_datetime(at);
            minutes -= u32::from((self.open)(there.weekday(), there.time()));
            at = plus(at, 1);
        }
        at
    }
}

fn plus(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_mins(minutes)).unwrap()
}

struct Year {
    writer: Writer,
    reader: Sqlite,
}

impl Year {
    fn new(file: &Path) -> Self {
        let open = |file: &Path| {
            let mut db = Sqlite::writer(file)?;
            db.script("pragma synchronous = off").map(|()| db)
        };
        migrate(&mut open(file).unwrap()).unwrap();
        let path = file.to_owned();
        let writer = Writer::new(Box::new(move || Ok(Box::new(open(&path)?))));
        let mut year = Self { writer, reader: Sqlite::reader(file).unwrap() };
        let start = "2026-01-01T00:00:00Z".parse().unwrap();
        for (email, zone, hours) in [
            ("una@acme.example", "America/New_York", None),
            ("bea@acme.example", "Europe/Berlin", None),
            ("nia@acme.example", "America/New_York", Some("Sun 00:00-06:00; Wed 00:00-06:00")),
        ] {
            let mut rep = Rep::new(email);
            rep.timezone = Some(TimeZone::get(zone).unwrap());
            rep.hours = hours.map(|hours| Hours::parse(hours).unwrap());
            year.done(What::People(PeopleEdit::Put { rep: Box::new(rep), seen: None }), start);
        }
        year.done(What::Publish { files: Sources::single(POLICY), note: None, seen: None }, start);
        year
    }

    fn ask(&mut self, what: What, now: Timestamp) -> Result<Reply, Refused> {
        self.writer.batch(vec![Request::own(what)], now).unwrap().pop().unwrap()
    }

    fn done(&mut self, what: What, now: Timestamp) -> Reply {
        self.ask(what, now).unwrap()
    }

    /// Time passes until then; the watch wakes exactly when a clock is due.
    fn until(&mut self, then: Timestamp) {
        while let Some(due) = next_clock(&mut self.reader).unwrap().filter(|due| *due <= then) {
            let before = due.checked_sub(SignedDuration::from_micros(1)).unwrap();
            assert_eq!(self.done(What::Tick { most: 1000 }, before), Reply::Ticked { fired: 0, released: 0 }, "a moment too early");
            let Reply::Ticked { fired, .. } = self.done(What::Tick { most: 1000 }, due) else { panic!() };
            assert!(fired > 0, "nothing fired at {due}");
        }
    }

    /// Of each lead, which clocks fired and when.
    fn fired(&mut self) -> BTreeMap<String, Vec<(String, Timestamp)>> {
        let sql = "select lead, kind, at from journal where ws = $1 and kind in ('reminded', 'breached', 'escalated') order by seq";
        let mut fired: BTreeMap<String, Vec<(String, Timestamp)>> = BTreeMap::new();
        for row in self.reader.query(sql, &[WORKSPACE.into()]).unwrap() {
            fired.entry(row.text(0).unwrap().to_owned()).or_default().push((row.text(1).unwrap().to_owned(), row.moment(2).unwrap()));
        }
        fired
    }
}

fn lead(id: &str, source: &str) -> Lead {
    let json = serde_json::json!({ "id": id, "source": source });
    pointsman_engine::records::leads::from_json(json.as_object().unwrap(), 1, &mut Vec::new()).unwrap()
}

#[test]
fn every_clock_of_a_year_fires_once_and_to_the_second() {
    let folder = tempfile::tempdir().unwrap();
    let mut year = Year::new(&folder.path().join("year.db"));
    let (mut now, end): (Timestamp, Timestamp) = ("2026-01-01T00:30:00Z".parse().unwrap(), "2027-01-01T00:00:00Z".parse().unwrap());
    let sources = ["day", "berlin", "night", "any"];
    let mut expected: BTreeMap<String, Vec<(String, Timestamp)>> = BTreeMap::new();
    let mut crossed: BTreeMap<Date, u32> = BTreeMap::new();
    for number in 0_usize.. {
        if now >= end {
            break;
        }
        year.until(now);
        let (id, source) = (format!("l{number}"), sources[number % 4]);
        let Reply::Leads(receipts) = year.done(What::Intake(vec![lead(&id, source)]), now) else { panic!() };
        let slow = Slow::of(source);
        let [reminded, breached, escalated] = [120, 240, 300].map(|minutes| slow.after(now, minutes));
        assert_eq!(receipts[0].contact_by, Some(breached), "{id} of {source}, created {now}");
        if number % 5 == 4 {
            // Contact in time: nothing more is said.
            let contacted = Command::Contacted { by: By::Other("api".into()), at: now };
            year.done(What::Life { lead: LeadId(id.into()), command: contacted }, now);
        } else {
            let zone = TimeZone::get(if source == "berlin" { "Europe/Berlin" } else { "America/New_York" }).unwrap();
            if zone.to_offset(now) != zone.to_offset(escalated) {
                *crossed.entry(zone.to_datetime(escalated).date().first_of_month()).or_default() += 1;
            }
            expected.insert(id, [("reminded", reminded), ("breached", breached), ("escalated", escalated)].map(|(kind, at)| (kind.to_owned(), at)).to_vec());
        }
        now = plus(now, 7 * 60 + 1);
    }
    year.until(plus(end, 14 * 24 * 60));
    let fired = year.fired();
    for (id, clocks) in &expected {
        assert_eq!(fired.get(id), Some(clocks), "{id}");
    }
    assert_eq!(fired.len(), expected.len(), "a lead that was contacted was not reminded of");
    let months: Vec<i8> = crossed.keys().map(|date| date.month()).collect();
    assert!([3, 10, 11].iter().all(|month| months.contains(month)), "promises ran across every change of clocks: {crossed:?}");
}
