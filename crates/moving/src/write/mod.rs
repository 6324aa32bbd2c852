//! The policy's text: `routing.toml`, and `retired.toml` for rules that came along switched off.

pub mod lists;
pub mod text;
pub mod when;

use crate::columns::{Column, ColumnIx, Columns};
use crate::condition::Condition;
use crate::import::{Piece, Ruleset, Target};
use crate::report::Fate;
use lists::Lists;
use pointsman_engine::field::Kind;
use pointsman_engine::policy::source::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use text::{comment, toml};
use when::Writer;

/// A condition that no lead satisfies, for rules that must not match when somebody switches them on.
pub const NEVER: &str = "id is missing";
/// The first file of a policy.
const ROUTING: &str = "routing.toml";
/// Where retired rules go.
const RETIRED: &str = "retired.toml";
/// The queue that stands for Salesforce's default lead owner.
const FALLBACK: &str = "default-lead-owner";

/// What was written.
pub struct Written {
    /// The files.
    pub sources: Sources,
    /// The columns that conditions ask for.
    pub asked: BTreeSet<ColumnIx>,
    /// Where every entry stands, by rule and entry, both from 0.
    places: BTreeMap<(usize, usize), Place>,
}

struct Place {
    file: &'static str,
    bytes: Range<usize>,
    name: String,
}

impl Written {
    /// The entry (rule, entry, both from 0) whose text holds a byte of a file.
    #[must_use]
    pub fn entry_at(&self, file: &str, byte: usize) -> Option<(usize, usize)> {
        self.places.iter().find(|(_, place)| place.file == file && place.bytes.contains(&byte)).map(|(at, _)| *at)
    }

    /// The name of an entry's rule.
    #[must_use]
    pub fn name(&self, set: usize, piece: usize) -> &str {
        self.places.get(&(set, piece)).map_or("", |place| &place.name)
    }
}

/// Writes the policy.
#[must_use]
pub fn policy(sets: &[Ruleset], columns: &Columns) -> Written {
    let (mut lists, mut asked, mut places, mut names) = (Lists::default(), BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
    let mut texts: BTreeMap<&'static str, String> = BTreeMap::new();
    for (at, set) in sets.iter().enumerate().filter(|(_, set)| set.fate != Fate::LeftOut) {
        let file = if set.fate == Fate::Live { ROUTING } else { RETIRED };
        let text = texts.entry(file).or_default();
        if file == RETIRED {
            text.push_str(&comment(&format!("The rule \"{}\", which Salesforce does not use.", set.name)));
            text.push('\n');
        }
        for (piece_at, piece) in set.pieces.iter().enumerate() {
            let name = unique(name(set, piece), &mut names);
            let start = text.len();
            text.push_str(&rule(set, piece, &name, columns, &mut lists));
            if let Ok(condition) = &piece.condition {
                asked.extend(columns_of(condition));
            }
            places.insert((at, piece_at), Place { file, bytes: start..text.len(), name });
            text.push('\n');
        }
    }
    let live = sets.iter().find(|set| set.fate == Fate::Live).map(|set| set.name.as_str());
    let head = head(live, &asked, columns, &lists);
    for place in places.values_mut().filter(|place| place.file == ROUTING) {
        place.bytes = place.bytes.start + head.len()..place.bytes.end + head.len();
    }
    let rules = texts.remove(ROUTING).unwrap_or_default();
    let mut files = BTreeMap::from([(ROUTING.to_owned(), format!("{head}{rules}{}", fallback()))]);
    files.extend(texts.into_iter().map(|(file, text)| (file.to_owned(), format!("{}\n", text.trim_end()))));
    Written { sources: Sources { files }, asked, places }
}

fn columns_of(condition: &Condition) -> BTreeSet<ColumnIx> {
    let (mut tests, mut pairs) = (BTreeSet::new(), BTreeSet::new());
    condition.each(
        &mut |test| {
            tests.insert(test.column);
        },
        &mut |left, right| pairs.extend([left, right]),
    );
    tests.extend(pairs);
    tests
}

fn head(live: Option<&str>, asked: &BTreeSet<ColumnIx>, columns: &Columns, lists: &Lists) -> String {
    let name = live.filter(|name| !name.is_empty()).unwrap_or("Salesforce lead assignment");
    let mut text = comment("Imported from Salesforce's lead assignment rules by `pointsman import salesforce-rules`.");
    text.push_str(&format!("\n[policy]\nname = {}\n\n", toml(name)));
    let custom: Vec<&Column> = asked.iter().filter_map(|ix| columns.get(*ix)).filter(|column| column.is_custom()).collect();
    if !custom.is_empty() {
        text.push_str("# What leads carry beyond the standard fields. Texts compare without case.\n[fields]\n");
        let width = custom.iter().map(|column| column.name.len()).max().unwrap_or(0);
        for column in custom {
            let kind = toml(kind_name(&column.kind));
            text.push_str(&format!("{:width$} = {kind:9} {}", column.name, comment(&origin(column))));
        }
        text.push('\n');
    }
    text.push_str(&lists.section());
    text
}

fn origin(column: &Column) -> String {
    let by = match (column.path.id, column.path.text.ends_with("Id")) {
        (true, _) => ", the id",
        (false, true) => ", the name",
        (false, false) => "",
    };
    format!("{}{by}", column.path.text)
}

fn fallback() -> String {
    format!("# In Salesforce a lead that no entry takes goes to the default lead owner.\n[fallback]\nqueue = {}\n", toml(FALLBACK))
}

/// The policy's word for a kind.
#[must_use]
pub const fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Choice(_) => "text",
        Kind::Country => "country",
        Kind::Number => "number",
        Kind::Integer => "integer",
        Kind::Bool => "boolean",
        Kind::Time => "date",
        Kind::List => "list",
    }
}

