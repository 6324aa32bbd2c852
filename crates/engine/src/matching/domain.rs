//! Domains: registrable ones, and whose mail they carry.
//!
//! One form for each: lower case, Unicode composed, without `www.`, port, path or trailing dot. The
//! registrable part is found with the public suffix list, private suffixes included: two shops on
//! `myshopify.com` are two domains.

use super::providers;
use super::punycode;
use crate::value::fold;
use std::borrow::Cow;
use std::net::Ipv4Addr;

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

/// The host of a web address or bare host name as people type it, in its one form. `None` for IP addresses,
/// single words (`localhost`) and whatever is not a host name.
#[must_use]
pub fn host(address: &str) -> Option<Cow<'_, str>> {
    let address = address.trim();
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest).trim_start_matches('/');
    let rest = rest.split(['/', '\\', '?', '#']).next()?;
    let rest = rest.rsplit('@').next()?;
    let (name, port) = rest.split_once(':').unwrap_or((rest, ""));
    if port.bytes().all(|b| b.is_ascii_digit()) { clean(name) } else { None }
}

/// The registrable domain of a web address or host name: `https://www.shop.acme.co.uk/x` gives `acme.co.uk`.
/// `None` for what [`host`] refuses and for bare public suffixes. Borrowed when the text holds it as it is.
#[must_use]
pub fn registrable(host_or_url: &str) -> Option<Cow<'_, str>> {
    match host(host_or_url)? {
        Cow::Borrowed(host) => psl::domain_str(host).map(Cow::Borrowed),
        Cow::Owned(host) => psl::domain_str(&host).map(|domain| Cow::Owned(domain.to_owned())),
    }
}

/// The registrable domain of an e-mail address: of the part after its last `@`.
/// `None` when there is nothing before it, or no domain after it.
#[must_use]
pub fn of_email(email: &str) -> Option<Cow<'_, str>> {
    let (local, domain) = email.trim().rsplit_once('@')?;
    if local.is_empty() || domain.contains([':', '/', '\\', '?', '#']) { None } else { registrable(domain) }
}

/// What kind of mail a registrable domain carries, by the built-in lists. A policy's own lists come before
/// them: [`super::Settings::mail_kind`].
#[must_use]
pub fn mail_kind(domain: &str) -> MailKind {
    if providers::is_free(domain) {
        MailKind::Free
    } else if disposable_emails::is_disposable_domain(domain) && !providers::is_company(domain) {
        MailKind::Disposable
    } else {
        MailKind::Company
    }
}

/// Whether a registrable domain is a place where many unrelated companies have pages, shops or mailboxes
/// (social networks, site builders, office suites).
#[must_use]
pub fn is_shared_host(domain: &str) -> bool {
    providers::is_shared_host(domain)
}

/// Whether an address is somebody's place on a shared host (a page under it, a name before it) and not the
/// host itself: `facebook.com/acme`, `acme.onmicrosoft.com`.
#[must_use]
pub fn is_on_shared_host(host_or_url: &str) -> bool {
    let Some(host) = host(host_or_url) else { return false };
    let Some(domain) = psl::domain_str(&host).filter(|domain| is_shared_host(domain)) else { return false };
    let address = host_or_url.split_once("://").map_or(host_or_url, |(_, rest)| rest).trim().trim_end_matches('/');
    domain.len() < host.len() || address.trim_start_matches('/').contains(['/', '\\', '?', '#'])
}

/// A host name in its one form.
fn clean(name: &str) -> Option<Cow<'_, str>> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let name = match name.get(..4) {
        Some(www) if www.eq_ignore_ascii_case("www.") => name.get(4..)?,
        _ => name,
    };
    let folded = fold(name);
    let host = if folded.contains("xn--") { Cow::Owned(fold(&punycode::to_unicode(&folded)?).into_owned()) } else { folded };
    (is_host_name(&host) && host.parse::<Ipv4Addr>().is_err()).then_some(host)
}

