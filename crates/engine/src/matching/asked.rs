//! A lead as it is compared: readings of its company name, its domains, its place.

use super::domain::MailKind;
use super::index::Index;
use super::packed::Key;
use super::vocabulary::WordIx;
use super::words::{self, Role};
use super::{Method, Settings, domain, name, profile};
use crate::country;
use crate::field::LeadField;
use crate::lead::Lead;
use crate::lookup::Lookup;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A word of the lead's company name.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    /// Its number, when accounts use it.
    pub(super) ix: Option<WordIx>,
    /// In hundredths of a bit.
    pub(super) rarity: i32,
    pub(super) role: Role,
    /// Whether it is of the lead's own city, state or country.
    pub(super) own_place: bool,
    /// The country whose name or code it is.
    pub(super) country: Option<&'static str>,
}

/// One way to read the lead's company name.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) normalised: String,
    pub(super) compact: Key,
    pub(super) words: Vec<Word>,
    /// Whether a part was left out: a department, a place, what stands in parentheses.
    pub(super) trimmed: bool,
}

/// A domain of the lead's.
#[derive(Debug, Clone)]
pub(super) struct Domain<'a> {
    pub(super) registrable: Cow<'a, str>,
    /// Whether it tells a company: neither a provider's nor a host's that many share.
    pub(super) proves: bool,
    /// Whether its label spells the lead's company.
    pub(super) names_company: bool,
    /// Whether it is named after the person.
    pub(super) personal: bool,
}

/// What of a lead speaks for or against an account.
#[derive(Debug, Clone)]
pub(super) struct Asked<'a> {
    pub(super) readings: Vec<Reading>,
    pub(super) email: Option<Domain<'a>>,
    pub(super) website: Option<Domain<'a>>,
    pub(super) phone: Option<String>,
    pub(super) country: Option<&'static str>,
    pub(super) city: Vec<String>,
    pub(super) state: Vec<String>,
}

impl<'a> Asked<'a> {
    /// Reads a lead, as far as the policy's methods allow.
    pub(super) fn of(lead: &'a Lead, settings: &Settings, index: &Index) -> Self {
        let allowed = |method: Method| settings.methods.contains(&method);
        let place = |field| lead.text(field).map(words::of_text).unwrap_or_default();
        let (city, state) = (place(LeadField::City), place(LeadField::State));
        let country = lead.text(LeadField::Country).and_then(country::code);
        let own_place: Vec<String> = city.iter().chain(&state).chain(country.map_or(&[][..], country_words)).cloned().collect();
        let person = Person { names: [lead.text(LeadField::FirstName), lead.text(LeadField::LastName)] };
        let company = lead.text(LeadField::Company).filter(|_| allowed(Method::Name)).unwrap_or_default();
        let readings = readings(company, &own_place, &person, index);
        let surname = || lead.text(LeadField::LastName).map(|name| words::of_text(name).concat()).unwrap_or_default();
        let domain = |registrable: Cow<'a, str>, proves| {
            let label = profile::label(&registrable).to_owned();
            let names_company = readings.iter().any(|reading| spells(&label, reading));
            let personal = !names_company && {
                let surname = surname();
                surname.len() >= 2 && label.contains(&surname)
            };
            Domain { registrable, proves, names_company, personal }
        };
        let email = lead.text(LeadField::Email).filter(|_| allowed(Method::EmailDomain)).and_then(|email| settings.domain_of_email(email));
        let email = email.map(|registrable| {
            let proves = settings.mail_kind(&registrable) == MailKind::Company;
            domain(registrable, proves)
        });
        let website = lead.text(LeadField::Website).filter(|_| allowed(Method::Website)).and_then(domain::registrable);
        let website = website.map(|registrable| {
            let proves = settings.is_company_site(&registrable);
            domain(registrable, proves)
        });
        let phone = lead.text(LeadField::Phone).and_then(profile::phone);
        Self { readings, email, website, phone, country, city, state }
    }
}

/// What stands between the parts of a name, dashes apart.
const SEPARATORS: [char; 8] = ['/', '|', '(', ')', ',', ';', '[', ']'];

/// The lead's own name, which some type in place of their company's.
struct Person<'a> {
    names: [Option<&'a str>; 2],
}

