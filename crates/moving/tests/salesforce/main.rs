//! Imported policies decide as the rules they came from: random leads are decided by the engine and by a direct
//! interpreter of the XML ([`rules`]), for a few small files and for those of public organisations where they are at hand.

#![allow(missing_docs, reason = "nobody reads the documentation of a test")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod formula;
mod hostile;
mod leads;
mod page;
mod report;
mod rules;
mod same;
mod xml;

use std::path::PathBuf;

/// A file of assignment rules.
pub struct File {
    pub name: String,
    pub text: String,
}

/// The small files beside this test.
pub fn small() -> Vec<File> {
    files(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/files"))
}

/// The files of public organisations, beside the repository or where POINTSMAN_DATA says; none where they are absent.
#[allow(clippy::disallowed_methods, reason = "the data is not part of the repository")]
pub fn public() -> Vec<File> {
    let data = std::env::var("POINTSMAN_DATA").unwrap_or_else(|_| format!("{}/../../../shared/data", env!("CARGO_MANIFEST_DIR")));
    let files = files(PathBuf::from(&data).join("salesforce-rules"));
    if files.is_empty() {
        println!("skipped: salesforce-rules is not in {data}");
    }
    files
}

#[allow(clippy::disallowed_methods, reason = "tests read files")]
fn files(folder: PathBuf) -> Vec<File> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "xml")).collect();
    paths.sort();
    let file = |path: PathBuf| File {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        text: std::fs::read_to_string(path).unwrap(),
    };
    paths.into_iter().map(file).collect()
}
