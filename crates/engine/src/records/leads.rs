//! Leads from CSV and JSON records.

use super::table::{self, Cell, Flaw, Noun};
use super::{LONGEST_EMAIL, Problem, shown, whole_number};
use crate::country;
use crate::field::{Kind, LeadField};
use crate::lead::{Lead, Source};
use crate::value::{Number, Value};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The columns of a file of leads: the standard fields of DESIGN section 5 under their names, `lead_id` for `id`,
/// `zip` and `zip_code` for `postal_code`; every other one is a custom field.
pub type Columns = table::Columns<Lead>;

/// A lead from a JSON object; `None` when it is rejected. Whatever is wrong is added to the problems.
/// A record without an id is called `row-LINE`.
pub fn from_json(object: &serde_json::Map<String, serde_json::Value>, line: u64, problems: &mut Vec<Problem>) -> Option<Lead> {
    table::from_json(object, line, problems)
}

/// Whether a JSON object brings an id: one that is null or blank is none.
#[must_use]
pub fn has_id(object: &serde_json::Map<String, serde_json::Value>) -> bool {
    table::is_named::<Lead>(object)
}

/// What a column is called in its one form: `postal_code` for `Zip`, `budget` for `Budget`.
#[must_use]
pub fn column(name: &str) -> Box<str> {
    table::known_as::<Lead>(name, LeadField::name)
}

impl Noun for Lead {
    type Field = LeadField;
    const NOUN: &'static str = "lead";
    const KEY: LeadField = LeadField::Id;

    fn columns() -> Vec<&'static str> {
        LeadField::ALL.iter().map(|field| field.name()).collect()
    }

    fn field(column: &str) -> Option<LeadField> {
        match column {
            "lead_id" => Some(LeadField::Id),
            "zip" | "zip_code" | "zipcode" | "postcode" => Some(LeadField::PostalCode),
            "firstname" => Some(LeadField::FirstName),
            "lastname" => Some(LeadField::LastName),
            _ => LeadField::named(column),
        }
    }

    fn begin(key: Option<&str>, line: u64) -> Result<Self, Flaw> {
        Ok(key.map_or_else(|| Self::new(format!("row-{line}")), Self::new))
    }

    fn put(&mut self, field: LeadField, cell: &Cell<'_>) -> Result<(), Flaw> {
        let text = cell.text();
        if field == LeadField::Email && text.len() > LONGEST_EMAIL {
            return Err(Flaw::kept(format!(
                "an e-mail address has at most {LONGEST_EMAIL} bytes, and this {}; it is left out",
                text.len()
            )));
        }
        let value = match field.kind() {
            Kind::Country => self.country(&text)?,
            Kind::Integer => Value::Number(whole_number(&text)?),
            Kind::Number => Value::Number(Number::parse(&text).ok_or_else(|| no_number(&text))?),
            Kind::Time => Value::Time(moment(&text)?),
            Kind::List => Value::List(cell.list()),
            Kind::Text | Kind::Choice(_) | Kind::Bool => Value::Text(text.into()),
        };
        self.set(field, value, Source::Form);
        Ok(())
    }

    fn custom(&mut self) -> Option<&mut BTreeMap<Box<str>, Box<str>>> {
        Some(&mut self.custom)
    }
}

impl Lead {
    /// The code of a country; one that is not known is kept beside the standard fields, so that a person can mend it.
    fn country(&mut self, text: &str) -> Result<Value, Flaw> {
        let unknown = || super::unknown_country(text, &mut self.custom);
        country::code(text).map(|code| Value::Text(code.into())).ok_or_else(unknown)
    }
}

/// Clocks hang on the moment of creation: a lead whose moment is in doubt is not routed on a guess.
fn moment(text: &str) -> Result<Timestamp, Flaw> {
    let no_moment = "is not a moment with its zone; write 2026-03-01T09:00:00Z or with an offset, 2026-03-01T09:00:00+01:00";
    match super::moment(text) {
        Some(moment) if super::is_plausible(moment) => Ok(moment),
        Some(_) => Err(Flaw::rejected(format!("`{}` is not between the years 1970 and 9000; is a digit wrong?", shown(text)))),
        None => Err(Flaw::rejected(format!("`{}` {no_moment}", shown(text)))),
    }
}

fn no_number(text: &str) -> Flaw {
    Flaw::kept(format!("`{}` is not a number; it is left out", shown(text)))
}
