//! Packed lists: from a key to numbers, small and fast for millions of keys, and open to additions.
//!
//! Lists only propose. A number that no longer belongs to a key stays in its list, and whoever reads the list looks
//! at the thing itself; so nothing is ever taken out, and adding costs no more than a push.

use crate::lookup::Lookup;

/// A key: the hash of a text of some kind. Two texts with one key do no harm, since lists only propose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(u64);

impl Key {
    /// FNV-1a over the kind and the text, its bits mixed by the last step of MurmurHash3, since the highest pick the bucket.
    pub(super) fn of(kind: u8, text: &str) -> Self {
        Self::joined(kind, text.bytes())
    }

    /// The same for a text that is not in one piece.
    pub(super) fn joined(kind: u8, bytes: impl Iterator<Item = u8>) -> Self {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let mut hash = bytes.fold(step(0xcbf2_9ce4_8422_2325, kind), step);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        Self(hash ^ (hash >> 33))
    }

    /// The key to try after this one, where a key must be taken by one text only.
    pub(super) const fn next(self) -> Self {
        Self(self.0.wrapping_add(0x9e37_79b9_7f4a_7c15))
    }

    #[allow(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
    const fn tail(self) -> u32 {
        self.0 as u32
    }
}

/// The lists. Twelve bytes a key and number at most, beside those added later.
#[derive(Debug, Clone, Default)]
pub(super) struct Packed {
    /// Where each bucket begins; a bucket is the highest bits of a key.
    starts: Vec<u32>,
    bits: u32,
    /// The lower half of each key, sorted within the bucket.
    tails: Vec<u32>,
    numbers: Vec<u32>,
    added: Lookup<Key, Vec<u32>>,
}

impl Packed {
    /// Packs pairs; equal ones once. Sorts: n log n.
    pub(super) fn build(mut pairs: Vec<(Key, u32)>) -> Self {
        let bits = (pairs.len() / 4).max(2).ilog2();
        let bucket = |key: Key| key.0 >> (64 - bits);
        pairs.sort_unstable_by_key(|(key, number)| (bucket(*key), key.tail(), *number));
        pairs.dedup();
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (at, (key, _)) in pairs.iter().enumerate() {
            while starts.len() as u64 <= bucket(*key) {
                starts.push(short(at));
            }
        }
        starts.resize((1 << bits) + 1, short(pairs.len()));
        let tails = pairs.iter().map(|(key, _)| key.tail()).collect();
        let numbers = pairs.iter().map(|(_, number)| *number).collect();
        Self { starts, bits, tails, numbers, added: Lookup::default() }
    }

    /// Adds to a key's list. Linear in what was added to that key before.
    pub(super) fn add(&mut self, key: Key, number: u32) {
        if !self.packed(key).contains(&number) {
            let list = self.added.entry_or(key, Vec::new);
            if !list.contains(&number) {
                list.push(number);
            }
        }
    }

    /// A key's list.
    pub(super) fn get(&self, key: Key) -> impl Iterator<Item = u32> + '_ {
        let added = if self.added.is_empty() { None } else { self.added.get(&key) };
        self.packed(key).iter().chain(added.into_iter().flatten()).copied()
    }

    /// How long a key's list is.
    pub(super) fn count(&self, key: Key) -> usize {
        self.packed(key).len() + if self.added.is_empty() { 0 } else { self.added.get(&key).map_or(0, Vec::len) }
    }

    fn packed(&self, key: Key) -> &[u32] {
        self.find(key).unwrap_or_default()
    }

    fn find(&self, key: Key) -> Option<&[u32]> {
        let bucket = usize::try_from(key.0.checked_shr(64 - self.bits)?).ok()?;
        let (start, end) = (*self.starts.get(bucket)? as usize, *self.starts.get(bucket + 1)? as usize);
        let tails = self.tails.get(start..end)?;
        let first = tails.partition_point(|tail| *tail < key.tail());
        let count = tails.get(first..)?.partition_point(|tail| *tail == key.tail());
        self.numbers.get(start + first..start + first + count)
    }
}

/// Positions fit 32 bits: accounts are numbered with as many, and memory ends before.
fn short(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #[test]
        fn every_key_finds_what_was_packed_and_added(
            packed in prop::collection::vec(("[a-d]{0,3}", 0_u32..50), 0..60),
            added in prop::collection::vec(("[a-d]{0,3}", 0_u32..50), 0..20),
        ) {
            let mut lists = Packed::build(packed.iter().map(|(text, number)| (Key::of(0, text), *number)).collect());
            for (text, number) in &added {
                lists.add(Key::of(0, text), *number);
            }
            let mut expected: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
            for (text, number) in packed.iter().chain(&added) {
                expected.entry(text).or_default().insert(*number);
            }
            for (text, numbers) in expected {
                prop_assert_eq!(lists.count(Key::of(0, text)), numbers.len());
                prop_assert_eq!(lists.get(Key::of(0, text)).collect::<BTreeSet<_>>(), numbers);
            }
            prop_assert_eq!(lists.get(Key::of(1, "a")).count(), 0);
        }
    }
}
