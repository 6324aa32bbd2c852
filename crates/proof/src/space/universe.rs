//! The universe: every field that policies ask of, cut into atoms, each dimension with its number.

use super::cube::{Cube, DimIx};
use super::gather::{Blind, Class, Gathered};
use super::nature;
use super::ranges::Ranges;
use super::texts;
use pointsman_engine::country;
use pointsman_engine::field::{Field, FieldIx, Kind, Place};
use pointsman_engine::form::Opaque;
use pointsman_engine::policy::Policy;
use pointsman_engine::set::{Pattern, TextSet};
use pointsman_engine::value::Number;
use std::collections::BTreeMap;

/// The atom of a missing field.
pub const MISSING: u32 = 0;
/// The atom of a list or a moment that is there.
pub const PRESENT: u32 = 1;
/// Of a yes-or-no field.
pub const YES: u32 = 1;
/// Of a yes-or-no field.
pub const NO: u32 = 2;
/// Of a test: it does not hold, it holds.
pub const TEST: [u32; 2] = [0, 1];

/// The atom of a test that holds, or does not.
#[must_use]
pub const fn test_atom(holds: bool) -> u32 {
    let [no, yes] = TEST;
    if holds { yes } else { no }
}

/// One field, and how its values are cut.
#[derive(Debug, Clone)]
pub struct Aspect {
    /// The field; its number in any policy is another.
    pub field: Field,
    /// Its dimension of values: missing, then its atoms.
    pub base: DimIx,
    /// The atoms after `MISSING`.
    pub atoms: Atoms,
    /// Patterns, each a dimension of its own that counts for unlisted texts only.
    pub patterns: Vec<(Pattern, DimIx)>,
    /// Sets that some element of a list may be in, each a dimension of its own.
    pub elements: Vec<(TextSet, DimIx)>,
}

/// The atoms of present values, in order.
#[derive(Debug, Clone)]
pub enum Atoms {
    /// Each listed text, sorted; after them one atom for all other texts.
    Texts(Vec<Box<str>>),
    /// Ranges of millionths.
    Numbers(Vec<(i128, i128)>),
    /// Yes, no.
    Bool,
    /// Present.
    Whole,
}

/// One dimension.
#[derive(Debug, Clone)]
pub struct Dim {
    /// The atoms that a lead can have.
    pub possible: Ranges,
    /// The field it belongs to; `None` for tests that are no sets of values.
    pub aspect: Option<usize>,
    /// What it asks.
    pub role: Role,
}

/// What a dimension asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Which value.
    Value,
    /// Whether this pattern of the field holds.
    Pattern(usize),
    /// Whether some element is in this set of the field.
    Element(usize),
    /// Whether this test holds.
    Blind(usize),
}

/// Every field that some policies ask of.
#[derive(Debug)]
pub struct Universe {
    /// The fields.
    pub aspects: Vec<Aspect>,
    dims: Vec<Dim>,
    blind: Vec<(Opaque, DimIx)>,
    gathered: Gathered,
    impossible: Vec<Cube>,
}

impl Universe {
    /// Of policies, whose conditions can then be compared.
    #[must_use]
    pub fn of(policies: &[&Policy]) -> Self {
        let gathered = Gathered::of(policies);
        let mut universe =
            Self { aspects: Vec::new(), dims: Vec::new(), blind: Vec::new(), gathered: Gathered::default(), impossible: Vec::new() };
        for (at, asked) in gathered.asked.iter().enumerate() {
            let atoms = atoms(&asked.field, &asked.texts, &asked.cuts);
            let possible = possible(&asked.field, &atoms, policies);
            let base = universe.dim(possible, Some(at), Role::Value);
            let test = || Ranges::of(TEST);
            let patterns = asked.patterns.iter().enumerate();
            let patterns = patterns.map(|(ix, pattern)| (pattern.clone(), universe.dim(test(), Some(at), Role::Pattern(ix)))).collect();
            let elements = asked.elements.iter().enumerate();
            let elements = elements.map(|(ix, set)| (set.clone(), universe.dim(test(), Some(at), Role::Element(ix)))).collect();
            universe.aspects.push(Aspect { field: asked.field.clone(), base, atoms, patterns, elements });
        }
        for (at, test) in gathered.blind.iter().enumerate() {
            let dim = universe.dim(Ranges::of(TEST), None, Role::Blind(at));
            universe.blind.push((test.clone(), dim));
        }
        universe.gathered = gathered;
        universe.impossible = nature::impossible(&universe, policies);
        universe
    }

