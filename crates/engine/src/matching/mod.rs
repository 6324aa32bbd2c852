//! Matching: lead to account, with evidence.
//!
//! Methods are tried in the order of the policy; the first that finds an account decides, and the others
//! that point to the same account are kept as evidence beside it.

pub mod domain;
mod legal_forms;
pub mod name;
mod providers;
mod punycode;

use crate::account::{Account, AccountIx};
use crate::field::LeadField;
use crate::lead::Lead;
use crate::lookup::Lookup;
use crate::value::{Number, fold};
use domain::MailKind;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// `[matching]` of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The methods used, in the order they are tried.
    pub methods: Vec<Method>,
    /// Registrable domains that are mailbox providers' beside the built-in ones.
    pub free_domains: BTreeSet<Box<str>>,
    /// Registrable domains that are companies' own, whatever any list says.
    pub company_domains: BTreeSet<Box<str>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { methods: Method::ALL.to_vec(), free_domains: BTreeSet::new(), company_domains: BTreeSet::new() }
    }
}

impl Settings {
    /// What kind of mail a registrable domain carries: by these settings, then by the built-in lists.
    #[must_use]
    pub fn mail_kind(&self, domain: &str) -> MailKind {
        if self.company_domains.contains(domain) {
            MailKind::Company
        } else if self.free_domains.contains(domain) {
            MailKind::Free
        } else {
            domain::mail_kind(domain)
        }
    }

    /// Whether a registrable domain stands for one company: neither a mailbox provider's nor a shared host.
    #[must_use]
    pub fn is_company_domain(&self, domain: &str) -> bool {
        self.mail_kind(domain) == MailKind::Company && (!domain::is_shared_host(domain) || self.company_domains.contains(domain))
    }
}

/// The account found for a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Which.
    pub account: AccountIx,
    /// 0 to 1.
    pub score: Number,
    /// The evidence that decided.
    pub method: Method,
    /// The evidence in words: what of the lead equals what of the account.
    pub evidence: Vec<Evidence>,
}

/// How an account was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// The e-mail address's registrable domain is the account's.
    EmailDomain,
    /// The web site's registrable domain is the account's.
    Website,
    /// The company name is the account's, normalised.
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

/// The accounts, ready to be found. Asking costs the same however many there are.
#[derive(Debug, Clone, Default)]
pub struct Matcher {
    settings: Settings,
    accounts: Vec<Account>,
    by_id: Lookup<Box<str>, AccountIx>,
    by_domain: Lookup<Box<str>, Holders>,
    by_name: Lookup<Box<str>, Holders>,
}

/// The accounts that have one domain or name: nearly always one.
#[derive(Debug, Clone)]
enum Holders {
    One(AccountIx),
    Several(Vec<AccountIx>),
}

impl Holders {
    fn all(&self) -> &[AccountIx] {
        match self {
            Self::One(account) => std::slice::from_ref(account),
            Self::Several(accounts) => accounts,
        }
    }

    fn add(&mut self, account: AccountIx) {
        if !self.all().contains(&account) {
            *self = Self::Several([self.all(), &[account]].concat());
        }
    }

    /// Whether any are left.
    fn remove(&mut self, account: AccountIx) -> bool {
        let left: Vec<_> = self.all().iter().copied().filter(|other| *other != account).collect();
        let any = !left.is_empty();
        *self = Self::Several(left);
        any
    }
}

