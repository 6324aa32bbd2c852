//! A thousand simulated workspaces (see `pointsman_testkit::sim`).
//!
//! `SIM_SEED=17 cargo test -p pointsman-testkit --test simulation -- --nocapture` plays one and shows all its steps;
//! `SIM_SEEDS=100000` plays more; `SIM_STEPS=500` makes each longer.

use pointsman_testkit::sim::{Failure, run};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

const SEEDS: u64 = 1000;
const STEPS: u32 = 60;

/// What a thousand seeds must have seen for their silence to mean something.
const SEEN: &[&str] = &[
    "broken",
    "decision assigned",
    "decision by_hand",
    "decision held",
    "decision kept",
    "decision queued",
    "decision suppressed",
    "journal absence",
    "journal accepted",
    "journal accounts",
    "journal asked_again",
    "journal assigned",
    "journal breached",
    "journal came_again",
    "journal changed",
    "journal channel",
    "journal claimed",
    "journal closed",
    "journal contacted",
    "journal erased",
    "journal escalated",
    "journal grant",
    "journal held",
    "journal hold_over",
    "journal kept",
    "journal missed",
    "journal not_routed",
    "journal offline",
    "journal passed",
    "journal policy",
    "journal queued",
    "journal reassigned",
    "journal reminded",
    "journal rep",
    "journal requeued",
    "journal rerouted",
    "journal retried",
    "journal suppressed",
    "journal taken_away",
    "journal too_late",
    "journal unacknowledged",
    "journal undeliverable",
    "message cancelled",
    "message dead",
    "message sent",
];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn steps() -> u32 {
    number("SIM_STEPS").and_then(|steps| steps.try_into().ok()).unwrap_or(STEPS)
}

#[test]
fn the_promises_hold_after_every_step_of_every_seed() {
    if let Some(seed) = number("SIM_SEED") {
        return show(seed);
    }
    let seeds = number("SIM_SEEDS").unwrap_or(SEEDS);
    let (next, failures, happened) = (AtomicU64::new(0), Mutex::new(Vec::<Failure>::new()), Mutex::new(BTreeMap::<String, u64>::new()));
    let play = || loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= seeds || failures.lock().unwrap().len() >= 10 {
            return;
        }
        match run(seed, steps()) {
            Ok(ended) => {
                let mut all = happened.lock().unwrap();
                ended.happened.into_iter().for_each(|(what, times)| *all.entry(what).or_default() += times);
            }
            Err(failure) => failures.lock().unwrap().push(*failure),
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, Into::into) {
            scope.spawn(play);
        }
    });
    let failures = failures.into_inner().unwrap();
    let shown: Vec<String> = failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{} of {seeds} seeds:\n{}", failures.len(), shown.join("\n"));
    let happened = happened.into_inner().unwrap();
    println!("{happened:#?}");
    let unseen: Vec<&&str> = SEEN.iter().filter(|what| happened.get(**what).is_none_or(|times| *times == 0)).collect();
    assert!(unseen.is_empty() || seeds < SEEDS, "in {seeds} seeds this never happened: {unseen:?}");
}

/// Plays one seed and shows all its steps.
fn show(seed: u64) {
    match run(seed, steps()) {
        Ok(ended) => println!("{}", ended.log.join("\n")),
        Err(failure) => panic!("{}\n{}", failure.log.join("\n"), failure.wrong),
    }
}

#[test]
fn the_same_seed_gives_the_same_tables() {
    for seed in [3, 14, 159] {
        let (once, again) = (run(seed, 40).unwrap(), run(seed, 40).unwrap());
        assert_eq!(once.log, again.log, "seed {seed}");
        assert_eq!(once.tables, again.tables, "seed {seed}");
    }
    assert_ne!(run(3, 40).unwrap().tables, run(4, 40).unwrap().tables);
}
