//! Replay: a stored decision derived again.
//!
//! A [`Record`] holds what its decision was made from. [`Stage`] sets that up again, under the policy and the
//! directory whose versions the record names, and decides with the same [`decide`] as ever; the decision that comes
//! out, written down, must be the record. Taken as given are the match (no other account is at hand), the lead as
//! enriched, and which caps were reached; everything else is derived.

mod difference;

pub use difference::Difference;

use crate::account::AccountIx;
use crate::book::Book;
use crate::decide::{Arrival, Before, decide};
use crate::decision::{CapKind, Decision};
use crate::matching::{Evidence, Match};
use crate::people::{Directory, RepIx};
use crate::policy::{Policy, PoolIx};
use crate::record::{Matched, PoolRecord, Record, VerdictRecord};
use crate::rotation::Rotation;
use crate::standing::{Memory, Standing};
use std::borrow::Cow;

/// Derives one stored decision again. For many of one policy and directory, keep a [`Stage`].
///
/// Err: in which places what is derived is not what is stored.
pub fn replay(policy: &Policy, directory: Option<Directory>, record: &Record<'_>) -> Result<(), Vec<Difference>> {
    Stage::new(policy, directory).replay(record)
}

/// Where stored decisions of one policy and one directory are set up again, one at a time.
#[derive(Debug)]
pub struct Stage<'p> {
    policy: &'p Policy,
    book: Book,
}

/// A stored decision set up again: what [`crate::explain`] asks for.
#[derive(Debug)]
pub struct Scene<'s> {
    /// The policy.
    pub policy: &'s Policy,
    /// The people, and the one account that was found.
    pub book: &'s Book,
    /// What the decision found of the past, before it.
    pub standing: Standing,
    /// The lead.
    pub arrival: Arrival,
    /// The decision as it is derived.
    pub decision: Decision,
}

impl<'p> Stage<'p> {
    /// Binds policy and directory. Linear in both.
    #[must_use]
    pub fn new(policy: &'p Policy, directory: Option<Directory>) -> Self {
        Self { policy, book: Book::bind(policy, directory, Vec::new()) }
    }

    /// Derives a stored decision again. Err: in which places what is derived is not what is stored.
    pub fn replay(&mut self, record: &Record<'_>) -> Result<(), Vec<Difference>> {
        let scene = self.scene(record);
        let derived = Record::of(scene.policy, scene.book, &scene.arrival, &scene.decision);
        let found = difference::between(record, &derived);
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    /// Sets a stored decision up, and decides. What a name of the record stands for that policy and directory do
    /// not have is left out: it then differs.
    pub fn scene(&mut self, record: &Record<'_>) -> Scene<'_> {
        for rep in record.reps() {
            self.book.imply(self.policy, rep); // only where there is no directory
        }
        let accounts = record.matched.iter().map(|found| found.account.clone().into_owned());
        self.book.set_accounts(self.policy, accounts.collect());
        let (policy, book) = (self.policy, &self.book);
        let (matched, before) = (record.matched.as_ref().map(match_of), before(book, record));
        let arrival = Arrival::found(policy, book, record.lead.clone().into_owned(), matched, before, record.at);
        let standing = standing(policy, book, &arrival, record);
        let decision = decide(policy, book, &standing, &arrival);
        Scene { policy, book, standing, arrival, decision }
    }
}

fn match_of(matched: &Matched<'_>) -> Match {
    let evidence = matched.evidence.iter().map(|(method, shared)| Evidence { method: *method, shared: (**shared).into() });
    Match {
        account: AccountIx(0),
        score: matched.score,
        method: matched.method,
        evidence: evidence.collect(),
        tie_breaker: matched.tie_breaker,
    }
}

fn before(book: &Book, record: &Record<'_>) -> Before {
    let before = &record.before;
    let find = |reps: &[Cow<'_, str>]| reps.iter().filter_map(|rep| book.directory().find(rep)).collect();
    Before {
        held_since: before.held_since,
        waiting_since: before.waiting_since,
        passed: find(&before.passed),
        missed: find(&before.missed),
        clock_from: before.clock_from,
        rerouted: before.rerouted,
    }
}

/// The past as far as the decision asked for it.
fn standing(policy: &Policy, book: &Book, arrival: &Arrival, record: &Record<'_>) -> Standing {
    let mut standing = Standing::told(policy, book);
    standing.set_last_turn(record.turn.saturating_sub(1));
    let find = |rep: &str| book.directory().find(rep);
    if let Some((owner, person)) = record.owner.as_ref().zip(arrival.person())
        && let Some(rep) = find(&owner.rep)
    {
        standing.recall_person(person, Memory { rep, at: owner.at });
        tell(&mut standing, book, None, rep, &owner.verdict);
    }
    for trial in &record.tried {
        let pool = trial.target.strip_prefix("pool:").and_then(|name| policy.pool_named(name));
        for candidate in &trial.candidates {
            if let Some(rep) = find(&candidate.rep) {
                tell(&mut standing, book, pool, rep, &candidate.verdict);
            }
        }
        if let Some((pool, past)) = pool.zip(trial.pool.as_ref()) {
            recall_pool(&mut standing, (policy, book), arrival, pool, past);
        }
    }
    standing
}

/// A cap that a verdict says was reached.
fn tell(standing: &mut Standing, book: &Book, pool: Option<PoolIx>, rep: RepIx, verdict: &VerdictRecord<'_>) {
    let VerdictRecord::AtCap(cap, _) = verdict else { return };
    let tally = match cap {
        CapKind::OwnPerDay | CapKind::OwnOpen => standing.of_rep_mut(rep),
        _ => pool.and_then(|pool| {
            let seat = book.seats(pool).iter().position(|member| *member == rep)?;
            standing.of_seat_mut(pool, seat)
        }),
    };
    if let Some(tally) = tally {
        tally.tell(*cap);
    }
}

/// A pool's past. Seats that no rotation ever had are left out.
fn recall_pool(standing: &mut Standing, (policy, book): (&Policy, &Book), arrival: &Arrival, pool: PoolIx, past: &PoolRecord<'_>) {
    let members = policy.pool(pool).map_or(&[][..], |pool| &pool.members);
    let seats = members.iter().zip(&past.seats).map(|(member, seat)| seat.seat(member.weight));
    if let (Ok(rotation), Some(place)) = (Rotation::restored(seats, past.denominator), standing.rotation_mut(pool))
        && rotation.seats().len() == place.seats().len()
    {
        *place = rotation;
    }
    for (rep, open) in book.seats(pool).iter().zip(&past.open) {
        if let Some(tally) = standing.of_rep_mut(*rep) {
            tally.open = *open;
        }
    }
    if let Some(memory) = &past.company
        && let Some((rep, company)) = book.directory().find(&memory.rep).zip(book.company_of(arrival))
    {
        standing.recall_company(pool, &company, Memory { rep, at: memory.at });
    }
}
