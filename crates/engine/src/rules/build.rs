//! How the index grows: which field a split looks at, and what stands under it.

use super::boxes::{Boxes, Item, volumes};
use super::clause::{Clause, ClauseRef, Reach};
use super::index::{Node, Split, Subtree};
use super::key::{Cut, Key};
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
}

impl<'c> Member<'c> {
    /// The keys to put it under when splitting by a field; `None`: it goes to the rest.
    fn keys(&self, field: FieldIx) -> Option<&'c [Key<'c>]> {
        let (_, keys) = self.clause.keys.iter().find(|(have, _)| *have == field)?;
        self.affords(keys).then_some(keys)
    }

    fn affords(&self, keys: &[Key<'_>]) -> bool {
        self.copies.saturating_mul(keys.len()) <= self.clause.allowance()
    }
}

/// The tree over all clauses, which come in the order of their rows. `None` of none.
pub(super) fn tree(clauses: &[Clause<'_>]) -> Option<Subtree> {
    grow(clauses.iter().map(|clause| Member { clause, copies: 1 }).collect(), &mut Vec::new())
}

/// A subtree of members, which are in the order of their rows; `spent` are the fields split by above it.
fn grow(members: Vec<Member<'_>>, spent: &mut Vec<FieldIx>) -> Option<Subtree> {
    let reach = Reach::of(members.iter().map(|member| member.clause.at))?;
    let node = match best_field(&members, spent) {
        _ if members.len() <= FEW => few(&members),
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

fn few(members: &[Member<'_>]) -> Node {
    match members {
        [one] => Node::One(one.clause.at),
        _ => Node::Few(members.iter().map(|member| member.clause.at).collect()),
    }
}

/// How clauses would spread over the keys of a field.
#[derive(Default)]
struct Tally<'c> {
    counts: Lookup<Key<'c>, usize>,
    clauses: usize,
    copies: usize,
    squares: usize,
}

impl<'c> Tally<'c> {
    fn add(&mut self, keys: &[Key<'c>]) {
        self.clauses += 1;
        self.copies += keys.len();
        for key in keys {
            let count = self.counts.entry_or(*key, || 0);
            self.squares += 2 * *count + 1;
            *count += 1;
        }
    }

    /// How many of `all` clauses a search is left with, for leads that are spread as the clauses are.
    fn left(&self, all: usize) -> usize {
        self.squares.checked_div(self.copies).unwrap_or(0) + (all - self.clauses)
    }
}

/// The field that leaves a search with the fewest clauses, if it leaves out at least one in sixteen.
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
    let (left, field) = tallies.iter().map(|(field, tally)| (tally.left(all), *field)).min()?;
    (left <= all - all.div_ceil(16)).then_some(field)
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
            Some(keys) => {
                let copy = Member { copies: member.copies * keys.len(), ..*member };
                keys.iter().for_each(|key| groups.add(*key, copy));
            }
            None => rest.push(*member),
        }
    }
    let mut split = Split { field, texts: Vec::new(), yes: None, no: None, missing: None, rest: grow(rest, spent) };
    let mut texts: BTreeMap<Cut, Lookup<Box<str>, Subtree>> = BTreeMap::new();
    for (key, group) in groups.groups {
        let subtree = grow(group, spent);
        match key {
            Key::Missing => split.missing = subtree,
            Key::Bool(true) => split.yes = subtree,
            Key::Bool(false) => split.no = subtree,
            Key::Text(cut, text) => {
                let under = texts.entry(cut).or_default();
                subtree.map(|subtree| under.insert(text.into(), subtree));
            }
        }
    }
    split.texts = texts.into_iter().collect();
    split
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
    let reach = Reach::of(group.iter().map(|member| member.clause.at))?;
    let node = match *fields {
        _ if group.len() <= FEW => few(group),
        [] => few(group),
        [a] => Node::Line(Box::new(boxes([a], group))),
        [a, b] => Node::Plane(Box::new(boxes([a, b], group))),
        [a, b, c, ..] => Node::Space(Box::new(boxes([a, b, c], group))),
    };
    Some(Subtree { reach, node })
}

fn boxes<const D: usize>(fields: [FieldIx; D], group: &[Member<'_>]) -> Boxes<D> {
    let items = group.iter().flat_map(|member| {
        let clause: ClauseRef = member.clause.at;
        let spans = fields.map(|field| member.clause.spans_of(field));
        let limit = member.clause.allowance() / member.copies.max(1);
        volumes(spans, limit).into_iter().map(move |volume| Item { clause, volume })
    });
    Boxes::build(fields, items.collect())
}
