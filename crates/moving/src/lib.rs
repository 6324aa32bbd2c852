//! Moving in: the routing rules of other tools as text in, a policy folder and a report out.
//!
//! So far Salesforce's assignment rules, in Metadata API form ([`import()`]). One way: bytes to text ([`bytes`]), XML to
//! what it says (`xml`), values, filters and formulas (`values`, `filter`, `formula`) to one tree of
//! conditions (`condition`, `criteria`), its columns and their kinds (`columns`), and the policy's text (`write`).
//!
//! **An entry is translated exactly, or not at all.** What has no counterpart becomes a rule that is switched off,
//! with its words in a comment, and the report says why. After writing, the engine reads the policy; a rule it does
//! not take goes the same way, with the engine's own message.
//!
//! What the rules mean here, where Salesforce leaves room:
//!
//! - **Text** compares without case and surrounding space, in criteria as in formulas. Criteria do so in Salesforce
//!   too; formulas compare with case there: the one difference that is taken, and the report notes it.
//! - **A comma** in a value means *or*; text in quotes keeps its commas. An empty element, also before a stray comma,
//!   means blank. A quote that is not closed before a comma or the end is a character like others; so is `\"`.
//! - **`notEqual`, `notContain` and `excludes`** mean none of the elements, and hold on a blank field, unless blank is an
//!   element. `field != x` does not hold on a missing field here, hence `field is missing or field != x`.
//! - **Comparisons** never hold on a blank field. Of numbers they compare numbers; of texts (postcodes) they compare
//!   character by character, letters after digits (`ordering`).
//! - **A checkbox** is never blank: not ticked is false. A field is a checkbox when it is only ever compared with true
//!   and false.
//! - **`Lead.Country` is text** in Salesforce, and real lists hold names, variants and parts of names (`Virgin`,
//!   `America`). Our `country` is an ISO code after normalisation, which would decide differently. So it becomes the
//!   text column `country_name`. `Lead.CountryCode` holds ISO codes and becomes `country`, unless a value is none.
//! - **Record types, owners and creators** are compared by name in criteria (`record_type`, `owner_name`,
//!   `created_by`) and by id in formulas (`owner_id` ...).
//! - **A lead is decided when it comes in**: `ISNEW()` is true, `ISCHANGED(...)` is false.
//! - **No assignee**: the present owner stays, and the rules end (`then = "keep"`).

pub mod bytes;
mod columns;
mod condition;
mod criteria;
mod filter;
mod formula;
mod import;
mod ordering;
pub mod report;
mod values;
mod write;
mod xml;

pub use import::{Import, Options, import};

/// Why nothing could be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file, from 1, where one is to blame.
    pub line: Option<u32>,
    /// What is wrong and what to do about it.
    pub message: String,
}

impl Problem {
    /// A problem at a line.
    #[must_use]
    pub fn at(line: u32, message: impl Into<String>) -> Self {
        Self { line: Some(line), message: message.into() }
    }

    /// A problem of the whole file.
    #[must_use]
    pub fn whole(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }
}
