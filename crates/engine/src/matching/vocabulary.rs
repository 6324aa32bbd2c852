//! Words that accounts use, each once, with the number of accounts that use it: how rare a word is, is learnt here.

use super::packed::Key;
use crate::lookup::Lookup;

/// A word's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct WordIx(pub(super) u32);

/// The words. About 30 bytes a word.
#[derive(Debug, Clone, Default)]
pub(super) struct Vocabulary {
    text: String,
    ends: Vec<u32>,
    users: Vec<u32>,
    ids: Lookup<Key, WordIx>,
}

impl Vocabulary {
    /// A word's number, given to it on first use.
    pub(super) fn intern(&mut self, word: &str) -> WordIx {
        let (key, known) = self.place(word);
        known.unwrap_or_else(|| {
            let ix = WordIx(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
            self.text.push_str(word);
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
            self.users.push(0);
            self.ids.insert(key, ix);
            ix
        })
    }

    /// A word's number, where it has one.
    pub(super) fn find(&self, word: &str) -> Option<WordIx> {
        self.place(word).1
    }

    /// The key a word has or would get.
    fn place(&self, word: &str) -> (Key, Option<WordIx>) {
        let mut key = Key::of(0, word);
        while let Some(ix) = self.ids.get(&key) {
            if self.text(*ix) == word {
                return (key, Some(*ix));
            }
            key = key.next();
        }
        (key, None)
    }

    /// A word; empty for a number that is not of this vocabulary.
    pub(super) fn text(&self, ix: WordIx) -> &str {
        let at = ix.0 as usize;
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(at).copied());
        range.and_then(|(start, end)| self.text.get(start as usize..end as usize)).unwrap_or_default()
    }

    /// How many accounts use a word.
    pub(super) fn users(&self, ix: WordIx) -> u32 {
        self.users.get(ix.0 as usize).copied().unwrap_or(0)
    }

    /// One more account, or one fewer, uses a word.
    pub(super) fn count(&mut self, ix: WordIx, one_more: bool) {
        if let Some(users) = self.users.get_mut(ix.0 as usize) {
            *users = if one_more { users.saturating_add(1) } else { users.saturating_sub(1) };
        }
    }

    /// All words, in the order of their numbers.
    pub(super) fn words(&self) -> impl Iterator<Item = (WordIx, &str)> {
        (0..self.ends.len()).filter_map(|at| u32::try_from(at).ok()).map(|at| (WordIx(at), self.text(WordIx(at))))
    }
}
