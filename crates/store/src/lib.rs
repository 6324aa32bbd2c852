//! Where everything is kept: tables and migrations, the one writer, the outbox and clocks as rows;
//! SQLite and PostgreSQL.
//!
//! [`writer`] is the heart: a batch of [`request`]s becomes true in one transaction, decided against the
//! [`world`] it holds in memory. [`db`] is the little that this house asks of a database.

pub mod db;
pub mod due;
pub mod journal;
pub mod notification;
pub mod place;
pub mod postgres;
pub mod read;
pub mod reconcile;
pub mod request;
pub mod rotation_row;
pub mod schema;
pub mod sqlite;
mod tables;
pub mod value;
pub mod world;
pub mod writer;