impl Matcher {
    /// Indexes accounts, in the order given. Of two with one id the second is kept and found by domain and
    /// name, the first by id. Linear in the accounts, domains and names.
    #[must_use]
    pub fn build(accounts: Vec<Account>, settings: Settings) -> Self {
        let mut matcher = Self { settings, ..Self::default() };
        for account in accounts {
            matcher.add(account);
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

    /// Adds an account, or changes the one that has its id.
    pub fn update(&mut self, account: Account) -> AccountIx {
        let Some(ix) = self.by_id(&account.id) else { return self.add(account) };
        if let Some(place) = self.accounts.get_mut(ix.0 as usize) {
            let before = std::mem::replace(place, account);
            drop_keys(&mut self.by_domain, domains(&before), ix);
            drop_keys(&mut self.by_name, names(&before), ix);
            self.index(ix);
        }
        ix
    }

    /// The account a lead belongs to, with the evidence. Constant time, but for domains or names that many
    /// accounts share, in whose number it is linear.
    #[must_use]
    pub fn find(&self, lead: &Lead) -> Option<Match> {
        let asked = Asked::of(lead);
        let method = *self.settings.methods.iter().find(|method| self.candidates(**method, &asked).next().is_some())?;
        let account = self.candidates(method, &asked).max_by_key(|account| self.rank(*account, &asked))?;
        let agrees = |method: &&Method| self.candidates(**method, &asked).any(|other| other == account);
        let evidence = self.settings.methods.iter().filter(agrees).filter_map(|method| asked.evidence(*method)).collect();
        Some(Match { account, score: self.score(method, account, &asked), method, evidence })
    }

    fn add(&mut self, account: Account) -> AccountIx {
        let ix = AccountIx(u32::try_from(self.accounts.len()).unwrap_or(u32::MAX));
        if self.by_id(&account.id).is_none() {
            self.by_id.insert(account.id.clone(), ix);
        }
        self.accounts.push(account);
        self.index(ix);
        ix
    }

    fn index(&mut self, ix: AccountIx) {
        let Some(account) = self.accounts.get(ix.0 as usize) else { return };
        for domain in domains(account) {
            self.by_domain.entry_or(domain, || Holders::One(ix)).add(ix);
        }
        for name in names(account) {
            self.by_name.entry_or(name, || Holders::One(ix)).add(ix);
        }
    }

    /// The accounts that one method allows.
    fn candidates<'a>(&'a self, method: Method, asked: &'a Asked<'_>) -> impl Iterator<Item = AccountIx> + 'a {
        let by_name = asked.name.as_deref().and_then(|name| self.by_name.get(name)).map_or(&[][..], Holders::all);
        let (found, needs_name) = match asked.domain(method) {
            Some(domain) => {
                let holders = self.by_domain.get(domain).map_or(&[][..], Holders::all);
                (holders, !holders.is_empty() && !self.settings.is_company_domain(domain))
            }
            None => (if method == Method::Name { by_name } else { &[] }, false),
        };
        found.iter().copied().filter(move |account| !needs_name || by_name.contains(account))
    }

    /// Which of several accounts is preferred: equal name, then same country (another one is worse than an
    /// unknown one), then named, then first in the file.
    fn rank(&self, ix: AccountIx, asked: &Asked<'_>) -> impl Ord + use<> {
        let account = self.account(ix);
        let name = asked.name.as_deref().and_then(|name| self.by_name.get(name)).is_some_and(|holders| holders.all().contains(&ix));
        (name, asked.country(account), account.and_then(|account| account.named) == Some(true), Reverse(ix))
    }

    fn score(&self, method: Method, ix: AccountIx, asked: &Asked<'_>) -> Number {
        let hundredths = match method {
            Method::EmailDomain => 99,
            Method::Website => 97,
            Method::Name if asked.country(self.account(ix)) == Country::Other => 80,
            Method::Name => 90,
        };
        Number(hundredths * (Number::ONE / 100))
    }
}

/// What of a lead speaks for an account, in comparable form.
struct Asked<'a> {
    email_domain: Option<Cow<'a, str>>,
    website: Option<Cow<'a, str>>,
    name: Option<String>,
    country: Option<Cow<'a, str>>,
}

impl<'a> Asked<'a> {
    fn of(lead: &'a Lead) -> Self {
        Self {
            email_domain: lead.text(LeadField::Email).and_then(domain::of_email),
            website: lead.text(LeadField::Website).and_then(domain::registrable),
            name: lead.text(LeadField::Company).map(name::normalise).filter(|name| !name::is_generic(name)),
            country: lead.text(LeadField::Country).map(fold),
        }
    }

    fn domain(&self, method: Method) -> Option<&str> {
        match method {
            Method::EmailDomain => self.email_domain.as_deref(),
            Method::Website => self.website.as_deref(),
            Method::Name => None,
        }
    }

    /// What the lead shares by a method that found an account.
    fn evidence(&self, method: Method) -> Option<Evidence> {
        let shared = if method == Method::Name { self.name.as_deref() } else { self.domain(method) };
        shared.map(|shared| Evidence { method, shared: shared.into() })
    }

    fn country(&self, account: Option<&Account>) -> Country {
        match (account.and_then(|account| account.country.as_deref()), &self.country) {
            (Some(theirs), Some(ours)) if *fold(theirs) == **ours => Country::Same,
            (Some(_), Some(_)) => Country::Other,
            _ => Country::Unknown,
        }
    }
}

/// How an account's country stands to the lead's, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Country {
    Other,
    Unknown,
    Same,
}

fn domains(account: &Account) -> impl Iterator<Item = Box<str>> + '_ {
    account.domains.iter().filter_map(|domain| domain::registrable(domain)).map(Into::into)
}

fn names(account: &Account) -> impl Iterator<Item = Box<str>> + '_ {
    let all = account.name.iter().chain(&account.aliases).map(|name| name::normalise(name));
    all.filter(|name| !name::is_generic(name)).map(String::into_boxed_str)
}

fn drop_keys(index: &mut Lookup<Box<str>, Holders>, keys: impl Iterator<Item = Box<str>>, account: AccountIx) {
    for key in keys {
        if index.get_mut(&key).is_some_and(|holders| !holders.remove(account)) {
            index.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests;