/// At least two labels of letters, digits, `-` and `_`, within the limits of RFC 1035, the last not a number.
fn is_host_name(host: &str) -> bool {
    let label = |label: &str| {
        let allowed = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || (!c.is_ascii() && !c.is_whitespace() && !c.is_control());
        !label.is_empty() && label.len() <= 63 && label.chars().all(allowed)
    };
    let last = host.rsplit_once('.').map(|(_, last)| last);
    host.len() <= 253 && last.is_some_and(|last| !last.bytes().all(|b| b.is_ascii_digit())) && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_type_web_addresses_in_many_ways() {
        for text in [
            "acme.co.uk",
            " HTTP://WWW.Acme.co.UK ",
            "https://shop.acme.co.uk:8443/a?b#c",
            "//acme.co.uk/",
            "user:secret@acme.co.uk.",
            "www.acme.co.uk\\x",
        ] {
            let domain = registrable(text);
            assert_eq!(domain.as_deref(), Some("acme.co.uk"), "{text}");
        }
    }

    #[test]
    fn what_is_no_domain_gives_none() {
        for text in
            ["", " ", "localhost", "co.uk", "10.0.0.1", "http://10.0.0.1/x", "[::1]", "::1", "a..b.com", "acme com", "n/a", "1.2", ".com"]
        {
            assert_eq!(registrable(text), None, "{text}");
        }
    }

    #[test]
    fn both_spellings_of_an_international_name_are_one() {
        assert_eq!(registrable("www.xn--mller-kva.de").as_deref(), Some("müller.de"));
        assert_eq!(registrable("MÜLLER.de").as_deref(), Some("müller.de"));
        assert_eq!(registrable("xn--99999999999999999999.de"), None);
    }

    #[test]
    fn an_address_belongs_to_what_follows_its_last_at_sign() {
        assert_eq!(of_email("Ana@Mail.Acme.com").as_deref(), Some("acme.com"));
        assert_eq!(of_email("\"a@b\"@acme.com").as_deref(), Some("acme.com"));
        for text in ["@acme.com", "ana", "ana@", "ana@acme", "ana@http://acme.com", "ana@com", ""] {
            assert_eq!(of_email(text), None, "{text}");
        }
    }

    #[test]
    fn shops_on_one_host_are_different_domains() {
        assert_ne!(registrable("a.myshopify.com"), registrable("b.myshopify.com"));
        assert!(is_shared_host("linkedin.com"));
        for (address, on) in [
            ("https://www.linkedin.com/company/acme", true),
            ("acme.onmicrosoft.com", true),
            ("https://www.linkedin.com/", false),
            ("linkedin.com", false),
            ("acme.com/linkedin.com", false),
        ] {
            assert_eq!(is_on_shared_host(address), on, "{address}");
        }
    }

    #[test]
    fn mailbox_providers_are_known_and_companies_are_not_taken_for_them() {
        for free in ["gmail.com", "web.de", "yahoo.co.uk", "qq.com", "proton.me", "bigpond.com"] {
            assert_eq!(mail_kind(free), MailKind::Free, "{free}");
        }
        assert_eq!(mail_kind("mailinator.com"), MailKind::Disposable);
        for company in ["bt.com", "comcast.com", "siemens.com", "globex.example"] {
            assert_eq!(mail_kind(company), MailKind::Company, "{company}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered_and_the_answer_is_stable(text in "\\PC*") {
            let _ = of_email(&text);
            if let Some(domain) = registrable(&text) {
                prop_assert_eq!(registrable(&domain), Some(domain.clone()));
            }
        }
        #[test]
        fn anything_like_a_host_is_answered(text in "(https?://)?([a-zA-Z0-9ü@:/.xn-]{0,12}\\.?){0,5}") {
            let _ = (registrable(&text), of_email(&text), is_on_shared_host(&text));
        }
    }
}
