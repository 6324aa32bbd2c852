//! Pools, promises and settings broken by hand.

use crate::folder::Folder;
use crate::mutants::{Mutant, document, of_routing};
use toml_edit::{DocumentMut, Table, value};

pub fn mutants(folder: &Folder) -> Vec<Mutant> {
    let document = document(folder);
    let mut mutants = members(folder, &document);
    mutants.extend(pool_keys(folder, &document));
    mutants.extend(promises(folder, &document));
    mutants.extend(settings(folder));
    mutants
}

fn sections<'a>(document: &'a DocumentMut, kind: &str) -> impl Iterator<Item = (&'a str, &'a Table)> {
    document[kind].as_table().unwrap().iter().map(|(name, section)| (name, section.as_table().unwrap()))
}

fn members(folder: &Folder, document: &DocumentMut) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (pool, section) in sections(document, "pool") {
        for (member, weight) in section["members"].as_inline_table().unwrap() {
            mutants.push(of_routing(folder, format!("drop {member} from pool {pool}"), |document| {
                document["pool"][pool]["members"].as_inline_table_mut().unwrap().remove(member);
            }));
            let heavier = weight.as_integer().unwrap() + 5;
            mutants.push(of_routing(folder, format!("more for {member} in pool {pool}"), |document| {
                document["pool"][pool]["members"][member] = value(heavier);
            }));
        }
    }
    mutants
}

fn pool_keys(folder: &Folder, document: &DocumentMut) -> Vec<Mutant> {
    let keys = sections(document, "pool").flat_map(|(pool, section)| section.iter().map(move |(key, _)| (pool, key)));
    let dropped = keys.filter(|(_, key)| *key != "members").map(|(pool, key)| {
        of_routing(folder, format!("drop `{key}` of pool {pool}"), |document| {
            let section = document["pool"][pool].as_table_mut().unwrap();
            section.remove(key);
            if key == "when_empty" {
                section.remove("wait_at_most");
            }
        })
    });
    dropped.collect()
}

/// Reminders and escalations come after the decision: test leads do not see them.
fn promises(folder: &Folder, document: &DocumentMut) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (sla, section) in sections(document, "sla") {
        for key in ["for", "route_within", "contact_within"].into_iter().filter(|key| section.contains_key(key)) {
            mutants.push(of_routing(folder, format!("drop `{key}` of SLA {sla}"), |document| {
                document["sla"][sla].as_table_mut().unwrap().remove(key);
            }));
        }
        let other = if section.get("clock").is_some_and(|clock| clock.as_str() == Some("working")) { "always" } else { "working" };
        mutants.push(of_routing(folder, format!("the other clock of SLA {sla}"), |document| document["sla"][sla]["clock"] = value(other)));
    }
    mutants
}

fn settings(folder: &Folder) -> Vec<Mutant> {
    let mut mutants = vec![
        of_routing(folder, "longer business hours", |document| document["calendar"]["hours"] = value("Mon-Fri 09:00-18:00")),
        of_routing(folder, "another fallback queue", |document| document["fallback"]["queue"] = value("nobody")),
    ];
    for (section, key) in [("policy", "same_person"), ("policy", "timezone"), ("calendar", "holidays"), ("enrich", "companies")] {
        mutants.push(of_routing(folder, format!("drop `{key}` of [{section}]"), |document| {
            document[section].as_table_mut().unwrap().remove(key);
        }));
    }
    for (section, key, count) in [("enrich", "order", 3), ("matching", "methods", 3)] {
        for at in 0..count {
            mutants.push(of_routing(folder, format!("drop number {at} of `{key}` of [{section}]"), |document| {
                document[section][key].as_array_mut().unwrap().remove(at);
            }));
        }
    }
    mutants
}
