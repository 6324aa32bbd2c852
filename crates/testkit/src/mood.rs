//! How an outside service behaves just now.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The behaviour of a web service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Mood {
    /// Does its work.
    #[default]
    Alive,
    /// Does its work, but only after this time.
    Slow(Duration),
    /// Answers every request with this status and no work done.
    Status(u16),
    /// Answers 429 and asks to be left alone for so many seconds.
    RateLimiting(u32),
    /// Answers 503 with this `Retry-After`.
    Busy(String),
    /// Does its work, then closes the connection instead of answering.
    Deaf,
    /// Answers 200 and something that is not what it should be.
    Garbage,
    /// Answers with more than anybody wants to read.
    Endless,
    /// Sends the caller somewhere else.
    Redirecting(String),
    /// Refuses with an error code of its own.
    Error(String),
}

/// A value that a service's tasks and a test share.
#[derive(Debug, Default)]
pub(crate) struct Shared<T>(Arc<Mutex<T>>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
