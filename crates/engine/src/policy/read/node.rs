//! A place in a TOML file with what stands there, read as what a policy expects it to be.
//!
//! Every question here either answers or reports what was expected and what was found.

use crate::calendar::Span;
use crate::policy::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::policy::source::Text;
use std::ops::RangeInclusive;
use toml_edit::{ArrayOfTables, Item, Table, TableLike, Value};

/// A byte range that can be copied.
#[derive(Debug, Clone, Copy, Default)]
struct Bytes {
    start: usize,
    end: usize,
}

impl Bytes {
    fn or(range: Option<std::ops::Range<usize>>, otherwise: Self) -> Self {
        range.map_or(otherwise, |range| Self { start: range.start, end: range.end })
    }
}

#[derive(Clone, Copy)]
enum Content<'a> {
    Value(&'a Value),
    Table(&'a Table),
    Tables(&'a ArrayOfTables),
}

impl<'a> Content<'a> {
    fn of(item: &'a Item) -> Option<Self> {
        match item {
            Item::None => None,
            Item::Value(value) => Some(Self::Value(value)),
            Item::Table(table) => Some(Self::Table(table)),
            Item::ArrayOfTables(tables) => Some(Self::Tables(tables)),
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Value(Value::String(_)) => "a text",
            Self::Value(Value::Integer(_)) => "a whole number",
            Self::Value(Value::Float(_)) => "a number",
            Self::Value(Value::Boolean(_)) => "true or false",
            Self::Value(Value::Datetime(_)) => "a date or time",
            Self::Value(Value::Array(_)) => "a list",
            Self::Value(Value::InlineTable(_)) | Self::Table(_) => "a table",
            Self::Tables(_) => "a list of tables",
        }
    }
}

/// What a key holds, or one element of a list that it holds.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    /// The key; messages call it so.
    pub name: &'a str,
    /// As the TOML library has it; not for elements of a list.
    pub item: Option<&'a Item>,
    content: Content<'a>,
    text: Text<'a>,
    at: Bytes,
    key_at: Bytes,
    element: bool,
}

impl<'a> Node<'a> {
    /// Where the value stands.
    pub fn place(&self) -> Place {
        self.text.place(self.at.start..self.at.end)
    }

    /// Where its key stands.
    pub fn key_place(&self) -> Place {
        self.text.place(self.key_at.start..self.key_at.end)
    }

    /// The file it stands in.
    pub const fn source(&self) -> Text<'a> {
        self.text
    }

    /// What messages call it.
    fn called(&self) -> String {
        if self.element { format!("each element of `{}`", self.name) } else { format!("`{}`", self.name) }
    }

    /// An error at the value.
    pub fn error(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.place(), message)
    }

    /// The error that it is not what was expected.
    pub fn wrong(&self, expected: &str) -> Diagnostic {
        let message = format!("{} must be {expected}, not {}", self.called(), self.content.noun());
        self.error("wrong-type", message).label(format!("expected {expected}"))
    }

    /// The value, where it is one (not a table with a header of its own).
    pub const fn value(&self) -> Option<&'a Value> {
        if let Content::Value(value) = self.content { Some(value) } else { None }
    }

    /// A text that is not blank, without the space around it.
    pub fn text(&self, found: &mut Vec<Diagnostic>) -> Option<&'a str> {
        let Some(text) = self.value().and_then(Value::as_str) else {
            found.push(self.wrong("a text"));
            return None;
        };
        if text.trim().is_empty() {
            found.push(self.error("empty", format!("{} must be a text that is not blank", self.called())).label("expected a text"));
            return None;
        }
        Some(text.trim())
    }

    /// True or false.
    pub fn flag(&self, found: &mut Vec<Diagnostic>) -> Option<bool> {
        let flag = self.value().and_then(Value::as_bool);
        if flag.is_none() {
            found.push(self.wrong("true or false"));
        }
        flag
    }

    /// A whole number in a range.
    pub fn whole(&self, range: RangeInclusive<u32>, found: &mut Vec<Diagnostic>) -> Option<u32> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let Some(number) = self.value().and_then(Value::as_integer) else {
            found.push(self.wrong(&expected));
            return None;
        };
        let fits = u32::try_from(number).ok().filter(|number| range.contains(number));
        if fits.is_none() {
            let message = format!("{} must be {expected}, not {number}", self.called());
            found.push(self.error("out-of-range", message).label(format!("expected {expected}")));
        }
        fits
    }

    /// A length of time, longer than none.
    pub fn span(&self, found: &mut Vec<Diagnostic>) -> Option<Span> {
        const EXPECTED: &str = "a duration such as \"15m\", \"1h 30m\" or \"2d\"";
        let Some(text) = self.value().and_then(Value::as_str) else {
            found.push(self.wrong(EXPECTED));
            return None;
        };
        let span = Span::parse(text);
        if span.is_none() {
            found.push(self.error("bad-duration", format!("`{text}` is not a duration")).label(format!("expected {EXPECTED}")));
        }
        span
    }

    /// One of a few words, each of which means something.
    pub fn one_of<T: Copy>(&self, words: &[(&str, T)], found: &mut Vec<Diagnostic>) -> Option<T> {
        let text = self.text(found)?;
        let meaning = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if meaning.is_none() {
            let names = || words.iter().map(|(word, _)| *word);
            let list = names().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            let problem = self.error("unknown-value", format!("`{text}` is not a value of `{}`", self.name));
            found.push(problem.label(format!("expected one of {list}")).help(did_you_mean(text, names())));
        }
        meaning
    }

    /// The elements of a list, each called as the list is.
    pub fn list(&self, expected: &str, found: &mut Vec<Diagnostic>) -> Option<Vec<Self>> {
        let elements = self.elements();
        if elements.is_none() {
            found.push(self.wrong(expected));
        }
        elements
    }

    /// The elements of a list; of anything else, itself alone.
    pub fn each(&self) -> Vec<Self> {
        self.elements().unwrap_or_else(|| vec![*self])
    }

    fn elements(&self) -> Option<Vec<Self>> {
        let element = |content, range| {
            let at = Bytes::or(range, self.at);
            Self { item: None, content, at, key_at: at, element: true, ..*self }
        };
        match self.content {
            Content::Value(Value::Array(array)) => Some(array.iter().map(|value| element(Content::Value(value), value.span())).collect()),
            Content::Tables(tables) => Some(tables.iter().map(|table| element(Content::Table(table), table.span())).collect()),
            _ => None,
        }
    }

    /// Whether it is a table of either spelling.
    pub fn is_table(&self) -> bool {
        matches!(self.content, Content::Table(_) | Content::Value(Value::InlineTable(_)))
    }

    /// A table, whose keys must be among the known ones.
    pub fn section(&self, known: &[&str], found: &mut Vec<Diagnostic>) -> Option<Section<'a>> {
        let section = self.map(found)?;
        section.expect_keys(known, found);
        Some(section)
    }

    /// A table whose keys are names of the policy's own.
    pub fn map(&self, found: &mut Vec<Diagnostic>) -> Option<Section<'a>> {
        let table: &'a dyn TableLike = match self.content {
            Content::Table(table) => table,
            Content::Value(Value::InlineTable(table)) => table,
            _ => {
                found.push(self.wrong("a table"));
                return None;
            }
        };
        Some(Section { name: self.name, table, text: self.text, at: self.at })
    }
}