    fn dim(&mut self, possible: Ranges, aspect: Option<usize>, role: Role) -> DimIx {
        self.dims.push(Dim { possible, aspect, role });
        u32::try_from(self.dims.len() - 1).unwrap_or(u32::MAX)
    }

    /// A dimension.
    #[must_use]
    pub fn get(&self, dim: DimIx) -> Option<&Dim> {
        self.dims.get(dim as usize)
    }

    /// How many dimensions there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.dims.len()
    }

    /// What a lead can have of a dimension.
    #[must_use]
    pub fn possible(&self, dim: DimIx) -> Ranges {
        self.get(dim).map(|dim| dim.possible.clone()).unwrap_or_default()
    }

    /// The field of one of the policies.
    #[must_use]
    pub fn aspect(&self, part: usize, field: FieldIx) -> Option<&Aspect> {
        self.aspects.get(self.gathered.number(part, field)?)
    }

    /// The field that is read at a place.
    #[must_use]
    pub fn at(&self, place: &Place) -> Option<&Aspect> {
        self.aspects.iter().find(|aspect| aspect.field.place == *place)
    }

    /// A test's dimension, whether it must hold, and the fields it is about.
    #[must_use]
    pub fn blind(&self, part: usize, test: &Opaque) -> Option<(DimIx, bool, Vec<&Aspect>)> {
        let Blind { test, holds } = self.gathered.blind(part, test)?;
        let (_, dim) = self.blind.iter().find(|(known, _)| *known == test)?;
        Some((*dim, holds, self.fields_of(&test)))
    }

    /// A test that is no set of values; its fields are numbers of aspects.
    #[must_use]
    pub fn blind_at(&self, at: usize) -> Option<&Opaque> {
        self.blind.get(at).map(|(test, _)| test)
    }

    /// The fields a test is about.
    #[must_use]
    pub fn fields_of(&self, test: &Opaque) -> Vec<&Aspect> {
        let other = if let Opaque::Fields(_, _, right) = test { Some(*right) } else { None };
        [Some(test.field()), other].into_iter().flatten().filter_map(|field| self.aspects.get(field.at())).collect()
    }

    /// What no lead has.
    #[must_use]
    pub fn impossible(&self) -> &[Cube] {
        &self.impossible
    }

    /// Narrows a dimension of a cube to what is in the set and possible; false when nothing is.
    #[must_use]
    pub fn narrow(&self, cube: &mut Cube, dim: DimIx, set: &Ranges) -> bool {
        let Some(of) = self.get(dim) else { return false };
        set.holds(&of.possible) || cube.narrow(dim, &set.and(&of.possible))
    }

    /// Whether the patterns and elements that a cube asks for go together. (What fields have to do with each other is
    /// in [`Self::impossible`].)
    #[must_use]
    pub fn is_consistent(&self, cube: &Cube) -> bool {
        let tests =
            cube.parts().iter().filter_map(|(dim, _)| self.get(*dim)).filter(|dim| matches!(dim.role, Role::Pattern(_) | Role::Element(_)));
        let mut last = None;
        for aspect in tests.filter_map(|dim| dim.aspect) {
            if last.replace(aspect) != Some(aspect) && !self.aspects.get(aspect).is_some_and(|aspect| aspect.is_consistent(cube)) {
                return false;
            }
        }
        true
    }

    /// The same, of a cube that was consistent before a dimension was narrowed.
    #[must_use]
    pub fn is_consistent_in(&self, cube: &Cube, dim: DimIx) -> bool {
        let aspect = self.get(dim).and_then(|of| self.aspects.get(of.aspect?));
        aspect.is_none_or(|aspect| (aspect.patterns.is_empty() && aspect.elements.is_empty()) || aspect.is_consistent(cube))
    }

    /// Whether what a dimension is has nothing to do with what another of its field is, so that one of its values is as
    /// good as another.
    #[must_use]
    pub fn is_alone(&self, dim: DimIx) -> bool {
        let of = self.get(dim).filter(|of| of.role == Role::Value).and_then(|of| self.aspects.get(of.aspect?));
        of.is_some_and(|aspect| aspect.patterns.is_empty() && aspect.elements.is_empty())
    }

    /// Whether a dimension is a pattern that can fail whatever other patterns are asked for: none of them implies it.
    #[must_use]
    pub fn can_fail(&self, dim: DimIx) -> bool {
        let Some(Dim { aspect: Some(aspect), role: Role::Pattern(at), .. }) = self.get(dim) else { return false };
        let Some(patterns) = self.aspects.get(*aspect).map(|aspect| &aspect.patterns) else { return false };
        let Some((pattern, _)) = patterns.get(*at) else { return false };
        patterns.iter().all(|(other, _)| other == pattern || !texts::implies(other, pattern))
    }

    /// Whether a cube asks for tests that are no sets of values.
    #[must_use]
    pub fn is_blind(&self, cube: &Cube) -> bool {
        cube.parts().iter().filter_map(|(dim, _)| self.get(*dim)).any(|dim| matches!(dim.role, Role::Blind(_)))
    }
}

