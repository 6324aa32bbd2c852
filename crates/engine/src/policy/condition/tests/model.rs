//! A direct three-valued reading of the tree, held against the normal form.

use super::super::ast::{Direction, Expr, Node, Operand, PatternWord, Quantifier, Style, Test};
use super::super::spot::Spots;
use super::super::{finish, named, parse};
use super::trees::{facts, segment_tree, tree, word, written};
use super::{Desk, FIELDS, now};
use crate::facts::{Fact, Facts};
use crate::form::Comparison;
use crate::policy::diagnostic::Place;
use crate::value::{Number, fold};
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

/// The slow, obvious meaning of a tree.
struct Model<'a> {
    desk: &'a Desk,
    segments: &'a BTreeMap<String, Expr>,
    facts: &'a [Fact<'static>],
}

impl Model<'_> {
    fn value(&self, expr: &Expr) -> Option<bool> {
        match &expr.node {
            Node::All(parts) => parts.iter().map(|part| self.value(part)).reduce(and).unwrap(),
            Node::Any(parts) => not(parts.iter().map(|part| not(self.value(part))).reduce(and).unwrap()),
            Node::Not(part) => not(self.value(part)),
            Node::Name(name) => match self.segments.get(&*name.text) {
                Some(segment) => self.value(segment),
                None => match self.fact(&name.text) {
                    Fact::Bool(value) => Some(*value),
                    _ => None,
                },
            },
            Node::Test(field, Test::Missing) => Some(*self.fact(&field.text) == Fact::Missing),
            Node::Test(field, test) => self.test(self.fact(&field.text), test),
            Node::Elements(field, quantifier, tests) => {
                let Fact::List(items) = self.fact(&field.text) else { return None };
                let passes = |item: &std::borrow::Cow<'static, str>| {
                    tests.iter().all(|one| self.test(&Fact::Text(item.clone()), &one.test) == Some(!one.negated))
                };
                Some(if *quantifier == Quantifier::Any { items.iter().any(passes) } else { items.iter().all(passes) })
            }
            Node::Wrong => panic!("the model is asked of sound trees only"),
        }
    }

    fn fact(&self, name: &str) -> &Fact<'static> {
        &self.facts[FIELDS.iter().position(|field| *field == name).unwrap()]
    }

    fn test(&self, fact: &Fact<'static>, test: &Test) -> Option<bool> {
        match (fact, test) {
            (Fact::Missing, _) => None,
            (_, Test::Is(operands)) if operands.len() == 1 && operands[0].style == Style::Name => {
                self.compare(fact, Comparison::Equal, self.fact(&operands[0].text))
            }
            (_, Test::Order(comparison, operand)) if operand.style == Style::Name => {
                self.compare(fact, *comparison, self.fact(&operand.text))
            }
            (Fact::List(items), _) => Some(items.iter().any(|item| self.test(&Fact::Text(item.clone()), test) == Some(true))),
            (_, Test::Is(operands)) => Some(self.texts(operands).iter().any(|text| is(fact, text))),
            (_, Test::Order(comparison, operand)) => Some(is(fact, &format!("{}{}", comparison.sign(), operand.text))),
            (_, Test::Between(low, high)) => Some(is(fact, &format!("{}..{}", low.text, high.text))),
            (Fact::Text(text), Test::Pattern(word, operands)) => Some(self.texts(operands).iter().any(|part| match word {
                PatternWord::Contains => text.contains(&*fold(part)),
                PatternWord::StartsWith => text.starts_with(&*fold(part)),
                PatternWord::EndsWith => text.ends_with(&*fold(part)),
            })),
            (Fact::Time(time), Test::Within(direction, span)) => {
                let days: i64 = span.text.trim_end_matches('d').parse().unwrap();
                let away = time.duration_since(now());
                let reach = SignedDuration::from_hours(24 * days);
                Some(match direction {
                    Direction::Last => -reach <= away && away <= SignedDuration::ZERO,
                    Direction::Next => SignedDuration::ZERO <= away && away <= reach,
                })
            }
            _ => panic!("{test:?} is not for {fact:?}"),
        }
    }

    fn texts(&self, operands: &[Operand]) -> Vec<String> {
        let texts = |operand: &Operand| match operand.style {
            Style::List => self.desk.lists[&operand.text].iter().map(ToString::to_string).collect(),
            _ => vec![operand.text.to_string()],
        };
        operands.iter().flat_map(texts).collect()
    }

    fn compare(&self, left: &Fact<'static>, comparison: Comparison, right: &Fact<'static>) -> Option<bool> {
        match (left, right) {
            (_, Fact::Missing) => None,
            (Fact::List(items), Fact::Text(text)) | (Fact::Text(text), Fact::List(items)) => Some(items.contains(text)),
            (Fact::List(a), Fact::List(b)) => Some(a.iter().any(|item| b.contains(item))),
            (Fact::Number(a), Fact::Number(b)) => Some(stands(comparison, a.cmp(b))),
            (Fact::Time(a), Fact::Time(b)) => Some(stands(comparison, a.cmp(b))),
            _ => Some(left == right),
        }
    }
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn not(value: Option<bool>) -> Option<bool> {
    value.map(|value| !value)
}

