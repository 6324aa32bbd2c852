//! An account as it is compared: its names as words, its domains, its place.

use super::packed::Key;
use super::vocabulary::{Vocabulary, WordIx};
use super::{domain, name, words};
use crate::account::Account;
use crate::country;
use crate::value::fold;
use std::collections::BTreeSet;

/// One name of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The normalised name without spaces.
    pub(super) compact: Key,
    /// Its words, in their order.
    pub(super) words: Box<[WordIx]>,
}

/// What an account is compared by.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile {
    /// The name, then the aliases.
    pub(super) names: Box<[Name]>,
    /// Registrable domains, in the vocabulary of domains.
    pub(super) domains: Box<[WordIx]>,
    /// Words of city and state.
    pub(super) city: Box<[WordIx]>,
    pub(super) state: Box<[WordIx]>,
    pub(super) country: Option<&'static str>,
}

impl Profile {
    /// Reads an account. Its words are given numbers, but not counted.
    pub(super) fn of(account: &Account, vocabulary: &mut Vocabulary, domains: &mut Vocabulary) -> Self {
        let mut intern = |text: &Option<Box<str>>| {
            let words = text.as_deref().map(words::of_text).unwrap_or_default();
            words.iter().map(|word| vocabulary.intern(word)).collect::<Box<[_]>>()
        };
        let (city, state) = (intern(&account.city), intern(&account.state));
        let names = names(account).map(|normalised| Name {
            compact: compact(&normalised),
            words: words::of(&normalised).iter().map(|word| vocabulary.intern(word)).collect(),
        });
        Self {
            names: names.collect(),
            domains: registrable(account).map(|domain| domains.intern(&domain)).collect(),
            city,
            state,
            country: account.country.as_deref().and_then(country::code),
        }
    }

    /// The different words of all names.
    pub(super) fn words(&self) -> BTreeSet<WordIx> {
        self.names.iter().flat_map(|name| name.words.iter().copied()).collect()
    }
}

/// The normalised names that say something.
pub(super) fn names(account: &Account) -> impl Iterator<Item = String> + '_ {
    let all = account.name.iter().chain(&account.aliases).map(|name| name::normalise(name));
    all.filter(|name| !name::is_generic(name))
}

/// A normalised name without its spaces.
pub(super) fn compact(normalised: &str) -> Key {
    Key::joined(b'n', normalised.bytes().filter(|byte| *byte != b' '))
}

/// The initials of three to six words; lower case, as words are.
pub(super) fn initials<'a>(words: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    (3..=6).contains(&words.clone().count()).then(|| words.filter_map(|word| word.chars().next()).collect())
}

/// What stands before the public suffix: `globex` of `globex.co.uk`.
pub(super) fn label(domain: &str) -> &str {
    domain.split_once('.').map_or(domain, |(label, _)| label)
}

/// A domain's label as a name would be: letters and digits only.
pub(super) fn label_as_name(domain: &str) -> Key {
    Key::joined(b'n', label(domain).bytes().filter(|byte| byte.is_ascii_alphanumeric()))
}

/// The digits that tell a phone number: the last nine, without which it is none.
pub(super) fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let tail = digits.len().checked_sub(9)?;
    digits.get(tail..).map(str::to_owned)
}

/// A host that many share is an account's only where the account's name says so: `facebook.com` of Facebook.
fn registrable(account: &Account) -> impl Iterator<Item = String> + '_ {
    let all = account.domains.iter().filter_map(|domain| domain::registrable(domain)).map(|domain| fold(&domain).into_owned());
    all.filter(|domain| !domain::is_shared_host(domain) || names(account).any(|name| name.replace(' ', "").starts_with(label(domain))))
}
