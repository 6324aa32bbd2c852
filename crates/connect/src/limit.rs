//! A limit per channel: so many messages in a span, with bursts. Pure: the moment comes in as a value.
//!
//! A token bucket, kept as the one moment at which it will be full again (the generic cell rate algorithm):
//! no timer refills it and nothing can drift.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How many messages a channel may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// One message in this span, in the long run.
    pub every: Duration,
    /// So many at once after a rest; at least one.
    pub burst: u32,
}

/// The limit of one channel at work.
#[derive(Debug, Clone)]
pub struct Limit {
    every: SignedDuration,
    /// How far ahead of now the bucket may be full again.
    depth: SignedDuration,
    full_at: Timestamp,
}

impl Limit {
    /// A limit that has rested: a whole burst is free.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        let every = SignedDuration::try_from(rate.every).unwrap_or(SignedDuration::MAX);
        let burst = i32::try_from(rate.burst.max(1)).unwrap_or(i32::MAX);
        let depth = every.checked_mul(burst).unwrap_or(SignedDuration::MAX);
        Self { every, depth, full_at: Timestamp::MIN }
    }

    /// Takes one message's worth.
    ///
    /// # Errors
    /// When nothing is left: how long to wait until one is.
    pub fn take(&mut self, now: Timestamp) -> Result<(), Duration> {
        let full_at = self.full_at.max(now).checked_add(self.every).unwrap_or(Timestamp::MAX);
        let excess = full_at.duration_since(now) - self.depth;
        if excess.is_positive() {
            return Err(excess.unsigned_abs());
        }
        self.full_at = full_at;
        Ok(())
    }

    /// The other side asks to be left alone for so long: nothing is free before that.
    pub fn pause(&mut self, now: Timestamp, span: Duration) {
        let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
        let last = span.saturating_add(self.depth).saturating_sub(self.every);
        self.full_at = self.full_at.max(now.saturating_add(last).unwrap_or(Timestamp::MAX));
    }
}
