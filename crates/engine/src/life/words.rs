//! Events as sentences, for a lead's timeline: without a full stop, and without the moment they happened at.

use super::command::{By, same};
use super::effect::Who;
use super::event::Event;
use crate::words::moment;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How a timeline is written.
pub struct Style<'a> {
    /// When the event happened: deadlines of the same day are written without their date.
    pub at: Timestamp,
    /// Where the reader is.
    pub timezone: &'a TimeZone,
    /// What people are called. Whoever acts is asked for as a [`Who::Person`].
    pub name: &'a dyn Fn(&Who) -> String,
}

/// What happened.
#[must_use]
pub fn event(event: &Event, style: &Style<'_>) -> String {
    match event {
        Event::Assigned { .. } | Event::Kept { .. } | Event::Queued { .. } | Event::Held { .. } => style.decided(event),
        Event::Suppressed { by: Some(by), reason, .. } => format!("{} suppressed it{}", style.by(by), said(reason.as_deref())),
        Event::Suppressed { by: None, rule, .. } => format!("{}not routed", ruled(rule.as_deref())),
        Event::HoldOver | Event::TooLate { .. } | Event::NotRouted { .. } | Event::Breached { .. } | Event::Escalated { .. } => {
            style.late(event)
        }
        Event::Reminded { rep } => format!("{} was reminded", style.rep(rep)),
        Event::TakenAway { rep } => format!("{} did not make contact: it goes to somebody else", style.rep(rep)),
        Event::Unacknowledged { rep, .. } => format!("{} did not react: the next channel was tried", style.rep(rep)),
        Event::Rerouted { rule: Some(rule) } => format!("It changed, and the rule \"{rule}\" routes it again"),
        Event::Rerouted { rule: None } => "It changed while it was held, and is decided anew".to_owned(),
        Event::CameAgain { rep } => format!("The same person came again: {} was told", style.rep(rep)),
        _ => style.acted(event),
    }
}

impl Style<'_> {
    /// Where a decision put it.
    fn decided(&self, event: &Event) -> String {
        match event {
            Event::Assigned { rep, pool, rule } => {
                let through = pool.as_ref().map(|pool| format!(", through pool {pool}")).unwrap_or_default();
                format!("{}{} got it{through}", ruled(rule.as_deref()), self.rep(rep))
            }
            Event::Kept { rep: Some(rep), rule: Some(rule) } => format!("{rule}: it stays with {}", self.rep(rep)),
            Event::Kept { rep: Some(rep), rule: None } => format!("The same person came before: it stays with {}", self.rep(rep)),
            Event::Kept { rep: None, rule } => format!("{}it stays as it is", ruled(rule.as_deref())),
            Event::Queued { queue, rule: Some(rule) } => format!("{rule}: it waits in queue {queue}"),
            Event::Queued { queue, rule: None } => format!("No rule matches: it waits in queue {queue}"),
            Event::Held { pool, until, rule } => {
                let what = pool.as_ref().map_or("it is held".to_owned(), |pool| format!("it waits for somebody of pool {pool}"));
                format!("{}{what} until {} at the latest", ruled(rule.as_deref()), self.moment(*until))
            }
            _ => String::new(),
        }
    }

    /// What a clock found.
    fn late(&self, event: &Event) -> String {
        match event {
            Event::HoldOver => "It has waited long enough".to_owned(),
            Event::TooLate { contact_by } => format!("Contact by {} was promised: it came too late for that", self.moment(*contact_by)),
            Event::NotRouted { route_by, told } => format!("No rep had it by {}: {} was told", self.moment(*route_by), self.who(told)),
            Event::Breached { rep, contact_by } => {
                let missed = rep.as_ref().map(|rep| format!(": {} missed it", self.rep(rep))).unwrap_or_default();
                format!("Nobody made contact by {}{missed}", self.moment(*contact_by))
            }
            Event::Escalated { told, contact_by, .. } => match contact_by.filter(|by| *by <= self.at) {
                Some(contact_by) => format!("Nobody made contact by {}: {} was told", self.moment(contact_by), self.who(told)),
                None => format!("Nobody has made contact yet: {} was told", self.who(told)),
            },
            _ => String::new(),
        }
    }

    /// What a person did.
    fn acted(&self, event: &Event) -> String {
        match event {
            Event::Accepted { by, rep } => format!("{} accepted it{}", self.by(by), self.for_whom(by, rep)),
            Event::Passed { by, rep, reason, bad_lead } => {
                let bad = if *bad_lead { ", as a bad lead" } else { "" };
                format!("{} passed on it{}{bad}{}", self.by(by), self.for_whom(by, rep), said(reason.as_deref()))
            }
            Event::Contacted { by, rep, at, contact_by } => {
                let late = match contact_by {
                    Some(by) if by < at => format!(", later than promised ({})", self.moment(*by)),
                    Some(_) => ", in time".to_owned(),
                    None => String::new(),
                };
                let said = if same(by.name(), rep) { String::new() } else { format!(", says {}", self.by(by)) };
                format!("{} made contact at {}{late}{said}", self.rep(rep), self.moment(*at))
            }
            Event::Reassigned { by, from, to } => {
                let away = from.as_ref().map(|from| format!(" from {}", self.rep(from))).unwrap_or_default();
                match (to, from) {
                    (Some(to), _) => format!("{} gave {} the lead{away}", self.by(by), self.rep(to)),
                    (None, Some(_)) => format!("{} took the lead{away} and had it routed again", self.by(by)),
                    (None, None) => format!("{} had the lead routed again", self.by(by)),
                }
            }
            Event::Claimed { by, rep, queue } => {
                let whence = queue.as_ref().map(|queue| format!(" from queue {queue}")).unwrap_or_default();
                format!("{} claimed it{whence}{}", self.by(by), self.for_whom(by, rep))
            }
            Event::Requeued { by, queue, from } => {
                let away = from.as_ref().map(|from| format!(" from {}", self.rep(from))).unwrap_or_default();
                format!("{} put the lead{away} into queue {queue}", self.by(by))
            }
            Event::Closed { by, result } => format!("{} closed it as {}", self.by(by), result.words()),
            Event::Erased { by } => format!("{} had the person forgotten", self.by(by)),
            _ => String::new(),
        }
    }

    fn by(&self, by: &By) -> String {
        match by {
            By::Rep(rep) => self.rep(rep),
            By::Other(name) => self.who(&Who::Person(name.clone())),
        }
    }

    fn for_whom(&self, by: &By, rep: &str) -> String {
        if same(by.name(), rep) { String::new() } else { format!(" for {}", self.rep(rep)) }
    }

    fn rep(&self, rep: &str) -> String {
        self.who(&Who::Rep(rep.into()))
    }

    fn who(&self, who: &Who) -> String {
        (self.name)(who)
    }

    /// `10:15 EST`, or with the date where that is another day.
    fn moment(&self, at: Timestamp) -> String {
        let local = |at: Timestamp| at.to_zoned_datetime(self.timezone.clone());
        let (local, now) = (local(at), local(self.at));
        if local.date() == now.date() { local.strftime("%H:%M %Z").to_string() } else { moment(at, self.timezone) }
    }
}

fn ruled(rule: Option<&str>) -> String {
    rule.map(|rule| format!("{rule}: ")).unwrap_or_default()
}

fn said(reason: Option<&str>) -> String {
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}
