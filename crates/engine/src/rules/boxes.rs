//! Numeric ranges: boxes in one to three dimensions, and the least clause whose box has a point in it.
//!
//! A bounding-volume hierarchy: a binary tree of which each node knows the box around all that is below it
//! and the rows it reaches over. Linear in memory, however the ranges overlap or nest. For ranges that are
//! apart, a search is a binary search; among overlapping ones the earlier rows are tried first, and whatever
//! cannot improve on a match is passed over.

use super::clause::{Found, Order, Reach};
use super::cut::{best_cut, layers};
use super::index::Seek;
use crate::facts::Fact;
use crate::field::FieldIx;
use crate::set::NumberSet;
use crate::value::Number;

/// A place on a numeric axis: millionths, cut off at the ends of `i64` (beyond nine trillion). Cutting off
/// keeps the order, so a number in a range is still in the range that was cut off, which is all a filter needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Coordinate(i64);

impl Coordinate {
    /// Where a missing value stands: below every number.
    const MISSING: Self = Self(i64::MIN);
    const LEAST: Self = Self(i64::MIN + 1);
    const GREATEST: Self = Self(i64::MAX);

    fn of(units: i128) -> Self {
        i64::try_from(units).map_or(if units < 0 { Self::LEAST } else { Self::GREATEST }, |units| Self(units).max(Self::LEAST))
    }

    /// Whether numbers up to this bound, or from it on, are known by their coordinates alone: nothing was
    /// cut off, or nothing lies beyond it.
    fn is_exact(bound: i128) -> bool {
        bound == i128::MIN || bound == i128::MAX || (i128::from(Self::LEAST.0) < bound && bound < i128::from(Self::GREATEST.0))
    }

    /// Where a fact stands; `None` for what is not a number, which no numeric condition holds for.
    fn of_fact(fact: &Fact<'_>) -> Option<Self> {
        match fact {
            Fact::Missing => Some(Self::MISSING),
            Fact::Number(Number(units)) => Some(Self::of(*units)),
            _ => None,
        }
    }
}

/// A coordinate to seven digits. Rounding keeps the order too, and the nodes take half the memory.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Rough(f32);

impl From<Coordinate> for Rough {
    fn from(at: Coordinate) -> Self {
        Self(at.0 as f32)
    }
}

/// From one place to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The least.
    pub low: Coordinate,
    /// The greatest.
    pub high: Coordinate,
}

impl Span {
    const EVERYTHING: Self = Self { low: Coordinate::MISSING, high: Coordinate::GREATEST };

