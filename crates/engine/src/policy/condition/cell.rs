//! Conditions in a territory table: the header says what is asked, each cell what is wanted.

use super::ast::{Expr, Node, Operand, PatternWord, Style, Test, Word};
use super::spot::Spots;
use super::{Names, finish};
use crate::field::Kind;
use crate::form::Form;
use crate::policy::diagnostic::{Diagnostic, Place, did_you_mean};

/// A column of a territory table that is a condition: `country`, `segment`, `postal_code starts_with`, `state not`, `employees`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    field: Box<str>,
    negated: bool,
    asks: Asks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Is,
    Pattern(PatternWord),
    Missing,
}

/// The column of a header: a field or `segment`, then perhaps `not`, then perhaps `contains`, `starts_with`, `ends_with` or `missing`.
pub fn column(header: &str, place: Place, names: &mut Names<'_>) -> Option<Column> {
    let (field, operator) = header.trim().split_once(char::is_whitespace).unwrap_or((header.trim(), ""));
    let (negated, word) = match operator.trim().split_once(char::is_whitespace).unwrap_or((operator.trim(), "")) {
        (not, rest) if not.eq_ignore_ascii_case("not") => (true, rest.trim()),
        _ => (false, operator.trim()),
    };
    let asks = match word {
        "" => Some(Asks::Is),
        _ if word.eq_ignore_ascii_case("missing") => Some(Asks::Missing),
        _ => PatternWord::named(word).map(Asks::Pattern),
    };
    let Some(asks) = asks else {
        let help = did_you_mean(word, ["not", "contains", "starts_with", "ends_with", "missing"]);
        let error = Diagnostic::error("unknown-operator", place, format!("`{word}` is not an operator of a column"));
        names.found.push(error.label("expected not, contains, starts_with, ends_with or missing after the field").help(help));
        return None;
    };
    fits(field, asks, place, names).then(|| Column { field: field.into(), negated, asks })
}

/// Whether such a field is there and can be asked so. Reported once, here, and not for each cell.
fn fits(field: &str, asks: Asks, place: Place, names: &mut Names<'_>) -> bool {
    if field == "segment" && asks == Asks::Is {
        return true;
    }
    let Some(known) = names.fields.find(field) else {
        let help = did_you_mean(field, names.fields.names().chain(["segment".to_owned(), "assign".to_owned()]));
        let error = Diagnostic::error("unknown-field", place, format!("there is no field `{field}` for this column"));
        names.found.push(error.help(help));
        return false;
    };
    let fit = match asks {
        Asks::Is | Asks::Missing => true,
        Asks::Pattern(_) => matches!(known.kind, Kind::Text | Kind::Choice(_) | Kind::List),
    };
    if !fit {
        let message = format!("`{field}` is {}, which this column cannot ask", known.kind.noun());
        names.found.push(Diagnostic::error("wrong-kind", place, message));
    }
    fit
}

/// One cell: `None` for errors; the empty cell is `Form::always()`. Several values are separated by `|`.
pub fn of_cell(column: &Column, cell: &str, place: Place, names: &mut Names<'_>) -> Option<Form> {
    if cell.trim().is_empty() {
        return Some(Form::always());
    }
    let field = Word { text: column.field.clone(), at: 0..0 };
    let operands = || cell.split('|').map(|text| Operand { text: text.trim().into(), style: Style::Quoted, at: 0..0 }).collect();
    let (test, negated) = match column.asks {
        Asks::Is => (Test::Is(operands()), column.negated),
        Asks::Pattern(word) => (Test::Pattern(word, operands()), column.negated),
        Asks::Missing => {
            let Some(missing) = crate::records::boolean(cell) else {
                let error = Diagnostic::error("wrong-kind", place, format!("`{}` is neither yes nor no", cell.trim()));
                names.found.push(error.label("expected yes, no or nothing"));
                return None;
            };
            (Test::Missing, column.negated == missing)
        }
    };
    let test = Expr { node: Node::Test(field, test), at: 0..0 };
    let expr = if negated { Expr { node: Node::Not(Box::new(test)), at: 0..0 } } else { test };
    finish(&expr, &Spots::Fixed(place), names)
}
