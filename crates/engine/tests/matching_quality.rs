//! Matching and country names against labelled leads. Skipped with a message where the data is absent.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use csv::{ByteRecord, ReaderBuilder, StringRecord};
use pointsman_engine::account::Account;
use pointsman_engine::country;
use pointsman_engine::field::LeadField;
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::matching::{Matcher, Settings};
use pointsman_engine::records::table::{Columns, Noun};
use pointsman_engine::value::Value;
use std::collections::BTreeMap;

/// A file of the data folder, beside the repository or where POINTSMAN_DATA says.
#[allow(clippy::disallowed_methods, reason = "the data is not part of the repository")]
fn data(path: &str) -> Option<String> {
    let folder = std::env::var("POINTSMAN_DATA").unwrap_or_else(|_| format!("{}/../../../shared/data", env!("CARGO_MANIFEST_DIR")));
    let text = std::fs::read_to_string(format!("{folder}/{path}")).ok();
    if text.is_none() {
        println!("skipped: {path} is not in {folder}");
    }
    text
}

fn read<N: Noun>(text: &str) -> Vec<N> {
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let columns = Columns::<N>::of(reader.byte_headers().unwrap()).unwrap();
    let (mut record, mut problems, mut nouns) = (ByteRecord::new(), Vec::new(), Vec::new());
    while reader.read_byte_record(&mut record).unwrap() {
        nouns.extend(columns.read(&record, reader.position().line(), &mut problems));
    }
    nouns
}

/// Rows as maps from column to text.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let header: StringRecord = reader.headers().unwrap().clone();
    let pairs = |row: StringRecord| header.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect();
    reader.records().map(|row| pairs(row.unwrap())).collect()
}

/// A lead without the labels, which no matcher may read.
fn lead(row: &BTreeMap<String, String>) -> Lead {
    let mut lead = Lead::new(row["lead_id"].as_str());
    for field in [LeadField::Email, LeadField::Company, LeadField::Website, LeadField::State, LeadField::City] {
        lead.set(field, Value::Text(row[field.name()].as_str().into()), Source::Form);
    }
    if let Some(code) = country::code(&row["country"]) {
        lead.set(LeadField::Country, Value::Text(code.into()), Source::Form);
    }
    lead
}

#[derive(Default, Clone, Copy)]
struct Tally {
    right: u32,
    wrong: u32,
    missed: u32,
    must: u32,
}

impl Tally {
    fn count(&mut self, row: &BTreeMap<String, String>, found: Option<&str>) {
        let right = found.is_some_and(|found| row["ok_account_ids"].split('|').any(|id| id == found));
        match row["rule"].as_str() {
            "must" => {
                self.must += 1;
                self.right += u32::from(right);
                self.wrong += u32::from(found.is_some() && !right);
                self.missed += u32::from(!right);
            }
            "none" => self.wrong += u32::from(found.is_some()),
            _ => self.wrong += u32::from(found.is_some() && !right),
        }
    }

    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }

    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from(self.must.max(1))
    }
}

#[test]
fn labelled_leads_find_their_accounts() {
    let (Some(accounts), Some(leads)) = (data("matching/accounts.csv"), data("matching/leads.csv")) else { return };
    let matcher = Matcher::build(read::<Account>(&accounts), Settings::default());
    let (mut total, mut categories) = (Tally::default(), BTreeMap::<String, Tally>::new());
    for row in rows(&leads) {
        let found = matcher.find(&lead(&row)).and_then(|found| matcher.account(found.account));
        let found = found.map(|account| &*account.id);
        total.count(&row, found);
        categories.entry(row["category"].clone()).or_default().count(&row, found);
    }
    for (category, tally) in &categories {
        println!("{category:32} right {:5}  wrong {:4}  missed {:4}", tally.right, tally.wrong, tally.missed);
    }
    println!("precision {:.4}, recall {:.4}", total.precision(), total.recall());
    assert!(total.precision() >= 0.985, "precision {:.4}", total.precision());
    assert!(total.recall() >= 0.7, "recall {:.4}", total.recall());
}

#[test]
fn countries_as_people_type_them_are_known() {
    let Some(leads) = data("matching/leads.csv") else { return };
    let (mut right, mut wrong, mut unknown) = (0_u32, BTreeMap::new(), BTreeMap::new());
    for row in rows(&leads).iter().filter(|row| !row["country"].is_empty() && !row["country_iso2"].is_empty()) {
        let text = row["country"].clone();
        match country::code(&text) {
            Some(code) if code == row["country_iso2"] => right += 1,
            Some(code) => *wrong.entry((text, code, row["country_iso2"].clone())).or_insert(0_u32) += 1,
            None => *unknown.entry(text).or_insert(0_u32) += 1,
        }
    }
    println!("right {right}; unknown {unknown:?}; other than labelled {wrong:?}");
    let others: u32 = unknown.values().chain(wrong.values()).sum();
    assert!(right > 99 * others, "right {right}, others {others}");
}
