//! Fields as they come: a lead out of a JSON object, and what could not be read of it or of a row.

use crate::problem::Mistake;
use pointsman_engine::lead::Lead;
use pointsman_engine::records::{self, Problem as RowProblem};
use serde_json::{Map, Value};
use uuid::Uuid;

/// A lead out of a JSON object: a fresh id where it brings none (null and blank are none), and what could not be
/// read. `Err`: it cannot be used.
pub fn read_lead(mut object: Map<String, Value>, line: u64) -> Result<(Lead, Vec<Mistake>), Vec<Mistake>> {
    if !records::leads::has_id(&object) {
        object.insert("id".to_owned(), format!("lead_{}", Uuid::now_v7().simple()).into());
    }
    let mut problems = Vec::new();
    let lead = records::leads::from_json(&object, line, &mut problems);
    let mistakes = problems.iter().map(mistake).collect();
    match lead {
        Some(lead) => Ok((lead, mistakes)),
        None => Err(mistakes),
    }
}

/// What is wrong with a value or a row, with its place.
pub fn mistake(problem: &RowProblem) -> Mistake {
    let column = problem.column.as_deref();
    let at = match (problem.line, column) {
        (0, Some(column)) => column.to_owned(),
        (0, None) => "the lead".to_owned(),
        (line, Some(column)) => format!("line {line}, column {column}"),
        (line, None) => format!("line {line}"),
    };
    Mistake::new(at, problem.message.clone())
}
