//! Random conditions as trees, and random leads.

use super::super::ast::{Direction, ElementTest, Expr, Node, Operand, PatternWord, Quantifier, Style, Test, Word};
use super::FIELDS;
use crate::calendar::Span;
use crate::facts::Fact;
use crate::form::Comparison;
use crate::value::Number;
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A part, nowhere.
pub fn expr(node: Node) -> Expr {
    Expr { node, at: 0..0 }
}

/// A name, nowhere.
pub fn word(text: &str) -> Word {
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

/// A random tree.
pub fn tree() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|part| expr(Node::Not(Box::new(part)))),
            vec(inner.clone(), 2..4).prop_map(|parts| expr(Node::All(parts))),
            vec(inner, 2..4).prop_map(|parts| expr(Node::Any(parts))),
        ]
    })
}

/// A segment names none.
pub fn segment_tree() -> impl Strategy<Value = Expr> {
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

/// A random lead, by field number.
pub fn facts() -> impl Strategy<Value = Vec<Fact<'static>>> {
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
pub fn written(expr: &Expr) -> Option<String> {
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
