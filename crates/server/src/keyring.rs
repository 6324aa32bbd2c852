//! The keyring: tokens in memory, so that a request costs no question to the store.
//!
//! A token is looked up again after a few seconds: one that was revoked on another node works no longer there
//! than that; here it ends at once.

use crate::problem::Problem;
use crate::reading::Reading;
use crate::tokens::{self, Scope, Token};
use jiff::Timestamp;
use pointsman_store::read::documents;
use pointsman_store::request::DocumentKind;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a token is taken for what it was.
const FRESH: Duration = Duration::from_secs(5);

/// Who calls.
#[derive(Debug, Clone)]
pub struct Caller {
    /// `tok_...`
    pub id: Arc<str>,
    /// What the token is and may do.
    pub token: Arc<Token>,
}

/// Tokens that were used lately.
#[derive(Default)]
pub struct Keyring {
    known: Mutex<HashMap<String, Known>>,
    used: Mutex<HashMap<String, Timestamp>>,
}

struct Known {
    caller: Caller,
    at: Instant,
}

impl Keyring {
    /// Who a token's text stands for.
    ///
    /// # Errors
    /// Nobody, or nobody any more.
    pub async fn caller(&self, reading: &Reading, text: &str) -> Result<Caller, Problem> {
        let hash = tokens::hash(text);
        let id = tokens::id(&hash);
        let now = Timestamp::now();
        let caller = match self.fresh(&id) {
            Some(caller) => caller,
            None => self.look_up(reading, &id).await?,
        };
        if !caller.token.is(&hash, now) {
            return Err(Problem::BadToken);
        }
        self.note(&caller.id, now);
        Ok(caller)
    }

    /// Whether a caller whose request goes on is still let in: the token is there, not over, and has the scope.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn still_lets(&self, reading: &Reading, id: &str, scope: Scope) -> Result<bool, Problem> {
        let caller = match self.fresh(id) {
            Some(caller) => caller,
            None => match self.look_up(reading, id).await {
                Err(Problem::BadToken) => return Ok(false),
                found => found?,
            },
        };
        Ok(!caller.token.is_over(Timestamp::now()) && caller.token.may(scope))
    }

    /// Forgets a token, after it was changed or revoked.
    pub fn forget(&self, id: &str) {
        lock(&self.known).remove(id);
        lock(&self.used).remove(id);
    }

    /// The tokens used since they were asked for the last time, and when.
    pub fn take_used(&self) -> HashMap<String, Timestamp> {
        std::mem::take(&mut *lock(&self.used))
    }

    fn fresh(&self, id: &str) -> Option<Caller> {
        let known = lock(&self.known);
        known.get(id).filter(|known| known.at.elapsed() < FRESH).map(|known| known.caller.clone())
    }

    async fn look_up(&self, reading: &Reading, id: &str) -> Result<Caller, Problem> {
        let asked = id.to_owned();
        let found = reading.ask(move |db| documents::one(db, DocumentKind::Token, &asked)).await?;
        let token = found.and_then(|document| serde_json::from_str::<Token>(&document.body).ok());
        let Some(token) = token else {
            self.forget(id);
            return Err(Problem::BadToken);
        };
        let caller = Caller { id: id.into(), token: Arc::new(token) };
        lock(&self.known).insert(id.to_owned(), Known { caller: caller.clone(), at: Instant::now() });
        Ok(caller)
    }

    fn note(&self, id: &str, now: Timestamp) {
        let mut used = lock(&self.used);
        match used.get_mut(id) {
            Some(at) => *at = now,
            None => drop(used.insert(id.to_owned(), now)),
        }
    }
}

/// What is held is whole at every moment, so that a thread that panicked leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
