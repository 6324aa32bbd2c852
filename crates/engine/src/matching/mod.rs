//! Matching: lead to account, with evidence.

pub mod domain;

use crate::account::AccountIx;
use crate::value::Number;

/// `[matching]` of a policy.
#[derive(Debug, Clone, Default)]
pub struct Settings {}

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
