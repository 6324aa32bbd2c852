//! What was wanted, in a few words: for explanations and messages.

use crate::field::{Field, Fields, Kind};
use crate::form::Opaque;
use crate::set::{Allowed, BoolSet, ListSet, Listed, NumberSet, Pattern, TextPiece, TextSet, ValueSet};
use crate::value::{Number, fold};
use std::collections::BTreeSet;

/// Lists longer than this are abbreviated to three and a count.
const SHOWN: usize = 5;
const ABBREVIATED: usize = 3;

/// What a field must be: `US, CA or MX`, `100 to 999`, `at least 1000`, `not competitor`, `starting with "94"`, `present`, `missing`.
#[must_use]
pub fn allowed(field: &Field, allowed: &Allowed) -> String {
    let present = match &allowed.present {
        ValueSet::Text(set) => texts(&field.kind, set),
        ValueSet::Number(set) => numbers(set),
        ValueSet::Bool(set) => booleans(*set),
        ValueSet::List(set) => list(set),
        ValueSet::Time(true) => Words::All,
        ValueSet::Time(false) => Words::None,
    };
    match (present, allowed.missing) {
        (Words::All, false) => "present".to_owned(),
        (Words::All, true) => "anything".to_owned(),
        (Words::None, false) => "nothing".to_owned(),
        (Words::None, true) => "missing".to_owned(),
        (Words::Some(words), false) => words,
        (Words::Some(words), true) => format!("{words}, or missing"),
    }
}

/// A test that is not a set of values: `country = account.country`, `created_at within the last 30d`.
#[must_use]
pub fn opaque(fields: &Fields, test: &Opaque) -> String {
    let not = |outside: bool| if outside { "not " } else { "" };
    match test {
        Opaque::Fields(left, comparison, right) => format!("{} {} {}", fields.name(*left), comparison.sign(), fields.name(*right)),
        Opaque::Moment(field, comparison, moment) => format!("{} {} {moment}", fields.name(*field), comparison.sign()),
        Opaque::Last { field, span, outside } => {
            format!("{} {}within the last {}", fields.name(*field), not(*outside), span)
        }
        Opaque::Next { field, span, outside } => {
            format!("{} {}within the next {}", fields.name(*field), not(*outside), span)
        }
    }
}

/// A set in words.
enum Words {
    /// Every value.
    All,
    /// No value.
    None,
    /// These.
    Some(String),
}

fn texts(kind: &Kind, set: &TextSet) -> Words {
    if set.is_plainly_all() {
        return Words::All;
    }
    let pieces: Vec<String> = set.pieces().iter().map(|piece| text_piece(kind, piece)).collect();
    if pieces.is_empty() { Words::None } else { Words::Some(either(&pieces)) }
}

fn text_piece(kind: &Kind, piece: &TextPiece) -> String {
    let mut parts = Vec::new();
    let (not, listed) = match &piece.listed {
        Listed::In(listed) => ("", listed),
        Listed::NotIn(listed) => ("not ", listed),
    };
    parts.extend(piece.with.iter().map(pattern));
    if !listed.is_empty() {
        parts.push(format!("{not}{}", names(kind, listed)));
    }
    if !piece.without.is_empty() {
        let without: Vec<String> = piece.without.iter().map(|part| format!("not {}", pattern(part))).collect();
        parts.push(joined(&without, "and"));
    }
    parts.join(" and ")
}

fn names(kind: &Kind, folded: &BTreeSet<Box<str>>) -> String {
    let shown: Vec<String> = folded.iter().map(|text| name(kind, text)).collect();
    either(&shown)
}

/// A folded text as people know it.
fn name(kind: &Kind, folded: &str) -> String {
    match kind {
        Kind::Country => folded.to_ascii_uppercase(),
        Kind::Choice(values) => values.iter().find(|value| fold(value) == folded).map_or_else(|| folded.to_owned(), ToString::to_string),
        _ if folded.contains([',', '"']) => format!("\"{}\"", folded.escape_debug()),
        _ => folded.to_owned(),
    }
}

