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

    /// The registrable domain of an e-mail address, where that is a company's: not a mailbox provider's, and not a
    /// name on a host that many share.
    #[must_use]
    pub fn company_of_email<'a>(&self, email: &'a str) -> Option<Cow<'a, str>> {
        self.domain_of_email(email).filter(|domain| self.mail_kind(domain) == MailKind::Company)
    }

    /// The registrable domain of a web site, where that is a company's: neither a mailbox provider's nor a host's
    /// that many share.
    #[must_use]
    pub fn company_of_website<'a>(&self, website: &'a str) -> Option<Cow<'a, str>> {
        domain::registrable(website).filter(|domain| self.is_company_site(domain))
    }

    fn domain_of_email<'a>(&self, email: &'a str) -> Option<Cow<'a, str>> {
        let host = email.rsplit_once('@').map_or("", |(_, host)| host);
        let shared =
            |domain: &str| domain::is_shared_host(domain) && !self.company_domains.contains(domain) && domain::is_on_shared_host(host);
        domain::of_email(email).filter(|domain| !shared(domain))
    }

    fn is_company_site(&self, domain: &str) -> bool {
        self.company_domains.contains(domain) || (self.mail_kind(domain) == MailKind::Company && !domain::is_shared_host(domain))
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
        let asked = Asked::of(lead, &self.settings);
        let by_name = asked.name.as_deref().and_then(|name| self.by_name.get(name)).map_or(&[][..], Holders::all);
        let clues: Vec<_> = self.settings.methods.iter().filter_map(|method| self.clue(*method, &asked, by_name)).collect();
        let Clue { method, accounts, .. } = clues.first()?;
        let account = *accounts.iter().max_by_key(|account| self.rank(**account, &asked, by_name))?;
        let evidence = clues.iter().filter(|clue| clue.accounts.contains(&account)).map(Clue::evidence).collect();
        Some(Match { account, score: self.score(*method, account, &asked), method: *method, evidence })
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

    /// What one method finds. Where the shared domain does not tell a company (a mailbox provider that is itself an
    /// account), the name must agree too.
    fn clue<'a>(&'a self, method: Method, asked: &'a Asked<'_>, by_name: &'a [AccountIx]) -> Option<Clue<'a>> {
        let shared = asked.shared(method)?;
        let found = if method == Method::Name { by_name } else { self.by_domain.get(shared)?.all() };
        let proves = match method {
            Method::EmailDomain => self.settings.mail_kind(shared) == MailKind::Company,
            Method::Website => self.settings.is_company_site(shared),
            Method::Name => true,
        };
        let agree = || found.iter().copied().filter(|account| by_name.contains(account)).collect();
        let accounts = if proves { Cow::Borrowed(found) } else { Cow::Owned(agree()) };
        (!accounts.is_empty()).then_some(Clue { method, shared, accounts })
    }

    /// Which of several accounts is preferred: equal name, then same country (another one is worse than an
    /// unknown one), then named, then first in the file.
    fn rank(&self, ix: AccountIx, asked: &Asked<'_>, by_name: &[AccountIx]) -> impl Ord + use<> {
        let account = self.account(ix);
        (by_name.contains(&ix), asked.country(account), account.and_then(|account| account.named) == Some(true), Reverse(ix))
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
    fn of(lead: &'a Lead, settings: &Settings) -> Self {
        Self {
            email_domain: lead.text(LeadField::Email).and_then(|email| settings.domain_of_email(email)),
            website: lead.text(LeadField::Website).and_then(domain::registrable),
            name: lead.text(LeadField::Company).map(name::normalise).filter(|name| !name::is_generic(name)),
            country: lead.text(LeadField::Country).map(fold),
        }
    }

    fn shared(&self, method: Method) -> Option<&str> {
        match method {
            Method::EmailDomain => self.email_domain.as_deref(),
            Method::Website => self.website.as_deref(),
            Method::Name => self.name.as_deref(),
        }
    }

    fn country(&self, account: Option<&Account>) -> Country {
        match (account.and_then(|account| account.country.as_deref()), &self.country) {
            (Some(theirs), Some(ours)) if *fold(theirs) == **ours => Country::Same,
            (Some(_), Some(_)) => Country::Other,
            _ => Country::Unknown,
        }
    }
}

/// What one method finds: the accounts, at least one, with which the lead shares something.
struct Clue<'a> {
    method: Method,
    shared: &'a str,
    accounts: Cow<'a, [AccountIx]>,
}

impl Clue<'_> {
    fn evidence(&self) -> Evidence {
        Evidence { method: self.method, shared: self.shared.into() }
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
    let own = account.domains.iter().filter(|domain| !domain::is_on_shared_host(domain));
    own.filter_map(|domain| domain::registrable(domain)).map(Into::into)
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
