//! Generated test leads as a file of a policy.

use super::Generation;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The file's text. `usual` is the moment of test leads that name none.
#[must_use]
pub fn file(generation: &Generation, usual: Timestamp) -> String {
    let mut text = String::from(
        "# Written by `pointsman test --generate`: what the policy does today, not what it should do.\n\
         # Read each expectation, correct what is wrong, then keep the file as your own.\n",
    );
    for name in &generation.without {
        let _ = writeln!(text, "# No lead was found for: {name}");
    }
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for test in &generation.tests {
        let number = names.entry(&test.name).and_modify(|number| *number += 1).or_insert(1);
        let name = if *number == 1 { test.name.clone() } else { format!("{} ({number})", test.name) };
        let _ = write!(text, "\n[[test]]\nname   = {}\n", quoted(&name));
        if test.scene.lead.contains_key("created_at") {
            let _ = writeln!(text, "at     = {usual}");
        }
        if !test.absent.is_empty() {
            let _ = writeln!(text, "absent = [{}]", test.absent.iter().map(|rep| quoted(rep)).collect::<Vec<_>>().join(", "));
        }
        let lead = table(test.scene.lead.iter().map(|(key, value)| (key.as_str(), written(value))));
        let expect = table(test.expect.iter().map(|(key, value)| (*key, quoted(value))));
        let _ = write!(text, "lead   = {lead}\nexpect = {expect}\n");
    }
    text
}

fn table<'a>(pairs: impl Iterator<Item = (&'a str, String)>) -> String {
    let pairs: Vec<String> = pairs.map(|(key, value)| format!("{} = {value}", bare(key))).collect();
    if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
}

fn bare(key: &str) -> String {
    let plain = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain { key.to_owned() } else { quoted(key) }
}

/// A TOML string. JSON's escapes are TOML's as well.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn written(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
