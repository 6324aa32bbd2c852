//! Availability: who can take a lead now, and why not.

use crate::book::Book;
use crate::decide::Arrival;
use crate::decision::{CapKind, Verdict};
use crate::people::{Rep, RepIx};
use crate::policy::{Caps, Policy, PoolIx};
use crate::standing::{Standing, Tally};
use jiff::Timestamp;

/// What a lead asks of whoever takes it, at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// People and accounts.
    pub book: &'a Book,
    /// What past decisions left behind.
    pub standing: &'a Standing,
    /// The lead.
    pub arrival: &'a Arrival,
    /// Skills that the rule needs, folded.
    pub needs: &'a [Box<str>],
    /// Now.
    pub now: Timestamp,
    /// How many of those who missed the lead may have it all the same, because nobody else can take it.
    pub forgiven: usize,
}

impl Request<'_> {
    /// Whether a rep can take the lead by a path that names them. `Eligible`, or the first reason against,
    /// from the most lasting to the most fleeting.
    #[must_use]
    pub fn of_rep(&self, rep: RepIx) -> Verdict {
        let Some(person) = self.book.directory().get(rep).filter(|_| self.book.is_known(rep)) else { return Verdict::Unknown };
        if !person.active {
            return Verdict::Inactive;
        }
        if let Some(absence) = self.book.directory().absent(rep, self.now) {
            return Verdict::Absent(absence.until);
        }
        if self.arrival.before.passed.contains(&rep) {
            return Verdict::Passed;
        }
        if self.arrival.before.missed.iter().skip(self.forgiven).any(|missed| *missed == rep) {
            return Verdict::Missed;
        }
        if let Some(lacking) = self.needs.iter().position(|need| !person.skills.contains(need)) {
            return Verdict::LacksSkill(u16::try_from(lacking).unwrap_or(u16::MAX));
        }
        self.own_caps(person, rep).map_or(Verdict::Eligible, |(cap, limit)| Verdict::AtCap(cap, limit))
    }

    /// Whether a rep can take the lead through a pool: also inside the pool's hours and caps. `seat` is their
    /// place among its members; a backup who is no member has none, and no caps of the pool's.
    #[must_use]
    pub fn of_member(&self, pool: PoolIx, seat: Option<usize>, rep: RepIx) -> Verdict {
        let verdict = self.of_rep(rep);
        let Some(settings) = self.policy.pool(pool).filter(|_| verdict == Verdict::Eligible) else { return verdict };
        if settings.working_hours_only && !self.book.calendar(rep).is_some_and(|calendar| calendar.is_open(self.now)) {
            return Verdict::OutsideHours;
        }
        let tally = seat.and_then(|seat| self.standing.of_seat(pool, seat));
        match tally.and_then(|tally| self.pool_caps(settings.caps, tally, rep)) {
            Some((cap, limit)) => Verdict::AtCap(cap, limit),
            None => Verdict::Eligible,
        }
    }

    fn own_caps(&self, person: &Rep, rep: RepIx) -> Option<(CapKind, u32)> {
        if person.daily_cap.is_none() && person.open_cap.is_none() {
            return None;
        }
        let (tally, calendar) = (self.standing.of_rep(rep)?, self.book.calendar(rep)?);
        if let Some(reached) = tally.reached() {
            let limit = reached.and_then(|cap| person.limit(cap));
            return reached.zip(limit);
        }
        if let Some(limit) = person.open_cap.filter(|limit| tally.open >= *limit) {
            return Some((CapKind::OwnOpen, limit));
        }
        let limit = person.daily_cap?;
        (tally.since(calendar.day_start(self.now)) >= limit).then_some((CapKind::OwnPerDay, limit))
    }

    fn pool_caps(&self, caps: Caps, tally: &Tally, rep: RepIx) -> Option<(CapKind, u32)> {
        if caps == Caps::default() {
            return None;
        }
        let calendar = self.book.calendar(rep)?;
        if let Some(reached) = tally.reached() {
            let limit = reached.and_then(|cap| caps.limit(cap));
            return reached.zip(limit);
        }
        if let Some(limit) = caps.open.filter(|limit| tally.open >= *limit) {
            return Some((CapKind::Open, limit));
        }
        if let Some(limit) = caps.per_hour.filter(|limit| tally.since(calendar.hour_start(self.now)) >= *limit) {
            return Some((CapKind::PerHour, limit));
        }
        if let Some(limit) = caps.per_day.filter(|limit| tally.since(calendar.day_start(self.now)) >= *limit) {
            return Some((CapKind::PerDay, limit));
        }
        if let Some(limit) = caps.per_week.filter(|limit| tally.since(calendar.week_start(self.now)) >= *limit) {
            return Some((CapKind::PerWeek, limit));
        }
        // A lead that came exactly one span ago has left it.
        let (limit, span) = caps.rolling?;
        (tally.after(span.before(self.now)) >= limit).then_some((CapKind::Rolling, limit))
    }
}

impl Rep {
    /// The limit of a cap of their own.
    const fn limit(&self, cap: CapKind) -> Option<u32> {
        match cap {
            CapKind::OwnPerDay => self.daily_cap,
            CapKind::OwnOpen => self.open_cap,
            _ => None,
        }
    }
}

impl Caps {
    /// The limit of a cap of the pool's.
    fn limit(&self, cap: CapKind) -> Option<u32> {
        match cap {
            CapKind::PerHour => self.per_hour,
            CapKind::PerDay => self.per_day,
            CapKind::PerWeek => self.per_week,
            CapKind::Rolling => self.rolling.map(|(limit, _)| limit),
            CapKind::Open => self.open,
            CapKind::OwnPerDay | CapKind::OwnOpen => None,
        }
    }
}
