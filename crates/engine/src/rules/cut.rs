//! Where to divide boxes in two, so that a search has to look at as few of them as can be.
//!
//! Sample leads tell: one somewhere in every so-many-th box. A good cut leaves most of them inside the
//! bounds of one side only. Where boxes lie over each other by the dozen, the first eighth of the rows is
//! set apart before that ([`layers`]): most leads find their match there, in an eighth of the memory.

use super::boxes::Item;
use super::span::{Coordinate, Point, Volume, around, holds, span};

/// At most so many boxes are looked through one by one.
const FEW: usize = 6;

/// How many leads are tried.
const SAMPLES: usize = 64;

/// How far into a box a lead is, in 256ths: the steps from one lead to the next, by dimension. They fill a
/// cube evenly (Roberts' R3 sequence).
const STEPS: [u8; 3] = [209, 171, 141];

/// A way to divide boxes: by where one end is in one dimension.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    dimension: usize,
    end: End,
    at: Coordinate,
}

#[derive(Debug, Clone, Copy)]
enum End {
    Low,
    High,
}

impl End {
    fn of<const D: usize>(self, item: &Item<D>, dimension: usize) -> Coordinate {
        let span = span(&item.volume, dimension);
        match self {
            Self::Low => span.low,
            Self::High => span.high,
        }
    }
}

impl Cut {
    /// On which side a box is.
    pub fn is_below<const D: usize>(self, item: &Item<D>) -> bool {
        self.end.of(item, self.dimension) < self.at
    }

    /// How many boxes the sample leads would be left with, all together.
    fn cost<const D: usize>(self, items: &[Item<D>], leads: &[Point<D>]) -> usize {
        let (mut below, mut above) = (Side::default(), Side::default());
        for item in items {
            if self.is_below(item) { below.add(item) } else { above.add(item) }
        }
        leads.iter().map(|lead| below.left(lead) + above.left(lead)).sum()
    }
}

/// The boxes on one side of a cut.
#[derive(Default)]
struct Side<const D: usize> {
    volume: Option<Volume<D>>,
    count: usize,
}

impl<const D: usize> Side<D> {
    fn add(&mut self, item: &Item<D>) {
        self.volume = Some(self.volume.map_or(item.volume, |volume| around(volume, &item.volume)));
        self.count += 1;
    }

    fn left(&self, lead: &Point<D>) -> usize {
        if self.volume.is_some_and(|volume| holds(&volume, lead)) { self.count } else { 0 }
    }
}

/// The best of the cuts at the median of either end in each dimension: boxes may share either end.
/// `None` for few boxes, and for boxes that are all the same.
pub(super) fn best_cut<const D: usize>(items: &[Item<D>]) -> Option<Cut> {
    if items.len() <= FEW {
        return None;
    }
    let leads: Vec<Point<D>> = samples(items).map(|(_, lead)| lead).collect();
    let ends = (0..D).flat_map(|dimension| [(dimension, End::Low), (dimension, End::High)]);
    let cuts = ends.filter_map(|(dimension, end)| {
        let at = median(items.iter().map(|item| end.of(item, dimension)).collect())?;
        Some(Cut { dimension, end, at })
    });
    cuts.min_by_key(|cut| cut.cost(items, &leads))
}

/// At most so many layers: what a lead may lose that matches in none.
const LAYERS: usize = 3;

/// Items in the order of their rows, in one part or a few: the first ones apart as long as seven in eight
/// of the sample leads match another than their own among an eighth of them.
pub(super) fn layers<const D: usize>(mut items: Vec<Item<D>>) -> Vec<Vec<Item<D>>> {
    let mut later = Vec::new();
    while later.len() + 1 < LAYERS && items.len() > SAMPLES * 8 {
        let (first, _) = items.split_at(items.len() / 8);
        let matches =
            |own: &Item<D>, lead: &Point<D>| first.iter().any(|item| item.found.row != own.found.row && holds(&item.volume, lead));
        let (all, matched) =
            samples(&items).fold((0, 0), |(all, matched), (own, lead)| (all + 1, matched + usize::from(matches(own, &lead))));
        if matched < all - all / 8 {
            break;
        }
        later.push(items.split_off(items.len() / 8));
    }
    later.push(items);
    later.reverse();
    later
}

/// Leads in every so-many-th box, and the box.
fn samples<const D: usize>(items: &[Item<D>]) -> impl Iterator<Item = (&Item<D>, Point<D>)> {
    let some = items.iter().step_by(items.len().div_ceil(SAMPLES).max(1));
    (0_u8..).zip(some).map(|(number, item)| (item, inside(&item.volume, number)))
}

/// A point somewhere in a volume.
fn inside<const D: usize>(volume: &Volume<D>, number: u8) -> Point<D> {
    let mut steps = STEPS.iter();
    volume.map(|span| span.part(steps.next().map_or(0, |step| step.wrapping_mul(number))))
}

/// The median, or where it is the least the next greater one, so that neither side is empty.
/// `None` when all are the same.
fn median(mut values: Vec<Coordinate>) -> Option<Coordinate> {
    let least = values.iter().copied().min()?;
    let middle = values.len() / 2;
    let (_, median, above) = values.select_nth_unstable(middle);
    if *median > least { Some(*median) } else { above.iter().copied().filter(|value| *value > least).min() }
}