fn stands(comparison: Comparison, order: std::cmp::Ordering) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }
}

/// Whether a value is what a text says, an operator or range in it included.
fn is(fact: &Fact<'static>, text: &str) -> bool {
    if let Fact::Text(value) = fact {
        return *value == fold(text);
    }
    if let Some((low, high)) = text.split_once("..") {
        let above = low.is_empty() || is(fact, &format!(">={low}"));
        return above && (high.is_empty() || is(fact, &format!("<={high}")));
    }
    let digits = text.find(|c: char| c.is_alphanumeric() || c == '-').unwrap();
    let (sign, bound) = text.split_at(digits);
    let order = match fact {
        Fact::Number(number) => number.cmp(&Number::parse(bound).unwrap()),
        Fact::Time(time) => time.cmp(&bound.parse::<Timestamp>().unwrap()),
        Fact::Bool(value) => value.cmp(&(bound == "true" || bound == "yes")),
        _ => panic!("{fact:?} has no order"),
    };
    match sign {
        "" | "=" => order.is_eq(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        _ => panic!("{sign}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn the_normal_form_is_true_exactly_where_the_condition_is(
        tree in tree(), first in segment_tree(), second in segment_tree(), leads in vec(facts(), 4)
    ) {
        let mut desk = Desk::new();
        let nowhere = Spots::Fixed(Place::default());
        let segments = BTreeMap::from([("first".to_owned(), first), ("second".to_owned(), second)]);
        for (name, segment) in &segments {
            let segment = named(segment, &nowhere, &mut desk.names()).unwrap();
            desk.segments.insert(name.as_str().into(), segment);
        }
        let Some(form) = finish(&tree, &nowhere, &mut desk.names()) else {
            prop_assert!(desk.found.iter().any(|found| found.code == "too-large"), "{}", desk.findings(""));
            return Ok(());
        };
        for facts in &leads {
            let expected = Model { desk: &desk, segments: &segments, facts }.value(&tree);
            prop_assert_eq!(form.holds(&Facts::given(facts.clone(), now())), expected == Some(true), "{:?}", facts);
        }
        if let Some(expression) = written(&tree) {
            prop_assert_eq!(desk.expression(&expression), Some(form), "{}", expression);
        }
    }
}

proptest! {
    #[test]
    fn no_expression_makes_it_panic(expression in "\\PC{0,60}", bytes in vec(any::<u8>(), 0..80)) {
        Desk::new().expression(&expression);
        Desk::new().expression(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_words_make_it_panic(words in vec(select(WORDS), 0..20), cell in "\\PC{0,20}", header in select(WORDS), operator in select(WORDS)) {
        let expression = words.join(" ");
        let mut desk = Desk::new();
        let form = desk.expression(&expression);
        let errors = desk.found.iter().any(|found| found.severity == crate::policy::diagnostic::Severity::Error);
        prop_assert_eq!(form.is_none(), errors, "{}", expression);
        desk.findings(&expression);
        if let Some(column) = super::super::column(&format!("{header} {operator}"), Place::default(), &mut desk.names()) {
            super::super::of_cell(&column, &cell, Place::default(), &mut desk.names());
        }
        let quoted = words.join(" = ").replace("''", "'");
        if let Ok(document) = toml_edit::Document::parse(format!("when = {{ {quoted} }}")) {
            let text = super::Text { file: "", text: document.raw() };
            super::of_item(document.get("when").unwrap(), text, &mut desk.names());
        }
    }
}

const WORDS: &[&str] = &[
    "country",
    "account.tags",
    "employees",
    "vip",
    "pages",
    "created_at",
    "enterprise",
    "segment",
    "and",
    "or",
    "not",
    "(",
    ")",
    "[",
    "]",
    ",",
    "=",
    "!=",
    "<",
    ">=",
    "in",
    "between",
    "contains",
    "starts_with",
    "is",
    "missing",
    "within",
    "last",
    "next",
    "any",
    "all",
    "'US'",
    "\"5\"",
    "5",
    "1..5",
    "-3",
    "2026-01-01",
    "30d",
    "true",
    "@dach",
    "@",
    "'",
    "\\",
    "9999999999999999999999999999999999999999",
    "cuntry",
    "{",
    "}",
    "99..1",
    "é",
    "''",
];

#[test]
fn precedence_needs_no_parentheses() {
    let nowhere = Spots::Fixed(Place::default());
    let shape = |expression: &str| format!("{:?}", strip(parse::parse(expression, &nowhere, &mut Vec::new())));
    assert_eq!(shape("vip or not vip and vip or vip"), shape("(vip) or ((not vip) and (vip)) or (vip)"));
}

/// Without places.
fn strip(mut expr: Expr) -> Expr {
    expr.at = 0..0;
    expr.node = match expr.node {
        Node::All(parts) => Node::All(parts.into_iter().map(strip).collect()),
        Node::Any(parts) => Node::Any(parts.into_iter().map(strip).collect()),
        Node::Not(part) => Node::Not(Box::new(strip(*part))),
        Node::Name(name) => Node::Name(word(&name.text)),
        other => other,
    };
    expr
}
