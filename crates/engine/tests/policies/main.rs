//! The example policies under policies/: they pass their own tests, their tests notice every break, and the
//! policies for real data route all of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "all of this is a test, and it reads the policies as files"
)]

mod folder;
mod mutants;
mod pools;
mod real_data;
mod rules;
mod tables;

use folder::Folder;

const ALL: [&str; 6] = ["acme", "adventureworks", "fire-calls", "incidents", "leadforge", "minimal"];

#[test]
fn every_example_policy_is_without_warnings_passes_its_tests_and_has_every_rule_covered() {
    for name in ALL {
        let folder = Folder::read(name);
        let (report, diagnostics) = folder.trial(&folder.sources);
        for found in &diagnostics {
            println!("{name}: {:?} {}:{} {}", found.severity, found.place.file, found.place.line, found.message);
        }
        assert!(diagnostics.is_empty(), "{name} has {} findings", diagnostics.len());
        let report = report.expect("no errors, so it ran");
        for test in report.tests.iter().filter(|test| !test.mismatches.is_empty()) {
            println!("{name}: {} ({}:{}): {:?}; {}", test.name, test.place.file, test.place.line, test.mismatches, test.reason);
        }
        assert_eq!(report.failures(), 0, "{name}");
        assert!(!report.tests.is_empty(), "{name} has tests");
        for rule in &report.coverage {
            assert!(rule.tests > 0, "{name}: no test covers `{}`", rule.rule);
        }
    }
}

#[test]
fn the_tests_of_acme_cover_every_row_of_its_territories_and_the_fallback() {
    let folder = Folder::read("acme");
    let report = folder.trial(&folder.sources).0.expect("it reads");
    assert!(report.tests.len() >= 15);
    assert!(report.fallback > 0);
    for rule in &report.coverage {
        assert_eq!(rule.rows.0, rule.rows.1, "rows of `{}`", rule.rule);
    }
}

#[test]
fn the_minimal_policy_has_ten_lines() {
    let folder = Folder::read("minimal");
    assert_eq!(folder.sources.files["routing.toml"].lines().count(), 10);
}

#[test]
fn breaking_any_part_of_acme_makes_a_test_fail() {
    let folder = Folder::read("acme");
    assert_eq!(folder.trial(&folder.sources).0.map(|report| report.failures()), Some(0), "whole, it passes");
    let mut mutants = rules::mutants(&folder);
    mutants.extend(pools::mutants(&folder));
    mutants.extend(tables::mutants(&folder));
    let (mut unread, mut unnoticed) = (0, Vec::new());
    for mutant in &mutants {
        match folder.trial(&mutant.sources).0 {
            None => unread += 1,
            Some(report) if report.failures() == 0 => unnoticed.push(&*mutant.name),
            Some(_) => {}
        }
    }
    println!("{} ways to break it: {unread} are no policy, {} change nothing", mutants.len(), unnoticed.len());
    let surprising: Vec<&str> = unnoticed.iter().copied().filter(|name| !mutants::is_equivalent(name)).collect();
    assert!(surprising.is_empty(), "nobody notices: {surprising:#?}");
    for (name, reason) in mutants::EQUIVALENT {
        assert!(unnoticed.contains(name), "`{name}` is noticed, or no longer tried; the list says: {reason}");
    }
}
