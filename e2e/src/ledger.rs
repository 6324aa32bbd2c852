//! The ledger: what was sent, and what the server acknowledged. Everything in it must be found in the tables.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What was sent and acknowledged, of the whole run.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Entries>);

/// The entries.
#[derive(Debug, Default)]
pub struct Entries {
    /// By the person's address, which is sent as the address of one lead only.
    pub sent: BTreeMap<String, Option<Acknowledged>>,
    /// Persons who were sent in again: they may have several leads, if the first one was over.
    pub again: BTreeSet<String>,
    /// What was done to leads and acknowledged: the lead, and the stage that it must be in from then on.
    pub done: Vec<(String, &'static str)>,
    /// Answers that no server should give.
    pub wrong: Vec<String>,
    /// Requests that were answered.
    pub answers: usize,
}

/// What was answered about a lead.
#[derive(Debug, Clone)]
pub struct Acknowledged {
    pub lead: String,
    pub decision: Option<String>,
    pub outcome: String,
    pub rep: Option<String>,
    /// It was known already, so that the answer is of a later moment than its first decision.
    pub repeat: bool,
}

impl Ledger {
    pub fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn acknowledge(&self, person: &str, answer: &Value) {
        match Acknowledged::of(answer) {
            Some(acknowledged) => drop(self.entries().sent.insert(person.to_owned(), Some(acknowledged))),
            None => self.entries().wrong.push(format!("an answer without its lead: {answer}")),
        }
    }
}

impl Acknowledged {
    fn of(answer: &Value) -> Option<Self> {
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            lead: text("lead")?,
            decision: text("decision"),
            outcome: text("outcome")?,
            rep: text("rep"),
            repeat: answer.get("repeat")?.as_bool()?,
        })
    }
}
