//! A company table: what is known of companies, by domain.

use crate::field::LeadField;
use crate::lead::Lead;
use crate::lookup::Lookup;
use crate::matching::domain;
use crate::records::{Problem, leads};
use crate::value::Value;
use csv::{ByteRecord, ReaderBuilder};

/// Companies by registrable domain.
#[derive(Debug, Clone, Default)]
pub struct Companies {
    by_domain: Lookup<Box<str>, Company>,
}

/// What is known of one company.
#[derive(Debug, Clone)]
pub(super) struct Company {
    pub(super) standard: Vec<(LeadField, Value)>,
    pub(super) custom: Vec<(Box<str>, Box<str>)>,
}

impl Companies {
    /// Reads a table with a column `domain` and any columns of leads beside it (`industry`, `employees`, `country` ...);
    /// further columns go to custom fields. Rows without a domain, and second rows for one, are left out and reported.
    /// Linear in the text.
    #[must_use]
    pub fn read(csv: &str) -> (Self, Vec<Problem>) {
        let (mut companies, mut problems) = (Self::default(), Vec::new());
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(csv.as_bytes());
        let columns = match reader.byte_headers().map_err(|error| rejected(1, None, error.to_string())).and_then(columns) {
            Ok(columns) => columns,
            Err(problem) => return (companies, vec![problem]),
        };
        let mut record = ByteRecord::new();
        loop {
            let line = reader.position().line();
            match reader.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {
                    let line = record.position().map_or(line, csv::Position::line);
                    let row = columns.read(&record, line, &mut problems);
                    problems.extend(row.and_then(|row| companies.add(row, line).err()));
                }
                Err(error) => {
                    problems.push(rejected(line, None, error.to_string()));
                    break;
                }
            }
        }
        (companies, problems)
    }

    /// How many companies there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_domain.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_domain.is_empty()
    }

    pub(super) fn get(&self, domain: &str) -> Option<&Company> {
        self.by_domain.get(domain)
    }

    fn add(&mut self, mut row: Lead, line: u64) -> Result<(), Problem> {
        let written = row.custom.remove(DOMAIN).unwrap_or_default();
        let domain =
            domain::registrable(&written).ok_or_else(|| rejected(line, Some(DOMAIN), "this is not a company's domain".to_owned()))?;
        if self.by_domain.get(&*domain).is_some() {
            return Err(rejected(line, Some(DOMAIN), format!("`{domain}` stands in the table twice; the first row counts")));
        }
        let of_company = |field: &LeadField| !OF_PERSONS.contains(field);
        let standard = row.standard().filter(|(field, _)| of_company(field)).map(|(field, filled)| (field, filled.value.clone())).collect();
        let company = Company { standard, custom: row.custom.into_iter().collect() };
        self.by_domain.insert(domain.into(), company);
        Ok(())
    }
}

const DOMAIN: &str = "domain";

/// What a company's row cannot say of a lead.
const OF_PERSONS: &[LeadField] =
    &[LeadField::Id, LeadField::Email, LeadField::FirstName, LeadField::LastName, LeadField::CreatedAt, LeadField::Owner];

fn columns(header: &ByteRecord) -> Result<leads::Columns, Problem> {
    let columns = leads::Columns::of(header)?;
    if columns.names().any(|name| name == DOMAIN) {
        Ok(columns)
    } else {
        Err(rejected(1, Some(DOMAIN), "the table has no column `domain`; it is what companies are known by".to_owned()))
    }
}

fn rejected(line: u64, column: Option<&str>, message: String) -> Problem {
    Problem { line, column: column.map(Into::into), message, kept: false }
}
