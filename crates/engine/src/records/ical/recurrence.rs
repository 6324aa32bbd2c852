//! When a repeating event repeats.
//!
//! calcard works out the rule on wall-clock times without zone. Zones, exceptions and overrides are ours:
//! calcard compares an `UNTIL` in UTC with local times, drops times that a clock shows twice, and finds
//! overrides without regard to the event's `UID`.

use super::event::{When, local, offset};
use calcard::common::PartialDateTime;
use calcard::common::timezone::{Tz, TzTimestamp};
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarProperty, ICalendarRecurrenceRule, ICalendarValue,
};
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::Offset;

/// Wall-clock starts by a rule, from the event's own start up to a moment, at most so many. `Err` says what
/// is wrong with the rule.
pub(super) fn starts(rule: &ICalendarRecurrenceRule, first: &When, until: Timestamp, most: usize) -> Result<Vec<DateTime>, String> {
    let mut last = first.zone.to_datetime(until);
    if let Some(end) = rule.until.as_ref() {
        last = last.min(rule_end(end, first).ok_or("its UNTIL is not a date")?);
    }
    if last < first.local {
        return Ok(Vec::new());
    }
    let too_far = "it begins too far from today";
    let rule = ICalendarRecurrenceRule { until: Some(written(last).ok_or(too_far)?), ..rule.clone() };
    let values = [
        (ICalendarProperty::Dtstart, ICalendarValue::PartialDateTime(Box::new(written(first.local).ok_or(too_far)?))),
        (ICalendarProperty::Rrule, ICalendarValue::RecurrenceRule(Box::new(rule))),
    ];
    let entries = values.into_iter().map(|(name, value)| ICalendarEntry { name, params: Vec::new(), values: vec![value] }).collect();
    let event = ICalendarComponent { component_type: ICalendarComponentType::VEvent, entries, component_ids: Vec::new() };
    let expanded = ICalendar { components: vec![event] }.expand_dates(Tz::Floating, most);
    if let Some(error) = expanded.errors.first() {
        return Err(error.error.to_string());
    }
    let local = |second: i64| Timestamp::from_second(second).ok().map(|moment| Offset::UTC.to_datetime(moment));
    Ok(expanded.events.iter().filter_map(|event| local(event.start.to_naive_timestamp())).collect())
}

/// `UNTIL` on the event's wall clock. A date includes its whole day.
fn rule_end(until: &PartialDateTime, first: &When) -> Option<DateTime> {
    let (end, whole_day) = local(until)?;
    match offset(until) {
        _ if whole_day => Some(end.date().to_datetime(Time::MAX)),
        Some(offset) => Some(first.zone.to_datetime(offset.to_timestamp(end).ok()?)),
        None => Some(end),
    }
}

fn written(local: DateTime) -> Option<PartialDateTime> {
    let part = |number: i8| u8::try_from(number).ok();
    Some(PartialDateTime {
        year: Some(u16::try_from(local.year()).ok()?),
        month: part(local.month()),
        day: part(local.day()),
        hour: part(local.hour()),
        minute: part(local.minute()),
        second: part(local.second()),
        ..PartialDateTime::default()
    })
}
