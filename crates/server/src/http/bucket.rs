//! Token buckets: how many requests a second each API token may make.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So much may come at once, measured in the time it fills.
const DEPTH: Duration = Duration::from_secs(2);

/// What a bucket says to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Whether it may go on.
    pub allowed: bool,
    /// How many more may come at once.
    pub remaining: u64,
    /// When the next may come, or the bucket is full again; in whole seconds, at least 1 when refused.
    pub seconds: u64,
}

/// The buckets of all tokens that were seen: for each, when it will be full again.
#[derive(Default)]
pub struct Buckets {
    full_at: Mutex<HashMap<String, Instant>>,
}

impl Buckets {
    /// Takes one request of a token out of its bucket, which fills at `rate` per second.
    pub fn take(&self, token: &str, rate: u32, now: Instant) -> Told {
        let one = Duration::from_secs(1) / rate.max(1);
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = match buckets.get_mut(token) {
            Some(full_at) => full_at,
            None => buckets.entry(token.to_owned()).or_insert(now),
        };
        let missing = full_at.saturating_duration_since(now);
        if missing + one > DEPTH {
            let wait = (missing + one).saturating_sub(DEPTH);
            return Told { allowed: false, remaining: 0, seconds: whole_seconds(wait).max(1) };
        }
        *full_at = now + missing + one;
        let left = DEPTH.saturating_sub(missing + one);
        let remaining = u64::try_from(left.as_nanos() / one.as_nanos().max(1)).unwrap_or(u64::MAX);
        Told { allowed: true, remaining, seconds: whole_seconds(missing + one) }
    }
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_seconds_worth_may_come_at_once_then_as_many_as_the_rate_says() {
        let (buckets, start) = (Buckets::default(), Instant::now());
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let burst = (0..30).filter(|_| buckets.take("tok_a", 10, at(0)).allowed).count();
        assert_eq!(burst, 20);
        let refused = buckets.take("tok_a", 10, at(0));
        assert_eq!((refused.allowed, refused.remaining, refused.seconds), (false, 0, 1));
        assert!(!buckets.take("tok_a", 10, at(90)).allowed, "a tenth of a second has not passed");
        assert!(buckets.take("tok_a", 10, at(100)).allowed);
        assert!(buckets.take("tok_b", 10, at(0)).allowed, "another token has a bucket of its own");
    }
}
