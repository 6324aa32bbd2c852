//! Stored decisions, derived again.

use crate::history::History;
use crate::world::{self, Dice};
use jiff::SignedDuration;
use pointsman_engine::decision::TrialResult;
use pointsman_engine::explain;
use pointsman_engine::people::RepIx;
use pointsman_engine::record::{Record, VerdictRecord};
use pointsman_engine::replay::{Stage, replay};
use std::collections::BTreeSet;

/// A decision written to JSON and read back.
fn stored(record: &Record<'_>) -> Record<'static> {
    let json = serde_json::to_string(record).unwrap();
    let back: Record<'static> = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
    assert_eq!(back, *record, "{json}");
    back
}

#[test]
fn every_decision_of_random_worlds_is_stored_read_back_and_derived_again() {
    let (mut met, mut decisions) = (BTreeSet::new(), 0);
    for seed in 0..40 {
        let dice = &mut Dice::new(seed);
        let mut history = History::random(dice);
        let policy = history.policy.clone();
        let mut stage = Stage::new(&policy, history.book.roster().given());
        for _ in 0..200 {
            let version = history.book.directory_version().map(str::to_owned);
            let decided = history.step(dice);
            if history.book.directory_version() != version.as_deref() {
                stage = Stage::new(&policy, history.book.roster().given());
            }
            for (arrival, decision) in &decided {
                let record = stored(&Record::of(&policy, &history.book, arrival, decision));
                let replayed = stage.replay(&record);
                assert_eq!(replayed, Ok(()), "seed {seed}, lead {}: {}", record.lead.id, serde_json::to_string(&record).unwrap());
                note(&record, &mut met);
                decisions += 1;
            }
        }
    }
    println!("{decisions} decisions");
    let wanted = "assigned queued held kept suppressed owner sticky backup least-loaded match turn absent at_cap chosen eligible inactive \
                  lacks_skill outside_hours passed spare unknown waits nobody_can no_owner unknown_owner table";
    let missing: Vec<_> = wanted.split(' ').filter(|wanted| !met.contains(*wanted)).collect();
    assert!(missing.is_empty(), "the worlds never show {missing:?}");
}

/// What a record shows, so that worlds too narrow to prove anything are noticed.
fn note(record: &Record<'_>, met: &mut BTreeSet<String>) {
    let mut say = |what: &str, there: bool| {
        if there {
            met.insert(what.to_owned());
        }
    };
    say(&record.result.outcome, true);
    say("owner", record.owner.is_some());
    say("match", record.matched.is_some());
    say("table", record.result.line.is_some());
    say("backup", record.result.covers.is_some());
    for trial in &record.tried {
        say(serde_json::to_value(trial.result).unwrap().as_str().unwrap(), true);
        say("turn", trial.turn.is_some());
        let past = trial.pool.as_ref();
        say("least-loaded", past.is_some_and(|past| !past.open.is_empty()));
        say("sticky", past.is_some_and(|past| past.company.is_some()) && trial.turn.is_none() && trial.result == TrialResult::Took);
        for candidate in &trial.candidates {
            match serde_json::to_value(&candidate.verdict).unwrap() {
                serde_json::Value::String(code) => say(&code, true),
                other => other.as_object().unwrap().keys().for_each(|code| say(code, true)),
            }
        }
    }
}

/// A way to falsify a record: where, and how. `false`: this record has no such place.
type Plant = (&'static str, fn(&mut Record<'static>) -> bool);