impl Person<'_> {
    /// Whether all of these words are of the person's name. Most companies are told from it by their first word,
    /// before the name is taken apart.
    fn is_named_by(&self, company: &[Word]) -> bool {
        let names = || self.names.iter().flatten();
        let within = |name: &str, word: &str| {
            !name.is_ascii() || name.as_bytes().windows(word.len().max(1)).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        };
        if company.first().is_some_and(|first| !names().any(|name| within(name, &first.text))) {
            return false;
        }
        let own: Vec<String> = names().flat_map(|name| words::of_text(name)).collect();
        company.iter().all(|word| own.contains(&word.text))
    }
}

/// The words of a country's name.
fn country_words(code: &'static str) -> &'static [String] {
    static WORDS: LazyLock<Lookup<&str, Vec<String>>> =
        LazyLock::new(|| country::names().map(|name| (name, words::of_text(name))).collect());
    country::name(code).and_then(|name| WORDS.get(name)).map_or(&[], Vec::as_slice)
}

/// The name as it stands; and without parts that are a place, a department, or in parentheses.
fn readings(company: &str, own_place: &[String], person: &Person<'_>, index: &Index) -> Vec<Reading> {
    let whole = name::normalise(company);
    if name::is_generic(&whole) {
        return Vec::new();
    }
    let whole = reading(whole, false, own_place, index);
    if person.is_named_by(&whole.words) {
        return Vec::new();
    }
    let mut readings = vec![whole];
    if !company.contains(SEPARATORS) && !company.contains(" - ") && !company.contains(" – ") {
        return readings;
    }
    let parts: Vec<&str> = parts(company).collect();
    let kept = parts.iter().filter(|part| !is_aside(part, own_place)).copied().collect::<Vec<_>>().join(" ");
    for rest in [kept, outside_parentheses(company)] {
        let rest = name::normalise(&rest);
        if !name::is_generic(&rest) && readings.iter().all(|reading| reading.normalised != rest) {
            readings.push(reading(rest, true, own_place, index));
        }
    }
    readings
}

/// What stands before the first parenthesis and after the last.
fn outside_parentheses(company: &str) -> String {
    let before = company.split(['(', '[']).next().unwrap_or_default();
    let after = company.rsplit_once([')', ']']).map_or("", |(_, after)| after);
    if before.len() < company.len() { format!("{before} {after}") } else { company.to_owned() }
}

/// The parts of a name between slashes, bars, parentheses, commas and dashes with space around them.
fn parts(company: &str) -> impl Iterator<Item = &str> {
    let dashed = company.split(" - ").flat_map(|part| part.split(" – "));
    dashed.flat_map(|part| part.split(SEPARATORS)).filter(|part| !part.trim().is_empty())
}

/// Whether a part is only a department or a place.
fn is_aside(part: &str, own_place: &[String]) -> bool {
    let words = words::of_text(part);
    let aside = |word: &String| words::role(word) == Role::Unit || own_place.contains(word);
    country::code(part).is_some() || (!words.is_empty() && words.iter().all(aside))
}

fn reading(normalised: String, trimmed: bool, own_place: &[String], index: &Index) -> Reading {
    let word = |text: String| {
        let ix = index.words.find(&text).filter(|ix| index.words.users(*ix) > 0);
        let rarity = index.rarity(&text, ix);
        let country = if text.bytes().any(|byte| byte.is_ascii_digit()) { None } else { country::code(&text) };
        Word { ix, rarity, role: words::role(&text), own_place: own_place.contains(&text), country, text }
    };
    let compact = profile::compact(&normalised);
    let words = words::of(&normalised).into_iter().map(word).collect();
    Reading { normalised, compact, words, trimmed }
}

/// Whether a domain's label is made of a company's name: all of it, its initials, or its first word that is not short.
fn spells(label: &str, reading: &Reading) -> bool {
    let label: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    let compact: String = reading.normalised.split(' ').collect();
    let initials = profile::initials(reading.words.iter().map(|word| word.text.as_str()));
    let first = reading.words.iter().find(|word| word.text.len() >= 4).map(|word| word.text.as_str());
    label.len() >= 2
        && (compact.starts_with(&label)
            || label.starts_with(&compact) && compact.len() >= 3
            || first.is_some_and(|first| label.contains(first))
            || initials.is_some_and(|initials| label.starts_with(&initials)))
}
