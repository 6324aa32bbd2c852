//! Whole decisions: enrich, match, facts, first match, rotation and trace, on one core.
//!
//! Policies are written as text and read as everywhere; each table has 10, 10,000 or 100,000 rows, and its rows
//! share leads among pools of four. Copying the leads is not timed, recording the decision is.

use crate::shapes::{Dice, Typical};
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Before, arrive, decide};
use pointsman_engine::field::LeadField;
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::standing::Standing;
use pointsman_engine::value::{Number, Value};
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

const SIZES: [usize; 3] = [10, 10_000, 100_000];
const LEADS: usize = 4_096;
const RUNS: usize = 15;

const ROUTING: &str = r#"
[policy]
name = "Bench"

[[rule]]
name   = "Territories"
table  = "table.csv"

[pool.a]
members = { "ana@acme.example" = 2, "ben@acme.example" = 1, "carl@acme.example" = 1, "dana@acme.example" = 3 }

[pool.b]
members = ["eva@acme.example", "finn@acme.example", "greta@acme.example", "hans@acme.example"]

[sla.first]
for            = { type = "demo_request" }
route_within   = "5m"
contact_within = "15m"

[fallback]
queue = "catch-all"
"#;

/// The shapes: name, the table's text, and a lead that (by number) it may take.
type Shape = (&'static str, fn(usize) -> String, fn(&mut Dice, usize) -> Lead);

const SHAPES: [Shape; 4] = [
    ("typical", typical, |dice, rows| typical_lead(dice, rows, false)),
    ("nothing matches", typical, |dice, rows| typical_lead(dice, rows, true)),
    ("ranges only, disjoint", disjoint, |dice, rows| numeric_lead(dice.below(rows * 10), 0)),
    ("ranges only, two that overlap", overlapping, |dice, _| numeric_lead(dice.below(1_000_000), dice.below(1_000_000))),
];

/// Prints a line for each shape.
pub fn measure() {
    println!("\n{:<44}{:>9}{:>9}{:>9}{:>8}{:>14}", "whole decision with trace, ns per lead; rows:", 10, 10_000, 100_000, "ratio", "least a second");
    for (name, table, lead) in SHAPES {
        let ns: Vec<f64> = SIZES.iter().map(|rows| measured(&table(*rows), &|dice| lead(dice, *rows))).collect();
        print!("{name:<44}");
        ns.iter().for_each(|ns| print!("{ns:>9.0}"));
        println!("{:>8.2}{:>14.0}", ns[2] / ns[0], 1e9 / ns.iter().copied().fold(0.0, f64::max));
    }
}

fn policy(table: &str) -> Policy {
    let mut sources = Sources::single(ROUTING);
    sources.files.insert("table.csv".to_owned(), table.to_owned());
    let checked = read(&sources);
    checked.policy.unwrap_or_else(|| panic!("{:?}", checked.diagnostics.first()))
}

fn measured(table: &str, lead: &dyn Fn(&mut Dice) -> Lead) -> f64 {
    let policy = policy(table);
    let book = Book::bind(&policy, None, Vec::new());
    let mut dice = Dice(12);
    let leads: Vec<Lead> = (0..LEADS).map(|_| lead(&mut dice)).collect();
    let mut standing = Standing::fresh(&policy, &book);
    let now = "2026-03-04T15:00:00Z".parse().expect("a moment");
    let mut runs: Vec<f64> = (0..RUNS)
        .map(|_| {
            let batch = leads.clone();
            let start = Instant::now();
            for lead in batch {
                let arrival = arrive(&policy, &book, lead, Before::default(), now);
                let decision = decide(&policy, &book, &standing, &arrival);
                standing.record(&policy, &book, &arrival, &decision);
                black_box(&decision);
            }
            start.elapsed().as_secs_f64() * 1e9 / LEADS as f64
        })
        .collect();
    runs.sort_by(f64::total_cmp);
    runs[RUNS / 2]
}

fn target(row: usize) -> &'static str {
    if row % 2 == 0 { "pool:a" } else { "pool:b" }
}

fn typical(rows: usize) -> String {
    let mut text = "state,city,product_interest,employees,assign\n".to_owned();
    for row in 0..rows {
        let of = Typical::row(row);
        let (low, high) = of.employees;
        let _ = writeln!(text, "{},{},{},{low}..{high},{}", of.country, of.state, of.product, target(row));
    }
    text
}

fn typical_lead(dice: &mut Dice, rows: usize, unknown_product: bool) -> Lead {
    let of = Typical::row(dice.below(rows));
    let mut lead = numeric_lead(usize::try_from(of.employees.0 + 3).expect("a head count"), 1);
    let product = if unknown_product { "none" } else { &of.product };
    for (field, text) in [(LeadField::State, &*of.country), (LeadField::City, &*of.state), (LeadField::ProductInterest, product)] {
        lead.set(field, Value::Text(text.into()), Source::Form);
    }
    lead
}

fn disjoint(rows: usize) -> String {
    let mut text = "employees,assign\n".to_owned();
    for row in 0..rows {
        let at = row * 7_919 % rows;
        let _ = writeln!(text, "{}..{},{}", at * 10, at * 10 + 9, target(row));
    }
    text
}

fn overlapping(rows: usize) -> String {
    let mut dice = Dice(13);
    let mut text = "employees,annual_revenue,assign\n".to_owned();
    for row in 0..rows {
        let mut range = || {
            let (low, width) = (dice.below(1_000_000), 1_000_000 / 10_usize.pow(1 + u32::try_from(dice.below(5)).expect("small")));
            format!("{low}..{}", low + width)
        };
        let _ = writeln!(text, "{},{},{}", range(), range(), target(row));
    }
    text
}

fn numeric_lead(employees: usize, revenue: usize) -> Lead {
    let mut lead = Lead::new("L1");
    let number = |n: usize| Value::Number(Number::whole(i64::try_from(n).expect("small")));
    for (field, text) in [(LeadField::Email, "jo.doe@some-company.example"), (LeadField::Company, "Some Company"), (LeadField::Type, "demo_request")] {
        lead.set(field, Value::Text(text.into()), Source::Form);
    }
    lead.set(LeadField::Employees, number(employees), Source::Form);
    lead.set(LeadField::AnnualRevenue, number(revenue), Source::Form);
    lead
}