/// A table, where it stands, and its keys.
#[derive(Clone, Copy)]
pub(super) struct Section<'a> {
    /// The key that holds it.
    pub name: &'a str,
    table: &'a dyn TableLike,
    text: Text<'a>,
    at: Bytes,
}

impl<'a> Section<'a> {
    /// A whole file.
    pub fn root(table: &'a Table, text: Text<'a>) -> Self {
        Self { name: text.file, table, text, at: Bytes::default() }
    }

    /// Its header, or the whole of it if it stands in one line.
    pub fn place(&self) -> Place {
        self.text.place(self.at.start..self.at.end)
    }

    /// The file it stands in.
    pub const fn source(&self) -> Text<'a> {
        self.text
    }

    /// All that it holds, in file order.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'a>> {
        let section = *self;
        self.table.iter().filter_map(move |(name, item)| section.node(name, item))
    }

    /// What a key holds.
    pub fn get(&self, name: &str) -> Option<Node<'a>> {
        let (key, item) = self.table.get_key_value(name)?;
        self.node(key.get(), item)
    }

    fn node(&self, name: &'a str, item: &'a Item) -> Option<Node<'a>> {
        let key_at = Bytes::or(self.table.key(name).and_then(toml_edit::Key::span), self.at);
        Some(Node {
            name,
            item: Some(item),
            content: Content::of(item)?,
            text: self.text,
            at: Bytes::or(item.span(), key_at),
            key_at,
            element: false,
        })
    }

    /// What a key holds that must be there.
    pub fn required(&self, name: &str, found: &mut Vec<Diagnostic>) -> Option<Node<'a>> {
        let node = self.get(name);
        if node.is_none() {
            let problem = Diagnostic::error("missing-key", self.place(), format!("`{}` lacks `{name}`", self.name));
            found.push(problem.label(format!("expected a key `{name}` here")));
        }
        node
    }

    fn expect_keys(&self, known: &[&str], found: &mut Vec<Diagnostic>) {
        for node in self.nodes().filter(|node| !known.contains(&node.name)) {
            let problem = Diagnostic::error("unknown-key", node.key_place(), format!("unknown key `{}` in `{}`", node.name, self.name));
            let list = known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            found.push(problem.label(format!("expected one of {list}")).help(did_you_mean(node.name, known)));
        }
    }
}
