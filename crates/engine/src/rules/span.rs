//! Spans: conditions on numeric fields, as places on an axis that a search can compare quickly.

use crate::facts::Fact;
use crate::set::NumberSet;
use crate::value::Number;

/// A place on a numeric axis: millionths, cut off at the ends of `i64` (beyond nine trillion). Cutting off
/// keeps the order, so a number in a range is still in the range that was cut off, which is all a filter needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Coordinate(i64);

impl Coordinate {
    /// Where a missing value stands: below every number.
    pub const MISSING: Self = Self(i64::MIN);
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

    /// To seven digits. Rounding keeps the order too.
    pub const fn rough(self) -> f32 {
        self.0 as f32
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
pub(super) type Point<const D: usize> = [Coordinate; D];

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
