//! A pool as people see it: members with what they are due, who is next, and why others are not.

use crate::availability::Request;
use crate::book::Book;
use crate::decide::{Arrival, Before};
use crate::decision::Outcome;
use crate::lead::Lead;
use crate::policy::{Policy, PoolIx, Share, Target};
use crate::record::VerdictRecord;
use crate::standing::Standing;
use jiff::Timestamp;
use serde::Serialize;

/// A pool at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PoolView<'a> {
    /// Its name.
    pub pool: &'a str,
    /// How it shares.
    pub share: Share,
    /// Who would get a plain lead now: one that no member had before and that needs no skill. Perhaps somebody who
    /// covers an absent member. `None`: nobody could take it.
    pub next: Option<&'a str>,
    /// In file order.
    pub members: Vec<MemberView<'a>>,
}

/// A member at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberView<'a> {
    /// Who.
    pub rep: &'a str,
    /// In relation to the others.
    pub weight: u32,
    /// How much of a lead they are due, in thousandths; negative: they got more than their share.
    pub balance: i64,
    /// The number of the decision that last gave them a lead through this pool; 0: none did.
    pub last_turn: u64,
    /// How many open leads they have, by any path.
    pub open: u32,
    /// Why they would get a plain lead now, or why not.
    pub verdict: VerdictRecord<'a>,
}

impl<'a> PoolView<'a> {
    /// A pool now; `None` for a number of another policy. It is what a decision on such a lead would find.
    #[must_use]
    pub fn of(policy: &'a Policy, book: &'a Book, standing: &Standing, pool: PoolIx, now: Timestamp) -> Option<Self> {
        let settings = policy.pool(pool)?;
        let arrival = Arrival::found(policy, book, Lead::new("plain"), None, Before::default(), now);
        let attempt = Request { policy, book, standing, arrival: &arrival, needs: &[], now, forgiven: 0 }.attempt(Target::Pool(pool));
        let seats = standing.rotation(pool)?.seats();
        let members = settings.members.iter().zip(seats).zip(&attempt.trial.candidates).map(|((member, seat), candidate)| MemberView {
            rep: book.directory().key(candidate.rep),
            weight: member.weight,
            balance: seat.balance.thousandths(),
            last_turn: seat.last,
            open: standing.of_rep(candidate.rep).map_or(0, |tally| tally.open),
            verdict: VerdictRecord::of(policy, &arrival, candidate.verdict),
        });
        let next = if let Some(Outcome::Assigned { rep, .. }) = attempt.outcome { Some(book.directory().key(rep)) } else { None };
        Some(Self { pool: &settings.name, share: settings.share, next, members: members.collect() })
    }
}