    fn around(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// So many 256ths on the way from the low end to the high one.
    pub fn part(self, part: u8) -> Coordinate {
        let (low, high) = (i128::from(self.low.0), i128::from(self.high.0));
        Coordinate::of(low + (high - low) * i128::from(part) / 256)
    }
}

/// Spans of which a fact is in one whenever it satisfies a condition.
#[derive(Debug)]
pub(super) struct Spans {
    /// The spans.
    pub spans: Vec<Span>,
    /// Whether being in one also means satisfying the condition.
    pub exact: bool,
}

impl Spans {
    /// The spans of a set of numbers. `None` when every number is in it, so that nothing is to be looked up.
    pub fn covering(set: &NumberSet, missing: bool) -> Option<Self> {
        let ranges = set.ranges();
        let lacking = missing.then_some(Span { low: Coordinate::MISSING, high: Coordinate::MISSING });
        let spans = ranges.iter().map(|(low, high)| Span { low: Coordinate::of(*low), high: Coordinate::of(*high) });
        let exact = ranges.iter().all(|(low, high)| Coordinate::is_exact(*low) && Coordinate::is_exact(*high));
        (ranges != [(i128::MIN, i128::MAX)]).then(|| Self { spans: lacking.into_iter().chain(spans).collect(), exact })
    }
}

/// A span in each dimension.
pub(super) type Volume<const D: usize> = [Span; D];

/// A place in each dimension.
pub(super) type Point<const D: usize, T = Coordinate> = [T; D];

/// Whether a point is in a volume. Without branches: which of the comparisons fails cannot be foreseen.
pub(super) fn holds<const D: usize>(volume: &Volume<D>, point: &Point<D>) -> bool {
    volume.iter().zip(point).fold(true, |so_far, (span, at)| so_far & (span.low <= *at) & (*at <= span.high))
}

/// The span of a volume in one dimension.
pub(super) fn span<const D: usize>(volume: &Volume<D>, dimension: usize) -> Span {
    volume.get(dimension).copied().unwrap_or(Span::EVERYTHING)
}

/// The volume around two.
pub(super) fn around<const D: usize>(mut a: Volume<D>, b: &Volume<D>) -> Volume<D> {
    a.iter_mut().zip(b).for_each(|(span, other)| *span = span.around(*other));
    a
}

/// All ways to take one span per dimension, and whether they are exact. Where they would be more than
/// `limit`, the spans of a dimension are taken as the one around them.
pub(super) fn volumes<const D: usize>(spans: [&Spans; D], limit: usize) -> (Vec<Volume<D>>, bool) {
    let (mut volumes, mut exact) = (vec![[Span::EVERYTHING; D]], true);
    for (dimension, Spans { spans, exact: of_one }) in spans.into_iter().enumerate() {
        let fits = volumes.len().saturating_mul(spans.len()) <= limit.max(1);
        let hull: Vec<Span> = spans.iter().copied().reduce(Span::around).into_iter().collect();
        let taken = if fits { spans } else { &hull };
        volumes = volumes.iter().flat_map(|volume| taken.iter().map(move |span| with(*volume, dimension, *span))).collect();
        exact &= *of_one && fits;
    }
    (volumes, exact)
}

fn with<const D: usize>(mut volume: Volume<D>, dimension: usize, span: Span) -> Volume<D> {
    volume.iter_mut().skip(dimension).take(1).for_each(|place| *place = span);
    volume
}

/// A clause and a box that every lead it holds for is in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<const D: usize> {
    /// Which.
    pub found: Found,
    /// Where.
    pub volume: Volume<D>,
}

/// Boxes over `D` numeric fields.
#[derive(Debug)]
pub(super) struct Boxes<const D: usize> {
    fields: [FieldIx; D],
    /// One root, or a few for rows from the first to the last ([`layers`]).
    pub(super) roots: Vec<(Reach, Below)>,
    nodes: Vec<Four<D>>,
    items: Vec<Item<D>>,
}

/// The children of a node, those with earlier rows first. They lie by property and not by child, so that
/// one comparison of the processor tests all four.
#[derive(Debug)]
#[repr(align(64))]
struct Four<const D: usize> {
    low: [[Rough; 4]; D],
    high: [[Rough; 4]; D],
    reach: [Reach; 4],
    below: [Below; 4],
}

/// What is below a node.
#[derive(Debug, Clone, Copy)]
pub(super) enum Below {
    /// Its children.
    Four(u32),
    /// From one item to before another, in the order of their rows.
    Items(u32, u32),
}

impl<const D: usize> Four<D> {
    /// No child: no point is in it.
    const EMPTY: Self = Self {
        low: [[Rough(f32::INFINITY); 4]; D],
        high: [[Rough(f32::NEG_INFINITY); 4]; D],
        reach: [Reach { first: Order::NEVER, last: Order::NEVER }; 4],
        below: [Below::Items(0, 0); 4],
    };

    fn put(&mut self, place: usize, volume: &Volume<D>, reach: Reach, below: Below) {
        for ((low, high), span) in self.low.iter_mut().zip(&mut self.high).zip(volume) {
            low.iter_mut().skip(place).take(1).for_each(|low| *low = span.low.into());
            high.iter_mut().skip(place).take(1).for_each(|high| *high = span.high.into());
        }
        self.reach.iter_mut().skip(place).take(1).for_each(|slot| *slot = reach);
        self.below.iter_mut().skip(place).take(1).for_each(|slot| *slot = below);
    }

