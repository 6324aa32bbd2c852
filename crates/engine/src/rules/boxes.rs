//! Numeric ranges: boxes in one to three dimensions, and the least clause whose box has a point in it.
//!
//! A bounding-volume hierarchy: a tree of which each node knows, for each of its four children, the box
//! around all that is below it and the rows it reaches over. Linear in memory, however the ranges overlap or
//! nest. For ranges that are apart, a search is a search for one place; among overlapping ones the earlier
//! rows are tried first, and whatever cannot improve on a match is passed over.

use super::clause::{Found, Order, Reach};
use super::cut::{best_cut, layers};
use super::index::Seek;
use super::span::{Coordinate, Point, Volume, around, holds};
use crate::field::FieldIx;

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
/// one comparison of the processor tests all four; rounded, which halves the memory that a search reads
/// and at worst lets it look at a box in vain. What decides is exact.
#[derive(Debug)]
#[repr(align(64))]
struct Four<const D: usize> {
    low: [[f32; 4]; D],
    high: [[f32; 4]; D],
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
        low: [[f32::INFINITY; 4]; D],
        high: [[f32::NEG_INFINITY; 4]; D],
        reach: [Reach { first: Order::NEVER, last: Order::NEVER }; 4],
        below: [Below::Items(0, 0); 4],
    };

    fn put(&mut self, place: usize, volume: &Volume<D>, reach: Reach, below: Below) {
        for ((low, high), span) in self.low.iter_mut().zip(&mut self.high).zip(volume) {
            low.iter_mut().skip(place).take(1).for_each(|low| *low = span.low.rough());
            high.iter_mut().skip(place).take(1).for_each(|high| *high = span.high.rough());
        }
        self.reach.iter_mut().skip(place).take(1).for_each(|slot| *slot = reach);
        self.below.iter_mut().skip(place).take(1).for_each(|slot| *slot = below);
    }

    /// Which children a point is in.
    fn holding(&self, point: &[f32; D]) -> [bool; 4] {
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
                self.descend(*below, &point, &point.map(Coordinate::rough), seek);
            }
        }
    }

    fn descend(&self, below: Below, point: &Point<D>, rough: &[f32; D], seek: &mut Seek<'_>) {
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
