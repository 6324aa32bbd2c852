//! A file of leads.

use crate::failure::Failure;
use crate::load;
use crate::rows::{self, Cells, Numbered, Rows};
use pointsman_engine::lead::Lead;
use pointsman_engine::records::{Problem, leads};
use std::path::Path;

/// A file of leads: its rows, and what makes leads of them.
pub struct LeadFile {
    /// In file order.
    pub rows: Rows,
    /// May be shared by threads.
    pub reader: LeadReader,
}

/// Makes leads of rows.
pub struct LeadReader {
    columns: Option<leads::Columns>,
}

impl LeadFile {
    /// Opens it and understands its header.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let opened = rows::open(path, "leads")?;
        let columns = load::columns(path, opened.header.as_ref(), leads::Columns::of)?;
        Ok(Self { rows: opened.rows, reader: LeadReader { columns } })
    }
}

impl LeadReader {
    /// The lead of a row; `None` when the row cannot be used, which is among the problems then.
    pub fn read(&self, row: &Numbered, problems: &mut Vec<Problem>) -> Option<Lead> {
        match (row.cells(problems)?, &self.columns) {
            (Cells::Csv(record), Some(columns)) => columns.read(record, row.line, problems),
            (Cells::Json(object), _) => leads::from_json(&object, row.line, problems),
            (Cells::Csv(_), None) => None,
        }
    }
}
