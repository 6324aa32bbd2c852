//! Reading: questions to the store from async code, few at a time.

use crate::problem::Problem;
use pointsman_store::db::{Db, DbError, DbErrorKind};
use pointsman_store::place::Place;
use pointsman_store::read::Readers;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tracing::error;

/// So many questions are asked at one time; the others wait.
const AT_ONCE: usize = 8;

/// Readers, and who may use them now.
#[derive(Clone)]
pub struct Reading {
    readers: Arc<Readers>,
    permits: Arc<Semaphore>,
}

impl Reading {
    /// Readers of a place.
    #[must_use]
    pub fn of(place: Place) -> Self {
        Self { readers: Arc::new(Readers::new(place, AT_ONCE)), permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Asks, on a thread where waiting is allowed.
    ///
    /// # Errors
    /// When the store is away (503) or holds what we do not understand (500).
    pub async fn ask<T: Send + 'static>(&self, ask: impl Fn(&mut dyn Db) -> Result<T, DbError> + Send + 'static) -> Result<T, Problem> {
        // Err: never, the semaphore is not closed.
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Problem::ours)?;
        let readers = Arc::clone(&self.readers);
        let asked = tokio::task::spawn_blocking(move || {
            let answer = readers.read(ask);
            drop(permit);
            answer
        });
        asked.await.map_err(Problem::ours)?.map_err(|error| store_trouble(&error))
    }
}

/// What is told of trouble with the store. Its words are for the log.
pub fn store_trouble(error: &DbError) -> Problem {
    error!(error = %error, "the store failed");
    match error.kind {
        DbErrorKind::Lost | DbErrorKind::Busy => Problem::StoreAway,
        DbErrorKind::Shape => Problem::Ours,
    }
}
