//! A formula as a condition.
//!
//! A part without a counterpart makes the whole formula untranslatable, unless the rest decides alone:
//! `TRUE || anything` is true.

use super::shapes::{Constant, Shape, case_equal, equal, part_equal, text};
use super::{Expr, Sign};
use crate::columns::{ColumnIx, Columns, Path, Use};
use crate::condition::{Asks, Condition, Test};
use crate::criteria::{checked, is_number, ticked};
use crate::values::{is_invisible, quoted};
use pointsman_engine::field::Kind;
use std::collections::BTreeSet;
use std::ops::Not;

/// A translated formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// What it says.
    pub condition: Condition,
    /// What is odd about it.
    pub odd: Vec<String>,
    /// What to know of the translation.
    pub notes: Vec<String>,
}

/// Makes the formula's fields known, with how they are used.
pub fn mention(expr: &Expr, columns: &mut Columns) {
    match expr {
        Expr::Field(name) => {
            columns.mention(path(name), Use::Truth);
        }
        Expr::Call(name, arguments) if matches!(name.as_str(), "AND" | "OR" | "NOT" | "IF") => {
            arguments.iter().for_each(|argument| mention(argument, columns));
        }
        Expr::Call(name, arguments) => {
            let used = match name.as_str() {
                "INCLUDES" => Use::Elements,
                "ISBLANK" | "ISNULL" => Use::Blank,
                _ => Use::Text,
            };
            arguments.iter().for_each(|argument| mention_as(argument, used, columns));
        }
        Expr::Minus(part) => mention_as(part, Use::Number, columns),
        Expr::Binary(sign, left, right) => {
            let used = match (sign, &**left, &**right) {
                (_, Expr::Bool(_), _) | (_, _, Expr::Bool(_)) => Use::Truth,
                (Sign::Equal | Sign::NotEqual, Expr::Number(_), _) | (Sign::Equal | Sign::NotEqual, _, Expr::Number(_)) => Use::Number,
                (_, Expr::Number(_), _) | (_, _, Expr::Number(_)) => Use::OrderOfNumbers,
                _ => Use::Text,
            };
            [left, right].into_iter().for_each(|part| mention_as(part, used, columns));
        }
        _ => {}
    }
}

fn mention_as(expr: &Expr, used: Use, columns: &mut Columns) {
    match expr {
        Expr::Field(name) => {
            columns.mention(path(name), used);
        }
        Expr::Call(_, arguments) => arguments.iter().for_each(|argument| mention_as(argument, Use::Text, columns)),
        other => mention(other, columns),
    }
}

/// A field as formulas name it. Names of related records are what criteria compare; ids stay ids.
fn path(name: &str) -> Path {
    let named = [("RecordType.Name", "Lead.RecordTypeId"), ("Owner.Name", "Lead.OwnerId"), ("CreatedBy.Name", "Lead.CreatedById")];
    if let Some((_, field)) = named.iter().find(|(written, _)| written.eq_ignore_ascii_case(name)) {
        return Path { text: (*field).to_owned(), id: false };
    }
    let text = if name.contains(['.', '$']) { name.to_owned() } else { format!("Lead.{name}") };
    let last = text.rsplit('.').next().unwrap_or("");
    Path { id: last.ends_with("Id") && !text.eq_ignore_ascii_case("Lead.Id"), text }
}

/// The most parts that are translated: an `IF` asks its condition twice, and one in another four times.
const MOST_PARTS: usize = 10_000;

/// Translates a formula whose fields are known.
///
/// # Errors
/// A sentence that names the part without a counterpart.
pub fn translate(expr: &Expr, columns: &Columns) -> Result<Translation, String> {
    let mut translator = Translator { columns, odd: BTreeSet::new(), notes: BTreeSet::new(), cased: true, parts: 0 };
    let condition = checked(translator.truth(expr)?.simplified(), columns)?;
    let Translator { odd, notes, .. } = translator;
    Ok(Translation { condition, odd: odd.into_iter().collect(), notes: notes.into_iter().collect() })
}

/// The work on one formula.
pub struct Translator<'a> {
    columns: &'a Columns,
    odd: BTreeSet<String>,
    notes: BTreeSet<String>,
    /// Whether the comparison at hand regards case in Salesforce.
    pub cased: bool,
    /// How many parts were translated.
    parts: usize,
}

