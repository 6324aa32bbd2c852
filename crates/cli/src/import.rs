//! `pointsman import`: another tool's rules as a policy, with a report of what became of each.

use crate::args::{Format, ImportArgs, ImportFrom, SalesforceRulesArgs};
use crate::failure::Failure;
use crate::show::{self, BOLD, DIM, GREEN, YELLOW, styled};
use pointsman_moving::report::{Entry, Fate, Outcome, Report, Rule};
use pointsman_moving::{Import, Options, Problem, bytes, import};
use std::path::Path;

/// Writes the policy and prints the report.
pub fn run(args: &ImportArgs) -> Result<(), Failure> {
    match &args.from {
        ImportFrom::SalesforceRules(args) => salesforce_rules(args),
    }
}

fn salesforce_rules(args: &SalesforceRulesArgs) -> Result<(), Failure> {
    let content = std::fs::read(&args.file).map_err(|error| Failure::reading(&args.file, &error))?;
    let options = Options { rule: args.rule.clone(), retired: args.retired };
    let imported = bytes::text(&content).and_then(|text| import(text, &options)).map_err(|problem| said(&args.file, &problem))?;
    write(&imported, &args.out)?;
    match args.format {
        Format::Json => show::json(&imported.report),
        Format::Human => print(&imported, &args.out),
    }
}

fn said(file: &Path, problem: &Problem) -> Failure {
    let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
    Failure::Yours(format!("{}{line}: {}", file.display(), problem.message))
}

/// Writes the files of the policy; one that is there already is not touched.
fn write(imported: &Import, folder: &Path) -> Result<(), Failure> {
    if let Some(name) = imported.sources.files.keys().find(|name| folder.join(name).exists()) {
        return Err(Failure::Yours(format!("{}: is there already; choose another folder, or move it away", folder.join(name).display())));
    }
    std::fs::create_dir_all(folder).map_err(|error| Failure::creating(folder, &error))?;
    for (name, text) in &imported.sources.files {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| Failure::creating(&path, &error))?;
    }
    Ok(())
}

fn print(imported: &Import, folder: &Path) -> Result<(), Failure> {
    let report = &imported.report;
    for rule in &report.rules {
        show::print(&title(rule))?;
        if !rule.entries.is_empty() {
            show::print(&entries(rule))?;
            show::print("")?;
            remarks("exceptions", rule, |entry| entry.why.iter().cloned().collect())?;
            remarks("odd in the original", rule, |entry| entry.odd.clone())?;
            remarks("to know", rule, |entry| entry.notes.clone())?;
        }
    }
    if !report.columns.is_empty() {
        show::print(&format!("{}\n{}\n", styled(BOLD, "columns that leads need"), columns(report)))?;
    }
    for note in &report.notes {
        show::print(&format!("{} {note}\n", styled(BOLD, "note:")))?;
    }
    report.odd.iter().for_each(|odd| show::warning(odd));
    let files = imported.sources.files.keys().map(|name| folder.join(name).display().to_string()).collect::<Vec<_>>().join(", ");
    show::print(&format!("written: {files}\nnext:    pointsman check {}", folder.display()))
}

fn title(rule: &Rule) -> String {
    let (name, counts) = (styled(BOLD, &rule.name), rule.counts());
    let active = if rule.active { "active, " } else { "" };
    let entries = show::plural(rule.count, "entry", "entries");
    match rule.became {
        Fate::LeftOut => {
            format!("{name}  ({active}{entries}) left out; --retired brings it along switched off, --rule makes it the policy\n")
        }
        Fate::Retired => {
            format!("{name}  ({active}{entries}) switched off: {} translated, {}\n", counts.translated, exceptions(counts.exceptions))
        }
        Fate::Live => {
            format!("{name}  ({active}{entries}) {}, {}\n", show::counted(counts.translated, "rule"), exceptions(counts.exceptions))
        }
    }
}

fn exceptions(number: usize) -> String {
    show::counted(number, "exception")
}

fn entries(rule: &Rule) -> String {
    let became = |entry: &Entry| match (entry.became, rule.became) {
        (Outcome::Translated, Fate::Live) => styled(GREEN, "rule"),
        (Outcome::Translated, _) => "switched off".to_owned(),
        (Outcome::Never, _) => styled(YELLOW, "never holds"),
        (Outcome::Untranslated, _) => styled(YELLOW, "not translated"),
    };
    let rows = rule.entries.iter().map(|entry| [entry.number.to_string(), entry.line.to_string(), became(entry), entry.target.clone()]);
    show::table(["entry", "line", "became", "goes to"], &[0, 1], rows)
}

/// What is said of entries, each sentence once, with the entries it is said of.
fn remarks(heading: &str, rule: &Rule, of: impl Fn(&Entry) -> Vec<String>) -> Result<(), Failure> {
    let mut said: Vec<(String, Vec<usize>)> = Vec::new();
    for entry in &rule.entries {
        for sentence in of(entry) {
            match said.iter_mut().find(|(have, _)| *have == sentence) {
                Some((_, entries)) => entries.push(entry.number),
                None => said.push((sentence, vec![entry.number])),
            }
        }
    }
    if said.is_empty() {
        return Ok(());
    }
    show::print(&styled(BOLD, heading))?;
    for (sentence, entries) in said {
        let numbers = entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let whose = if entries.len() == 1 { "entry" } else { "entries" };
        show::print(&format!("  {sentence} {}", styled(DIM, format!("({whose} {numbers})"))))?;
    }
    show::print("")
}

fn columns(report: &Report) -> String {
    let rows = report.columns.iter().map(|column| {
        let id = if column.by_id { ", the id" } else { "" };
        let ours = if column.standard { "yes" } else { "" };
        [format!("{}{id}", column.field), column.column.clone(), column.kind.to_owned(), ours.to_owned()]
    });
    show::table(["Salesforce", "column", "holds", "standard"], &[], rows)
}
