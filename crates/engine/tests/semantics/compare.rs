//! Expected against found, and the page with what was found put in.

use crate::page::{Block, Failure};
use jiff::Timestamp;

/// An expected block and what it should say.
#[derive(Debug)]
pub struct Compared {
    line: usize,
    info: String,
    expected: Vec<String>,
    found: Vec<String>,
}

impl Compared {
    /// Compares line by line. Lines of cells that mean the same count as the same, as they are written.
    pub fn new(block: &Block, found: Vec<String>, cells: bool) -> Self {
        let expected: Vec<String> = block.text.lines().map(str::to_owned).collect();
        let mut found = found;
        for (found, expected) in found.iter_mut().zip(&expected) {
            if cells && same_cells(expected, found) {
                found.clone_from(expected);
            }
        }
        Self { line: block.line, info: block.info.clone(), expected, found }
    }

    pub fn differs(&self) -> bool {
        self.expected != self.found
    }

    pub fn failure(&self) -> Failure {
        let mut message = format!("`{}` differs (- expected, + found)", self.info);
        for at in 0..self.expected.len().max(self.found.len()) {
            let (expected, found) = (self.expected.get(at), self.found.get(at));
            if expected == found {
                message.extend(expected.map(|line| format!("\n    {line}")));
            } else {
                message.extend(expected.map(|line| format!("\n  - {line}")));
                message.extend(found.map(|line| format!("\n  + {line}")));
            }
        }
        Failure::new(self.line, message)
    }
}

/// A line of cells. Cells are trimmed, so that a table can be written in columns.
pub fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(line.as_bytes());
    reader.records().filter_map(Result::ok).flat_map(|record| record.iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Cells as a line.
pub fn line(cells: &[String]) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let written = writer.write_record(cells).ok().and_then(|()| writer.into_inner().ok());
    String::from_utf8_lossy(&written.unwrap_or_default()).trim_end_matches(['\r', '\n']).to_owned()
}

fn same_cells(expected: &str, found: &str) -> bool {
    let (expected, found) = (cells(expected), cells(found));
    expected.len() == found.len() && expected.iter().zip(&found).all(|(expected, found)| same(expected, found))
}

/// Two moments are the same in whatever zone they are written.
fn same(expected: &str, found: &str) -> bool {
    let moment = |text: &str| text.parse::<Timestamp>().ok();
    expected == found || moment(expected).is_some_and(|moment_expected| Some(moment_expected) == moment(found))
}

/// The page with what was found in place of what was expected.
pub fn updated(text: &str, blocks: &[Compared]) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut last_first: Vec<&Compared> = blocks.iter().filter(|block| block.differs()).collect();
    last_first.sort_by_key(|block| std::cmp::Reverse(block.line));
    for block in last_first {
        let body = block.line..block.line + block.expected.len();
        lines.splice(body, block.found.iter().map(String::as_str));
    }
    lines.join("\n") + "\n"
}
