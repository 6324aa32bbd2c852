//! The world of a section: its policy, people and accounts, and what its leads left behind.

use crate::page::{Block, Failure, Kind};
use crate::people::{self, Problems};
use csv::ByteRecord;
use jiff::Timestamp;
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Arrival, Before, arrive, decide};
use pointsman_engine::decision::Decision;
use pointsman_engine::lead::Lead;
use pointsman_engine::people::{Directory, RepIx};
use pointsman_engine::policy::source::Sources;
use pointsman_engine::policy::{Policy, PoolIx, check, read};
use pointsman_engine::records::leads;
use pointsman_engine::rotation::{Balance, LEAD};
use pointsman_engine::standing::Standing;
use pointsman_engine::trial;
use pointsman_engine::waiting::Waiting;
use std::collections::BTreeMap;

/// Files beside the policy.
const PEOPLE: [&str; 3] = ["reps.csv", "accounts.csv", "absences.csv"];

/// The files of a section, before they are read.
#[derive(Debug, Default, Clone)]
pub struct Files {
    files: BTreeMap<String, String>,
    calendars: Vec<(String, String)>,
}

impl Files {
    /// Adds a block's file; a later one of a name takes the place of an earlier one.
    pub fn add(&mut self, block: &Block) {
        match &block.kind {
            Kind::File(name) => drop(self.files.insert(name.clone(), block.text.clone())),
            Kind::Absences(rep) => self.calendars.push((rep.clone(), block.text.clone())),
            _ => {}
        }
    }

    fn file(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(String::as_str)
    }

    /// The world they make, if the policy has no errors, and everything found wrong.
    pub fn read(&self) -> (Option<World>, Vec<String>) {
        let policy_files = self.files.iter().filter(|(name, _)| !PEOPLE.contains(&name.as_str()));
        let sources = Sources { files: policy_files.map(|(name, text)| (name.clone(), text.clone())).collect() };
        let checked = read::read(&sources);
        let (mut diagnostics, mut problems) = (checked.diagnostics, Problems::new());
        let world = checked.policy.map(|policy| {
            let directory = self.file("reps.csv").map(|text| people::directory(text, &mut problems));
            diagnostics.extend(directory.iter().flat_map(|directory| check::against(&policy, directory)));
            self.bind(policy, directory, &mut problems)
        });
        let shown = diagnostics.iter().map(|found| {
            let severity = serde_json::to_value(found.severity).ok().and_then(|value| Some(value.as_str()?.to_owned()));
            let place = &found.place;
            format!("{} {}:{}:{} {}", severity.unwrap_or_default(), place.file, place.line, place.column, found.message)
        });
        (world, shown.chain(problems).collect())
    }

    fn bind(&self, policy: Policy, directory: Option<Directory>, problems: &mut Problems) -> World {
        let accounts = self.file("accounts.csv").map_or_else(Vec::new, |text| people::accounts(text, problems));
        let mut book = Book::bind(&policy, directory, accounts);
        let known = book.directory().clone();
        let mut absences = self.file("absences.csv").map_or_else(Vec::new, |text| people::absences(text, &policy, &known, problems));
        for (rep, text) in &self.calendars {
            absences.extend(people::calendar(text, rep, &policy, &known, problems));
        }
        for (rep, absence) in absences {
            match known.find(&rep) {
                Some(rep) => book.add_absence(rep, absence),
                None => problems.push(format!("problem absences: {rep} is not a rep we know")),
            }
        }
        let standing = Standing::fresh(&policy, &book);
        World { policy, book, standing, waiting: Waiting::default(), decided: Vec::new(), worst: BTreeMap::new() }
    }
}

/// One lead and what became of it, with the balances after it.
#[derive(Debug)]
pub struct Decided {
    pub arrival: Arrival,
    pub decision: Decision,
    pub balances: BTreeMap<String, Balance>,
}

/// A policy with people and accounts, and what happened so far.
#[derive(Debug)]
pub struct World {
    pub policy: Policy,
    pub book: Book,
    pub standing: Standing,
    /// Held leads, which are decided again before each later lead, unless the section says itself when.
    waiting: Waiting<()>,
    pub decided: Vec<Decided>,
    /// Of each pool, the largest balance seen in either direction.
    worst: BTreeMap<PoolIx, i64>,
}

