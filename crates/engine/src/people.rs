//! People: reps, their absences, and the directory that holds both.

mod stored;

use crate::calendar::Hours;
use crate::lookup::Lookup;
use crate::value::fold;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A rep's number within one directory, in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RepIx(pub u32);

impl RepIx {
    /// As an index.
    #[must_use]
    pub const fn at(self) -> usize {
        self.0 as usize
    }
}

/// A holiday of a rep: a date of their own, or a list named in the policy's `[holidays]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HolidayRef {
    /// One date.
    Date(Date),
    /// A named list.
    Named(Box<str>),
}

/// A person who receives leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rep {
    /// The key: an e-mail address, or whatever id the CRM gives. Compared folded.
    pub email: Box<str>,
    /// The name people call them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Box<str>>,
    /// Whom to alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<Box<str>>,
    /// Who covers an absence, by key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<Box<str>>,
    /// Where they work; the policy's time zone when not given.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "jiff::fmt::serde::tz::optional")]
    pub timezone: Option<TimeZone>,
    /// Weekly hours in their time zone; the policy's when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Days on which they do not work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<HolidayRef>,
    /// Whether they receive leads at all.
    pub active: bool,
    /// At most this many leads on one day of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_cap: Option<u32>,
    /// At most this many open leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_cap: Option<u32>,
    /// What they can do, folded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<Box<str>>,
    /// Their Slack user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slack_id: Option<Box<str>>,
}

impl Rep {
    /// An active rep of whom nothing else is known.
    #[must_use]
    pub fn new(email: &str) -> Self {
        Self {
            email: email.trim().into(),
            name: None,
            manager: None,
            backup: None,
            timezone: None,
            hours: None,
            holidays: Vec::new(),
            active: true,
            daily_cap: None,
            open_cap: None,
            skills: Vec::new(),
            slack_id: None,
        }
    }
}

/// A span when a rep takes no leads: from `from` up to, not including, `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Absence {
    /// First moment.
    pub from: Timestamp,
    /// First moment after it.
    pub until: Timestamp,
}

/// Reps and absences. Reps keep the order of the file; the first of two with one key counts.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    reps: Vec<Rep>,
    absences: Vec<Vec<Absence>>,
    by_key: Lookup<Box<str>, RepIx>,
}

impl Directory {
    /// Adds a rep; `Err` gives the number of the one that has the key already.
    pub fn add(&mut self, rep: Rep) -> Result<RepIx, RepIx> {
        let key: Box<str> = fold(&rep.email).into();
        if let Some(ix) = self.by_key.get(&key) {
            return Err(*ix);
        }
        let ix = RepIx(u32::try_from(self.reps.len()).unwrap_or(u32::MAX));
        self.by_key.insert(key, ix);
        self.reps.push(rep);
        self.absences.push(Vec::new());
        Ok(ix)
    }

    /// The rep of that key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<RepIx> {
        self.by_key.get(&*fold(key)).copied()
    }

    /// A rep.
    #[must_use]
    pub fn get(&self, ix: RepIx) -> Option<&Rep> {
        self.reps.get(ix.at())
    }

    /// A rep's key, for messages; empty for a number of another directory.
    #[must_use]
    pub fn key(&self, ix: RepIx) -> &str {
        self.get(ix).map_or("", |rep| &rep.email)
    }

    /// All reps, in file order.
    #[must_use]
    pub fn reps(&self) -> &[Rep] {
        &self.reps
    }

    /// Adds an absence. Overlapping and touching ones become one, so that they stay sorted and apart.
    pub fn add_absence(&mut self, rep: RepIx, absence: Absence) {
        let Some(spans) = self.absences.get_mut(rep.at()) else { return };
        if absence.from >= absence.until {
            return;
        }
        spans.push(absence);
        spans.sort_unstable();
        let mut merged: Vec<Absence> = Vec::with_capacity(spans.len());
        for span in spans.drain(..) {
            match merged.last_mut() {
                Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
                _ => merged.push(span),
            }
        }
        *spans = merged;
    }

    /// A rep's absences become these, whatever they were.
    pub fn set_absences(&mut self, rep: RepIx, absences: impl IntoIterator<Item = Absence>) {
        if let Some(spans) = self.absences.get_mut(rep.at()) {
            spans.clear();
        }
        absences.into_iter().for_each(|absence| self.add_absence(rep, absence));
    }

    /// Only the first so many reps, with their absences.
    pub(crate) fn truncate(&mut self, reps: usize) {
        for rep in self.reps.drain(reps.min(self.reps.len())..) {
            self.by_key.remove(&*fold(&rep.email));
        }
        self.absences.truncate(reps);
    }

    /// The absence that covers a moment. Logarithmic in the rep's absences.
    #[must_use]
    pub fn absent(&self, rep: RepIx, now: Timestamp) -> Option<Absence> {
        let spans = self.absences.get(rep.at())?;
        let after = spans.partition_point(|span| span.from <= now);
        let span = spans.get(after.checked_sub(1)?)?;
        (now < span.until).then_some(*span)
    }

    /// A rep's absences, sorted and apart.
    #[must_use]
    pub fn absences(&self, rep: RepIx) -> &[Absence] {
        self.absences.get(rep.at()).map_or(&[], Vec::as_slice)
    }
}
