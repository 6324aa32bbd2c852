//! `[[rule]]`: what is done with which leads, in the order the rules are tried.

use super::Reading;
use super::files::twice;
use super::node::{Node, Section};
use super::tables::{self, Common};
use super::targets;
use crate::form::Form;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::{Action, Assign, FINDINGS, Row, Rule, SlaIx, Target, condition};
use crate::value::fold;
use std::collections::{BTreeMap, BTreeSet};

/// Keys of a rule.
pub(in crate::policy) const KEYS: &[&str] =
    &["name", "when", "assign", "then", "table", "needs", "sla", "enabled", "reroute", "allow", "until", "at_most"];
/// What `then` may be.
pub(in crate::policy) const THEN: &[(&str, Then)] = &[("suppress", Then::Suppress), ("keep", Then::Keep), ("hold", Then::Hold)];

/// What is done with a lead beside assigning it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) enum Then {
    Suppress,
    Keep,
    Hold,
}

/// Reads the rules. One that is broken stands there all the same, so that others can be checked against it.
pub(super) fn read<'a>(reading: &mut Reading<'a>, nodes: &[Node<'a>]) -> Vec<Rule> {
    let mut names = BTreeMap::new();
    nodes.iter().filter_map(|node| rule(reading, node, &mut names)).collect()
}

fn rule<'a>(reading: &mut Reading<'a>, node: &Node<'a>, names: &mut BTreeMap<&'a str, Node<'a>>) -> Option<Rule> {
    let section = node.section(KEYS, &mut reading.found)?;
    let name = name(reading, &section, names).unwrap_or_default();
    let when = when(reading, &section);
    let sla = sla(reading, &section);
    // What is wrong with a rule's condition is told there.
    let place = section.get("when").map_or_else(|| section.place(), |when| when.place());
    let rows = match what(reading, &section) {
        Some(What::Table(path)) => {
            let assign = section.get("assign").map(|node| assign(reading, &node));
            let common = Common { when, assign, needs: needs(reading, &section), sla };
            tables::read(reading, &path, &common)
        }
        Some(What::Assign(node)) => {
            let assign = Assign { targets: assign(reading, &node), needs: needs(reading, &section) };
            vec![Row { when, action: Action::Assign(assign), sla, place }]
        }
        Some(What::Then(then)) => then_action(reading, &section, then).map(|action| Row { when, action, sla, place }).into_iter().collect(),
        None => Vec::new(),
    };
    let found = &mut reading.found;
    let flag = |key: &str, found: &mut Vec<Diagnostic>| section.get(key).and_then(|node| node.flag(found));
    let (enabled, reroute) = (flag("enabled", found).unwrap_or(true), flag("reroute", found).unwrap_or(false));
    let allow = allow(reading, &section);
    let table = section.get("table").and_then(|node| node.value()?.as_str());
    Some(Rule { name: name.into(), enabled, table: table.map(Into::into), rows, reroute, allow, place: section.place() })
}

fn name<'a>(reading: &mut Reading<'a>, section: &Section<'a>, names: &mut BTreeMap<&'a str, Node<'a>>) -> Option<&'a str> {
    let node = section.required("name", &mut reading.found)?;
    let name = node.text(&mut reading.found)?;
    match names.get(name) {
        Some(first) => reading.found.push(twice(format!("the rule name `{name}`"), &node.place(), &first.place())),
        None => {
            names.insert(name, node);
        }
    }
    Some(name)
}

/// The condition; one that is broken holds for no lead.
fn when(reading: &mut Reading<'_>, section: &Section<'_>) -> Form {
    let Some(item) = section.get("when").and_then(|node| node.item) else { return Form::always() };
    condition::of_item(item, section.source(), &mut reading.names()).unwrap_or_else(Form::never)
}

fn sla(reading: &mut Reading<'_>, section: &Section<'_>) -> Option<SlaIx> {
    let node = section.get("sla")?;
    let name = node.text(&mut reading.found)?;
    reading.slas.number(name, || node.place(), &mut reading.found)
}

