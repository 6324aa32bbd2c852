//! Absences read from iCalendar files (RFC 5545): holidays, out-of-office and the like as calendars export them.

mod event;
mod recurrence;
#[cfg(test)]
mod tests;
mod zones;

use super::Problem;
use crate::people::Absence;
use calcard::icalendar::{ICalendar, ICalendarComponentType};
use calcard::{Entry, Parser};
use event::{Event, Length, Misread, When};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use zones::Zones;

/// At most so many occurrences are taken from one file.
const MOST: usize = 10_000;
/// At most so many steps are taken along one rule (daily for 270 years), and along all rules of a file.
const STEPS_OF_RULE: usize = 100_000;
const STEPS_OF_FILE: usize = 1_000_000;

/// Reads the events of a rep's calendar as absences: those that overlap the time from `from` up to `until`,
/// sorted, each once.
///
/// Whole days and times without zone are in the rep's time zone. Repeating events are expanded, with their
/// exceptions and changed occurrences. Cancelled events and those that leave the person free are left out.
/// An event that cannot be read is a problem, as is a file with more than 10,000 occurrences; the rest goes on.
#[must_use]
pub fn read(text: &str, rep: &str, timezone: &TimeZone, from: Timestamp, until: Timestamp) -> (Vec<Absence>, Vec<Problem>) {
    let mut import = Import { rep, from, until, steps: STEPS_OF_FILE, absences: BTreeSet::new(), problems: Vec::new(), full: false };
    let begins = |line: &str| line.trim().eq_ignore_ascii_case("BEGIN:VEVENT");
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| begins(line)).map(|(number, _)| number);
    let mut parser = Parser::new(text);
    let (mut calendars, mut foreign) = (0_u32, false);
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => {
                calendars = calendars.saturating_add(1);
                import.calendar(&calendar, timezone, &mut lines);
            }
            Entry::Eof => break,
            _ => foreign = true,
        }
    }
    if calendars == 0 {
        import.complain(1, None, "this is no iCalendar file: it has no BEGIN:VCALENDAR".to_owned(), false);
    } else if foreign {
        import.complain(1, None, "lines outside BEGIN:VCALENDAR and END:VCALENDAR are left out".to_owned(), true);
    }
    (import.absences.into_iter().collect(), import.problems)
}

/// One file on its way in.
struct Import<'a> {
    rep: &'a str,
    from: Timestamp,
    until: Timestamp,
    /// How many steps along rules are left.
    steps: usize,
    absences: BTreeSet<Absence>,
    problems: Vec<Problem>,
    /// Whether it was said that there are too many.
    full: bool,
}

impl Import<'_> {
    /// Events come in the order of their lines.
    fn calendar(&mut self, calendar: &ICalendar, timezone: &TimeZone, lines: &mut impl Iterator<Item = u64>) {
        let zones = Zones::of(calendar, timezone);
        let mut events = Vec::new();
        for part in calendar.components.iter().filter(|part| part.component_type == ICalendarComponentType::VEvent) {
            let line = lines.next().unwrap_or(1);
            let mut misread = Vec::new();
            let event = Event::read(part, line, &zones, &mut misread);
            let kept = event.is_ok();
            for Misread { property, message } in misread {
                self.complain(line, Some(property), message, kept);
            }
            match event {
                Ok(event) => events.push(event),
                Err(Misread { property, message }) => self.complain(line, Some(property), message, false),
            }
        }
        events.sort_by(|one, other| (&one.uid, one.line).cmp(&(&other.uid, other.line)));
        for same in events.chunk_by(|one, other| one.uid == other.uid) {
            let replaced: Vec<&When> = same.iter().filter_map(|event| event.replaces.as_ref()).collect();
            for event in same.iter().filter(|event| event.blocks) {
                self.occurrences(event, &replaced);
            }
        }
    }

    /// Takes every occurrence of an event except those that others stand in for.
    fn occurrences(&mut self, event: &Event, replaced: &[&When]) {
        if event.replaces.is_some() {
            self.occurrence(event, &event.start, event.length);
            return;
        }
        let except = Exceptions::of(event, replaced);
        let mut starts = vec![(event.start.clone(), event.length)];
        starts.extend(event.also.iter().map(|(start, length)| (start.clone(), length.unwrap_or(event.length))));
        for rule in &event.rules {
            let most = self.steps.min(STEPS_OF_RULE);
            match recurrence::starts(rule, &event.start, self.until, most) {
                Ok(locals) => {
                    self.steps = self.steps.saturating_sub(locals.len());
                    if locals.len() == most {
                        let message = format!("the event repeats too often: only the first {most} times are taken");
                        self.complain(event.line, Some("RRULE"), message, true);
                    }
                    starts.extend(locals.into_iter().map(|local| (When { local, ..event.start.clone() }, event.length)));
                }
                Err(wrong) => {
                    let message = format!("the repetition is not understood ({wrong}): only the first time is taken");
                    self.complain(event.line, Some("RRULE"), message, true);
                }
            }
        }
        for (start, length) in starts.iter().filter(|(start, _)| !except.include(start)) {
            self.occurrence(event, start, *length);
        }
    }

    fn occurrence(&mut self, event: &Event, start: &When, length: Length) {
        let Some((from, until)) = start.moment().zip(length.after(start)) else { return };
        // An event without length takes no time.
        if from >= until || until <= self.from || from >= self.until {
            return;
        }
        if self.absences.len() < MOST {
            self.absences.insert(Absence { from, until });
        } else if !self.full {
            self.full = true;
            self.complain(event.line, None, format!("there are more than {MOST} absences: those from this event on are left out"), false);
        }
    }

    fn complain(&mut self, line: u64, column: Option<&str>, message: String, kept: bool) {
        let message = format!("calendar of {}: {message}", self.rep);
        self.problems.push(Problem { line, column: column.map(Into::into), message, kept });
    }
}

/// Starts at which an event does not take place. Where the event or the exception is a whole day, the date decides.
struct Exceptions {
    moments: BTreeSet<Timestamp>,
    dates: BTreeSet<Date>,
}

impl Exceptions {
    fn of(event: &Event, replaced: &[&When]) -> Self {
        let (mut moments, mut dates) = (BTreeSet::new(), BTreeSet::new());
        for when in event.except.iter().chain(replaced.iter().copied()) {
            if when.whole_day || event.start.whole_day {
                dates.insert(when.local.date());
            } else {
                moments.extend(when.moment());
            }
        }
        Self { moments, dates }
    }

    fn include(&self, start: &When) -> bool {
        self.dates.contains(&start.local.date()) || start.moment().is_some_and(|moment| self.moments.contains(&moment))
    }
}
