//! Matching: lead to account, with evidence.
//!
//! Few accounts are gathered from an index ([`gather`]), each is held against the lead ([`signals`]), the evidence is
//! weighed into a probability ([`model`]), and what the evidence does not decide is decided by the policy's
//! tie-breakers ([`ties`]). Whole numbers throughout: the same inputs give the same answer on every machine.

mod asked;
mod compare;
pub mod domain;
mod gather;
mod index;
mod legal_forms;
pub mod model;
pub mod name;
mod packed;
mod profile;
mod providers;
mod punycode;
mod sentence;
mod settings;
pub mod signals;
mod similar;
mod ties;
mod vocabulary;
mod weights;
mod words;

pub use settings::Settings;
pub use ties::TieBreaker;

use crate::account::{Account, AccountIx};
use crate::lead::Lead;
use crate::lookup::Lookup;
use crate::value::Number;
use asked::Asked;
use compare::Meeting;
use index::Index;
use serde::{Deserialize, Serialize};
use signals::{Pair, Signal, Signals};
use std::cmp::Ordering;
use ties::Contender;

/// The account found for a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Which.
    pub account: AccountIx,
    /// The probability that it is right, 0 to 1.
    pub score: Number,
    /// The first of the policy's methods that found it.
    pub method: Method,
    /// The evidence in words: what of the lead equals what of the account.
    pub evidence: Vec<Evidence>,
    /// The tie-breaker that preferred it to an account for which the evidence is the same.
    pub tie_breaker: Option<TieBreaker>,
}

/// What matching says of a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It belongs to an account.
    Match(Match),
    /// It may belong to one of these, the likeliest first: a person should look.
    Grey(Vec<Candidate>),
    /// It belongs to none.
    None,
}

/// An account that a lead may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub account: AccountIx,
    /// The probability that it is right, 0 to 1.
    pub probability: Number,
    /// Evidence for it, in thousandths of a natural logarithm of odds; finer than the probability.
    pub odds: i64,
    /// The evidence in numbers.
    pub signals: Signals,
    /// The evidence in words.
    pub evidence: Vec<Evidence>,
    /// What decided between this account and the next, where their evidence is the same.
    pub tie_breaker: Option<TieBreaker>,
}

/// How an account was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The e-mail address's domain is the account's, or nearly.
    EmailDomain,
    /// The web site's registrable domain is the account's.
    Website,
    /// The company name is the account's, or nearly.
    Name,
}

impl Method {
    /// All of them, the surest first.
    pub const ALL: &'static [Self] = &[Self::EmailDomain, Self::Website, Self::Name];

    /// In conditions, files and traces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EmailDomain => "email_domain",
            Self::Website => "website",
            Self::Name => "name",
        }
    }
}

/// One piece of evidence for a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What kind.
    pub method: Method,
    /// What both sides share: the domain, or the normalised name.
    pub shared: Box<str>,
}

/// The accounts, ready to be found. Asking costs about the same however many there are.
#[derive(Debug, Clone, Default)]
pub struct Matcher {
    settings: Settings,
    accounts: Vec<Account>,
    by_id: Lookup<Box<str>, AccountIx>,
    /// By the parent's id.
    children: Lookup<Box<str>, u32>,
    index: Index,
}

impl Matcher {
    /// Indexes accounts, in the order given. Of two with one id the second is kept and found by domain and
    /// name, the first by id. n log n in the accounts, domains and words.
    #[must_use]
    pub fn build(accounts: Vec<Account>, settings: Settings) -> Self {
        let mut matcher = Self { settings, index: Index::build(&accounts), accounts, ..Self::default() };
        for (ix, account) in (0_u32..).map(AccountIx).zip(&matcher.accounts) {
            matcher.by_id.entry_or(account.id.clone(), || ix);
            if let Some(parent) = &account.parent {
                *matcher.children.entry_or(parent.clone(), || 0) += 1;
            }
        }
        matcher
    }

    /// The settings it was built with.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// All accounts, in the order given.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// An account.
    #[must_use]
    pub fn account(&self, ix: AccountIx) -> Option<&Account> {
        self.accounts.get(ix.0 as usize)
    }

