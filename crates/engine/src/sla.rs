//! SLA deadlines: by when a lead must be with a rep, and by when the rep must have made contact.

use crate::calendar::{Calendar, Span};
use crate::policy::{Clock, Sla};
use jiff::Timestamp;

/// By when the promises of an SLA must be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deadlines {
    /// By when the lead must be with a rep.
    pub route_by: Option<Timestamp>,
    /// By when the rep must have made contact.
    pub contact_by: Option<Timestamp>,
}

/// The deadlines of a lead that came into being at `created`.
///
/// On a "working" clock routing is promised in the policy's business hours, contact in those of the `rep`
/// who has the lead, or in business hours until one has. `None` where nothing is promised, and where a
/// calendar does not open for long enough within ten years: such a clock never runs out.
#[must_use]
pub fn deadlines(sla: &Sla, created: Timestamp, business: &Calendar, rep: Option<&Calendar>) -> Deadlines {
    let due = |within: Option<Span>, calendar: &Calendar| due(sla, created, within?, calendar);
    Deadlines { route_by: due(sla.route_within, business), contact_by: due(sla.contact_within, rep.unwrap_or(business)) }
}

/// The moment this long after, on the SLA's clock. `None` where a calendar does not open for long enough within ten years.
#[must_use]
pub fn due(sla: &Sla, from: Timestamp, within: Span, calendar: &Calendar) -> Option<Timestamp> {
    match sla.clock {
        Clock::Always => Some(within.after(from)),
        Clock::Working => calendar.add(from, within),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Hours;
    use jiff::tz::TimeZone;
    use std::collections::BTreeSet;

    fn calendar(zone: &str, hours: &str) -> Calendar {
        Calendar { timezone: TimeZone::get(zone).unwrap(), hours: Hours::parse(hours).unwrap(), holidays: BTreeSet::new() }
    }

    fn sla(clock: Clock, route: Option<&str>, contact: Option<&str>) -> Sla {
        let span = |text: Option<&str>| text.and_then(Span::parse);
        let (route_within, contact_within) = (span(route), span(contact));
        Sla { name: "demo".into(), condition: None, route_within, contact_within, clock, remind: Vec::new(), escalate: Vec::new() }
    }

    fn at(text: &str) -> Option<Timestamp> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn an_always_clock_runs_day_and_night_from_creation() {
        let office = calendar("America/New_York", "Mon-Fri 09:00-17:00");
        let saturday: Timestamp = "2026-11-21T15:00:00.5Z".parse().unwrap();
        let found = deadlines(&sla(Clock::Always, Some("5m"), Some("1d")), saturday, &office, Some(&office));
        assert_eq!(found, Deadlines { route_by: at("2026-11-21T15:05:00.5Z"), contact_by: at("2026-11-22T15:00:00.5Z") });
    }

    #[test]
    fn a_working_clock_routes_in_business_hours_and_contacts_in_the_hours_of_the_rep() {
        let business = calendar("America/New_York", "Mon-Fri 09:00-17:00");
        let rep = calendar("Europe/Berlin", "Mon-Fri 10:00-18:00");
        let sla = sla(Clock::Working, Some("5m"), Some("1h"));
        let saturday: Timestamp = "2026-11-21T15:00Z".parse().unwrap();
        let with_rep = deadlines(&sla, saturday, &business, Some(&rep));
        assert_eq!(with_rep, Deadlines { route_by: at("2026-11-23T09:05-05:00"), contact_by: at("2026-11-23T11:00+01:00") });
        assert_eq!(deadlines(&sla, saturday, &business, None).contact_by, at("2026-11-23T10:00-05:00"));
    }

    #[test]
    fn nothing_promised_and_no_hours_give_no_deadline() {
        let never = calendar("UTC", "closed");
        let now: Timestamp = "2026-11-21T15:00Z".parse().unwrap();
        assert_eq!(deadlines(&sla(Clock::Always, None, None), now, &never, None), Deadlines::default());
        assert_eq!(deadlines(&sla(Clock::Working, Some("5m"), Some("5m")), now, &never, None), Deadlines::default());
    }
}
