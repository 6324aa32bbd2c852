//! From conditions to cubes.

use super::cube::Cube;
use super::gather::elements;
use super::ranges::Ranges;
use super::universe::{Aspect, MISSING, NO, PRESENT, TEST, Universe, YES};
use pointsman_engine::form::{Branch, Form, Opaque};
use pointsman_engine::set::{Allowed, ListSet, Listed, NumberSet, TextPiece, TextSet, ValueSet};

/// The most cubes of one condition: far more than a person can write.
const MOST_CUBES: usize = 20_000;

impl Universe {
    /// A condition of one of the policies as cubes. `None`: it has too many alternatives to be looked at.
    #[must_use]
    pub fn cubes(&self, part: usize, form: &Form) -> Option<Vec<Cube>> {
        let mut cubes = Vec::new();
        for branch in &form.branches {
            cubes.extend(self.branch(part, branch)?);
            if cubes.len() > MOST_CUBES {
                return None;
            }
        }
        Some(cubes)
    }

    /// One alternative. What plainly no lead satisfies is left out.
    #[must_use]
    pub fn branch(&self, part: usize, branch: &Branch) -> Option<Vec<Cube>> {
        let mut cubes = vec![Cube::all()];
        for (field, allowed) in &branch.fields {
            let of_field = self.aspect(part, *field).map(|aspect| self.allowed(aspect, allowed)).unwrap_or_default();
            if cubes.len().saturating_mul(of_field.len()) > MOST_CUBES {
                return None;
            }
            cubes = cubes.iter().flat_map(|cube| of_field.iter().filter_map(|other| cube.and(other))).collect();
        }
        for test in &branch.opaque {
            cubes.retain_mut(|cube| self.test(part, cube, test).is_some());
        }
        cubes.retain(|cube| self.is_consistent(cube));
        Some(cubes)
    }

    /// A test that is no set of values holds only where its fields are.
    fn test(&self, part: usize, cube: &mut Cube, test: &Opaque) -> Option<()> {
        let (dim, holds, fields) = self.blind(part, test)?;
        let there = |aspect: &Aspect| self.possible(aspect.base).minus(&Ranges::one(MISSING));
        let fields = fields.iter().all(|aspect| self.narrow(cube, aspect.base, &there(aspect)));
        let [no, yes] = TEST;
        (fields && self.narrow(cube, dim, &Ranges::one(if holds { yes } else { no }))).then_some(())
    }

    /// What a field may be, as cubes over its dimensions.
    #[must_use]
    pub fn allowed(&self, aspect: &Aspect, allowed: &Allowed) -> Vec<Cube> {
        let (mut atoms, mut cubes) = (Vec::new(), Vec::new());
        if allowed.missing {
            atoms.push((MISSING, MISSING));
        }
        match &allowed.present {
            ValueSet::Text(set) => self.texts(aspect, set, &mut atoms, &mut cubes),
            ValueSet::Number(set) => atoms.extend(numbers(aspect, set)),
            ValueSet::Bool(set) => {
                atoms.extend([(set.yes, YES), (set.no, NO)].into_iter().filter(|(has, _)| *has).map(|(_, atom)| (atom, atom)))
            }
            ValueSet::List(set) => cubes.extend(self.list(aspect, set)),
            ValueSet::Time(true) => atoms.push((PRESENT, PRESENT)),
            ValueSet::Time(false) => {}
        }
        let mut plain = Cube::all();
        if !atoms.is_empty() && self.narrow(&mut plain, aspect.base, &Ranges::joined(atoms)) {
            cubes.push(plain);
        }
        cubes
    }

    fn texts(&self, aspect: &Aspect, set: &TextSet, atoms: &mut Vec<(u32, u32)>, cubes: &mut Vec<Cube>) {
        for piece in set.pieces() {
            match &piece.listed {
                Listed::In(texts) => atoms.extend(texts.iter().filter_map(|text| aspect.atom(text)).map(|atom| (atom, atom))),
                Listed::NotIn(texts) => {
                    let out = Ranges::of(texts.iter().filter_map(|text| aspect.atom(text)));
                    let rest = aspect.rest().unwrap_or(MISSING);
                    let listed = Ranges::span(1, rest.saturating_sub(1)).minus(&out);
                    if piece.with.is_empty() && piece.without.is_empty() {
                        atoms.extend(listed.ranges().iter().copied().chain([(rest, rest)]));
                    } else {
                        let held = |atom: &u32| aspect.text(*atom).is_some_and(|text| holds(piece, text));
                        atoms.extend(listed.iter().filter(held).map(|atom| (atom, atom)));
                        cubes.extend(self.unlisted(aspect, piece));
                    }
                }
            }
        }
    }

    /// The unlisted texts of a piece.
    fn unlisted(&self, aspect: &Aspect, piece: &TextPiece) -> Option<Cube> {
        let [no, yes] = TEST;
        let mut cube = Cube::all();
        let dim = |pattern| aspect.patterns.iter().find(|(known, _)| known == pattern).map(|(_, dim)| *dim);
        let wanted = piece.with.iter().map(|pattern| (pattern, yes)).chain(piece.without.iter().map(|pattern| (pattern, no)));
        let mut some = self.narrow(&mut cube, aspect.base, &Ranges::one(aspect.rest()?));
        for (pattern, atom) in wanted {
            some = some && self.narrow(&mut cube, dim(pattern)?, &Ranges::one(atom));
        }
        some.then_some(cube)
    }

    fn list(&self, aspect: &Aspect, set: &ListSet) -> Option<Cube> {
        let [no, yes] = TEST;
        let mut cube = Cube::all();
        let mut some = self.narrow(&mut cube, aspect.base, &Ranges::one(PRESENT));
        for (set, in_it) in elements(set) {
            let (_, dim) = aspect.elements.iter().find(|(known, _)| *known == set)?;
            some = some && self.narrow(&mut cube, *dim, &Ranges::one(if in_it { yes } else { no }));
        }
        some.then_some(cube)
    }
}

fn holds(piece: &TextPiece, text: &str) -> bool {
    piece.with.iter().all(|pattern| pattern.holds(text)) && !piece.without.iter().any(|pattern| pattern.holds(text))
}

/// The atoms of ranges; every end is a cut.
fn numbers(aspect: &Aspect, set: &NumberSet) -> Vec<(u32, u32)> {
    let super::universe::Atoms::Numbers(atoms) = &aspect.atoms else { return Vec::new() };
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = |(low, high): &(i128, i128)| {
        let from = atoms.partition_point(|atom| atom.0 < *low);
        let to = atoms.partition_point(|atom| atom.1 <= *high);
        (from < to).then(|| (number(from) + 1, number(to)))
    };
    set.ranges().iter().filter_map(span).collect()
}
