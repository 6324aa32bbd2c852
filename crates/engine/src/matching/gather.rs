//! Gathering: the few accounts worth a closer look, from the lists of the index.

use super::asked::{Asked, Reading};
use super::index::Index;
use super::profile;
use super::similar;
use crate::account::AccountIx;

/// At most so many accounts are looked at closely.
const CLOSELY: usize = 24;
/// At most so many entries of the lists of words are read, the rarest words first.
const ENTRIES: usize = 1_000;
/// A word with a slip is looked for among so many accounts at most.
const WITH_SLIP: usize = 200;

/// An account and what speaks for looking at it, in hundredths of a bit.
type Found = (AccountIx, i32);

/// The accounts that have a domain of the lead's that tells a company; each once.
pub(super) fn holders(asked: &Asked<'_>, index: &Index) -> Vec<AccountIx> {
    let domains = asked.email.iter().chain(&asked.website).filter(|domain| domain.proves);
    let mut holders: Vec<_> = domains.flat_map(|domain| has(index, &domain.registrable)).collect();
    holders.sort_unstable();
    holders.dedup();
    holders
}

fn has<'a>(index: &'a Index, domain: &'a str) -> impl Iterator<Item = AccountIx> + 'a {
    let really = move |ix: &AccountIx| {
        index.profile(*ix).is_some_and(|profile| profile.domains.iter().any(|other| index.domains.text(*other) == domain))
    };
    index.with_domain(domain).filter(really)
}

/// The accounts to look at, the most promising first. The order of accounts plays no part: equals stand by `tie`.
pub(super) fn gather<T: Ord>(asked: &Asked<'_>, index: &Index, holders: &[AccountIx], tie: impl Fn(AccountIx) -> T) -> Vec<AccountIx> {
    if let [holder] = holders
        && is_named(asked, index, *holder)
    {
        return vec![*holder]; // its domain and its name: nobody else is meant
    }
    let mut found: Vec<Found> = holders.iter().map(|ix| (*ix, 3_000)).collect();
    by_key(asked, index, &mut found);
    let named = asked.readings.iter().any(|reading| index.named(reading.compact).next().is_some());
    let settled = (1..=CLOSELY).contains(&holders.len()) || (named && found.len() <= CLOSELY);
    if !settled {
        for reading in &asked.readings {
            by_word(reading, index, &mut found);
        }
    }
    best(found, tie)
}

/// Sums what speaks for each, and keeps the most promising.
fn best<T: Ord>(mut found: Vec<Found>, tie: impl Fn(AccountIx) -> T) -> Vec<AccountIx> {
    found.sort_unstable();
    let mut sums: Vec<Found> = Vec::with_capacity(found.len());
    for (ix, weight) in found {
        match sums.last_mut().filter(|(last, _)| *last == ix) {
            Some((_, sum)) => *sum = sum.saturating_add(weight),
            None => sums.push((ix, weight)),
        }
    }
    if sums.len() > CLOSELY {
        sums.select_nth_unstable_by_key(CLOSELY - 1, |(_, sum)| std::cmp::Reverse(*sum));
        let least = sums.get(CLOSELY - 1).map_or(0, |(_, sum)| *sum);
        sums.retain(|(_, sum)| *sum >= least);
        sums.sort_by_cached_key(|(ix, sum)| (std::cmp::Reverse(*sum), tie(*ix)));
        sums.truncate(CLOSELY);
    }
    sums.into_iter().map(|(ix, _)| ix).collect()
}

fn by_key(asked: &Asked<'_>, index: &Index, found: &mut Vec<Found>) {
    for domain in asked.email.iter().chain(&asked.website) {
        if domain.proves {
            found.extend(index.with_label(profile::label(&domain.registrable)).map(|ix| (ix, 1_500)));
            found.extend(index.named(profile::label_as_name(&domain.registrable)).map(|ix| (ix, 1_500)));
        } else {
            found.extend(has(index, &domain.registrable).filter(|ix| is_named(asked, index, *ix)).map(|ix| (ix, 3_000)));
        }
    }
    for reading in &asked.readings {
        found.extend(index.named(reading.compact).map(|ix| (ix, 4_000)));
        let joined = reading.normalised.replace(' ', "");
        found.extend(index.with_label(&joined).map(|ix| (ix, 1_500)));
        if let [word] = &reading.words[..] {
            found.extend(index.with_initials(&word.text).map(|ix| (ix, 500)));
        }
        let initials = profile::initials(reading.words.iter().map(|word| word.text.as_str()));
        found.extend(initials.iter().flat_map(|initials| index.named(profile::compact(initials))).map(|ix| (ix, 500)));
    }
    found.extend(asked.phone.iter().flat_map(|digits| index.with_phone(digits)).map(|ix| (ix, 2_000)));
}

/// Whether a name of the account's equals a reading of the lead's company.
fn is_named(asked: &Asked<'_>, index: &Index, ix: AccountIx) -> bool {
    let names = index.profile(ix).map(|profile| &profile.names);
    names.is_some_and(|names| names.iter().any(|name| asked.readings.iter().any(|reading| reading.compact == name.compact)))
}

/// By the words of a name, the rarest first; by those with a slip where a word is nobody's.
fn by_word(reading: &Reading, index: &Index, found: &mut Vec<Found>) {
    let mut words: Vec<_> = reading.words.iter().collect();
    words.sort_by(|one, other| (other.rarity, &one.text).cmp(&(one.rarity, &other.text)));
    let mut budget = ENTRIES;
    for word in &words {
        let Some(ix) = word.ix else { continue };
        let (count, accounts) = index.with_word(ix);
        let Some(rest) = budget.checked_sub(count) else { break };
        budget = rest;
        found.extend(accounts.map(|account| (account, word.rarity)));
    }
    for word in words.iter().filter(|word| word.ix.is_none() && may_have_slip(&word.text)) {
        let mut near: Vec<_> = index.near(&word.text).collect();
        near.sort_unstable();
        near.dedup();
        for other in near {
            let rarity = index.rarity(index.words.text(other), Some(other));
            let (count, accounts) = index.with_word(other);
            if count <= WITH_SLIP {
                found.extend(accounts.map(|account| (account, rarity * 4 / 5)));
            }
        }
    }
}

/// A number with a slip is another number.
fn may_have_slip(word: &str) -> bool {
    similar::tolerable(word.len()) > 0 && !word.bytes().all(|byte| byte.is_ascii_digit())
}
