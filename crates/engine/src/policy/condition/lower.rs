//! From what is meant to the normal form.
//!
//! `not` is pushed down to the leaves (De Morgan), where it takes the other values that are present: so a
//! missing field stays what it is in three-valued logic, neither true nor false, and a form needs no *not*.

use super::describe;
use super::logic::Logic;
use super::spot::Spots;
use crate::field::{FieldIx, Fields};
use crate::form::{Branch, Form, Opaque};
use crate::policy::diagnostic::Diagnostic;
use crate::set::{Allowed, BoolSet, ListSet, Listed, NumberSet, TextPiece, TextSet, ValueSet};
use std::collections::BTreeMap;
use std::ops::Range;

/// The most branches of one condition.
pub const MOST_BRANCHES: usize = 4_096;
/// The most parts (texts, patterns, ranges) that may be written while one condition is lowered: what bounds its time and memory.
const MOST_WORK: usize = 1 << 20;

/// The normal form would be too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// The leads for which a condition is true, or those for which it is false. Tells what never or always holds.
pub fn lower(logic: &Logic<'_>, negated: bool, fields: &Fields, spots: &Spots<'_>, found: &mut Vec<Diagnostic>) -> Result<Form, TooLarge> {
    Lowering { fields, spots, found, work: 0 }.form(logic, negated)
}

/// Both conditions; `None` when that would be too large.
#[must_use]
pub fn both(a: &Form, b: &Form) -> Option<Form> {
    multiply(a, b, &mut 0).ok()
}

struct Lowering<'a> {
    fields: &'a Fields,
    spots: &'a Spots<'a>,
    found: &'a mut Vec<Diagnostic>,
    work: usize,
}

