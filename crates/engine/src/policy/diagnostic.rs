//! What is wrong with a policy or a data file, where, and what to do about it.
//!
//! One type for all of them. The terminal renders it with the source line underlined, the console as JSON.

use serde::Serialize;
use serde_json::Value;

/// A place in a text: a byte range of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Place {
    /// Path relative to the policy folder.
    pub file: Box<str>,
    /// First byte.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl Place {
    /// The place of a byte range in a text. Ranges outside the text, or inside a character, are moved into it.
    #[must_use]
    pub fn of(file: &str, text: &str, range: std::ops::Range<usize>) -> Self {
        let clamp = |mut at: usize| {
            at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (start, end) = (clamp(range.start), clamp(range.end.max(range.start)));
        let before = text.get(..start).unwrap_or("");
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { file: file.into(), start, end, line: number(line), column: number(column) }
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The policy cannot be used.
    Error,
    /// It can, but probably does not do what was meant.
    Warning,
    /// Nothing may be wrong, but it is good to know.
    Note,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad.
    pub severity: Severity,
    /// A stable name for it, such as `unknown-field`.
    pub code: &'static str,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// A short remark at that place: what was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What to do: "did you mean `country`?".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The rules it is about, where it is about several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// A lead that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<Value>,
}

impl Diagnostic {
    /// An error.
    #[must_use]
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), place, label: None, help: None, rules: Vec::new(), witness: None }
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// Something to know.
    #[must_use]
    pub fn note(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, place, message) }
    }

    /// With a lead that shows it, where there is one.
    #[must_use]
    pub fn witness(mut self, witness: Option<Value>) -> Self {
        self.witness = witness;
        self
    }

    /// With the rules it is about.
    #[must_use]
    pub fn rules(mut self, rules: Vec<String>) -> Self {
        self.rules = rules;
        self
    }

    /// With a remark at the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With advice, where there is some.
    #[must_use]
    pub fn help(mut self, help: Option<impl Into<String>>) -> Self {
        self.help = help.map(Into::into);
        self
    }
}

/// "did you mean `NAME`?" when one of the known names is close to the one written.
///
/// Close: an edit distance (with transpositions) of at most a third of the length, at least 1. Ties go to
/// the name that comes first. Nothing is like a text of more than 256 bytes: comparing takes time by length.
pub fn did_you_mean<S: AsRef<str>>(written: &str, known: impl IntoIterator<Item = S>) -> Option<String> {
    if written.len() > 256 {
        return None;
    }
    let folded = crate::value::fold(written);
    let limit = (folded.chars().count() / 3).max(1);
    let mut best: Option<(usize, String)> = None;
    for name in known {
        let distance = strsim::osa_distance(&folded, &crate::value::fold(name.as_ref()));
        if distance <= limit && best.as_ref().is_none_or(|(least, _)| distance < *least) {
            best = Some((distance, name.as_ref().to_owned()));
        }
    }
    best.map(|(_, name)| format!("did you mean `{name}`?"))
}
