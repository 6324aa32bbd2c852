//! A year of leads under a virtual clock, both changes of the clocks in it, held against a count of seconds.
//!
//! The real policy, decision, standing and life run; clocks fire when they are due. The model knows none of them:
//! it walks second by second and asks of each whether somebody works then.

use super::*;
use crate::book::Book;
use crate::calendar::Hours;
use crate::decide::{arrive, decide};
use crate::field::LeadField;
use crate::lead::{Lead, Source};
use crate::people::Rep;
use crate::policy::Policy;
use crate::policy::read::read;
use crate::policy::source::Sources;
use crate::standing::Standing;
use crate::value::Value;
use jiff::SignedDuration;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

const POLICY: &str = r#"
[policy]
name     = "A year"
timezone = "America/New_York"

[calendar]
holidays = [2026-07-03, 2026-12-25]

[pool.all]
members = ["ana@acme.example", "ben@acme.example"]

[[rule]]
name    = "Wait"
when    = { type = "held" }
then    = "hold"
until   = { employees = ">0" }
at_most = "20m"

[[rule]]
name   = "Desk"
when   = { type = "desk" }
assign = "queue:desk"
sla    = "working"

[[rule]]
name   = "Working"
when   = { type = "working" }
assign = "pool:all"
sla    = "working"

[[rule]]
name   = "Rest"
assign = "pool:all"

[sla.always]
for            = { type = ["always", "held"] }
route_within   = "5m"
contact_within = "45m"
remind         = ["10m", "30m"]
escalate       = [{ after = "45m", notify = "manager" }, { after = "2h", then = "reassign" }]

[sla.working]
route_within   = "30m"
contact_within = "1d"
clock          = "working"
remind         = ["1h", "6h 30m"]
escalate       = [{ after = "1d 1h", notify = "manager" }, { after = "2d", then = "reassign" }]

[fallback]
queue = "desk"
"#;

/// Somebody's working minutes, from the first moment of 2026 (UTC) on for long enough.
struct Minutes {
    open: Vec<bool>,
    /// A working day, in seconds.
    day: i64,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

fn start() -> Timestamp {
    "2026-01-01T00:00Z".parse().unwrap()
}

impl Minutes {
    fn of(zone: &str, day: i64, works: impl Fn(Date, Weekday, i64) -> bool) -> Self {
        let zone = TimeZone::get(zone).unwrap();
        let minutes = (0..430 * 24 * 60).map(|minute| {
            let wall = zone.to_datetime(start() + SignedDuration::from_secs(minute * MINUTE));
            works(wall.date(), wall.date().weekday(), i64::from(wall.hour()) * 60 + i64::from(wall.minute()))
        });
        Self { open: minutes.collect(), day }
    }

    /// The business hours, which are Ana's too.
    fn business() -> Self {
        let off = [date(2026, 7, 3), date(2026, 12, 25)];
        Self::of("America/New_York", 8 * HOUR, |date, weekday, minute| {
            !off.contains(&date) && !matches!(weekday, Weekday::Saturday | Weekday::Sunday) && (9 * 60..17 * 60).contains(&minute)
        })
    }

    /// Ben's: 46 hours on six days, some of them in the night of the change of the clocks.
    fn ben() -> Self {
        let off = [date(2026, 7, 3), date(2026, 12, 25)];
        Self::of("Europe/Berlin", 46 * HOUR / 6, |date, weekday, minute| {
            let hours = match weekday {
                Weekday::Saturday => 0..0,
                Weekday::Sunday => 0..6 * 60,
                _ => 10 * 60..18 * 60,
            };
            !off.contains(&date) && hours.contains(&minute)
        })
    }

