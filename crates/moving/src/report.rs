//! The report: what became of every entry, what was odd in the original, and which columns leads need.

use serde::Serialize;

/// The report of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The assignment rules of the file, in order.
    pub rules: Vec<Rule>,
    /// The columns that the policy asks for, in order of first mention.
    pub columns: Vec<Column>,
    /// What is odd about the file as a whole.
    pub odd: Vec<String>,
    /// What to know of columns whose name promises more, or less, than it holds.
    pub notes: Vec<String>,
}

/// One assignment rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Whether Salesforce uses it.
    pub active: bool,
    /// What became of it.
    pub became: Fate,
    /// How many entries it has.
    pub count: usize,
    /// Its entries; none where it was left out.
    pub entries: Vec<Entry>,
}

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Its entries are the rules of the policy.
    Live,
    /// Its entries are there, switched off.
    Retired,
    /// It was not asked for.
    LeftOut,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// From 1, within its rule.
    pub number: usize,
    /// Its line in the file.
    pub line: u32,
    /// The policy's rule.
    pub rule: String,
    /// `queue:NAME`, `rep:LOGIN` or `keep`.
    pub target: String,
    /// Whether it has a formula instead of criteria.
    pub formula: bool,
    /// What became of it.
    pub became: Outcome,
    /// Why it is an exception.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What is odd in the original.
    pub odd: Vec<String>,
    /// What to know of the translation.
    pub notes: Vec<String>,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A rule that says the same.
    Translated,
    /// It can hold for no lead: a rule that is switched off.
    Never,
    /// It has no counterpart: a rule that is switched off, the original in a comment.
    Untranslated,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Salesforce's field.
    pub field: String,
    /// Whether it is the id of a record, where criteria have its name.
    pub by_id: bool,
    /// The column of our leads.
    pub column: String,
    /// What it holds.
    pub kind: &'static str,
    /// Whether it is one of Pointsman's standard fields.
    pub standard: bool,
}

/// How many entries became what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// All of them.
    pub entries: usize,
    /// Translated.
    pub translated: usize,
    /// Exceptions: they never hold, or have no counterpart.
    pub exceptions: usize,
}

impl Rule {
    /// How many of its entries became what.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let translated = self.entries.iter().filter(|entry| entry.became == Outcome::Translated).count();
        Counts { entries: self.entries.len(), translated, exceptions: self.entries.len() - translated }
    }
}