impl World {
    /// Goes on from an earlier world: what happened stays, under this policy.
    pub fn after(mut self, past: Self) -> Self {
        self.standing = past.standing.carried((&past.policy, past.book.roster()), (&self.policy, self.book.roster()));
        self
    }

    /// The policy's test leads that fail.
    pub fn failing_tests(&mut self) -> Vec<String> {
        let report = trial::run(&self.policy, &mut self.book);
        let failing = report.tests.iter().filter(|test| !test.mismatches.is_empty());
        failing
            .map(|test| {
                let mismatches = test
                    .mismatches
                    .iter()
                    .map(|mismatch| format!("{}: expected {}, found {}", mismatch.what, mismatch.expected, mismatch.found));
                format!("the test \"{}\" fails: {}", test.name, mismatches.collect::<Vec<_>>().join("; "))
            })
            .collect()
    }

    /// Decides the leads of a block, in order.
    pub fn route(&mut self, block: &Block) -> Result<(), Failure> {
        let rows = people::rows(&block.text);
        let Some(((_, header), rows)) = rows.split_first() else { return Err(Failure::new(block.line, "there are no leads")) };
        for (line, row) in rows {
            let place = block.line + usize::try_from(*line).unwrap_or(0);
            let times = Extra::of(header, row).number("times").map_err(|message| Failure::new(place, message))?;
            for number in 1..=times {
                self.route_one(header, row, number).map_err(|message| Failure::new(place, message))?;
            }
        }
        Ok(())
    }

    fn route_one(&mut self, header: &ByteRecord, row: &ByteRecord, number: u32) -> Result<(), String> {
        let extra = Extra::of(header, row);
        let lead = lead(header, row, number)?;
        self.apply(&extra)?;
        let now = extra.moment("at")?.or_else(|| lead.created_at()).unwrap_or_else(|| trial::usual_moment(&self.policy));
        let reps = |column| -> Result<Vec<RepIx>, String> { extra.items(column).map(|rep| self.rep(rep)).collect() };
        let (passed, missed) = (reps("passed")?, reps("missed")?);
        let before = Before {
            held_since: extra.moment("held_since")?,
            waiting_since: extra.moment("waiting_since")?,
            passed,
            missed,
            ..Before::default()
        };
        for ((), arrival, decision) in self.waiting.release(&self.policy, &self.book, &mut self.standing, now) {
            self.note(arrival, decision);
        }
        let arrival = arrive(&self.policy, &self.book, lead, before, now);
        let decision = decide(&self.policy, &self.book, &self.standing, &arrival);
        self.standing.record(&self.policy, &self.book, &arrival, &decision);
        if !header.iter().any(|name| name == b"held_since" || name == b"waiting_since") {
            self.waiting.hold((), arrival.clone(), decision.clone());
        }
        self.note(arrival, decision);
        Ok(())
    }

    fn note(&mut self, arrival: Arrival, decision: Decision) {
        let balances = self.note_balances();
        self.decided.push(Decided { arrival, decision, balances });
    }

    /// What happens just before a lead comes: leads are closed or given back, a manager grants a credit.
    fn apply(&mut self, extra: &Extra<'_>) -> Result<(), String> {
        for id in extra.items("closes") {
            let decision = earlier(&self.decided, id)?;
            if let Some(taker) = decision.taker() {
                self.standing.close(&self.book, taker);
            }
        }
        for id in extra.items("gives_back") {
            let decision = earlier(&self.decided, id)?;
            if let Some(taker) = decision.taker() {
                self.standing.give_back(&self.book, taker, decision.at);
            }
        }
        for grant in extra.items("grants") {
            let (rep, leads) = grant.rsplit_once(' ').ok_or_else(|| format!("`{grant}` is no grant: write `REP LEADS`"))?;
            let leads: i64 = leads.parse().map_err(|_| format!("`{leads}` is no whole number of leads"))?;
            let (pool, seat) = self.seat(rep).ok_or_else(|| format!("{rep} is in no pool"))?;
            if let Some(rotation) = self.standing.rotation_mut(pool) {
                rotation.grant(seat, leads.saturating_mul(LEAD));
            }
        }
        Ok(())
    }

    fn rep(&self, key: &str) -> Result<RepIx, String> {
        self.book.directory().find(key).ok_or_else(|| format!("{key} is not a rep we know"))
    }