impl Lowering<'_> {
    fn form(&mut self, logic: &Logic<'_>, negated: bool) -> Result<Form, TooLarge> {
        match (logic, negated) {
            (Logic::Not(part), _) => self.form(part, !negated),
            (Logic::All(parts, at), false) | (Logic::Any(parts, at), true) => self.all(parts, at, negated),
            (Logic::Any(parts, at), false) | (Logic::All(parts, at), true) => self.any(parts, at, negated),
            (Logic::Missing(field, every), false) => Ok(Form::field(*field, Allowed { missing: true, present: none_of(every) })),
            (Logic::Missing(field, every), true) => Ok(present(*field, every.clone())),
            (Logic::Values { field, these, .. }, false) => Ok(present(*field, these.clone())),
            (Logic::Values { field, others, .. }, true) => Ok(present(*field, others.clone())),
            (Logic::Opaque(test), false) => Ok(Form::opaque(test.clone())),
            (Logic::Opaque(test), true) => Ok(Form::opaque(opposite(test))),
            (Logic::Segment(segment), false) => Ok(segment.holds.clone()),
            (Logic::Segment(segment), true) => segment.fails.clone().ok_or(TooLarge),
        }
    }

    fn all(&mut self, parts: &[Logic<'_>], at: &Range<usize>, negated: bool) -> Result<Form, TooLarge> {
        let mut so_far = Form::always();
        for part in parts {
            let next = self.form(part, negated)?;
            let both = multiply(&so_far, &next, &mut self.work)?;
            if both.branches.is_empty() && !so_far.branches.is_empty() && !next.branches.is_empty() {
                self.warn_never(at, &so_far, &next);
            }
            so_far = both;
        }
        Ok(so_far)
    }

    /// Branches that ask of one field only, and the same one, are joined into one.
    fn any(&mut self, parts: &[Logic<'_>], at: &Range<usize>, negated: bool) -> Result<Form, TooLarge> {
        let mut branches: Vec<Branch> = Vec::new();
        let mut alone: BTreeMap<FieldIx, (usize, Vec<Allowed>)> = BTreeMap::new();
        for part in parts {
            let others = branches.len();
            for branch in self.form(part, negated)?.branches {
                if let ([(field, allowed)], []) = (branch.fields.as_slice(), branch.opaque.as_slice())
                    && !matches!(allowed.present, ValueSet::List(_))
                {
                    if let Some((_, members)) = alone.get_mut(field) {
                        members.push(allowed.clone());
                        continue;
                    }
                    alone.insert(*field, (branches.len(), vec![allowed.clone()]));
                } else if branches.iter().take(others).any(|other| *other == branch) {
                    continue;
                }
                branches.push(branch);
            }
            if branches.len() > MOST_BRANCHES {
                return Err(TooLarge);
            }
        }
        for (field, (place, members)) in alone {
            let joined = union(&members);
            if is_all(&joined.present) && !members.iter().any(|member| is_all(&member.present)) {
                self.warn_always(at, field, joined.missing);
            } else if !negated && exclusions(&members) > 1 {
                self.warn_nearly_always(at, field);
            }
            if let Some(branch) = branches.get_mut(place) {
                branch.fields = vec![(field, joined)];
            }
        }
        Ok(Form { branches })
    }

    fn warn_never(&mut self, at: &Range<usize>, a: &Form, b: &Form) {
        let clash = match (a.branches.as_slice(), b.branches.as_slice()) {
            ([a], [b]) => a.fields.iter().find_map(|(field, wanted)| {
                let (_, other) = b.fields.iter().find(|(other, allowed)| other == field && clashes(wanted, allowed))?;
                let field = self.fields.get(*field)?;
                let (a, b) = (describe::allowed(field, wanted), describe::allowed(field, other));
                Some(format!("`{}` cannot be {a} and also {b}", field.name))
            }),
            _ => None,
        };
        let warning = Diagnostic::warning("never-true", self.spots.place(at), "this can never hold".to_owned());
        self.found.push(
            warning
                .label(clash.unwrap_or_else(|| "its parts exclude each other".to_owned()))
                .help(Some("write `or`, or a list, if either is meant")),
        );
    }

    fn warn_always(&mut self, at: &Range<usize>, field: FieldIx, missing: bool) {
        let name = self.fields.name(field);
        let message =
            if missing { format!("this holds whatever `{name}` is") } else { format!("this holds for every lead that has a `{name}`") };
        let warning = Diagnostic::warning("always-true", self.spots.place(at), message);
        self.found.push(warning.help(Some("write `and`, or `not in [...]`, if all must hold")));
    }

    /// Of texts, `or` between patterns that must not hold leaves out those only on which all of them do.
    fn warn_nearly_always(&mut self, at: &Range<usize>, field: FieldIx) {
        let name = self.fields.name(field);
        let message = format!("this holds for nearly every lead: only a `{name}` that each side of the `or` excludes is left out");
        let warning = Diagnostic::warning("nearly-always-true", self.spots.place(at), message);
        self.found.push(warning.help(Some("write `and`, or one list, if none of them is wanted")));
    }
}

/// One field that must be there.
fn present(field: FieldIx, present: ValueSet) -> Form {
    Form::field(field, Allowed { missing: false, present })
}

fn clashes(a: &Allowed, b: &Allowed) -> bool {
    a.and(b).is_none_or(|both| both.is_plainly_never())
}

/// No value, of the kind of these.
fn none_of(set: &ValueSet) -> ValueSet {
    match set {
        ValueSet::Text(_) => ValueSet::Text(TextSet::none()),
        ValueSet::Number(_) => ValueSet::Number(NumberSet::none()),
        ValueSet::Bool(_) => ValueSet::Bool(BoolSet { yes: false, no: false }),
        ValueSet::Time(_) => ValueSet::Time(false),
        ValueSet::List(_) => ValueSet::List(ListSet { all: TextSet::none(), ..ListSet::everything() }),
    }
}

fn is_all(set: &ValueSet) -> bool {
    match set {
        ValueSet::Text(set) => set.is_plainly_all(),
        ValueSet::Number(set) => *set == NumberSet::all(),
        ValueSet::Bool(set) => set.yes && set.no,
        ValueSet::Time(any) => *any,
        ValueSet::List(set) => set.any.is_empty() && set.all.is_plainly_all(),
    }
}

/// How many sides of an `or` let texts in only by what they must not be; none, when another lets some in by what they are.
fn exclusions(members: &[Allowed]) -> usize {
    let negative = |piece: &TextPiece| piece.with.is_empty() && matches!(piece.listed, Listed::NotIn(_));
    let excludes = |present: &ValueSet| matches!(present, ValueSet::Text(set) if set.pieces().iter().all(negative));
    let some: Vec<&ValueSet> = members.iter().filter(|member| !is_none(&member.present)).map(|member| &member.present).collect();
    if some.iter().all(|present| excludes(present)) { some.len() } else { 0 }
}

fn is_none(present: &ValueSet) -> bool {
    matches!(present, ValueSet::Text(set) if set.is_plainly_none())
}

/// Any of these, which are of one kind and not of sets.
fn union(members: &[Allowed]) -> Allowed {
    let texts: Vec<&TextSet> = members.iter().filter_map(|m| if let ValueSet::Text(set) = &m.present { Some(set) } else { None }).collect();
    let numbers: Vec<&NumberSet> =
        members.iter().filter_map(|m| if let ValueSet::Number(set) = &m.present { Some(set) } else { None }).collect();
    let present = match members.first().map(|member| &member.present) {
        Some(ValueSet::Text(_)) => ValueSet::Text(TextSet::any_of(texts)),
        Some(ValueSet::Number(_)) => ValueSet::Number(NumberSet::any_of(numbers)),
        Some(ValueSet::Bool(_)) => {
            let has = |want: bool| members.iter().any(|m| matches!(m.present, ValueSet::Bool(set) if if want { set.yes } else { set.no }));
            ValueSet::Bool(BoolSet { yes: has(true), no: has(false) })
        }
        _ => ValueSet::Time(members.iter().any(|member| member.present == ValueSet::Time(true))),
    };
    Allowed { missing: members.iter().any(|member| member.missing), present }
}

/// The test that holds exactly when this one does not, its fields being there.
fn opposite(test: &Opaque) -> Opaque {
    match test {
        Opaque::Fields(left, comparison, right) => Opaque::Fields(*left, comparison.negated(), *right),
        Opaque::Moment(field, comparison, moment) => Opaque::Moment(*field, comparison.negated(), *moment),
        Opaque::Last { field, span, outside } => Opaque::Last { field: *field, span: *span, outside: !outside },
        Opaque::Next { field, span, outside } => Opaque::Next { field: *field, span: *span, outside: !outside },
    }
}

/// `a` and `b`, unless that is too large, which is known before it is done.
fn multiply(a: &Form, b: &Form, work: &mut usize) -> Result<Form, TooLarge> {
    if a.branches.len().saturating_mul(b.branches.len()) > MOST_BRANCHES {
        return Err(TooLarge);
    }
    for left in &a.branches {
        for right in &b.branches {
            *work = work.saturating_add(cost(left, right));
            if *work > MOST_WORK {
                return Err(TooLarge);
            }
        }
    }
    Ok(a.and(b))
}

/// How many parts are written when two branches are joined, at most.
fn cost(a: &Branch, b: &Branch) -> usize {
    let parts = |branch: &Branch| branch.fields.iter().map(|(_, allowed)| weight(allowed).1).sum::<usize>() + branch.opaque.len() + 1;
    let shared = a.fields.iter().flat_map(|(field, left)| {
        b.fields.iter().filter(move |(other, _)| other == field).map(move |(_, right)| {
            let ((a, a_parts), (b, b_parts)) = (weight(left), weight(right));
            a.saturating_mul(b_parts).saturating_add(b.saturating_mul(a_parts))
        })
    });
    shared.fold(parts(a).saturating_add(parts(b)), usize::saturating_add)
}

/// Of how many pieces a set is made (joining two multiplies them), and how many parts they have together.
fn weight(allowed: &Allowed) -> (usize, usize) {
    let of_texts = |set: &TextSet| {
        let listed = |listed: &Listed| match listed {
            Listed::In(texts) | Listed::NotIn(texts) => texts.len(),
        };
        let parts = set.pieces().iter().map(|piece| listed(&piece.listed) + piece.with.len() + piece.without.len() + 1);
        (set.pieces().len(), parts.sum::<usize>())
    };
    match &allowed.present {
        ValueSet::Text(set) => of_texts(set),
        ValueSet::Number(set) => (1, set.ranges().len()),
        ValueSet::Bool(_) | ValueSet::Time(_) => (1, 1),
        ValueSet::List(set) => {
            let (pieces, parts) = of_texts(&set.all);
            (pieces, set.any.iter().map(|some| of_texts(some).1).sum::<usize>() + parts)
        }
    }
}
