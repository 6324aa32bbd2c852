//! Pages of docs/semantics about what is true of all leads, as Markdown that runs.
//!
//! A section has a policy (`toml file=NAME`, `csv file=NAME`; `toml new` is another `routing.toml` to compare with) and
//! blocks that say what is expected: `text check`, `text fallback-only`, `text overlaps`, `text differences`,
//! `text unnoticed`, `toml generated`, `text instead WHERE LEAD`. `UPDATE=1 cargo test -p pointsman-proof --test pages`
//! writes what was found into the expected blocks; review it before it is committed.

#![allow(clippy::disallowed_methods, reason = "a test reads and writes the pages it runs")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod found;

use found::{Files, found};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/semantics").join(name)
}

/// Runs a page: the text as it should be, and what differs.
fn run(text: &str) -> (String, Vec<String>) {
    let (mut written, mut differs) = (String::new(), Vec::new());
    let (mut files, mut common, mut title) = (Files::default(), Files::default(), String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        written += line;
        written.push('\n');
        if let Some(heading) = line.strip_prefix("## ") {
            (files, title) = (common.clone(), heading.to_owned());
        }
        let Some(info) = line.strip_prefix("```") else { continue };
        let body: String = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
        let is = if files.add(info, &body) { body.clone() } else { found(info, &files) };
        if title.is_empty() {
            common = files.clone();
        }
        if is != body {
            differs.push(format!("{title}: `{info}`\n--- expected\n{body}--- found\n{is}"));
        }
        let _ = writeln!(written, "{is}```");
    }
    (written, differs)
}

fn check(name: &str) {
    let text = std::fs::read_to_string(page(name)).unwrap();
    let (written, differs) = run(&text);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(page(name), written).unwrap();
    } else {
        assert!(differs.is_empty(), "{name}\n{}", differs.join("\n"));
    }
}

#[test]
fn what_check_finds() {
    check("what-check-finds.md");
}

#[test]
fn assertions() {
    check("assertions.md");
}

#[test]
fn comparing_and_testing() {
    check("comparing-and-testing.md");
}

#[test]
fn a_wrong_expectation_is_noticed() {
    let text =
        "## A\n\n```toml file=routing.toml\n[policy]\nname = \"A\"\n[fallback]\nqueue = \"q\"\n```\n\n```text fallback-only\nnobody\n```\n";
    let (written, differs) = run(text);
    assert_eq!(differs.len(), 1);
    assert!(written.contains("all leads"));
}
