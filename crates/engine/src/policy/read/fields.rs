//! `[fields]`: what leads and accounts carry beyond the standard fields, and what kind it is.

use super::Reading;
use super::names::WORDS;
use super::node::Node;
use crate::field::{Field, Kind};
use crate::policy::diagnostic::Diagnostic;
use crate::value::fold;

/// Keys of a field.
pub(in crate::policy) const KEYS: &[&str] = &["type", "values"];
/// What `type` may be.
pub(in crate::policy) const TYPES: &[&str] = &["text", "choice", "number", "integer", "boolean", "date", "list", "country"];
/// What a condition reads as something else, beside words of expressions.
const RESERVED: &[&str] = &["account", "segment"];

/// Declares the fields.
pub(super) fn read(reading: &mut Reading<'_>, nodes: &[Node<'_>]) {
    for node in nodes {
        // `account.tier = "text"` without quotes is a table `account` in TOML.
        if node.name == "account" && node.is_table() {
            for inner in node.map(&mut reading.found).iter().flat_map(super::node::Section::nodes) {
                declare(reading, &inner, &format!("account.{}", inner.name));
            }
        } else {
            declare(reading, node, node.name);
        }
    }
}

fn declare(reading: &mut Reading<'_>, node: &Node<'_>, name: &str) {
    let kind = kind(node, &mut reading.found);
    let plain = name.strip_prefix("account.").unwrap_or(name);
    let standard = reading.fields.find(name);
    let problem = if RESERVED.contains(&plain) || WORDS.contains(&plain) {
        Some(format!("`{name}` is a word of the policy language and cannot name a field"))
    } else if standard.is_none() && !is_column(plain) {
        Some(format!("`{name}` cannot name a field: use small letters, digits and `_`, beginning with a letter"))
    } else {
        None
    };
    if let Some(message) = problem {
        let suggestion = column(plain);
        let help = (suggestion != plain && is_column(&suggestion)).then(|| format!("columns are found as `{suggestion}`: write that"));
        reading.found.push(Diagnostic::error("bad-field-name", node.key_place(), message).help(help));
    }
    // A field whose type is broken is still known, so that conditions on it are not errors too.
    let kind = kind.or_else(|| standard.is_none().then_some(Kind::Text));
    match (standard, kind) {
        (Some(standard), Some(kind)) => narrow(reading, node, &standard, kind),
        (None, Some(kind)) => reading.fields.declare(name, kind),
        (_, None) => {}
    }
}

/// A standard field keeps its kind, but a text may become a choice.
fn narrow(reading: &mut Reading<'_>, node: &Node<'_>, standard: &Field, kind: Kind) {
    match (&standard.kind, &kind) {
        (Kind::Text, Kind::Choice(_)) => reading.fields.declare(&standard.name, kind),
        (old, new) if old == new => {}
        (old, _) => {
            let message = format!("`{}` is a standard field that holds {}", standard.name, old.noun());
            let advice = "a standard text field may be narrowed to a choice, nothing else: give yours another name";
            reading.found.push(Diagnostic::error("standard-field", node.key_place(), message).help(Some(advice)));
        }
    }
}

fn kind(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Kind> {
    let section = if node.is_table() { Some(node.section(KEYS, found)?) } else { None };
    let (of, values) = match section {
        Some(section) => (section.required("type", found)?, section.get("values")),
        None => (*node, None),
    };
    let word = of.one_of(&TYPES.iter().map(|word| (*word, *word)).collect::<Vec<_>>(), found)?;
    if word == "choice" {
        return choice(&of, values, found);
    }
    if let Some(values) = values {
        let problem = Diagnostic::error("useless-key", values.key_place(), format!("`values` is for a choice, not for `{word}`"));
        found.push(problem.help(Some("write `type = \"choice\"`, or leave `values` out")));
    }
    Some(match word {
        "number" => Kind::Number,
        "integer" => Kind::Integer,
        "boolean" => Kind::Bool,
        "date" => Kind::Time,
        "list" => Kind::List,
        "country" => Kind::Country,
        _ => Kind::Text,
    })
}

fn choice(of: &Node<'_>, values: Option<Node<'_>>, found: &mut Vec<Diagnostic>) -> Option<Kind> {
    let Some(node) = values else {
        let problem = of.error("missing-key", "a choice lacks its `values`");
        found.push(problem.help(Some("write `{ type = \"choice\", values = [\"one\", \"two\"] }`")));
        return None;
    };
    let mut choices: Vec<Box<str>> = Vec::new();
    for value in node.list("a list of texts", found)? {
        let Some(text) = value.text(found) else { continue };
        if choices.iter().any(|other| fold(other) == fold(text)) {
            found.push(value.error("duplicate", format!("`{text}` is given twice")).help(Some("remove one of the two")));
        } else {
            choices.push(text.into());
        }
    }
    if choices.is_empty() {
        found.push(node.error("empty", "a choice needs at least one value"));
        return None;
    }
    Some(Kind::Choice(choices))
}

/// A column's name as records are read.
fn column(name: &str) -> String {
    fold(name).chars().map(|c| if c.is_whitespace() || c == '-' { '_' } else { c }).collect()
}

fn is_column(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    begins && name == column(name) && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
