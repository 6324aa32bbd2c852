//! Formulas: read whole ([`parse`]), translated where every part has a counterpart ([`translate`]).

pub mod parse;
pub mod shapes;
#[cfg(test)]
mod tests;
pub mod translate;

/// A formula, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// A text in quotes.
    Text(String),
    /// A number.
    Number(String),
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// `NULL`.
    Null,
    /// A field, as written.
    Field(String),
    /// A function, its name in capitals. `a && b`, `a || b` and `!a` are AND, OR and NOT.
    Call(String, Vec<Expr>),
    /// A minus before a part.
    Minus(Box<Expr>),
    /// Two parts with a sign between them.
    Binary(Sign, Box<Expr>, Box<Expr>),
}

/// A sign between parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// `=`, `==`
    Equal,
    /// `<>`, `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&`
    Join,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Divide,
    /// `^`
    Power,
}

impl Sign {
    /// As written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Join => "&",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Divide => "/",
            Self::Power => "^",
        }
    }
}
