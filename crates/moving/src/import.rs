//! The whole way: a file's text to a policy and a report.

use crate::columns::Columns;
use crate::condition::Condition;
use crate::filter::{self, Filter};
use crate::formula::{parse, translate};
use crate::report::{self, Fate, Outcome, Report};
use crate::write::{self, Written};
use crate::xml::{self, Entry, Rule};
use crate::{Problem, criteria};
use pointsman_engine::policy::diagnostic::{Diagnostic, Severity, did_you_mean};
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use std::ops::Not;

/// What to import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The rule whose entries become the policy's rules, by name. `None`: the active one.
    pub rule: Option<String>,
    /// Whether the other rules come along, switched off.
    pub retired: bool,
}

/// A policy and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The policy's files.
    pub sources: Sources,
    /// What became of every entry.
    pub report: Report,
}

/// An entry on its way to a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its number, from 1.
    pub number: usize,
    /// As it stands in the file.
    pub entry: Entry,
    /// Where it sends leads.
    pub target: Target,
    /// What it asks, or why that has no counterpart.
    pub condition: Result<Condition, String>,
    /// What is odd in the original.
    pub odd: Vec<String>,
    /// What to know of the translation.
    pub notes: Vec<String>,
}

/// A rule on its way into the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruleset {
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Its entries.
    pub pieces: Vec<Piece>,
}

/// Where an entry sends leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a user, by login.
    Rep(String),
    /// Into a queue, by its developer name.
    Queue(String),
    /// Nowhere: the present owner stays.
    Keep,
}

/// Imports a file of assignment rules.
///
/// # Errors
/// The text is no such file, or has no rule of the name asked for.
pub fn import(text: &str, options: &Options) -> Result<Import, Problem> {
    let rules = xml::rules(text)?;
    let live = chosen(&rules, options)?;
    let columns = columns(&rules);
    let mut sets: Vec<Ruleset> = (0..).zip(&rules).map(|(at, rule)| ruleset(rule, fate(at, live, options), &columns)).collect();
    let written = settle(&mut sets, &columns)?;
    let report = report_of(&rules, &sets, &written, &columns, live);
    Ok(Import { sources: written.sources, report })
}

/// The rule that becomes the policy.
fn chosen(rules: &[Rule], options: &Options) -> Result<Option<usize>, Problem> {
    let Some(name) = &options.rule else { return Ok(rules.iter().position(|rule| rule.active)) };
    let found = rules.iter().position(|rule| rule.name == *name);
    found.map(Some).ok_or_else(|| {
        let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
        let help = did_you_mean(name, &names).unwrap_or_else(|| format!("there is {}", names.join(", ")));
        Problem::whole(format!("the file has no rule `{name}`; {help}"))
    })
}

fn fate(at: usize, live: Option<usize>, options: &Options) -> Fate {
    match (Some(at) == live, options.retired) {
        (true, _) => Fate::Live,
        (false, true) => Fate::Retired,
        (false, false) => Fate::LeftOut,
    }
}

/// All fields of the file, so that a column's kind does not depend on what is imported.
fn columns(rules: &[Rule]) -> Columns {
    let mut columns = Columns::default();
    for entry in rules.iter().flat_map(|rule| &rule.entries) {
        entry.criteria.iter().for_each(|criterion| criteria::mention(criterion, &mut columns));
        if let Some(Ok(formula)) = entry.formula.as_deref().map(parse::parse) {
            translate::mention(&formula, &mut columns);
        }
    }
    columns.settle();
    columns
}

fn ruleset(rule: &Rule, fate: Fate, columns: &Columns) -> Ruleset {
    let entries = if fate == Fate::LeftOut { &[][..] } else { &rule.entries };
    let pieces = (1..).zip(entries).map(|(number, entry)| piece(number, entry, columns)).collect();
    Ruleset { name: rule.name.clone(), fate, pieces }
}

