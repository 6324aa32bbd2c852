//! A configuration file: flat `name = value` lines, each value with its line.

use super::layers::{Mistake, Raw};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One setting of a file.
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Raw,
    /// The line it stands on.
    pub line: usize,
}

/// Reads a file's text. `path` is for messages.
pub fn read(path: &str, text: &str) -> Result<Vec<Entry>, Vec<Mistake>> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = line_of(text, error.span());
        vec![Mistake::at(path, line, error.message().to_owned())]
    })?;
    let (mut entries, mut mistakes) = (Vec::new(), Vec::new());
    let mut items: Vec<_> = table.into_inner().into_iter().collect();
    items.sort_by_key(|(name, _)| name.span().start);
    for (name, value) in items {
        let line = line_of(text, Some(name.span()));
        match raw(value) {
            Some(value) => entries.push(Entry { name: name.into_inner().into_owned(), value, line }),
            None => {
                mistakes.push(Mistake::at(path, line, format!("{} must be a text, a whole number or a list of texts", name.into_inner())))
            }
        }
    }
    if mistakes.is_empty() { Ok(entries) } else { Err(mistakes) }
}

fn raw(value: Spanned<DeValue<'_>>) -> Option<Raw> {
    match value.into_inner() {
        DeValue::String(text) => Some(Raw::Text(text.into_owned())),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(Raw::Number),
        DeValue::Array(items) => {
            let texts = items.into_iter().map(|item| match item.into_inner() {
                DeValue::String(text) => Some(text.into_owned()),
                _ => None,
            });
            texts.collect::<Option<Vec<String>>>().map(Raw::List)
        }
        _ => None,
    }
}

fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let start = span.map_or(0, |span| span.start);
    text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1
}
