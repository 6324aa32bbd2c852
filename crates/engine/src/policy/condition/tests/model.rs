//! A direct three-valued reading of the tree, held against the normal form.

use super::super::ast::{Direction, ElementTest, Expr, Node, Operand, PatternWord, Quantifier, Style, Test, Word};
use super::super::spot::Spots;
use super::super::{finish, named, parse};
use super::{Desk, FIELDS, now};
use crate::calendar::Span;
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
            Node::All(parts) => parts.iter().fold(Some(true), |so_far, part| and(so_far, self.value(part))),
            Node::Any(parts) => not(parts.iter().fold(Some(true), |so_far, part| and(so_far, not(self.value(part))))),
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

fn expr(node: Node) -> Expr {
    Expr { node, at: 0..0 }
}

fn word(text: &str) -> Word {
    Word { text: text.into(), at: 0..0 }
}

fn operand(style: Style, text: &str) -> Operand {
    Operand { text: text.into(), style, at: 0..0 }
}

fn quoted(texts: &'static [&'static str]) -> impl Strategy<Value = Operand> + Clone {
    select(texts).prop_map(|text| operand(Style::Quoted, text))
}

fn bare(texts: &'static [&'static str]) -> impl Strategy<Value = Operand> + Clone {
    select(texts).prop_map(|text| operand(Style::Bare, text))
}

fn tests_of(field: &'static str, test: impl Strategy<Value = Test> + 'static) -> BoxedStrategy<Expr> {
    test.prop_map(move |test| expr(Node::Test(word(field), test))).boxed()
}

fn is_any(operand: impl Strategy<Value = Operand> + 'static) -> BoxedStrategy<Test> {
    vec(operand, 1..4).prop_map(Test::Is).boxed()
}

fn pattern(texts: &'static [&'static str]) -> BoxedStrategy<Test> {
    let words = [PatternWord::Contains, PatternWord::StartsWith, PatternWord::EndsWith];
    (select(words.to_vec()), vec(quoted(texts), 1..3)).prop_map(|(word, texts)| Test::Pattern(word, texts)).boxed()
}

fn order() -> impl Strategy<Value = Comparison> + Clone {
    select(vec![Comparison::Less, Comparison::LessOrEqual, Comparison::Greater, Comparison::GreaterOrEqual])
}

fn range(bound: impl Strategy<Value = Operand> + Clone + 'static, sorted: fn(&Operand) -> i64) -> BoxedStrategy<Test> {
    let between = (bound.clone(), bound.clone()).prop_map(
        move |(a, b)| {
            if sorted(&a) <= sorted(&b) { Test::Between(a, b) } else { Test::Between(b, a) }
        },
    );
    prop_oneof![between, (order(), bound).prop_map(|(comparison, bound)| Test::Order(comparison, bound))].boxed()
}

const STATES: &[&str] = &["A", "ab ", "ba", "abc", "ç"];
const TAGS: &[&str] = &["a", "AB", "b"];
const SIZES: &[&str] = &["1", "2", "3", "5"];
const MONEY: &[&str] = &["-1", "0.5", "1", "2.25"];
const TIMES: &[&str] = &["2026-06-14T12:00:00Z", "2026-06-15T12:00:00Z", "2026-06-17T12:00:00Z"];

fn whole(operand: &Operand) -> i64 {
    Number::parse(&operand.text).map_or_else(|| operand.text.parse::<Timestamp>().unwrap().as_second(), |n| n.0 as i64)
}

fn leaf() -> BoxedStrategy<Expr> {
    let missing = select(&FIELDS[..]).prop_map(|field| expr(Node::Test(word(field), Test::Missing)));
    let names = select(vec!["vip", "account.named", "first", "second"]).prop_map(|name| expr(Node::Name(word(name))));
    let pairs = [
        ("country", "account.country"),
        ("pages", "account.tags"),
        ("state", "pages"),
        ("account.tags", "country"),
        ("vip", "account.named"),
    ];
    let same = select(pairs.to_vec()).prop_map(|(a, b)| expr(Node::Test(word(a), Test::Is(vec![operand(Style::Name, b)]))));
    let apart = order().prop_map(|sign| expr(Node::Test(word("employees"), Test::Order(sign, operand(Style::Name, "annual_revenue")))));
    let country = prop_oneof![quoted(&["US", "de"]), Just(operand(Style::List, "dach")), Just(operand(Style::List, "none"))];
    let size = prop_oneof![bare(SIZES), quoted(&["1..2", ">2", "..1", "<=3", "=5", "2.."]), Just(operand(Style::List, "big"))];
    prop_oneof![
        missing,
        names,
        same,
        apart,
        tests_of("country", is_any(country)),
        tests_of("state", is_any(quoted(STATES))),
        tests_of("state", pattern(&["a", "b", "AB", "c"])),
        tests_of("product_interest", is_any(quoted(&["analytics", "Platform"]))),
        tests_of("employees", is_any(size)),
        tests_of("employees", range(bare(SIZES), whole)),
        tests_of("annual_revenue", range(bare(MONEY), whole)),
        tests_of("vip", is_any(bare(&["true", "false"]))),
        tests_of("account.tags", prop_oneof![is_any(quoted(TAGS)), pattern(TAGS)]),
        tests_of("created_at", prop_oneof![is_any(bare(TIMES)), range(bare(TIMES), whole), within()]),
        elements(),
    ]
    .boxed()
}

