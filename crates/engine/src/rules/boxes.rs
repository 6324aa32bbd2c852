//! Numeric ranges: boxes in one to three dimensions, and the least clause whose box has a point in it.
//!
//! A bounding-volume hierarchy: a binary tree of which each node knows the box around all that is below it
//! and the rows it reaches over. Linear in memory, however the ranges overlap or nest. For ranges that are
//! apart, a search is a binary search; among overlapping ones the earlier rows are tried first, and whatever
//! cannot improve on a match is passed over.

use super::clause::{Found, Reach};
use super::cut::best_cut;
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

/// From one coordinate to another, both included.
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

    fn holds(self, at: Coordinate) -> bool {
        self.low <= at && at <= self.high
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

/// A coordinate in each dimension.
pub(super) type Point<const D: usize> = [Coordinate; D];

/// Whether a point is in a volume.
pub(super) fn holds<const D: usize>(volume: &Volume<D>, point: &Point<D>) -> bool {
    volume.iter().zip(point).all(|(span, at)| span.holds(*at))
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
    /// The root first; the two children of a node stand side by side.
    nodes: Vec<Node<D>>,
    items: Vec<Item<D>>,
}

#[derive(Debug)]
struct Node<const D: usize> {
    volume: Volume<D>,
    reach: Reach,
    below: Below,
}

#[derive(Debug, Clone, Copy)]
enum Below {
    /// The first of the two children.
    Nodes(usize),
    /// From one item to before another, in the order of their rows.
    Items(usize, usize),
}

impl<const D: usize> Boxes<D> {
    /// O(n log n) for n items.
    pub fn build(fields: [FieldIx; D], items: Vec<Item<D>>) -> Self {
        let mut boxes = Self { fields, nodes: Vec::new(), items: Vec::with_capacity(items.len()) };
        boxes.nodes.extend(node(&items));
        boxes.grow(0, items);
        boxes
    }

    /// Puts items under a node. Each cut is at a median, so this goes at most some 2 log n deep.
    fn grow(&mut self, at: usize, mut items: Vec<Item<D>>) {
        let below = match best_cut(&items) {
            Some(cut) => {
                let (left, right): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| cut.is_below(item));
                let first = self.nodes.len();
                self.nodes.extend(node(&left));
                self.nodes.extend(node(&right));
                self.grow(first, left);
                self.grow(first + 1, right);
                Below::Nodes(first)
            }
            None => {
                let first = self.items.len();
                items.sort_unstable_by_key(|item| item.found.clause);
                self.items.append(&mut items);
                Below::Items(first, self.items.len())
            }
        };
        if let Some(node) = self.nodes.get_mut(at) {
            node.below = below;
        }
    }

    /// Offers the clauses whose boxes the lead is in, as far as they can improve on what was found.
    pub fn search(&self, seek: &mut Seek<'_>) {
        let mut point = [Coordinate::MISSING; D];
        for (place, field) in point.iter_mut().zip(&self.fields) {
            let Some(at) = Coordinate::of_fact(seek.facts.get(*field)) else { return };
            *place = at;
        }
        if let Some(root) = self.nodes.first() {
            self.descend(root, &point, seek);
        }
    }

    fn descend(&self, node: &Node<D>, point: &Point<D>, seek: &mut Seek<'_>) {
        if !holds(&node.volume, point) || !seek.wants(node.reach) {
            return;
        }
        match node.below {
            Below::Items(first, end) => {
                let items = self.items.get(first..end).unwrap_or_default();
                seek.offer_all(items.iter().filter(|item| holds(&item.volume, point)).map(|item| item.found));
            }
            Below::Nodes(first) => {
                if let Some([left, right]) = self.nodes.get(first..first + 2) {
                    let (near, far) = if left.reach.first <= right.reach.first { (left, right) } else { (right, left) };
                    self.descend(near, point, seek);
                    self.descend(far, point, seek);
                }
            }
        }
    }
}

/// A node around items; `None` around none.
fn node<const D: usize>(items: &[Item<D>]) -> Option<Node<D>> {
    let volume = items.iter().map(|item| item.volume).reduce(|a, b| around(a, &b))?;
    Some(Node { volume, reach: Reach::of(items.iter().map(|item| item.found.clause.row))?, below: Below::Items(0, 0) })
}
