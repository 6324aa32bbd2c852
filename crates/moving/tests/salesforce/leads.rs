//! Random leads for one assignment rule: values from its own lists, near misses, blanks, and others.

use crate::rules::{Criterion, Entry, Kinds, Lead, plainly};
use std::collections::BTreeMap;

/// Numbers by lot, the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// Less than a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) % bound.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// The values that a rule's fields are compared with.
pub fn values(entries: &[Entry]) -> BTreeMap<String, Vec<String>> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in entries {
        for criterion in &entry.criteria {
            values.entry(criterion.field.clone()).or_default().extend(criterion.values());
            if !criterion.other.is_empty() {
                values.entry(criterion.other.clone()).or_default();
            }
        }
        let (fields, texts) = words(&entry.formula);
        for field in fields {
            values.entry(field).or_default().extend(texts.iter().cloned());
        }
    }
    for of in values.values_mut() {
        of.sort();
        of.dedup();
    }
    values
}

/// The fields and the texts of a formula.
fn words(formula: &str) -> (Vec<String>, Vec<String>) {
    let (mut fields, mut texts, mut word) = (Vec::new(), Vec::new(), String::new());
    let mut letters = format!("{formula} ").chars().collect::<Vec<_>>().into_iter().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_alphanumeric() || "_.".contains(letter) {
            word.push(letter);
            continue;
        }
        while letters.peek() == Some(&' ') && letter == ' ' {
            letters.next();
        }
        let call = letter == '(' || (letter == ' ' && letters.peek() == Some(&'('));
        let name = std::mem::take(&mut word);
        let constant =
            name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || ["true", "false", "null"].contains(&&*name.to_lowercase());
        if !constant && !call {
            let path = if name.contains('.') { name } else { format!("Lead.{name}") };
            fields.push(if path.ends_with("Id") { format!("{path}#id") } else { path });
        } else if name.starts_with(|c: char| c.is_ascii_digit()) {
            texts.push(name);
        }
        if matches!(letter, '"' | '\'') {
            texts.push(letters.by_ref().take_while(|next| *next != letter).collect());
        }
    }
    (fields, texts)
}

impl Criterion {
    fn values(&self) -> impl Iterator<Item = String> + '_ {
        self.elements.iter().filter(|element| !element.is_empty()).cloned()
    }
}

/// A lead; more often than not it satisfies the criteria of one entry. What else it has is of no interest to any
/// rule, or much, or something in between.
pub fn lead(entries: &[Entry], values: &BTreeMap<String, Vec<String>>, kinds: &Kinds, dice: &mut Dice) -> Lead {
    let mut lead = Lead::new();
    let much = dice.below(3);
    for (field, of) in values {
        if dice.below(3) < much {
            lead.insert(field.clone(), some(field, of, kinds, dice));
        } else if much == 0 && kinds.get(field).is_none_or(|kind| kind == "text") {
            lead.insert(field.clone(), format!("Some {field}"));
        }
    }
    if entries.is_empty() {
        return lead;
    }
    let entry = dice.pick(entries);
    for criterion in &entry.criteria {
        satisfy(criterion, &mut lead, values, kinds, dice);
    }
    let (fields, _) = words(&entry.formula);
    let same = fields.first().map(|field| some(field, &values[field], kinds, dice));
    for field in fields {
        let plain = kinds.get(&field).is_none_or(|kind| kind == "text");
        let value = same.clone().filter(|_| plain && dice.below(4) == 0);
        let value = value.unwrap_or_else(|| some(&field, &values[&field], kinds, dice));
        lead.insert(field, value);
    }
    lead
}

/// Gives the lead a value that satisfies a criterion, nine times out of ten.
fn satisfy(criterion: &Criterion, lead: &mut Lead, values: &BTreeMap<String, Vec<String>>, kinds: &Kinds, dice: &mut Dice) {
    let own: Vec<String> = criterion.values().collect();
    for _ in 0..dice.below(10) {
        let asked = [&criterion.field, &criterion.other].into_iter().filter_map(|field| lead.get_key_value(field));
        if criterion.holds(&plainly(&asked.map(|(field, value)| (field.clone(), value.clone())).collect()), kinds) {
            return;
        }
        let from = if dice.below(3) > 0 && !own.is_empty() { &own } else { &values[&criterion.field] };
        let value = some(&criterion.field, from, kinds, dice);
        lead.insert(criterion.field.clone(), value);
    }
}

/// A value for a field: one of its values, something near one, nothing, or something else.
fn some(field: &str, values: &[String], kinds: &Kinds, dice: &mut Dice) -> String {
    match kinds.get(field).map_or("text", |kind| kind) {
        "boolean" => (*dice.pick(&["True", "False", "true", "FALSE", " true ", "", "maybe"])).to_owned(),
        "date" => (*dice.pick(&["2026-03-01T09:00:00Z", "2020-12-31T23:59:59+02:00", ""])).to_owned(),
        "number" | "integer" => {
            let number: i64 = if values.is_empty() { 7 } else { dice.pick(values).parse().unwrap_or(7) };
            let near = [number - 1, number, number, number + 1, 0, number * 10, -number];
            if dice.below(8) == 0 { String::new() } else { dice.pick(&near).to_string() }
        }
        _ if values.is_empty() => (*dice.pick(&["", "x", "Something else"])).to_owned(),
        kind => text(kind, values, dice),
    }
}

fn text(kind: &str, values: &[String], dice: &mut Dice) -> String {
    let value = dice.pick(values).clone();
    let (first, last) = (value.chars().next().map_or(0, char::len_utf8), value.chars().next_back().map_or(0, char::len_utf8));
    let joint = if kind == "list" { ";" } else { " " };
    match dice.below(16) {
        0 => value.to_uppercase(),
        1 => value.to_lowercase(),
        2 => format!("  {value} "),
        3 => value[first..].to_owned(),
        4 => value[..value.len() - last].to_owned(),
        5 => format!("{value}x"),
        6 => format!("x {value}"),
        7 => format!("see {value}, please"),
        8 => format!("{value}{joint}{}", dice.pick(values)),
        9 => [" ", "Something else", "0", "zzz", "10500", "99999-1234", "a"][dice.below(7)].to_owned(),
        10 => near_number(&value, dice),
        _ => value,
    }
}

/// A postcode's neighbour; what is no number stays as it is.
fn near_number(value: &str, dice: &mut Dice) -> String {
    match value.parse::<i64>() {
        Ok(number) if value.len() < 10 => format!("{:0width$}", (number + dice.below(5) as i64 - 2).max(0), width = value.len()),
        _ => value.to_owned(),
    }
}
