//! Where the data is: a folder with an SQLite file in it, or a PostgreSQL database.

use crate::db::{Db, DbError};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use std::fmt;
use std::path::PathBuf;

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// This file.
    Sqlite(PathBuf),
    /// The database at this address, `postgres://...`.
    Postgres(String),
}

impl Place {
    /// A connection that may write.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn writer(&self) -> Result<Box<dyn Db>, DbError> {
        Ok(match self {
            Self::Sqlite(path) => Box::new(Sqlite::writer(path)?),
            Self::Postgres(url) => Box::new(Postgres::writer(url)?),
        })
    }

    /// A connection to read with, beside the writer's.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn reader(&self) -> Result<Box<dyn Db>, DbError> {
        match self {
            Self::Sqlite(path) => Ok(Box::new(Sqlite::reader(path)?)),
            Self::Postgres(url) => Ok(Box::new(Postgres::reader(url)?)),
        }
    }
}

/// Without the password.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => match (url.split_once("://"), url.rsplit_once('@')) {
                (Some((scheme, _)), Some((_, host))) => write!(f, "{scheme}://***@{host}"),
                (Some(_), None) => f.write_str(url),
                _ => f.write_str("PostgreSQL"),
            },
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
