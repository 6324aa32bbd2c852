//! What a value means for a field of a kind: pure reading of one text each.
//!
//! A [`Problem`] is a diagnostic that does not know its place yet; [`super::resolve`] gives it one.

use super::ast::Style;
use crate::calendar::Span;
use crate::form::Comparison;
use crate::policy::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::set::NumberSet;
use crate::value::{Number, fold};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A finding without its place. Boxed, because it is rare and large.
pub type Problem = Box<Diagnostic>;

fn problem(code: &'static str, message: String, expected: impl Into<String>, help: Option<String>) -> Problem {
    Box::new(Diagnostic::error(code, Place::default(), message).label(expected).help(help))
}

/// A text, folded. Numbers and dates must be quoted, so that `postal_code = 01234` does not lose its zero.
pub fn text(text: &str, style: Style) -> Result<Box<str>, Problem> {
    if style == Style::Bare {
        let help = Some(format!("write \"{text}\""));
        return Err(problem("wrong-kind", format!("`{text}` is not a text"), "expected a text in quotes", help));
    }
    let folded = fold(text);
    if folded.is_empty() {
        let help = Some("ask whether it is missing instead".to_owned());
        return Err(problem("empty-text", "no field is ever the empty text".to_owned(), "expected a text", help));
    }
    Ok(folded.into())
}

/// One of the values of a choice, folded.
pub fn choice(written: &str, style: Style, values: &[Box<str>]) -> Result<Box<str>, Problem> {
    let folded = text(written, style)?;
    if values.iter().any(|value| fold(value) == *folded) {
        return Ok(folded);
    }
    let mut expected: Vec<&str> = values.iter().take(8).map(|value| &**value).collect();
    if values.len() > expected.len() {
        expected.push("...");
    }
    let message = format!("`{}` is not one of this field's values", short(written));
    Err(problem("unknown-value", message, format!("expected one of {}", expected.join(", ")), did_you_mean(written, values)))
}

/// A country as its folded alpha-2 code.
pub fn country(written: &str, style: Style) -> Result<Box<str>, Problem> {
    text(written, style)?;
    if let Some(code) = crate::country::code(written) {
        return Ok(code.to_ascii_lowercase().into());
    }
    let expected = "expected a code such as \"US\", or a country's name";
    let help = did_you_mean(written, crate::country::names());
    Err(problem("unknown-country", format!("`{}` is not a country", short(written)), expected, help))
}

/// Yes or no.
pub fn boolean(text: &str) -> Result<bool, Problem> {
    crate::records::boolean(text)
        .ok_or_else(|| problem("wrong-kind", format!("`{}` is neither true nor false", short(text)), "expected true or false", None))
}

/// A number without an operator.
pub fn number(text: &str, whole: bool) -> Result<Number, Problem> {
    let Some(number) = Number::parse(text) else {
        return Err(problem("wrong-kind", format!("`{}` is not a number", short(text)), NUMBER, range_meant(text)));
    };
    if whole && !number.is_whole() {
        return Err(problem("wrong-kind", format!("`{}` is not a whole number", short(text)), "this field holds whole numbers", None));
    }
    Ok(number)
}

const NUMBER: &str = "expected a number such as 1000, \"100..999\", \"100..\", \"..999\", \">=1000\" or \"<5\"";

/// `100-999` is what people write for `100..999`.
fn range_meant(text: &str) -> Option<String> {
    let (low, high) = text.split_once(['-', '–']).or_else(|| text.split_once(" to "))?;
    let (low, high) = (Number::parse(low)?, Number::parse(high)?);
    Some(format!("did you mean `{low}..{high}`?"))
}

/// A value as it is written for numbers and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent<'t> {
    /// `1000`, `=1000`, `>=1000`
    Compared(Comparison, &'t str),
    /// `100..999`, `100..`, `..999`, both ends included.
    Between(Option<&'t str>, Option<&'t str>),
}

