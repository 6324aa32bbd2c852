//! Cubes: for each dimension the atoms that are allowed, all others being free.

use super::ranges::Ranges;

/// A dimension's number within a universe.
pub type DimIx = u32;

/// An *and* over dimensions, sorted by their numbers. A dimension that is not there is free.
///
/// INVARIANT: no part is empty, and none allows all that is possible.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Cube {
    parts: Vec<(DimIx, Ranges)>,
}

/// How a cube that covers lies to one that is to be covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// They share nothing.
    Apart,
    /// They share something.
    Across,
    /// All of the other is in it.
    Around,
}

impl Cube {
    /// Everything.
    #[must_use]
    pub const fn all() -> Self {
        Self { parts: Vec::new() }
    }

    /// The parts, by dimension.
    #[must_use]
    pub fn parts(&self) -> &[(DimIx, Ranges)] {
        &self.parts
    }

    /// What is allowed of a dimension; `None`: it is free.
    #[must_use]
    pub fn get(&self, dim: DimIx) -> Option<&Ranges> {
        let at = self.parts.binary_search_by_key(&dim, |part| part.0).ok()?;
        self.parts.get(at).map(|part| &part.1)
    }

    /// The same with another set for a dimension. The caller keeps the invariant.
    #[must_use]
    pub fn with(&self, dim: DimIx, set: Ranges) -> Self {
        let mut cube = self.clone();
        cube.set(dim, set);
        cube
    }

    /// Sets a dimension.
    pub fn set(&mut self, dim: DimIx, set: Ranges) {
        match self.parts.binary_search_by_key(&dim, |part| part.0) {
            Ok(at) => {
                if let Some(part) = self.parts.get_mut(at) {
                    part.1 = set;
                }
            }
            Err(at) => self.parts.insert(at, (dim, set)),
        }
    }

    /// Frees a dimension.
    pub fn free(&mut self, dim: DimIx) {
        self.parts.retain(|part| part.0 != dim);
    }

    /// Narrows a dimension; false, and then the cube is of no use, when nothing is left.
    #[must_use]
    pub fn narrow(&mut self, dim: DimIx, set: &Ranges) -> bool {
        let both = self.get(dim).map_or_else(|| set.clone(), |mine| mine.and(set));
        let some = !both.is_empty();
        self.set(dim, both);
        some
    }

    /// What is in both; `None` when nothing is.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        other.parts.iter().all(|(dim, set)| both.narrow(*dim, set)).then_some(both)
    }

    /// Whether they share something.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.lies(other) != Lies::Apart
    }

    /// Whether all of this is in the other.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        other.lies(self) == Lies::Around
    }

    /// How it lies to another one. Linear in the parts of both.
    #[must_use]
    pub fn lies(&self, other: &Self) -> Lies {
        let mut lies = Lies::Around;
        let mut theirs = other.parts.iter().peekable();
        for (dim, set) in &self.parts {
            while theirs.next_if(|part| part.0 < *dim).is_some() {}
            match theirs.peek().filter(|part| part.0 == *dim) {
                Some((_, their)) if !set.meets(their) => return Lies::Apart,
                Some((_, their)) if set.holds(their) => {}
                _ => lies = Lies::Across,
            }
        }
        lies
    }

    /// The dimensions of this of which the other has more. Linear in the parts of both.
    pub fn cutting<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = DimIx> {
        let mut theirs = other.parts.iter().peekable();
        self.parts.iter().filter_map(move |(dim, set)| {
            while theirs.next_if(|part| part.0 < *dim).is_some() {}
            let within = theirs.peek().is_some_and(|part| part.0 == *dim && set.holds(&part.1));
            (!within).then_some(*dim)
        })
    }

    /// Whether they share something when a dimension is left out of account.
    #[must_use]
    pub fn meets_but_for(&self, other: &Self, without: DimIx) -> bool {
        self.parts.iter().filter(|part| part.0 != without).all(|(dim, set)| other.get(*dim).is_none_or(|their| set.meets(their)))
    }
}
