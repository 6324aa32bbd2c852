//! Keys: what of a condition on a discrete field can be looked up instead of being tried.

use crate::set::{Allowed, ListSet, Listed, Pattern, TextPiece, TextSet, ValueSet};

/// Which part of a text is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Cut {
    /// All of it.
    Whole,
    /// Its first bytes.
    Prefix(usize),
    /// Its last bytes.
    Suffix(usize),
}

impl Cut {
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
    /// A text (of a set: one of its texts) of which that part is this.
    Text(Cut, &'p str),
}

/// Keys of which a fact has at least one whenever it satisfies the condition, each once.
/// `None` when there are no such keys: the condition excludes, looks inside texts, or allows everything.
pub(super) fn keys(allowed: &Allowed) -> Option<Vec<Key<'_>>> {
    let mut keys = match &allowed.present {
        ValueSet::Text(set) => text_keys(set)?,
        ValueSet::List(set) => list_keys(set)?,
        ValueSet::Bool(set) if set.yes && set.no => return None,
        ValueSet::Bool(set) => [(set.yes, true), (set.no, false)].iter().filter(|(is_in, _)| *is_in).map(|(_, v)| Key::Bool(*v)).collect(),
        ValueSet::Number(_) | ValueSet::Time(true) => return None,
        ValueSet::Time(false) => Vec::new(),
    };
    if allowed.missing {
        keys.push(Key::Missing);
    }
    keys.sort_unstable();
    keys.dedup();
    Some(keys)
}

/// Of a set of sets: when some element must be in a set of texts, an element has one of its keys. That
/// every element is in one says as much, since an empty set counts as missing.
fn list_keys(set: &ListSet) -> Option<Vec<Key<'_>>> {
    set.any.iter().filter_map(text_keys).min_by_key(Vec::len).or_else(|| text_keys(&set.all))
}

fn text_keys(set: &TextSet) -> Option<Vec<Key<'_>>> {
    let mut keys = Vec::new();
    for piece in set.pieces() {
        match &piece.listed {
            Listed::In(texts) => keys.extend(texts.iter().map(|text| Key::Text(Cut::Whole, text))),
            Listed::NotIn(_) => keys.push(pattern_key(piece)?),
        }
    }
    Some(keys)
}

/// The longest beginning or end that the texts of a piece have.
fn pattern_key(piece: &TextPiece) -> Option<Key<'_>> {
    let ends = piece.with.iter().filter_map(|pattern| match pattern {
        Pattern::StartsWith(part) => Some((Cut::Prefix(part.len()), part)),
        Pattern::EndsWith(part) => Some((Cut::Suffix(part.len()), part)),
        Pattern::Contains(_) => None,
    });
    ends.filter(|(_, part)| !part.is_empty()).max_by_key(|(_, part)| part.len()).map(|(cut, part)| Key::Text(cut, part))
}
