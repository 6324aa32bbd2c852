//! What assignment rules do with a lead: a direct interpreter of the XML, one entry after the other.

use crate::formula;
use crate::xml::Element;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A lead as Salesforce has it: values by the field's path, blank where there is none. What formulas compare by id
/// stands under the path with `#id` after it. The interpreter takes values as they compare ([`plainly`]).
pub type Lead = BTreeMap<String, String>;

/// A lead whose values are as they compare.
pub fn plainly(lead: &Lead) -> Lead {
    lead.iter().map(|(field, value)| (field.clone(), plain(value))).collect()
}

/// What a field holds, in the words of the policy's kinds.
pub type Kinds = BTreeMap<String, String>;

/// A field's value; blank where there is none.
pub fn value<'a>(lead: &'a Lead, field: &str) -> &'a str {
    lead.get(field).map_or("", |value| value)
}

/// Text as it compares.
pub fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

/// An entry, its texts taken apart once.
pub struct Entry {
    pub criteria: Vec<Criterion>,
    pub filter: String,
    pub formula: String,
    /// What it is written to do: `queue:NAME`, `rep:LOGIN` or `keep`.
    pub target: String,
}

pub struct Criterion {
    pub field: String,
    pub operation: String,
    pub other: String,
    pub elements: Vec<String>,
    plain: Vec<String>,
}

impl Entry {
    pub fn of(entry: &Element) -> Self {
        let target = match (entry.child("assignedTo").trim(), entry.child("assignedToType")) {
            ("", _) => "keep".to_owned(),
            (name, "Queue") => format!("queue:{name}"),
            (name, _) => format!("rep:{name}"),
        };
        let criteria = entry.all("criteriaItems").map(Criterion::of).collect();
        Self { criteria, filter: entry.child("booleanFilter").to_owned(), formula: entry.child("formula").to_owned(), target }
    }

    /// Whether a lead satisfies it.
    pub fn holds(&self, lead: &Lead, kinds: &Kinds) -> bool {
        if !self.formula.is_empty() {
            return formula::holds(&self.formula, lead);
        }
        let mut results = self.criteria.iter().map(|criterion| criterion.holds(lead, kinds));
        if self.filter.is_empty() { results.all(|result| result) } else { joined(&self.filter, &results.collect::<Vec<_>>()) }
    }
}

impl Criterion {
    fn of(item: &Element) -> Self {
        let elements = elements(item.child("value"));
        Self {
            field: item.child("field").to_owned(),
            operation: item.child("operation").to_owned(),
            other: item.child("valueField").to_owned(),
            plain: elements.iter().map(|element| plain(element)).collect(),
            elements,
        }
    }

    /// Whether a lead satisfies it.
    pub fn holds(&self, lead: &Lead, kinds: &Kinds) -> bool {
        let kind = kinds.get(&self.field).map_or("text", |kind| kind);
        let value = value(lead, &self.field);
        if !self.other.is_empty() {
            return (value == self::value(lead, &self.other)) == (self.operation == "equals");
        }
        let any = |test: &dyn Fn(&str) -> bool| self.plain.iter().any(|element| test(element));
        let text = |test: fn(&str, &str) -> bool| {
            any(&|element: &str| match (value.is_empty(), element.is_empty()) {
                (true, true) => true,
                (false, false) => test(value, element),
                _ => false,
            })
        };
        let same_number = |value: &str, element: &str| value.parse::<f64>() == element.parse::<f64>();
        let ordered = |wanted: fn(Ordering) -> bool| !value.is_empty() && any(&|element| order(value, element, kind).is_some_and(wanted));
        match self.operation.as_str() {
            "equals" if kind == "boolean" => any(&|element| (value == "true") == (element == "true")),
            "notEqual" if kind == "boolean" => !any(&|element| (value == "true") == (element == "true")),
            "equals" if kind == "number" => text(same_number),
            "notEqual" if kind == "number" => !text(same_number),
            "equals" => text(|value, element| value == element),
            "notEqual" => !text(|value, element| value == element),
            "contains" => text(|value, element| value.contains(element)),
            "notContain" => !text(|value, element| value.contains(element)),
            "startsWith" => text(|value, element| value.starts_with(element)),
            "includes" => any(&|element| includes(value, element)),
            "excludes" => !any(&|element| includes(value, element)),
            "lessThan" => ordered(Ordering::is_lt),
            "lessOrEqual" => ordered(Ordering::is_le),
            "greaterThan" => ordered(Ordering::is_gt),
            "greaterOrEqual" => ordered(Ordering::is_ge),
            other => panic!("no such operation: {other}"),
        }
    }
}

