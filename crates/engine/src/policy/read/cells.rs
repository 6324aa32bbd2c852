//! The cells of a CSV table, each with its place, in one walk over the text.

use crate::policy::diagnostic::Place;
use crate::policy::source::Text;
use csv::{ReaderBuilder, StringRecord};
use std::ops::Range;

/// Rows of a CSV text, from the first to the last. The whole walk is linear in the text.
pub(super) struct Rows<'a> {
    reader: csv::Reader<&'a [u8]>,
    text: Text<'a>,
    walk: Walk<'a>,
}

/// A row.
pub(super) struct Cells {
    /// What the cells hold, without the space around it.
    pub values: StringRecord,
    /// The place of the whole row.
    pub place: Place,
    places: Vec<Place>,
}

impl Cells {
    /// A cell's place.
    pub fn place_of(&self, cell: usize) -> Place {
        self.places.get(cell).unwrap_or(&self.place).clone()
    }
}

impl<'a> Rows<'a> {
    /// Of a whole file.
    pub fn of(text: Text<'a>) -> Self {
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.text.as_bytes());
        Self { reader, text, walk: Walk { text, at: 0, line: 1, column: 1 } }
    }

    fn byte(&self) -> usize {
        usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX)
    }
}

impl Iterator for Rows<'_> {
    type Item = Cells;

    /// The next row that is not blank. (Reading a text that is UTF-8 already cannot fail; if it did, the table would end there.)
    fn next(&mut self) -> Option<Cells> {
        let mut values = StringRecord::new();
        let from = self.byte();
        if !self.reader.read_record(&mut values).unwrap_or(false) {
            return None;
        }
        let raw = self.text.text.get(from..self.byte())?;
        // The reader skips a byte order mark at the very beginning, and blank lines before a row.
        let marked = if from == 0 { raw.strip_prefix('\u{feff}').unwrap_or(raw) } else { raw };
        let row = marked.trim_start_matches(['\r', '\n']);
        let start = from + (raw.len() - row.len());
        let row = row.trim_end_matches(['\r', '\n']);
        let place = Walk { ..self.walk }.place(start..start);
        let places = cells(row).into_iter().map(|cell| self.walk.place(start + cell.start..start + cell.end)).collect();
        Some(Cells { values, place: Place { end: start + row.len(), ..place }, places })
    }
}

/// The byte ranges of the cells of one row, as the CSV reader splits it: a quote opens at a cell's beginning,
/// and opens again right after it has closed.
fn cells(row: &str) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let (mut start, mut opens, mut quoted) = (0, 0, false);
    for (at, byte) in row.bytes().enumerate() {
        match byte {
            b'"' if quoted => (quoted, opens) = (false, at + 1),
            b'"' if at == opens => quoted = true,
            b',' if !quoted => {
                cells.push(start..at);
                (start, opens) = (at + 1, at + 1);
            }
            _ => {}
        }
    }
    cells.push(start..row.len());
    cells
}

/// A position in a text that goes forward only.
#[derive(Clone, Copy)]
struct Walk<'a> {
    text: Text<'a>,
    at: usize,
    line: u32,
    column: u32,
}

impl Walk<'_> {
    fn place(&mut self, range: Range<usize>) -> Place {
        for c in self.text.text.get(self.at..range.start).unwrap_or("").chars() {
            if c == '\n' {
                (self.line, self.column) = (self.line.saturating_add(1), 1);
            } else {
                self.column = self.column.saturating_add(1);
            }
        }
        self.at = self.at.max(range.start);
        Place { file: self.text.file.into(), start: range.start, end: range.end, line: self.line, column: self.column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_cell_has_the_place_that_a_plain_count_gives() {
        let text = "country,assign\r\n\r\nDE,\"pool:a|pool:b\"\r\n\"ÖS\nTERREICH\", pool:b \n5\" pipe,\n";
        let rows: Vec<_> = Rows::of(Text { file: "t.csv", text }).collect();
        let seen: Vec<_> = rows.iter().flat_map(|row| (0..row.values.len()).map(|cell| row.place_of(cell))).collect();
        assert_eq!(
            seen.iter().map(|place| (place.line, place.column)).collect::<Vec<_>>(),
            [(1, 1), (1, 9), (3, 1), (3, 4), (4, 1), (5, 11), (6, 1), (6, 9)]
        );
        for place in seen {
            assert_eq!(place, Place::of("t.csv", text, place.start..place.end));
        }
    }

    proptest! {
        #[test]
        fn a_row_has_as_many_places_as_cells_and_none_outside_the_text(text in "[a\",\r\n \u{feff}ö]{0,40}") {
            for row in Rows::of(Text { file: "t.csv", text: &text }) {
                prop_assert_eq!(row.places.len(), row.values.len());
                for place in row.places.iter().chain([&row.place]) {
                    prop_assert_eq!(place, &Place::of("t.csv", &text, place.start..place.end));
                }
            }
        }
    }
}
