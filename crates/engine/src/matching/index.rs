//! The index: accounts by domain, label, name, initials, phone and word; words by what is left with a letter out.

use super::packed::{Key, Packed};
use super::profile::{self, Profile};
use super::vocabulary::{Vocabulary, WordIx};
use super::{similar, words};
use crate::account::{Account, AccountIx};

/// Kinds of keys. Compact names are of kind `n`.
const DOMAIN: u8 = b'd';
const LABEL: u8 = b'l';
const INITIALS: u8 = b'i';
const PHONE: u8 = b'p';
const WORD: u8 = b'w';
const THINNED: u8 = b't';

/// The accounts' profiles and the lists that lead to them.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    pub(super) words: Vocabulary,
    pub(super) domains: Vocabulary,
    profiles: Vec<Profile>,
    /// Domain, label, compact name, initials, phone to accounts.
    keys: Packed,
    /// Words of names to accounts.
    by_word: Packed,
    /// What is left of a word with a letter out, to words.
    thinned: Packed,
}

impl Index {
    /// Indexes accounts under their places in the list. n log n in their number.
    pub(super) fn build(accounts: &[Account]) -> Self {
        let mut index = Self::default();
        for account in accounts {
            let profile = Profile::of(account, &mut index.words, &mut index.domains);
            for word in profile.words() {
                index.words.count(word, true);
            }
            index.profiles.push(profile);
        }
        let numbered = || (0_u32..).zip(accounts.iter().zip(&index.profiles));
        let keys = numbered().flat_map(|(at, (account, profile))| index.keys_of(account, profile).into_iter().map(move |key| (key, at)));
        index.keys = Packed::build(keys.collect());
        let by_word = numbered().flat_map(|(at, (_, profile))| profile.words().into_iter().map(move |word| (word_key(word), at)));
        index.by_word = Packed::build(by_word.collect());
        let thinned = index.words.words().filter(|(word, _)| index.words.users(*word) > 0);
        index.thinned = Packed::build(thinned.flat_map(|(word, text)| thinned_keys(text).map(move |key| (key, word.0))).collect());
        index
    }

    /// Takes the account at this place out, as far as it can be found. The number of its words and domains.
    pub(super) fn clear(&mut self, ix: AccountIx, account: &Account) {
        let Some(profile) = self.profiles.get_mut(ix.0 as usize).map(std::mem::take) else { return };
        for key in self.keys_of(account, &profile) {
            self.keys.remove(key, ix.0);
        }
        for word in profile.words() {
            self.by_word.remove(word_key(word), ix.0);
            self.words.count(word, false);
            if self.words.users(word) == 0 {
                thinned_keys(self.words.text(word)).for_each(|key| self.thinned.remove(key, word.0));
            }
        }
    }

    /// The last place is no more: its account is cleared.
    pub(super) fn pop(&mut self) {
        self.profiles.pop();
    }

    /// Puts an account in at a place that is cleared, or next. The number of its words and domains.
    pub(super) fn put(&mut self, ix: AccountIx, account: &Account) {
        let profile = Profile::of(account, &mut self.words, &mut self.domains);
        for word in profile.words() {
            if self.words.users(word) == 0 {
                thinned_keys(self.words.text(word)).for_each(|key| self.thinned.add(key, word.0));
            }
            self.words.count(word, true);
            self.by_word.add(word_key(word), ix.0);
        }
        for key in self.keys_of(account, &profile) {
            self.keys.add(key, ix.0);
        }
        match self.profiles.get_mut(ix.0 as usize) {
            Some(place) => *place = profile,
            None => self.profiles.push(profile),
        }
    }

    /// An account's profile.
    pub(super) fn profile(&self, ix: AccountIx) -> Option<&Profile> {
        self.profiles.get(ix.0 as usize)
    }

