//! From text to a checked policy: every section, every error in one pass.
//!
//! [`files`] finds the sections; one file per section reads it; [`node`] is how any of them looks at TOML.
//! Where a part is broken a placeholder stands in for it, so that one mistake is one error and does not
//! hide the next.

pub(super) mod asserts;
mod cells;
pub(super) mod fallback;
pub(super) mod fields;
mod files;
pub(super) mod header;
mod lists;
mod names;
mod node;
pub(super) mod notify;
mod order;
pub(super) mod pools;
pub(super) mod rules;
mod segments;
pub(super) mod settings;
pub(super) mod slas;
mod tables;
mod targets;
pub(super) mod test_leads;
mod unused;
mod version;

#[cfg(test)]
mod tests;

use super::Policy;
use super::condition::{Names, Segment};
use super::diagnostic::{Diagnostic, Severity};
use super::source::Sources;
use crate::field::Fields;
pub use files::FIRST;
use files::{Files, Sections};
use jiff::tz::TimeZone;
use names::{Declared, People, Pools, Queues, Slas};
use std::collections::{BTreeMap, BTreeSet};

/// A policy that was read, with what is wrong with it.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The policy, exactly when there is no error.
    pub policy: Option<Policy>,
    /// Errors and warnings: of `routing.toml` first, then file by file, each in text order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a policy. Linear in its text, but for the size of its conditions.
#[must_use]
pub fn read(sources: &Sources) -> Checked {
    let mut found = Vec::new();
    let files = Files::read(sources, &mut found);
    let sections = files.sections(&mut found);
    let mut reading = Reading::new(sources, &sections, found);
    let policy = reading.policy(&sections);
    let diagnostics = settle(reading.found, files.incomplete);
    let usable = diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
    Checked { policy: policy.filter(|_| usable), diagnostics }
}

/// The names of all sections, those of files of test leads included.
#[cfg(test)]
pub(super) fn sections() -> impl Iterator<Item = &'static str> {
    files::SECTIONS.iter().chain(files::TEST_SECTIONS).map(|(name, _)| *name)
}

/// Findings that a file which cannot be read brings with it: what it declares seems not to be there.
const FOLLOWING: &[&str] = &[
    "missing-section",
    "unknown-field",
    "unknown-name",
    "unknown-list",
    "unknown-segment",
    "unknown-pool",
    "unknown-sla",
    "unknown-rule",
    "unknown-queue",
    "unknown-holidays",
];

fn settle(mut found: Vec<Diagnostic>, incomplete: bool) -> Vec<Diagnostic> {
    if incomplete {
        found.retain(|diagnostic| !FOLLOWING.contains(&diagnostic.code));
    }
    found.sort_by(|a, b| (&*a.place.file != FIRST, &a.place).cmp(&(&*b.place.file != FIRST, &b.place)));
    found.dedup();
    found
}

/// A policy being read: what is known so far, and what is wrong.
struct Reading<'a> {
    sources: &'a Sources,
    found: Vec<Diagnostic>,
    fields: Fields,
    lists: BTreeMap<Box<str>, Vec<Box<str>>>,
    segments: BTreeMap<Box<str>, Segment>,
    timezone: TimeZone,
    /// Segments, and lists with their `@`, that a condition names.
    used: BTreeSet<String>,
    people: People,
    queues: Queues,
    pools: Pools<'a>,
    slas: Slas<'a>,
    /// Files beside the TOML ones that are part of the policy.
    parts: BTreeSet<&'a str>,
}

impl<'a> Reading<'a> {
    fn new(sources: &'a Sources, sections: &Sections<'a>, found: Vec<Diagnostic>) -> Self {
        Self {
            sources,
            found,
            fields: Fields::default(),
            lists: BTreeMap::new(),
            segments: BTreeMap::new(),
            timezone: TimeZone::UTC,
            used: BTreeSet::new(),
            people: People::default(),
            queues: Queues::default(),
            pools: Pools(Declared::new("pool", "unknown-pool", sections.named("pool"))),
            slas: Slas(Declared::new("SLA", "unknown-sla", sections.named("sla"))),
            parts: BTreeSet::new(),
        }
    }

    /// Everything, in an order in which each section finds what it may name.
    fn policy(&mut self, sections: &Sections<'a>) -> Option<Policy> {
        let header = header::read(self, sections);
        fields::read(self, sections.named("fields"));
        lists::read(self, sections.named("lists"));
        segments::read(self, sections.named("segments"));
        let fallback = fallback::read(self, sections);
        let pools = pools::read(self);
        let slas = slas::read(self);
        let rules = rules::read(self, sections.many("rule"));
        let tests = test_leads::read(self, sections.many("test"), &rules);
        let asserts = asserts::read(self, sections.many("assert"));
        let (matching, enrich) = settings::read(self, sections);
        let (notify, missed) = notify::read(self, sections);
        unused::warn(self, sections, &rules);
        let (people, takers) = std::mem::take(&mut self.people.named).into_iter().unzip();
        Some(Policy {
            name: header.name,
            version: version::of(self.sources, &self.parts),
            timezone: self.timezone.clone(),
            calendar: header.calendar?,
            holidays: header.holidays,
            same_person: header.same_person,
            fields: std::mem::take(&mut self.fields),
            segments: std::mem::take(&mut self.segments).into_iter().map(|(name, segment)| (name, segment.holds)).collect(),
            rules,
            pools,
            queues: std::mem::take(&mut self.queues.all),
            slas,
            fallback: fallback?,
            people,
            takers,
            matching,
            enrich,
            notify,
            missed,
            tests,
            asserts,
        })
    }

    /// What conditions may name.
    fn names(&mut self) -> Names<'_> {
        Names {
            fields: &mut self.fields,
            lists: &self.lists,
            segments: &self.segments,
            timezone: &self.timezone,
            used: &mut self.used,
            found: &mut self.found,
        }
    }
}
