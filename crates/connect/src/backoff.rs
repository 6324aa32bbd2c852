//! When to try again: exponential backoff with jitter, up to a limit of attempts and of age. Pure.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How a failed delivery is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backoff {
    /// The wait after the first failure; each further one doubles it.
    pub first: Duration,
    /// No wait of ours is longer (what the other side asks for may be).
    pub longest: Duration,
    /// After so many attempts the message is dead.
    pub attempts: u32,
    /// A message older than this is dead.
    pub age: Duration,
}

impl Default for Backoff {
    /// About 1 s, 2 s, 4 s ... 10 minutes, for a day.
    fn default() -> Self {
        const MINUTE: u64 = 60;
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(10 * MINUTE),
            attempts: 150,
            age: Duration::from_secs(24 * 60 * MINUTE),
        }
    }
}

/// What becomes of a message that could not be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Try again at this moment.
    At(Timestamp),
    /// It is dead: so many attempts were made.
    TooOften(u32),
    /// It is dead: it would be older than the limit at the next attempt.
    TooOld,
}

/// One failed attempt.
#[derive(Debug, Clone, Copy)]
pub struct Failed {
    /// When the message was first due.
    pub since: Timestamp,
    /// How many attempts were made, this one included.
    pub attempts: u32,
    /// How long the other side asks to be left alone.
    pub after: Option<Duration>,
    /// Any number, drawn by lot: it moves the wait within its upper half, so that messages which failed
    /// together do not come back together.
    pub draw: u64,
}

impl Backoff {
    /// What becomes of a message after a failed attempt.
    #[must_use]
    pub fn next(&self, failed: &Failed, now: Timestamp) -> Next {
        if failed.attempts >= self.attempts {
            return Next::TooOften(failed.attempts);
        }
        let wait = self.wait(failed.attempts, failed.draw).max(failed.after.unwrap_or_default());
        let at = SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok());
        match at {
            Some(at) if at.duration_since(failed.since).unsigned_abs() <= self.age => Next::At(at),
            _ => Next::TooOld,
        }
    }

    /// The wait after that many attempts: between half and all of the doubled first wait.
    fn wait(&self, attempts: u32, draw: u64) -> Duration {
        let doubled = 1_u32.checked_shl(attempts.saturating_sub(1)).and_then(|times| self.first.checked_mul(times));
        let whole = doubled.unwrap_or(self.longest).min(self.longest);
        let half = whole / 2;
        let part = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX);
        half + Duration::from_nanos(draw % part.saturating_add(1).max(1))
    }
}