    /// The moment at which so many working seconds have passed.
    fn after(&self, from: Timestamp, mut seconds: i64) -> Timestamp {
        let mut second = from.duration_since(start()).as_secs();
        while seconds > 0 {
            seconds -= i64::from(self.open[usize::try_from(second / MINUTE).unwrap()]);
            second += 1;
        }
        start() + SignedDuration::from_secs(second)
    }
}

/// What the policy above promises: kind, days, seconds.
const ALWAYS: [(ClockKind, i64, i64); 6] = [
    (ClockKind::Route, 0, 5 * MINUTE),
    (ClockKind::Remind(1), 0, 10 * MINUTE),
    (ClockKind::Remind(2), 0, 30 * MINUTE),
    (ClockKind::Contact, 0, 45 * MINUTE),
    (ClockKind::Escalate(1), 0, 45 * MINUTE),
    (ClockKind::Escalate(2), 0, 2 * HOUR),
];
const WORKING: [(ClockKind, i64, i64); 6] = [
    (ClockKind::Route, 0, 30 * MINUTE),
    (ClockKind::Remind(1), 0, HOUR),
    (ClockKind::Remind(2), 0, 6 * HOUR + 30 * MINUTE),
    (ClockKind::Contact, 1, 0),
    (ClockKind::Escalate(1), 1, HOUR),
    (ClockKind::Escalate(2), 2, 0),
];

type Fired = (ClockKind, Timestamp);

/// A lead of the year: what it is, when it came, what fired for it, who got it, and after how many clocks it is answered.
struct Entry {
    kind: &'static str,
    created: Timestamp,
    life: Option<Life>,
    fired: Vec<Fired>,
    had: Vec<Box<str>>,
    answered_after: usize,
}

/// The virtual clock's world.
struct Year {
    policy: Policy,
    book: Book,
    standing: Standing,
    entries: Vec<Entry>,
    /// The store's table of clocks.
    rows: BTreeSet<(Timestamp, ClockKind, usize)>,
}

fn book(policy: &Policy) -> Book {
    let mut directory = Directory::default();
    let ben = Rep {
        timezone: TimeZone::get("Europe/Berlin").ok(),
        hours: Hours::parse("Sun 00:00-06:00; Mon-Fri 10:00-18:00").ok(),
        ..Rep::new("ben@acme.example")
    };
    directory.add(Rep::new("ana@acme.example")).unwrap();
    directory.add(ben).unwrap();
    Book::bind(policy, Some(directory), Vec::new())
}

impl Year {
    fn new() -> Self {
        let policy = read(&Sources::single(POLICY)).policy.unwrap();
        let book = book(&policy);
        let standing = Standing::fresh(&policy, &book);
        Self { policy, book, standing, entries: Vec::new(), rows: BTreeSet::new() }
    }

    /// A lead comes, after all clocks due until then have fired.
    fn comes(&mut self, kind: &'static str, created: Timestamp) {
        self.pass(created);
        let number = self.entries.len();
        self.entries.push(Entry { kind, created, life: None, fired: Vec::new(), had: Vec::new(), answered_after: number % 9 });
        let placement = self.decide(number, Before::default(), created);
        let step = Life::begin(placement, created).unwrap();
        self.carry_out(number, step, created);
    }

    fn lead(&self, number: usize) -> Lead {
        let mut lead = Lead::new(number.to_string());
        lead.set(LeadField::Type, Value::Text(self.entries[number].kind.into()), Source::Form);
        lead.set(LeadField::CreatedAt, Value::Time(self.entries[number].created), Source::Form);
        lead
    }

    fn decide(&mut self, number: usize, before: Before, now: Timestamp) -> Placement {
        let arrival = arrive(&self.policy, &self.book, self.lead(number), before, now);
        let decision = decide(&self.policy, &self.book, &self.standing, &arrival);
        self.standing.record(&self.policy, &self.book, &arrival, &decision);
        Placement::of(&self.policy, &self.book, &arrival, &decision)
    }

    fn carry_out(&mut self, number: usize, step: Step, now: Timestamp) {
        for effect in &step.effects {
            match effect {
                Effect::StopClocks { clocks } => self.rows.retain(|(_, kind, lead)| *lead != number || !clocks.contains(kind)),
                Effect::SetClocks { clocks } => self.rows.extend(clocks.iter().map(|clock| (clock.due, clock.kind, number))),
                _ => {}
            }
        }
        self.entries[number].had.extend(step.events.iter().filter_map(|event| match event {
            Event::Assigned { rep, .. } => Some(rep.clone()),
            _ => None,
        }));
        if step.effects.last() == Some(&Effect::Decide) {
            let placement = self.decide(number, step.life.before(self.book.directory(), now), now);
            let step = step.life.step(Command::Decided(placement), now).unwrap();
            return self.carry_out(number, step, now);
        }
        self.entries[number].life = Some(step.life);
        self.answer(number, now);
    }

    /// Somebody answers a lead once enough of its clocks have fired.
    fn answer(&mut self, number: usize, now: Timestamp) {
        let entry = &self.entries[number];
        let life = entry.life.clone().unwrap();
        if entry.fired.len() < entry.answered_after || life.clocks.is_empty() {
            return;
        }
        let command = match life.holder() {
            Some(holder) => Command::Contacted { by: By::Rep(holder.rep.clone()), at: now },
            None => Command::Close { by: dana(), result: Closing::Lost },
        };
        let step = life.step(command, now).unwrap();
        self.carry_out(number, step, now);
    }

