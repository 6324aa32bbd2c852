//! Why a command ended without success, and whose fault it is.

use crate::show;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Why a command ended without success.
#[derive(Debug)]
pub enum Failure {
    /// Something of yours is wrong, and has been reported where it was found. Exit code 1.
    Reported,
    /// Something of yours is wrong: this. Exit code 1.
    Yours(String),
    /// Something of ours is: writing failed. Exit code 2.
    Ours(String),
}

impl Failure {
    /// A file that cannot be read.
    pub fn reading(path: &Path, error: &io::Error) -> Self {
        let what = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
            io::ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
            _ => error.to_string(),
        };
        Self::Yours(format!("{}: {what}", path.display()))
    }

    /// A file that cannot be made: a path of yours.
    pub fn creating(path: &Path, error: &io::Error) -> Self {
        Self::Yours(format!("{}: cannot be written: {error}", path.display()))
    }

    /// Says it, where that has not been done, and gives the exit code.
    pub fn report(self) -> ExitCode {
        match self {
            Self::Reported => ExitCode::from(1),
            Self::Yours(message) => {
                show::error(&message);
                ExitCode::from(1)
            }
            Self::Ours(message) => {
                show::error(&message);
                ExitCode::from(2)
            }
        }
    }
}

/// Writing to our own output failed. A closed pipe (`| head`) is the reader's choice and no failure.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            std::process::exit(0);
        }
        Self::Ours(format!("writing the output failed: {error}"))
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => error.into(),
            other => Self::Ours(format!("writing the output failed: {other:?}")),
        }
    }
}

impl From<pointsman_server::Failure> for Failure {
    fn from(failure: pointsman_server::Failure) -> Self {
        match failure {
            pointsman_server::Failure::Yours(message) => Self::Yours(message),
            pointsman_server::Failure::Ours(message) => Self::Ours(message),
        }
    }
}