impl Aspect {
    /// How values are told apart.
    #[must_use]
    pub const fn class(&self) -> Class {
        Class::of(&self.field.kind)
    }

    /// The atom of texts that are not listed.
    #[must_use]
    pub fn rest(&self) -> Option<u32> {
        if let Atoms::Texts(texts) = &self.atoms { u32::try_from(texts.len() + 1).ok() } else { None }
    }

    /// The atom of a listed text.
    #[must_use]
    pub fn atom(&self, text: &str) -> Option<u32> {
        let Atoms::Texts(texts) = &self.atoms else { return None };
        texts.binary_search_by(|known| (**known).cmp(text)).ok().and_then(|at| u32::try_from(at + 1).ok())
    }

    /// The text of an atom.
    #[must_use]
    pub fn text(&self, atom: u32) -> Option<&str> {
        let Atoms::Texts(texts) = &self.atoms else { return None };
        texts.get((atom as usize).checked_sub(1)?).map(|text| &**text)
    }

    /// The range of an atom.
    #[must_use]
    pub fn range(&self, atom: u32) -> Option<(i128, i128)> {
        let Atoms::Numbers(ranges) = &self.atoms else { return None };
        ranges.get((atom as usize).checked_sub(1)?).copied()
    }

    /// All of its dimensions.
    pub fn dims(&self) -> impl Iterator<Item = DimIx> {
        std::iter::once(self.base).chain(self.patterns.iter().map(|(_, dim)| *dim)).chain(self.elements.iter().map(|(_, dim)| *dim))
    }

    fn is_consistent(&self, cube: &Cube) -> bool {
        let only = |atom: u32| cube.get(self.base).is_some_and(|set| *set == Ranges::one(atom));
        match self.rest() {
            Some(rest) => !only(rest) || self.unlisted(cube).is_some(),
            None => !only(PRESENT) || self.items(cube).is_some(),
        }
    }

    /// An unlisted text that a cube allows.
    #[must_use]
    pub fn unlisted(&self, cube: &Cube) -> Option<String> {
        let Atoms::Texts(listed) = &self.atoms else { return None };
        let (with, without) = asked(cube, &self.patterns);
        texts::free(with, without, listed.len(), |text| self.atom(text).is_some())
    }