    /// Which children a point is in.
    fn holding(&self, point: &Point<D, Rough>) -> [bool; 4] {
        let mut holding = [true; 4];
        for ((low, high), at) in self.low.iter().zip(&self.high).zip(point) {
            for ((holds, low), high) in holding.iter_mut().zip(low).zip(high) {
                *holds &= (*low <= *at) & (*at <= *high);
            }
        }
        holding
    }
}

impl<const D: usize> Boxes<D> {
    /// Of items in the order of their rows. O(n log n) for n of them.
    pub fn build(fields: [FieldIx; D], items: Vec<Item<D>>) -> Self {
        let mut boxes = Self { fields, roots: Vec::new(), nodes: Vec::new(), items: Vec::with_capacity(items.len()) };
        for layer in layers(items) {
            let reach = reach(&layer);
            let below = boxes.grow(layer);
            boxes.roots.extend(reach.map(|reach| (reach, below)));
        }
        boxes
    }

    /// Takes items in. Each cut is at a median, so this goes at most some log n deep.
    fn grow(&mut self, mut items: Vec<Item<D>>) -> Below {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let Some(halves) = halves(&items) else {
            items.sort_unstable_by_key(|item| item.found.row);
            let from = number(self.items.len());
            self.items.append(&mut items);
            return Below::Items(from, number(self.items.len()));
        };
        drop(items);
        let quarters = halves.into_iter().flat_map(halves_or_whole);
        let mut children: Vec<_> = quarters.filter_map(|items| Some((reach(&items)?, hull(&items)?, items))).collect();
        children.sort_unstable_by_key(|(reach, ..)| reach.first);
        let at = self.nodes.len();
        self.nodes.push(Four::EMPTY);
        for (place, (reach, hull, items)) in children.into_iter().enumerate() {
            let below = self.grow(items);
            if let Some(node) = self.nodes.get_mut(at) {
                node.put(place, &hull, reach, below);
            }
        }
        Below::Four(number(at))
    }

    /// Offers the clauses whose boxes the lead is in, as far as they can improve on what was found.
    pub fn search(&self, seek: &mut Seek<'_>) {
        let mut point = [Coordinate::MISSING; D];
        for (place, field) in point.iter_mut().zip(&self.fields) {
            let Some(at) = Coordinate::of_fact(seek.facts.get(*field)) else { return };
            *place = at;
        }
        for (reach, below) in &self.roots {
            if seek.wants(*reach) {
                self.descend(*below, &point, &point.map(Rough::from), seek);
            }
        }
    }

    fn descend(&self, below: Below, point: &Point<D>, rough: &Point<D, Rough>, seek: &mut Seek<'_>) {
        match below {
            Below::Items(from, to) => {
                let items = self.items.get(from as usize..to as usize).unwrap_or_default();
                seek.offer_all(items.iter().filter(|item| holds(&item.volume, point)).map(|item| item.found));
            }
            Below::Four(at) => {
                let Some(node) = self.nodes.get(at as usize) else { return };
                for ((holds, reach), below) in node.holding(rough).into_iter().zip(&node.reach).zip(&node.below) {
                    if holds & seek.wants(*reach) {
                        self.descend(*below, point, rough, seek);
                    }
                }
            }
        }
    }
}

/// Items in two parts, where there is a cut.
fn halves<const D: usize>(items: &[Item<D>]) -> Option<[Vec<Item<D>>; 2]> {
    let cut = best_cut(items)?;
    let (below, above) = items.iter().partition(|item| cut.is_below(item));
    Some([below, above])
}

fn halves_or_whole<const D: usize>(items: Vec<Item<D>>) -> Vec<Vec<Item<D>>> {
    halves(&items).map_or_else(|| vec![items], Vec::from)
}

fn reach<const D: usize>(items: &[Item<D>]) -> Option<Reach> {
    Reach::of(items.iter().map(|item| item.found.row))
}

fn hull<const D: usize>(items: &[Item<D>]) -> Option<Volume<D>> {
    items.iter().map(|item| item.volume).reduce(|a, b| around(a, &b))
}
