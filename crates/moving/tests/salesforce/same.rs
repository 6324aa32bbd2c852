//! The same lead, decided twice.

use crate::leads::{Dice, lead, values};
use crate::rules::{Entry, Kinds, Lead, plainly};
use crate::xml::{self, Element};
use crate::{File, public, small};
use jiff::Timestamp;
use pointsman_engine::facts::Facts;
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::{Action, Policy, RowRef};
use pointsman_engine::records::leads::from_json;
use pointsman_engine::rules::Index;
use pointsman_moving::report::{self, Column, Outcome, Report};
use pointsman_moving::{Options, import};
use std::collections::BTreeMap;

const LEADS: usize = 10_000;

/// One assignment rule, imported as the policy.
struct Moved {
    entries: Vec<Entry>,
    report: Report,
    policy: Policy,
    index: Index,
    kinds: Kinds,
}

impl Moved {
    fn of(file: &File, rule: &Element) -> Self {
        let options = Options { rule: Some(rule.child("fullName").trim().to_owned()), retired: false };
        let import = import(&file.text, &options).unwrap();
        let checked = read(&import.sources);
        let policy = checked.policy.unwrap_or_else(|| panic!("{}: {:?}", file.name, checked.diagnostics));
        let index = Index::build(&policy);
        let kinds = import.report.columns.iter().map(|column| (field(column), column.kind.to_owned())).collect();
        let entries = rule.all("ruleEntry").map(Entry::of).collect();
        Self { entries, report: import.report, policy, index, kinds }
    }

    fn entries(&self) -> impl Iterator<Item = (&Entry, &report::Entry)> {
        let of_rule = self.report.rules.iter().find(|rule| !rule.entries.is_empty());
        self.entries.iter().zip(of_rule.map_or(&[][..], |rule| &rule.entries))
    }

    /// What the policy does: the rule's name and its target.
    fn decided(&self, lead: &Lead) -> Option<(String, String)> {
        let mut object = serde_json::Map::new();
        for column in &self.report.columns {
            let value = lead.get(&field(column)).map(String::as_str).unwrap_or("");
            let value = if column.kind == "list" { value.replace(';', "|") } else { value.to_owned() };
            object.insert(column.column.clone(), value.into());
        }
        let lead = from_json(&object, 1, &mut Vec::new()).unwrap();
        let facts = Facts::read(&self.policy.fields, &self.policy.matching, &lead, None, Timestamp::UNIX_EPOCH);
        self.index.first(&self.policy, &facts, None).map(|row| self.action(row))
    }

    fn action(&self, row: RowRef) -> (String, String) {
        let target = match &self.policy.row(row).unwrap().action {
            Action::Assign(assign) => self.policy.target_name(assign.targets[0]),
            Action::Keep => "keep".to_owned(),
            other => panic!("an import never does {other:?}"),
        };
        (self.policy.rules[row.rule.at()].name.to_string(), target)
    }

    /// What Salesforce does, of entries and whether they hold. What has no counterpart is left out; what is said never
    /// to hold must not.
    fn expected(&self, holding: &[(&Entry, &report::Entry)]) -> Option<(String, String)> {
        let (entry, report) = holding.iter().find(|(_, report)| report.became != Outcome::Untranslated)?;
        Some((report.rule.clone(), entry.target.clone()))
    }
}

/// A field's path, as the interpreter knows it.
fn field(column: &Column) -> String {
    if column.by_id { format!("{}#id", column.field) } else { column.field.clone() }
}

/// Decides random leads twice. Returns how often each translated entry's condition held, and how often it decided.
fn compare(file: &File, rule: &Element) -> BTreeMap<String, (usize, usize)> {
    let moved = Moved::of(file, rule);
    let values = values(&moved.entries);
    let mut met: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let translated = moved.entries().filter(|(_, report)| report.became == Outcome::Translated);
    met.extend(translated.map(|(_, report)| (report.rule.clone(), (0, 0))));
    let mut dice = Dice(7);
    for _ in 0..LEADS {
        let lead = lead(&moved.entries, &values, &moved.kinds, &mut dice);
        let plain = plainly(&lead);
        let holding: Vec<_> = moved.entries().filter(|(entry, _)| entry.holds(&plain, &moved.kinds)).collect();
        let (expected, decided) = (moved.expected(&holding), moved.decided(&lead));
        assert_eq!(decided, expected, "{}, {}: {lead:#?}", file.name, rule.child("fullName"));
        for (_, report) in holding {
            met.entry(report.rule.clone()).and_modify(|(held, _)| *held += 1);
        }
        if let Some((name, _)) = decided {
            met.entry(name).and_modify(|(_, decided)| *decided += 1);
        }
    }
    met
}

/// How many entries there are, how many of them decide some lead, and how many leads satisfy the one that fewest do.
#[derive(Debug)]
struct Coverage {
    entries: usize,
    deciding: usize,
    fewest: usize,
}

fn all_the_same(files: &[File]) -> Coverage {
    let mut coverage = Coverage { entries: 0, deciding: 0, fewest: LEADS };
    for file in files {
        let root = xml::read(&file.text);
        for rule in root.all("assignmentRule") {
            for (name, (held, decided)) in compare(file, rule) {
                assert!(held > 0, "{}, {}: no lead satisfies {name}", file.name, rule.child("fullName"));
                coverage.entries += 1;
                coverage.deciding += usize::from(decided > 0);
                coverage.fewest = coverage.fewest.min(held);
                if decided == 0 {
                    println!("  decides nothing: {}, {}, {name}, which {held} leads satisfy", file.name, rule.child("fullName"));
                }
            }
        }
    }
    coverage
}

#[test]
fn small_files_decide_as_their_xml_says() {
    let coverage = all_the_same(&small());
    assert!(coverage.entries >= 30 && coverage.deciding == coverage.entries, "{coverage:?}");
}

/// Every rule of every file, active or not. Most of the few entries that decide nothing are dead in the original.
#[test]
fn files_of_public_organisations_decide_as_their_xml_says() {
    let files = public();
    if files.is_empty() {
        return;
    }
    let coverage = all_the_same(&files);
    println!("{coverage:?}");
    assert!(coverage.deciding * 100 >= coverage.entries * 97, "{coverage:?}");
}
