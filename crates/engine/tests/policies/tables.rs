//! The territory table broken by hand.

use crate::folder::Folder;
use crate::mutants::{Mutant, moved_ends, of_file};

const FILE: &str = "territories/us.csv";

pub fn mutants(folder: &Folder) -> Vec<Mutant> {
    let text = &folder.sources.files[FILE];
    let lines: Vec<&str> = text.lines().collect();
    let mut mutants = Vec::new();
    for at in 1..lines.len() {
        let changed = |what: &str, line: Option<String>| {
            let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            lines.splice(at..=at, line);
            of_file(folder, format!("{FILE} line {}: {what}", at + 1), FILE, lines.join("\n"))
        };
        let [states, employees, assign] = lines[at].split(',').collect::<Vec<_>>()[..] else { panic!("three columns") };
        mutants.push(changed("delete", None));
        mutants.push(changed("any state", Some(format!(",{employees},{assign}"))));
        mutants.push(changed("send to nobody", Some(format!("{states},{employees},queue:nobody"))));
        if !employees.is_empty() {
            mutants.push(changed("any size", Some(format!("{states},,{assign}"))));
        }
        for moved in moved_ends(employees) {
            mutants.push(changed(&format!("{employees} to {moved}"), Some(format!("{states},{moved},{assign}"))));
        }
    }
    mutants.extend(states(&lines).into_iter().map(|state| without_state(folder, &lines, state)));
    mutants
}

fn states<'a>(lines: &[&'a str]) -> std::collections::BTreeSet<&'a str> {
    lines.iter().skip(1).flat_map(|line| line.split(',').next().unwrap().split('|')).collect()
}

/// The state taken out of all rows.
fn without_state(folder: &Folder, lines: &[&str], state: &str) -> Mutant {
    let broken = lines.iter().map(|line| {
        let (states, rest) = line.split_once(',').unwrap();
        let states: Vec<&str> = states.split('|').filter(|other| *other != state).collect();
        format!("{},{rest}", states.join("|"))
    });
    of_file(folder, format!("{FILE}: without {state}"), FILE, broken.collect::<Vec<_>>().join("\n"))
}
