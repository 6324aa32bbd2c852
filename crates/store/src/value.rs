//! Values as both databases know them: whole numbers and text. Times are numbers (microseconds since 1970,
//! UTC), everything with a shape is JSON text.

use crate::db::DbError;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// What is given to a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// Text.
    Text(Box<str>),
    /// Several texts, for `in (each $n)`.
    Texts(Vec<Box<str>>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Int(truth.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(clean(text).into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.contains('\0') { Self::from(text.as_str()) } else { Self::Text(text.into()) }
    }
}

impl From<Box<str>> for Value {
    fn from(text: Box<str>) -> Self {
        if text.contains('\0') { Self::from(&*text) } else { Self::Text(text) }
    }
}

impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Self {
        Self::Int(moment.as_microsecond())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<Vec<Box<str>>> for Value {
    fn from(texts: Vec<Box<str>>) -> Self {
        Self::Texts(texts)
    }
}

/// The moment of so many microseconds. Not `Timestamp::from_microsecond`: that one refuses the last second, within
/// which moments can be written.
fn moment(micros: i64) -> Option<Timestamp> {
    let nanos = i32::try_from(micros.rem_euclid(1_000_000)).ok()?.checked_mul(1_000)?;
    Timestamp::new(micros.div_euclid(1_000_000), nanos).ok()
}

/// PostgreSQL's text holds every character but one, NUL, which no form means: it becomes the replacement character.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// The same for each of several.
pub(crate) fn clean_all(texts: &[Box<str>]) -> Vec<Cow<'_, str>> {
    texts.iter().map(|text| if text.contains('\0') { Cow::Owned(clean(text)) } else { Cow::Borrowed(&**text) }).collect()
}

/// A row of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// A number.
    ///
    /// # Errors
    /// When the column holds none: the schema is not what this program knows.
    pub fn int(&self, column: usize) -> Result<i64, DbError> {
        self.maybe_int(column)?.ok_or_else(|| self.surprise(column, "a number"))
    }

    /// A number or nothing.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn maybe_int(&self, column: usize) -> Result<Option<i64>, DbError> {
        match self.0.get(column) {
            Some(Value::Int(number)) => Ok(Some(*number)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.surprise(column, "a number or nothing")),
        }
    }

    /// Text.
    ///
    /// # Errors
    /// When the column holds none.
    pub fn text(&self, column: usize) -> Result<&str, DbError> {
        self.maybe_text(column)?.ok_or_else(|| self.surprise(column, "text"))
    }

    /// Text or nothing.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn maybe_text(&self, column: usize) -> Result<Option<&str>, DbError> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.surprise(column, "text or nothing")),
        }
    }

    /// A moment.
    ///
    /// # Errors
    /// When the column holds none.
    pub fn moment(&self, column: usize) -> Result<Timestamp, DbError> {
        self.maybe_moment(column)?.ok_or_else(|| self.surprise(column, "a moment"))
    }

    /// A moment or nothing.
    ///
    /// # Errors
    /// When the column holds something else.
    pub fn maybe_moment(&self, column: usize) -> Result<Option<Timestamp>, DbError> {
        self.maybe_int(column)?.map(|micros| moment(micros).ok_or_else(|| self.surprise(column, "a moment"))).transpose()
    }

    /// What JSON text says.
    ///
    /// # Errors
    /// When the column does not hold JSON of that shape.
    pub fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T, DbError> {
        serde_json::from_str(self.text(column)?).map_err(|error| DbError::shape(format!("column {column} cannot be read: {error}")))
    }

    fn surprise(&self, column: usize, wanted: &str) -> DbError {
        DbError::shape(format!("column {column} should hold {wanted}, and holds {:?}", self.0.get(column)))
    }
}

/// A value as JSON text.
///
/// # Errors
/// When it has no JSON form (a map with keys that are no text).
pub fn json(value: &impl serde::Serialize) -> Result<Value, DbError> {
    serde_json::to_string(value).map(Value::from).map_err(|error| DbError::shape(format!("cannot be written as JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_that_can_be_written_reads_back() {
        let last = Timestamp::MAX.as_second();
        let moments = [Timestamp::MIN, Timestamp::new(-1, -1_000).unwrap(), Timestamp::UNIX_EPOCH, Timestamp::new(last, 1_000).unwrap()];
        for moment in moments {
            assert_eq!(Row(vec![moment.into()]).moment(0), Ok(moment));
        }
        let read = Row(vec![Timestamp::MAX.into()]).moment(0).unwrap();
        assert_eq!(read.as_microsecond(), Timestamp::MAX.as_microsecond());
        assert!(Row(vec![Value::Int(i64::MAX)]).moment(0).is_err());
    }
}
