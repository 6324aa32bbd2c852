//! `[matching]` and `[enrich]`: how accounts are found, and how missing fields are filled.

use super::Reading;
use super::files::Sections;
use super::node::{Node, Section};
use crate::enrich::{Chain, Companies};
use crate::lead::Source;
use crate::matching::domain::registrable;
use crate::matching::{Method, Settings, TieBreaker};
use crate::policy::diagnostic::{Diagnostic, Place};
use crate::policy::source::Text;
use crate::value::{Number, fold};
use std::collections::BTreeSet;

/// Keys of `[matching]`.
pub(in crate::policy) const MATCHING: &[&str] = &["methods", "free_domains", "company_domains", "match_at", "review_at", "tie_breakers"];
/// Keys of `[enrich]`.
pub(in crate::policy) const ENRICH: &[&str] = &["order", "companies"];
/// What `methods` may hold.
pub(in crate::policy) const METHODS: &[(&str, Method)] =
    &[(Method::EmailDomain.name(), Method::EmailDomain), (Method::Website.name(), Method::Website), (Method::Name.name(), Method::Name)];
/// What `tie_breakers` may hold.
pub(in crate::policy) const TIE_BREAKERS: &[(&str, TieBreaker)] = &[
    (TieBreaker::Customer.name(), TieBreaker::Customer),
    (TieBreaker::Named.name(), TieBreaker::Named),
    (TieBreaker::OpenOpportunity.name(), TieBreaker::OpenOpportunity),
    (TieBreaker::ActiveOwner.name(), TieBreaker::ActiveOwner),
    (TieBreaker::SameCountry.name(), TieBreaker::SameCountry),
    (TieBreaker::RecentActivity.name(), TieBreaker::RecentActivity),
    (TieBreaker::MoreChildren.name(), TieBreaker::MoreChildren),
    (TieBreaker::Oldest.name(), TieBreaker::Oldest),
    (TieBreaker::LowestId.name(), TieBreaker::LowestId),
];
/// What `order` may hold: what the form said needs no filling.
pub(in crate::policy) const SOURCES: &[(&str, Source)] = &[
    (Source::Companies.name(), Source::Companies),
    (Source::Phone.name(), Source::Phone),
    (Source::EmailDomain.name(), Source::EmailDomain),
];

/// Reads both.
pub(super) fn read<'a>(reading: &mut Reading<'a>, sections: &Sections<'a>) -> (Settings, Chain) {
    (matching(reading, sections), enrich(reading, sections))
}

fn matching(reading: &mut Reading<'_>, sections: &Sections<'_>) -> Settings {
    let found = &mut reading.found;
    let Some(section) = sections.once("matching").and_then(|node| node.section(MATCHING, found)) else { return Settings::default() };
    let methods = section.get("methods").map(|node| words(&node, METHODS, found));
    let usual = Settings::default();
    let (match_at, review_at) = thresholds(&section, &usual, found);
    let tie_breakers = section.get("tie_breakers").map(|node| words(&node, TIE_BREAKERS, found));
    Settings {
        methods: methods.unwrap_or(usual.methods),
        free_domains: domains(&section, "free_domains", found),
        company_domains: domains(&section, "company_domains", found),
        match_at,
        review_at,
        tie_breakers: tie_breakers.unwrap_or(usual.tie_breakers),
    }
}

/// The probabilities from which on an account is the lead's, and from which on a person should look: the second is not
/// above the first.
fn thresholds(section: &Section<'_>, usual: &Settings, found: &mut Vec<Diagnostic>) -> (Number, Number) {
    let match_at = section.get("match_at").and_then(|node| probability(&node, found)).unwrap_or(usual.match_at);
    let Some(node) = section.get("review_at") else { return (match_at, usual.review_at.min(match_at)) };
    let review_at = probability(&node, found).unwrap_or(usual.review_at);
    if review_at > match_at {
        let problem = node.error("threshold", format!("`review_at` is above `match_at`, which is {match_at}"));
        found.push(problem.help(Some("what is sure enough for a match needs no review: choose a lower number")));
    }
    (match_at, review_at.min(match_at))
}