/// Splits a value into operator or ends, and what is compared.
pub fn extent(text: &str) -> Extent<'_> {
    const SIGNS: [Comparison; 5] =
        [Comparison::GreaterOrEqual, Comparison::LessOrEqual, Comparison::Greater, Comparison::Less, Comparison::Equal];
    let text = text.trim();
    for comparison in SIGNS {
        if let Some(rest) = text.strip_prefix(comparison.sign()) {
            return Extent::Compared(comparison, rest.trim());
        }
    }
    match text.split_once("..").map(|(low, high)| (low.trim(), high.trim())) {
        Some((low, high)) if !(low.is_empty() && high.is_empty()) => {
            Extent::Between((!low.is_empty()).then_some(low), (!high.is_empty()).then_some(high))
        }
        _ => Extent::Compared(Comparison::Equal, text),
    }
}

/// The numbers that a value means, an operator or range in it included.
pub fn numbers(text: &str, whole: bool) -> Result<NumberSet, Problem> {
    match extent(text) {
        Extent::Compared(comparison, bound) => Ok(compared(comparison, number(bound, whole)?)),
        Extent::Between(low, high) => {
            let end = |end: Option<&str>| end.map(|text| number(text, whole)).transpose();
            between(end(low)?, end(high)?)
        }
    }
}

/// The numbers that stand so to a bound.
pub fn compared(comparison: Comparison, bound: Number) -> NumberSet {
    match comparison {
        Comparison::Equal => NumberSet::between(Some(bound), Some(bound)),
        Comparison::NotEqual => NumberSet::between(Some(bound), Some(bound)).not(),
        Comparison::Less => NumberSet::below(bound),
        Comparison::LessOrEqual => NumberSet::between(None, Some(bound)),
        Comparison::Greater => NumberSet::above(bound),
        Comparison::GreaterOrEqual => NumberSet::between(Some(bound), None),
    }
}

/// The numbers from one to another.
pub fn between(low: Option<Number>, high: Option<Number>) -> Result<NumberSet, Problem> {
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        return Err(crossed(&low.to_string(), &high.to_string()));
    }
    Ok(NumberSet::between(low, high))
}

/// A range whose end lies before its beginning.
pub fn crossed(low: &str, high: &str) -> Problem {
    let help = Some(format!("did you mean {high} to {low}?"));
    problem("empty-range", format!("nothing lies between {low} and {high}"), "expected the lower end first", help)
}

/// A moment as a policy writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Whether only a date was written, which means its midnight.
    pub is_date: bool,
}

/// A date, a local time in the policy's time zone, or a time with its own zone.
pub fn moment(text: &str, timezone: &TimeZone) -> Result<Moment, Problem> {
    let text = text.trim();
    let local = |time: DateTime| timezone.to_ambiguous_timestamp(time).compatible().ok();
    let read = if let Ok(at) = text.parse::<Timestamp>() {
        Some(Moment { at, is_date: false })
    } else if text.len() <= 10 {
        let date: Option<Date> = text.parse().ok();
        date.and_then(|date| local(date.to_datetime(jiff::civil::Time::midnight()))).map(|at| Moment { at, is_date: true })
    } else {
        text.parse().ok().and_then(local).map(|at| Moment { at, is_date: false })
    };
    read.ok_or_else(|| {
        let expected = "expected a date such as 2026-01-31, or a time such as 2026-01-31T09:00:00Z";
        problem("bad-time", format!("`{}` is neither a date nor a time", short(text)), expected, None)
    })
}

/// A length of time.
pub fn span(text: &str) -> Result<Span, Problem> {
    let expected = "expected one such as 90s, 15m, 4h, 30d, 2w or 1d 12h";
    Span::parse(text).ok_or_else(|| problem("bad-duration", format!("`{}` is not a length of time", short(text)), expected, None))
}

/// A text in a message: its beginning where it is long.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or("")),
        None => text.to_owned(),
    }
}