/// What a rule does: exactly one of three.
enum What<'a> {
    Assign(Node<'a>),
    Then(Then),
    Table(Node<'a>),
}

fn what<'a>(reading: &mut Reading<'_>, section: &Section<'a>) -> Option<What<'a>> {
    let found = &mut reading.found;
    let (assign, then, table) = (section.get("assign"), section.get("then"), section.get("table"));
    let hold = then.is_some_and(|then| then.value().and_then(toml_edit::Value::as_str) == Some("hold"));
    if then.is_none() || !hold && then.is_some_and(|then| then.one_of(THEN, &mut Vec::new()).is_some()) {
        useless(section, &["until", "at_most"], "is for a rule that holds leads", found);
    }
    if then.is_some() {
        useless(section, &["needs"], "is for a rule that assigns leads", found);
    }
    match (assign, then, table) {
        (Some(assign), None, None) => Some(What::Assign(assign)),
        (None, Some(then), None) => then.one_of(THEN, found).map(What::Then),
        (_, None, Some(table)) => Some(What::Table(table)),
        (None, None, None) => {
            let problem = Diagnostic::error("one-of", section.place(), "the rule does not say what happens to a lead");
            found.push(problem.help(Some("add `assign = \"pool:NAME\"`, `then = \"suppress\"`, or `table = \"FILE.csv\"`")));
            None
        }
        (_, Some(then), _) => {
            let problem =
                Diagnostic::error("one-of", then.key_place(), "a rule does one thing: `then` cannot stand beside `assign` or `table`");
            found.push(problem.help(Some("remove one of them, or make it two rules")));
            None
        }
    }
}

fn useless(section: &Section<'_>, keys: &[&str], why: &str, found: &mut Vec<Diagnostic>) {
    for node in keys.iter().filter_map(|key| section.get(key)) {
        let problem = Diagnostic::error("useless-key", node.key_place(), format!("`{}` {why}", node.name));
        found.push(problem.help(Some("remove it, or change what the rule does")));
    }
}

fn then_action(reading: &mut Reading<'_>, section: &Section<'_>, then: Then) -> Option<Action> {
    match then {
        Then::Suppress => Some(Action::Suppress),
        Then::Keep => Some(Action::Keep),
        Then::Hold => {
            let until = section.required("until", &mut reading.found).and_then(|node| node.item);
            let until = until.and_then(|item| condition::of_item(item, section.source(), &mut reading.names()));
            let limit = section.required("at_most", &mut reading.found).and_then(|node| node.span(&mut reading.found));
            Some(Action::Hold { until: until?, limit: limit? })
        }
    }
}

/// A target, or a list of them. None at all only where something was reported.
fn assign(reading: &mut Reading<'_>, node: &Node<'_>) -> Vec<Target> {
    let nodes = node.each();
    if nodes.is_empty() {
        reading.found.push(node.error("empty", "`assign` is empty").label("expected at least one target"));
    }
    let target = |node: &Node<'_>| targets::read(node.text(&mut reading.found)?, &|| node.place(), reading);
    nodes.iter().filter_map(target).collect()
}

/// Skills, folded, each once.
fn needs(reading: &mut Reading<'_>, section: &Section<'_>) -> Vec<Box<str>> {
    let mut needs = Vec::new();
    for node in section.get("needs").map(|node| node.each()).unwrap_or_default() {
        if let Some(skill) = node.text(&mut reading.found) {
            add_skill(&mut needs, skill);
        }
    }
    needs
}

/// Findings of proof that are known and meant.
fn allow(reading: &mut Reading<'_>, section: &Section<'_>) -> BTreeSet<Box<str>> {
    let codes: Vec<(&str, &str)> = FINDINGS.iter().map(|code| (*code, *code)).collect();
    let nodes = section.get("allow").map(|node| node.each()).unwrap_or_default();
    nodes.iter().filter_map(|node| node.one_of(&codes, &mut reading.found)).map(Into::into).collect()
}

/// Adds a skill, folded, unless it is there already.
pub(super) fn add_skill(needs: &mut Vec<Box<str>>, skill: &str) {
    let skill = fold(skill);
    if !needs.iter().any(|other| **other == *skill) {
        needs.push(skill.into());
    }
}
