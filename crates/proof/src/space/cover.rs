//! The one question: is a cube covered by others, and if not, where not?
//!
//! A search that fixes one dimension after the other, cut into the pieces between which the covering cubes differ,
//! and ends as soon as one of them lies around what is left. Rows of a table rarely meet, so that a lookup by the
//! dimension that tells most leaves few to be looked at: the cost grows with the rows that matter, not with all. Where
//! one piece is allowed by fewer of them than another, it stands for both (the unate reduction of tautology checking:
//! Brayton et al., Logic Minimization Algorithms for VLSI Synthesis, 1984).

use super::cube::{Cube, DimIx};
use super::ranges::Ranges;
use super::universe::{PRESENT, Role, TEST, Universe};
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
    if !universe.is_consistent(cube) {
        return Answer::Covered(search.used);
    }
    match search.free(cube.clone(), live) {
        Err(TooHard) => Answer::TooHard,
        Ok(Some(free)) => Answer::Free(free),
        Ok(None) => Answer::Covered(search.used),
    }
}

struct TooHard;

/// What a look at the cubes that meet one shows.
enum Seen {
    /// This one's lies around it.
    Around(Owner),
    /// None does; most of them cut this dimension.
    Cut(DimIx),
    /// There are none.
    Nothing,
}

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
        self.work += live.len() + 1;
        if self.work > MOST_WORK {
            return Err(TooHard);
        }
        let dim = match self.telling(&cube, &live) {
            Seen::Around(owner) => {
                self.used.insert(owner);
                return Ok(None);
            }
            Seen::Nothing => return Ok(Some(cube)),
            Seen::Cut(dim) => dim,
        };
        let (unasked, mut pieces) = self.pieces(&cube, dim, &live);
        pieces.sort_by_key(|(_, list)| list.len());
        // A lead in a piece that fewer cubes allow is in no more of them: what is covered of the one is covered of the
        // other. So it is, that is, where the lead can be moved from the one into the other.
        let mut settled: Vec<Vec<usize>> = Vec::new();
        let from_any = self.universe.is_alone(dim);
        let [no, _] = TEST;
        for (set, list) in pieces {
            if settled.iter().any(|fewer| is_within(fewer, &list)) {
                continue;
            }
            if from_any || (set == Ranges::one(no) && self.universe.can_fail(dim)) {
                settled.push(list.clone());
            }
            let mut rest: Vec<usize> = unasked.iter().copied().chain(list).collect();
            rest.sort_unstable();
            let piece = cube.with(dim, set);
            if self.universe.is_consistent_in(&piece, dim)
                && let Some(free) = self.free(piece, rest)?
            {
                return Ok(Some(free));
            }
        }
        Ok(None)
    }

    /// Whether one of them lies around the cube; else the dimension that most of them cut.
    fn telling(&self, cube: &Cube, live: &[usize]) -> Seen {
        let mut cuts = vec![0_usize; self.universe.size()];
        for (at, other) in self.of(live) {
            let mut around = true;
            for dim in other.cutting(cube) {
                around = false;
                if let Some(count) = cuts.get_mut(dim as usize) {
                    *count += 1;
                }
            }
            if let Some((_, owner)) = self.by.get(at).filter(|_| around) {
                return Seen::Around(*owner);
            }
        }
        let most = (0..).zip(cuts).filter(|(_, count)| *count > 0).max_by_key(|(dim, count)| (*count, std::cmp::Reverse(*dim)));
        most.map_or(Seen::Nothing, |(dim, _)| Seen::Cut(dim))
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

/// Whether all numbers of one list are in another; both ascend.
fn is_within(fewer: &[usize], more: &[usize]) -> bool {
    let mut more = more.iter();
    fewer.len() <= more.len() && fewer.iter().all(|number| more.by_ref().any(|other| other == number))
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
    let start = settled(universe, free, within);
    let is_value = |dim: &DimIx| universe.get(*dim).is_some_and(|of| of.role == Role::Value);
    let (values, tests): (Vec<DimIx>, Vec<DimIx>) = start.parts().iter().map(|(dim, _)| *dim).partition(is_value);
    let forward = grown_by(universe, &start, within, by, values.iter().chain(&tests));
    let backward = grown_by(universe, &start, within, by, values.iter().rev().chain(&tests));
    let (forward, backward) = (plain(universe, forward), plain(universe, backward));
    if forward.parts().len() < backward.parts().len() { forward } else { backward }
}

/// The same leads, asking that no pattern and no element holds where a cube has no value on which one counts: so the
/// values on which they do not hold can come in.
fn settled(universe: &Universe, free: &Cube, within: &Cube) -> Cube {
    let [no, _] = TEST;
    let mut cube = free.clone();
    for aspect in &universe.aspects {
        let tested = aspect.rest().unwrap_or(PRESENT);
        if cube.get(aspect.base).is_some_and(|set| !set.has(tested)) {
            let open = |dim: &DimIx| cube.get(*dim).is_none() && within.get(*dim).is_none_or(|set| set.has(no));
            let tests: Vec<DimIx> = aspect.dims().skip(1).filter(open).collect();
            tests.into_iter().for_each(|dim| cube.set(dim, Ranges::one(no)));
        }
    }
    cube
}

fn grown_by<'a>(universe: &Universe, free: &Cube, within: &Cube, by: &[(&Cube, Owner)], order: impl Iterator<Item = &'a DimIx>) -> Cube {
    let mut cube = free.clone();
    for dim in order.copied() {
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

/// A cube without what it asks only of leads that there cannot be.
fn plain(universe: &Universe, mut cube: Cube) -> Cube {
    let dims: Vec<DimIx> = cube.parts().iter().map(|(dim, _)| *dim).collect();
    for dim in dims {
        let mut wide = cube.clone();
        wide.free(dim);
        let outside = cube.get(dim).map(|set| wide.with(dim, universe.possible(dim).minus(set)));
        let nature = |outside: &Cube| {
            let by: Vec<_> = universe.impossible().iter().filter(|other| other.meets(outside)).map(|other| (other, NATURE)).collect();
            matches!(covered(universe, outside, &by), Answer::Covered(_))
        };
        if outside.is_some_and(|outside| nature(&outside)) {
            cube = wide;
        }
    }
    cube
}

/// A cube as those that cover. Patterns and elements count only for some values of their field; a cube that has others
/// as well is one that asks for the tests, and one that has the others.
#[must_use]
pub fn apart(universe: &Universe, cube: &Cube) -> Vec<Cube> {
    let mut all = vec![cube.clone()];
    for aspect in &universe.aspects {
        let tests: Vec<DimIx> = aspect.dims().skip(1).filter(|dim| cube.get(*dim).is_some()).collect();
        let tested = Ranges::one(aspect.rest().unwrap_or(PRESENT));
        let mine = cube.get(aspect.base).cloned().unwrap_or_else(|| universe.possible(aspect.base));
        if tests.is_empty() || tested.holds(&mine) {
            continue;
        }
        let others = all.clone().into_iter().map(|mut cube| {
            tests.iter().for_each(|dim| cube.free(*dim));
            cube.with(aspect.base, mine.minus(&tested))
        });
        let others: Vec<Cube> = others.collect();
        all = all.into_iter().map(|cube| cube.with(aspect.base, mine.and(&tested))).filter(|_| mine.meets(&tested)).chain(others).collect();
    }
    all
}
