//! The folder of pages on the disk, and the switch that rewrites them.
#![allow(clippy::disallowed_methods, reason = "a test reads and writes its own pages; the engine itself does no I/O")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn path(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "docs", "semantics", file].iter().collect()
}

/// A page's text.
pub fn read(file: &str) -> String {
    fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("docs/semantics/{file}: {error}"))
}

/// Puts a page's new text in place.
pub fn write(file: &str, text: &str) {
    fs::write(path(file), text).unwrap_or_else(|error| panic!("docs/semantics/{file}: {error}"));
}

/// The names of all Markdown files of the folder.
pub fn pages() -> BTreeSet<String> {
    let entries = fs::read_dir(path("")).unwrap_or_else(|error| panic!("docs/semantics: {error}"));
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter(|name| name.ends_with(".md")).collect()
}

/// Whether expected blocks are rewritten.
pub fn updating() -> bool {
    std::env::var("UPDATE").is_ok_and(|value| !value.is_empty() && value != "0")
}
