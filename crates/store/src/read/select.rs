//! A question put together from the conditions that were given.

use crate::db::{Db, DbError};
use crate::schema::WORKSPACE;
use crate::value::{Row, Value};

/// `select ... from ... where ws = $1` and what follows.
pub struct Select {
    sql: String,
    args: Vec<Value>,
}

impl Select {
    /// Begins: columns, and the table.
    pub fn of(columns: &str, table: &str) -> Self {
        Self { sql: format!("select {columns} from {table} where ws = $1"), args: vec![WORKSPACE.into()] }
    }

    /// Another condition; each `?` of it stands for the next value.
    pub fn and(mut self, condition: &str, values: impl IntoIterator<Item = Value>) -> Self {
        self.sql.push_str(" and ");
        let mut values = values.into_iter();
        for part in condition.split_inclusive('?') {
            match part.strip_suffix('?').zip(values.next()) {
                Some((text, value)) => {
                    self.args.push(value);
                    self.sql.push_str(&format!("{text}${}", self.args.len()));
                }
                None => self.sql.push_str(part),
            }
        }
        self
    }

    /// A condition on a column, where a value was given.
    pub fn maybe(self, column: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.and(&format!("{column} = ?"), [value.into()]),
            None => self,
        }
    }

    /// A text that a column contains, whatever its case, where one was given.
    pub fn containing(self, column: &str, text: Option<&str>) -> Self {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return self };
        let safe = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        self.and(&format!("lower({column}) like ? escape '\\'"), [format!("%{safe}%").into()])
    }

    /// Asks, in an order, for at most so many.
    pub fn rows(mut self, db: &mut dyn Db, order: &str, limit: u32) -> Result<Vec<Row>, DbError> {
        self.args.push(limit.into());
        self.sql.push_str(&format!(" order by {order} limit ${}", self.args.len()));
        db.query(&self.sql, &self.args)
    }

    /// Asks for all, in an order.
    pub fn all(mut self, db: &mut dyn Db, order: &str) -> Result<Vec<Row>, DbError> {
        self.sql.push_str(&format!(" order by {order}"));
        db.query(&self.sql, &self.args)
    }

    /// Asks for one.
    pub fn one(self, db: &mut dyn Db) -> Result<Option<Row>, DbError> {
        Ok(db.query(&self.sql, &self.args)?.into_iter().next())
    }
}
