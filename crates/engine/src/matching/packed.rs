//! Packed lists: from a key to numbers, small and fast for millions of keys, and open to additions.
//!
//! Lists only propose: whoever reads a list looks at the thing itself. Yet how long a list is decides how far it is
//! read, so that a number which no longer belongs to a key is taken out. What is packed stays; changes lie beside it.

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
    /// Sorted, as every list is.
    added: Lookup<Key, Vec<u32>>,
    /// Of those packed; sorted.
    removed: Lookup<Key, Vec<u32>>,
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
        Self { starts, bits, tails, numbers, ..Self::default() }
    }

    /// Adds to a key's list. Logarithmic, but for the shift of what was added to that key before.
    pub(super) fn add(&mut self, key: Key, number: u32) {
        if self.packed(key).binary_search(&number).is_ok() {
            take(&mut self.removed, key, number);
        } else {
            put(&mut self.added, key, number);
        }
    }

    /// Takes a number out of a key's list, at the same cost.
    pub(super) fn remove(&mut self, key: Key, number: u32) {
        if self.packed(key).binary_search(&number).is_ok() {
            put(&mut self.removed, key, number);
        } else {
            take(&mut self.added, key, number);
        }
    }

    /// A key's list.
    pub(super) fn get(&self, key: Key) -> impl Iterator<Item = u32> + '_ {
        let (added, removed) = (beside(&self.added, key), beside(&self.removed, key));
        self.packed(key).iter().filter(|number| removed.binary_search(number).is_err()).chain(added).copied()
    }

    /// How long a key's list is.
    pub(super) fn count(&self, key: Key) -> usize {
        self.packed(key).len() + beside(&self.added, key).len() - beside(&self.removed, key).len()
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

/// What lies beside the packed list of a key: mostly nothing, which is seen without a look.
fn beside(lists: &Lookup<Key, Vec<u32>>, key: Key) -> &[u32] {
    if lists.is_empty() { &[] } else { lists.get(&key).map_or(&[], Vec::as_slice) }
}

fn put(lists: &mut Lookup<Key, Vec<u32>>, key: Key, number: u32) {
    let list = lists.entry_or(key, Vec::new);
    if let Err(place) = list.binary_search(&number) {
        list.insert(place, number);
    }
}

fn take(lists: &mut Lookup<Key, Vec<u32>>, key: Key, number: u32) {
    if let Some(list) = lists.get_mut(&key) {
        if let Ok(place) = list.binary_search(&number) {
            list.remove(place);
        }
        if list.is_empty() {
            lists.remove(&key);
        }
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
        fn every_key_finds_what_was_packed_and_added_and_not_removed(
            packed in prop::collection::vec(("[a-b]{0,2}", 0_u32..20), 0..60),
            changes in prop::collection::vec(("[a-b]{0,2}", 0_u32..20, any::<bool>()), 0..60),
        ) {
            let mut lists = Packed::build(packed.iter().map(|(text, number)| (Key::of(0, text), *number)).collect());
            let mut expected: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
            for (text, number) in &packed {
                expected.entry(text).or_default().insert(*number);
            }
            for (text, number, add) in &changes {
                let numbers = expected.entry(text).or_default();
                if *add {
                    lists.add(Key::of(0, text), *number);
                    numbers.insert(*number);
                } else {
                    lists.remove(Key::of(0, text), *number);
                    numbers.remove(number);
                }
            }
            for (text, numbers) in expected {
                prop_assert_eq!(lists.count(Key::of(0, text)), numbers.len());
                prop_assert_eq!(lists.get(Key::of(0, text)).collect::<BTreeSet<_>>(), numbers);
            }
            prop_assert_eq!(lists.get(Key::of(1, "a")).count(), 0, "another kind");
        }
    }
}
