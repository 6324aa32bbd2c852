//! What a formula compares: a field as it is, its beginning or end, a choice by its value, or a constant.

use super::Expr;
use super::translate::Translator;
use crate::columns::ColumnIx;
use crate::condition::{Asks, Condition, Test};
use std::ops::Not;

/// A side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A constant.
    Constant(Constant),
    /// A field, its value as it is.
    Plain(ColumnIx),
    /// `LEFT(field, n)`
    Beginning(ColumnIx, usize),
    /// `RIGHT(field, n)`
    End(ColumnIx, usize),
    /// `CASE(field, value, result, ..., otherwise)`
    Case(ColumnIx, Vec<(String, Constant)>, Constant),
}

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constant {
    /// A text; the empty one is blank.
    Text(String),
    /// A number.
    Number(String),
    /// A truth value.
    Bool(bool),
}

/// Functions that leave a text what it is, as texts compare here.
const NEUTRAL: &[&str] = &["TEXT", "LOWER", "UPPER", "TRIM"];

impl Translator<'_> {
    /// What a side is.
    pub fn shape(&mut self, expr: &Expr) -> Result<Shape, String> {
        match expr {
            Expr::Text(text) => Ok(Shape::Constant(Constant::Text(text.clone()))),
            Expr::Number(number) => Ok(Shape::Constant(Constant::Number(number.clone()))),
            Expr::Bool(value) => Ok(Shape::Constant(Constant::Bool(*value))),
            Expr::Null => Ok(Shape::Constant(Constant::Text(String::new()))),
            Expr::Field(name) => self.column(name).map(Shape::Plain),
            Expr::Call(name, arguments) => self.call_shape(name, arguments),
            Expr::Minus(_) => Err("a minus before a field has no counterpart here".to_owned()),
            Expr::Binary(sign, ..) => Err(format!("`{}` in a comparison has no counterpart here", sign.text())),
        }
    }

    fn call_shape(&mut self, name: &str, arguments: &[Expr]) -> Result<Shape, String> {
        match (name, arguments) {
            (_, [inner, ..]) if NEUTRAL.contains(&name) => {
                self.cased &= !matches!(name, "LOWER" | "UPPER");
                self.shape(inner)
            }
            ("BLANKVALUE" | "NULLVALUE", [inner, Expr::Text(text)]) if text.is_empty() => self.shape(inner),
            ("LEFT", [inner, Expr::Number(length)]) => Ok(Shape::Beginning(self.plain(inner)?, characters(length)?)),
            ("MID", [inner, Expr::Number(from), Expr::Number(length)]) if from == "1" => {
                Ok(Shape::Beginning(self.plain(inner)?, characters(length)?))
            }
            ("RIGHT", [inner, Expr::Number(length)]) => Ok(Shape::End(self.plain(inner)?, characters(length)?)),
            ("CASE", [inner, rest @ ..]) => self.case(inner, rest),
            _ => Err(format!("`{name}` has no counterpart here")),
        }
    }

    /// The field of a part that is a field and nothing else.
    pub fn plain(&mut self, expr: &Expr) -> Result<ColumnIx, String> {
        match self.shape(expr)? {
            Shape::Plain(column) => Ok(column),
            _ => Err("a function of something other than a field has no counterpart here".to_owned()),
        }
    }

    fn case(&mut self, inner: &Expr, rest: &[Expr]) -> Result<Shape, String> {
        let column = self.plain(inner)?;
        let (Some((otherwise, pairs)), true) = (rest.split_last(), rest.len() % 2 == 1) else {
            return Err("`CASE` needs pairs of a value and a result, and a result for everything else".to_owned());
        };
        let mut cases: Vec<(String, Constant)> = Vec::new();
        for pair in pairs.chunks(2) {
            if let [value, result] = pair {
                let (value, result) = (self.constant(value)?, self.constant(result)?);
                let value = text(&value)?;
                if !cases.iter().any(|(have, _)| *have == value) {
                    cases.push((value, result));
                }
            }
        }
        Ok(Shape::Case(column, cases, self.constant(otherwise)?))
    }

    fn constant(&mut self, expr: &Expr) -> Result<Constant, String> {
        match self.shape(expr)? {
            Shape::Constant(constant) => Ok(constant),
            _ => Err("`CASE` with something other than constants has no counterpart here".to_owned()),
        }
    }
}

fn characters(number: &str) -> Result<usize, String> {
    number.parse().map_err(|_| format!("`{number}` is no number of characters"))
}

/// A constant to compare a text with.
///
/// # Errors
/// Fields have no space around their texts: such a comparison never holds, and is a mistake.
pub fn text(constant: &Constant) -> Result<String, String> {
    match constant {
        Constant::Text(text) if text.trim() != text => Err(format!("\"{text}\" has space around it, which no field ever has")),
        Constant::Text(text) | Constant::Number(text) => Ok(text.clone()),
        Constant::Bool(value) => Err(format!("`{value}` is compared with a text")),
    }
}

/// A field's value is this text; the empty one is blank.
#[must_use]
pub fn equal(column: ColumnIx, text: String) -> Condition {
    Condition::Test(if text.is_empty() { Test::is_blank(column) } else { Test::new(column, Asks::Is, [text]) })
}

/// The first or last characters of a field are this text. A field that has no more is all of it.
#[must_use]
pub fn part_equal(column: ColumnIx, length: usize, asks: Asks, text: String) -> Condition {
    match text.chars().count() {
        _ if length == 0 && text.is_empty() => Condition::Always,
        count if count > length => Condition::Never,
        count if count == length => Condition::Test(Test::new(column, asks, [text])),
        _ => equal(column, text),
    }
}

/// A choice by a field's value gives this result.
#[must_use]
pub fn case_equal(column: ColumnIx, cases: &[(String, Constant)], otherwise: &Constant, wanted: &Constant) -> Condition {
    let of = |found: bool| {
        let values = cases.iter().filter(move |(_, result)| (result == wanted) == found).map(|(value, _)| equal(column, value.clone()));
        Condition::Any(values.collect())
    };
    if otherwise == wanted { of(false).not() } else { of(true) }
}
