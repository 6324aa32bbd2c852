//! Idempotency: a key that came before is answered as it was answered then.

use super::Batch;
use crate::db::DbError;
use crate::request::{Once, Refused, Reply, Request};
use crate::schema::WORKSPACE;
use crate::tables::IDEMPOTENCY;
use crate::value::{Value, json};
use std::collections::BTreeMap;

/// Keys that came before, or come in this batch.
#[derive(Default)]
pub(super) struct Keys {
    known: BTreeMap<Box<str>, (Box<str>, Reply)>,
    new: Vec<Once>,
}

impl Keys {
    /// What was answered to the same request before, if it came before.
    pub fn answer(&self, once: &Once) -> Option<Result<Reply, Refused>> {
        let (fingerprint, reply) = self.known.get(&once.key)?;
        Some(if *fingerprint == once.fingerprint { Ok(reply.clone()) } else { Err(Refused::KeyReused) })
    }

    /// Whether a request can join others that are about to be done.
    pub fn is_new(&self, once: &Once, run: &[Request]) -> bool {
        !self.known.contains_key(&once.key) && run.iter().all(|other| other.once.as_ref().is_none_or(|other| other.key != once.key))
    }

    /// Remembers what was answered. What was refused changed nothing, and may be asked again.
    pub fn keep(&mut self, once: Option<Once>, answer: &Result<Reply, Refused>) {
        if let (Some(once), Ok(reply)) = (once, answer) {
            self.known.insert(once.key.clone(), (once.fingerprint.clone(), reply.clone()));
            self.new.push(once);
        }
    }
}

impl Batch<'_> {
    pub(super) fn known_keys(&mut self, requests: &[Request]) -> Result<Keys, DbError> {
        let keys: Vec<Box<str>> = requests.iter().filter_map(|request| Some(request.once.as_ref()?.key.clone())).collect();
        let mut found = Keys::default();
        if keys.is_empty() {
            return Ok(found);
        }
        let sql = "select key, fingerprint, answer from idempotency where ws = $1 and key in (each $2)";
        for row in self.db.query(sql, &[WORKSPACE.into(), Value::Texts(keys)])? {
            found.known.insert(row.text(0)?.into(), (row.text(1)?.into(), row.json(2)?));
        }
        Ok(found)
    }

    pub(super) fn keep_keys(&mut self, mut keys: Keys) -> Result<(), DbError> {
        let mut rows = Vec::with_capacity(keys.new.len());
        for once in keys.new {
            if let Some((fingerprint, reply)) = keys.known.remove(&once.key) {
                rows.push(vec![WORKSPACE.into(), once.key.into(), fingerprint.into(), self.now.into(), json(&reply)?]);
            }
        }
        if rows.is_empty() { Ok(()) } else { self.db.insert(&IDEMPOTENCY, rows) }
    }
}
