//! What a condition lists and what never decides: values and patterns of which an earlier rule takes every lead, and
//! such as add nothing to the others of their list.
//!
//! An earlier rule that is for some of a later one's leads only is a special case before the general one, which is
//! how ordered rules work: of that nothing is said.

use super::alternatives::{self, Alternative, Fate, taken};
use super::{listed, quoted};
use crate::model::{Line, Model};
use crate::space::cover::Owner;
use crate::space::cube::Cube;
use crate::space::gather::Class;
use crate::space::texts::implies;
use crate::space::universe::Aspect;
use pointsman_engine::field::{FieldIx, Kind};
use pointsman_engine::form::Branch;
use pointsman_engine::policy::diagnostic::Diagnostic;
use pointsman_engine::set::{Allowed, Listed, Pattern, TextPiece, TextSet, ValueSet};
use std::collections::{BTreeMap, BTreeSet};

/// More lines of a rule than this are told together.
const TOLD: usize = 3;

/// Of every line that some lead reaches.
#[must_use]
pub fn find(model: &Model<'_>, dead: &BTreeSet<usize>) -> Vec<Diagnostic> {
    let live = model.lines.iter().enumerate().filter(|(number, _)| !dead.contains(number)).map(|(_, line)| line);
    together(model, live.flat_map(|line| of_line(model, line).into_iter().map(move |found| (line, found))).collect())
}

fn of_line(model: &Model<'_>, line: &Line) -> Vec<Diagnostic> {
    let mut all = alternatives::of(model, line);
    all.retain(|alternative| alternative.fate == Fate::Decides);
    let fields: BTreeSet<FieldIx> = all.iter().flat_map(|alternative| &alternative.branch.fields).map(|(field, _)| *field).collect();
    let aspect = |field: &FieldIx| model.universe.aspect(model.part, *field).filter(|aspect| aspect.class() == Class::Text);
    let texts: Vec<FieldIx> = fields.into_iter().filter(|field| aspect(field).is_some()).collect();
    let never = texts.iter().filter_map(|field| never_decides(model, line, &all, *field, aspect(field)?));
    never.chain(adds_nothing(model, line, &all, &texts)).collect()
}

/// Of many lines of one rule with the same code only the first is told, with the numbers of the others.
#[must_use]
pub fn together(model: &Model<'_>, found: Vec<(&Line, Diagnostic)>) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<_, Vec<(&Line, Diagnostic)>> = BTreeMap::new();
    for (line, diagnostic) in found {
        groups.entry((line.at.rule, diagnostic.code)).or_default().push((line, diagnostic));
    }
    let mut all = Vec::new();
    for (_, group) in groups {
        let numbers: BTreeSet<u32> = group.iter().filter_map(|(line, _)| model.row(line)).map(|row| row.place.line).collect();
        let many = numbers.len() > TOLD;
        let mut group: Vec<Diagnostic> = group.into_iter().map(|(_, diagnostic)| diagnostic).collect();
        if let (true, Some(first)) = (many, group.first_mut()) {
            let others: Vec<String> = numbers.iter().skip(1).map(ToString::to_string).collect();
            let more = format!("the same in {} more rows: lines {}", others.len(), listed(&others));
            first.help = Some(first.help.take().map_or_else(|| more.clone(), |help| format!("{help}\n{more}")));
            group.truncate(1);
        }
        all.extend(group);
    }
    all
}

/// One of the things that a condition lists: a text, or the texts of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// This text.
    Text(Box<str>),
    /// All with this pattern.
    Pattern(Pattern),
}

impl Item {
    fn allowed(&self) -> Allowed {
        let texts = match self {
            Self::Text(text) => TextSet::of([text.clone()]),
            Self::Pattern(pattern) => TextSet::matching(pattern.clone()),
        };
        Allowed { missing: false, present: ValueSet::Text(texts) }
    }

