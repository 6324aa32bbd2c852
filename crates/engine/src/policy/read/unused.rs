//! What nothing asks for: names that are never used, and rules that are never reached.

use super::Reading;
use super::files::Sections;
use crate::form::Form;
use crate::policy::diagnostic::{Diagnostic, Severity};
use crate::policy::{Action, Rule};

/// Warns of them. Unused names only where there is no error: a misspelt name is the usual cause of both.
pub(super) fn warn(reading: &mut Reading<'_>, sections: &Sections<'_>, rules: &[Rule]) {
    let mut warnings = reading.queues.misspelt();
    warnings.extend(never_reached(rules));
    if reading.found.iter().all(|finding| finding.severity != Severity::Error) {
        warnings.extend(never_used(reading, sections));
    }
    reading.found.extend(warnings);
}

fn never_used(reading: &Reading<'_>, sections: &Sections<'_>) -> Vec<Diagnostic> {
    let segments = sections.named("segments").iter().filter(|node| !reading.used.contains(node.name)).map(|node| ("segment", node));
    let lists = sections.named("lists").iter().filter(|node| !reading.used.contains(&format!("@{}", node.name))).map(|node| ("list", node));
    let private = |(_, node): &(&str, &super::node::Node<'_>)| node.name.starts_with('_');
    let pools = reading.pools.0.unused().map(|node| ("pool", node));
    let slas = reading.slas.0.unused().map(|node| ("SLA", node));
    let asked = |name: &str| reading.fields.used().iter().any(|field| *field.name == *name);
    let fields = sections.named("fields").iter().filter(|node| node.name != "account" && !asked(node.name)).map(|node| ("field", node));
    let unused = segments.chain(lists).chain(fields).filter(|unused| !private(unused)).chain(pools).chain(slas);
    unused
        .map(|(noun, node)| {
            let message = format!("the {noun} `{}` is never used", node.name);
            Diagnostic::warning("never-used", node.key_place(), message)
        })
        .collect()
}

/// Rules after one that is switched on, takes every lead and ends the rules.
fn never_reached(rules: &[Rule]) -> Vec<Diagnostic> {
    let mut rules = rules.iter().filter(|rule| rule.enabled);
    let Some(last) = rules.find(|rule| rule.table.is_none() && rule.rows.iter().any(|row| ends(&row.action) && row.when == Form::always()))
    else {
        return Vec::new();
    };
    rules
        .map(|rule| {
            let message = format!("the rule `{}` is never reached: `{}` takes every lead before it", rule.name, last.name);
            Diagnostic::warning("never-reached", rule.place.clone(), message)
                .help(Some(format!("move it up, or give the rule in line {} a `when`", last.place.line)))
        })
        .collect()
}

const fn ends(action: &Action) -> bool {
    !matches!(action, Action::Hold { .. })
}