    /// A list of texts that a cube allows: as few as one for each set it asks for.
    #[must_use]
    pub fn items(&self, cube: &Cube) -> Option<Vec<String>> {
        let (some, none) = asked(cube, &self.elements);
        let allowed = none.into_iter().fold(TextSet::all(), |allowed, set| allowed.and(&set.not()));
        if some.is_empty() {
            return texts::sample(&allowed).map(|text| vec![text]);
        }
        let mut items: Vec<String> = Vec::new();
        for set in some {
            if !items.iter().any(|item| set.holds(item)) {
                items.push(texts::sample(&set.and(&allowed))?);
            }
        }
        Some(items)
    }
}

/// Of tests with a dimension each, those that a cube says hold, and those it says do not.
fn asked<'a, T>(cube: &Cube, tests: &'a [(T, DimIx)]) -> (Vec<&'a T>, Vec<&'a T>) {
    let [no, yes] = TEST;
    let said = |wanted: u32| {
        let fixed = |dim: DimIx| cube.get(dim).is_some_and(|set| *set == Ranges::one(wanted));
        tests.iter().filter(|(_, dim)| fixed(*dim)).map(|(test, _)| test).collect()
    };
    (said(yes), said(no))
}

fn atoms(field: &Field, texts: &std::collections::BTreeSet<Box<str>>, cuts: &std::collections::BTreeSet<i128>) -> Atoms {
    match Class::of(&field.kind) {
        Class::Text => Atoms::Texts(
            texts.iter().cloned().chain(nature::known_texts(field)).collect::<std::collections::BTreeSet<_>>().into_iter().collect(),
        ),
        Class::Number => Atoms::Numbers(ranges(field, cuts)),
        Class::Bool => Atoms::Bool,
        Class::List | Class::Time => Atoms::Whole,
    }
}

/// The ranges between cuts that have a number of the field's kind in them.
fn ranges(field: &Field, cuts: &std::collections::BTreeSet<i128>) -> Vec<(i128, i128)> {
    let mut cuts = cuts.clone();
    cuts.insert(0);
    let score = field.place == Place::MatchScore;
    if score {
        cuts.insert(Number::ONE + 1);
    }
    let mut starts: Vec<i128> = cuts.into_iter().filter(|cut| *cut > i128::MIN).collect();
    starts.insert(0, i128::MIN);
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([i128::MAX]);
    let whole = |(low, high): &(i128, i128)| field.kind != Kind::Integer || nature::whole_in(*low, *high).is_some();
    let all = starts.iter().copied().zip(ends);
    all.filter(whole).filter(|(low, high)| !score || (*low >= 0 && *high <= Number::ONE)).collect()
}

/// The atoms that a lead can have.
fn possible(field: &Field, atoms: &Atoms, policies: &[&Policy]) -> Ranges {
    let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
    match atoms {
        Atoms::Texts(texts) => {
            let rest = count(texts.len()).saturating_add(1);
            let known = texts.iter().zip(1..).filter(|(text, _)| nature::is_possible(field, text, policies)).map(|(_, atom)| atom);
            let others = nature::has_others(field, texts).then_some(rest);
            Ranges::of(known.chain(others).chain([MISSING]))
        }
        Atoms::Numbers(ranges) => Ranges::span(MISSING, count(ranges.len())),
        Atoms::Bool => Ranges::span(MISSING, NO),
        Atoms::Whole => Ranges::span(MISSING, PRESENT),
    }
}

/// The countries that are not listed, by code.
#[must_use]
pub fn unlisted_countries(listed: &[Box<str>]) -> Vec<&'static str> {
    const WELL_KNOWN: [&str; 12] = ["BR", "JP", "IN", "AU", "ZA", "MX", "KR", "SG", "AE", "NZ", "PL", "TR"];
    let names: BTreeMap<&str, ()> = country::names().filter_map(country::code).map(|code| (code, ())).collect();
    let others = names.keys().copied().filter(|code| !WELL_KNOWN.contains(code));
    let all = WELL_KNOWN.into_iter().chain(others);
    all.filter(|code| !listed.iter().any(|text| text.eq_ignore_ascii_case(code))).collect()
}
