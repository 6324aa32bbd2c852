//! Domains: registrable ones, and mailbox providers.

use std::borrow::Cow;

/// Whose mail a domain carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// A company's own (as far as we know).
    Company,
    /// A free mailbox provider's.
    Free,
    /// A throw-away mailbox provider's.
    Disposable,
}

impl MailKind {
    /// In conditions and traces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Free => "free",
            Self::Disposable => "disposable",
        }
    }
}

/// The registrable domain of an e-mail address, lower case.
#[must_use]
pub fn of_email(email: &str) -> Option<Cow<'_, str>> {
    let _ = email;
    None
}

/// What kind of mail a registrable domain carries.
#[must_use]
pub fn mail_kind(domain: &str) -> MailKind {
    let _ = domain;
    MailKind::Company
}
