//! Exactness: what proof says of all leads, against asking every lead of a small world, on thousands of random
//! policies. Nothing is missed, and nothing is claimed that is not so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod world;

use pointsman_engine::book::Book;
use pointsman_engine::decide::{Before, arrive};
use pointsman_engine::facts::{Fact, Facts};
use pointsman_engine::field::FieldIx;
use pointsman_engine::policy::diagnostic::Severity;
use pointsman_engine::policy::{Policy, RowRef};
use pointsman_proof::findings::alternatives::{self, Alternative, Fate};
use pointsman_proof::findings::values::{self, Item};
use pointsman_proof::findings::{dead, gaps};
use pointsman_proof::model::Model;
use pointsman_proof::scene::Scene;
use pointsman_proof::space::nature::unlikely;
use pointsman_proof::space::place::Point;
use pointsman_proof::space::universe::Universe;
use pointsman_proof::{asserts, difference};
use std::collections::BTreeSet;
use world::{Dice, Random, Story, facts, leads, story};

/// Runs a check on random policies that can be read, each with its seed for the message.
fn on_random(count: u64, holds: bool, check: impl Fn(&mut Dice, &Random, &Policy)) {
    let mut read = 0;
    for seed in 0.. {
        let mut dice = Dice::of(seed);
        let random = Random::of(&mut dice, holds);
        let Some(policy) = random.policy("") else { continue };
        check(&mut dice, &random, &policy);
        read += 1;
        if read == count {
            break;
        }
    }
}

fn reached(policy: &Policy, random: &Random) -> BTreeSet<RowRef> {
    let mut reached = BTreeSet::new();
    for lead in leads(&random.fields) {
        let Story { held, row } = story(policy, &facts(policy, &random.fields, &lead));
        reached.extend(held.into_iter().chain(row));
    }
    reached
}

#[test]
fn a_rule_is_called_dead_exactly_when_no_lead_reaches_it() {
    let (mut dead_rules, mut live_rules) = (0, 0);
    let counts = std::cell::RefCell::new((&mut dead_rules, &mut live_rules));
    on_random(1_500, true, |_, random, policy| {
        let universe = Universe::of(&[policy]);
        let model = Model::of(&universe, policy, 0);
        let found = dead::find(&model);
        let reached = reached(policy, random);
        assert!(found.unknown.is_empty(), "{}", random.text(""));
        for (number, line) in model.lines.iter().enumerate() {
            assert_eq!(found.dead.contains(&number), !reached.contains(&line.at), "rule r{} of\n{}", line.at.rule.0, random.text(""));
            let (dead, live) = &mut *counts.borrow_mut();
            **(if found.dead.contains(&number) { dead } else { live }) += 1;
        }
    });
    assert!(dead_rules > 500 && live_rules > 500, "{dead_rules} dead and {live_rules} live rules: not much of a test");
}

#[test]
fn gaps_are_exactly_the_leads_that_no_rule_takes() {
    on_random(800, true, |_, random, policy| {
        let universe = Universe::of(&[policy]);
        let model = Model::of(&universe, policy, 0);
        let found = gaps::find(&model, 1_000);
        assert!(!found.more, "{} gaps {:?}\n{}", found.all.len(), found.all.last().map(|gap| &gap.words), random.text(""));
        for gap in &found.all {
            assert_eq!(engine_says(policy, &gap.scene), gap.scene.run(policy).map(|shown| shown.row), "{}\n{}", gap.words, random.text(""));
            assert_eq!(gap.scene.run(policy).unwrap().then, None, "{}\n{}", gap.words, random.text(""));
        }
        let odd = unlikely(&universe);
        for lead in leads(&random.fields) {
            let facts = facts(policy, &random.fields, &lead);
            let point = Point::of(&universe, &[(policy, &facts)], world::now());
            let inside = found.all.iter().any(|gap| point.is_in(&gap.cube));
            let taken = story(policy, &facts).row.is_some();
            assert!(!(inside && taken), "{lead:?} is taken, but in a gap of\n{}", random.text(""));
            assert!(inside || taken || odd.iter().any(|cube| point.is_in(cube)), "{lead:?} is missed in\n{}", random.text(""));
        }
    });
}

