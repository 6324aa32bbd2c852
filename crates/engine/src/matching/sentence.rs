//! Why: the evidence of a candidate in one sentence.

use super::Candidate;
use super::signals::Signal;
use crate::account::Account;

/// What each signal says, where it can be said in a few words. In the order in which it is said.
const SAID: &[(Signal, &str)] = &[
    (Signal::EmailDomain, "the e-mail address is at the account's domain"),
    (Signal::Website, "the web site is the account's"),
    (Signal::ProviderNamed, "the provider itself is named"),
    (Signal::CountryVariant, "the domain is the account's under another suffix"),
    (Signal::WeakVariant, "the domain is like the account's under another suffix"),
    (Signal::MistypedDomain, "the domain is the account's but for a slip"),
    (Signal::LabelIsName, "the domain spells the account's name"),
    (Signal::NameIsLabel, "the company's name is the account's domain"),
    (Signal::RelativesDomain, "the domain is a related account's"),
    (Signal::NameEqual, "the names are equal"),
    (Signal::EqualAlias, "by an alias"),
    (Signal::EqualTrimmed, "but for a department, a place or an addition"),
    (Signal::NothingLeft, "the names say the same"),
    (Signal::Initials, "one name is the other's initials"),
    (Signal::Slip, "a word is misspelt"),
    (Signal::Shortened, "a word is shortened"),
    (Signal::Phone, "the phone number is the account's"),
    (Signal::SameCountry, "same country"),
    (Signal::SameCity, "same city"),
];

/// What speaks against.
const AGAINST: &[(Signal, &str)] = &[
    (Signal::OwnDomain, "the lead's company has a domain of its own"),
    (Signal::OtherDomain, "the address is at another domain"),
    (Signal::AnothersDomain, "the domain is another account's"),
    (Signal::LeadHasRare, "the lead's name says more"),
    (Signal::AccountHasRare, "the account's name says more"),
    (Signal::OtherCountry, "another country"),
    (Signal::OtherCity, "another city"),
    (Signal::DomainOtherName, "another company is named"),
];

pub(super) fn of(candidate: &Candidate, account: Option<&Account>) -> String {
    let said = |list: &[(Signal, &'static str)]| {
        list.iter().filter(|(signal, _)| candidate.signals.get(*signal) > 0).map(|(_, text)| *text).collect::<Vec<_>>().join(", ")
    };
    let (pro, contra) = (said(SAID), said(AGAINST));
    let name = account.and_then(|account| account.name.as_deref()).unwrap_or("the account");
    let pro = if pro.is_empty() { "little speaks for it".to_owned() } else { pro };
    let contra = if contra.is_empty() { String::new() } else { format!("; against it: {contra}") };
    format!("{name} with probability {}: {pro}{contra}", candidate.probability)
}