    fn keys_of(&self, account: &Account, profile: &Profile) -> Vec<Key> {
        let mut keys: Vec<Key> = profile.names.iter().map(|name| name.compact).collect();
        for domain in &profile.domains {
            let domain = self.domains.text(*domain);
            keys.extend([Key::of(DOMAIN, domain), Key::of(LABEL, profile::label(domain))]);
        }
        let initials = profile.names.first().and_then(|name| profile::initials(name.words.iter().map(|word| self.words.text(*word))));
        keys.extend(initials.map(|initials| Key::of(INITIALS, &initials)));
        keys.extend(account.phone.as_deref().and_then(profile::phone).map(|digits| Key::of(PHONE, &digits)));
        keys
    }

    /// Accounts that may have a registrable domain.
    pub(super) fn with_domain(&self, domain: &str) -> impl Iterator<Item = AccountIx> + '_ {
        self.keys.get(Key::of(DOMAIN, domain)).map(AccountIx)
    }

    /// Accounts that may have a domain of this label.
    pub(super) fn with_label(&self, label: &str) -> impl Iterator<Item = AccountIx> + '_ {
        self.keys.get(Key::of(LABEL, label)).map(AccountIx)
    }

    /// Accounts that may have this compact name.
    pub(super) fn named(&self, compact: Key) -> impl Iterator<Item = AccountIx> + '_ {
        self.keys.get(compact).map(AccountIx)
    }

    /// Accounts that may have these initials.
    pub(super) fn with_initials(&self, initials: &str) -> impl Iterator<Item = AccountIx> + '_ {
        self.keys.get(Key::of(INITIALS, initials)).map(AccountIx)
    }

    /// Accounts that may have these last digits of a phone number.
    pub(super) fn with_phone(&self, digits: &str) -> impl Iterator<Item = AccountIx> + '_ {
        self.keys.get(Key::of(PHONE, digits)).map(AccountIx)
    }

    /// Accounts that may have this word in a name, and how many they are at most.
    pub(super) fn with_word(&self, word: WordIx) -> (usize, impl Iterator<Item = AccountIx> + '_) {
        (self.by_word.count(word_key(word)), self.by_word.get(word_key(word)).map(AccountIx))
    }

    /// Words of accounts that are a tolerable number of slips away.
    pub(super) fn near<'a>(&'a self, word: &'a str) -> impl Iterator<Item = WordIx> + 'a {
        let tolerable = similar::tolerable(word.len());
        let all = thinned_keys(word).flat_map(|key| self.thinned.get(key).map(WordIx));
        all.filter(move |other| similar::slips(word, self.words.text(*other), tolerable).is_some())
    }

    /// How rare a word is, in hundredths of a bit: the less likely another company uses it by chance, the more.
    ///
    /// Learnt from the accounts, over a background of 8,000 unknown companies that use a common word 60 times and any
    /// other word 0.7 times, so that ten accounts do not make "bank" rare. At most 13 bits, however many accounts there
    /// are: a rarer word is more often a slip than more telling.
    pub(super) fn rarity(&self, text: &str, word: Option<WordIx>) -> i32 {
        let users = u64::from(word.map_or(0, |word| self.words.users(word)));
        let background = if words::is_common(text) { 600 } else { 7 };
        let all = 10 * (self.profiles.len() as u64 + 8_000);
        (hundredths_of_bits(all) - hundredths_of_bits(10 * users + background)).clamp(0, 1_300)
    }
}

fn word_key(word: WordIx) -> Key {
    Key::joined(WORD, word.0.to_le_bytes().into_iter())
}

fn thinned_keys(word: &str) -> impl Iterator<Item = Key> {
    let long = (4..=32).contains(&word.len());
    similar::thinned(word).map(|letters| Key::joined(THINNED, letters)).take(if long { usize::MAX } else { 0 })
}

/// The binary logarithm times 100, exact at powers of two and straight between them: the same on every machine.
fn hundredths_of_bits(value: u64) -> i32 {
    let whole = value.max(1).ilog2();
    let rest = u128::from(value.max(1)) * 100 / (1 << whole) - 100;
    i32::try_from(u128::from(whole) * 100 + rest).unwrap_or(i32::MAX)
}
