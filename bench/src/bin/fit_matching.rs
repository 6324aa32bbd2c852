//! Fits the weights of matching, and reports how well they do on organisations they were not fitted on.
//!
//! `fit_matching DATA [--write crates/engine/src/matching/weights.rs]`, DATA a folder with accounts.csv and leads.csv.
//!
//! Organisations are split in two by a hash of their label, so that no company is on both sides. For every lead of the
//! one half each of its candidates is an example: right (1) or wrong (0). The weights are those of a logistic
//! regression with a ridge penalty, found by Newton's method; the figures are those of the other half. The written
//! weights are fitted on both halves.

use pointsman_bench::matching::{self, Case, Score, Set};
use pointsman_engine::matching::signals::Signal;
use pointsman_engine::matching::{Matcher, Settings};
use std::path::Path;

/// One candidate of one lead.
struct Example {
    values: Vec<f64>,
    right: bool,
    weight: f64,
}

/// Weights that stay as they are: signals of which the data has no case (phone), or on which it is not like life: its
/// leads sit in their account's city, while real companies have many offices, and nobody at an account's domain names a
/// brand or a subsidiary instead.
const FIXED: &[(Signal, f64)] = &[
    (Signal::Phone, 3.0),
    (Signal::OtherCity, -0.7),
    (Signal::EmailDomain, 0.0),
    (Signal::Website, 0.0),
    (Signal::BestHolder, 6.0),
    (Signal::DomainOtherName, 1.7),
];
/// So many candidates of each lead are examples: those that a first fit on all likes best, since only they are chosen.
const EXAMPLES: usize = 3;
/// The ridge penalty.
const RIDGE: f64 = 1.0;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let folder = Path::new(arguments.get(1).expect("a folder with accounts.csv and leads.csv"));
    let Set { accounts, cases } = matching::load(folder);
    let matcher = Matcher::build(accounts, Settings::default());
    let half = |case: &Case| hash(&case.organisation) % 2 == 0;
    let all: Vec<Vec<Example>> = cases.iter().map(|case| examples(&matcher, case)).collect();
    for fitted_on in [true, false] {
        let weights = fit_twice(cases.iter().zip(&all).filter(|(case, _)| half(case) == fitted_on).map(|(_, examples)| examples.as_slice()));
        let held_out = || cases.iter().filter(|case| half(case) != fitted_on);
        for threshold in [0.5, 0.7, 0.8, 0.85, 0.9, 0.95] {
            let score = held_out().fold(Score::default(), |mut score, case| {
                score.add(case, best(&matcher, case, &weights, threshold).as_deref());
                score
            });
            println!("half {fitted_on}, held out, at {threshold}: {score}");
        }
    }
    let weights = fit_twice(all.iter().map(Vec::as_slice));
    for (signal, weight) in Signal::ALL.iter().zip(&weights) {
        println!("{weight:8.3}  {}", signal.name());
    }
    if arguments.iter().any(|argument| argument == "--mistakes") {
        for case in &cases {
            let answer = best(&matcher, case, &weights, 0.75);
            let mut score = Score::default();
            let counts = score.add(case, answer.as_deref());
            if counts == Some(false) || (case.rule == "must" && counts.is_none()) {
                println!("{}\t{}\t{:?}\t{:?}\t{:?}", case.category, case.lead.id, answer, case.right, matcher.candidates(&case.lead).len());
            }
        }
    }
    if let Some(at) = arguments.iter().position(|argument| argument == "--write") {
        std::fs::write(arguments.get(at + 1).expect("a file to write"), source(&weights)).expect("the file can be written");
    }
}

/// The account that the weights choose, if its probability reaches the threshold.
fn best(matcher: &Matcher, case: &Case, weights: &[f64], threshold: f64) -> Option<String> {
    let odds = |values: &[i32]| values.iter().zip(weights).map(|(value, weight)| f64::from(*value) / 1_000.0 * weight).sum::<f64>();
    let candidates = matcher.candidates(&case.lead).into_iter().map(|candidate| (odds(candidate.signals.values()), candidate.account));
    let (odds, account) = candidates.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)))?;
    (logistic(odds) >= threshold).then(|| matcher.account(account).map(|account| account.id.to_string()))?
}