    /// Time passes: every clock fires at its moment, in order.
    fn pass(&mut self, until: Timestamp) {
        while let Some((due, kind, number)) = self.rows.first().copied().filter(|(due, _, _)| *due <= until) {
            let life = self.entries[number].life.take().unwrap();
            self.entries[number].fired.push((kind, due));
            let step = life.step(Command::Due { clock: kind }, due).unwrap();
            assert!(!step.events.is_empty(), "a row is a running clock");
            self.carry_out(number, step, due);
        }
    }
}

/// When the clocks of a lead fire, by counting seconds.
fn model(entry: &Entry, business: &Minutes, ben: &Minutes) -> Vec<Fired> {
    let (mut fired, mut from) = (Vec::new(), entry.created);
    let always = matches!(entry.kind, "always" | "held");
    let clocks = |from: Timestamp, minutes: &Minutes, wanted: &dyn Fn(ClockKind) -> bool| {
        let due = |days: i64, seconds: i64| match always {
            true => from + SignedDuration::from_secs(days * 24 * HOUR + seconds),
            false => minutes.after(from, days * minutes.day + seconds),
        };
        let promised = if always { ALWAYS } else { WORKING };
        let mut clocks: Vec<Fired> =
            promised.iter().filter(|(kind, ..)| wanted(*kind)).map(|(kind, days, seconds)| (*kind, due(*days, *seconds))).collect();
        clocks.sort_by_key(|(kind, due)| (*due, *kind));
        clocks
    };
    let nobody = |kind| !matches!(kind, ClockKind::Remind(_));
    let somebody = |kind| kind != ClockKind::Route;
    if entry.kind == "desk" {
        fired = clocks(from, business, &nobody);
    }
    if entry.kind == "held" {
        fired = vec![(ClockKind::Route, from + SignedDuration::from_mins(5)), (ClockKind::HoldOver, from + SignedDuration::from_mins(20))];
    }
    for rep in &entry.had {
        let minutes = if &**rep == "ben@acme.example" { ben } else { business };
        let now = fired.last().map_or(entry.created, |(_, due)| *due);
        fired.extend(clocks(from, minutes, &somebody).into_iter().filter(|(_, due)| *due > now));
        from = fired.last().map_or(from, |(_, due)| *due);
    }
    fired.truncate(entry.answered_after);
    fired
}

#[test]
fn every_clock_of_a_year_fires_at_its_second_and_once() {
    let mut year = Year::new();
    let kinds = ["always", "working", "held", "working", "desk"];
    // All through the year, and thickly about the nights in which Berlin and New York change their clocks.
    let through = (0..700).map(|number| start() + SignedDuration::from_secs(number * 45_007));
    let nights =
        ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"].map(|night| format!("{night}T00:00Z").parse::<Timestamp>().unwrap());
    let nights = nights.into_iter().flat_map(|night| (0..40).map(move |number| night + SignedDuration::from_secs(number * 701)));
    let mut moments: Vec<Timestamp> = through.chain(nights).collect();
    moments.sort();
    for (number, moment) in moments.into_iter().enumerate() {
        year.comes(kinds[number * 7 % kinds.len()], moment);
    }
    year.pass("2027-02-20T00:00Z".parse().unwrap());

    let (business, ben) = (Minutes::business(), Minutes::ben());
    let mut seen: BTreeSet<(&str, ClockKind, bool)> = BTreeSet::new();
    for (number, entry) in year.entries.iter().enumerate() {
        let expected = model(entry, &business, &ben);
        assert_eq!(entry.fired, expected, "lead {number}, {}, created {}, with {:?}", entry.kind, entry.created, entry.had);
        seen.extend(entry.fired.iter().map(|(kind, _)| (entry.kind, *kind, entry.had.len() > 1)));
        let pairs = entry.had.windows(2).all(|pair| pair[0] != pair[1]);
        assert!(pairs, "who missed it does not get it back while the other can take it: {:?}", entry.had);
        let life = entry.life.as_ref().unwrap();
        assert!(life.clocks.is_empty() && matches!(life.stage, Stage::Contacted(_) | Stage::Closed { .. } | Stage::Queued { .. }));
    }
    for kind in ["always", "working", "held"] {
        for clock in [ClockKind::Remind(2), ClockKind::Contact, ClockKind::Escalate(1), ClockKind::Escalate(2)] {
            assert!(seen.contains(&(kind, clock, false)) || seen.contains(&(kind, clock, true)), "{kind} {clock} was tried");
        }
    }
    assert!(seen.contains(&("working", ClockKind::Contact, true)), "a second rep's clock was tried");
    assert!(year.rows.is_empty());
}
