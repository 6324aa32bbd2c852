//! The one question: is a cube covered by others, and if not, where not?
//!
//! A search that fixes one dimension after the other, cut into the pieces between which the covering cubes differ,
//! and ends as soon as one of them lies around what is left. Rows of a table rarely meet, so that a lookup by the
//! dimension that tells most leaves few to be looked at: the cost grows with the rows that matter, not with all.

use super::cube::{Cube, DimIx, Lies};
use super::ranges::Ranges;
use super::universe::{Role, Universe};
use std::collections::{BTreeMap, BTreeSet};

/// Who a cube belongs to: a row's number, or one of those below.
pub type Owner = u32;
/// Owner of what no lead can be.
pub const NATURE: Owner = u32::MAX;
/// Owner of what is left out of account.
pub const LEFT_OUT: Owner = u32::MAX - 1;

/// The most cubes looked at for one question. (Deciding it is as hard as any problem of its kind; real policies
/// need some thousands.)
const MOST_WORK: usize = 4_000_000;
/// A set of more atoms than this is not looked up by them.
const WIDE: usize = 64;

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// All of it is covered, by these.
    Covered(BTreeSet<Owner>),
    /// This part of it is not.
    Free(Cube),
    /// It would take too long to say.
    TooHard,
}

/// Cubes with their owners, in order.
#[derive(Debug, Default)]
pub struct Cover {
    cubes: Vec<(Cube, Owner)>,
    lookup: BTreeMap<DimIx, Lookup>,
}

#[derive(Debug, Default)]
struct Lookup {
    by_atom: Vec<Vec<u32>>,
    open: Vec<u32>,
}

impl Cover {
    /// Those that no lead is in.
    #[must_use]
    pub fn of(universe: &Universe) -> Self {
        let values = |dim: &DimIx| universe.get(*dim).is_some_and(|of| of.role == Role::Value);
        let dims = (0..).take(universe.size()).filter(values);
        let mut cover = Self { cubes: Vec::new(), lookup: dims.map(|dim| (dim, Lookup::default())).collect() };
        universe.impossible().iter().for_each(|cube| cover.push(cube.clone(), NATURE));
        cover
    }

    /// Adds one.
    pub fn push(&mut self, cube: Cube, owner: Owner) {
        let number = u32::try_from(self.cubes.len()).unwrap_or(u32::MAX);
        for (dim, lookup) in &mut self.lookup {
            match cube.get(*dim).filter(|set| set.count() <= WIDE) {
                Some(set) => {
                    for atom in set.iter().map(|atom| atom as usize) {
                        if lookup.by_atom.len() <= atom {
                            lookup.by_atom.resize_with(atom + 1, Vec::new);
                        }
                        lookup.by_atom.get_mut(atom).into_iter().for_each(|list| list.push(number));
                    }
                }
                None => lookup.open.push(number),
            }
        }
        self.cubes.push((cube, owner));
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cubes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cubes.is_empty()
    }

