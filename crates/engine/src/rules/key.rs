//! Keys: what of a condition on a discrete field can be looked up instead of being tried.

use crate::set::{Allowed, BoolSet, ListSet, Listed, Pattern, TextPiece, TextSet, ValueSet};

/// Which part of a text is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// Its first bytes.
    Prefix(usize),
    /// Its last bytes.
    Suffix(usize),
}

impl Part {
    /// That part of a text; `None` when the text is shorter, or has no character boundary there (and so
    /// cannot begin or end with a text of that length).
    pub fn of(self, text: &str) -> Option<&str> {
        match self {
            Self::Whole => Some(text),
            Self::Prefix(length) => text.get(..length),
            Self::Suffix(length) => text.get(text.len().checked_sub(length)?..),
        }
    }
}

/// What a fact must be for a clause to have a chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key<'p> {
    /// Not there.
    Missing,
    /// Yes or no.
    Bool(bool),
    /// A text of which that part is this.
    Text(Part, &'p str),
    /// A set with an element of which that part is this.
    Element(Part, &'p str),
}

/// Keys of which a fact has at least one whenever it satisfies a condition.
#[derive(Debug)]
pub(super) struct Keys<'p> {
    /// Each once.
    pub keys: Vec<Key<'p>>,
    /// Whether having one also means satisfying the condition.
    pub exact: bool,
}

/// The keys of a condition. `None` when it has none: it excludes, looks inside texts, or allows everything.
pub(super) fn keys(allowed: &Allowed) -> Option<Keys<'_>> {
    let mut found = match &allowed.present {
        ValueSet::Text(set) => text_keys(set, Key::Text)?,
        ValueSet::List(set) => list_keys(set)?,
        ValueSet::Bool(BoolSet { yes: true, no: true }) | ValueSet::Number(_) | ValueSet::Time(true) => return None,
        ValueSet::Bool(BoolSet { yes: true, .. }) => Keys { keys: vec![Key::Bool(true)], exact: true },
        ValueSet::Bool(BoolSet { no: true, .. }) => Keys { keys: vec![Key::Bool(false)], exact: true },
        ValueSet::Bool(_) | ValueSet::Time(false) => Keys { keys: Vec::new(), exact: true },
    };
    if allowed.missing {
        found.keys.push(Key::Missing);
    }
    found.keys.sort_unstable();
    found.keys.dedup();
    Some(found)
}

/// Of a set of sets: when some element must be in a set of texts, an element has one of its keys. That
/// every element is in one says as much, since an empty set counts as missing.
fn list_keys(set: &ListSet) -> Option<Keys<'_>> {
    let any = set.any.iter().filter_map(|texts| text_keys(texts, Key::Element)).min_by_key(|found| found.keys.len());
    match any {
        Some(found) => Some(Keys { exact: found.exact && set.any.len() == 1 && set.all.is_plainly_all(), ..found }),
        None => text_keys(&set.all, Key::Element).map(|found| Keys { exact: false, ..found }),
    }
}

fn text_keys<'p>(set: &'p TextSet, key: fn(Part, &'p str) -> Key<'p>) -> Option<Keys<'p>> {
    let mut found = Keys { keys: Vec::new(), exact: true };
    for piece in set.pieces() {
        match &piece.listed {
            Listed::In(texts) => found.keys.extend(texts.iter().map(|text| key(Part::Whole, text))),
            Listed::NotIn(but) => {
                let (part, text) = longest_end(piece)?;
                found.keys.push(key(part, text));
                found.exact &= but.is_empty() && piece.with.len() == 1 && piece.without.is_empty();
            }
        }
    }
    Some(found)
}

/// The longest beginning or end that the texts of a piece have.
fn longest_end(piece: &TextPiece) -> Option<(Part, &str)> {
    let ends = piece.with.iter().filter_map(|pattern| match pattern {
        Pattern::StartsWith(text) => Some((Part::Prefix(text.len()), &**text)),
        Pattern::EndsWith(text) => Some((Part::Suffix(text.len()), &**text)),
        Pattern::Contains(_) => None,
    });
    ends.filter(|(_, text)| !text.is_empty()).max_by_key(|(_, text)| text.len())
}
