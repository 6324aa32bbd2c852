//! How the index grows: which field a split looks at, and what stands under it.

use super::boxes::{Boxes, Item};
use super::clause::{Clause, Reach};
use super::index::{Node, Split, Subtree, Texts};
use super::key::{Key, Keys, Part};
use super::span::{Spans, volumes};
use crate::field::FieldIx;
use crate::lookup::Lookup;
use std::collections::BTreeMap;

/// So many clauses are tried one by one rather than split.
const FEW: usize = 3;

/// No search goes through more splits than this, and so neither stack nor time depends on how many fields
/// a policy uses. Real policies stay far below.
pub(super) const DEEPEST: usize = 64;

/// A clause in a part of the tree.
#[derive(Clone, Copy)]
struct Member<'c> {
    clause: &'c Clause<'c>,
    /// As how many copies of itself the clause already stands in the tree on the way here.
    copies: usize,
    /// How many of its parts the way here has not proven.
    open: usize,
}

impl<'c> Member<'c> {
    fn new(clause: &'c Clause<'c>) -> Self {
        Self { clause, copies: 1, open: clause.parts }
    }

    /// The keys to put it under when splitting by a field; `None`: it goes to the rest.
    fn keys(&self, field: FieldIx) -> Option<&'c Keys<'c>> {
        let (_, keys) = self.clause.keys.iter().find(|(have, _)| *have == field)?;
        self.affords(keys).then_some(keys)
    }

    fn affords(&self, keys: &Keys<'_>) -> bool {
        self.copies.saturating_mul(keys.keys.len()) <= self.clause.allowance()
    }

    /// As it stands under each of its keys.
    fn under(self, keys: &Keys<'_>) -> Self {
        Self { copies: self.copies * keys.keys.len(), open: self.open - usize::from(keys.exact), ..self }
    }
}

