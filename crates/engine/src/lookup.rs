//! A hash map that can be asked but not walked, so that no result can depend on its order.

use rustc_hash::FxBuildHasher;
use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;

/// Key to value, in constant time. There is no iterator on purpose.
#[derive(Clone)]
#[allow(clippy::disallowed_types, reason = "this is the one place that wraps it, without its iterators")]
pub struct Lookup<K, V>(std::collections::HashMap<K, V, FxBuildHasher>);

impl<K: Eq + Hash, V> Lookup<K, V> {
    /// The value of a key.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.0.get(key)
    }

    /// The value of a key, to change it.
    pub fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.0.get_mut(key)
    }

    /// Sets a key; returns what was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    /// Takes a key out; returns what was there.
    pub fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.0.remove(key)
    }

    /// The value of a key, made first if it is not there.
    pub fn entry_or(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        self.0.entry(key).or_insert_with(make)
    }

    /// Every pair turned into another, or left out. `each` sees one pair at a time and can remember nothing,
    /// and must keep different keys different, so that the order does not matter.
    #[must_use]
    pub fn filter_map<L: Eq + Hash, W>(self, each: impl Fn(K, V) -> Option<(L, W)>) -> Lookup<L, W> {
        self.0.into_iter().filter_map(|(key, value)| each(key, value)).collect()
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Eq + Hash, V: PartialEq> PartialEq for Lookup<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Eq + Hash, V: Eq> Eq for Lookup<K, V> {}

impl<K, V> Default for Lookup<K, V> {
    fn default() -> Self {
        Self(Default::default())
    }
}

impl<K: Eq + Hash, V> FromIterator<(K, V)> for Lookup<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl<K, V> fmt::Debug for Lookup<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lookup({} keys)", self.0.len())
    }
}
