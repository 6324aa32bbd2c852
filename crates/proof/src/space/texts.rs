//! Whether some text satisfies a set of tests, exactly, and which.
//!
//! Of texts that must begin, end and contain so and so there is a freest one: the parts in a row, kept apart by
//! a letter that occurs in no test. What it contains, every text that satisfies the tests contains; so if one of
//! the tests that must fail holds on it, it holds on all of them.

use pointsman_engine::set::{Listed, Pattern, TextPiece, TextSet};
use std::collections::BTreeSet;

/// Letters that keep parts apart; the first that no test has is used.
const APART: [&str; 12] = ["-", "x", "z", "q", "_", "0", "7", "k", "j", "w", "\u{f8}", "\u{3b6}"];
/// What a text is called of which nothing is asked.
const PLAIN: [&str; 3] = ["other", "another", "something"];

/// A text on which all of `with` hold and none of `without`, and which `avoid` does not refuse. `avoid` refuses
/// finitely many texts, `refused` at most.
pub fn free<'a>(
    with: impl IntoIterator<Item = &'a Pattern>,
    without: impl IntoIterator<Item = &'a Pattern>,
    refused: usize,
    avoid: impl Fn(&str) -> bool,
) -> Option<String> {
    let (with, without): (Vec<_>, Vec<_>) = (with.into_iter().collect(), without.into_iter().collect());
    let (head, tail) = (longest(&with, head), longest(&with, tail));
    let good = |text: &str| {
        !text.is_empty()
            && with.iter().all(|pattern| pattern.holds(text))
            && !without.iter().any(|pattern| pattern.holds(text))
            && !avoid(text)
    };
    let inner: Vec<&str> =
        with.iter().filter_map(|pattern| if let Pattern::Contains(part) = pattern { Some(&**part) } else { None }).collect();
    let needed: Vec<&str> = needed(&inner, head, tail);
    let pretty = [format!("{head}{}{tail}", needed.concat()), format!("{head}{}{tail}", needed.join(" "))];
    if let Some(text) = pretty.into_iter().chain(PLAIN.map(str::to_owned)).find(|text| text.trim() == text && good(text)) {
        return Some(text);
    }
    let has = |letter: &str| with.iter().chain(&without).any(|pattern| part(pattern).contains(letter));
    let apart = APART.iter().find(|letter| !has(letter)).map_or_else(|| unused(&has), ToString::to_string);
    // Each length is another text: among `refused` + 1 of them is one that is not refused.
    (1..=refused + 1).find_map(|times| {
        let gap = apart.repeat(times);
        let middle: String = needed.iter().map(|part| format!("{part}{apart}")).collect();
        Some(format!("{head}{gap}{middle}{tail}")).filter(|text| good(text))
    })
}

/// A text of a set; `None` exactly when there is none.
#[must_use]
pub fn sample(set: &TextSet) -> Option<String> {
    set.pieces().iter().find_map(sample_of)
}

fn sample_of(piece: &TextPiece) -> Option<String> {
    match &piece.listed {
        Listed::In(texts) => texts.first().map(ToString::to_string),
        Listed::NotIn(texts) => free(&piece.with, &piece.without, texts.len(), |text| texts.contains(text)),
    }
}

/// Whether every text that satisfies the one satisfies the other.
#[must_use]
pub fn implies(one: &Pattern, other: &Pattern) -> bool {
    match (one, other) {
        (_, Pattern::Contains(_)) | (Pattern::StartsWith(_), Pattern::StartsWith(_)) | (Pattern::EndsWith(_), Pattern::EndsWith(_)) => {
            other.holds(part(one))
        }
        _ => false,
    }
}

/// A letter that no test has, from those that no alphabet uses.
fn unused(has: &dyn Fn(&str) -> bool) -> String {
    ('\u{4e00}'..='\u{9fff}').map(String::from).find(|letter| !has(letter)).unwrap_or_default()
}

fn part(pattern: &Pattern) -> &str {
    match pattern {
        Pattern::Contains(part) | Pattern::StartsWith(part) | Pattern::EndsWith(part) => part,
    }
}

const fn head(pattern: &Pattern) -> Option<&str> {
    if let Pattern::StartsWith(part) = pattern { Some(part) } else { None }
}

const fn tail(pattern: &Pattern) -> Option<&str> {
    if let Pattern::EndsWith(part) = pattern { Some(part) } else { None }
}

fn longest<'a>(with: &[&'a Pattern], of: fn(&'a Pattern) -> Option<&'a str>) -> &'a str {
    with.iter().filter_map(|pattern| of(pattern)).max_by_key(|part| part.len()).unwrap_or("")
}

/// The parts that are not in the head, the tail or each other already.
fn needed<'a>(inner: &[&'a str], head: &str, tail: &str) -> Vec<&'a str> {
    let all: BTreeSet<&str> = inner.iter().copied().collect();
    let inside = |part: &str| head.contains(part) || tail.contains(part) || all.iter().any(|other| *other != part && other.contains(part));
    all.iter().copied().filter(|part| !inside(part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn patterns() -> impl Strategy<Value = Vec<Pattern>> {
        let pattern = ("[ab]{1,3}", 0..3).prop_map(|(part, kind)| match kind {
            0 => Pattern::Contains(part.into()),
            1 => Pattern::StartsWith(part.into()),
            _ => Pattern::EndsWith(part.into()),
        });
        proptest::collection::vec(pattern, 0..4)
    }

    /// All texts of up to seven letters a, b and c: enough to satisfy what three tests of three letters can ask.
    fn all() -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut at = 0;
        while let Some(text) = texts.get(at).cloned().filter(|text| text.len() < 7) {
            texts.extend(["a", "b", "c"].map(|letter| format!("{text}{letter}")));
            at += 1;
        }
        texts
    }

    #[test]
    fn a_text_is_found_exactly_when_there_is_one() {
        let all = all();
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        runner
            .run(&(patterns(), patterns()), |(mut with, without)| {
                with.truncate(2); // what more ask may need longer texts than the list has
                let good = |text: &str| with.iter().all(|p| p.holds(text)) && !without.iter().any(|p| p.holds(text));
                let found = free(&with, &without, 0, |_| false);
                let there = all.iter().any(|text| !text.is_empty() && good(text));
                prop_assert_eq!(found.is_some(), there, "{:?} without {:?}", with, without);
                prop_assert!(found.is_none_or(|text| good(&text)));
                Ok(())
            })
            .unwrap();
    }
}
