//! Texts in order, as beginnings: `"11001" <= postal_code` without an operator for it.
//!
//! Salesforce compares texts character by character. Our texts have no order, but a text comes before a bound
//! exactly when it is one of the bound's own beginnings, or leaves the bound at a smaller character. So "before 1100"
//! is: equal to `1`, `11` or `110`, or beginning with `0`, `10`. Of characters, digits and then letters count; with
//! punctuation at the place where a text leaves the bound, Salesforce may decide otherwise.

use crate::columns::ColumnIx;
use crate::condition::{Asks, Condition, Test};
use pointsman_engine::value::fold;
use std::ops::Not;

/// The longest bound.
const LONGEST: usize = 12;

/// Present and before the bound (or at it, if `or_equal`). `None`: the bound is not made of digits and letters.
#[must_use]
pub fn before(column: ColumnIx, bound: &str, or_equal: bool) -> Option<Condition> {
    let bound = fold(bound).into_owned();
    if bound.is_empty() || bound.len() > LONGEST || !bound.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let (mut equal, mut starts) = (Vec::new(), Vec::new());
    for (at, c) in bound.char_indices() {
        let beginning = bound.get(..at)?;
        equal.extend((at > 0).then(|| beginning.to_owned()));
        starts.extend(('0'..='9').chain('a'..='z').take_while(|smaller| *smaller < c).map(|smaller| format!("{beginning}{smaller}")));
    }
    equal.extend(or_equal.then_some(bound));
    let parts = [(Asks::StartsWith, starts), (Asks::Is, equal)];
    Some(Condition::Any(parts.into_iter().map(|(asks, values)| Condition::Test(Test::new(column, asks, values))).collect()).simplified())
}

/// Present and after the bound (or at it).
#[must_use]
pub fn after(column: ColumnIx, bound: &str, or_equal: bool) -> Option<Condition> {
    let before = before(column, bound, !or_equal)?;
    Some(Condition::All(vec![Condition::Test(Test::is_blank(column)).not(), before.not()]).simplified())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &Condition, text: &str) -> bool {
        match condition {
            Condition::Always => true,
            Condition::Never => false,
            Condition::All(parts) => parts.iter().all(|part| holds(part, text)),
            Condition::Any(parts) => parts.iter().any(|part| holds(part, text)),
            Condition::Test(test) if text.is_empty() => test.blank,
            Condition::Test(test) => {
                let found = test.values.iter().any(|value| match test.asks {
                    Asks::Is => text == value,
                    Asks::StartsWith => text.starts_with(value.as_str()),
                    _ => unreachable!("order is made of these"),
                });
                found != test.negated
            }
            Condition::Same(..) => unreachable!("order compares no columns"),
        }
    }

    #[test]
    fn beginnings_say_what_comparing_says() {
        let column = ColumnIx(0);
        let texts = ["", "0", "1", "10", "1049", "10500", "10501", "10501a", "105011", "10502", "1051", "11", "2", "9", "a", "zz"];
        for bound in ["10501", "1", "0", "a9", "99999", "z"] {
            for text in texts {
                let there = !text.is_empty();
                for (or_equal, before_it, after_it) in [(false, text < bound, text > bound), (true, text <= bound, text >= bound)] {
                    assert_eq!(holds(&before(column, bound, or_equal).unwrap(), text), there && before_it, "{text} before {bound}");
                    assert_eq!(holds(&after(column, bound, or_equal).unwrap(), text), there && after_it, "{text} after {bound}");
                }
            }
        }
        assert_eq!(before(column, "10-5", false), None);
    }
}
