//! Sets of small numbers as ranges: how many atoms of a dimension a condition allows.

/// A set of numbers: closed ranges, sorted, apart and not touching.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Ranges(Vec<(u32, u32)>);

impl Ranges {
    /// No number.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// One number.
    #[must_use]
    pub fn one(number: u32) -> Self {
        Self(vec![(number, number)])
    }

    /// From one number to another, both included. Empty when they cross.
    #[must_use]
    pub fn span(low: u32, high: u32) -> Self {
        if low > high { Self::none() } else { Self(vec![(low, high)]) }
    }

    /// Any numbers, in any order.
    pub fn of(numbers: impl IntoIterator<Item = u32>) -> Self {
        Self::joined(numbers.into_iter().map(|number| (number, number)).collect())
    }

    /// Any ranges, in any order.
    #[must_use]
    pub fn joined(mut all: Vec<(u32, u32)>) -> Self {
        all.sort_unstable();
        let mut ranges: Vec<(u32, u32)> = Vec::with_capacity(all.len());
        for (low, high) in all {
            match ranges.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => ranges.push((low, high)),
            }
        }
        Self(ranges)
    }

    /// The ranges, both ends included.
    #[must_use]
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many numbers there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.iter().map(|(low, high)| (high - low) as usize + 1).sum()
    }

    /// The numbers, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().flat_map(|(low, high)| *low..=*high)
    }

    /// The least number.
    #[must_use]
    pub fn first(&self) -> Option<u32> {
        self.0.first().map(|range| range.0)
    }

    /// Whether a number is in it. Logarithmic.
    #[must_use]
    pub fn has(&self, number: u32) -> bool {
        let after = self.0.partition_point(|range| range.0 <= number);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|range| number <= range.1)
    }

    /// Numbers in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Vec::new();
        while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
            let (low, high) = (left.0.max(right.0), left.1.min(right.1));
            if low <= high {
                both.push((low, high));
            }
            if left.1 < right.1 {
                a.next();
            } else {
                b.next();
            }
        }
        Self(both)
    }

    /// Numbers in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self::joined(self.0.iter().chain(&other.0).copied().collect())
    }

    /// Numbers in this and not in the other.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut cuts = other.0.iter().peekable();
        for (low, high) in &self.0 {
            let mut from = *low;
            while cuts.next_if(|cut| cut.1 < from).is_some() {}
            let mut rest = cuts.clone();
            let mut open = true;
            while let Some(cut) = rest.next_if(|cut| cut.0 <= *high) {
                if cut.0 > from {
                    left.push((from, cut.0 - 1));
                }
                match cut.1.checked_add(1).filter(|next| next <= high) {
                    Some(next) => from = from.max(next),
                    None => open = false,
                }
            }
            if open && from <= *high {
                left.push((from, *high));
            }
        }
        Self(left)
    }

    /// Whether they share a number.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
            if left.0.max(right.0) <= left.1.min(right.1) {
                return true;
            }
            if left.1 < right.1 {
                a.next();
            } else {
                b.next();
            }
        }
        false
    }

    /// Whether every number of the other is in this.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        let mut mine = self.0.iter().peekable();
        other.0.iter().all(|(low, high)| {
            while mine.next_if(|range| range.1 < *low).is_some() {}
            mine.peek().is_some_and(|range| range.0 <= *low && *high <= range.1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn sets() -> impl Strategy<Value = BTreeSet<u32>> {
        proptest::collection::btree_set(0_u32..12, 0..9)
    }

    proptest! {
        #[test]
        fn ranges_are_sets(a in sets(), b in sets()) {
            let (x, y) = (Ranges::of(a.iter().copied()), Ranges::of(b.iter().copied()));
            prop_assert_eq!(x.and(&y), Ranges::of(&a & &b));
            prop_assert_eq!(x.or(&y), Ranges::of(&a | &b));
            prop_assert_eq!(x.minus(&y), Ranges::of(&a - &b));
            prop_assert_eq!(x.meets(&y), !a.is_disjoint(&b));
            prop_assert_eq!(x.holds(&y), b.is_subset(&a));
            prop_assert_eq!(x.count(), a.len());
            prop_assert!((0..12).all(|number| x.has(number) == a.contains(&number)));
        }
    }
}
