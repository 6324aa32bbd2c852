//! `[policy]`, `[calendar]` and `[holidays]`.

use super::Reading;
use super::files::{Sections, missing};
use super::node::Node;
use crate::calendar::{Calendar, Hours, Span};
use crate::policy::default_hours;
use crate::policy::diagnostic::{Diagnostic, did_you_mean};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// Keys of `[policy]`.
pub(in crate::policy) const POLICY: &[&str] = &["name", "timezone", "same_person"];
/// Keys of `[calendar]`.
pub(in crate::policy) const CALENDAR: &[&str] = &["hours", "holidays"];

type Holidays = BTreeMap<Box<str>, BTreeSet<Date>>;

/// What these sections say.
pub(super) struct Header {
    pub name: Box<str>,
    /// `None` only where its hours are broken.
    pub calendar: Option<Calendar>,
    pub holidays: Holidays,
    pub same_person: Option<Span>,
}

/// Reads them, and sets the policy's time zone.
pub(super) fn read(reading: &mut Reading<'_>, sections: &Sections<'_>) -> Header {
    let found = &mut reading.found;
    let policy = sections.once("policy").and_then(|node| node.section(POLICY, found));
    if policy.is_none() {
        found.push(
            missing("missing-section", "the policy has no `[policy]`, and so no name")
                .help(Some("add these lines:\n[policy]\nname = \"Acme inbound\"\ntimezone = \"America/New_York\"")),
        );
    }
    let name = policy.and_then(|policy| policy.required("name", found)).and_then(|node| node.text(found));
    let timezone = policy.and_then(|policy| policy.get("timezone")).and_then(|node| zone(&node, found));
    let same_person = policy.and_then(|policy| policy.get("same_person")).and_then(|node| node.span(found));
    reading.timezone = timezone.unwrap_or(TimeZone::UTC);
    let holidays = holidays(sections.named("holidays"), found);
    let calendar = calendar(sections, &reading.timezone, &holidays, found);
    Header { name: name.unwrap_or_default().into(), calendar, holidays, same_person }
}

fn zone(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<TimeZone> {
    let name = node.text(found)?;
    let zone = TimeZone::get(name).ok();
    if zone.is_none() {
        let known = jiff::tz::db().available().map(|name| name.to_string());
        let problem = node.error("unknown-timezone", format!("there is no time zone `{name}`"));
        found.push(problem.label("expected a name such as `America/New_York`").help(did_you_mean(name, known)));
    }
    zone
}

fn holidays(named: &[Node<'_>], found: &mut Vec<Diagnostic>) -> Holidays {
    let mut holidays = Holidays::new();
    for node in named {
        let days = node.list("a list of dates", found).unwrap_or_default();
        let dates = days.iter().filter_map(|day| {
            let date = date(day);
            if date.is_none() {
                found.push(bad_date(day));
            }
            date
        });
        holidays.insert(node.name.into(), dates.collect());
    }
    holidays
}

/// A TOML date, or the same as a text.
fn date(node: &Node<'_>) -> Option<Date> {
    let value = node.value()?;
    match value.as_datetime() {
        Some(moment) if moment.time.is_none() => moment.to_string().parse().ok(),
        Some(_) => None,
        // Dates as people write them only: the parser also takes times and zones, and drops them.
        None => value.as_str().filter(|text| text.len() == "2026-12-25".len())?.parse().ok(),
    }
}

fn bad_date(node: &Node<'_>) -> Diagnostic {
    match node.value().and_then(toml_edit::Value::as_str) {
        Some(text) => node.error("bad-date", format!("`{text}` is not a date")),
        None => node.error("bad-date", "this is not a date"),
    }
    .label("expected a date such as 2026-12-25")
}

fn calendar(sections: &Sections<'_>, timezone: &TimeZone, named: &Holidays, found: &mut Vec<Diagnostic>) -> Option<Calendar> {
    let section = sections.once("calendar").and_then(|node| node.section(CALENDAR, found));
    let hours = match section.and_then(|section| section.get("hours")) {
        Some(node) => hours(&node, found),
        None => default_hours(),
    };
    let holidays = section.and_then(|section| section.get("holidays")).map(|node| days_off(&node, named, found));
    Some(Calendar { timezone: timezone.clone(), hours: hours?, holidays: holidays.unwrap_or_default() })
}

fn hours(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Hours> {
    let text = node.text(found)?;
    Hours::parse(text)
        .map_err(|message| found.push(node.error("bad-hours", message).label("expected hours such as \"Mon-Fri 09:00-17:00\"")))
        .ok()
}

/// Dates, and names of lists of dates.
fn days_off(node: &Node<'_>, named: &Holidays, found: &mut Vec<Diagnostic>) -> BTreeSet<Date> {
    let mut days = BTreeSet::new();
    for day in node.each() {
        if let Some(date) = date(&day) {
            days.insert(date);
        } else if day.value().is_some_and(toml_edit::Value::is_datetime) {
            found.push(bad_date(&day));
        } else if let Some(name) = day.text(found) {
            match named.get(name) {
                Some(dates) => days.extend(dates),
                None => {
                    let problem = day.error("unknown-holidays", format!("`[holidays]` has no `{name}`"));
                    found.push(problem.label("expected a name of `[holidays]`, or dates").help(did_you_mean(name, named.keys())));
                }
            }
        }
    }
    days
}
