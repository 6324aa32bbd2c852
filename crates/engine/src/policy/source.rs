//! The files of a policy, as text. Reading them from a disk is the caller's work.

use super::diagnostic::Place;
use std::collections::BTreeMap;
use std::ops::Range;

/// All text files of a policy folder, by path relative to it with `/` between parts.
///
/// The policy itself is every `*.toml` at the top (`routing.toml` first, then by name), the CSV tables it
/// names, and the test leads `tests/*.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// Path to content.
    pub files: BTreeMap<String, String>,
}

impl Sources {
    /// A policy of one file, `routing.toml`.
    #[must_use]
    pub fn single(routing: &str) -> Self {
        Self { files: BTreeMap::from([("routing.toml".to_owned(), routing.to_owned())]) }
    }
}

/// One file of a policy.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// Its path relative to the policy folder.
    pub file: &'a str,
    /// Its content.
    pub text: &'a str,
}

impl Text<'_> {
    /// The place of a byte range of it.
    #[must_use]
    pub fn place(&self, range: Range<usize>) -> Place {
        Place::of(self.file, self.text, range)
    }
}
