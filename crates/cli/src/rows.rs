//! Rows of a data file: CSV, JSON Lines or a JSON array, read piece by piece.
//!
//! A row that cannot be read is a problem with its line and never stops the rows after it.

use crate::failure::Failure;
use crate::show::{self, Watched};
use csv::ByteRecord;
use pointsman_engine::records::Problem;
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// One row as it stands in the file, not yet understood.
pub enum Row {
    /// Of a CSV.
    Csv(ByteRecord),
    /// One JSON object's text.
    Json(Vec<u8>),
    /// One JSON object of an array.
    Object(Map<String, Value>),
    /// Something that is no row.
    Broken(String),
}

/// A row and the line on which it begins, from 1.
pub struct Numbered {
    /// Its line.
    pub line: u64,
    /// The row.
    pub row: Row,
}

/// A row as a reader of records takes it.
pub enum Cells<'a> {
    /// Of a CSV.
    Csv(&'a ByteRecord),
    /// Of JSON.
    Json(Map<String, Value>),
}

impl Numbered {
    /// Its cells. `None`: it is broken, which has been put among the problems.
    pub fn cells(&self, problems: &mut Vec<Problem>) -> Option<Cells<'_>> {
        let message = match &self.row {
            Row::Csv(record) => return Some(Cells::Csv(record)),
            Row::Object(object) => return Some(Cells::Json(object.clone())),
            Row::Json(text) => match serde_json::from_slice(text) {
                Ok(Value::Object(object)) => return Some(Cells::Json(object)),
                Ok(_) => "a JSON object is expected on each line".to_owned(),
                Err(error) => format!("not JSON: {error}"),
            },
            Row::Broken(message) => message.clone(),
        };
        problems.push(Problem { line: self.line, column: None, message, kept: false });
        None
    }
}

/// Reads rows in file order.
pub struct Rows {
    source: Source,
    bar: indicatif::ProgressBar,
}

enum Source {
    Csv { reader: csv::Reader<Box<dyn Read + Send>>, ended: bool },
    JsonLines { reader: Box<dyn BufRead + Send>, line: u64 },
    Array { rows: std::vec::IntoIter<Value>, number: u64 },
}

/// What a data file is: its rows, and the header if it is a CSV.
pub struct Opened {
    /// Of a CSV.
    pub header: Option<ByteRecord>,
    /// The rows.
    pub rows: Rows,
}

/// Opens a data file; `-` is CSV on stdin. What it holds shows in its name (`.json`, `.jsonl`, `.ndjson`) or is CSV.
pub fn open(path: &Path, what: &'static str) -> Result<Opened, Failure> {
    let (input, size): (Box<dyn Read + Send>, u64) = if path == Path::new("-") {
        (Box::new(std::io::stdin()), 0)
    } else {
        let file = File::open(path).map_err(|error| Failure::reading(path, &error))?;
        let metadata = file.metadata().map_err(|error| Failure::reading(path, &error))?;
        if metadata.is_dir() {
            return Err(Failure::Yours(format!("{}: it is a folder, not a file", path.display())));
        }
        (Box::new(file), metadata.len())
    };
    let bar = show::progress(size, what);
    let watched: Box<dyn Read + Send> = Box::new(Watched::new(input, bar.clone()));
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("").to_ascii_lowercase();
    match extension.as_str() {
        "jsonl" | "ndjson" | "json" => json(path, watched, bar),
        _ => csv_file(path, watched, bar),
    }
}

fn csv_file(path: &Path, input: Box<dyn Read + Send>, bar: indicatif::ProgressBar) -> Result<Opened, Failure> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).buffer_capacity(1 << 18).from_reader(input);
    let mut header = ByteRecord::new();
    let found = reader.read_byte_record(&mut header).map_err(|error| Failure::Yours(format!("{}: {error}", path.display())))?;
    if !found {
        return Err(Failure::Yours(format!("{}: it is empty; a header line is expected", path.display())));
    }
    // A byte order mark, as spreadsheets write it, is no part of the first column's name.
    if let Some(first) = header.get(0).and_then(|first| first.strip_prefix(b"\xEF\xBB\xBF")) {
        header = std::iter::once(first.to_vec()).chain(header.iter().skip(1).map(<[u8]>::to_vec)).collect();
    }
    Ok(Opened { header: Some(header), rows: Rows { source: Source::Csv { reader, ended: false }, bar } })
}

fn json(path: &Path, input: Box<dyn Read + Send>, bar: indicatif::ProgressBar) -> Result<Opened, Failure> {
    let mut reader: Box<dyn BufRead + Send> = Box::new(BufReader::with_capacity(1 << 18, input));
    let start = reader.fill_buf().map_err(|error| Failure::reading(path, &error))?;
    let is_array = start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let source = if is_array {
        let rows: Vec<Value> = serde_json::from_reader(reader).map_err(|error| Failure::Yours(format!("{}: {error}", path.display())))?;
        Source::Array { rows: rows.into_iter(), number: 0 }
    } else {
        Source::JsonLines { reader, line: 0 }
    };
    Ok(Opened { header: None, rows: Rows { source, bar } })
}

impl Iterator for Rows {
    type Item = Numbered;

    fn next(&mut self) -> Option<Numbered> {
        let next = match &mut self.source {
            Source::Csv { reader, ended } => next_csv(reader, ended),
            Source::JsonLines { reader, line } => next_json(reader, line),
            Source::Array { rows, number } => rows.next().map(|row| {
                *number += 1;
                let row = match row {
                    Value::Object(object) => Row::Object(object),
                    _ => Row::Broken("a JSON object is expected".to_owned()),
                };
                Numbered { line: *number, row }
            }),
        };
        if next.is_none() {
            self.bar.finish_and_clear();
        }
        next
    }
}

fn next_csv(reader: &mut csv::Reader<Box<dyn Read + Send>>, ended: &mut bool) -> Option<Numbered> {
    if *ended {
        return None;
    }
    // Room for a usual row, so that it need not grow bit by bit.
    let mut record = ByteRecord::with_capacity(256, 24);
    match reader.read_byte_record(&mut record) {
        Ok(true) => {
            let line = line_of(&record, reader.position().line());
            Some(Numbered { line, row: Row::Csv(record) })
        }
        Ok(false) => None,
        Err(error) => {
            *ended = true;
            Some(Numbered { line: reader.position().line(), row: Row::Broken(format!("the file cannot be read any further: {error}")) })
        }
    }
}

/// The line on which a record begins. The reader's own count does not see empty lines before a record; the
/// line after it, less the lines within it, does. (At the end of a file without a line break the larger is right.)
fn line_of(record: &ByteRecord, line_after: u64) -> u64 {
    let within = record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
    record.position().map_or(1, csv::Position::line).max(line_after.saturating_sub(1 + within))
}

fn next_json(reader: &mut dyn BufRead, line: &mut u64) -> Option<Numbered> {
    loop {
        let mut text = Vec::new();
        *line += 1;
        match reader.read_until(b'\n', &mut text) {
            Ok(0) => return None,
            Ok(_) if text.trim_ascii().is_empty() => {}
            Ok(_) => return Some(Numbered { line: *line, row: Row::Json(text) }),
            Err(error) => return Some(Numbered { line: *line, row: Row::Broken(format!("the line cannot be read: {error}")) }),
        }
    }
}
