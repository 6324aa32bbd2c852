//! The folder of pages on the disk, and the switch that rewrites them.
#![allow(clippy::disallowed_methods, reason = "a test reads and writes its own pages; the engine itself does no I/O")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn path(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "docs", "semantics", file].iter().collect()
}

fn named<T>(file: &str, result: std::io::Result<T>) -> Result<T, String> {
    result.map_err(|error| format!("docs/semantics/{file}: {error}"))
}

/// A page's text.
pub fn read(file: &str) -> Result<String, String> {
    named(file, fs::read_to_string(path(file)))
}

/// Puts a page's new text in place.
pub fn write(file: &str, text: &str) -> Result<(), String> {
    named(file, fs::write(path(file), text))
}

/// The names of all Markdown files of the folder.
pub fn pages() -> Result<BTreeSet<String>, String> {
    let names = named("", fs::read_dir(path("")))?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter(|name| name.ends_with(".md")).collect())
}

/// Whether expected blocks are rewritten.
pub fn updating() -> bool {
    std::env::var("UPDATE").is_ok_and(|value| !value.is_empty() && value != "0")
}
