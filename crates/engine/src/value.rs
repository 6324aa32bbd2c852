//! Values: what a field of a lead or an account may hold, and how text compares.
//!
//! Text compares without case and without surrounding space ([`fold`]). Numbers are exact decimals
//! ([`Number`]), never floats, so that the same inputs give the same decisions on every machine.

use jiff::Timestamp;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// One value of a field. Text is kept as it came; comparing folds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Any text. Never empty: an empty cell is a missing field.
    Text(Box<str>),
    /// An exact decimal number.
    Number(Number),
    /// Yes or no.
    Bool(bool),
    /// A moment in time.
    Time(Timestamp),
    /// A set of texts, in the order given. Never empty: an empty set is a missing field.
    List(Vec<Box<str>>),
}

impl Value {
    /// The text of a text value; `None` for every other kind.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(value) => f.write_str(if *value { "yes" } else { "no" }),
            Self::Time(time) => write!(f, "{time}"),
            Self::List(items) => f.write_str(&items.join("|")),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => number.serialize(serializer),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Time(time) => serializer.collect_str(time),
            Self::List(items) => serializer.collect_seq(items),
        }
    }
}

/// An exact decimal with six digits after the point, as a count of millionths.
///
/// Digits beyond the sixth are cut off (toward zero). The range is that of `i128`, far beyond any
/// head count or revenue in any currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(pub i128);

impl Number {
    /// How many units make one.
    pub const ONE: i128 = 1_000_000;

    /// A whole number.
    #[must_use]
    pub const fn whole(value: i64) -> Self {
        Self(value as i128 * Self::ONE)
    }

    /// Whether nothing stands after the point.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.0 % Self::ONE == 0
    }

    /// Reads `1200`, `-3`, `1,200`, `1_200`, `0.75`, `1.2e6`-free plain decimals. Thousands separators
    /// (comma, underscore, space) must stand between digits of the whole part.
    /// `None` when the text is not such a number or does not fit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if !whole.starts_with(|c: char| c.is_ascii_digit()) || (digits.ends_with('.')) {
            return None;
        }
        let mut value: i128 = 0;
        for c in whole.bytes() {
            match c {
                b'0'..=b'9' => value = value.checked_mul(10)?.checked_add(i128::from(c - b'0'))?,
                b',' | b'_' | b' ' => {}
                _ => return None,
            }
        }
        if !whole.ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        value = value.checked_mul(Self::ONE)?;
        let mut unit = Self::ONE;
        for c in fraction.bytes() {
            if !c.is_ascii_digit() {
                return None;
            }
            unit /= 10;
            value = value.checked_add(i128::from(c - b'0') * unit)?;
        }
        Some(Self(if negative { -value } else { value }))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1_000_000, self.0.unsigned_abs() % 1_000_000);
        if rest == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{}", format!("{rest:06}").trim_end_matches('0')) }
    }
}

/// As a JSON number, where that reads back exactly: a whole one of 64 bits, or one of at most fifteen digits, which
/// a float keeps. Any other as text.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(self.0 / Self::ONE) {
            Ok(whole) if self.is_whole() => serializer.serialize_i64(whole),
            _ if self.0.unsigned_abs() < FIFTEEN_DIGITS => serializer.serialize_f64(self.0 as f64 / Self::ONE as f64),
            _ => serializer.collect_str(self),
        }
    }
}

const FIFTEEN_DIGITS: u128 = 1_000_000_000_000_000;

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or its digits as text")
    }

    fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Number, E> {
        Ok(Number::whole(whole))
    }

    fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Number, E> {
        Ok(Number(i128::from(whole) * Number::ONE))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
        let millionths = (value * Number::ONE as f64).round();
        if millionths.abs() < FIFTEEN_DIGITS as f64 {
            #[allow(clippy::cast_possible_truncation, reason = "it is whole and small")]
            return Ok(Number(millionths as i128));
        }
        Err(E::invalid_value(de::Unexpected::Float(value), &"at most fifteen digits; more as text"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
        Number::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

/// Text as it is compared: surrounding space cut off, lower case, composed (Unicode NFC).
/// Borrowed when the text is already so, which is the common case for codes and addresses.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() {
        if text.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) }
    } else {
        // Lower-casing can decompose (İ), so composing comes last; a second pass makes it a fixed point.
        let lower: String = text.to_lowercase();
        if is_nfc(&lower) { Cow::Owned(lower) } else { Cow::Owned(lower.nfc().collect()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_read_and_print() {
        for (text, printed) in [("1200", "1200"), ("1,200", "1200"), ("-0.50", "-0.5"), ("+7", "7"), ("0.0000019", "0.000001")] {
            assert_eq!(Number::parse(text).unwrap().to_string(), printed);
        }
        for text in ["", "-", "1.", ".5", "1e6", "lots", "1,", "11-50", "9".repeat(60).as_str()] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC*") {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once).into_owned(), once.clone());
        }
        #[test]
        fn a_printed_number_reads_back(units in any::<i64>()) {
            let number = Number(i128::from(units));
            prop_assert_eq!(Number::parse(&number.to_string()), Some(number));
        }
        /// Of every length, so that the seam between number and text is met.
        #[test]
        fn a_number_in_json_reads_back_exactly(units in any::<i128>(), shift in 0_u32..127) {
            let number = Number(units >> shift);
            // What text can say: the least number of all has no positive twin.
            prop_assume!(number.0.checked_abs().is_some());
            let json = serde_json::to_string(&number).unwrap();
            prop_assert_eq!(serde_json::from_str::<Number>(&json).unwrap(), number, "{}", json);
        }
    }
}
