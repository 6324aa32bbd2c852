//! Numeric ranges: boxes in one to three dimensions, and the least clause whose box has a point in it.
//!
//! A bounding-volume hierarchy: a binary tree of which each node knows the box around all that is below it
//! and the rows it reaches over. Linear in memory, however the ranges overlap or nest. For ranges that are
//! apart, a search is a binary search; for overlapping ones the nearer row is tried first and whatever
//! cannot improve on a match is passed over.

use super::clause::{ClauseRef, Reach};
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

    fn of(units: i128) -> Self {
        let within = units.clamp(i128::from(i64::MIN) + 1, i128::from(i64::MAX));
        Self(i64::try_from(within).unwrap_or(i64::MAX))
    }

    /// Where a fact stands; `None` for what is not a number, which no numeric condition holds for.
    pub fn of_fact(fact: &Fact<'_>) -> Option<Self> {
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
    low: Coordinate,
    high: Coordinate,
}

impl Span {
    const EVERYTHING: Self = Self { low: Coordinate::MISSING, high: Coordinate(i64::MAX) };

    /// The spans of a set of numbers. `None` when every number is in it, so that nothing is to be looked up.
    pub fn covering(set: &NumberSet, missing: bool) -> Option<Vec<Self>> {
        let lacking = missing.then_some(Self { low: Coordinate::MISSING, high: Coordinate::MISSING });
        let ranges = set.ranges().iter().map(|(low, high)| Self { low: Coordinate::of(*low), high: Coordinate::of(*high) });
        (set.ranges() != [(i128::MIN, i128::MAX)]).then(|| lacking.into_iter().chain(ranges).collect())
    }

    fn around(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    fn holds(self, at: Coordinate) -> bool {
        self.low <= at && at <= self.high
    }
}

/// A span in each dimension.
type Volume<const D: usize> = [Span; D];

fn holds<const D: usize>(volume: &Volume<D>, point: &[Coordinate; D]) -> bool {
    volume.iter().zip(point).all(|(span, at)| span.holds(*at))
}

fn span<const D: usize>(volume: &Volume<D>, dimension: usize) -> Span {
    volume.get(dimension).copied().unwrap_or(Span::EVERYTHING)
}

fn around<const D: usize>(a: Volume<D>, b: &Volume<D>) -> Volume<D> {
    let mut both = a;
    both.iter_mut().zip(b).for_each(|(span, other)| *span = span.around(*other));
    both
}

/// All ways to take one span per dimension. Where they would be more than `limit`, the spans of a dimension
/// are taken as the one around them.
pub(super) fn volumes<const D: usize>(spans: [&[Span]; D], limit: usize) -> Vec<Volume<D>> {
    let mut volumes = vec![[Span::EVERYTHING; D]];
    for (dimension, spans) in spans.iter().enumerate() {
        let hull: Vec<Span> = spans.iter().copied().reduce(Span::around).into_iter().collect();
        let spans = if volumes.len().saturating_mul(spans.len()) <= limit { spans } else { hull.as_slice() };
        volumes = volumes.iter().flat_map(|volume| spans.iter().map(move |span| with(*volume, dimension, *span))).collect();
    }
    volumes
}

fn with<const D: usize>(mut volume: Volume<D>, dimension: usize, span: Span) -> Volume<D> {
    volume.iter_mut().skip(dimension).take(1).for_each(|place| *place = span);
    volume
}

/// A clause and a box that every lead it holds for is in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<const D: usize> {
    /// Which.
    pub clause: ClauseRef,
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

/// At most so many boxes are looked through one by one.
const FEW: usize = 6;

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
                items.sort_unstable_by_key(|item| item.clause);
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

    fn descend(&self, node: &Node<D>, point: &[Coordinate; D], seek: &mut Seek<'_>) {
        if !holds(&node.volume, point) || !seek.wants(node.reach) {
            return;
        }
        match node.below {
            Below::Items(first, end) => {
                let items = self.items.get(first..end).unwrap_or_default();
                seek.offer_all(items.iter().filter(|item| holds(&item.volume, point)).map(|item| item.clause));
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
    let (first, rest) = items.split_first()?;
    let volume = rest.iter().fold(first.volume, |volume, item| around(volume, &item.volume));
    Some(Node { volume, reach: Reach::of(items.iter().map(|item| item.clause))?, below: Below::Items(0, 0) })
}

/// A way to divide boxes: those of which one end in one dimension is below a coordinate, and the others.
#[derive(Debug, Clone, Copy)]
struct CutAt {
    dimension: usize,
    end: fn(Span) -> Coordinate,
    at: Coordinate,
}

impl CutAt {
    fn is_below<const D: usize>(&self, item: &Item<D>) -> bool {
        (self.end)(span(&item.volume, self.dimension)) < self.at
    }

    /// The greater part, and the boxes that reach over the cut: what a search may still have to look at.
    fn cost<const D: usize>(&self, items: &[Item<D>]) -> usize {
        let below = items.iter().filter(|item| self.is_below(item)).count();
        let reaching = |item: &&Item<D>| {
            let span = span(&item.volume, self.dimension);
            span.low < self.at && self.at <= span.high
        };
        below.max(items.len() - below) + items.iter().filter(reaching).count()
    }
}

/// The best of the cuts at the median of each end in each dimension. Both ends, because ranges may share
/// either one. `None` for few items, and for items that all have the same box.
fn best_cut<const D: usize>(items: &[Item<D>]) -> Option<CutAt> {
    const ENDS: [fn(Span) -> Coordinate; 2] = [|span| span.low, |span| span.high];
    if items.len() <= FEW {
        return None;
    }
    let cuts = (0..D).flat_map(|dimension| ENDS.map(|end| (dimension, end)));
    let cuts = cuts.filter_map(|(dimension, end)| {
        let at = median_above_least(items.iter().map(|item| end(span(&item.volume, dimension))).collect())?;
        Some(CutAt { dimension, end, at })
    });
    cuts.min_by_key(|cut| cut.cost(items))
}

/// The median, or where it is the least the next greater one, so that neither side is empty.
/// `None` when all are the same.
fn median_above_least(mut values: Vec<Coordinate>) -> Option<Coordinate> {
    let least = values.iter().copied().min()?;
    let middle = values.len() / 2;
    let (_, median, above) = values.select_nth_unstable(middle);
    if *median > least { Some(*median) } else { above.iter().copied().filter(|value| *value > least).min() }
}
