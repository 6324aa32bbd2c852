//! The index and the plain walk are two implementations of one thing.

mod world;

use super::index::{Node, Split, Subtree};
use super::walk::walk_rules;
use super::{Index, rows};
use crate::form::Form;
use crate::policy::{RowRef, Rule, RuleIx};
use proptest::prelude::*;
use world::World;

/// Asks both for a lead: from the top, and after random rows.
fn agree(world: &mut World, index: &Index, rules: &[Rule]) -> Option<RowRef> {
    let facts = world.facts();
    let first = walk_rules(rules, &facts, None);
    assert_eq!(index.first_among(rules, &facts, None), first, "{facts:?}");
    for after in [first, Some(world.row_ref(rules))] {
        assert_eq!(index.first_among(rules, &facts, after), walk_rules(rules, &facts, after), "after {after:?}: {facts:?}");
    }
    first
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// 1,000 rule lists of up to 60 rows, 120 leads each.
    #[test]
    fn the_index_finds_what_the_walk_finds(seed in any::<u64>(), size in 1_usize..60) {
        let mut world = World::seeded(seed);
        let rules = world.rules(size);
        let index = Index::over(&rules);
        for _ in 0..120 {
            agree(&mut world, &index, &rules);
        }
    }
}

#[test]
fn the_index_finds_what_the_walk_finds_in_large_tables_of_every_shape() {
    let mut census = Census::default();
    let mut found = 0;
    for seed in 0..40 {
        let mut world = World::seeded(seed);
        let rules = world.large_tables(if cfg!(debug_assertions) { 3_000 } else { 30_000 });
        let index = Index::over(&rules);
        census.count(index.root.as_ref());
        found += (0..100).filter(|_| agree(&mut world, &index, &rules).is_some()).count();
    }
    assert!((400..3_600).contains(&found), "neither nearly none nor nearly all of 4,000 leads should match: {found}");
    let Census { one, few, splits, by_text, by_part, by_bool, missing, rest, line, plane, space, each, layered } = census;
    for (kind, count) in [
        ("one clause", one),
        ("few clauses", few),
        ("splits", splits),
        ("by whole texts", by_text),
        ("by parts of texts", by_part),
        ("by yes or no", by_bool),
        ("missing", missing),
        ("rest", rest),
        ("ranges of one field", line),
        ("ranges of two fields", plane),
        ("ranges of three fields", space),
        ("several groups of ranges", each),
        ("ranges in layers", layered),
    ] {
        assert!(count >= 5, "the tables should bring forth every kind of node; {kind}: {count}");
    }
}

/// How often each kind of node arises.
#[derive(Default)]
struct Census {
    one: usize,
    few: usize,
    splits: usize,
    by_text: usize,
    by_part: usize,
    by_bool: usize,
    missing: usize,
    rest: usize,
    line: usize,
    plane: usize,
    space: usize,
    each: usize,
    layered: usize,
}

impl Census {
    fn count(&mut self, subtree: Option<&Subtree>) {
        let Some(subtree) = subtree else { return };
        match &subtree.node {
            Node::One(_) => self.one += 1,
            Node::Few(_) => self.few += 1,
            Node::Split(split) => self.count_split(split),
            Node::Line(boxes) => {
                self.line += 1;
                self.layered += usize::from(boxes.roots.len() > 1);
            }
            Node::Plane(boxes) => {
                self.plane += 1;
                self.layered += usize::from(boxes.roots.len() > 1);
            }
            Node::Space(_) => self.space += 1,
            Node::Each(subtrees) => {
                self.each += 1;
                subtrees.iter().for_each(|subtree| self.count(Some(subtree)));
            }
        }
    }

