//! Long lists of values get a name and a place of their own.

use super::text::{slug, toml};

/// Values that take more room than this in a condition become a list.
const ROOM: usize = 90;
/// How wide a line of a list is.
const WIDTH: usize = 110;

/// The lists of a policy, in order of first use.
#[derive(Debug, Default)]
pub struct Lists {
    all: Vec<(String, Vec<String>)>,
}

impl Lists {
    /// The name of the list of these values, if they are worth one. The same values have one list.
    ///
    /// What begins with `@` cannot stand in a list: there it would name another.
    pub fn name(&mut self, owner: &str, column: &str, values: &[String]) -> Option<String> {
        let room: usize = values.iter().map(|value| value.len() + 4).sum();
        if room <= ROOM || values.iter().any(|value| value.trim().starts_with('@')) {
            return None;
        }
        if let Some((name, _)) = self.all.iter().find(|(_, have)| have == values) {
            return Some(name.clone());
        }
        let base = format!("{}_{}", slug(owner), column.trim_end_matches("__c"));
        let taken = |name: &str| self.all.iter().any(|(have, _)| have == name);
        let name = if taken(&base) { (2..).map(|at| format!("{base}_{at}")).find(|name| !taken(name)).unwrap_or(base) } else { base };
        self.all.push((name.clone(), values.to_vec()));
        Some(name)
    }

    /// The section, empty where there are none.
    #[must_use]
    pub fn section(&self) -> String {
        let mut section = String::new();
        for (name, values) in &self.all {
            let values = values.iter().map(|value| toml(value)).collect();
            section.push_str(&format!("{name} = [\n{}\n]\n", wrapped(values, 2)));
        }
        if section.is_empty() { section } else { format!("[lists]\n{section}\n") }
    }
}

/// Values with commas after them, in lines that begin with so many spaces.
#[must_use]
pub fn wrapped(values: Vec<String>, indent: usize) -> String {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for value in values {
        if !line.is_empty() && indent + line.chars().count() + value.chars().count() + 2 > WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        line.push_str(&format!("{}{value},", if line.is_empty() { "" } else { " " }));
    }
    lines.push(line);
    lines.iter().map(|line| format!("{:indent$}{line}", "")).collect::<Vec<_>>().join("\n")
}