    /// The text, or that of the pattern.
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Pattern(Pattern::Contains(text) | Pattern::StartsWith(text) | Pattern::EndsWith(text)) => text,
        }
    }

    /// Whether all texts of another one are among its own, which are more.
    fn swallows(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pattern(pattern), Self::Text(text)) => pattern.holds(text),
            (Self::Pattern(pattern), Self::Pattern(other)) => pattern != other && implies(other, pattern),
            (Self::Text(_), _) => false,
        }
    }

    /// As it is written; the texts of countries in capitals.
    fn shown(&self, kind: &Kind) -> String {
        match self {
            Self::Text(text) if *kind == Kind::Country => text.to_uppercase(),
            Self::Text(text) => text.to_string(),
            Self::Pattern(Pattern::Contains(part)) => format!("contains \"{part}\""),
            Self::Pattern(Pattern::StartsWith(part)) => format!("starts_with \"{part}\""),
            Self::Pattern(Pattern::EndsWith(part)) => format!("ends_with \"{part}\""),
        }
    }
}

/// What an alternative lists of a field: the texts, and the patterns that stand alone.
#[must_use]
pub fn items(alternative: &Alternative<'_>, field: FieldIx) -> Vec<Item> {
    let sets = alternative.branch.fields.iter().filter(|(of, _)| *of == field);
    let pieces = sets.flat_map(|(_, allowed)| if let ValueSet::Text(set) = &allowed.present { set.pieces() } else { &[] });
    let of_piece = |piece: &TextPiece| match &piece.listed {
        Listed::In(texts) => texts.iter().cloned().map(Item::Text).collect(),
        Listed::NotIn(out) if out.is_empty() && piece.without.is_empty() && piece.with.len() == 1 => {
            piece.with.iter().cloned().map(Item::Pattern).collect()
        }
        Listed::NotIn(_) => Vec::new(),
    };
    pieces.flat_map(of_piece).collect()
}

/// Of the alternatives of a line that decide: what they list of a field and what never decides in any of them, with
/// who takes its leads before. That is nobody where no lead can have it and satisfy the condition. Of a single thing
/// nothing is said: it never decides exactly when its alternatives do not.
#[must_use]
pub fn never(model: &Model<'_>, line: &Line, all: &[Alternative<'_>], field: FieldIx) -> Vec<(Item, BTreeSet<Owner>)> {
    let mut listing: BTreeMap<Item, Vec<&Branch>> = BTreeMap::new();
    for alternative in all {
        for item in items(alternative, field) {
            listing.entry(item).or_default().push(alternative.branch);
        }
    }
    if listing.len() < 2 {
        return Vec::new();
    }
    let of_item = |(item, branches): (Item, Vec<&Branch>)| {
        let cubes: Option<Vec<Vec<Cube>>> =
            branches.into_iter().map(|branch| model.universe.branch(model.part, &narrowed(branch, field, &item))).collect();
        Some((item, taken(model, line, cubes?.iter().flatten())?))
    };
    listing.into_iter().filter_map(of_item).collect()
}

/// An alternative that asks of a field for one thing only.
fn narrowed(branch: &Branch, field: FieldIx, item: &Item) -> Branch {
    let mut narrowed = branch.clone();
    narrowed.fields.iter_mut().filter(|(of, _)| *of == field).for_each(|(_, allowed)| *allowed = item.allowed());
    narrowed
}

/// Whether an earlier line is for some of a later one's leads only.
#[must_use]
pub fn is_special(earlier: &Line, later: &Line) -> bool {
    let (Some(earlier), Some(later)) = (&earlier.cubes, &later.cubes) else { return false };
    earlier.iter().all(|cube| later.iter().any(|other| cube.is_within(other)))
}

