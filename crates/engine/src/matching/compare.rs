//! Two names held against each other, word by word.

use super::asked::{Reading, Word};
use super::index::Index;
use super::profile::{Name, Profile};
use super::similar;
use super::vocabulary::WordIx;
use super::words::{self, Role};

/// A word less rare than this, in hundredths of a bit, is common.
const COMMON: i32 = 600;

/// How the lead's company name stands to one name of an account. Weights are in hundredths of a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Meeting {
    /// Normalised and without spaces they are one.
    pub(super) equal: bool,
    /// The reading left a part out.
    pub(super) trimmed: bool,
    /// The account's name is an alias.
    pub(super) alias: bool,
    /// The weight of what both have.
    pub(super) shared: i32,
    /// The rarest of it.
    pub(super) rarest: i32,
    /// What only the lead has: rare and common words apart.
    pub(super) lead_rare: i32,
    pub(super) lead_common: i32,
    /// What only the account has.
    pub(super) account_rare: i32,
    pub(super) account_common: i32,
    /// Words only the lead has that are of the account's place, of the lead's own, or departments.
    pub(super) account_place: i32,
    pub(super) own_place: i32,
    pub(super) units: i32,
    /// Words for a group of companies that only one side has.
    pub(super) lead_group: i32,
    pub(super) account_group: i32,
    /// Words only the account has that are of its place.
    pub(super) account_says_place: i32,
    /// Words alike but for slips; of them those that the lead spells as another account does.
    pub(super) slips: i32,
    pub(super) known_slips: i32,
    /// Words shortened.
    pub(super) shortened: i32,
    /// The first words are one.
    pub(super) first: bool,
    /// One side is the initials of the other.
    pub(super) initials: bool,
}

impl Meeting {
    /// Which of two meetings speaks more for the account.
    fn rank(&self) -> (bool, i32) {
        let against = self.lead_rare + self.account_rare + (self.lead_common + self.account_common) / 2 + 100 * self.slips;
        (self.equal, 2 * self.shared - against - 50 * i32::from(self.trimmed) - 30 * i32::from(self.alias))
    }
}

/// The best meeting of any reading with any name.
pub(super) fn names(readings: &[Reading], profile: &Profile, index: &Index) -> Option<Meeting> {
    let pairs = readings.iter().flat_map(|reading| profile.names.iter().enumerate().map(move |(at, name)| (reading, at, name)));
    let meetings = pairs.map(|(reading, at, name)| Meeting { alias: at > 0, ..meet(reading, name, profile, index) });
    meetings.max_by_key(Meeting::rank)
}

fn meet(reading: &Reading, name: &Name, profile: &Profile, index: &Index) -> Meeting {
    let mut meeting = Meeting { equal: reading.compact == name.compact, trimmed: reading.trimmed, ..Meeting::default() };
    let mut left: Vec<WordIx> = name.words.to_vec();
    let mut open: Vec<&Word> = Vec::new();
    for word in &reading.words {
        match word.ix.and_then(|ix| left.iter().position(|other| *other == ix)) {
            Some(at) => {
                left.remove(at);
                meeting.share(word.rarity);
            }
            None => open.push(word),
        }
    }
    meeting.first = reading.words.first().and_then(|word| word.ix).is_some_and(|ix| name.words.first() == Some(&ix));
    if !open.is_empty() && !left.is_empty() {
        join(&mut open, &mut left, &mut meeting, index);
        open.retain(|word| !alike(word, &mut left, &mut meeting, index, name));
    }
    meeting.initials = initials(reading, name, index);
    for word in open {
        meeting.only_lead(word, profile);
    }
    for word in left {
        meeting.only_account(word, profile, index);
    }
    meeting
}

impl Meeting {
    /// The share of what is equal in all that is said, in thousandths.
    pub(super) fn fraction(&self) -> i32 {
        let left = self.lead_rare + self.lead_common + self.account_rare + self.account_common;
        2_000 * self.shared / (2 * self.shared + left).max(1)
    }

    fn share(&mut self, rarity: i32) {
        self.shared += rarity;
        self.rarest = self.rarest.max(rarity);
    }

