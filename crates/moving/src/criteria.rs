//! One criterion: field, operation, value.

use crate::columns::{ColumnIx, Columns, Path, Use};
use crate::condition::{Asks, Condition, Test};
use crate::ordering;
use crate::values::{Elements, elements};
use crate::xml::Criterion;
use pointsman_engine::country;
use pointsman_engine::field::Kind;
use pointsman_engine::records::moment;
use std::ops::Not;

/// What an operation asks, and whether it asks the opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    /// `equals`, `contains`, `startsWith`; negated `notEqual`, `notContain`.
    Text(Asks, bool),
    /// `lessThan` ...
    Order(Asks),
    /// `includes`; negated `excludes`.
    Elements(bool),
}

/// The longest value, in bytes. Salesforce allows far less.
const LONGEST: usize = 64 * 1024;

const OPERATIONS: &[(&str, Operation)] = &[
    ("equals", Operation::Text(Asks::Is, false)),
    ("notEqual", Operation::Text(Asks::Is, true)),
    ("contains", Operation::Text(Asks::Contains, false)),
    ("notContain", Operation::Text(Asks::Contains, true)),
    ("startsWith", Operation::Text(Asks::StartsWith, false)),
    ("lessThan", Operation::Order(Asks::Less)),
    ("lessOrEqual", Operation::Order(Asks::LessOrEqual)),
    ("greaterThan", Operation::Order(Asks::Greater)),
    ("greaterOrEqual", Operation::Order(Asks::GreaterOrEqual)),
    ("includes", Operation::Elements(false)),
    ("excludes", Operation::Elements(true)),
];

fn operation(name: &str) -> Option<Operation> {
    OPERATIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, operation)| *operation)
}

fn path(field: &str) -> Path {
    Path { text: if field.contains('.') { field.to_owned() } else { format!("Lead.{field}") }, id: false }
}

/// Makes the criterion's fields known, with how they are used.
pub fn mention(criterion: &Criterion, columns: &mut Columns) {
    if criterion.field.is_empty() {
        return;
    }
    let path_of = path(&criterion.field);
    let used = match (&criterion.value_field, operation(&criterion.operation)) {
        (Some(other), _) => {
            columns.mention(path(other), Use::Text);
            Use::Text
        }
        (None, Some(operation)) => used(&path_of, operation, &elements(&criterion.value)),
        (None, None) => Use::Blank,
    };
    columns.mention(path_of, used);
}

fn used(path: &Path, operation: Operation, elements: &Elements) -> Use {
    let all = |test: fn(&str) -> bool| elements.texts.iter().all(|text| test(text));
    match operation {
        Operation::Elements(_) => Use::Elements,
        Operation::Order(_) if all(is_number) => Use::OrderOfNumbers,
        Operation::Order(_) => Use::Text,
        Operation::Text(..) if elements.texts.is_empty() => Use::Blank,
        Operation::Text(Asks::Is, _) if !elements.blank && all(is_truth) => Use::Truth,
        Operation::Text(Asks::Is, _) if path.text.eq_ignore_ascii_case("Lead.CountryCode") && all(is_country) => Use::CountryCodes,
        Operation::Text(Asks::Is, _) if all(is_number) => Use::Number,
        Operation::Text(..) => Use::Text,
    }
}

/// The criterion as a condition, and what is odd about it.
///
/// # Errors
/// A sentence that says why it has no counterpart.
pub fn condition(criterion: &Criterion, columns: &Columns) -> Result<(Condition, Vec<String>), String> {
    let field = &criterion.field;
    if field.is_empty() {
        return Err("a criterion names no field".to_owned());
    }
    let Some(operation) = operation(&criterion.operation) else {
        return Err(format!("`{}` is not an operation of criteria that is known here", criterion.operation));
    };
    if criterion.value.len() > LONGEST {
        return Err(format!("`{field}` is compared with more than {LONGEST} bytes"));
    }
    let column = columns.find(&path(field)).ok_or_else(|| format!("`{field}` is not known"))?;
    if let Some(other) = &criterion.value_field {
        return compared(field, other, operation, column, columns).map(|condition| (condition, Vec::new()));
    }
    let elements = elements(&criterion.value);
    if let Some(date) = elements.texts.iter().find(|text| is_relative_date(text)) {
        let near = format!("; `{} within 1d` asks for the last 24 hours", columns.name(column));
        let near = if *columns.kind(column) == Kind::Time { near.as_str() } else { "" };
        return Err(format!("`{field}` is compared with `{date}`, a day that moves, which conditions do not know{near}"));
    }
    let odd = elements.odd.iter().map(|odd| format!("{field}: {odd}")).collect();
    let condition = match operation {
        Operation::Text(asks, negated) => text(field, asks, &elements, column, columns).map(|it| if negated { it.not() } else { it }),
        Operation::Order(asks) => order(field, asks, &elements, column, columns),
        Operation::Elements(negated) => Ok(sets(&elements, column)).map(|it| if negated { it.not() } else { it }),
    };
    Ok((checked(condition?.simplified(), columns)?, odd))
}