    /// The first pool that a rep is in, and their place there.
    fn seat(&self, key: &str) -> Option<(PoolIx, usize)> {
        let rep = self.book.directory().find(key)?;
        (0..)
            .zip(&self.policy.pools)
            .find_map(|(at, _)| Some((PoolIx(at), self.book.seats(PoolIx(at)).iter().position(|seat| *seat == rep)?)))
    }

    /// A pool's members with their balances, in file order.
    pub fn balances(&self, pool: PoolIx) -> Vec<(&str, Balance)> {
        let seats = self.standing.rotation(pool).map_or(&[][..], |rotation| rotation.seats());
        self.book.seats(pool).iter().zip(seats).map(|(rep, seat)| (self.book.directory().key(*rep), seat.balance)).collect()
    }

    /// The largest balance of a pool after any lead, in either direction, in thousandths.
    pub fn worst(&self, pool: PoolIx) -> i64 {
        self.worst.get(&pool).copied().unwrap_or(0)
    }

    fn note_balances(&mut self) -> BTreeMap<String, Balance> {
        let mut all = BTreeMap::new();
        for at in (0..).zip(&self.policy.pools).map(|(at, _)| PoolIx(at)) {
            let balances: Vec<(String, Balance)> = self.balances(at).into_iter().map(|(rep, balance)| (rep.to_owned(), balance)).collect();
            let worst = balances.iter().map(|(_, balance)| balance.thousandths().abs()).max().unwrap_or(0);
            let before = self.worst.entry(at).or_insert(0);
            *before = worst.max(*before);
            for (rep, balance) in balances {
                all.entry(rep).or_insert(balance);
            }
        }
        all
    }
}

/// The last decision of a lead.
fn earlier<'a>(decided: &'a [Decided], id: &str) -> Result<&'a Decision, String> {
    let last = decided.iter().rfind(|decided| *decided.arrival.lead.id.0 == *id);
    last.map(|decided| &decided.decision).ok_or_else(|| format!("there is no earlier lead {id}"))
}

/// Columns of a `leads` block that are not the lead's.
const EXTRA: [&str; 9] = ["at", "held_since", "waiting_since", "passed", "missed", "closes", "gives_back", "grants", "times"];

/// One row's cells of those columns.
struct Extra<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Extra<'a> {
    fn of(header: &'a ByteRecord, row: &'a ByteRecord) -> Self {
        let text = |cell| std::str::from_utf8(cell).unwrap_or("");
        let cells = header.iter().zip(row.iter()).map(|(name, cell)| (text(name), text(cell)));
        Self(cells.filter(|(name, cell)| EXTRA.contains(name) && !cell.is_empty()).collect())
    }

    fn moment(&self, name: &str) -> Result<Option<Timestamp>, String> {
        let Some(text) = self.0.get(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| format!("{name}: `{text}` is no moment such as 2026-03-01T09:00:00Z"))
    }

    fn number(&self, name: &str) -> Result<u32, String> {
        self.0.get(name).map_or(Ok(1), |text| text.parse().map_err(|_| format!("{name}: `{text}` is no whole number")))
    }

    fn items(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.get(name).into_iter().flat_map(|text| text.split('|')).map(str::trim)
    }
}

/// The row as a lead, `{n}` being its number among those of the row.
pub fn lead(header: &ByteRecord, row: &ByteRecord, number: u32) -> Result<Lead, String> {
    let own = |name: &[u8]| !EXTRA.iter().any(|extra| extra.as_bytes() == name);
    let numbered = |cell: &[u8]| String::from_utf8_lossy(cell).replace("{n}", &number.to_string());
    let names: ByteRecord = header.iter().filter(|name| own(name)).collect();
    let cells: Vec<String> = header.iter().zip(row.iter()).filter(|(name, _)| own(name)).map(|(_, cell)| numbered(cell)).collect();
    let columns = leads::Columns::of(&names).map_err(|problem| people::shown("leads", &problem))?;
    let mut problems = Vec::new();
    let lead = columns.read(&ByteRecord::from(cells), 1, &mut problems);
    match (lead, problems.first()) {
        (_, Some(problem)) => Err(people::shown("leads", problem)),
        (Some(lead), None) => Ok(lead),
        (None, None) => Err("this row is no lead".to_owned()),
    }
}
