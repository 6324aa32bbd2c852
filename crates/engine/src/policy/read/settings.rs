//! `[matching]` and `[enrich]`: how accounts are found, and how missing fields are filled.

use super::Reading;
use super::files::Sections;
use super::node::{Node, Section};
use crate::enrich::Chain;
use crate::lead::Source;
use crate::matching::{Method, Settings};
use crate::policy::diagnostic::Diagnostic;
use crate::value::fold;
use std::collections::BTreeSet;

/// Keys of `[matching]`.
pub(super) const MATCHING: &[&str] = &["methods", "free_domains", "company_domains"];
/// Keys of `[enrich]`.
pub(super) const ENRICH: &[&str] = &["order", "companies"];
/// What `methods` may hold.
pub(super) const METHODS: &[(&str, Method)] =
    &[(Method::EmailDomain.name(), Method::EmailDomain), (Method::Website.name(), Method::Website), (Method::Name.name(), Method::Name)];
/// What `order` may hold: what the form said needs no filling.
pub(super) const SOURCES: &[(&str, Source)] = &[
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
    let free_domains = domains(&section, "free_domains", found);
    let company_domains = domains(&section, "company_domains", found);
    let _ = (methods, free_domains, company_domains);
    Settings::default()
}

fn enrich(reading: &mut Reading<'_>, sections: &Sections<'_>) -> Chain {
    let Some(section) = sections.once("enrich").and_then(|node| node.section(ENRICH, &mut reading.found)) else {
        return Chain::default();
    };
    let order = section.get("order").map(|node| words(&node, SOURCES, &mut reading.found));
    let companies = section.get("companies").and_then(|node| super::tables::open(reading, &node));
    let _ = (order, companies);
    Chain::default()
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

fn domains(section: &Section<'_>, key: &str, found: &mut Vec<Diagnostic>) -> BTreeSet<Box<str>> {
    let list = section.get(key).and_then(|node| node.list("a list of domains", found)).unwrap_or_default();
    list.iter().filter_map(|node| node.text(found)).map(|domain| fold(domain).into()).collect()
}