/// Numbers as numbers, texts letter by letter.
fn order(value: &str, element: &str, kind: &str) -> Option<Ordering> {
    if matches!(kind, "number" | "integer") {
        let (value, element): (f64, f64) = (value.parse().ok()?, element.parse().ok()?);
        return value.partial_cmp(&element);
    }
    Some(value.cmp(element))
}

/// Of a multi-select picklist: all that the element names are chosen.
fn includes(value: &str, element: &str) -> bool {
    let chosen: Vec<String> = value.split(';').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
    let mut wanted = element.split(';').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).peekable();
    match wanted.peek() {
        None => chosen.is_empty(),
        Some(_) => wanted.all(|item| chosen.contains(&item)),
    }
}

/// The elements of a value: commas part them, but not in quotes that open and close an element.
pub fn elements(value: &str) -> Vec<String> {
    let letters: Vec<char> = value.chars().collect();
    let (mut elements, mut element, mut at) = (Vec::new(), String::new(), 0);
    while at < letters.len() {
        let quoted = (letters[at] == '"' && element.trim().is_empty()).then(|| closing(&letters, at + 1)).flatten();
        if let Some((text, end)) = quoted {
            element = text;
            at = end;
            while at < letters.len() && letters[at] != ',' {
                at += 1;
            }
        } else if letters[at] == ',' {
            elements.push(std::mem::take(&mut element));
            at += 1;
        } else if letters[at] == '\\' && letters.get(at + 1) == Some(&'"') {
            element.push('"');
            at += 2;
        } else {
            element.push(letters[at]);
            at += 1;
        }
    }
    elements.push(element);
    elements.iter().map(|element| element.trim().to_owned()).collect()
}

/// The text up to a quote that is followed by a comma or the end, and the place after it.
fn closing(letters: &[char], from: usize) -> Option<(String, usize)> {
    let (mut text, mut at) = (String::new(), from);
    while at < letters.len() {
        if matches!(letters[at], '"' | '\\') && letters.get(at + 1) == Some(&'"') {
            text.push('"');
            at += 2;
        } else if letters[at] == '"' {
            let next = letters[at + 1..].iter().find(|letter| !letter.is_whitespace());
            return matches!(next, None | Some(',')).then_some((text, at + 1));
        } else {
            text.push(letters[at]);
            at += 1;
        }
    }
    None
}

/// A filter, worked out by rewriting it until one value is left.
fn joined(filter: &str, results: &[bool]) -> bool {
    let mut text = String::new();
    let mut number = String::new();
    for letter in format!("{} ", filter.to_uppercase()).chars() {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        if !number.is_empty() {
            let at: usize = number.parse().unwrap();
            text.push(if results[at - 1] { 'T' } else { 'F' });
            number.clear();
        }
        text.push(letter);
    }
    let mut text = text.replace("AND", "&").replace("NOT", "!").replace("OR", "|").replace(char::is_whitespace, "");
    let steps = [("(T)", "T"), ("(F)", "F"), ("!T", "F"), ("!F", "T"), ("T&T", "T"), ("T&F", "F"), ("F&T", "F"), ("F&F", "F")];
    let last = [("T|T", "T"), ("T|F", "T"), ("F|T", "T"), ("F|F", "F")];
    while text.len() > 1 {
        let before = text.clone();
        for (from, to) in steps {
            text = text.replace(from, to);
        }
        if text == before {
            // Only *or* is left at the innermost level.
            let from = last.iter().filter_map(|(from, to)| Some((text.find(from)?, from, to))).min();
            let (at, from, to) = from.unwrap();
            text.replace_range(at..at + from.len(), to);
        }
    }
    text == "T"
}
