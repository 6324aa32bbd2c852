//! Something that should never be.

use pointsman_store::db::DbError;
use std::fmt;

/// What is wrong, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong(pub String);

/// What a check says.
pub type Checked<T = ()> = Result<T, Wrong>;

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<DbError> for Wrong {
    fn from(error: DbError) -> Self {
        Self(format!("the database: {error}"))
    }
}

impl From<std::io::Error> for Wrong {
    fn from(error: std::io::Error) -> Self {
        Self(format!("a file: {error}"))
    }
}

impl From<serde_json::Error> for Wrong {
    fn from(error: serde_json::Error) -> Self {
        Self(format!("JSON: {error}"))
    }
}

/// What must hold.
///
/// # Errors
/// When it does not.
pub fn ensure(holds: bool, else_wrong: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(Wrong(else_wrong())) }
}
