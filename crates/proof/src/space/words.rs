//! Cubes in words, as a policy's own conditions are told: `country DE or AT; employees at least 1000`.

use super::cube::Cube;
use super::gather::Class;
use super::ranges::Ranges;
use super::universe::{Aspect, Atoms, MISSING, NO, Role, TEST, Universe, YES};
use pointsman_engine::field::{FieldIx, Kind};
use pointsman_engine::form::Opaque;
use pointsman_engine::policy::condition::describe;
use pointsman_engine::set::{Allowed, BoolSet, ListSet, NumberSet, Pattern, TextSet, ValueSet};
use pointsman_engine::value::Number;
use std::collections::BTreeSet;

/// Which leads are in a cube.
#[must_use]
pub fn region(universe: &Universe, cube: &Cube) -> String {
    let asked = universe.aspects.iter().filter(|aspect| aspect.dims().any(|dim| cube.get(dim).is_some()));
    let told = asked.map(|aspect| format!("{} {}", aspect.field.name, wanted(universe, aspect, cube)));
    // What leads are comes first, what they are not after it.
    let (mut parts, not): (Vec<String>, Vec<String>) = told.partition(|words| !is_negative(words));
    for (dim, set) in cube.parts() {
        if let Some(Role::Blind(at)) = universe.get(*dim).map(|dim| dim.role)
            && let Some(test) = universe.blind_at(at)
        {
            let [_, yes] = TEST;
            let told = blind(universe, test);
            parts.push(if set.has(yes) { told } else { format!("not {told}") });
        }
    }
    parts.extend(not);
    if parts.is_empty() { "all leads".to_owned() } else { parts.join("; ") }
}

/// What a field is. That a lead which lacks it is none of the values left out goes without saying.
fn wanted(universe: &Universe, aspect: &Aspect, cube: &Cube) -> String {
    let words = describe::allowed(&aspect.field, &allowed(universe, aspect, cube));
    let short = words.strip_suffix(", or missing").filter(|words| words.starts_with("not ") || words.starts_with("none "));
    short.map_or_else(|| words.replace(", or missing", " or missing"), str::to_owned)
}

fn is_negative(words: &str) -> bool {
    words.split_once(' ').is_some_and(|(_, wanted)| wanted.starts_with("not ") || wanted.starts_with("none "))
}

/// A region's words, not much longer than so many parts: what leads are comes first; of what they are not, only the fields
/// are told.
#[must_use]
pub fn shortened(words: &str, most: usize) -> String {
    let parts: Vec<&str> = words.split("; ").collect();
    if parts.len() <= most + 1 {
        return words.to_owned();
    }
    let (not, are): (Vec<&str>, Vec<&str>) = parts.into_iter().partition(|words| is_negative(words));
    let mut told: Vec<String> = are.iter().take(most).map(ToString::to_string).collect();
    if are.len() > most {
        told.push(format!("{} more conditions", are.len() - most));
    }
    let fields: Vec<&str> = not.iter().filter_map(|words| words.split(' ').next()).collect();
    if let Some((last, others)) = fields.split_last() {
        let all = if others.is_empty() { (*last).to_owned() } else { format!("{} or {last}", others.join(", ")) };
        told.push(format!("nothing that rules ask of {all}"));
    }
    told.join("; ")
}

/// A test that is no set of values.
fn blind(universe: &Universe, test: &Opaque) -> String {
    let name = |field: FieldIx| universe.aspects.get(field.at()).map_or("", |aspect| &aspect.field.name);
    match test {
        Opaque::Fields(left, comparison, right) => format!("{} {} {}", name(*left), comparison.sign(), name(*right)),
        Opaque::Moment(field, comparison, moment) => format!("{} {} {moment}", name(*field), comparison.sign()),
        Opaque::Last { field, span, .. } => format!("{} within the last {span}", name(*field)),
        Opaque::Next { field, span, .. } => format!("{} within the next {span}", name(*field)),
    }
}

