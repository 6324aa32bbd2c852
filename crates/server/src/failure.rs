//! Why the server did not start, or ended otherwise than by being told to, and whose fault it is.

use std::fmt;

/// Why the server did not start or ended.
#[derive(Debug)]
pub enum Failure {
    /// Something of yours is wrong: a setting, an address in use, a folder that may not be written.
    Yours(String),
    /// Something of ours is.
    Ours(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yours(message) | Self::Ours(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Failure {}
