//! Where a derived decision is not the stored one.

use crate::record::Record;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// One place where what is derived is not what is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which: as in the record's JSON, `tried[0].candidates[1].verdict`.
    pub what: String,
    /// What the record says, as JSON; `nothing` where it says nothing.
    pub stored: String,
    /// What comes out.
    pub derived: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: stored {}, derived {}", self.what, self.stored, self.derived)
    }
}

/// All places. The words of the reason are not compared; another version of the time zone database is no difference
/// by itself, but is named where there is one.
pub(super) fn between(stored: &Record<'_>, derived: &Record<'_>) -> Vec<Difference> {
    let mut derived = derived.clone();
    derived.result.reason.clone_from(&stored.result.reason);
    let tzdb = std::mem::replace(&mut derived.tzdb, Cow::Borrowed(&stored.tzdb));
    if *stored == derived {
        return Vec::new();
    }
    derived.tzdb = tzdb;
    let mut found = Vec::new();
    // A record has nothing that JSON cannot say.
    if let (Ok(stored), Ok(derived)) = (serde_json::to_value(stored), serde_json::to_value(&derived)) {
        walk(String::new(), Some(&stored), Some(&derived), &mut found);
    }
    found
}

fn walk(what: String, stored: Option<&Value>, derived: Option<&Value>, found: &mut Vec<Difference>) {
    match (stored, derived) {
        (Some(Value::Object(stored)), Some(Value::Object(derived))) => {
            let keys: BTreeSet<&String> = stored.keys().chain(derived.keys()).collect();
            let dot = if what.is_empty() { "" } else { "." };
            keys.into_iter().for_each(|key| walk(format!("{what}{dot}{key}"), stored.get(key), derived.get(key), found));
        }
        (Some(Value::Array(stored)), Some(Value::Array(derived))) => {
            (0..stored.len().max(derived.len())).for_each(|at| walk(format!("{what}[{at}]"), stored.get(at), derived.get(at), found));
        }
        _ if stored == derived => {}
        _ => {
            let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
            found.push(Difference { what, stored: shown(stored), derived: shown(derived) });
        }
    }
}
