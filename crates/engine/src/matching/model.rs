//! The model: what the signals are worth together, as a probability.
//!
//! A logistic regression in whole numbers, so that every machine gives the same answer. The weights were fitted by
//! `bench/src/bin/fit_matching.rs` and are not edited by hand, but for `phone`, of which the data has no case.

use super::signals::Signals;
use super::weights::WEIGHTS;
use crate::value::Number;

/// Evidence for an account, in thousandths of a natural logarithm of odds. 0 is even odds.
#[must_use]
pub fn odds(signals: &Signals) -> i64 {
    let worth = |(value, weight): (&i32, &i32)| i64::from(*value) * i64::from(*weight);
    signals.values().iter().zip(&WEIGHTS).map(worth).sum::<i64>() / 1_000
}

/// The probability that goes with odds: 0 to 1, within a thousandth of the logistic function.
#[must_use]
pub fn probability(odds: i64) -> Number {
    let distance = odds.unsigned_abs().min(10_000);
    let at = usize::try_from(distance / STEP).unwrap_or(0);
    let (low, high) = (LOGISTIC.get(at).copied().unwrap_or(999_955), LOGISTIC.get(at + 1).copied().unwrap_or(999_955));
    let above = low + (high - low) * i128::from(distance % STEP) / i128::from(STEP);
    Number(if odds < 0 { Number::ONE - above } else { above })
}

/// Between the entries of [`LOGISTIC`].
const STEP: u64 = 500;

/// The logistic function from 0 to 10 in halves, in millionths.
const LOGISTIC: [i128; 21] = [
    500_000, 622_459, 731_059, 817_574, 880_797, 924_142, 952_574, 970_688, 982_014, 989_013, 993_307, 995_930, 997_527, 998_499, 999_089,
    999_447, 999_665, 999_797, 999_877, 999_925, 999_955,
];