    /// The first account of that id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<AccountIx> {
        self.by_id.get(id).copied()
    }

    /// Finds by other settings from now on. The index does not depend on them.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Adds an account, or changes the one that has its id. Linear in its words and domains.
    pub fn update(&mut self, account: Account) -> AccountIx {
        let next = AccountIx(u32::try_from(self.accounts.len()).unwrap_or(u32::MAX));
        let ix = *self.by_id.entry_or(account.id.clone(), || next);
        if let Some(before) = self.accounts.get(ix.0 as usize) {
            self.index.clear(ix, before);
            self.count_child(ix, false);
        }
        self.index.put(ix, &account);
        match self.accounts.get_mut(ix.0 as usize) {
            Some(place) => *place = account,
            None => self.accounts.push(account),
        }
        self.count_child(ix, true);
        ix
    }

    /// Takes an account out. The last one takes its number: no number from before is to be used any longer.
    /// Linear in the words and domains of both.
    pub fn remove(&mut self, id: &str) -> Option<Account> {
        let ix = self.by_id.remove(id)?;
        self.index.clear(ix, self.accounts.get(ix.0 as usize)?);
        self.count_child(ix, false);
        let last = AccountIx(u32::try_from(self.accounts.len().checked_sub(1)?).ok()?);
        if last != ix {
            self.index.clear(last, self.accounts.last()?);
        }
        let removed = self.accounts.swap_remove(ix.0 as usize);
        self.index.pop();
        if let Some(moved) = self.accounts.get(ix.0 as usize) {
            self.index.put(ix, moved);
            if let Some(place) = self.by_id.get_mut(&moved.id).filter(|place| **place == last) {
                *place = ix;
            }
        }
        Some(removed)
    }

    /// One child more, or fewer, of an account's parent.
    fn count_child(&mut self, ix: AccountIx, one_more: bool) {
        let Some(parent) = self.accounts.get(ix.0 as usize).and_then(|account| account.parent.clone()) else { return };
        let count = self.children.entry_or(parent, || 0);
        *count = if one_more { count.saturating_add(1) } else { count.saturating_sub(1) };
    }

    /// The account a lead belongs to, with the evidence; what [`Self::decide`] says, without the candidates for review.
    #[must_use]
    pub fn find(&self, lead: &Lead) -> Option<Match> {
        self.matched(self.candidates(lead).into_iter().next()?)
    }

    /// A match, candidates for review, or none, by the policy's thresholds.
    #[must_use]
    pub fn decide(&self, lead: &Lead) -> Verdict {
        self.judge(self.candidates(lead))
    }

    /// What the candidates of a lead amount to.
    #[must_use]
    pub fn judge(&self, mut candidates: Vec<Candidate>) -> Verdict {
        if let Some(found) = candidates.first().cloned().and_then(|first| self.matched(first)) {
            return Verdict::Match(found);
        }
        candidates.retain(|candidate| candidate.probability >= self.settings.review_at);
        candidates.truncate(5);
        if candidates.is_empty() { Verdict::None } else { Verdict::Grey(candidates) }
    }

    fn matched(&self, first: Candidate) -> Option<Match> {
        let found = |method: &Method| first.evidence.iter().any(|evidence| evidence.method == *method);
        let method = *self.settings.methods.iter().find(|method| found(method))?;
        let enough = first.probability >= self.settings.match_at;
        enough.then_some(Match {
            account: first.account,
            score: first.probability,
            method,
            evidence: first.evidence,
            tie_breaker: first.tie_breaker,
        })
    }

    /// The accounts that a lead may belong to, the likeliest first; at most 24. The order of accounts plays no part
    /// but between two of one id.
    #[must_use]
    pub fn candidates(&self, lead: &Lead) -> Vec<Candidate> {
        let asked = Asked::of(lead, &self.settings, &self.index);
        let holders = gather::holders(&asked, &self.index);
        let tie = |ix: AccountIx| self.account(ix).map(|account| (account.country.as_deref() != asked.country, account.id.clone()));
        let gathered = gather::gather(&asked, &self.index, &holders, tie);
        let mut candidates: Vec<_> = gathered.into_iter().filter_map(|ix| self.weigh(ix, &asked, &holders)).collect();
        self.rank(&mut candidates);
        let decided = match candidates.get(..2) {
            Some([first, second]) if first.odds == second.odds => self.prefer(first, second).1,
            _ => None,
        };
        if let Some(first) = candidates.first_mut() {
            first.tie_breaker = decided;
        }
        self.beside_each_other(&mut candidates);
        self.rank(&mut candidates);
        candidates
    }

    /// The likeliest first; equals as the tie-breakers say.
    fn rank(&self, candidates: &mut [Candidate]) {
        let order = |one: &Candidate, other: &Candidate| other.odds.cmp(&one.odds).then_with(|| self.prefer(one, other).0);
        candidates.sort_by(|one, other| order(one, other).then(one.account.cmp(&other.account)));
    }

    /// What candidates say of each other: of those with the lead's domain only the likeliest is meant; and so of those
    /// with an equal name, which says little where it leaves open which country's company is meant.
    fn beside_each_other(&self, candidates: &mut [Candidate]) {
        let country = |candidate: &Candidate| self.index.profile(candidate.account).and_then(|profile| profile.country);
        let open = match equals(candidates).collect::<Vec<_>>()[..] {
            [first, second, ..] => first.odds - second.odds < TOO_CLOSE && country(first) != country(second),
            _ => false,
        };
        let (mut holder, mut equal) = (false, false);
        for candidate in candidates {
            let (holds, equals) = (candidate.signals.has(Signal::BestHolder), candidate.signals.has(Signal::NameEqual));
            candidate.signals.flag(Signal::BestHolder, holds && !holder);
            candidate.signals.flag(Signal::EqualTwin, equals && (equal || open));
            (holder, equal) = (holder || holds, equal || equals);
            candidate.odds = model::odds(&candidate.signals);
            candidate.probability = model::probability(candidate.odds);
        }
    }

    fn weigh(&self, ix: AccountIx, asked: &Asked<'_>, holders: &[AccountIx]) -> Option<Candidate> {
        let (account, profile) = (self.account(ix)?, self.index.profile(ix)?);
        let related = holders.iter().filter_map(|holder| self.account(*holder)).any(|holder| relatives(account, holder));
        let (signals, meeting) = signals::read(&Pair { asked, index: &self.index, account, profile, holders, related });
        let odds = model::odds(&signals);
        let evidence = evidence(asked, &signals, meeting.as_ref());
        let speaks = !evidence.is_empty() || signals.has(Signal::Phone);
        speaks.then_some(Candidate { account: ix, probability: model::probability(odds), odds, signals, evidence, tie_breaker: None })
    }

    /// Which of two equals is preferred, and by what.
    fn prefer(&self, one: &Candidate, other: &Candidate) -> (Ordering, Option<TieBreaker>) {
        let contender = |candidate: &Candidate| {
            let account = self.account(candidate.account)?;
            let children = self.children.get(&account.id).copied().unwrap_or(0);
            Some(Contender { account, same_country: candidate.signals.get(Signal::SameCountry) > 0, children })
        };
        let Some((one, other)) = contender(one).zip(contender(other)) else { return (Ordering::Equal, None) };
        let last = [TieBreaker::LowestId];
        let decided = self.settings.tie_breakers.iter().chain(&last).map(|rule| (rule.compare(&one, &other), Some(*rule)));
        decided.into_iter().find(|(order, _)| order.is_ne()).unwrap_or((Ordering::Equal, None))
    }

    /// Why a candidate is, or is not, the lead's account: one sentence.
    #[must_use]
    pub fn sentence(&self, candidate: &Candidate) -> String {
        sentence::of(candidate, self.account(candidate.account))
    }
}

