//! Long lists of values get a name and a place of their own.

use super::text::{slug, toml};

/// Values that take more room than this in a condition become a list.
const ROOM: usize = 70;
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
        let base = format!("{}_{column}", slug(owner));
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
            section.push_str(&format!("{name} = [\n{}]\n", wrapped(values)));
        }
        if section.is_empty() { section } else { format!("[lists]\n{section}\n") }
    }
}

fn wrapped(values: &[String]) -> String {
    let (mut text, mut line) = (String::new(), String::new());
    for value in values {
        let value = format!("{},", toml(value));
        if !line.is_empty() && line.chars().count() + value.chars().count() + 4 > WIDTH {
            text.push_str(&format!("  {}\n", line.trim_end()));
            line.clear();
        }
        line.push_str(&value);
        line.push(' ');
    }
    text.push_str(&format!("  {}\n", line.trim_end()));
    text
}