fn piece(number: usize, entry: &Entry, columns: &Columns) -> Piece {
    let (mut odd, mut notes) = (Vec::new(), Vec::new());
    let condition = condition(entry, columns, &mut odd, &mut notes);
    let (target, condition) = match target(entry) {
        Ok(target) => (target, condition),
        Err(why) => (Target::Keep, Err(why)),
    };
    odd.dedup();
    Piece { number, entry: entry.clone(), target, condition, odd, notes }
}

fn target(entry: &Entry) -> Result<Target, String> {
    match (&entry.assigned_to, entry.assigned_to_type.as_deref()) {
        (None, _) => Ok(Target::Keep),
        (Some(name), Some("Queue")) => Ok(Target::Queue(name.clone())),
        (Some(name), Some("User")) => Ok(Target::Rep(name.clone())),
        (Some(name), Some(other)) => Err(format!("`{name}` is a {other}, neither a user nor a queue")),
        (Some(name), None) => Err(format!("nothing says whether `{name}` is a user or a queue")),
    }
}

/// What an entry asks: a formula, or criteria joined by its filter. Nothing: every lead.
fn condition(entry: &Entry, columns: &Columns, odd: &mut Vec<String>, notes: &mut Vec<String>) -> Result<Condition, String> {
    match (&entry.formula, entry.criteria.is_empty()) {
        (Some(_), false) => Err("it has a formula and criteria".to_owned()),
        (Some(formula), true) => {
            let translation = translate::translate(&parse::parse(formula)?, columns)?;
            odd.extend(translation.odd);
            notes.extend(translation.notes);
            Ok(translation.condition)
        }
        (None, _) => of_criteria(entry, columns, odd, notes),
    }
}

/// The most criteria of an entry. Salesforce allows 25.
const MOST_CRITERIA: usize = 500;

fn of_criteria(entry: &Entry, columns: &Columns, odd: &mut Vec<String>, notes: &mut Vec<String>) -> Result<Condition, String> {
    let count = entry.criteria.len();
    if count > MOST_CRITERIA {
        return Err(format!("it has more than {MOST_CRITERIA} criteria"));
    }
    let filter = match &entry.filter {
        Some(text) => {
            let (filter, remarks) = filter::parse(text, count)?;
            odd.extend(remarks);
            filter
        }
        None => Filter::All((1..=count).map(Filter::Criterion).collect()),
    };
    let mut parts = Vec::with_capacity(count);
    for (number, criterion) in (1..).zip(&entry.criteria) {
        let (condition, remarks) = criteria::condition(criterion, columns)?;
        odd.extend(remarks);
        let same = (1..).zip(entry.criteria.iter().take(number - 1)).find(|(_, other)| *other == criterion);
        odd.extend(same.map(|(other, _)| format!("criterion {number} is the same as criterion {other}")));
        parts.push(condition);
    }
    let condition = filtered(&filter, &parts).simplified();
    let (before, after) = (leaves(&filtered(&filter, &parts)), leaves(&condition));
    notes.extend((after < before).then(|| "a list in several criteria is one list again".to_owned()));
    Ok(condition)
}

/// Criteria in the place of their numbers.
fn filtered(filter: &Filter, parts: &[Condition]) -> Condition {
    let each = |filters: &[Filter]| filters.iter().map(|filter| filtered(filter, parts)).collect();
    match filter {
        Filter::Criterion(number) => number.checked_sub(1).and_then(|at| parts.get(at)).cloned().unwrap_or(Condition::Never),
        Filter::All(filters) => Condition::All(each(filters)),
        Filter::Any(filters) => Condition::Any(each(filters)),
        Filter::Not(filter) => filtered(filter, parts).not(),
    }
}

fn leaves(condition: &Condition) -> usize {
    let (mut tests, mut pairs) = (0, 0);
    condition.each(&mut |_| tests += 1, &mut |_, _| pairs += 1);
    tests + pairs
}

