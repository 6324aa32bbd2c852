//! Tables and records: what reading leads, accounts and reps has in common.
//!
//! A CSV header is understood once ([`Columns`]); each row then costs what its cells cost. JSON objects take
//! the same way, key by key. What a noun does with a value is its own file's matter ([`Noun`]).

use super::Problem;
use crate::policy::diagnostic::did_you_mean;
use crate::value::fold;
use csv::ByteRecord;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

/// The longest value that is read, in bytes.
pub const LONGEST: usize = 64 * 1024;

/// A noun that rows are read into.
pub trait Noun: Sized {
    /// What a known column feeds.
    type Field: Copy + PartialEq + 'static;

    /// In messages: "lead columns".
    const NOUN: &'static str;

    /// The field that names a row.
    const KEY: Self::Field;

    /// The longest name of a row, in bytes: names stand in indexes, whose entries cannot be of any length.
    const LONGEST_KEY: usize = 200;

    /// The known columns, as messages list them.
    fn columns() -> Vec<&'static str>;

    /// The field of a column, its name folded, aliases included.
    fn field(column: &str) -> Option<Self::Field>;

    /// Begins with the key, where the row has one.
    ///
    /// # Errors
    /// The noun cannot do without.
    fn begin(key: Option<&str>, line: u64) -> Result<Self, Flaw>;

    /// Takes a value that is not empty.
    ///
    /// # Errors
    /// The value cannot be read; the noun is as it was, or holds what could be read of it.
    fn put(&mut self, field: Self::Field, cell: &Cell<'_>) -> Result<(), Flaw>;

    /// Columns beyond the known ones; `None` when the noun keeps none.
    fn custom(&mut self) -> Option<&mut BTreeMap<Box<str>, Box<str>>>;
}

/// One value as it came: trimmed, without control characters, not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// A text; a list has `|` between its items.
    Text(Cow<'a, str>),
    /// A list, from JSON.
    List(Vec<Cow<'a, str>>),
}

impl Cell<'_> {
    /// As one text.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::List(items) => Cow::Owned(items.join("|")),
        }
    }

    /// As a list: its items, trimmed, without empty ones.
    pub fn items(&self) -> impl Iterator<Item = &str> {
        let (text, list) = match self {
            Self::Text(text) => (Some(text), &[][..]),
            Self::List(items) => (None, items.as_slice()),
        };
        let items = text.into_iter().flat_map(|text| text.split('|')).chain(list.iter().map(|item| &**item));
        items.map(str::trim).filter(|item| !item.is_empty())
    }

    /// As a list of owned texts.
    #[must_use]
    pub fn list(&self) -> Vec<Box<str>> {
        self.items().map(Into::into).collect()
    }
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What, and what to do about it.
    pub message: String,
    /// Whether the row is of use without it.
    pub kept: bool,
}

impl Flaw {
    /// The row goes on without the value.
    #[must_use]
    pub fn kept(message: impl Into<String>) -> Self {
        Self { message: message.into(), kept: true }
    }

    /// The row is rejected.
    #[must_use]
    pub fn rejected(message: impl Into<String>) -> Self {
        Self { message: message.into(), kept: false }
    }

    fn at(self, line: u64, column: Option<&str>) -> Problem {
        Problem { line, column: column.map(Into::into), message: self.message, kept: self.kept }
    }
}

/// The columns of a CSV file, understood once from its header.
#[derive(Debug, Clone)]
pub struct Columns<N: Noun> {
    columns: Vec<Column<N::Field>>,
    key: Option<usize>,
    noun: PhantomData<fn() -> N>,
}

#[derive(Debug, Clone)]
struct Column<F> {
    name: Box<str>,
    field: Option<F>,
}

impl<N: Noun> Columns<N> {
    /// Understands a header. Names compare folded, spaces and dashes as underscores; unknown columns become
    /// custom ones under that name.
    ///
    /// # Errors
    /// The header is not UTF-8, has two columns for one field, or none that is known.
    pub fn of(header: &ByteRecord) -> Result<Self, Problem> {
        let mut columns: Vec<Column<N::Field>> = Vec::with_capacity(header.len());
        let mut seen = Seen::default();
        for (at, cell) in header.iter().enumerate() {
            let text = std::str::from_utf8(cell).map_err(|_| Flaw::rejected(NOT_UTF8).at(1, None))?;
            let name = column_name(text, at);
            let field = N::field(&name);
            if seen.again(&name, field) {
                return Err(Flaw::rejected(format!("`{name}` says the same as a column before it; keep one of the two")).at(1, Some(&name)));
            }
            columns.push(Column { name, field });
        }
        if columns.iter().all(|column| column.field.is_none()) {
            return Err(nothing_known::<N>(&columns));
        }
        let key = columns.iter().position(|column| column.field == Some(N::KEY));
        Ok(Self { columns, key, noun: PhantomData })
    }