    /// Of the first `limit`, those that meet a cube, in order.
    #[must_use]
    pub fn meeting(&self, cube: &Cube, limit: usize) -> Vec<(&Cube, Owner)> {
        let all = |number: &u32| (*number as usize) < limit;
        let of = |number: u32| self.cubes.get(number as usize).map(|(cube, owner)| (cube, *owner));
        let meets = |(other, owner): (&'_ Cube, Owner)| other.meets(cube).then_some(owner);
        let narrow = cube.parts().iter().filter(|(_, set)| set.count() <= WIDE);
        let lookups = narrow.filter_map(|(dim, set)| Some((self.lookup.get(dim)?, set)));
        let size = |lookup: &Lookup, set: &Ranges| {
            lookup.open.len() + set.iter().filter_map(|atom| lookup.by_atom.get(atom as usize)).map(Vec::len).sum::<usize>()
        };
        match lookups.min_by_key(|(lookup, set)| size(lookup, set)) {
            Some((lookup, set)) if size(lookup, set) < limit => {
                let listed = set.iter().filter_map(|atom| lookup.by_atom.get(atom as usize)).flatten();
                let mut numbers: Vec<u32> = listed.chain(&lookup.open).copied().filter(all).collect();
                numbers.sort_unstable();
                numbers.dedup();
                numbers.into_iter().filter_map(of).filter(|pair| meets(*pair).is_some()).collect()
            }
            _ => self.cubes.iter().take(limit).map(|(cube, owner)| (cube, *owner)).filter(|pair| meets(*pair).is_some()).collect(),
        }
    }
}

/// Whether a cube is covered by others, all of which meet it.
#[must_use]
pub fn covered(universe: &Universe, cube: &Cube, by: &[(&Cube, Owner)]) -> Answer {
    let live = (0..by.len()).collect();
    let mut search = Search { universe, by, used: BTreeSet::new(), work: 0 };
    match search.free(cube.clone(), live) {
        Err(TooHard) => Answer::TooHard,
        Ok(Some(free)) => Answer::Free(free),
        Ok(None) => Answer::Covered(search.used),
    }
}

struct TooHard;

struct Search<'a> {
    universe: &'a Universe,
    by: &'a [(&'a Cube, Owner)],
    used: BTreeSet<Owner>,
    work: usize,
}

impl<'a> Search<'a> {
    fn of(&self, live: &[usize]) -> impl Iterator<Item = (usize, &'a Cube)> {
        let by = self.by;
        live.iter().filter_map(move |at| by.get(*at).map(|(cube, _)| (*at, *cube)))
    }

    /// A part of the cube that none of `live` covers; all of them meet it.
    fn free(&mut self, cube: Cube, live: Vec<usize>) -> Result<Option<Cube>, TooHard> {
        if !self.universe.is_consistent(&cube) {
            return Ok(None);
        }
        self.work += live.len() + 1;
        if self.work > MOST_WORK {
            return Err(TooHard);
        }
        let around = self.of(&live).find(|(_, other)| other.lies(&cube) == Lies::Around).map(|(at, _)| at);
        if let Some((_, owner)) = around.and_then(|at| self.by.get(at)) {
            self.used.insert(*owner);
            return Ok(None);
        }
        let Some(dim) = self.telling(&cube, &live) else { return Ok(Some(cube)) };
        let (unasked, mut pieces) = self.pieces(&cube, dim, &live);
        pieces.sort_by_key(|(_, list)| list.len());
        for (set, list) in pieces {
            let mut rest: Vec<usize> = unasked.iter().copied().chain(list).collect();
            rest.sort_unstable();
            if let Some(free) = self.free(cube.with(dim, set), rest)? {
                return Ok(Some(free));
            }
        }
        Ok(None)
    }

    /// The dimension that most of them cut; `None` when there are none.
    fn telling(&self, cube: &Cube, live: &[usize]) -> Option<DimIx> {
        let mut cuts: BTreeMap<DimIx, usize> = BTreeMap::new();
        for (_, other) in self.of(live) {
            for (dim, set) in other.parts() {
                if cube.get(*dim).is_none_or(|mine| !set.holds(mine)) {
                    *cuts.entry(*dim).or_default() += 1;
                }
            }
        }
        cuts.into_iter().max_by_key(|(dim, count)| (*count, std::cmp::Reverse(*dim))).map(|(dim, _)| dim)
    }

    /// A dimension of the cube in pieces, with those that ask for it and allow a piece; and those that do not ask.
    fn pieces(&self, cube: &Cube, dim: DimIx, live: &[usize]) -> (Vec<usize>, Vec<(Ranges, Vec<usize>)>) {
        let mine = cube.get(dim).cloned().unwrap_or_else(|| self.universe.possible(dim));
        let mut unasked = Vec::new();
        let mut asking: Vec<(usize, Ranges)> = Vec::new();
        for (at, other) in self.of(live) {
            match other.get(dim) {
                Some(set) => asking.push((at, set.and(&mine))),
                None => unasked.push(at),
            }
        }
        let mut pieces: BTreeMap<Vec<usize>, Vec<(u32, u32)>> = BTreeMap::new();
        for (range, list) in steps(&mine, &asking) {
            pieces.entry(list).or_default().push(range);
        }
        (unasked, pieces.into_iter().map(|(list, ranges)| (Ranges::joined(ranges), list)).collect())
    }
}

