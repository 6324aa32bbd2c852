//! One `VEVENT`, read into times of ours.

use super::zones::Zones;
use crate::calendar::date_start;
use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendarComponent, ICalendarDuration, ICalendarEntry, ICalendarParameterName, ICalendarPeriod, ICalendarProperty,
    ICalendarRecurrenceRule, ICalendarStatus, ICalendarTransparency, ICalendarValue,
};
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// A moment as an event writes it: what the wall clock shows in a zone, or a whole date.
#[derive(Debug, Clone)]
pub(super) struct When {
    pub(super) local: DateTime,
    pub(super) zone: TimeZone,
    pub(super) whole_day: bool,
}

impl When {
    /// The moment it means. RFC 5545, section 3.3.5: the first of two times that a clock shows twice, and for a
    /// skipped time the one by the offset before; dates begin at their first moment.
    pub(super) fn moment(&self) -> Option<Timestamp> {
        if self.whole_day { Some(date_start(&self.zone, self.local.date())) } else { self.zone.to_timestamp(self.local).ok() }
    }
}

/// How long an event lasts: days on the calendar, then seconds exactly (RFC 5545, section 3.8.5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    days: i64,
    seconds: i64,
}

impl Length {
    /// The moment this long after a start; `None` when it does not fit.
    pub(super) fn after(self, start: &When) -> Option<Timestamp> {
        let local = start.local.checked_add(SignedDuration::from_secs(self.days.checked_mul(86_400)?)).ok()?;
        let moment = When { local, ..start.clone() }.moment()?;
        moment.checked_add(SignedDuration::from_secs(self.seconds)).ok()
    }

    fn between(start: &When, end: &When) -> Option<Self> {
        if start.whole_day && end.whole_day {
            let days = start.local.date().duration_until(end.local.date()).as_hours() / 24;
            return Some(Self { days, seconds: 0 });
        }
        Some(Self { days: 0, seconds: start.moment()?.duration_until(end.moment()?).as_secs() })
    }

    fn of(duration: &ICalendarDuration) -> Self {
        let days = i64::from(duration.weeks) * 7 + i64::from(duration.days);
        let seconds = i64::from(duration.hours) * 3_600 + i64::from(duration.minutes) * 60 + i64::from(duration.seconds);
        let sign = if duration.neg { -1 } else { 1 };
        Self { days: sign * days, seconds: sign * seconds }
    }
}

/// An event.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) line: u64,
    pub(super) uid: Box<str>,
    pub(super) start: When,
    pub(super) length: Length,
    pub(super) rules: Vec<ICalendarRecurrenceRule>,
    /// `RDATE`: further starts, some with a length of their own.
    pub(super) also: Vec<(When, Option<Length>)>,
    /// `EXDATE`: starts at which it does not take place.
    pub(super) except: Vec<When>,
    /// `RECURRENCE-ID`: the start of the occurrence that it stands in for.
    pub(super) replaces: Option<When>,
    /// Whether it takes place and takes the person's time.
    pub(super) blocks: bool,
}

/// What a property says that was not understood, and whether the event can do without it.
pub(super) struct Misread {
    pub(super) property: &'static str,
    pub(super) message: String,
}

impl Misread {
    fn new(property: &'static str, message: impl Into<String>) -> Self {
        Self { property, message: message.into() }
    }
}

/// An event while its properties are read.
#[derive(Default)]
struct Draft {
    uid: Box<str>,
    start: Option<When>,
    end: Option<When>,
    duration: Option<Length>,
    rules: Vec<ICalendarRecurrenceRule>,
    also: Vec<(When, Option<Length>)>,
    except: Vec<When>,
    replaces: Option<When>,
    free: bool,
}

impl Event {
    /// Reads an event. What it can do without goes to `misread`; `Err` says why it cannot be used.
    pub(super) fn read(part: &ICalendarComponent, line: u64, zones: &Zones<'_>, misread: &mut Vec<Misread>) -> Result<Self, Misread> {
        let mut draft = Draft::default();
        for entry in &part.entries {
            draft.take(entry, &mut |time| when(time, entry, zones, misread));
        }
        for entry in &part.entries {
            misread.extend(not_understood(entry));
        }
        draft.finish(line)
    }
}