fn name(set: &Ruleset, piece: &Piece) -> String {
    let whose = match &piece.target {
        Target::Rep(name) | Target::Queue(name) => name.as_str(),
        Target::Keep if piece.condition.is_err() && piece.entry.assigned_to.is_some() => "nobody known",
        Target::Keep => "the owner stays",
    };
    let of = if set.fate == Fate::Retired { format!("{}, entry", set.name) } else { "Entry".to_owned() };
    format!("{of} {}: {whose}", piece.number)
}

/// Rules that are called the same get numbers.
fn unique(name: String, names: &mut BTreeSet<String>) -> String {
    let taken = |name: &String| names.contains(name);
    let name = if taken(&name) { (2..).map(|at| format!("{name} ({at})")).find(|name| !taken(name)).unwrap_or(name) } else { name };
    names.insert(name.clone());
    name
}

fn rule(set: &Ruleset, piece: &Piece, name: &str, columns: &Columns, lists: &mut Lists) -> String {
    let mut text = remarks(piece);
    let owner = match &piece.target {
        Target::Rep(name) | Target::Queue(name) => name.split('@').next().unwrap_or(name),
        Target::Keep => "keep",
    };
    let (when, live) = match &piece.condition {
        Ok(Condition::Never) | Err(_) => (Some(toml(NEVER)), false),
        Ok(condition) => (Writer { columns, lists, owner }.when(condition), set.fate == Fate::Live),
    };
    let does = if piece.target == Target::Keep { "then" } else { "assign" };
    let width = if live { does.len().max(4) } else { "enabled".len() };
    text.push_str("[[rule]]\n");
    let mut line = |key: &str, value: &str| text.push_str(&format!("{key:width$} = {value}\n"));
    line("name", &toml(name));
    if !live {
        line("enabled", "false");
    }
    if let Some(when) = when {
        line("when", &when);
    }
    line(does, &toml(&piece.target.written()));
    text
}

/// What stands above a rule: why it is an exception, and what Salesforce does beside it.
fn remarks(piece: &Piece) -> String {
    let mut text = String::new();
    match &piece.condition {
        Ok(Condition::Never) => {
            text.push_str("# Switched off: it can hold for no lead.\n");
            text.push_str(&original(piece));
        }
        Err(why) => {
            text.push_str(&comment(&format!("Not translated: {why}.")));
            text.push_str(&original(piece));
        }
        Ok(_) => {}
    }
    if let Some(template) = &piece.entry.template {
        text.push_str(&comment(&format!("Salesforce sends the new owner the template {template}.")));
    }
    for (name, value) in &piece.entry.others {
        text.push_str(&comment(&format!("Salesforce: {name} = {value}")));
    }
    text
}

/// What the entry asks, in its own words.
fn original(piece: &Piece) -> String {
    let entry = &piece.entry;
    let mut text = String::new();
    if let Some(formula) = &entry.formula {
        text.push_str(&comment(formula));
    }
    for (number, criterion) in (1..).zip(&entry.criteria) {
        let value = criterion.value_field.as_ref().unwrap_or(&criterion.value);
        text.push_str(&comment(&format!("{number}. {} {} {value}", criterion.field, criterion.operation)));
    }
    if let Some(filter) = &entry.filter {
        text.push_str(&comment(&format!("filter: {filter}")));
    }
    if let (Some(to), Target::Keep) = (&entry.assigned_to, &piece.target) {
        text.push_str(&comment(&format!("to: {to}")));
    }
    text
}
