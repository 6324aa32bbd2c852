//! The journal: numbered without gaps, never back in time; each clock in it fired once, when it was due.

use super::super::wrong::{Checked, ensure};
use super::Before;
use jiff::Timestamp;
use pointsman_store::db::Db;
use pointsman_store::schema::WORKSPACE;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What was read of it.
#[derive(Debug, Default)]
pub struct Journal {
    seq: i64,
    at: i64,
    /// Promises that were found broken: each is broken once.
    broken: BTreeSet<(Box<str>, String)>,
    /// How many clocks fired in the entries that were read last.
    fired: u32,
}

/// An entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What kind.
    pub kind: Box<str>,
    /// When, in microseconds.
    pub at: i64,
    /// About which lead.
    pub lead: Option<Box<str>>,
    /// What it says.
    pub data: Value,
}

impl Entry {
    /// A text of its data.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.data.get(key)?.as_str()
    }

    /// Whether it is an event of a lead's life.
    #[must_use]
    pub fn is_event(&self) -> bool {
        self.text("event").is_some()
    }

    /// The clock that fires with it.
    #[must_use]
    pub fn clock(&self) -> Option<&'static [&'static str]> {
        Some(match &*self.kind {
            "hold_over" => &["hold-over"],
            "not_routed" => &["route"],
            "reminded" => &["remind-"],
            "breached" => &["contact"],
            "escalated" | "taken_away" => &["escalate-"],
            "unacknowledged" => &["unacknowledged-"],
            _ => return None,
        })
    }
}

impl Journal {
    /// The entries since the last time.
    ///
    /// # Errors
    /// When a number is left out, time ran back, or a promise was broken twice.
    pub fn read(&mut self, db: &mut dyn Db, now: Timestamp) -> Checked<Vec<Entry>> {
        let sql = "select seq, at, kind, lead, body from journal where ws = $1 and seq > $2 order by seq";
        let mut entries = Vec::new();
        for row in db.query(sql, &[WORKSPACE.into(), self.seq.into()])? {
            let (seq, at) = (row.int(0)?, row.int(1)?);
            ensure(seq == self.seq + 1, || format!("after journal entry {} comes {seq}", self.seq))?;
            ensure(at >= self.at, || format!("journal entry {seq} is of {at}, before that of entry {}", self.seq))?;
            ensure(at <= now.as_microsecond(), || format!("journal entry {seq} is of {at}, which is to come"))?;
            (self.seq, self.at) = (seq, at);
            let body: Value = row.json(4)?;
            let data = body.get("data").cloned().unwrap_or_default();
            let entry = Entry { kind: row.text(2)?.into(), at, lead: row.maybe_text(3)?.map(Into::into), data };
            ensure(!entry.kind.starts_with("alarm"), || format!("an alarm: {body}"))?;
            self.once(&entry)?;
            entries.push(entry);
        }
        self.fired = u32::try_from(entries.iter().filter(|entry| entry.clock().is_some()).count()).unwrap_or(u32::MAX);
        Ok(entries)
    }

    fn once(&mut self, entry: &Entry) -> Checked {
        let promise = match &*entry.kind {
            "breached" => entry.text("contact_by"),
            "not_routed" => entry.text("route_by"),
            _ => return Ok(()),
        };
        let key = (entry.lead.clone().unwrap_or_default(), format!("{} {}", entry.kind, promise.unwrap_or_default()));
        let first = self.broken.insert(key.clone());
        ensure(first, || format!("a promise was broken twice: {key:?}"))
    }

    /// As many clocks fired as a tick says.
    ///
    /// # Errors
    /// When it is another number.
    pub fn last_fired(&self, said: u32) -> Checked {
        ensure(self.fired == said, || format!("a tick says that {said} clocks fired; the journal says {}", self.fired))
    }
}

/// Leads that entries are about.
#[must_use]
pub fn touched(entries: &[Entry]) -> Vec<Box<str>> {
    let leads: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.lead.as_deref()).collect();
    leads.into_iter().map(Into::into).collect()
}

/// What fired in a step ran before it, was due, and fired once.
///
/// # Errors
/// When more fired than was due.
pub fn clocks_fired_when_due(entries: &[Entry], before: &Before) -> Checked {
    let mut fired: BTreeMap<(&str, &str), (usize, i64)> = BTreeMap::new();
    for entry in entries {
        for kind in entry.clock().unwrap_or_default() {
            let count = fired.entry((entry.lead.as_deref().unwrap_or_default(), kind)).or_default();
            *count = (count.0 + 1, entry.at);
        }
    }
    for ((lead, kind), (count, at)) in fired {
        let due = before.clocks.iter().filter(|(of, clock, due)| **of == *lead && clock.starts_with(kind) && *due <= at).count();
        ensure(count <= due, || format!("lead {lead}: {count} clocks {kind} fired, {due} were due"))?;
    }
    Ok(())
}