/// What a cube allows of one field, as a condition would.
#[must_use]
pub fn allowed(universe: &Universe, aspect: &Aspect, cube: &Cube) -> Allowed {
    let set = cube.get(aspect.base).cloned().unwrap_or_else(|| universe.possible(aspect.base));
    let present = match (&aspect.atoms, aspect.class()) {
        (Atoms::Texts(listed), _) => ValueSet::Text(texts(aspect, listed, &set, cube)),
        (Atoms::Numbers(ranges), _) => ValueSet::Number(numbers(aspect, ranges, &set)),
        (Atoms::Bool, _) => ValueSet::Bool(BoolSet { yes: set.has(YES), no: set.has(NO) }),
        (Atoms::Whole, Class::List) => ValueSet::List(list(aspect, &set, cube)),
        (Atoms::Whole, _) => ValueSet::Time(set.has(YES)),
    };
    Allowed { missing: set.has(MISSING), present }
}

fn texts(aspect: &Aspect, listed: &[Box<str>], set: &Ranges, cube: &Cube) -> TextSet {
    let numbered = || listed.iter().zip(1..);
    if !aspect.rest().is_some_and(|rest| set.has(rest)) {
        return TextSet::of(numbered().filter(|(_, atom)| set.has(*atom)).map(|(text, _)| text.clone()));
    }
    let (with, without) = patterns(aspect, cube);
    let fits = |text: &str| with.iter().all(|pattern| pattern.holds(text)) && !without.iter().any(|pattern| pattern.holds(text));
    let out = numbered().filter(|(text, atom)| !set.has(*atom) && fits(text)).map(|(text, _)| text.clone());
    let start = TextSet::of(out).not().and(&TextSet::matching_none(without.iter().cloned()));
    let others = with.iter().fold(start, |set, pattern| set.and(&TextSet::matching(pattern.clone())));
    // Listed texts may be in it whatever patterns say of others.
    let besides = numbered().filter(|(text, atom)| set.has(*atom) && !fits(text)).map(|(text, _)| text.clone());
    others.or(&TextSet::of(besides))
}

fn patterns(aspect: &Aspect, cube: &Cube) -> (BTreeSet<Pattern>, BTreeSet<Pattern>) {
    let [no, yes] = TEST;
    let said = |wanted: u32| {
        let fixed = |dim: u32| cube.get(dim).is_some_and(|set| *set == Ranges::one(wanted));
        aspect.patterns.iter().filter(|(_, dim)| fixed(*dim)).map(|(pattern, _)| pattern.clone()).collect()
    };
    (said(yes), said(no))
}

/// Ranges that only numbers of another kind keep apart are one.
fn numbers(aspect: &Aspect, ranges: &[(i128, i128)], set: &Ranges) -> NumberSet {
    let end = |atom: u32| ranges.get((atom as usize).checked_sub(1)?);
    let whole = aspect.field.kind == Kind::Integer;
    let range = |(low, high): &(u32, u32)| {
        let (low, high) = (end((*low).max(1))?.0, end(*high)?.1);
        let high = if whole && high != i128::MAX { high.div_euclid(Number::ONE) * Number::ONE } else { high };
        // A part that no lead has (below zero, say) is told as if there were no end.
        let low = (low != i128::MIN).then_some(Number(low));
        Some(NumberSet::between(low, (high != i128::MAX).then_some(Number(high))))
    };
    NumberSet::any_of(&set.ranges().iter().filter_map(range).collect::<Vec<_>>())
}

fn list(aspect: &Aspect, set: &Ranges, cube: &Cube) -> ListSet {
    let [no, yes] = TEST;
    if !set.has(YES) {
        return ListSet { all: TextSet::none(), ..ListSet::everything() };
    }
    let said = |dim: u32, wanted: u32| cube.get(dim).is_some_and(|set| *set == Ranges::one(wanted));
    let any = aspect.elements.iter().filter(|(_, dim)| said(*dim, yes)).map(|(set, _)| set.clone()).collect();
    let none = aspect.elements.iter().filter(|(_, dim)| said(*dim, no));
    ListSet { any, all: none.fold(TextSet::all(), |all, (set, _)| all.and(&set.not())) }
}
