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
    /// About 1 s, 2 s, 4 s ... 10 minutes, for a day: the age ends it, not the count.
    fn default() -> Self {
        const MINUTE: u64 = 60;
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(10 * MINUTE),
            attempts: 400,
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn failed(attempts: u32) -> Failed {
        Failed { since: NOW, attempts, after: None, draw: 0 }
    }

    /// Milliseconds until the next attempt.
    fn wait(backoff: Backoff, failed: Failed) -> i128 {
        match backoff.next(&failed, NOW) {
            Next::At(at) => at.duration_since(NOW).as_millis(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_wait_doubles_up_to_the_longest() {
        let waits: Vec<i128> = (1..=12).map(|attempts| wait(Backoff::default(), failed(attempts))).collect();
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000]);
        assert_eq!(wait(Backoff { attempts: u32::MAX, ..Backoff::default() }, failed(4_000_000_000)), 300_000);
    }

    #[test]
    fn the_lot_moves_a_wait_between_half_and_all_of_it() {
        let all: Vec<i128> = (0..10_000_u64)
            .map(|draw| wait(Backoff::default(), Failed { draw: draw.wrapping_mul(0x9e37_79b9_7f4a_7c15), ..failed(4) }))
            .collect();
        assert!(all.iter().all(|wait| (4_000..=8_000).contains(wait)));
        assert!(all.iter().any(|wait| *wait < 4_100) && all.iter().any(|wait| *wait > 7_900));
    }

    #[test]
    fn who_asks_for_more_time_gets_it_and_who_asks_for_less_does_not() {
        let asked = |seconds| wait(Backoff::default(), Failed { after: Some(Duration::from_secs(seconds)), ..failed(5) });
        assert_eq!((asked(3_600), asked(1)), (3_600_000, 8_000));
    }

    #[test]
    fn after_so_many_attempts_or_such_an_age_a_message_is_dead() {
        let backoff = Backoff { attempts: 3, age: Duration::from_secs(60), ..Backoff::default() };
        assert!(matches!(backoff.next(&failed(2), NOW), Next::At(_)));
        assert_eq!(backoff.next(&failed(3), NOW), Next::TooOften(3));
        assert_eq!(backoff.next(&failed(1), NOW + 59_501.milliseconds()), Next::TooOld);
        assert!(matches!(backoff.next(&failed(1), NOW + 59_500.milliseconds()), Next::At(_)));
        let never = Failed { after: Some(Duration::MAX), ..failed(1) };
        assert_eq!(backoff.next(&never, NOW), Next::TooOld);
    }

    #[test]
    fn the_default_gives_up_after_a_day() {
        let (backoff, mut now, mut attempts) = (Backoff::default(), NOW, 1);
        while let Next::At(at) = backoff.next(&Failed { draw: u64::MAX / 3, ..failed(attempts) }, now) {
            (now, attempts) = (at, attempts + 1);
        }
        let hours = now.duration_since(NOW).as_hours();
        assert!(hours == 23 && attempts < 400, "{hours} h, {attempts} attempts");
    }
}
