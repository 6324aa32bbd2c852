//! `[matching]` of a policy.

use super::Method;
use super::domain::{self, MailKind};
use super::ties::TieBreaker;
use crate::value::Number;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// `[matching]` of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The methods whose evidence is used; the first of them that found the account is named as how it was found.
    pub methods: Vec<Method>,
    /// Registrable domains that are mailbox providers' beside the built-in ones.
    pub free_domains: BTreeSet<Box<str>>,
    /// Registrable domains that are companies' own, whatever any list says.
    pub company_domains: BTreeSet<Box<str>>,
    /// The least probability of a match; from 0 to 1.
    pub match_at: Number,
    /// The least probability of a candidate for review; from 0 to [`Self::match_at`].
    pub review_at: Number,
    /// What decides between accounts that the evidence does not tell apart, in this order.
    pub tie_breakers: Vec<TieBreaker>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            methods: Method::ALL.to_vec(),
            free_domains: BTreeSet::new(),
            company_domains: BTreeSet::new(),
            match_at: Number(850_000),
            review_at: Number(500_000),
            tie_breakers: TieBreaker::ALL.to_vec(),
        }
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

    pub(super) fn domain_of_email<'a>(&self, email: &'a str) -> Option<Cow<'a, str>> {
        let host = email.rsplit_once('@').map_or("", |(_, host)| host);
        let shared =
            |domain: &str| domain::is_shared_host(domain) && !self.company_domains.contains(domain) && domain::is_on_shared_host(host);
        domain::of_email(email).filter(|domain| !shared(domain))
    }

    pub(super) fn is_company_site(&self, domain: &str) -> bool {
        self.company_domains.contains(domain) || (self.mail_kind(domain) == MailKind::Company && !domain::is_shared_host(domain))
    }
}