impl Draft {
    fn take(&mut self, entry: &ICalendarEntry, when: &mut dyn FnMut(&PartialDateTime) -> Option<When>) {
        for value in &entry.values {
            match (&entry.name, value) {
                (ICalendarProperty::Uid, ICalendarValue::Text(uid)) => self.uid = uid.as_str().into(),
                (ICalendarProperty::Dtstart, ICalendarValue::PartialDateTime(time)) => self.start = when(time),
                (ICalendarProperty::Dtend, ICalendarValue::PartialDateTime(time)) => self.end = when(time),
                (ICalendarProperty::Duration, ICalendarValue::Duration(duration)) => self.duration = Some(Length::of(duration)),
                (ICalendarProperty::Rrule, ICalendarValue::RecurrenceRule(rule)) => self.rules.push((**rule).clone()),
                (ICalendarProperty::RecurrenceId, ICalendarValue::PartialDateTime(time)) => self.replaces = when(time),
                (ICalendarProperty::Exdate, ICalendarValue::PartialDateTime(time)) => self.except.extend(when(time)),
                (ICalendarProperty::Rdate, ICalendarValue::PartialDateTime(time)) => {
                    self.also.extend(when(time).map(|start| (start, None)))
                }
                (ICalendarProperty::Rdate, ICalendarValue::Period(ICalendarPeriod::Range { start, end })) => {
                    let period = when(start).zip(when(end));
                    self.also.extend(period.map(|(start, end)| (start.clone(), Length::between(&start, &end))));
                }
                (ICalendarProperty::Rdate, ICalendarValue::Period(ICalendarPeriod::Duration { start, duration })) => {
                    self.also.extend(when(start).map(|start| (start, Some(Length::of(duration)))));
                }
                (ICalendarProperty::Status, ICalendarValue::Status(ICalendarStatus::Cancelled))
                | (ICalendarProperty::Transp, ICalendarValue::Transparency(ICalendarTransparency::Transparent)) => self.free = true,
                _ => {}
            }
        }
    }

    fn finish(self, line: u64) -> Result<Event, Misread> {
        let start = self.start.or_else(|| self.replaces.clone());
        let start = start.ok_or_else(|| Misread::new("DTSTART", "the event has no start that can be read"))?;
        let too_far = || Misread::new("DTSTART", "the event is too far from today");
        let length = match (&self.end, self.duration) {
            (Some(end), _) => Length::between(&start, end).ok_or_else(too_far)?,
            (None, Some(duration)) => duration,
            // RFC 5545, section 3.6.1.
            (None, None) => Length { days: i64::from(start.whole_day), seconds: 0 },
        };
        let (from, until) = (start.moment().ok_or_else(too_far)?, length.after(&start).ok_or_else(too_far)?);
        if until < from {
            return Err(Misread::new("DTEND", "the event ends before it starts"));
        }
        let Self { uid, rules, also, except, replaces, free, .. } = self;
        Ok(Event { line, uid, start, length, rules, also, except, replaces, blocks: !free })
    }
}

/// Properties that are not what they ought to be, where the event can do without them.
fn not_understood(entry: &ICalendarEntry) -> Option<Misread> {
    let is_text = entry.values.iter().any(|value| matches!(value, ICalendarValue::Text(_)));
    match entry.name {
        ICalendarProperty::Rrule if is_text => {
            Some(Misread::new("RRULE", "the repetition is not understood: only the first time is taken"))
        }
        ICalendarProperty::Rdate if is_text => Some(Misread::new("RDATE", "a further date is not understood and is left out")),
        ICalendarProperty::Exdate if is_text => {
            Some(Misread::new("EXDATE", "an excepted date is not understood: the event is taken to happen on it"))
        }
        ICalendarProperty::Dtend if is_text => Some(Misread::new("DTEND", "the end is not understood: the event is taken to have none")),
        ICalendarProperty::Duration if is_text => {
            Some(Misread::new("DURATION", "the length is not understood: the event is taken to have none"))
        }
        ICalendarProperty::RecurrenceId if entry.parameters(&ICalendarParameterName::Range).next().is_some() => {
            Some(Misread::new("RECURRENCE-ID", "a change of this and all later occurrences is taken for this one only"))
        }
        _ => None,
    }
}

/// A time in the zone that it or its property names, or a floating one in the rep's.
fn when(time: &PartialDateTime, entry: &ICalendarEntry, zones: &Zones<'_>, misread: &mut Vec<Misread>) -> Option<When> {
    let (local, whole_day) = local(time)?;
    if whole_day {
        return Some(When { local, zone: zones.floating.clone(), whole_day });
    }
    let zone = match (offset(time), entry.tz_id()) {
        (Some(offset), _) => offset.to_time_zone(),
        (None, None) => zones.floating.clone(),
        (None, Some(tzid)) => zones.find(tzid).unwrap_or_else(|| {
            misread.push(Misread::new("TZID", format!("the time zone `{tzid}` is not known: the rep's is taken")));
            zones.floating.clone()
        }),
    };
    Some(When { local, zone, whole_day })
}

/// The wall-clock time written, and whether it is a date only.
pub(super) fn local(time: &PartialDateTime) -> Option<(DateTime, bool)> {
    let part = |number: Option<u8>| i8::try_from(number.unwrap_or(0)).ok();
    let year = i16::try_from(time.year?).ok()?;
    // A leap second (60) counts as the second before.
    let second = part(time.second)?.min(59);
    let local = DateTime::new(year, part(time.month)?, part(time.day)?, part(time.hour)?, part(time.minute)?, second, 0).ok()?;
    Some((local, time.hour.is_none()))
}

/// The offset from UTC written behind a time, `Z` above all.
pub(super) fn offset(time: &PartialDateTime) -> Option<Offset> {
    let seconds = i32::from(time.tz_hour?) * 3_600 + i32::from(time.tz_minute.unwrap_or(0)) * 60;
    Offset::from_seconds(if time.tz_minus { -seconds } else { seconds }).ok()
}
