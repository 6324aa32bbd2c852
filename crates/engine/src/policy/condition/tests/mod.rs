//! The tests of conditions: what they mean, what they complain about, and a model to hold them against.

mod meaning;
mod messages;
mod model;
mod trees;
mod words;

use super::{Names, Segment, of_expression, of_item, segment};
use crate::facts::{Fact, Facts};
use crate::field::{Fields, Kind};
use crate::form::Form;
use crate::policy::diagnostic::{Diagnostic, Severity};
use crate::policy::source::Text;
use crate::value::Number;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// The fields that tests ask about, in the order of their numbers.
const FIELDS: [&str; 11] = [
    "country",
    "state",
    "product_interest",
    "employees",
    "annual_revenue",
    "vip",
    "pages",
    "account.tags",
    "created_at",
    "account.country",
    "account.named",
];

/// What a policy around a condition would hold.
struct Desk {
    fields: Fields,
    lists: BTreeMap<Box<str>, Vec<Box<str>>>,
    segments: BTreeMap<Box<str>, Segment>,
    timezone: TimeZone,
    used: BTreeSet<String>,
    found: Vec<Diagnostic>,
}

impl Desk {
    fn new() -> Self {
        let mut fields = Fields::default();
        fields.declare("product_interest", Kind::Choice(["Analytics", "platform", "security"].map(Into::into).to_vec()));
        fields.declare("vip", Kind::Bool);
        for name in FIELDS {
            fields.use_field(name).unwrap();
        }
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).into()).collect();
        let lists = [("dach", list(&["DE", "AT", "CH"])), ("big", list(&["1000..", "500"])), ("none", list(&[]))];
        let mut desk = Self {
            fields,
            lists: lists.into_iter().map(|(name, texts)| (name.into(), texts)).collect(),
            segments: BTreeMap::new(),
            timezone: TimeZone::get("America/New_York").unwrap(),
            used: BTreeSet::new(),
            found: Vec::new(),
        };
        desk.add_segment("enterprise", "{ employees = \">=1000\" }");
        desk.add_segment("has_size", "'employees is not missing and employees > 0'");
        desk
    }

    fn names(&mut self) -> Names<'_> {
        Names {
            fields: &mut self.fields,
            lists: &self.lists,
            segments: &self.segments,
            timezone: &self.timezone,
            used: &mut self.used,
            found: &mut self.found,
        }
    }

    fn add_segment(&mut self, name: &str, value: &str) {
        let file = format!("when = {value}");
        let document = toml_edit::Document::parse(file.as_str()).unwrap();
        let text = Text { file: "routing.toml", text: &file };
        let segment = segment(document.get("when").unwrap(), text, &mut self.names()).unwrap();
        self.segments.insert(name.into(), segment);
    }

    fn expression(&mut self, expression: &str) -> Option<Form> {
        of_expression(expression, Text { file: "routing.toml", text: expression }, 0, &mut self.names())
    }

    /// What `when = VALUE` means.
    fn item(&mut self, value: &str) -> Option<Form> {
        let file = format!("when = {value}");
        let document = toml_edit::Document::parse(file.as_str()).unwrap_or_else(|error| panic!("{value}: {error}"));
        of_item(document.get("when").unwrap(), Text { file: "routing.toml", text: &file }, &mut self.names())
    }

    /// What was found, a line or more each, over the text that each is about.
    fn findings(&self, text: &str) -> String {
        let line = |found: &Diagnostic| {
            let severity = if found.severity == Severity::Error { "error" } else { "warning" };
            let mut lines = format!("{severity}[{}] at `{}`: {}", found.code, &text[found.place.start..found.place.end], found.message);
            for (word, more) in [("label", &found.label), ("help", &found.help)] {
                if let Some(more) = more {
                    lines.push_str(&format!("\n  {word}: {more}"));
                }
            }
            lines
        };
        self.found.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

fn text(text: &str) -> Fact<'_> {
    Fact::Text(text.into())
}

fn number(number: i64) -> Fact<'static> {
    Fact::Number(Number::whole(number))
}

fn list<'a>(texts: &[&'a str]) -> Fact<'a> {
    Fact::List(texts.iter().map(|text| (*text).into()).collect())
}

fn time(text: &str) -> Fact<'static> {
    Fact::Time(text.parse().unwrap())
}

fn now() -> Timestamp {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

/// A lead with these fields and no others.
fn lead<'a>(given: &[(&str, Fact<'a>)]) -> Facts<'a> {
    let fact = |name: &&str| given.iter().find(|(given, _)| given == name).map_or(Fact::Missing, |(_, fact)| fact.clone());
    Facts::given(FIELDS.iter().map(fact).collect(), now())
}
