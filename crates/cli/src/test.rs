//! `pointsman test`: a policy's test leads.

use crate::args::{TestArgs, TestFormat};
use crate::failure::Failure;
use crate::load;
use crate::mutate;
use crate::show::{self, BOLD, DIM, GREEN, RED, YELLOW, styled};
use pointsman_engine::book::Book;
use pointsman_engine::policy::Policy;
use pointsman_engine::trial::{self, Report, TestResult};
use pointsman_proof::generation;
use pointsman_proof::model::Model;
use pointsman_proof::space::universe::Universe;
use std::fmt::Write;

/// Runs them; fails when one fails.
pub fn run(args: &TestArgs) -> Result<(), Failure> {
    let loaded = load::policy(&args.policy)?;
    let people = load::people(Some(&loaded.folder), &args.directory, &loaded.policy)?;
    people.report();
    let directory = people.directory.clone();
    let mut book = Book::bind(&loaded.policy, people.directory, people.accounts);
    if args.generate {
        return generate(&loaded.policy, &mut book);
    }
    if args.mutate {
        return mutate::run(args, &loaded.policy, &mut book, directory.as_ref());
    }
    let report = trial::run(&loaded.policy, &mut book);
    match args.format {
        TestFormat::Human => show::print(&human(&report))?,
        TestFormat::Json => show::json(&report)?,
        TestFormat::Junit => show::print(&junit(&loaded.policy.name, &report))?,
    }
    if report.tests.is_empty() {
        show::warning("there are no test leads: add some as tests/NAME.toml in the policy folder");
    }
    if report.failures() > 0 { Err(Failure::Reported) } else { Ok(()) }
}

/// Test leads that reach everything, as a file of the policy.
fn generate(policy: &Policy, book: &mut Book) -> Result<(), Failure> {
    let universe = Universe::of(&[policy]);
    let model = Model::of(&universe, policy, 0);
    let generation = generation::find(&model, book);
    for name in &generation.without {
        show::warning(&format!("no lead was found for {name}: no lead reaches it, or it needs an account that is not at hand"));
    }
    show::print(generation::file(&generation, trial::usual_moment(policy)).trim_end())
}

fn human(report: &Report) -> String {
    let mut text = String::new();
    for test in &report.tests {
        let mark = if test.mismatches.is_empty() { styled(GREEN, "pass") } else { styled(RED, "FAIL") };
        let _ = writeln!(text, "{mark}  {}", test.name);
        if !test.mismatches.is_empty() {
            let _ = writeln!(text, "      {}", styled(DIM, format!("{}:{}", test.place.file, test.place.line)));
            for mismatch in &test.mismatches {
                let _ = writeln!(
                    text,
                    "      {:<10} expected {}, found {}",
                    mismatch.what,
                    styled(BOLD, &mismatch.expected),
                    styled(BOLD, &mismatch.found)
                );
            }
            let _ = writeln!(text, "      {}", styled(DIM, &test.reason));
        }
    }
    let rows = report.coverage.iter().map(|rule| {
        let tests = if rule.tests == 0 { styled(YELLOW, "none") } else { rule.tests.to_string() };
        let rows = if rule.rows.1 > 1 { format!("{} of {}", rule.rows.0, rule.rows.1) } else { String::new() };
        [rule.rule.clone(), tests, rows]
    });
    let _ = write!(text, "\n{}\n\n", show::table(["rule", "tests", "rows"], &[1, 2], rows));
    let covered = report.coverage.iter().filter(|rule| rule.tests > 0).count();
    let failed = report.failures();
    let passed = report.tests.len() - failed;
    let verdict = if failed == 0 {
        styled(GREEN, format!("{passed} passed"))
    } else {
        format!("{passed} passed, {}", styled(RED, format!("{failed} failed")))
    };
    let fallback = if report.fallback == 0 { styled(YELLOW, ", no test reaches the fallback queue") } else { String::new() };
    let _ = write!(text, "{verdict}; {covered} of {} rules covered{fallback}", report.coverage.len());
    text
}

/// JUnit's XML, as CI servers read it (one `testsuite`, a `failure` per failed test).
fn junit(policy: &str, report: &Report) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(text, "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">", xml(policy), report.tests.len(), report.failures());
    for test in &report.tests {
        let _ = write!(
            text,
            "  <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"",
            xml(policy),
            xml(&test.name),
            xml(&test.place.file),
            test.place.line
        );
        if test.mismatches.is_empty() {
            text.push_str("/>\n");
        } else {
            let _ = writeln!(text, ">\n    <failure message=\"{}\"/>\n  </testcase>", xml(&failure(test)));
        }
    }
    text.push_str("</testsuite>");
    text
}

fn failure(test: &TestResult) -> String {
    let all: Vec<String> = test.mismatches.iter().map(|m| format!("{}: expected {}, found {}", m.what, m.expected, m.found)).collect();
    format!("{} ({})", all.join("; "), test.reason)
}

fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(' '),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}