const PLANTS: [Plant; 19] = [
    ("policy.version", |record| set(&mut record.policy.version, "another")),
    ("directory", |record| record.directory.as_mut().is_some_and(|version| set(version, "another"))),
    ("outcome", |record| set(&mut record.result.outcome, "lost")),
    ("rule", |record| record.result.rule.as_mut().is_some_and(|rule| set(rule, "Another"))),
    ("line", |record| record.result.line.as_mut().map(|line| *line += 1).is_some()),
    ("target", |record| record.result.target.as_mut().is_some_and(|target| set(target, "pool:other"))),
    ("rep", |record| record.result.rep.as_mut().is_some_and(|rep| set(rep, "nobody@acme.example"))),
    ("covers", |record| record.result.covers.take().is_some()),
    ("pool", |record| record.result.pool.take().is_some()),
    ("queue", |record| record.result.queue.take().is_some()),
    ("sla", |record| record.result.sla.as_mut().is_some_and(|sla| set(sla, "gold"))),
    ("route_by", |record| later(&mut record.result.route_by)),
    ("contact_by", |record| later(&mut record.result.contact_by)),
    ("held_until", |record| later(&mut record.result.held_until)),
    ("result", |record| {
        let trial = record.tried.last_mut();
        trial.map(|trial| trial.result = if trial.result == TrialResult::Took { TrialResult::NoOwner } else { TrialResult::Took }).is_some()
    }),
    ("verdict", |record| {
        let candidate = record.tried.iter_mut().flat_map(|trial| &mut trial.candidates).next();
        let another = |verdict: &VerdictRecord<'_>| match verdict {
            VerdictRecord::Inactive => VerdictRecord::Passed,
            VerdictRecord::AtCap(cap, limit) => VerdictRecord::AtCap(*cap, limit + 1),
            _ => VerdictRecord::Inactive,
        };
        candidate.map(|candidate| candidate.verdict = another(&candidate.verdict)).is_some()
    }),
    ("candidates", |record| record.tried.iter_mut().any(|trial| trial.candidates.pop().is_some())),
    // A balance before, and one after.
    ("turn.seats", |record| {
        let trial = record.tried.iter_mut().find(|trial| trial.turn.is_some());
        trial.and_then(|trial| trial.pool.as_mut()).map(|past| past.seats[0].0 += 1).is_some()
    }),
    ("turn.seats", |record| {
        let turn = record.tried.iter_mut().find_map(|trial| trial.turn.as_mut());
        turn.map(|turn| turn.seats.last_mut().unwrap().0 -= 1).is_some()
    }),
];

fn set(text: &mut std::borrow::Cow<'static, str>, to: &'static str) -> bool {
    *text = to.into();
    true
}

fn later(moment: &mut Option<jiff::Timestamp>) -> bool {
    moment.as_mut().map(|moment| *moment += SignedDuration::from_secs(1)).is_some()
}

#[test]
fn whatever_is_falsified_in_a_record_is_found_at_its_place() {
    let mut planted = [0; PLANTS.len()];
    for seed in 100..110 {
        let dice = &mut Dice::new(seed);
        let mut history = History::random(dice);
        let policy = history.policy.clone();
        for _ in 0..100 {
            let decided = history.step(dice);
            let mut stage = Stage::new(&policy, history.book.roster().given());
            let (arrival, decision) = decided.last().unwrap();
            let record = stored(&Record::of(&policy, &history.book, arrival, decision));
            for ((what, plant), count) in PLANTS.iter().zip(&mut planted) {
                let mut falsified = record.clone();
                if !plant(&mut falsified) {
                    continue;
                }
                *count += 1;
                let found = stage.replay(&falsified).expect_err(what);
                assert!(found.iter().any(|found| found.what.contains(what)), "{what}: {found:?}");
            }
        }
    }
    for ((what, _), count) in PLANTS.iter().zip(planted) {
        assert!(count > 0, "nothing was falsified at {what}");
    }
}

#[test]
fn a_directory_that_changed_since_is_named() {
    let dice = &mut Dice::new(7);
    let mut history = History::random(dice);
    let (arrival, decision) = history.step(dice).pop().unwrap();
    let record = stored(&Record::of(&history.policy, &history.book, &arrival, &decision));
    let mut since = history.book.roster().given().unwrap();
    since.add_absence(RepIx(0), world::absence(dice));
    let found = replay(&history.policy, Some(since), &record).unwrap_err();
    assert_eq!(found[0].what, "directory");
    assert!(found[0].to_string().starts_with("directory: stored \""), "{}", found[0]);
}

#[test]
fn a_stored_decision_is_explained_as_it_was_when_it_was_made() {
    for seed in 200..210 {
        let dice = &mut Dice::new(seed);
        let mut history = History::random(dice);
        let policy = history.policy.clone();
        for _ in 0..60 {
            let decided = history.step(dice);
            let mut stage = Stage::new(&policy, history.book.roster().given());
            for (arrival, decision) in &decided {
                let book = &history.book;
                let record = stored(&Record::of(&policy, book, arrival, decision));
                let scene = stage.scene(&record);
                assert_eq!(explain::rules(&policy, scene.book, &scene.arrival), explain::rules(&policy, book, arrival));
                for rep in world::REPS {
                    let why_not = book.directory().find(rep).map(|rep| explain::why_not(&policy, book, arrival, decision, rep));
                    let again = scene.book.directory().find(rep);
                    let again = again.map(|rep| explain::why_not(&policy, scene.book, &scene.arrival, &scene.decision, rep));
                    if book.roster().has_directory() {
                        assert_eq!(again, why_not, "{rep}");
                    }
                }
            }
        }
    }
}