    fn only_lead(&mut self, word: &Word, profile: &Profile) {
        let of_account = word.ix.is_some_and(|ix| profile.city.contains(&ix) || profile.state.contains(&ix));
        if of_account || word.country.is_some_and(|country| profile.country == Some(country)) {
            self.account_place += 1;
        } else if word.own_place {
            self.own_place += 1;
        } else {
            match word.role {
                Role::Unit => self.units += 1,
                Role::Form => {}
                Role::Group => self.lead_group += 1,
                Role::Name if words::is_common(&word.text) || word.rarity < COMMON => self.lead_common += word.rarity,
                Role::Name => self.lead_rare += word.rarity,
            }
        }
    }

    fn only_account(&mut self, word: WordIx, profile: &Profile, index: &Index) {
        let text = index.words.text(word);
        let rarity = index.rarity(text, Some(word));
        let country = || profile.country.is_some_and(|country| crate::country::code(text) == Some(country));
        if profile.city.contains(&word) || profile.state.contains(&word) || country() {
            self.account_says_place += 1;
        } else {
            match words::role(text) {
                Role::Form => {}
                Role::Group => self.account_group += 1,
                _ if words::is_common(text) || rarity < COMMON => self.account_common += rarity,
                _ => self.account_rare += rarity,
            }
        }
    }
}

/// Takes out words that are one on one side and two on the other: `health care` and `healthcare`.
fn join(open: &mut Vec<&Word>, left: &mut Vec<WordIx>, meeting: &mut Meeting, index: &Index) {
    let text = |ix: &WordIx| index.words.text(*ix);
    let two_left = |word: &str, left: &[WordIx]| {
        left.windows(2).position(|pair| matches!(pair, [one, two] if word.strip_prefix(text(one)) == Some(text(two))))
    };
    open.retain(|word| {
        let Some(at) = two_left(&word.text, left) else { return true };
        left.drain(at..at + 2);
        meeting.share(word.rarity);
        false
    });
    let two_open = |open: &[&Word], joined: &str| {
        open.windows(2).position(|pair| matches!(pair, [one, two] if joined.strip_prefix(one.text.as_str()) == Some(two.text.as_str())))
    };
    left.retain(|ix| {
        let Some(at) = two_open(open, text(ix)) else { return true };
        open.drain(at..at + 2);
        meeting.share(index.rarity(text(ix), Some(*ix)));
        false
    });
}

/// Takes out the account's word that this one may be meant to be; whether there is one.
fn alike(word: &Word, left: &mut Vec<WordIx>, meeting: &mut Meeting, index: &Index, name: &Name) -> bool {
    let short = |ix: &WordIx| {
        let other = index.words.text(*ix);
        similar::shortens(&word.text, other) || similar::shortens(other, &word.text)
    };
    let slipped = |ix: &WordIx| similar::slips(&word.text, index.words.text(*ix), similar::tolerable(word.text.len())).is_some();
    let (at, slip) = match left.iter().position(slipped) {
        Some(at) => (at, true),
        None => match left.iter().position(short) {
            Some(at) => (at, false),
            None => return false,
        },
    };
    let other = left.remove(at);
    let rarity = index.rarity(index.words.text(other), Some(other));
    meeting.share(rarity * 4 / 5);
    meeting.slips += i32::from(slip);
    meeting.known_slips += i32::from(slip && word.ix.is_some());
    meeting.shortened += i32::from(!slip);
    meeting.first |= name.words.first() == Some(&other);
    true
}

fn initials(reading: &Reading, name: &Name, index: &Index) -> bool {
    let text = |ix: &WordIx| index.words.text(*ix);
    let spells = |one: &str, initials: Option<String>| initials.is_some_and(|initials| initials == one);
    match (&reading.words[..], &name.words[..]) {
        ([one], many) => spells(&one.text, super::profile::initials(many.iter().map(text))),
        (many, [one]) => spells(text(one), super::profile::initials(many.iter().map(|word| word.text.as_str()))),
        _ => false,
    }
}