/// `within`, or, as long as lengths of time are not read, something else of a time.
fn within() -> BoxedStrategy<Test> {
    if Span::parse("1d").is_none() {
        return is_any(bare(TIMES));
    }
    let direction = select(vec![Direction::Last, Direction::Next]);
    (direction, bare(&["1d", "2d", "3d"])).prop_map(|(direction, span)| Test::Within(direction, span)).boxed()
}

fn elements() -> BoxedStrategy<Expr> {
    let test = (any::<bool>(), prop_oneof![is_any(quoted(TAGS)), pattern(TAGS)]).prop_map(|(negated, test)| ElementTest { negated, test });
    let quantifier = select(vec![Quantifier::Any, Quantifier::All]);
    (select(vec!["pages", "account.tags"]), quantifier, vec(test, 1..3))
        .prop_map(|(field, quantifier, tests)| expr(Node::Elements(word(field), quantifier, tests)))
        .boxed()
}

fn tree() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| expr(Node::Not(Box::new(part)))),
            vec(inner.clone(), 2..4).prop_map(|parts| expr(Node::All(parts))),
            vec(inner, 2..4).prop_map(|parts| expr(Node::Any(parts))),
        ]
    })
}

/// A segment names none.
fn segment_tree() -> impl Strategy<Value = Expr> {
    tree().prop_map(|mut tree| {
        fn strip(expr: &mut Expr) {
            match &mut expr.node {
                Node::All(parts) | Node::Any(parts) => parts.iter_mut().for_each(strip),
                Node::Not(part) => strip(part),
                Node::Name(name) => *name = word("vip"),
                _ => {}
            }
        }
        strip(&mut tree);
        tree
    })
}

fn facts() -> impl Strategy<Value = Vec<Fact<'static>>> {
    let text = |texts: &'static [&'static str]| select(texts).prop_map(|text| Fact::Text(text.into()));
    let number = |texts: &'static [&'static str]| select(texts).prop_map(|text| Fact::Number(Number::parse(text).unwrap()));
    let items = vec(select(&["a", "ab", "b", "us"][..]), 1..4).prop_map(|items| Fact::List(items.into_iter().map(Into::into).collect()));
    let time = select(TIMES).prop_map(|time| Fact::Time(time.parse().unwrap()));
    let or_missing = |fact: BoxedStrategy<Fact<'static>>| prop_oneof![1 => Just(Fact::Missing), 3 => fact].boxed();
    vec![
        or_missing(text(&["us", "de", "at"]).boxed()),
        or_missing(text(&["a", "ab", "ba", "abc", "ç", "b"]).boxed()),
        or_missing(text(&["analytics", "platform", "security"]).boxed()),
        or_missing(number(&["1", "2", "3", "500", "2000"]).boxed()),
        or_missing(number(&["-1", "0.4", "0.5", "1", "2", "2.25"]).boxed()),
        or_missing(any::<bool>().prop_map(Fact::Bool).boxed()),
        or_missing(items.clone().boxed()),
        or_missing(items.boxed()),
        or_missing(time.boxed()),
        or_missing(text(&["us", "de", "at"]).boxed()),
        or_missing(any::<bool>().prop_map(Fact::Bool).boxed()),
    ]
}

/// A tree as an expression; `None` for what only a table can say.
fn written(expr: &Expr) -> Option<String> {
    let parts = |parts: &[Expr], word: &str| {
        let parts: Option<Vec<String>> = parts.iter().map(|part| Some(format!("({})", written(part)?))).collect();
        Some(parts?.join(word))
    };
    Some(match &expr.node {
        Node::All(all) => parts(all, " and ")?,
        Node::Any(any) => parts(any, " OR ")?,
        Node::Not(part) => format!("not ({})", written(part)?),
        Node::Name(name) => name.text.to_string(),
        Node::Test(field, test) => format!("{} {}", field.text, written_test(test)),
        Node::Elements(field, quantifier, tests) => {
            let [one] = tests.as_slice() else { return None };
            let not = if one.negated { "not " } else { "" };
            format!("{} {} {not}{}", field.text, format!("{quantifier:?}").to_lowercase(), written_test(&one.test))
        }
        Node::Wrong => return None,
    })
}

fn written_test(test: &Test) -> String {
    let one = |operand: &Operand| match operand.style {
        Style::Quoted => format!("\"{}\"", operand.text),
        Style::List => format!("@{}", operand.text),
        Style::Bare | Style::Name => operand.text.to_string(),
    };
    let all = |operands: &[Operand]| format!("[{}]", operands.iter().map(one).collect::<Vec<_>>().join(", "));
    match test {
        Test::Is(operands) if operands[0].style == Style::Name => format!("= {}", one(&operands[0])),
        Test::Is(operands) => format!("in {}", all(operands)),
        Test::Order(comparison, operand) => format!("{} {}", comparison.sign(), one(operand)),
        Test::Between(low, high) => format!("between {} and {}", one(low), one(high)),
        Test::Pattern(word, operands) => format!("{} {}", word.name(), all(operands)),
        Test::Missing => "is missing".to_owned(),
        Test::Within(Direction::Last, span) => format!("within last {}", one(span)),
        Test::Within(Direction::Next, span) => format!("within next {}", one(span)),
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
