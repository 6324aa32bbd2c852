//! From a byte of a condition to its place in the policy's file.

use crate::policy::diagnostic::Place;
use crate::policy::source::Text;
use std::ops::Range;

/// Where the text of a condition stands.
pub enum Spots<'a> {
    /// Its ranges are ranges of the file.
    File(Text<'a>),
    /// It begins at this byte and stands there as it is.
    Shifted(Text<'a>, usize),
    /// For each of its bytes, and its end, the byte of the file.
    Mapped(Text<'a>, Vec<usize>),
    /// All of it is at one place.
    Fixed(Place),
}

impl<'a> Spots<'a> {
    /// Of a string value: `value` is the string, `range` the bytes it takes in the file, quotes included.
    ///
    /// Linear in the string's length.
    pub fn of_string(text: Text<'a>, value: &str, range: Range<usize>) -> Self {
        let raw = text.text.get(range.clone()).unwrap_or("");
        let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| raw.starts_with(quote)).unwrap_or("");
        let mut start = quote.len();
        if quote.len() == 3 {
            let rest = raw.get(start..).unwrap_or("");
            start += ["\r\n", "\n"].into_iter().find(|end| rest.starts_with(end)).map_or(0, str::len);
        }
        if raw.get(start..).is_some_and(|rest| rest.starts_with(value)) && !(quote.starts_with('"') && value.contains('\\')) {
            return Self::Shifted(text, range.start.saturating_add(start));
        }
        Self::Mapped(
            text,
            aligned(value, raw, start, quote.starts_with('"')).into_iter().map(|at| range.start.saturating_add(at)).collect(),
        )
    }

    /// The place of a range of the condition's text.
    pub fn place(&self, range: &Range<usize>) -> Place {
        match self {
            Self::File(text) => text.place(range.clone()),
            Self::Shifted(text, start) => text.place(range.start.saturating_add(*start)..range.end.saturating_add(*start)),
            Self::Mapped(text, bytes) => {
                let at = |byte: usize| bytes.get(byte).or(bytes.last()).copied().unwrap_or(0);
                text.place(at(range.start)..at(range.end))
            }
            Self::Fixed(place) => place.clone(),
        }
    }
}

/// For each byte of a decoded TOML string, and its end, the byte of the raw text that it came from.
fn aligned(value: &str, raw: &str, start: usize, escapes: bool) -> Vec<usize> {
    let mut bytes = Vec::with_capacity(value.len() + 1);
    let mut at = start;
    for c in value.chars() {
        at += skipped(raw.get(at..).unwrap_or(""), c, escapes);
        bytes.extend(std::iter::repeat_n(at, c.len_utf8()));
        at += taken(raw.get(at..).unwrap_or(""), c, escapes);
    }
    bytes.push(at);
    bytes
}

/// How many raw bytes before a character stand for nothing: escaped line ends, carriage returns.
fn skipped(raw: &str, next: char, escapes: bool) -> usize {
    let mut rest = raw;
    while let Some(after) = rest.strip_prefix('\\').filter(|_| escapes) {
        if !after.trim_start_matches([' ', '\t', '\r']).starts_with('\n') {
            break;
        }
        rest = after.trim_start_matches([' ', '\t', '\r', '\n']);
    }
    if next == '\n' {
        rest = rest.strip_prefix('\r').unwrap_or(rest);
    }
    raw.len() - rest.len()
}

/// How many raw bytes stand for a character.
fn taken(raw: &str, c: char, escapes: bool) -> usize {
    match raw.strip_prefix('\\').filter(|_| escapes).and_then(|rest| rest.chars().next()) {
        Some('x') => 4,
        Some('u') => 6,
        Some('U') => 10,
        Some(_) => 2,
        None => c.len_utf8(),
    }
}