#[test]
fn an_alternative_is_said_never_to_decide_exactly_when_it_does_not() {
    let mut told = 0;
    let counted = std::cell::RefCell::new(&mut told);
    on_random(800, false, |_, random, policy| {
        let universe = Universe::of(&[policy]);
        let model = Model::of(&universe, policy, 0);
        let all = decided(policy, random);
        let dead = dead::find(&model).dead;
        for line in model.lines.iter().filter(|line| !dead.contains(&line.number)) {
            for alternative in alternatives::of(&model, line) {
                let mut satisfied = all.iter().filter(|(facts, _)| alternative.branch.holds(facts)).peekable();
                let there = satisfied.peek().is_some();
                let decides = satisfied.any(|(_, row)| *row == Some(line.at));
                let expected = (there, decides);
                let found = match &alternative.fate {
                    Fate::Nobody => (false, false),
                    Fate::Taken(_) => (true, false),
                    Fate::Decides => (true, true),
                };
                assert_eq!(found, expected, "r{} {:?}\n{}", line.at.rule.0, alternative.branch, random.text(""));
                **counted.borrow_mut() += usize::from(!decides);
            }
        }
    });
    assert!(told > 50, "{told} alternatives that never decide: not much of a test");
}

#[test]
fn a_value_or_pattern_is_said_never_to_decide_exactly_when_it_does_not() {
    let (mut texts, mut patterns) = (0, 0);
    let counts = std::cell::RefCell::new((&mut texts, &mut patterns));
    on_random(1_600, false, |_, random, policy| {
        let universe = Universe::of(&[policy]);
        let model = Model::of(&universe, policy, 0);
        let all = decided(policy, random);
        let dead = dead::find(&model).dead;
        let Some(field) = (0..).map(FieldIx).zip(policy.fields.used()).find(|(_, field)| &*field.name == "region").map(|(at, _)| at) else {
            return;
        };
        for line in model.lines.iter().filter(|line| !dead.contains(&line.number)) {
            let mut deciding = alternatives::of(&model, line);
            deciding.retain(|alternative| alternative.fate == Fate::Decides);
            let never = values::never(&model, line, &deciding, field);
            let listed: BTreeSet<Item> = deciding.iter().flat_map(|alternative| values::items(alternative, field)).collect();
            for item in listed.iter().filter(|_| listed.len() > 1) {
                let lists = |alternative: &&Alternative<'_>| values::items(alternative, field).contains(item);
                let decides = all.iter().any(|(facts, row)| {
                    let has = matches!(facts.get(field), Fact::Text(text) if match item {
                        Item::Text(listed) => **listed == **text,
                        Item::Pattern(pattern) => pattern.holds(text),
                    });
                    has && *row == Some(line.at) && deciding.iter().filter(lists).any(|alternative| alternative.branch.holds(facts))
                });
                assert_eq!(never.iter().any(|(other, _)| other == item), !decides, "r{} {item:?}\n{}", line.at.rule.0, random.text(""));
                let (texts, patterns) = &mut *counts.borrow_mut();
                **(if matches!(item, Item::Text(_)) { texts } else { patterns }) += usize::from(!decides);
            }
        }
    });
    assert!(texts > 50 && patterns > 20, "{texts} texts and {patterns} patterns that never decide: not much of a test");
}

/// The row that decides a scene, as the whole engine says: accounts bound, the index asked.
fn engine_says(policy: &Policy, scene: &Scene) -> Option<Option<RowRef>> {
    let book = Book::bind(policy, None, scene.account.iter().cloned().collect());
    Some(arrive(policy, &book, scene.read()?, Before::default(), scene.now).row)
}

