//! P4: every message is there until it is delivered, or visible as dead or cancelled with a reason; and everybody who
//! should have been told was.

use super::super::model::Model;
use super::super::wrong::{Checked, ensure};
use super::ask;
use super::journal::Entry;
use pointsman_store::db::{Db, DbError};
use std::collections::{BTreeMap, BTreeSet};

/// Which lead, who, what.
type Told = (Box<str>, Box<str>, &'static str);

/// What the journal says must have been told, and what was seen in the outbox.
#[derive(Debug, Default)]
pub struct Messages {
    people: BTreeMap<Told, i64>,
    programs: BTreeMap<Box<str>, i64>,
    seen: BTreeSet<Box<str>>,
    sent: BTreeSet<Box<str>>,
}

impl Messages {
    /// What somebody must be told of these.
    pub fn owe(&mut self, entries: &[Entry]) {
        for entry in entries {
            let Some(lead) = entry.lead.as_ref().filter(|_| entry.is_event()) else { continue };
            *self.programs.entry(lead.clone()).or_default() += 1;
            if let Some((who, what)) = told(entry) {
                *self.people.entry((lead.clone(), who.into(), what)).or_default() += 1;
            }
        }
    }

    /// What was in the outbox still is, in a state that says what becomes of it.
    ///
    /// # Errors
    /// When a message is gone, or its state says nothing.
    pub fn none_is_lost(&mut self, db: &mut dyn Db, model: &Model) -> Checked {
        let rows = ask(db, "select id, state, reason from message where ws = $1")?;
        let mut there = BTreeSet::new();
        for row in &rows {
            let (id, state, reason) = (row.text(0)?, row.text(1)?, row.maybe_text(2)?);
            let says = match state {
                "dead" | "cancelled" => reason.is_some_and(|reason| !reason.is_empty()),
                "pending" | "sending" | "sent" => true,
                _ => false,
            };
            ensure(says, || format!("message {id} is {state}, because: {reason:?}"))?;
            ensure(state == "sent" || !self.sent.contains(id), || format!("message {id} was sent, and is {state}"))?;
            ensure(state != "sent" || model.delivered.contains_key(id), || format!("message {id} is sent, and never went out"))?;
            if state == "sent" {
                self.sent.insert(id.into());
            }
            there.insert(Box::<str>::from(id));
        }
        let lost: Vec<&Box<str>> = self.seen.difference(&there).collect();
        ensure(lost.is_empty(), || format!("messages are gone: {lost:?}"))?;
        self.seen = there;
        Ok(())
    }

    /// For each event there is a message to the programs that listen, and one to each person it is for.
    ///
    /// # Errors
    /// When somebody was not told.
    pub fn everybody_was_told(&self, db: &mut dyn Db) -> Checked {
        let sql = "select lead, kind, recipient, count(*) from message where ws = $1 and lead is not null group by lead, kind, recipient";
        let rows = ask(db, sql)?;
        let mut programs: BTreeMap<Box<str>, i64> = BTreeMap::new();
        let mut people: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
        for row in &rows {
            match row.maybe_text(2)? {
                None if row.text(1)? == "event" => *programs.entry(row.text(0)?.into()).or_default() += row.int(3)?,
                None => {}
                Some(who) => *people.entry((row.text(0)?, who, row.text(1)?)).or_default() += row.int(3)?,
            }
        }
        for (lead, events) in &self.programs {
            let told = programs.get(lead).copied().unwrap_or(0);
            ensure(told == *events, || format!("of {events} events of lead {lead} programs are told {told}"))?;
        }
        for ((lead, who, what), times) in &self.people {
            let told = people.get(&(&**lead, &**who, what)).copied().unwrap_or(0);
            ensure(told >= *times, || format!("{who} should have been told {times} times of lead {lead} ({what}), and was {told} times"))?;
        }
        Ok(())
    }

    /// What the store has acknowledged as sent went out.
    ///
    /// # Errors
    /// When the tables say otherwise.
    pub fn sent_stays_sent(&self, db: &mut dyn Db, model: &Model) -> Checked {
        let rows = ask(db, "select id from message where ws = $1 and state = 'sent'")?;
        let sent: BTreeSet<&str> = rows.iter().map(|row| row.text(0)).collect::<Result<_, DbError>>()?;
        let missing: Vec<_> = model.sent.iter().filter(|id| !sent.contains(&***id)).collect();
        ensure(missing.is_empty(), || format!("acknowledged as sent, and are not: {missing:?}"))
    }
}

/// Whom an event must have been told, where that follows from the event alone.
fn told(entry: &Entry) -> Option<(&str, &'static str)> {
    Some(match &*entry.kind {
        "assigned" | "kept" | "claimed" => (entry.text("rep")?, "assigned"),
        "reassigned" => (entry.text("to")?, "assigned"),
        "came_again" => (entry.text("rep")?, "came_again"),
        "reminded" => (entry.text("rep")?, "reminder"),
        "escalated" => (reader(entry)?, "not_contacted"),
        "not_routed" => (reader(entry)?, "not_routed"),
        _ => return None,
    })
}

/// Who is told: a rep or a person by name; of reviewers only those that every simulated policy has.
fn reader(entry: &Entry) -> Option<&str> {
    let told = entry.data.get("told")?;
    let named = ["rep", "person"].iter().find_map(|key| told.get(*key)?.as_str());
    named.or_else(|| Some(if told.get("reviewer")?.as_str() == Some("desk") { "gus@acme.example" } else { "dana@acme.example" }))
}

/// Nothing is left to be delivered.
///
/// # Errors
/// When something is.
pub fn none_is_under_way(db: &mut dyn Db) -> Checked {
    let rows = ask(db, "select id, state from message where ws = $1 and state in ('pending', 'sending') limit 3")?;
    ensure(rows.is_empty(), || format!("messages are under way at rest: {rows:?}"))
}
