//! Labelled leads and accounts, read for benchmarks, and the scoring rule of their README.

use pointsman_engine::account::Account;
use pointsman_engine::field::LeadField;
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::value::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Accounts and leads.
pub struct Set {
    pub accounts: Vec<Account>,
    pub cases: Vec<Case>,
}

/// A lead and its label.
pub struct Case {
    pub lead: Lead,
    pub right: Vec<String>,
    pub rule: String,
    pub category: String,
    pub organisation: String,
}

/// Reads `accounts.csv`, `leads.csv` and `leads_optional.csv`.
pub fn load(folder: &Path) -> Set {
    let mut cases = Vec::new();
    for file in ["leads.csv", "leads_optional.csv"] {
        cases.extend(rows(&folder.join(file)).iter().map(case));
    }
    Set { accounts: rows(&folder.join("accounts.csv")).iter().map(account).collect(), cases }
}

pub type Row = BTreeMap<String, String>;

pub fn rows(path: &Path) -> Vec<Row> {
    let reader = csv::Reader::from_path(path).expect("the file can be read");
    reader.into_deserialize().map(|row| row.expect("a good row")).collect()
}

fn cell<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).map_or("", |text| text.trim())
}

fn list(text: &str) -> Vec<Box<str>> {
    text.split('|').map(str::trim).filter(|item| !item.is_empty()).map(Into::into).collect()
}

pub fn account(row: &Row) -> Account {
    let some = |column| Some(cell(row, column)).filter(|text| !text.is_empty()).map(Into::into);
    let domains = list(cell(row, "website")).into_iter().chain(list(cell(row, "other_domains"))).collect();
    Account {
        id: cell(row, "account_id").into(),
        name: some("name"),
        domains,
        aliases: list(cell(row, "aliases")),
        owner: some("owner_id"),
        parent: some("parent_account_id"),
        country: some("country"),
        state: some("state"),
        city: some("city"),
        ..Account::default()
    }
}

fn case(row: &Row) -> Case {
    let mut lead = Lead::new(cell(row, "lead_id"));
    let fields = [
        LeadField::Email,
        LeadField::FirstName,
        LeadField::LastName,
        LeadField::Company,
        LeadField::Website,
        LeadField::Country,
        LeadField::State,
        LeadField::City,
    ];
    for field in fields {
        lead.set(field, Value::Text(cell(row, field.name()).into()), Source::Form);
    }
    Case {
        lead,
        right: list(cell(row, "ok_account_ids")).iter().map(ToString::to_string).collect(),
        rule: cell(row, "rule").into(),
        category: cell(row, "category").into(),
        organisation: cell(row, "organisation").into(),
    }
}

/// Counts by the scoring rule.
#[derive(Debug, Default, Clone, Copy)]
pub struct Score {
    pub right: u32,
    pub wrong: u32,
    pub must: u32,
}

impl Score {
    /// Counts one answer; whether it was right, wrong, or neither.
    pub fn add(&mut self, case: &Case, answer: Option<&str>) -> Option<bool> {
        let right = answer.map(|answer| case.right.iter().any(|right| right == answer));
        self.must += u32::from(case.rule == "must");
        let counts = match (case.rule.as_str(), right) {
            ("none", Some(_)) | (_, Some(false)) => Some(false),
            ("must", Some(true)) => Some(true),
            _ => None,
        };
        self.right += u32::from(counts == Some(true));
        self.wrong += u32::from(counts == Some(false));
        counts
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (right, wrong, must) = (f64::from(self.right), f64::from(self.wrong), f64::from(self.must));
        write!(f, "precision {:.4} recall {:.4} ({} right, {} wrong of {})", right / (right + wrong), right / must, self.right, self.wrong, self.must)
    }
}