    /// The columns' names in their one form, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| &*column.name)
    }

    /// Whether a row says what it is called.
    #[must_use]
    pub fn is_named(&self, record: &ByteRecord) -> bool {
        self.key(record).is_some_and(|(_, text)| !text.is_empty())
    }

    /// The column that names a row, and what stands there.
    fn key<'r>(&'r self, record: &'r ByteRecord) -> Option<(&'r str, Cow<'r, str>)> {
        let (at, name) = self.key.and_then(|at| Some((at, &*self.columns.get(at)?.name)))?;
        Some((name, clean(std::str::from_utf8(record.get(at)?).ok()?)))
    }

    /// Reads a row; `None` when it is rejected. Whatever is wrong is added to the problems.
    pub fn read(&self, record: &ByteRecord, line: u64, problems: &mut Vec<Problem>) -> Option<N> {
        if record.len() != self.columns.len() {
            let message = format!("the row has {} cells, the header {}; is a quote or a comma missing?", record.len(), self.columns.len());
            problems.push(Flaw::rejected(message).at(line, None));
            return None;
        }
        let key = self.key(record);
        let mut row = Row::<N>::begin(key.as_ref().map(|(name, text)| (*name, &**text)), line, problems)?;
        for (column, cell) in self.columns.iter().zip(record) {
            let Ok(text) = std::str::from_utf8(cell) else {
                row.problems.push(Flaw::rejected(NOT_UTF8).at(line, Some(&column.name)));
                return None;
            };
            let text = clean(text);
            if !text.is_empty() {
                row.put(&column.name, column.field, &Cell::Text(text))?;
            }
        }
        Some(row.noun)
    }
}

/// Reads a JSON object: numbers, booleans, texts, and arrays of them; nested objects are kept as compact JSON
/// text in custom fields. `None` when it is rejected. Whatever is wrong is added to the problems.
pub fn from_json<N: Noun>(object: &serde_json::Map<String, Json>, line: u64, problems: &mut Vec<Problem>) -> Option<N> {
    let named = object.iter().enumerate().map(|(at, (key, value))| (column_name(key, at), value));
    let entries: Vec<_> = named.map(|(name, value)| (N::field(&name), name, value)).collect();
    let mut keys = entries.iter().filter(|(field, ..)| *field == Some(N::KEY));
    let key = keys.find_map(|(_, name, value)| Some((&**name, cell_of(value)?)));
    let key = key.as_ref().map(|(name, cell)| (*name, cell.text()));
    let mut row = Row::<N>::begin(key.as_ref().map(|(name, text)| (*name, &**text)), line, problems)?;
    let mut seen = Seen::default();
    for (field, name, value) in &entries {
        // Null and what is blank say nothing, so that another name of the same field may.
        let Some(cell) = cell_of(value) else { continue };
        if seen.again(name, *field) {
            row.problems.push(Flaw::kept("the record says this twice; the first counts").at(line, Some(name)));
        } else if field.is_some() && value.is_object() {
            row.problems.push(Flaw::kept("an object where a plain value is expected; it is left out").at(line, Some(name)));
        } else {
            row.put(name, *field, &cell)?;
        }
    }
    Some(row.noun)
}

/// Whether a JSON object says what it is called: a key that is null or blank does not.
#[must_use]
pub fn is_named<N: Noun>(object: &serde_json::Map<String, Json>) -> bool {
    object.iter().enumerate().any(|(at, (key, value))| N::field(&column_name(key, at)) == Some(N::KEY) && cell_of(value).is_some())
}

/// What a column is called in its one form: as the field that it feeds, where a field's name is `named`.
pub(super) fn known_as<N: Noun>(column: &str, named: impl Fn(N::Field) -> &'static str) -> Box<str> {
    let name = column_name(column, 0);
    N::field(&name).map_or(name, |field| named(field).into())
}

const NOT_UTF8: &str = "the text is not UTF-8; save the file with UTF-8 encoding";

/// The columns met so far, so that none is taken twice.
struct Seen<F> {
    names: BTreeSet<Box<str>>,
    fields: Vec<F>,
}

