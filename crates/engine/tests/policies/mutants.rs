//! Mutants: a policy broken in one place.

use crate::folder::Folder;
use pointsman_engine::policy::source::Sources;
use toml_edit::DocumentMut;

pub struct Mutant {
    /// What was done.
    pub name: String,
    pub sources: Sources,
}

/// Changes that change nothing for any lead, and why.
pub const EQUIVALENT: &[(&str, &str)] = &[
    ("swap `Europe` with the next", "no country is both in Europe and the US"),
    ("swap `Enterprises elsewhere` with the next", "no company has both 1,000 employees or more and 999 or less"),
    ("drop DE from the list europe", "the rule for DACH stands before"),
    ("drop AT from the list europe", "the rule for DACH stands before"),
    ("drop CH from the list europe", "the rule for DACH stands before"),
    ("segments: 100..999 to 100..1000", "the enterprise rule stands before and takes the one of 1,000"),
];

/// Whether a mutant is in the list, or is a row of the territory table whose upper end is moved up: the row
/// above takes the one of 1,000.
pub fn is_equivalent(name: &str) -> bool {
    EQUIVALENT.iter().any(|(equivalent, _)| *equivalent == name) || (name.contains(".csv line") && name.ends_with("100..999 to 100..1000"))
}

/// The folder with `routing.toml` changed.
pub fn of_routing(folder: &Folder, name: impl Into<String>, change: impl FnOnce(&mut DocumentMut)) -> Mutant {
    let mut document = document(folder);
    change(&mut document);
    of_file(folder, name, "routing.toml", document.to_string())
}

/// The folder with one file's text changed.
pub fn of_file(folder: &Folder, name: impl Into<String>, file: &str, text: String) -> Mutant {
    let (name, mut sources) = (name.into(), folder.sources.clone());
    let before = sources.files.insert(file.to_owned(), text);
    assert_ne!(before.as_ref(), sources.files.get(file), "`{name}` changes nothing");
    Mutant { name, sources }
}

pub fn document(folder: &Folder) -> DocumentMut {
    folder.sources.files["routing.toml"].parse().unwrap()
}

/// A range with one of its ends moved by one, in all ways.
pub fn moved_ends(range: &str) -> Vec<String> {
    if let Some((low, high)) = range.split_once("..") {
        let (low, high): (i64, i64) = (low.parse().unwrap(), high.parse().unwrap());
        return [(low - 1, high), (low + 1, high), (low, high - 1), (low, high + 1)].map(|(low, high)| format!("{low}..{high}")).to_vec();
    }
    let Some(bound) = range.strip_prefix(">=").and_then(|bound| bound.parse::<i64>().ok()) else { return Vec::new() };
    vec![format!(">={}", bound - 1), format!(">={}", bound + 1)]
}
