//! Tallies: leads that somebody got, as caps count them.

use crate::calendar::Span;
use crate::decision::CapKind;
use jiff::Timestamp;
use std::collections::VecDeque;

/// Rolling caps may look back this far at most; a policy that asks for more is an error.
pub const LONGEST_PERIOD: Span = Span { days: 93, seconds: 0 };

/// Leads that somebody got.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    caps: Caps,
    /// Assigned and not yet closed.
    pub open: u32,
}

/// How it is known whether a cap is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Caps {
    /// By counting: when leads came, sorted; kept for as long as a cap may ask.
    Counted(VecDeque<Timestamp>),
    /// A stored decision says which one was reached, if any.
    Told(Option<CapKind>),
}

impl Default for Caps {
    fn default() -> Self {
        Self::Counted(VecDeque::new())
    }
}

impl Tally {
    /// A tally of which only is known what a stored decision says: that no cap was reached, until it tells one.
    pub(super) const fn told() -> Self {
        Self { caps: Caps::Told(None), open: 0 }
    }

    /// A stored decision says that this cap was reached.
    pub(crate) fn tell(&mut self, reached: CapKind) {
        self.caps = Caps::Told(Some(reached));
    }

    /// What a stored decision says of caps, where that is all that is known; `None`: count.
    #[must_use]
    pub const fn reached(&self) -> Option<Option<CapKind>> {
        if let Caps::Told(reached) = self.caps { Some(reached) } else { None }
    }

    /// How many came at `from` or later. Logarithmic.
    #[must_use]
    pub fn since(&self, from: Timestamp) -> u32 {
        self.from(|time| *time < from)
    }

    /// How many came later than `moment`. Logarithmic.
    #[must_use]
    pub fn after(&self, moment: Timestamp) -> u32 {
        self.from(|time| *time <= moment)
    }

    fn from(&self, is_before: impl Fn(&Timestamp) -> bool) -> u32 {
        let Caps::Counted(times) = &self.caps else { return 0 };
        u32::try_from(times.len() - times.partition_point(is_before)).unwrap_or(u32::MAX)
    }

    /// One more that falls in the periods of caps.
    pub(super) fn add_time(&mut self, at: Timestamp) {
        let Caps::Counted(times) = &mut self.caps else { return };
        times.insert(times.partition_point(|time| *time <= at), at);
        let oldest = times.back().map(|newest| LONGEST_PERIOD.before(*newest));
        while times.front().copied() < oldest {
            times.pop_front();
        }
    }

    /// One more is open.
    pub(super) const fn add_open(&mut self) {
        self.open = self.open.saturating_add(1);
    }

    /// One is closed; what caps count in a period stays.
    pub(super) const fn close(&mut self) {
        self.open = self.open.saturating_sub(1);
    }

    /// Gives one back: a lead that was reassigned, or passed on as a bad one.
    pub(super) fn give_back(&mut self, at: Timestamp) {
        self.close();
        if let Caps::Counted(times) = &mut self.caps
            && let Ok(place) = times.binary_search(&at)
        {
            times.remove(place);
        }
    }
}