/// Two fields that are equal, or not.
fn compared(field: &str, other: &str, operation: Operation, column: ColumnIx, columns: &Columns) -> Result<Condition, String> {
    let Operation::Text(Asks::Is, negated) = operation else {
        return Err(format!("`{field}` is compared with the field `{other}` by more than equality"));
    };
    let other_column = columns.find(&path(other)).ok_or_else(|| format!("`{other}` is not known"))?;
    Ok(Condition::Same(column, other_column, negated))
}

fn text(field: &str, asks: Asks, elements: &Elements, column: ColumnIx, columns: &Columns) -> Result<Condition, String> {
    let test = Test::new(column, asks, elements.texts.iter().cloned()).on_blank(elements.blank);
    match columns.kind(column) {
        _ if elements.texts.is_empty() => Ok(Condition::Test(test)),
        Kind::Bool => Ok(truth(column, elements)),
        Kind::Number | Kind::Integer if asks != Asks::Is || !elements.texts.iter().all(|text| is_number(text)) => {
            Err(format!("`{field}` is a number here, and is asked for a text"))
        }
        Kind::Time => Err(format!("`{field}` is a moment here, and is compared with a day: write the moments from and to")),
        Kind::List => Err(format!("`{field}` is a set of values, and is compared as a whole")),
        _ => Ok(Condition::Test(test)),
    }
}

/// A checkbox: what is not ticked is false.
fn truth(column: ColumnIx, elements: &Elements) -> Condition {
    let has = |wanted: &str| elements.texts.iter().any(|text| text.eq_ignore_ascii_case(wanted));
    match (has("true"), has("false")) {
        (true, true) => Condition::Always,
        (true, false) => ticked(column),
        (false, _) => ticked(column).not(),
    }
}

/// A checkbox that is ticked.
#[must_use]
pub fn ticked(column: ColumnIx) -> Condition {
    Condition::Test(Test::new(column, Asks::Is, ["true".to_owned()]))
}

fn order(field: &str, asks: Asks, elements: &Elements, column: ColumnIx, columns: &Columns) -> Result<Condition, String> {
    if elements.blank {
        return Err(format!("`{field}` is compared by order with nothing"));
    }
    let each = elements.texts.iter().map(|text| match columns.kind(column) {
        Kind::Number | Kind::Integer if is_number(text) => Ok(Condition::Test(Test::new(column, asks, [text.clone()]))),
        Kind::Time if moment(text).is_some() => Ok(Condition::Test(Test::new(column, asks, [text.clone()]))),
        Kind::Text => ordered(asks, column, text).ok_or_else(|| {
            format!("`{field}` is compared by order with `{text}`; texts have an order here only beside letters and digits, 12 at most")
        }),
        kind => Err(format!("`{field}` is {} here, and is compared by order with `{text}`", kind.noun())),
    });
    Ok(Condition::Any(each.collect::<Result<_, _>>()?))
}

fn ordered(asks: Asks, column: ColumnIx, bound: &str) -> Option<Condition> {
    match asks {
        Asks::Less => ordering::before(column, bound, false),
        Asks::LessOrEqual => ordering::before(column, bound, true),
        Asks::Greater => ordering::after(column, bound, false),
        Asks::GreaterOrEqual => ordering::after(column, bound, true),
        _ => None,
    }
}

/// Any of the elements; `A;B` in one of them means both.
fn sets(elements: &Elements, column: ColumnIx) -> Condition {
    let both = |text: &String| {
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        Condition::All(parts.map(|part| Condition::Test(Test::new(column, Asks::Is, [part.to_owned()]))).collect())
    };
    let blank = elements.blank.then(|| Condition::Test(Test::is_blank(column)));
    Condition::Any(elements.texts.iter().map(both).chain(blank).collect())
}