impl<F> Default for Seen<F> {
    fn default() -> Self {
        Self { names: BTreeSet::new(), fields: Vec::new() }
    }
}

impl<F: Copy + PartialEq> Seen<F> {
    /// Whether the name, or another name of the field, was met before.
    fn again(&mut self, name: &str, field: Option<F>) -> bool {
        let again = field.is_some_and(|field| self.fields.contains(&field)) || !self.names.insert(name.into());
        self.fields.extend(field.filter(|_| !again));
        again
    }
}

/// A row being read.
struct Row<'a, N> {
    noun: N,
    line: u64,
    problems: &'a mut Vec<Problem>,
}

impl<'a, N: Noun> Row<'a, N> {
    /// `key`: the column that names the row, and the name.
    fn begin(key: Option<(&str, &str)>, line: u64, problems: &'a mut Vec<Problem>) -> Option<Self> {
        let key = key.filter(|(_, text)| !text.is_empty());
        let begun = match key {
            Some((_, text)) if text.len() > N::LONGEST_KEY => {
                let (noun, most, found) = (N::NOUN, N::LONGEST_KEY, text.len());
                Err(Flaw::rejected(format!("at most {most} bytes name one {noun}, and these are {found}: use a shorter one")))
            }
            _ => N::begin(key.map(|(_, text)| text), line),
        };
        match begun {
            Ok(noun) => Some(Self { noun, line, problems }),
            Err(flaw) => {
                problems.push(flaw.at(line, key.map(|(column, _)| column)));
                None
            }
        }
    }

    /// `None` when the row is rejected.
    fn put(&mut self, name: &str, field: Option<N::Field>, cell: &Cell<'_>) -> Option<()> {
        let taken = if cell.text().len() > LONGEST {
            Err(Flaw::kept(format!("the value is longer than {} KiB; it is left out", LONGEST / 1024)))
        } else if let Some(field) = field {
            if field == N::KEY { Ok(()) } else { self.noun.put(field, cell) }
        } else if let Some(custom) = self.noun.custom() {
            custom.insert(name.into(), cell.text().into());
            Ok(())
        } else {
            Ok(())
        };
        let Err(flaw) = taken else { return Some(()) };
        let kept = flaw.kept;
        self.problems.push(flaw.at(self.line, Some(name)));
        kept.then_some(())
    }
}

/// A column's name in its one form: folded, `_` for spaces and dashes, without a byte order mark. A column without
/// a name is called by its place, so that nothing in it is lost.
fn column_name(text: &str, at: usize) -> Box<str> {
    let text = clean(text.trim_start_matches('\u{feff}'));
    let name = fold(&text).replace([' ', '-'], "_");
    if name.is_empty() { format!("column_{}", at.saturating_add(1)).into() } else { name.into() }
}

fn nothing_known<N: Noun>(columns: &[Column<N::Field>]) -> Problem {
    let known = N::columns();
    let hint = columns.iter().find_map(|column| Some((column, did_you_mean(&column.name, &known)?)));
    let message = format!("none of the columns is known; expected some of the {} columns {}", N::NOUN, known.join(", "));
    match hint {
        Some((column, hint)) => Flaw::rejected(format!("{message}; `{}`: {hint}", column.name)).at(1, Some(&column.name)),
        None => Flaw::rejected(message).at(1, None),
    }
}

/// `None` for null and for what is empty.
fn cell_of(value: &Json) -> Option<Cell<'_>> {
    let cell = match value {
        Json::Array(items) => Cell::List(items.iter().filter_map(scalar).filter(|item| !item.is_empty()).collect()),
        _ => Cell::Text(scalar(value)?),
    };
    let empty = match &cell {
        Cell::Text(text) => text.is_empty(),
        Cell::List(items) => items.is_empty(),
    };
    (!empty).then_some(cell)
}

fn scalar(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(clean(text)),
        other => Some(Cow::Owned(other.to_string())),
    }
}

/// Trimmed, line breaks and tabs as spaces, other control characters left out. Borrowed when it is so already.
fn clean(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    // 0xC2 begins the second block of control characters in UTF-8, and much that is none.
    if !text.bytes().any(|b| b < 0x20 || b == 0x7f || b == 0xc2) {
        return Cow::Borrowed(text);
    }
    let kept = |c: char| match c {
        '\n' | '\r' | '\t' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    };
    let cleaned: String = text.chars().filter_map(kept).collect();
    Cow::Owned(cleaned.trim().to_owned())
}
