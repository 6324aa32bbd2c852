//! Reading for those who ask: one file per resource, each a few queries and the plain data they give.
//!
//! Nothing here changes anything, and nothing the writer decides by is read here: a reader sees what was
//! committed, a moment later than the writer.

pub mod accounts;
pub mod decisions;
pub mod documents;
pub mod journal;
pub mod keys;
pub mod leads;
pub mod nodes;
pub mod outbox;
pub mod people;
pub mod policies;
pub mod queues;
mod select;

use crate::db::{Db, DbError, DbErrorKind};
use crate::place::Place;
use std::sync::{Mutex, PoisonError};

/// Connections to read with, kept for the next who asks.
pub struct Readers {
    place: Place,
    idle: Mutex<Vec<Box<dyn Db>>>,
    keep: usize,
}

impl Readers {
    /// Readers of a place; at most `keep` connections stay open while nobody asks.
    #[must_use]
    pub const fn new(place: Place, keep: usize) -> Self {
        Self { place, idle: Mutex::new(Vec::new()), keep }
    }

    /// Reads. A connection that was lost meanwhile is replaced, and the question asked once more.
    ///
    /// # Errors
    /// When the database is not there, or holds what this program does not know.
    pub fn read<T>(&self, ask: impl Fn(&mut dyn Db) -> Result<T, DbError>) -> Result<T, DbError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(mut db) = idle {
            match ask(&mut *db) {
                Err(error) if error.kind == DbErrorKind::Lost => drop(db),
                answer => {
                    self.put_back(db);
                    return answer;
                }
            }
        }
        let mut db = self.place.reader()?;
        let answer = ask(&mut *db);
        if !matches!(&answer, Err(error) if error.kind == DbErrorKind::Lost) {
            self.put_back(db);
        }
        answer
    }

    fn put_back(&self, db: Box<dyn Db>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.keep {
            idle.push(db);
        }
    }
}

impl Drop for Readers {
    /// A connection to PostgreSQL ends with a runtime of its own, which must not happen on a thread that drives tasks.
    fn drop(&mut self) {
        let idle = std::mem::take(self.idle.get_mut().unwrap_or_else(PoisonError::into_inner));
        if !idle.is_empty() {
            // Err: the system gives no thread any more. The connections end with the process.
            let _ = std::thread::Builder::new().spawn(move || drop(idle));
        }
    }
}
