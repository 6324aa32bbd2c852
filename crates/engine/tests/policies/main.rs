//! The example policies under policies/: they pass their own tests, their tests notice every break, and the
//! policies for real data route all of it.

mod folder;
mod mutants;
mod pools;
mod real_data;
mod rules;
mod tables;

use folder::Folder;
use mutants::Mutant;
use pointsman_engine::policy::diagnostic::Severity;

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
    let mut mutants = rules::mutants(&folder);
    mutants.extend(pools::mutants(&folder));
    mutants.extend(tables::mutants(&folder));
    let unnoticed: Vec<&Mutant> = mutants.iter().filter(|mutant| !is_noticed(&folder, mutant)).collect();
    let surprising: Vec<&str> = (unnoticed.iter().map(|mutant| &*mutant.name)).filter(|name| mutants::reason(name).is_none()).collect();
    for name in &surprising {
        println!("nobody notices: {name}");
    }
    println!("{} ways to break it, {} of them change nothing", mutants.len(), unnoticed.len());
    assert!(surprising.is_empty());
    for (name, _) in mutants::EQUIVALENT {
        assert!(unnoticed.iter().any(|mutant| mutant.name == *name), "`{name}` is noticed, or no longer tried: take it out of the list");
    }
}

fn is_noticed(folder: &Folder, mutant: &Mutant) -> bool {
    match folder.trial(&mutant.sources) {
        (Some(report), diagnostics) => report.failures() > 0 || diagnostics.iter().any(|found| found.severity == Severity::Error),
        (None, _) => true,
    }
}