/// The tree over all clauses, which come in the order of their rows. `None` of none.
pub(super) fn tree(clauses: &[Clause<'_>]) -> Option<Subtree> {
    grow(clauses.iter().map(Member::new).collect(), &mut Vec::new())
}

/// A subtree of members, which are in the order of their rows; `spent` are the fields split by above it.
fn grow(members: Vec<Member<'_>>, spent: &mut Vec<FieldIx>) -> Option<Subtree> {
    let reach = reach(&members)?;
    let node = match best_field(&members, spent) {
        Some(field) => {
            spent.push(field);
            let split = split(&members, field, spent);
            spent.pop();
            Node::Split(Box::new(split))
        }
        None => ranges(&members)?,
    };
    Some(Subtree { reach, node })
}

fn reach(members: &[Member<'_>]) -> Option<Reach> {
    Reach::of(members.iter().map(|member| member.clause.row))
}

fn few(members: &[Member<'_>]) -> Node {
    match members {
        [one] => Node::One(one.clause.found(one.open)),
        _ => Node::Few(members.iter().map(|member| member.clause.found(member.open)).collect()),
    }
}

/// How clauses would spread over the keys of a field.
#[derive(Default)]
struct Tally<'c> {
    counts: Lookup<Key<'c>, usize>,
    clauses: usize,
    copies: usize,
    squares: usize,
    exact: bool,
}

impl<'c> Tally<'c> {
    fn add(&mut self, keys: &Keys<'c>) {
        self.clauses += 1;
        self.copies += keys.keys.len();
        self.exact |= keys.exact;
        for key in &keys.keys {
            let count = self.counts.entry_or(*key, || 0);
            self.squares += 2 * *count + 1;
            *count += 1;
        }
    }

    /// How many of `all` clauses a search is left with, for leads that are spread as the clauses are.
    fn left(&self, all: usize) -> usize {
        self.squares.checked_div(self.copies).unwrap_or(0) + (all - self.clauses)
    }

    /// Whether nearly all ask for the same one value. Looking at it once, above all of them, separates
    /// nothing but proves that part of each.
    fn is_shared(&self, all: usize) -> bool {
        self.exact && self.counts.len() == 1 && self.clauses >= all - all / 4
    }
}

/// The field to split by: one that nearly all share, or else the one that leaves a search with the fewest
/// clauses, if it leaves out at least one in sixteen.
fn best_field(members: &[Member<'_>], spent: &[FieldIx]) -> Option<FieldIx> {
    if members.len() <= FEW || spent.len() >= DEEPEST {
        return None;
    }
    let mut tallies: BTreeMap<FieldIx, Tally<'_>> = BTreeMap::new();
    for member in members {
        for (field, keys) in &member.clause.keys {
            if member.affords(keys) && !spent.contains(field) {
                tallies.entry(*field).or_default().add(keys);
            }
        }
    }
    let all = members.len();
    let shared = tallies.iter().find(|(_, tally)| tally.is_shared(all)).map(|(field, _)| *field);
    let (left, least) = tallies.iter().map(|(field, tally)| (tally.left(all), *field)).min()?;
    shared.or((left <= all - all.div_ceil(16)).then_some(least))
}

/// Groups in the order in which their keys first appear.
#[derive(Default)]
struct Groups<'c> {
    at: Lookup<Key<'c>, usize>,
    groups: Vec<(Key<'c>, Vec<Member<'c>>)>,
}

impl<'c> Groups<'c> {
    fn add(&mut self, key: Key<'c>, member: Member<'c>) {
        let next = self.groups.len();
        let at = *self.at.entry_or(key, || next);
        if at == next {
            self.groups.push((key, Vec::new()));
        }
        if let Some((_, group)) = self.groups.get_mut(at) {
            group.push(member);
        }
    }
}

fn split(members: &[Member<'_>], field: FieldIx, spent: &mut Vec<FieldIx>) -> Split {
    let (mut groups, mut rest) = (Groups::default(), Vec::new());
    for member in members {
        match member.keys(field) {
            Some(keys) => keys.keys.iter().for_each(|key| groups.add(*key, member.under(keys))),
            None => rest.push(*member),
        }
    }
    let (mut yes, mut no, mut missing) = (None, None, None);
    let (mut texts, mut elements) = (BTreeMap::new(), BTreeMap::new());
    for (key, group) in groups.groups {
        let subtree = grow(group, spent);
        match key {
            Key::Missing => missing = subtree,
            Key::Bool(true) => yes = subtree,
            Key::Bool(false) => no = subtree,
            Key::Text(part, text) => put(&mut texts, part, text, subtree),
            Key::Element(part, text) => put(&mut elements, part, text, subtree),
        }
    }
    let [texts, elements] = [texts, elements].map(|by_part| by_part.into_iter().collect::<Texts>());
    Split { field, texts, elements, yes, no, missing, rest: grow(rest, spent) }
}

fn put(texts: &mut BTreeMap<Part, Lookup<Box<str>, Subtree>>, part: Part, text: &str, subtree: Option<Subtree>) {
    if let Some(subtree) = subtree {
        texts.entry(part).or_default().insert(text.into(), subtree);
    }
}

/// By numeric fields: one group of boxes for each set of fields that clauses constrain, so that no box is
/// endless in a dimension only because its clause does not ask for it.
fn ranges(members: &[Member<'_>]) -> Option<Node> {
    let mut groups: BTreeMap<Vec<FieldIx>, Vec<Member<'_>>> = BTreeMap::new();
    for member in members {
        groups.entry(member.clause.spans.iter().map(|(field, _)| *field).collect()).or_default().push(*member);
    }
    let mut subtrees: Vec<Subtree> = groups.iter().filter_map(|(fields, group)| of_fields(fields, group)).collect();
    if subtrees.len() > 1 { Some(Node::Each(subtrees.into())) } else { subtrees.pop().map(|subtree| subtree.node) }
}

/// Clauses that constrain the same numeric fields. Of more than three, the first three are looked up.
fn of_fields(fields: &[FieldIx], group: &[Member<'_>]) -> Option<Subtree> {
    let node = match *fields {
        [] => few(group),
        [a] => Node::Line(Box::new(boxes([a], group))),
        [a, b] => Node::Plane(Box::new(boxes([a, b], group))),
        [a, b, c, ..] => Node::Space(Box::new(boxes([a, b, c], group))),
    };
    Some(Subtree { reach: reach(group)?, node })
}

fn boxes<const D: usize>(fields: [FieldIx; D], group: &[Member<'_>]) -> Boxes<D> {
    let items = group.iter().flat_map(|member| {
        let spans: Vec<&Spans> = member.clause.spans.iter().map(|(_, spans)| spans).take(D).collect();
        let limit = member.clause.allowance() / member.copies.max(1);
        let (volumes, exact) = <[&Spans; D]>::try_from(spans).map_or_else(|_| (Vec::new(), false), |spans| volumes(spans, limit));
        let found = member.clause.found(if exact { member.open - D } else { member.open });
        volumes.into_iter().map(move |volume| Item { found, volume })
    });
    Boxes::build(fields, items.collect())
}