/// The ranges within a set between which the sets that ask begin and end, each with those that allow it.
fn steps(mine: &Ranges, asking: &[(usize, Ranges)]) -> Vec<((u32, u32), Vec<usize>)> {
    let all = asking.iter().flat_map(|(_, set)| set.ranges()).chain(mine.ranges());
    let starts: BTreeSet<u32> = all.flat_map(|(low, high)| [Some(*low), high.checked_add(1)]).flatten().collect();
    let starts: Vec<u32> = starts.into_iter().collect();
    let mut steps: Vec<((u32, u32), Vec<usize>)> = Vec::with_capacity(starts.len());
    let mut number: Vec<Option<usize>> = Vec::with_capacity(starts.len());
    for (at, low) in starts.iter().enumerate() {
        let inside = mine.has(*low);
        number.push(inside.then_some(steps.len()));
        if inside {
            let high = starts.get(at + 1).map_or(u32::MAX, |next| next - 1);
            steps.push(((*low, high), Vec::new()));
        }
    }
    for (asks, set) in asking {
        for (low, high) in set.ranges() {
            let from = starts.partition_point(|start| start < low);
            let to = starts.partition_point(|start| start <= high);
            for step in number.get(from..to).unwrap_or_default().iter().flatten() {
                if let Some((_, list)) = steps.get_mut(*step) {
                    list.push(*asks);
                }
            }
        }
    }
    steps
}

/// The largest cube around a free one, within another, that is free as well. `by` are all that meet `within`.
/// What no lead is in, and what is left out of account, does no harm in it and makes it longer to tell: it is taken in.
///
/// Dimensions are freed one after the other, in two orders; the cube that asks of fewer is taken.
#[must_use]
pub fn grown(universe: &Universe, free: &Cube, within: &Cube, by: &[(&Cube, Owner)]) -> Cube {
    let dims: Vec<DimIx> = free.parts().iter().map(|(dim, _)| *dim).collect();
    let forward = grown_by(universe, free, within, by, dims.iter().copied());
    let backward = grown_by(universe, free, within, by, dims.iter().rev().copied());
    if forward.parts().len() < backward.parts().len() { forward } else { backward }
}

fn grown_by(universe: &Universe, free: &Cube, within: &Cube, by: &[(&Cube, Owner)], order: impl Iterator<Item = DimIx> + Clone) -> Cube {
    let mut cube = free.clone();
    let is_value = |dim: &DimIx| universe.get(*dim).is_some_and(|of| of.role == Role::Value);
    // Tests first: while one of them counts, the value it is of must stay what it is.
    let tests = order.clone().filter(|dim| !is_value(dim));
    for dim in tests.chain(order.filter(is_value)) {
        if is_value(&dim) && tested(universe, &cube, dim) {
            continue;
        }
        let mut wide = within.get(dim).cloned().unwrap_or_else(|| universe.possible(dim));
        for (other, owner) in by {
            if let Some(set) = other.get(dim).filter(|_| *owner < LEFT_OUT && other.meets_but_for(&cube, dim)) {
                wide = wide.minus(set);
            }
        }
        // What `free` has stays in, whatever the others say of it.
        let wide = cube.get(dim).map_or_else(|| wide.clone(), |mine| wide.or(mine));
        if wide.holds(&universe.possible(dim)) { cube.free(dim) } else { cube.set(dim, wide) }
    }
    cube
}

/// Whether a cube asks for a pattern or an element of the field that a dimension is the value of.
fn tested(universe: &Universe, cube: &Cube, value: DimIx) -> bool {
    let aspect = universe.get(value).and_then(|of| of.aspect);
    let of_it =
        |dim: &DimIx| universe.get(*dim).is_some_and(|of| of.aspect == aspect && matches!(of.role, Role::Pattern(_) | Role::Element(_)));
    cube.parts().iter().any(|(dim, _)| of_it(dim))
}