fn pattern(pattern: &Pattern) -> String {
    let (words, text) = match pattern {
        Pattern::Contains(text) => ("containing", text),
        Pattern::StartsWith(text) => ("starting with", text),
        Pattern::EndsWith(text) => ("ending with", text),
    };
    format!("{words} \"{text}\"")
}

fn either(words: &[String]) -> String {
    joined(words, "or")
}

/// `a`, `a or b`, `a, b or c`, `a, b, c and 5 more`.
fn joined(words: &[String], last_by: &str) -> String {
    if words.len() > SHOWN {
        let first: Vec<&str> = words.iter().take(ABBREVIATED).map(String::as_str).collect();
        return format!("{} and {} more", first.join(", "), words.len() - ABBREVIATED);
    }
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {last_by} {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Numbers; all but a few are told by what is left out.
fn numbers(set: &NumberSet) -> Words {
    let (first, last) = match set.ranges() {
        [] => return Words::None,
        [(i128::MIN, i128::MAX)] => return Words::All,
        [first, .., last] => (first, last),
        [only] => (only, only),
    };
    let (not, set) = if first.0 == i128::MIN && last.1 == i128::MAX { ("not ", set.not()) } else { ("", set.clone()) };
    let ranges: Vec<String> = set.ranges().iter().map(|range| number_range(*range)).collect();
    Words::Some(format!("{not}{}", either(&ranges)))
}

/// A range in words. An end one millionth beside a rounder number comes from `<` or `>`.
fn number_range((low, high): (i128, i128)) -> String {
    let above = low.checked_sub(1).filter(|bound| bound % 10 == 0 && low != i128::MIN);
    let below = high.checked_add(1).filter(|bound| bound % 10 == 0 && high != i128::MAX);
    let from = above.map_or_else(|| format!("at least {}", Number(low)), |bound| format!("above {}", Number(bound)));
    let to = below.map_or_else(|| format!("at most {}", Number(high)), |bound| format!("below {}", Number(bound)));
    match (low, high) {
        _ if low == high => Number(low).to_string(),
        (i128::MIN, _) => to,
        (_, i128::MAX) => from,
        _ if above.is_none() && below.is_none() => format!("{} to {}", Number(low), Number(high)),
        _ => format!("{from} and {to}"),
    }
}

fn booleans(set: BoolSet) -> Words {
    match (set.yes, set.no) {
        (true, true) => Words::All,
        (false, false) => Words::None,
        (true, false) => Words::Some("yes".to_owned()),
        (false, true) => Words::Some("no".to_owned()),
    }
}

fn list(set: &ListSet) -> Words {
    let words = |set: &TextSet| match texts(&Kind::List, set) {
        Words::All => Some("anything".to_owned()),
        Words::None => None,
        Words::Some(words) => Some(words),
    };
    let mut parts = Vec::new();
    for some in &set.any {
        let Some(words) = words(some) else { return Words::None };
        parts.push(format!("some {words}"));
    }
    match texts(&Kind::List, &set.all) {
        Words::All if parts.is_empty() => return Words::All,
        Words::All => {}
        Words::None => return Words::None,
        Words::Some(words) => match words.strip_prefix("not ").filter(|_| is_exclusion(&set.all)) {
            Some(rest) => parts.push(format!("none {rest}")),
            None => parts.push(format!("all {words}")),
        },
    }
    Words::Some(parts.join(" and "))
}

/// Whether it is told by one "not".
fn is_exclusion(set: &TextSet) -> bool {
    let [piece] = set.pieces() else { return false };
    let listed = matches!(&piece.listed, Listed::NotIn(texts) if !texts.is_empty());
    piece.with.is_empty() && ((listed && piece.without.is_empty()) || (!listed && piece.without.len() == 1))
}