/// Writes the policy until the engine takes it: each rule that it does not take becomes an exception.
fn settle(sets: &mut [Ruleset], columns: &Columns) -> Result<Written, Problem> {
    loop {
        let written = write::policy(sets, columns);
        let errors: Vec<Diagnostic> =
            read(&written.sources).diagnostics.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect();
        let Some(first) = errors.first() else { return Ok(written) };
        let mut changed = false;
        for error in &errors {
            let Some((set, piece)) = written.entry_at(&error.place.file, error.place.start) else { continue };
            let Some(piece) = sets.get_mut(set).and_then(|set| set.pieces.get_mut(piece)) else { continue };
            if piece.condition.is_ok() {
                piece.condition = Err(format!("the engine does not take it: {}", error.message));
                changed = true;
            }
        }
        if !changed {
            let (file, line) = (&first.place.file, first.place.line);
            return Err(Problem::whole(format!("a fault of this import: {file}:{line} of what it wrote: {}", first.message)));
        }
    }
}

fn report_of(rules: &[Rule], sets: &[Ruleset], written: &Written, columns: &Columns, live: Option<usize>) -> Report {
    let mut odd = Vec::new();
    let active: Vec<&str> = rules.iter().filter(|rule| rule.active).map(|rule| rule.name.as_str()).collect();
    if active.len() > 1 {
        odd.push(format!("{} rules are active, where Salesforce allows one: {}", active.len(), active.join(", ")));
    }
    if live.is_none() {
        odd.push("no rule is active, so the policy has none; choose one with `--rule NAME`".to_owned());
    }
    let reported = sets.iter().zip(rules).enumerate().map(|(at, (set, rule))| report::Rule {
        name: set.name.clone(),
        active: rule.active,
        became: set.fate,
        count: rule.entries.len(),
        entries: set.pieces.iter().enumerate().map(|(piece_at, piece)| entry_of(piece, written.name(at, piece_at))).collect(),
    });
    let asked = columns.all().filter(|(ix, _)| written.asked.contains(ix)).map(|(_, column)| report::Column {
        field: column.path.text.clone(),
        by_id: column.path.id,
        column: column.name.clone(),
        kind: write::kind_name(&column.kind),
        standard: !column.is_custom(),
    });
    let columns: Vec<report::Column> = asked.collect();
    let notes = NOTES.iter().filter(|(name, _)| columns.iter().any(|column| column.column == *name)).map(|(_, note)| (*note).to_owned());
    Report { rules: reported.collect(), notes: notes.collect(), columns, odd }
}

/// What to know of columns.
const NOTES: &[(&str, &str)] = &[
    (
        "country_name",
        "`country_name` is Lead.Country as it is written: Pointsman's own `country` is an ISO code, and would decide differently",
    ),
    ("country", "`country` holds ISO codes: names of countries are turned into them when leads come in"),
    ("owner_name", "`owner_name` is what the owner is called in Salesforce; Pointsman's own `owner` is a rep's e-mail address"),
];

fn entry_of(piece: &Piece, rule: &str) -> report::Entry {
    let (became, why) = match &piece.condition {
        Ok(Condition::Never) => (Outcome::Never, Some("it can hold for no lead".to_owned())),
        Ok(_) => (Outcome::Translated, None),
        Err(why) => (Outcome::Untranslated, Some(why.clone())),
    };
    report::Entry {
        number: piece.number,
        line: piece.entry.line,
        rule: rule.to_owned(),
        target: piece.target.written(),
        formula: piece.entry.formula.is_some(),
        became,
        why,
        odd: piece.odd.clone(),
        notes: piece.notes.clone(),
    }
}

impl Target {
    /// As the policy has it; `keep` where it is no target.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::Rep(login) => format!("rep:{login}"),
            Self::Queue(name) => format!("queue:{name}"),
            Self::Keep => "keep".to_owned(),
        }
    }
}