/// Every lead, with the row that decides it.
fn decided(policy: &Policy, random: &Random) -> Vec<(Facts<'static>, Option<RowRef>)> {
    let with_row = |lead: &Vec<world::Value>| {
        let facts = facts(policy, &random.fields, lead);
        let row = story(policy, &facts).row;
        (facts, row)
    };
    leads(&random.fields).iter().map(with_row).collect()
}

#[test]
fn two_policies_differ_exactly_where_the_difference_says() {
    let mut same = 0;
    let counted = std::cell::RefCell::new(&mut same);
    on_random(800, false, |dice, random, old| {
        let changed = random.changed(dice);
        let Some(new) = changed.policy("") else { return };
        let found = difference::find(old, &new, 1_000);
        assert!(!found.more && !found.unknown, "{}\n\n{}", random.text(""), changed.text(""));
        **counted.borrow_mut() += usize::from(found.is_none());
        for scene in found.all.iter().filter_map(|difference| difference.witness.as_ref()) {
            let doing = |policy: &Policy| difference::doing(policy, engine_says(policy, scene).unwrap().and_then(|row| policy.row(row)));
            assert_ne!(doing(old), doing(&new), "{:?}\n{}\n\n{}", scene.lead, random.text(""), changed.text(""));
        }
        for lead in leads(&random.fields) {
            let (a, b) = (facts(old, &random.fields, &lead), facts(&new, &random.fields, &lead));
            let doing = |policy: &Policy, row: Option<RowRef>| difference::doing(policy, row.and_then(|row| policy.row(row)));
            let differs = doing(old, story(old, &a).row) != doing(&new, story(&new, &b).row);
            let point = Point::of(&found.universe, &[(old, &a), (&new, &b)], world::now());
            let inside = found.all.iter().any(|difference| point.is_in(&difference.cube));
            assert_eq!(inside, differs, "{lead:?}\n{}\n\n{}", random.text(""), changed.text(""));
        }
    });
    assert!(same > 50, "{same} pairs without a difference: not much of a test");
}

#[test]
fn an_assertion_fails_exactly_when_some_lead_speaks_against_it() {
    let mut failed = 0;
    let counted = std::cell::RefCell::new(&mut failed);
    on_random(1_000, true, |dice, random, _| {
        let when = world::expression(dice, &random.fields, 1);
        let claim =
            ["never = \"queue:q0\"", "never = [\"fallback\", \"suppress\"]", "only = [\"queue:q1\", \"queue:q2\", \"fallback\", \"hold\"]"];
        let which = dice.below(claim.len());
        let Some(policy) = random.policy(&format!("[[assert]]\nname = \"claim\"\nwhen = '{when}'\n{}\n", claim[which])) else { return };
        let universe = Universe::of(&[&policy]);
        let model = Model::of(&universe, &policy, 0);
        let found = asserts::find(&model, None);
        let broken = leads(&random.fields).iter().any(|lead| {
            let facts = facts(&policy, &random.fields, lead);
            let goes = difference::doing(&policy, story(&policy, &facts).row.and_then(|row| policy.row(row)));
            let against = match which {
                0 => goes == "queue:q0",
                1 => goes.contains("the fallback") || goes == "suppressed",
                _ => !(goes == "queue:q1" || goes == "queue:q2" || goes.contains("the fallback")),
            };
            against && policy.asserts[0].when.holds(&facts)
        });
        assert_eq!(found.len(), usize::from(broken), "{found:?}\n{}\n{when}", random.text(""));
        assert!(
            found.iter().all(|found| found.severity == Severity::Error && found.witness.is_some()),
            "{found:?}\n{}\n{when}",
            random.text("")
        );
        **counted.borrow_mut() += usize::from(broken);
    });
    assert!(failed > 100, "{failed} failed: not much of a test");
}
