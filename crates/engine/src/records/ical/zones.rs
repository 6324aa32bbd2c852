//! Time zones as iCalendar files name or define them.

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::timezone::TzResolver;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarRecurrenceRule, ICalendarValue,
};
use jiff::tz::{Offset, TimeZone};

/// The time zones of one calendar.
pub(super) struct Zones<'a> {
    calendar: &'a ICalendar,
    names: TzResolver<&'a str>,
    /// Of times without zone.
    pub(super) floating: &'a TimeZone,
}

impl<'a> Zones<'a> {
    pub(super) fn of(calendar: &'a ICalendar, floating: &'a TimeZone) -> Self {
        Self { calendar, names: calendar.build_tz_resolver(), floating }
    }

    /// The zone of a `TZID`: by its IANA name, by a name that Windows or others give it, or as the file
    /// defines it. Names come first because definitions often know only one year's rules.
    pub(super) fn find(&self, tzid: &str) -> Option<TimeZone> {
        let named = |name: &str| TimeZone::get(name).ok();
        // A name that says no more than an offset ("(UTC+01:00) Office") is worth less than a definition.
        let known = self.names.resolve(tzid).filter(|zone| matches!(zone, Tz::Tz(_))).and_then(|zone| zone.name());
        let place = known.as_deref().filter(|name| !name.starts_with("Etc/GMT"));
        named(tzid).or_else(|| named(place?)).or_else(|| self.defined(tzid)).or_else(|| named(known.as_deref()?))
    }

    /// The zone of a `VTIMEZONE`, by the last rules it gives for standard and daylight time.
    fn defined(&self, tzid: &str) -> Option<TimeZone> {
        let is_it = |zone: &&ICalendarComponent| text(zone, &ICalendarProperty::Tzid).is_some_and(|id| id == tzid);
        let zone = self.calendar.timezones().find(is_it)?;
        let parts = || zone.component_ids.iter().filter_map(|id| self.calendar.components.get(*id as usize));
        let last = |kind: ICalendarComponentType| {
            let of_kind = parts().filter(|part| part.component_type == kind).filter_map(Observance::of);
            of_kind.max_by(|one, other| one.onset.cmp(other.onset))
        };
        let standard = last(ICalendarComponentType::Standard)?;
        match last(ICalendarComponentType::Daylight).filter(|daylight| daylight.goes_on(&standard)) {
            None => Some(TimeZone::fixed(Offset::from_seconds(standard.offset).ok()?)),
            Some(daylight) => {
                let offsets = format!("<STD>{}<DST>{}", posix_offset(standard.offset), posix_offset(daylight.offset));
                TimeZone::posix(&format!("{offsets},{},{}", daylight.posix_onset()?, standard.posix_onset()?)).ok()
            }
        }
    }
}

/// `STANDARD` or `DAYLIGHT`: from when on which offset holds, in seconds east of UTC.
struct Observance<'a> {
    onset: &'a PartialDateTime,
    offset: i32,
    rule: Option<&'a ICalendarRecurrenceRule>,
}

impl<'a> Observance<'a> {
    fn of(part: &'a ICalendarComponent) -> Option<Self> {
        let offset = date_time(part, &ICalendarProperty::Tzoffsetto)?;
        let seconds = i32::from(offset.tz_hour?) * 3_600 + i32::from(offset.tz_minute.unwrap_or(0)) * 60;
        let rule = match value(part, &ICalendarProperty::Rrule) {
            Some(ICalendarValue::RecurrenceRule(rule)) => Some(&**rule),
            _ => None,
        };
        let offset = if offset.tz_minus { -seconds } else { seconds };
        Some(Self { onset: date_time(part, &ICalendarProperty::Dtstart)?, offset, rule })
    }

    /// Whether daylight time still comes back: by a rule without end, or because it began after standard time did.
    fn goes_on(&self, standard: &Self) -> bool {
        self.rule.map_or(self.onset > standard.onset, |rule| rule.until.is_none())
    }

    /// `M3.2.0/02:00:00`: the second Sunday in March. `None` for onsets of another form.
    fn posix_onset(&self) -> Option<String> {
        let rule = self.rule?;
        let ([month], [day]) = (rule.bymonth.as_slice(), rule.byday.as_slice()) else { return None };
        let week = match day.ordwk? {
            -1 => 5,
            week @ 1..=4 => week,
            _ => return None,
        };
        let part = |number: Option<u8>| number.unwrap_or(0);
        let (hour, minute, second) = (part(self.onset.hour), part(self.onset.minute), part(self.onset.second));
        // Weekdays count from Sunday = 0, here as in POSIX.
        Some(format!("M{}.{week}.{}/{hour:02}:{minute:02}:{second:02}", month.month(), day.weekday as u8))
    }
}

/// POSIX counts offsets westward.
fn posix_offset(east: i32) -> String {
    let (sign, seconds) = (if east > 0 { "-" } else { "" }, east.unsigned_abs());
    format!("{sign}{:02}:{:02}", seconds / 3_600, seconds / 60 % 60)
}

fn value<'a>(component: &'a ICalendarComponent, name: &ICalendarProperty) -> Option<&'a ICalendarValue> {
    component.entries.iter().find(|entry| entry.name == *name)?.values.first()
}

fn text<'a>(component: &'a ICalendarComponent, name: &ICalendarProperty) -> Option<&'a str> {
    if let Some(ICalendarValue::Text(text)) = value(component, name) { Some(text) } else { None }
}

fn date_time<'a>(component: &'a ICalendarComponent, name: &ICalendarProperty) -> Option<&'a PartialDateTime> {
    if let Some(ICalendarValue::PartialDateTime(time)) = value(component, name) { Some(time) } else { None }
}