fn never_decides(model: &Model<'_>, line: &Line, all: &[Alternative<'_>], field: FieldIx, aspect: &Aspect) -> Option<Diagnostic> {
    let special =
        |owners: &BTreeSet<Owner>| owners.iter().filter_map(|owner| model.of_owner(*owner)).all(|earlier| is_special(earlier, line));
    let never = never(model, line, all, field);
    let told: Vec<_> = never.into_iter().filter(|(_, owners)| !owners.is_empty() && !special(owners)).collect();
    let first = &told.first()?.0;
    let by: BTreeSet<Owner> = told.iter().flat_map(|(_, owners)| owners.iter().copied()).collect();
    let lines: Vec<&Line> = by.iter().filter_map(|owner| model.of_owner(*owner)).collect();
    let names: Vec<String> = lines.iter().map(|line| model.name(line)).collect();
    let (field, whose, place) = (&aspect.field, model.name(line), model.row(line)?.place.clone());
    if let Some((pattern, of)) = lines.iter().find_map(|earlier| Some((swallowing(model, earlier, aspect, first)?, model.name(earlier)))) {
        let texts: Vec<String> = told.iter().map(|(item, _)| item.text().to_owned()).collect();
        let message = format!(
            "`{} {}` of `{of}` also takes {}, which `{whose}` lists",
            field.name,
            pattern.shown(&field.kind),
            listed(&quoted(&texts))
        );
        let help = "to compare whole texts, write `=` or `in [...]`; or move the rule with `contains` down";
        return Some(Diagnostic::warning("contains-swallows", place, message).help(Some(help)).rules(names));
    }
    let shown: Vec<String> = told.iter().map(|(item, _)| item.shown(&field.kind)).collect();
    let (noun, verb, them) = if shown.len() == 1 { ("value", "never decides", "it") } else { ("values", "never decide", "them") };
    let take = if names.len() == 1 { "takes" } else { "take" };
    let (shown, names_) = (listed(&shown), listed(&quoted(&names)));
    let message = format!("in `{whose}`, the {noun} {shown} of {} {verb}: {names_} {take} all leads with {them} before", field.name);
    Some(Diagnostic::warning("value-never-decides", place, message).help(Some("take them out here, or there")).rules(names))
}

/// The `contains` of an earlier line that takes an item without being written as it.
fn swallowing(model: &Model<'_>, earlier: &Line, aspect: &Aspect, item: &Item) -> Option<Item> {
    let same = |field: &FieldIx| model.universe.aspect(model.part, *field).is_some_and(|other| other.base == aspect.base);
    let branches = &model.row(earlier)?.when.branches;
    let allowed = branches.iter().flat_map(|branch| &branch.fields).filter(|(field, _)| same(field)).map(|(_, allowed)| &allowed.present);
    let pieces = allowed.flat_map(|present| if let ValueSet::Text(set) = present { set.pieces() } else { &[] });
    let mut patterns = pieces.flat_map(|piece| &piece.with).filter(|pattern| matches!(pattern, Pattern::Contains(_)));
    patterns
        .find_map(|pattern| Some(Item::Pattern(pattern.clone())).filter(|pattern| pattern.text() != item.text() && pattern.swallows(item)))
}

/// Of a list, what another pattern of the same list takes already; of lists that several fields have, once.
fn adds_nothing(model: &Model<'_>, line: &Line, all: &[Alternative<'_>], fields: &[FieldIx]) -> Option<Diagnostic> {
    let mut told: BTreeMap<(Item, BTreeSet<Item>), Vec<String>> = BTreeMap::new();
    for field in fields {
        let mut swallowed: BTreeMap<Item, BTreeSet<Item>> = BTreeMap::new();
        for items in all.iter().map(|alternative| items(alternative, *field)) {
            for item in &items {
                if let Some(by) = items.iter().find(|other| other.swallows(item)) {
                    swallowed.entry(by.clone()).or_default().insert(item.clone());
                }
            }
        }
        let name = model.policy.fields.name(*field);
        swallowed.into_iter().for_each(|pair| told.entry(pair).or_default().push(name.to_owned()));
    }
    let ((by, items), fields) = told.into_iter().next()?;
    let shown = |item: &Item| format!("`{}`", item.shown(&Kind::Text));
    let items: Vec<String> = items.iter().map(shown).collect();
    let (verb, them) = if items.len() == 1 { ("adds", "it") } else { ("add", "them") };
    let (whose, items, by, fields) = (model.name(line), listed(&items), shown(&by), listed(&fields));
    let message = format!("in `{whose}`, {items} {verb} nothing to {by} of {fields}, which takes every text with {them}");
    let help = "take it out; or a comma is missing; or the shorter one was to be compared with whole texts";
    Some(Diagnostic::warning("value-adds-nothing", model.row(line)?.place.clone(), message).help(Some(help)))
}
