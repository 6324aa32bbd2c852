//! `[matching]` and `[enrich]`: how accounts are found, and how missing fields are filled.

use super::Reading;
use super::files::Sections;
use super::node::{Node, Section};
use crate::enrich::{Chain, Companies};
use crate::lead::Source;
use crate::matching::domain::registrable;
use crate::matching::{Method, Settings};
use crate::policy::diagnostic::Diagnostic;
use crate::policy::source::Text;
use crate::value::fold;
use std::collections::BTreeSet;

/// Keys of `[matching]`.
pub(in crate::policy) const MATCHING: &[&str] = &["methods", "free_domains", "company_domains"];
/// Keys of `[enrich]`.
pub(in crate::policy) const ENRICH: &[&str] = &["order", "companies"];
/// What `methods` may hold.
pub(in crate::policy) const METHODS: &[(&str, Method)] =
    &[(Method::EmailDomain.name(), Method::EmailDomain), (Method::Website.name(), Method::Website), (Method::Name.name(), Method::Name)];
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
    Settings {
        methods: methods.unwrap_or_else(|| Settings::default().methods),
        free_domains: domains(&section, "free_domains", found),
        company_domains: domains(&section, "company_domains", found),
    }
}

fn enrich(reading: &mut Reading<'_>, sections: &Sections<'_>) -> Chain {
    let Some(section) = sections.once("enrich").and_then(|node| node.section(ENRICH, &mut reading.found)) else {
        return Chain::default();
    };
    let order = section.get("order").map(|node| words(&node, SOURCES, &mut reading.found));
    let table = section.get("companies").and_then(|node| super::tables::open(reading, &node));
    Chain {
        order: order.unwrap_or_else(|| SOURCES.iter().map(|(_, source)| *source).collect()),
        companies: table.map(|text| companies(text, &mut reading.found)).unwrap_or_default(),
    }
}

/// The company table. A row that is left out is an error, a value that is left out a warning.
fn companies(text: Text<'_>, found: &mut Vec<Diagnostic>) -> Companies {
    let (companies, problems) = Companies::read(text.text);
    for problem in problems {
        let before = usize::try_from(problem.line).unwrap_or(usize::MAX).saturating_sub(1);
        let start: usize = text.text.split_inclusive('\n').take(before).map(str::len).sum();
        let line = text.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
        let place = text.place(start..start + line.len());
        let message = problem.column.map_or_else(|| problem.message.clone(), |column| format!("{column}: {}", problem.message));
        found.push(match problem.kept {
            true => Diagnostic::warning("company-table", place, message),
            false => Diagnostic::error("company-table", place, message),
        });
    }
    companies
}

/// A list of words, each once.
fn words<T: Copy + PartialEq>(node: &Node<'_>, words: &[(&str, T)], found: &mut Vec<Diagnostic>) -> Vec<T> {
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
