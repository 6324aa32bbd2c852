//! `[[assert]]`: what must be true of every lead; proof decides whether it is.

use super::Reading;
use super::files::twice;
use super::node::{Node, Section};
use super::rules::add_skill;
use super::targets;
use crate::form::Form;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::{Assert, Destination, Promised, condition};
use std::collections::BTreeMap;

/// Keys of an assertion.
pub(in crate::policy) const KEYS: &[&str] = &["name", "when", "never", "only", "skill", "sla"];
/// Where a lead can go beside targets.
pub(in crate::policy) const WORDS: &[(&str, Destination)] =
    &[("fallback", Destination::Fallback), ("suppress", Destination::Suppress), ("keep", Destination::Keep), ("hold", Destination::Hold)];

/// Reads the assertions.
pub(super) fn read<'a>(reading: &mut Reading<'a>, nodes: &[Node<'a>]) -> Vec<Assert> {
    let mut names = BTreeMap::new();
    nodes.iter().filter_map(|node| one(reading, node, &mut names)).collect()
}

fn one<'a>(reading: &mut Reading<'a>, node: &Node<'a>, names: &mut BTreeMap<&'a str, Node<'a>>) -> Option<Assert> {
    let section = node.section(KEYS, &mut reading.found)?;
    let named = section.required("name", &mut reading.found)?;
    let name = named.text(&mut reading.found)?;
    match names.get(name) {
        Some(first) => reading.found.push(twice(format!("the assertion `{name}`"), &named.place(), &first.place())),
        None => drop(names.insert(name, named)),
    }
    let when = match section.get("when").and_then(|node| node.item) {
        Some(item) => condition::of_item(item, section.source(), &mut reading.names())?,
        None => Form::always(),
    };
    if ["never", "only", "skill", "sla"].iter().all(|key| section.get(key).is_none()) {
        let problem = Diagnostic::error("one-of", section.place(), "the assertion does not say what must be true");
        reading.found.push(problem.help(Some("add `never = \"pool:NAME\"`, `only = [...]`, `skill = \"...\"` or `sla = true`")));
    }
    let skill = skills(reading, &section);
    let (never, only) = (destinations(reading, &section, "never"), destinations(reading, &section, "only"));
    let sla = section.get("sla").and_then(|node| sla(reading, &node));
    Some(Assert { name: name.into(), when, never, only, skill, sla, place: section.place() })
}

fn destinations(reading: &mut Reading<'_>, section: &Section<'_>, key: &str) -> Vec<Destination> {
    let nodes = section.get(key).map(|node| node.each()).unwrap_or_default();
    let one = |node: &Node<'_>| {
        let text = node.text(&mut reading.found)?;
        let word = WORDS.iter().find(|(word, _)| *word == text).map(|(_, destination)| *destination);
        word.or_else(|| targets::read(text, &|| node.place(), reading).map(Destination::Target))
    };
    nodes.iter().filter_map(one).collect()
}

fn skills(reading: &mut Reading<'_>, section: &Section<'_>) -> Vec<Box<str>> {
    let mut skills = Vec::new();
    for node in section.get("skill").map(|node| node.each()).unwrap_or_default() {
        if let Some(skill) = node.text(&mut reading.found) {
            add_skill(&mut skills, skill);
        }
    }
    skills
}

fn sla(reading: &mut Reading<'_>, node: &Node<'_>) -> Option<Promised> {
    if let Some(any) = node.value().and_then(toml_edit::Value::as_bool) {
        return any.then_some(Promised::Any);
    }
    let name = node.text(&mut reading.found)?;
    reading.slas.number(name, || node.place(), &mut reading.found).map(Promised::Named)
}