    /// What stands under texts cannot be walked ([`crate::lookup::Lookup`] has no iterator): a few are asked for.
    fn count_split(&mut self, split: &Split) {
        let texts = || split.texts.iter().chain(&split.elements);
        self.splits += 1;
        self.by_text += texts().filter(|(part, _)| *part == super::key::Part::Whole).count();
        self.by_part += texts().filter(|(part, _)| *part != super::key::Part::Whole).count();
        self.by_bool += usize::from(split.yes.is_some()) + usize::from(split.no.is_some());
        self.missing += usize::from(split.missing.is_some());
        self.rest += usize::from(split.rest.is_some());
        for word in world::WORDS {
            texts().for_each(|(_, under)| self.count(under.get(*word)));
        }
        for subtree in [&split.yes, &split.no, &split.missing, &split.rest] {
            self.count(subtree.as_ref());
        }
    }
}

#[test]
fn no_rules_match_nothing() {
    let facts = World::seeded(1).facts();
    assert_eq!(Index::over(&[]).first_among(&[], &facts, None), None);
    assert_eq!(walk_rules(&[], &facts, None), None);
}

#[test]
fn the_first_of_rows_that_always_hold_decides_and_the_next_one_after_it() {
    let rules = [world::rule(vec![Form::never(), Form::always()]), world::rule(vec![Form::always()])];
    let (index, facts) = (Index::over(&rules), World::seeded(1).facts());
    let at = |rule, row| Some(RowRef { rule: RuleIx(rule), row });
    assert_eq!(index.first_among(&rules, &facts, None), at(0, 1));
    assert_eq!(index.first_among(&rules, &facts, at(0, 1)), at(1, 0));
    assert_eq!(index.first_among(&rules, &facts, at(1, 0)), None);
}

#[test]
fn a_rule_that_is_switched_off_has_no_rows() {
    let off = Rule { enabled: false, ..world::rule(vec![Form::always()]) };
    let rules = [off, world::rule(vec![Form::always()])];
    let tried: Vec<u32> = rows(&rules).map(|(row, _)| row.rule.0).collect();
    assert_eq!(tried, [1]);
    assert_eq!(Index::over(&rules).first_among(&rules, &World::seeded(1).facts(), None).map(|row| row.rule.0), Some(1));
}

#[test]
fn an_index_asked_with_other_rules_does_no_harm() {
    let mut world = World::seeded(7);
    let (rules, others) = (world.rules(60), world.rules(30));
    let index = Index::over(&rules);
    for _ in 0..200 {
        let _ = index.first_among(&others, &world.facts(), None);
    }
}

#[test]
fn many_fields_make_the_index_no_deeper_than_its_limit() {
    let rules = [world::rule(world::a_chain_of_fields(40_000))];
    let index = Index::over(&rules);
    let mut depth = 0;
    let mut at = index.root.as_ref();
    while let Some(Subtree { node: Node::Split(split), .. }) = at {
        (depth, at) = (depth + 1, split.rest.as_ref());
    }
    assert_eq!(depth, super::build::DEEPEST);
    agree(&mut World::seeded(1), &index, &rules);
}

#[test]
fn numbers_beyond_the_finest_scale_are_compared_exactly() {
    let bound = i128::from(i64::MAX) + 5;
    let rules = [world::rule(vec![world::number_in(0, &[(0, bound)]), world::number_in(0, &[(bound + 2, bound + 3)])])];
    let index = Index::over(&rules);
    for units in bound - 1..bound + 5 {
        let facts = world::numbers(&[units]);
        assert_eq!(index.first_among(&rules, &facts, None), walk_rules(&rules, &facts, None), "{units}");
    }
}

#[test]
fn ranges_of_several_fields_that_multiply_beyond_measure_are_compared_exactly() {
    let ranges: Vec<(i128, i128)> = (0..20).map(|n| (n * 4, n * 4 + 1)).collect();
    let rules = [world::rule(vec![world::number_in(0, &ranges).and(&world::number_in(1, &ranges))])];
    let index = Index::over(&rules);
    for (a, b) in (0..84).flat_map(|a| (0..84).map(move |b| (a, b))) {
        let facts = world::numbers(&[a, b]);
        assert_eq!(index.first_among(&rules, &facts, None), walk_rules(&rules, &facts, None), "{a} {b}");
    }
}
