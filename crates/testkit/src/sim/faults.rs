//! A database connection that breaks on a plan: at the n-th call, or at the commit, before or after it took effect.
//!
//! To the writer every break is the connection gone. What it had begun is undone, as a database does when a client
//! dies; what had been committed stays, although the client never heard of it.

use pointsman_store::db::{Db, DbError, DbErrorKind, Insert, Update};
use pointsman_store::value::{Row, Value};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where the next break is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// At the call with this number from now, connecting and commits included.
    AtCall(u32),
    /// At the next commit, which does not take effect.
    BeforeCommit,
    /// At the next commit, which takes effect; the answer is lost.
    AfterCommit,
    /// The next transaction cannot begin: somebody else holds the lock for too long.
    Busy,
}

/// What is planned, and what came of it. Shared by the simulation and all its connections.
#[derive(Debug, Clone, Default)]
pub struct Plan(Arc<Mutex<Planned>>);

#[derive(Debug, Default)]
struct Planned {
    next: Option<Break>,
    broke: Option<Break>,
}

impl Plan {
    fn lock(&self) -> MutexGuard<'_, Planned> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plans a break, or none.
    pub fn set(&self, next: Option<Break>) {
        *self.lock() = Planned { next, broke: None };
    }

    /// Which break happened since the last [`Plan::set`]. What was planned and did not happen is forgotten.
    #[must_use]
    pub fn broke(&self) -> Option<Break> {
        let mut planned = self.lock();
        planned.next = None;
        planned.broke.take()
    }

    /// Whether a call breaks: one of those that every connection makes, and this one beside.
    fn breaks(&self, also: &[Break]) -> Option<Break> {
        let mut planned = self.lock();
        match planned.next {
            Some(Break::AtCall(left)) if left > 0 => planned.next = Some(Break::AtCall(left - 1)),
            Some(next) if matches!(next, Break::AtCall(_)) || also.contains(&next) => {
                (planned.next, planned.broke) = (None, Some(next));
                return Some(next);
            }
            _ => {}
        }
        None
    }

    /// A call that may break.
    ///
    /// # Errors
    /// When it does.
    pub fn call(&self) -> Result<(), DbError> {
        self.breaks(&[]).map_or(Ok(()), |_| Err(gone()))
    }
}

fn gone() -> DbError {
    DbError::lost("the simulation broke the connection")
}

/// A connection that breaks as planned, over one that does not.
pub struct Faulty<D> {
    inner: D,
    plan: Plan,
    dead: bool,
}

impl<D: Db> Faulty<D> {
    /// Over this connection.
    pub const fn new(inner: D, plan: Plan) -> Self {
        Self { inner, plan, dead: false }
    }

    fn call(&mut self) -> Result<(), DbError> {
        if self.dead {
            return Err(gone());
        }
        self.plan.call().inspect_err(|_| self.die())
    }

    fn die(&mut self) {
        self.dead = true;
        self.inner.rollback();
    }
}

impl<D: Db> Db for Faulty<D> {
    fn begin(&mut self) -> Result<(), DbError> {
        self.call()?;
        if self.plan.breaks(&[Break::Busy]).is_some() {
            return Err(DbError { kind: DbErrorKind::Busy, what: "the simulation holds the lock".to_owned() });
        }
        self.inner.begin()
    }

    fn begin_reading(&mut self) -> Result<(), DbError> {
        self.call()?;
        self.inner.begin_reading()
    }

    fn commit(&mut self) -> Result<(), DbError> {
        self.call()?;
        match self.plan.breaks(&[Break::BeforeCommit, Break::AfterCommit]) {
            None => return self.inner.commit(),
            Some(Break::AfterCommit) => self.inner.commit()?,
            Some(_) => {}
        }
        self.die();
        Err(gone())
    }

    fn rollback(&mut self) {
        self.inner.rollback();
    }

    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, DbError> {
        self.call()?;
        self.inner.query(sql, args)
    }

    fn execute(&mut self, sql: &str, args: Vec<Value>) -> Result<(), DbError> {
        self.call()?;
        self.inner.execute(sql, args)
    }

    fn insert(&mut self, into: &Insert, rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        self.call()?;
        self.inner.insert(into, rows)
    }

    fn update(&mut self, update: &Update, rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        self.call()?;
        self.inner.update(update, rows)
    }

    fn script(&mut self, sql: &str) -> Result<(), DbError> {
        self.call()?;
        self.inner.script(sql)
    }

    fn is_shared(&self) -> bool {
        self.inner.is_shared()
    }
}
