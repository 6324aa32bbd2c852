//! A database, as far as this house needs one: statements, transactions, many rows at once.
//!
//! One SQL text serves both drivers. It keeps to what SQLite and PostgreSQL share; where they differ the
//! driver rewrites two marks: `$1` (SQLite numbers `$` by first appearance, so it becomes `?1`) and
//! `in (each $1)`, the list of a [`Value::Texts`]. [`Insert`] and [`Update`] become one prepared statement per row in SQLite
//! and one `unnest` for all rows in PostgreSQL, which is what makes each of them fast.

use crate::value::{Row, Value};
use std::fmt;

/// What went wrong below.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct DbError {
    /// What kind.
    pub kind: DbErrorKind,
    /// In words.
    pub what: String,
}

/// What kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DbErrorKind {
    /// The connection is gone, or the database is not there. Whether a commit under way came through is not known.
    Lost,
    /// Somebody else holds what this needs; trying again helps.
    Busy,
    /// A statement or a stored value is not what this program knows.
    Shape,
}

impl DbError {
    /// The connection is gone.
    pub fn lost(what: impl Into<String>) -> Self {
        Self { kind: DbErrorKind::Lost, what: what.into() }
    }

    /// Something is not as this program knows it.
    pub fn shape(what: impl Into<String>) -> Self {
        Self { kind: DbErrorKind::Shape, what: what.into() }
    }
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `bigint`
    Int,
    /// `text`
    Text,
}

/// Rows into a table, and what to do with those that are there already.
#[derive(Debug, Clone, Copy)]
pub struct Insert {
    /// The table.
    pub table: &'static str,
    /// Its columns, in the order of the values.
    pub columns: &'static [(&'static str, Type)],
    /// `on conflict ...`, or nothing.
    pub conflict: &'static str,
}

impl fmt::Display for Insert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "insert into {} (", self.table)?;
        for (at, (name, _)) in self.columns.iter().enumerate() {
            write!(f, "{}{name}", if at == 0 { "" } else { ", " })?;
        }
        f.write_str(")")
    }
}

/// Rows that are there already, each found by its key, and what becomes of them.
#[derive(Debug, Clone, Copy)]
pub struct Update {
    /// The table.
    pub table: &'static str,
    /// Columns, in the order of the values: first what a row is found by.
    pub columns: &'static [(&'static str, Type)],
    /// How many columns it is found by.
    pub found_by: usize,
}

impl Update {
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().take(self.found_by).map(|(name, _)| *name)
    }

    pub(crate) fn sets(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().skip(self.found_by).map(|(name, _)| *name)
    }
}

/// A connection.
///
/// What gives nothing back may be sent later, with the next query or the commit, which then tell what was wrong with it.
pub trait Db: Send {
    /// Begins a transaction that means to write.
    ///
    /// # Errors
    /// When the database is not there or is busy.
    fn begin(&mut self) -> Result<(), DbError>;

    /// Begins a transaction that only reads: all its queries see one moment. It ends with [`Db::rollback`].
    ///
    /// # Errors
    /// When the database is not there.
    fn begin_reading(&mut self) -> Result<(), DbError>;

    /// Makes everything since [`Db::begin`] durable.
    ///
    /// # Errors
    /// With [`DbErrorKind::Lost`] nobody knows whether it became so.
    fn commit(&mut self) -> Result<(), DbError>;

    /// Undoes everything since [`Db::begin`]. Errors do not matter: a lost connection undoes by itself.
    fn rollback(&mut self);

    /// Asks.
    ///
    /// # Errors
    /// When the statement fails.
    fn query(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, DbError>;

    /// Changes something, within a transaction.
    ///
    /// # Errors
    /// When the statement fails.
    fn execute(&mut self, sql: &str, args: Vec<Value>) -> Result<(), DbError>;

    /// Adds rows, within a transaction. No two of them have the same key.
    ///
    /// # Errors
    /// When the statement fails.
    fn insert(&mut self, into: &Insert, rows: Vec<Vec<Value>>) -> Result<(), DbError>;

    /// Changes rows, within a transaction. No two of them have the same key.
    ///
    /// # Errors
    /// When the statement fails.
    fn update(&mut self, update: &Update, rows: Vec<Vec<Value>>) -> Result<(), DbError>;

    /// Runs statements that take and give nothing, such as those that make tables.
    ///
    /// # Errors
    /// When a statement fails.
    fn script(&mut self, sql: &str) -> Result<(), DbError>;

    /// Sees to it that what was deleted can be read in no file of the database; whether that is done. Where the database
    /// keeps its files to itself there is nothing to do.
    fn scrub(&mut self) -> bool {
        true
    }

    /// Whether several writers may work on it, so that a batch must take the workspace's lock.
    fn is_shared(&self) -> bool;
}

/// Puts a driver's own words in the place of every `in (each $n)`; `own` is given whether it is a `not in`, and the `$n`.
pub(crate) fn each(sql: &str, own: impl Fn(bool, &str) -> String) -> String {
    let mut out = String::with_capacity(sql.len() + 32);
    let mut rest = sql;
    while let Some((head, tail)) = rest.split_once("in (each ") {
        let (place, tail) = tail.split_once(')').unwrap_or((tail, ""));
        let positive = head.strip_suffix("not ");
        out.push_str(positive.unwrap_or(head));
        out.push_str(&own(positive.is_some(), place));
        rest = tail;
    }
    out.push_str(rest);
    out
}