/// What the policy language cannot say about texts.
pub fn checked(condition: Condition, columns: &Columns) -> Result<Condition, String> {
    let mut problem = None;
    condition.each(
        &mut |test| {
            let text = matches!(columns.kind(test.column), Kind::Text | Kind::List) && test.asks == Asks::Is;
            if let Some(value) = test.values.iter().find(|value| text && value.trim().starts_with('@')) {
                problem = Some(format!("`{value}` cannot be compared with: what begins with `@` is a list here"));
            }
        },
        &mut |_, _| {},
    );
    problem.map_or(Ok(condition), Err)
}

/// A plain number: digits, perhaps with a sign and a fraction.
#[must_use]
pub fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.len() <= 18 && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

fn is_truth(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && country::code(text).is_some_and(|code| code.eq_ignore_ascii_case(text))
}

/// `TODAY`, `LAST_WEEK`, `NEXT_N_DAYS:30` ...
fn is_relative_date(text: &str) -> bool {
    let text = text.replace(' ', "_");
    let spans = ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"];
    let Some(rest) = ["LAST_", "THIS_", "NEXT_"].iter().find_map(|word| text.strip_prefix(word)) else {
        return matches!(text.as_str(), "TODAY" | "YESTERDAY" | "TOMORROW");
    };
    let number = rest.strip_prefix("N_").unwrap_or(rest).trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    let span = number.split(':').next().unwrap_or(number);
    spans.contains(&span) || span.strip_suffix('S').is_some_and(|span| spans.contains(&span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: &str, operation: &str, value: &str) -> Result<Condition, String> {
        let criterion = Criterion { field: field.into(), operation: operation.into(), value: value.into(), value_field: None };
        let mut columns = Columns::default();
        mention(&criterion, &mut columns);
        columns.settle();
        condition(&criterion, &columns).map(|(condition, _)| condition)
    }

    fn test(asks: Asks, values: &[&str]) -> Test {
        Test::new(ColumnIx(0), asks, values.iter().map(ToString::to_string))
    }

    #[test]
    fn operations_are_read_as_they_are_meant() {
        let none = |test: Test, blank| Ok(Condition::Test(Test { negated: true, blank, ..test }));
        assert_eq!(read("Lead.City", "equals", "a,b"), Ok(Condition::Test(test(Asks::Is, &["a", "b"]))));
        assert_eq!(read("Lead.City", "equals", ""), Ok(Condition::Test(Test::is_blank(ColumnIx(0)))));
        assert_eq!(read("Lead.City", "notEqual", "a"), none(test(Asks::Is, &["a"]), true));
        assert_eq!(read("Lead.City", "notEqual", ",a"), none(test(Asks::Is, &["a"]), false));
        assert_eq!(read("Lead.City", "notEqual", ""), none(test(Asks::Is, &[]), false));
        assert_eq!(read("Lead.City", "notContain", "a,b"), none(test(Asks::Contains, &["a", "b"]), true));
        assert_eq!(read("Lead.X__c", "lessThan", "5"), Ok(Condition::Test(test(Asks::Less, &["5"]))));
        assert_eq!(read("Lead.X__c", "excludes", "a,b"), none(test(Asks::Is, &["a", "b"]), true));
    }

    #[test]
    fn a_box_that_is_not_ticked_is_false() {
        assert_eq!(read("Lead.X__c", "equals", "True"), Ok(Condition::Test(test(Asks::Is, &["true"]))));
        assert_eq!(read("Lead.X__c", "equals", "False"), Ok(ticked(ColumnIx(0)).not()));
        assert_eq!(read("Lead.X__c", "notEqual", "False"), Ok(ticked(ColumnIx(0))));
        assert_eq!(read("Lead.X__c", "equals", "True,False"), Ok(Condition::Always));
    }

    #[test]
    fn what_has_no_counterpart_says_why() {
        for (field, operation, value, word) in [
            ("Lead.CreatedDate", "equals", "TODAY", "TODAY"),
            ("Lead.CreatedDate", "greaterThan", "LAST_N_DAYS:30", "LAST_N_DAYS"),
            ("Lead.CreatedDate", "equals", "1/2/2024", "moment"),
            ("Lead.City", "resembles", "a", "resembles"),
            ("Lead.City", "lessThan", "", "nothing"),
            ("Lead.City", "lessThan", "São Paulo", "order"),
            ("Lead.Email", "equals", "@acme.example", "list"),
            ("Lead.NumberOfEmployees", "contains", "1", "number"),
            ("", "equals", "a", "field"),
        ] {
            assert!(read(field, operation, value).is_err_and(|why| why.contains(word)), "{field} {operation} {value}");
        }
    }
}