fn examples(matcher: &Matcher, case: &Case) -> Vec<Example> {
    if case.rule == "optional" {
        return Vec::new();
    }
    let candidates = matcher.candidates(&case.lead).into_iter();
    candidates
        .map(|candidate| {
            let id = matcher.account(candidate.account).map(|account| account.id.to_string()).unwrap_or_default();
            let values = candidate.signals.values().iter().map(|value| f64::from(*value) / 1_000.0).collect();
            Example { values, right: case.right.contains(&id), weight: 1.0 }
        })
        .collect()
}

/// Fits on all candidates, then on the best of each lead.
fn fit_twice<'a>(leads: impl Iterator<Item = &'a [Example]> + Clone) -> Vec<f64> {
    let first = fit(leads.clone().flatten());
    let odds = |example: &Example| example.values.iter().zip(&first).map(|(value, weight)| value * weight).sum::<f64>();
    let best = leads.flat_map(|examples| {
        let mut examples: Vec<&Example> = examples.iter().collect();
        examples.sort_by(|one, other| odds(other).total_cmp(&odds(one)));
        examples.truncate(EXAMPLES);
        examples
    });
    fit(best)
}

/// Newton's method for the penalised likelihood.
fn fit<'a>(examples: impl Iterator<Item = &'a Example>) -> Vec<f64> {
    let examples: Vec<&Example> = examples.collect();
    let size = Signal::COUNT;
    let mut weights = vec![0.0; size];
    let fixed = |at: usize| FIXED.iter().find(|(signal, _)| *signal as usize == at).map(|(_, worth)| *worth);
    for at in 0..size {
        weights[at] = fixed(at).unwrap_or(0.0);
    }
    for _ in 0..25 {
        let mut gradient = vec![0.0; size];
        let mut curvature = vec![vec![0.0; size]; size];
        for example in &examples {
            let there: Vec<usize> = (0..size).filter(|at| example.values[*at] != 0.0).collect();
            let odds: f64 = there.iter().map(|at| example.values[*at] * weights[*at]).sum();
            let p = logistic(odds);
            let (error, slope) = (f64::from(u8::from(example.right)) - p, (p * (1.0 - p)).max(1e-9));
            for &one in &there {
                gradient[one] += example.weight * error * example.values[one];
                for &other in &there {
                    curvature[one][other] += example.weight * slope * example.values[one] * example.values[other];
                }
            }
        }
        for at in 0..size {
            let ridge = if fixed(at).is_some() { 1e12 } else { RIDGE };
            gradient[at] -= if fixed(at).is_some() { 0.0 } else { ridge * weights[at] };
            curvature[at][at] += ridge;
        }
        let step = solve(curvature, gradient);
        let size_of_step = step.iter().map(|s| s.abs()).fold(0.0, f64::max);
        let scale = (4.0 / size_of_step.max(1e-12)).min(1.0);
        weights.iter_mut().zip(&step).for_each(|(weight, step)| *weight += scale * step);
        if size_of_step < 1e-6 {
            break;
        }
    }
    weights
}

/// Gaussian elimination with pivots.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let size = b.len();
    for column in 0..size {
        let pivot = (column..size).max_by(|one, other| a[*one][column].abs().total_cmp(&a[*other][column].abs())).unwrap_or(column);
        a.swap(column, pivot);
        b.swap(column, pivot);
        for row in column + 1..size {
            let factor = a[row][column] / a[column][column];
            for at in column..size {
                a[row][at] -= factor * a[column][at];
            }
            b[row] -= factor * b[column];
        }
    }
    for row in (0..size).rev() {
        let rest: f64 = (row + 1..size).map(|at| a[row][at] * b[at]).sum();
        b[row] = (b[row] - rest) / a[row][row];
    }
    b
}

fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    let mixed = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    mixed ^ (mixed >> 32)
}

fn source(weights: &[f64]) -> String {
    let mut text = String::from(
        "//! The fitted weights, in the order of [`Signal::ALL`]. Written by `bench/src/bin/fit_matching.rs`.\n\n\
         use super::signals::Signal;\n\n#[rustfmt::skip]\npub(super) const WEIGHTS: [i32; Signal::COUNT] = [\n",
    );
    for (signal, weight) in Signal::ALL.iter().zip(weights) {
        text.push_str(&format!("    {:.0}, // {}\n", weight * 1_000.0, signal.name()));
    }
    text.push_str("];\n");
    text
}
