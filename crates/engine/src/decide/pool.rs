//! A pool as a target: who of it takes the lead.

use super::{Attempt, is_over, refused};
use crate::availability::Request;
use crate::calendar::Span;
use crate::decision::{Candidate, Outcome, PoolPast, Trial, TrialResult, Turn, Verdict, Via, Waiting};
use crate::people::RepIx;
use crate::policy::{Pool, PoolIx, Share, Target};

impl Request<'_> {
    /// A member's turn, the rep who had the company, who covers an absent member, or nobody.
    pub(super) fn pool(&self, target: Target, at: PoolIx, pool: &Pool) -> Attempt {
        let seats = self.book.seats(at);
        let Some(past) = self.past_of(at, pool, seats) else { return refused(target, TrialResult::NobodyCan) };
        let mut candidates: Vec<Candidate> = (seats.iter().enumerate())
            .map(|(seat, rep)| Candidate { rep: *rep, covers: None, verdict: self.of_member(at, Some(seat), *rep) })
            .collect();
        let able: Vec<usize> = (0..candidates.len()).filter(|seat| verdict_at(&candidates, *seat) == Some(Verdict::Eligible)).collect();
        let (taker, turn) = match sticky(&past, seats, &able) {
            Some(seat) => (Some((seat, Via::Sticky(at))), None),
            None => {
                let (seat, turn) = self.share(at, pool, &past, &able);
                (seat.map(|seat| (seat, Via::Turn(at))), turn)
            }
        };
        let (result, outcome, turn) = if let Some((seat, via)) = taker {
            mark(&mut candidates, pool, seat);
            (TrialResult::Took, seats.get(seat).map(|rep| Outcome::Assigned { rep: *rep, via }), turn)
        } else if let Some((rep, of, turn)) = self.cover_pool(at, seats, &past, &mut candidates) {
            (TrialResult::Took, Some(Outcome::Assigned { rep, via: Via::Backup { of, pool: Some(at) } }), turn)
        } else if let Some(limit) = pool.wait.filter(|limit| !is_over(self.arrival.before.waiting_since, *limit, self.now)) {
            let deadline = limit.after(self.arrival.before.waiting_since.unwrap_or(self.now));
            (TrialResult::Waits, Some(Outcome::Held { waiting: Waiting::Pool(at), deadline }), None)
        } else {
            (TrialResult::NobodyCan, None, None)
        };
        Attempt { trial: Trial { target, result, candidates, pool: Some(past), turn }, outcome }
    }

    /// What a decision may ask of a pool's past: it is decided by this, and this is noted.
    fn past_of(&self, at: PoolIx, pool: &Pool, seats: &[RepIx]) -> Option<PoolPast> {
        let remembered = |window: Span| {
            let memory = self.standing.company(at, &self.book.company_of(self.arrival)?)?;
            (window.after(memory.at) >= self.now).then_some(memory)
        };
        let open = |rep: &RepIx| self.standing.of_rep(*rep).map_or(0, |tally| tally.open);
        Some(PoolPast {
            rotation: self.standing.rotation(at)?.clone(),
            company: pool.sticky.and_then(remembered),
            open: if pool.share == Share::LeastLoaded { seats.iter().map(open).collect() } else { Vec::new() },
        })
    }

    /// One of those who can, by the way the pool shares.
    fn share(&self, at: PoolIx, pool: &Pool, past: &PoolPast, able: &[usize]) -> (Option<usize>, Option<Turn>) {
        if able.is_empty() {
            return (None, None);
        }
        let weight = |seat: usize| pool.members.get(seat).map_or(0, |member| member.weight);
        let mut eligible: Vec<usize> = able.iter().copied().filter(|seat| weight(*seat) > 0).collect();
        if eligible.is_empty() {
            eligible = able.to_vec();
        }
        let mut after = past.rotation.clone();
        let chosen = match pool.share {
            Share::Rotation => after.turn(&eligible, self.standing.next_turn()),
            Share::InOrder => after.given(eligible.first().copied(), self.standing.next_turn()),
            Share::LeastLoaded => {
                let open = |seat: usize| past.open.get(seat).copied().unwrap_or(0);
                let last = |seat: usize| past.rotation.seats().get(seat).map_or(0, |seat| seat.last);
                // a is less loaded than b when open(a) / weight(a) < open(b) / weight(b).
                let load = |a: usize, b: usize| u64::from(open(a)) * u64::from(weight(b).max(1));
                let least =
                    eligible.iter().copied().min_by(|a, b| load(*a, *b).cmp(&load(*b, *a)).then(last(*a).cmp(&last(*b))).then(a.cmp(b)));
                after.given(least, self.standing.next_turn())
            }
        };
        (chosen, Some(Turn { pool: at, eligible, after }))
    }

    /// Nobody of the pool can: somebody who covers an absent member, the member least recently covered first.
    /// Balances stay as they are: absence owes nothing and is owed nothing.
    fn cover_pool(
        &self,
        at: PoolIx,
        seats: &[RepIx],
        past: &PoolPast,
        candidates: &mut Vec<Candidate>,
    ) -> Option<(RepIx, RepIx, Option<Turn>)> {
        let mut order: Vec<usize> = (0..seats.len()).collect();
        order.sort_by_key(|seat| (past.rotation.seats().get(*seat).map_or(0, |seat| seat.last), *seat));
        for seat in order {
            let member = *seats.get(seat)?;
            let mut chain = Vec::new();
            let can = |rep| self.of_member(at, seats.iter().position(|seat| *seat == rep), rep);
            let taker = self.cover(member, &mut chain, can);
            candidates.extend(chain.into_iter().skip(1));
            if let Some(rep) = taker {
                let mut after = past.rotation.clone();
                after.given(Some(seat), self.standing.next_turn());
                return Some((rep, member, Some(Turn { pool: at, eligible: Vec::new(), after })));
            }
        }
        None
    }
}

/// The seat of the rep who had the same company in this pool, if they can take the lead. It is no turn: balances
/// stay as they are.
fn sticky(past: &PoolPast, seats: &[RepIx], able: &[usize]) -> Option<usize> {
    let seat = seats.iter().position(|rep| past.company.is_some_and(|memory| memory.rep == *rep))?;
    able.contains(&seat).then_some(seat)
}

fn verdict_at(candidates: &[Candidate], seat: usize) -> Option<Verdict> {
    candidates.get(seat).map(|candidate| candidate.verdict)
}

/// Marks who took the lead, and who only stands by with weight 0.
fn mark(candidates: &mut [Candidate], pool: &Pool, taker: usize) {
    let weight = |seat: usize| pool.members.get(seat).map_or(0, |member| member.weight);
    let spare = weight(taker) > 0;
    for (seat, candidate) in candidates.iter_mut().enumerate() {
        if seat == taker {
            candidate.verdict = Verdict::Chosen;
        } else if spare && candidate.verdict == Verdict::Eligible && weight(seat) == 0 {
            candidate.verdict = Verdict::Spare;
        }
    }
}