/// Candidates whose odds differ by less than this (thousandths of a natural logarithm) are about as likely.
const TOO_CLOSE: i64 = 300;

/// The candidates of an equal name.
fn equals(candidates: &[Candidate]) -> impl Iterator<Item = &Candidate> {
    candidates.iter().filter(|candidate| candidate.signals.has(Signal::NameEqual))
}

/// Parent and child, or sisters.
fn relatives(one: &Account, other: &Account) -> bool {
    let is = |parent: &Option<Box<str>>, of: &Account| parent.as_deref() == Some(&*of.id);
    is(&one.parent, other) || is(&other.parent, one) || (one.parent.is_some() && one.parent == other.parent)
}

/// What the lead shares with an account, by method.
fn evidence(asked: &Asked<'_>, signals: &Signals, meeting: Option<&Meeting>) -> Vec<Evidence> {
    let there = |wanted: &[Signal]| wanted.iter().any(|signal| signals.get(*signal) > 0);
    let near = [Signal::CountryVariant, Signal::WeakVariant, Signal::MistypedDomain, Signal::LabelIsName];
    let email = there(&[Signal::EmailDomain, Signal::ProviderNamed]) || there(&near);
    let website = there(&[Signal::Website]);
    let name = meeting.is_some_and(|meeting| meeting.equal || meeting.shared > 0 || meeting.initials);
    let domain = |domain: &Option<asked::Domain<'_>>| domain.as_ref().map(|domain| domain.registrable.as_ref().into());
    let reading = asked.readings.first().map(|reading| reading.normalised.as_str().into());
    let all = [
        (email, Method::EmailDomain, domain(&asked.email)),
        (website, Method::Website, domain(&asked.website)),
        (name, Method::Name, reading),
    ];
    let pieces = all.into_iter().filter(|(there, ..)| *there);
    pieces.filter_map(|(_, method, shared)| Some(Evidence { method, shared: shared? })).collect()
}

#[cfg(test)]
mod tests;
