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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const RATE: Rate = Rate { every: Duration::from_millis(100), burst: 3 };

    #[test]
    fn a_burst_is_free_and_then_one_in_each_span() {
        let mut limit = Limit::new(RATE);
        let taken = (0..3).filter(|_| limit.take(NOW).is_ok()).count();
        assert_eq!((taken, limit.take(NOW)), (3, Err(Duration::from_millis(100))));
        assert_eq!(limit.take(NOW + 40.milliseconds()), Err(Duration::from_millis(60)));
        assert_eq!(limit.take(NOW + 100.milliseconds()), Ok(()));
        assert!(limit.take(NOW + 100.milliseconds()).is_err());
        let rested = NOW + 10.seconds();
        assert_eq!((0..10).filter(|_| limit.take(rested).is_ok()).count(), 3, "no more than a burst is saved up");
    }

    #[test]
    fn asking_in_vain_costs_nothing() {
        let mut limit = Limit::new(Rate { burst: 0, ..RATE });
        assert_eq!(limit.take(NOW), Ok(()));
        (0..50).for_each(|_| assert!(limit.take(NOW).is_err()));
        assert_eq!(limit.take(NOW + 100.milliseconds()), Ok(()));
    }

    #[test]
    fn a_pause_holds_everything_back_and_ends_with_one() {
        let mut limit = Limit::new(RATE);
        limit.pause(NOW, Duration::from_secs(30));
        assert_eq!(limit.take(NOW), Err(Duration::from_secs(30)));
        limit.pause(NOW, Duration::from_secs(5));
        assert_eq!(limit.take(NOW + 29.seconds()), Err(Duration::from_secs(1)), "a shorter pause does not end a longer one");
        assert_eq!(limit.take(NOW + 30.seconds()), Ok(()));
        assert!(limit.take(NOW + 30.seconds()).is_err());
        limit.pause(NOW, Duration::MAX);
        assert!(limit.take(NOW + 30.seconds()).is_err());
    }

    proptest! {
        /// In any span, at most a burst and one for each `every` of it.
        #[test]
        fn never_more_than_the_rate(steps in prop::collection::vec(0_i64..250, 1..200), burst in 1_u32..6) {
            let mut limit = Limit::new(Rate { burst, ..RATE });
            let (mut now, mut taken) = (NOW, Vec::new());
            for step in steps {
                now += step.milliseconds();
                if limit.take(now).is_ok() {
                    taken.push(now);
                }
            }
            for (first, begin) in taken.iter().enumerate() {
                for (count, end) in taken.iter().skip(first).enumerate() {
                    let allowed = i128::from(burst) + end.duration_since(*begin).as_millis() / 100;
                    prop_assert!(i128::try_from(count + 1).unwrap() <= allowed, "{count} from {begin} to {end}");
                }
            }
        }
    }
}
