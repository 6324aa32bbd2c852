//! Reps from CSV and JSON records.
//!
//! A rep neither vanishes in silence nor gets leads in silence: a value that cannot be read is left out and
//! reported, except `active`, which then counts as no.

use super::table::{self, Cell, Flaw, Noun};
use super::{LONGEST_EMAIL, Problem, shown, whole_number};
use crate::calendar::Hours;
use crate::people::{HolidayRef, Rep};
use crate::value::{Number, fold};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// The columns of a file of reps: those of DESIGN section 5 and `holidays`. Others are not read.
pub type Columns = table::Columns<Rep>;

/// A rep from a JSON object; `None` when it is rejected. Whatever is wrong is added to the problems.
pub fn from_json(object: &serde_json::Map<String, serde_json::Value>, line: u64, problems: &mut Vec<Problem>) -> Option<Rep> {
    table::from_json(object, line, problems)
}

/// What a column of reps feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named as its column is")]
pub enum Column {
    Email,
    Name,
    Manager,
    Backup,
    Timezone,
    Hours,
    Holidays,
    Active,
    DailyCap,
    OpenCap,
    Skills,
    SlackId,
}

impl Noun for Rep {
    type Field = Column;
    const NOUN: &'static str = "rep";
    const KEY: Column = Column::Email;
    const LONGEST_KEY: usize = LONGEST_EMAIL;

    fn columns() -> Vec<&'static str> {
        "email name manager backup timezone hours holidays active daily_cap open_cap skills slack_id".split(' ').collect()
    }

    fn field(column: &str) -> Option<Column> {
        Some(match column {
            "email" | "rep" | "rep_email" => Column::Email,
            "name" => Column::Name,
            "manager" => Column::Manager,
            "backup" => Column::Backup,
            "timezone" | "time_zone" => Column::Timezone,
            "hours" | "working_hours" => Column::Hours,
            "holidays" => Column::Holidays,
            "active" => Column::Active,
            "daily_cap" => Column::DailyCap,
            "open_cap" => Column::OpenCap,
            "skills" => Column::Skills,
            "slack_id" => Column::SlackId,
            _ => return None,
        })
    }

    fn begin(key: Option<&str>, _line: u64) -> Result<Self, Flaw> {
        key.map(Self::new).ok_or_else(|| Flaw::rejected("the rep has no `email`; it is what leads and policies know a rep by"))
    }

    fn put(&mut self, field: Column, cell: &Cell<'_>) -> Result<(), Flaw> {
        let text = cell.text();
        match field {
            Column::Email => {}
            Column::Name => self.name = Some(text.into()),
            Column::Manager => self.manager = Some(text.into()),
            Column::Backup => self.backup = Some(text.into()),
            Column::Timezone => self.timezone = Some(timezone(&text)?),
            Column::Hours => self.hours = Some(Hours::parse(&text).map_err(Flaw::kept)?),
            Column::Holidays => self.put_holidays(cell)?,
            Column::Active => self.put_active(&text)?,
            Column::DailyCap => self.daily_cap = Some(cap(&text)?),
            Column::OpenCap => self.open_cap = Some(cap(&text)?),
            Column::Skills => self.skills = cell.items().map(|skill| fold(skill).into()).collect(),
            Column::SlackId => self.slack_id = Some(text.into()),
        }
        Ok(())
    }

    fn custom(&mut self) -> Option<&mut BTreeMap<Box<str>, Box<str>>> {
        None
    }
}

impl Rep {
    fn put_active(&mut self, text: &str) -> Result<(), Flaw> {
        let read = super::boolean(text);
        self.active = read == Some(true);
        read.map(|_| ())
            .ok_or_else(|| Flaw::kept(format!("`{}` is neither yes nor no; the rep counts as inactive until this is mended", shown(text))))
    }

    /// Dates, and names of the policy's lists. What begins with a digit is meant as a date.
    fn put_holidays(&mut self, cell: &Cell<'_>) -> Result<(), Flaw> {
        let mut bad = None;
        for item in cell.items() {
            match item.parse() {
                Ok(date) => self.holidays.push(HolidayRef::Date(date)),
                Err(_) if item.starts_with(|c: char| c.is_ascii_digit()) => bad = Some(item),
                Err(_) => self.holidays.push(HolidayRef::Named(item.into())),
            }
        }
        bad.map_or(Ok(()), |item| {
            Err(Flaw::kept(format!("`{}` is not a date; write 2026-12-24, or the name of a list of holidays", shown(item))))
        })
    }
}

fn timezone(text: &str) -> Result<TimeZone, Flaw> {
    TimeZone::get(text).map_err(|_| Flaw::kept(format!("`{}` is not a time zone; write its IANA name, such as Europe/Berlin", shown(text))))
}

fn cap(text: &str) -> Result<u32, Flaw> {
    let number = whole_number(text)?;
    let count = u32::try_from(number.0 / Number::ONE).ok();
    count.ok_or_else(|| Flaw::kept(format!("`{}` is not a number of leads; write a whole number from 0 to {}", shown(text), u32::MAX)))
}