impl Translator<'_> {
    /// The column of a field.
    pub fn column(&mut self, name: &str) -> Result<ColumnIx, String> {
        if ["$Label", "$Setup", "$Permission", "$CustomMetadata", "$System", "$Api"].iter().any(|word| name.starts_with(word)) {
            return Err(format!("`{name}` is kept elsewhere in Salesforce"));
        }
        self.columns.find(&path(name)).ok_or_else(|| format!("`{name}` is not known"))
    }

    fn truth(&mut self, expr: &Expr) -> Result<Condition, String> {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            return Err(format!("written out it has more than {MOST_PARTS} parts"));
        }
        match expr {
            Expr::Bool(true) => Ok(Condition::Always),
            Expr::Bool(false) => Ok(Condition::Never),
            Expr::Field(name) => match self.column(name)? {
                column if *self.columns.kind(column) == Kind::Bool => Ok(ticked(column)),
                _ => Err(format!("`{name}` stands alone, and is not used as a checkbox elsewhere")),
            },
            Expr::Call(name, arguments) => self.call(name, arguments),
            Expr::Binary(sign, left, right) => self.compare(*sign, left, right),
            Expr::Text(_) | Expr::Number(_) | Expr::Null | Expr::Minus(_) => Err("a value stands where a condition is expected".to_owned()),
        }
    }

    fn call(&mut self, name: &str, arguments: &[Expr]) -> Result<Condition, String> {
        match (name, arguments) {
            ("AND", parts) => self.all(parts),
            ("OR", parts) => self.any(parts),
            ("NOT", [part]) => self.truth(part).map(Condition::not),
            ("IF", [condition, yes, no]) => {
                let then = self.all([condition, yes]);
                let not = Expr::Call("NOT".to_owned(), vec![condition.clone()]);
                let otherwise = self.all([&not, no]);
                settled([then, otherwise], &Condition::Always).map(Condition::Any)
            }
            ("ISNEW", []) => {
                self.notes.insert("a lead is decided when it comes in: ISNEW() is true".to_owned());
                Ok(Condition::Always)
            }
            ("ISCHANGED", [_]) => {
                self.notes.insert("a lead is decided when it comes in: ISCHANGED(...) is false".to_owned());
                Ok(Condition::Never)
            }
            ("ISBLANK", [part]) => self.plain(part).map(|column| Condition::Test(Test::is_blank(column))),
            ("ISNULL", [part]) => self.plain(part).map(|column| self.is_null(column)),
            ("ISPICKVAL", [part, value]) => self.compare(Sign::Equal, part, value),
            ("CONTAINS", [part, value]) => self.pattern(Asks::Contains, part, value),
            ("BEGINS", [part, value]) => self.pattern(Asks::StartsWith, part, value),
            ("INCLUDES", [part, value]) => self.includes(part, value),
            _ => Err(format!("`{name}` has no counterpart here")),
        }
    }

    fn all<'e>(&mut self, parts: impl IntoIterator<Item = &'e Expr>) -> Result<Condition, String> {
        let parts: Vec<_> = parts.into_iter().map(|part| self.truth(part)).collect();
        settled(parts, &Condition::Never).map(Condition::All)
    }

    fn any<'e>(&mut self, parts: impl IntoIterator<Item = &'e Expr>) -> Result<Condition, String> {
        let parts: Vec<_> = parts.into_iter().map(|part| self.truth(part)).collect();
        settled(parts, &Condition::Always).map(Condition::Any)
    }

    /// A text is never null in Salesforce, only empty: asking so is a common mistake.
    fn is_null(&mut self, column: ColumnIx) -> Condition {
        let text = self.columns.get(column).is_some_and(|column| !column.is_custom() && column.kind == Kind::Text);
        if text {
            self.odd.insert("ISNULL of a text is always false; ISBLANK is what asks whether it is empty".to_owned());
            return Condition::Never;
        }
        Condition::Test(Test::is_blank(column))
    }

    fn compare(&mut self, sign: Sign, left: &Expr, right: &Expr) -> Result<Condition, String> {
        self.cased = true;
        let (left, right) = (self.shape(left)?, self.shape(right)?);
        match (sign, left, right) {
            (Sign::Equal, left, right) => self.equal(left, right),
            (Sign::NotEqual, left, right) => self.equal(left, right).map(Condition::not),
            (sign, Shape::Plain(column), Shape::Constant(Constant::Number(number))) => self.order(column, sign, number),
            (sign, Shape::Constant(Constant::Number(number)), Shape::Plain(column)) => self.order(column, turned(sign), number),
            (sign, ..) => Err(format!("`{}` compares something other than a field with a number", sign.text())),
        }
    }

    fn equal(&mut self, left: Shape, right: Shape) -> Result<Condition, String> {
        match (left, right) {
            (Shape::Constant(a), Shape::Constant(b)) => Ok(if a == b { Condition::Always } else { Condition::Never }),
            (Shape::Plain(a), Shape::Plain(b)) => self.same(a, b),
            (Shape::Constant(constant), shape) | (shape, Shape::Constant(constant)) => self.equal_constant(shape, &constant),
            _ => Err("a function of a field is compared with another field".to_owned()),
        }
    }

    fn equal_constant(&mut self, shape: Shape, constant: &Constant) -> Result<Condition, String> {
        match (shape, constant) {
            (Shape::Plain(column), Constant::Bool(value)) if *self.columns.kind(column) == Kind::Bool => {
                Ok(if *value { ticked(column) } else { ticked(column).not() })
            }
            (Shape::Case(column, cases, otherwise), wanted) => {
                self.remark(&cases.iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>());
                Ok(case_equal(column, &cases, &otherwise, wanted))
            }
            (Shape::Plain(column), Constant::Text(text)) if text.is_empty() => Ok(Condition::Test(Test::is_blank(column))),
            (Shape::Plain(column), Constant::Number(number)) if matches!(self.columns.kind(column), Kind::Number | Kind::Integer) => {
                Ok(equal(column, number.clone()))
            }
            (shape, constant) => {
                let text = text(constant)?;
                self.remark(&[&text]);
                match shape {
                    Shape::Plain(column) => self.of_text(column).map(|column| equal(column, text)),
                    Shape::Beginning(column, length) => Ok(part_equal(column, length, Asks::StartsWith, text)),
                    Shape::End(column, length) => {
                        let (condition, count) = (part_equal(column, length, Asks::EndsWith, text.clone()), text.chars().count());
                        if condition == Condition::Never {
                            self.odd.insert(format!(
                                "the last {length} characters are compared with \"{text}\", which has {count}: that never holds"
                            ));
                        }
                        Ok(condition)
                    }
                    _ => Err("constants are compared".to_owned()),
                }
            }
        }
    }

    /// Two fields hold the same text; both blank is the same.
    fn same(&mut self, a: ColumnIx, b: ColumnIx) -> Result<Condition, String> {
        self.notes.extend(self.cased.then(|| CASED.to_owned()));
        Ok(Condition::Same(self.of_text(a)?, self.of_text(b)?, false))
    }

    fn order(&mut self, column: ColumnIx, sign: Sign, number: String) -> Result<Condition, String> {
        let asks = match sign {
            Sign::Less => Asks::Less,
            Sign::LessOrEqual => Asks::LessOrEqual,
            Sign::Greater => Asks::Greater,
            Sign::GreaterOrEqual => Asks::GreaterOrEqual,
            other => return Err(format!("`{}` in a comparison has no counterpart here", other.text())),
        };
        match self.columns.kind(column) {
            Kind::Number | Kind::Integer if is_number(&number) => Ok(Condition::Test(Test::new(column, asks, [number]))),
            _ => Err(format!("`{}` is compared by order with {number}, and holds something else", self.columns.name(column))),
        }
    }

    fn pattern(&mut self, asks: Asks, part: &Expr, value: &Expr) -> Result<Condition, String> {
        self.cased = true;
        let (Shape::Plain(column), Shape::Constant(constant)) = (self.shape(part)?, self.shape(value)?) else {
            return Err("something other than a field is searched for something other than a constant".to_owned());
        };
        let (column, text) = (self.of_text(column)?, text(&constant)?);
        if text.is_empty() {
            return Ok(Condition::Always);
        }
        self.remark(&[&text]);
        Ok(Condition::Test(Test::new(column, asks, [text])))
    }

    fn includes(&mut self, part: &Expr, value: &Expr) -> Result<Condition, String> {
        let column = self.plain(part)?;
        match value {
            Expr::Text(text) if !text.trim().is_empty() => Ok(Condition::Test(Test::new(column, Asks::Is, [text.clone()]))),
            _ => Err("`INCLUDES` of something other than a text has no counterpart here".to_owned()),
        }
    }

    /// A column that texts can be asked of.
    fn of_text(&self, column: ColumnIx) -> Result<ColumnIx, String> {
        match self.columns.kind(column) {
            Kind::Text | Kind::Country | Kind::Choice(_) => Ok(column),
            kind => Err(format!("`{}` is {} here, and is compared with a text", self.columns.name(column), kind.noun())),
        }
    }

    /// What to know of a comparison with these texts.
    fn remark(&mut self, texts: &[&str]) {
        self.notes.extend((self.cased && texts.iter().any(|text| text.contains(char::is_alphabetic))).then(|| CASED.to_owned()));
        let invisible: Vec<String> = texts.iter().filter(|text| text.contains(is_invisible)).map(ToString::to_string).collect();
        self.odd.extend((!invisible.is_empty()).then(|| format!("{} has invisible characters", quoted(&invisible))));
    }
}

const CASED: &str = "formulas compare with case in Salesforce, texts compare without case here";

/// All parts, or what decides alone, or the first reason why there is none.
fn settled(parts: impl IntoIterator<Item = Result<Condition, String>>, decides: &Condition) -> Result<Vec<Condition>, String> {
    let parts: Vec<_> = parts.into_iter().map(|part| part.map(Condition::simplified)).collect();
    if parts.iter().any(|part| part.as_ref() == Ok(decides)) {
        return Ok(vec![decides.clone()]);
    }
    parts.into_iter().collect()
}

const fn turned(sign: Sign) -> Sign {
    match sign {
        Sign::Less => Sign::Greater,
        Sign::LessOrEqual => Sign::GreaterOrEqual,
        Sign::Greater => Sign::Less,
        Sign::GreaterOrEqual => Sign::LessOrEqual,
        other => other,
    }
}
