//! Rules broken by hand, and what their conditions name: lists and segments.

use crate::folder::Folder;
use crate::mutants::{Mutant, document, moved_ends, of_file, of_routing};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

pub fn mutants(folder: &Folder) -> Vec<Mutant> {
    let mut document = document(folder);
    let rules = rules(&mut document).clone();
    let mut mutants: Vec<Mutant> = (0..rules.len()).flat_map(|at| of_rule(folder, &rules, at)).collect();
    mutants.extend(expressions(folder, &rules));
    mutants.extend(lists(folder, &document));
    mutants.extend(segments(folder, &document));
    mutants
}

fn rules(document: &mut DocumentMut) -> &mut ArrayOfTables {
    document["rule"].as_array_of_tables_mut().unwrap()
}

fn of_rule(folder: &Folder, rules_now: &ArrayOfTables, at: usize) -> Vec<Mutant> {
    let rule = rules_now.get(at).unwrap();
    let name = rule["name"].as_str().unwrap();
    let changed = |what: &str, change: &dyn Fn(&mut Table)| {
        of_routing(folder, format!("{what} of `{name}`"), |document| change(rules(document).get_mut(at).unwrap()))
    };
    let mut mutants = vec![
        of_routing(folder, format!("delete `{name}`"), |document| drop(rules(document).remove(at))),
        changed("switch off the rule", &|rule| drop(rule.insert("enabled", value(false)))),
    ];
    if let Some(next) = rules_now.get(at + 1) {
        mutants.push(of_routing(folder, format!("swap `{name}` with the next"), |document| swap(rules(document), at, rule, next)));
    }
    for key in ["needs", "sla"].into_iter().filter(|key| rule.contains_key(key)) {
        mutants.push(changed(&format!("drop `{key}`"), &|rule| drop(rule.remove(key))));
    }
    for key in rule["when"].as_table_like().into_iter().flat_map(|when| when.iter()).map(|(key, _)| key) {
        let drop_key = |rule: &mut Table| drop(rule["when"].as_table_like_mut().unwrap().remove(key));
        mutants.push(changed(&format!("drop `{key}` from the condition"), &drop_key));
    }
    if let Some(assign) = rule.get("assign") {
        mutants.push(changed("send to nobody all leads", &|rule| rule["assign"] = value("queue:nobody")));
        for target in 0..assign.as_array().map_or(0, toml_edit::Array::len) {
            mutants.push(changed(&format!("drop target {target}"), &|rule| drop(rule["assign"].as_array_mut().unwrap().remove(target))));
        }
    }
    for then in ["suppress", "keep"].into_iter().filter(|then| rule.get("then").is_some_and(|now| now.as_str() != Some(then))) {
        let change = |rule: &mut Table| {
            rule["then"] = value(then);
            rule.remove("until");
            rule.remove("at_most");
        };
        mutants.push(changed(&format!("{then} all leads"), &change));
    }
    mutants
}

fn swap(rules: &mut ArrayOfTables, at: usize, first: &Table, second: &Table) {
    let (first, second) = (placed(first, second), placed(second, first));
    *rules.get_mut(at).unwrap() = second;
    *rules.get_mut(at + 1).unwrap() = first;
}

/// A rule at the place of another: the editor writes tables by the positions they were read at.
fn placed(rule: &Table, at: &Table) -> Table {
    let mut rule = rule.clone();
    rule.set_position(at.position());
    rule
}

/// Conditions written as text: each word turned into its opposite.
fn expressions(folder: &Folder, rules_now: &ArrayOfTables) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (at, rule) in rules_now.iter().enumerate() {
        let Some(when) = rule["when"].as_str() else { continue };
        for (from, to) in [(" and ", " or "), (" or ", " and "), ("not ", ""), ("< 100", "< 99"), ("< 100", "< 101")] {
            for (start, _) in when.match_indices(from) {
                let (before, after) = when.split_at(start);
                let broken = format!("{before}{to}{}", after.strip_prefix(from).unwrap());
                let name = format!("`{from}` to `{to}` at {start} in the condition of `{}`", rule["name"].as_str().unwrap());
                mutants.push(of_routing(folder, name, |document| rules(document).get_mut(at).unwrap()["when"] = value(&broken)));
            }
        }
    }
    mutants
}

fn lists(folder: &Folder, document: &DocumentMut) -> Vec<Mutant> {
    let lists = document["lists"].as_table().unwrap();
    let entries =
        lists.iter().flat_map(|(list, values)| values.as_array().unwrap().iter().enumerate().map(move |(at, value)| (list, at, value)));
    let dropped = entries.map(|(list, at, value)| {
        let name = format!("drop {} from the list {list}", value.as_str().unwrap());
        of_routing(folder, name, |document| drop(document["lists"][list].as_array_mut().unwrap().remove(at)))
    });
    dropped.collect()
}

fn segments(folder: &Folder, document: &DocumentMut) -> Vec<Mutant> {
    let text = &folder.sources.files["routing.toml"];
    let segments =
        document["segments"].as_table().unwrap().iter().filter_map(|(_, segment)| segment.get("employees").and_then(Item::as_str));
    let moved = segments.flat_map(|range| moved_ends(range).into_iter().map(move |moved| (range, moved)));
    let of_range = |(range, moved): (&str, String)| {
        let broken = text.replace(&format!("\"{range}\""), &format!("\"{moved}\""));
        of_file(folder, format!("segments: {range} to {moved}"), "routing.toml", broken)
    };
    moved.map(of_range).collect()
}
