//! Values that a cube allows of a field, as a lead would bring them.

use crate::space::cube::Cube;
use crate::space::gather::Class;
use crate::space::nature::whole_in;
use crate::space::ranges::Ranges;
use crate::space::universe::{Aspect, Atoms, MISSING, NO, Universe, YES, test_atom, unlisted_countries};
use jiff::Timestamp;
use pointsman_engine::facts::Fact;
use pointsman_engine::field::Kind;
use pointsman_engine::value::{Number, fold};
use serde_json::Value as Json;

/// How many listed texts are tried.
const TRIED: usize = 24;

/// A value of a field; `None` stands for missing everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// A folded text.
    Text(String),
    /// A number.
    Number(Number),
    /// Yes or no.
    Bool(bool),
    /// Folded texts.
    List(Vec<String>),
    /// A moment.
    Time(Timestamp),
}

impl Chosen {
    /// As the policy would see it.
    #[must_use]
    pub fn fact(&self) -> Fact<'_> {
        match self {
            Self::Text(text) => Fact::Text(fold(text)),
            Self::Number(number) => Fact::Number(*number),
            Self::Bool(value) => Fact::Bool(*value),
            Self::List(items) => Fact::List(items.iter().map(|item| fold(item)).collect()),
            Self::Time(time) => Fact::Time(*time),
        }
    }

    /// As a lead brings it.
    #[must_use]
    pub fn json(&self, kind: &Kind) -> Json {
        match self {
            Self::Text(_) => self.text(kind).into(),
            Self::Number(number) => match i64::try_from(number.0 / Number::ONE) {
                Ok(whole) if number.is_whole() => whole.into(),
                _ => number.to_string().into(),
            },
            Self::Bool(value) => (*value).into(),
            Self::List(items) => items.iter().map(String::as_str).collect(),
            Self::Time(time) => time.to_string().into(),
        }
    }

    /// As a cell of a file has it.
    #[must_use]
    pub fn text(&self, kind: &Kind) -> String {
        match (self, kind) {
            (Self::Text(text), Kind::Country) => text.to_uppercase(),
            (Self::Text(text), Kind::Choice(values)) => {
                values.iter().find(|value| *fold(value) == **text).map_or_else(|| text.clone(), ToString::to_string)
            }
            (Self::Text(text), _) => text.clone(),
            (Self::Number(number), _) => number.to_string(),
            (Self::Bool(value), _) => if *value { "yes" } else { "no" }.to_owned(),
            (Self::List(items), _) => items.join("|"),
            (Self::Time(time), _) => time.to_string(),
        }
    }
}

/// Whether a cube lets a field be missing.
#[must_use]
pub fn may_miss(aspect: &Aspect, cube: &Cube) -> bool {
    cube.get(aspect.base).is_none_or(|set| set.has(MISSING))
}

/// Whether a cube allows a text of a field.
#[must_use]
pub fn accepts(universe: &Universe, aspect: &Aspect, cube: &Cube, text: &str) -> bool {
    let text = fold(text);
    let listed = aspect.atom(&text);
    let Some(atom) = listed.or_else(|| aspect.rest()) else { return false };
    let set = cube.get(aspect.base).cloned().unwrap_or_else(|| universe.possible(aspect.base));
    let said = |dim: u32, held: bool| cube.get(dim).is_none_or(|set| set.has(test_atom(held)));
    set.has(atom) && (listed.is_some() || aspect.patterns.iter().all(|(pattern, dim)| said(*dim, pattern.holds(&text))))
}

/// Some of the values that a cube allows, the most ordinary ones first. None when the field can only be missing.
#[must_use]
pub fn options(universe: &Universe, aspect: &Aspect, cube: &Cube, now: Timestamp) -> Vec<Chosen> {
    let set = cube.get(aspect.base).cloned().unwrap_or_else(|| universe.possible(aspect.base)).minus(&Ranges::one(MISSING));
    match (&aspect.atoms, aspect.class()) {
        (Atoms::Texts(listed), _) => {
            let known = set.iter().filter_map(|atom| aspect.text(atom)).map(str::to_owned).take(TRIED);
            let rest = aspect.rest().filter(|rest| set.has(*rest));
            let others = rest.map(|_| others(aspect, listed, cube)).unwrap_or_default();
            known.chain(others).map(Chosen::Text).collect()
        }
        (Atoms::Numbers(_), _) => numbers(aspect, &set),
        (Atoms::Bool, _) => {
            [(YES, true), (NO, false)].into_iter().filter(|(atom, _)| set.has(*atom)).map(|(_, value)| Chosen::Bool(value)).collect()
        }
        (Atoms::Whole, _) if set.is_empty() => Vec::new(),
        (Atoms::Whole, Class::List) => aspect.items(cube).map(Chosen::List).into_iter().collect(),
        (Atoms::Whole, _) => vec![Chosen::Time(now)],
    }
}

fn others(aspect: &Aspect, listed: &[Box<str>], cube: &Cube) -> Vec<String> {
    if aspect.field.kind == Kind::Country {
        return unlisted_countries(listed).into_iter().take(2).map(str::to_lowercase).collect();
    }
    aspect.unlisted(cube).into_iter().collect()
}

/// Both ends of each range, those that are not below zero first.
fn numbers(aspect: &Aspect, set: &Ranges) -> Vec<Chosen> {
    let whole = aspect.field.kind == Kind::Integer;
    let ends = |(low, high): (i128, i128)| {
        let first = if low == i128::MIN { high } else { low };
        let last = if high == i128::MAX { first.saturating_add(Number::ONE) } else { high };
        let last = if whole { last.div_euclid(Number::ONE) * Number::ONE } else { last };
        let first = if whole { whole_in(low, high).unwrap_or(first) } else { first };
        [first, last]
    };
    let mut all: Vec<i128> = set.iter().filter_map(|atom| aspect.range(atom)).flat_map(ends).collect();
    all.sort_by_key(|number| *number < 0);
    all.dedup();
    all.into_iter().map(|number| Chosen::Number(Number(number))).collect()
}
