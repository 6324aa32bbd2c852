//! Where one real lead lies: its atom of each dimension.

use super::cube::Cube;
use super::universe::{Aspect, Atoms, MISSING, NO, PRESENT, Role, Universe, YES, test_atom};
use jiff::Timestamp;
use pointsman_engine::facts::{Fact, Facts};
use pointsman_engine::field::FieldIx;
use pointsman_engine::policy::Policy;

/// A lead as policies see it, field by field of their universe.
pub struct Point<'a> {
    universe: &'a Universe,
    facts: Facts<'a>,
}

impl<'a> Point<'a> {
    /// Of the facts that the policies of a universe read, in the order of the policies.
    #[must_use]
    pub fn of(universe: &'a Universe, read: &[(&Policy, &Facts<'a>)], now: Timestamp) -> Self {
        let of_aspect = |aspect: &Aspect| {
            let mut known = read.iter().enumerate().filter_map(|(part, (policy, facts))| {
                let mut all = (0..).map(FieldIx).take(policy.fields.used().len());
                let field = all.find(|field| universe.aspect(part, *field).is_some_and(|other| other.base == aspect.base))?;
                Some(facts.get(field).clone())
            });
            known.next().unwrap_or(Fact::Missing)
        };
        Self { universe, facts: Facts::given(universe.aspects.iter().map(of_aspect).collect(), now) }
    }

    /// Whether the lead is in a cube.
    #[must_use]
    pub fn is_in(&self, cube: &Cube) -> bool {
        cube.parts().iter().all(|(dim, set)| self.atom(*dim).is_none_or(|atom| set.has(atom)))
    }

    /// Its atom of a dimension; `None` where the dimension asks nothing of it.
    #[must_use]
    pub fn atom(&self, dim: u32) -> Option<u32> {
        let of = self.universe.get(dim)?;
        let Some((aspect, fact)) = of.aspect.and_then(|at| Some((self.universe.aspects.get(at)?, self.fact(at)))) else {
            let Role::Blind(at) = of.role else { return None };
            return Some(test_atom(self.universe.blind_at(at)?.holds(&self.facts)));
        };
        match (of.role, fact) {
            (Role::Value, fact) => Some(value(aspect, fact)),
            (Role::Pattern(ix), Fact::Text(text)) if aspect.atom(text).is_none() => {
                aspect.patterns.get(ix).map(|(pattern, _)| test_atom(pattern.holds(text)))
            }
            (Role::Element(ix), Fact::List(items)) => {
                aspect.elements.get(ix).map(|(set, _)| test_atom(items.iter().any(|item| set.holds(item))))
            }
            _ => None,
        }
    }

    fn fact(&self, aspect: usize) -> &Fact<'a> {
        self.facts.get(FieldIx(u16::try_from(aspect).unwrap_or(u16::MAX)))
    }
}

fn value(aspect: &Aspect, fact: &Fact<'_>) -> u32 {
    let at = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    match (fact, &aspect.atoms) {
        (Fact::Text(text), Atoms::Texts(_)) => aspect.atom(text).or_else(|| aspect.rest()).unwrap_or(MISSING),
        // Between the atoms are no numbers of the field's kind.
        (Fact::Number(number), Atoms::Numbers(ranges)) => at(ranges.partition_point(|range| range.0 <= number.0)),
        (Fact::Bool(true), _) => YES,
        (Fact::Bool(false), _) => NO,
        (Fact::List(_) | Fact::Time(_), _) => PRESENT,
        _ => MISSING,
    }
}
