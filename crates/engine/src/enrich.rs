//! Enrichment, the pure part: missing fields are filled from what is at hand.
//!
//! What the form said wins: only standard fields that are missing are filled, each with its source. A company
//! table knows a company by its domain; a phone number tells a country, in North America a state too; the
//! e-mail domain's country suffix tells a country.

mod area_code;
mod calling_code;
mod companies;

pub use companies::Companies;

use crate::country;
use crate::field::LeadField;
use crate::lead::{Lead, Source};
use crate::matching::Settings;
use crate::matching::domain::{self, MailKind};
use crate::value::Value;
use companies::Company;
use std::borrow::Cow;

/// The sources of a policy, in order, and the company table. The default has none and fills nothing.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// Asked in this order; the first that knows a value gives it.
    pub order: Vec<Source>,
    /// The company table; empty where there is none.
    pub companies: Companies,
}

impl Chain {
    /// Fills the standard fields that are missing. Constant time.
    pub fn fill(&self, lead: &mut Lead, settings: &Settings) {
        for source in &self.order {
            match source {
                Source::Form => {}
                Source::Companies => self.fill_from_companies(lead, settings),
                Source::Phone => fill_from_phone(lead),
                Source::EmailDomain => fill_from_email_domain(lead, settings),
            }
        }
    }

    fn fill_from_companies(&self, lead: &mut Lead, settings: &Settings) {
        if self.companies.is_empty() {
            return;
        }
        let Some(company) = self.company(lead, settings) else { return };
        for (field, value) in &company.standard {
            fill(lead, *field, Source::Companies, || value.clone());
        }
        for (name, value) in &company.custom {
            if !lead.custom.contains_key(name) {
                lead.custom.insert(name.clone(), value.clone());
                lead.filled_custom.insert(name.clone());
            }
        }
    }

    /// The company of the lead's e-mail domain, else of its web site. Whether a domain stands for a company is
    /// asked only where the table has it, which is rare.
    fn company(&self, lead: &Lead, settings: &Settings) -> Option<&Company> {
        let (email, website) = (lead.text(LeadField::Email), lead.text(LeadField::Website));
        let known = |domain: Option<Cow<'_, str>>| domain.and_then(|domain| self.companies.get(&domain));
        let by_email =
            known(email.and_then(domain::of_email)).filter(|_| email.and_then(|email| settings.company_of_email(email)).is_some());
        by_email.or_else(|| {
            known(website.and_then(domain::registrable)).filter(|_| website.and_then(|site| settings.company_of_website(site)).is_some())
        })
    }
}

fn fill_from_phone(lead: &mut Lead) {
    let Some(phone) = lead.text(LeadField::Phone) else { return };
    let digits: String = phone.chars().filter(char::is_ascii_digit).take(20).collect();
    let trimmed = phone.trim_start_matches(|c: char| c == '(' || c.is_whitespace());
    let international = if trimmed.starts_with('+') { Some(&*digits) } else { digits.strip_prefix("00") };
    let national = || digits.strip_prefix('1').filter(|rest| rest.len() == 10).or((digits.len() == 10).then_some(&*digits));
    let found = match international {
        Some(number) => calling_code::country(number).map(|country| (country, number.strip_prefix('1'))),
        // Without a calling code a number says nothing of its country; in a known one, of its state.
        None => lead
            .text(LeadField::Country)
            .and_then(country::code)
            .filter(|country| ["US", "CA"].contains(country))
            .map(|country| (country, national())),
    };
    let Some((country, north_american)) = found else { return };
    let place = north_american.and_then(area_code::place).filter(|(of, _)| *of == country);
    fill(lead, LeadField::Country, Source::Phone, || Value::Text(country.into()));
    let known = lead.text(LeadField::Country).and_then(country::code);
    if let Some((_, state)) = place.filter(|(of, _)| known == Some(*of)) {
        fill(lead, LeadField::State, Source::Phone, || Value::Text(state.into()));
    }
}

fn fill_from_email_domain(lead: &mut Lead, settings: &Settings) {
    if lead.get(LeadField::Country).is_some() {
        return;
    }
    let Some(domain) = lead.text(LeadField::Email).and_then(domain::of_email) else { return };
    // A provider's national domain (yahoo.fr) tells the country as well; a throw-away mailbox tells nothing.
    let country = country_of_suffix(&domain).filter(|_| settings.mail_kind(&domain) != MailKind::Disposable);
    if let Some(country) = country {
        fill(lead, LeadField::Country, Source::EmailDomain, || Value::Text(country.into()));
    }
}

/// The country of a domain's last label, where that stands for a country.
fn country_of_suffix(domain: &str) -> Option<&'static str> {
    let (_, last) = domain.rsplit_once('.')?;
    if last.len() == 2 && !GENERIC_SUFFIXES.contains(&last) { country::code(last) } else { None }
}

/// Country suffixes that are used the world over, for their letters or because they were free of charge.
const GENERIC_SUFFIXES: &[&str] = &[
    "ac", "ag", "ai", "am", "as", "bz", "cc", "cd", "cf", "cm", "co", "cx", "dj", "eu", "fm", "ga", "gg", "gl", "gq", "gs", "gy", "im",
    "io", "is", "la", "lc", "li", "ly", "md", "me", "ml", "mn", "ms", "mu", "nf", "nu", "pn", "pw", "sc", "sh", "so", "sr", "st", "su",
    "sx", "tc", "tk", "tl", "to", "tv", "vc", "vg", "vu", "ws",
];

/// Sets a field that is missing, and no other.
fn fill(lead: &mut Lead, field: LeadField, source: Source, value: impl FnOnce() -> Value) {
    if lead.get(field).is_none() {
        lead.set(field, value(), source);
    }
}

#[cfg(test)]
mod tests;