/// A number from 0 to 1.
fn probability(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Number> {
    let text = node.value().and_then(|value| match value {
        toml_edit::Value::Float(number) => Some(number.value().to_string()),
        toml_edit::Value::Integer(number) => Some(number.value().to_string()),
        _ => None,
    });
    let number = text.and_then(|text| Number::parse(&text)).filter(|number| (0..=Number::ONE).contains(&number.0));
    if number.is_none() {
        found.push(node.wrong("a number from 0 to 1, such as 0.9"));
    }
    number
}

/// Without the section nothing is filled; without an order everything is, the surest source first.
fn enrich(reading: &mut Reading<'_>, sections: &Sections<'_>) -> Chain {
    let Some(section) = sections.once("enrich").and_then(|node| node.section(ENRICH, &mut reading.found)) else {
        return Chain::default();
    };
    let order = section.get("order").map(|node| words(&node, SOURCES, &mut reading.found));
    let order = order.unwrap_or_else(|| SOURCES.iter().map(|(_, source)| *source).collect());
    let table = section.get("companies");
    match (section.get("order"), table) {
        (Some(node), None) if order.contains(&Source::Companies) => {
            let problem = Diagnostic::warning("missing-key", node.place(), "`order` names `companies`, but there is no company table");
            reading.found.push(problem.help(Some("add `companies = \"companies.csv\"`")));
        }
        (Some(_), Some(table)) if !order.contains(&Source::Companies) => {
            let problem =
                Diagnostic::warning("never-used", table.key_place(), "`order` does not name `companies`: the table fills nothing");
            reading.found.push(problem.help(Some("add \"companies\" to `order`")));
        }
        _ => {}
    }
    let text = table.and_then(|node| super::tables::open(reading, &node));
    Chain { order, companies: text.map(|text| companies(text, &mut reading.found)).unwrap_or_default() }
}

/// The company table. A row that cannot be used fills nothing, which is a warning; a header that cannot, an error.
fn companies(text: Text<'_>, found: &mut Vec<Diagnostic>) -> Companies {
    let (companies, problems) = Companies::read(text.text);
    let starts = std::iter::once(0).chain(text.text.match_indices('\n').map(|(at, _)| at + 1));
    let lines: Vec<(usize, &str)> = starts.zip(text.text.split('\n')).collect();
    for problem in problems {
        let line = usize::try_from(problem.line).unwrap_or(usize::MAX);
        let (start, content) = lines.get(line.saturating_sub(1)).copied().unwrap_or((text.text.len(), ""));
        let number = u32::try_from(line).unwrap_or(u32::MAX);
        let place = Place { file: text.file.into(), start, end: start + content.trim_end().len(), line: number, column: 1 };
        let message = problem.column.map_or(problem.message.clone(), |column| format!("column `{column}`: {}", problem.message));
        let header = line == 1 && !problem.kept;
        let finding = if header { Diagnostic::error("bad-table", place, message) } else { Diagnostic::warning("bad-row", place, message) };
        found.push(finding);
    }
    companies
}

/// A list of words, each once.
pub(super) fn words<T: Copy + PartialEq>(node: &Node<'_>, words: &[(&str, T)], found: &mut Vec<Diagnostic>) -> Vec<T> {
    let mut meanings = Vec::new();
    for word in node.list("a list of texts", found).unwrap_or_default() {
        let Some(meaning) = word.one_of(words, found) else { continue };
        if meanings.contains(&meaning) {
            found.push(word.error("duplicate", format!("`{}` names this twice", node.name)).help(Some("remove one of the two")));
        } else {
            meanings.push(meaning);
        }
    }
    meanings
}

/// Registrable domains: nothing else is ever compared with them.
fn domains(section: &Section<'_>, key: &str, found: &mut Vec<Diagnostic>) -> BTreeSet<Box<str>> {
    let mut domains = BTreeSet::new();
    for node in section.get(key).and_then(|node| node.list("a list of domains", found)).unwrap_or_default() {
        let Some(text) = node.text(found) else { continue };
        match registrable(text) {
            Some(domain) if domain == fold(text) => {
                domains.insert(domain.into());
            }
            domain => {
                let help = domain.map(|domain| format!("write `{domain}`"));
                let problem = node.error("bad-domain", format!("`{text}` is not a domain that somebody can register"));
                found.push(problem.label("expected a domain such as `acme.example`").help(help));
            }
        }
    }
    domains
}
