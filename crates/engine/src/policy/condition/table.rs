//! A condition written as a TOML table: every key must hold.
//!
//! ```toml
//! when = { country = "US", employees = "100..999", type = ["a", "b"], state = { not = "CA" }, account.named = true }
//! ```

use super::ast::{Direction, ElementTest, Expr, Node, Operand, PatternWord, Quantifier, Style, Test, Word};
use super::parse::DEEPEST;
use super::spot::Spots;
use crate::policy::diagnostic::Diagnostic;
use std::ops::Range;
use toml_edit::{Item, Key, TableLike, Value};

/// Reads a table. What is wrong is reported, and the tree has [`Node::Wrong`] there.
pub fn read(table: &dyn TableLike, at: Range<usize>, spots: &Spots<'_>, found: &mut Vec<Diagnostic>) -> Expr {
    let mut reader = Reader { spots, found };
    let mut parts = Vec::new();
    for (key, item) in entries(table) {
        let at = span(key.span());
        parts.extend(reader.key(Word { text: key.get().into(), at }, item, 0));
    }
    all(parts, at)
}

/// Keys with their places, which the iterator of a table leaves out.
fn entries(table: &dyn TableLike) -> impl Iterator<Item = (&Key, &Item)> {
    table.iter().filter_map(|(key, _)| table.get_key_value(key))
}

fn span(range: Option<Range<usize>>) -> Range<usize> {
    range.unwrap_or_default()
}

fn all(mut parts: Vec<Expr>, at: Range<usize>) -> Expr {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            Expr { node: Node::All(parts), at }
        }
    }
}

struct Reader<'a> {
    spots: &'a Spots<'a>,
    found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// A field and what it must be. A table holds operators, or the rest of a name: `account.named = true`.
    fn key(&mut self, field: Word, item: &Item, depth: usize) -> Vec<Expr> {
        let at = field.at.start..span(item.span()).end.max(field.at.end);
        let Some(table) = item.as_table_like() else {
            let node = self.operands(item).map_or(Node::Wrong, |values| Node::Test(field, Test::Is(values)));
            return vec![Expr { node, at }];
        };
        if depth > DEEPEST {
            self.error("too-deep", &at, format!("tables nest deeper than {DEEPEST} here"), "a table of operators");
            return vec![Expr { node: Node::Wrong, at }];
        }
        let mut parts = Vec::new();
        for (key, item) in entries(table) {
            let at = field.at.start..span(item.span()).end.max(span(key.span()).end);
            match self.operator(&field, key.get(), item, &at, depth) {
                Some(node) => parts.push(Expr { node, at }),
                None => {
                    let name = Word { text: format!("{}.{}", field.text, key.get()).into(), at: span(key.span()) };
                    parts.extend(self.key(name, item, depth + 1));
                }
            }
        }
        if parts.is_empty() {
            self.error(
                "empty-condition",
                &at,
                format!("nothing is asked of `{}`", field.text),
                "a value, or an operator such as { not = ... }",
            );
            parts.push(Expr { node: Node::Wrong, at });
        }
        parts
    }

    /// `None`: the key is not an operator.
    fn operator(&mut self, field: &Word, key: &str, item: &Item, at: &Range<usize>, depth: usize) -> Option<Node> {
        let quantifier = match key {
            "any" => Some(Quantifier::Any),
            "all" => Some(Quantifier::All),
            _ => None,
        };
        if let Some(quantifier) = quantifier {
            let tests = self.elements(item);
            return Some(tests.map_or(Node::Wrong, |tests| Node::Elements(field.clone(), quantifier, tests)));
        }
        let test = match key {
            "not" => {
                let inner = all(self.key(field.clone(), item, depth + 1), at.clone());
                return Some(Node::Not(Box::new(inner)));
            }
            "missing" => {
                let missing = Expr { node: Node::Test(field.clone(), Test::Missing), at: at.clone() };
                return Some(match item.as_bool() {
                    Some(true) => missing.node,
                    Some(false) => Node::Not(Box::new(missing)),
                    None => self.wrong(item, "expected true or false"),
                });
            }
            "within" => self.text(item).map(within),
            _ => {
                let pattern = PatternWord::named(key).filter(|word| word.name() == key)?;
                self.operands(item).map(|values| Test::Pattern(pattern, values))
            }
        };
        Some(test.map_or(Node::Wrong, |test| Node::Test(field.clone(), test)))
    }

    /// What an element must be: values, or a table of operators that all hold.
    fn elements(&mut self, item: &Item) -> Option<Vec<ElementTest>> {
        let Some(table) = item.as_table_like() else {
            return self.operands(item).map(|values| vec![ElementTest { negated: false, test: Test::Is(values) }]);
        };
        let mut tests = Vec::new();
        for (key, item) in entries(table) {
            let pattern = PatternWord::named(key.get()).filter(|word| word.name() == key.get());
            let test = match pattern {
                Some(pattern) => Test::Pattern(pattern, self.operands(item)?),
                None if key.get() == "not" => Test::Is(self.operands(item)?),
                None => {
                    self.error("unknown-operator", &span(key.span()), format!("`{}` is not an operator", key.get()), ELEMENT_OPERATORS);
                    return None;
                }
            };
            tests.push(ElementTest { negated: pattern.is_none(), test });
        }
        Some(tests)
    }

    fn operands(&mut self, item: &Item) -> Option<Vec<Operand>> {
        match item.as_array() {
            Some(array) => array.iter().map(|value| self.operand(value)).collect(),
            None => match item.as_value() {
                Some(value) => self.operand(value).map(|operand| vec![operand]),
                None => {
                    self.wrong(item, "expected a value or a list");
                    None
                }
            },
        }
    }

    fn operand(&mut self, value: &Value) -> Option<Operand> {
        let (text, style) = match value {
            Value::String(text) => (text.value().clone(), Style::Quoted),
            Value::Integer(number) => (number.value().to_string(), Style::Bare),
            Value::Float(number) => (number.value().to_string(), Style::Bare),
            Value::Boolean(yes) => (yes.value().to_string(), Style::Bare),
            Value::Datetime(time) => (time.value().to_string(), Style::Bare),
            Value::Array(_) | Value::InlineTable(_) => {
                self.error(
                    "wrong-type",
                    &span(value.span()),
                    "a list of values cannot hold this".to_owned(),
                    "expected a text, number, true, false or date",
                );
                return None;
            }
        };
        Some(Operand { text: text.into(), style, at: span(value.span()) })
    }

    fn text(&mut self, item: &Item) -> Option<Operand> {
        if !item.is_str() {
            self.wrong(item, "expected a text such as \"30d\" or \"next 2w\"");
            return None;
        }
        item.as_value().and_then(|value| self.operand(value))
    }

    fn wrong(&mut self, item: &Item, expected: &'static str) -> Node {
        self.error("wrong-type", &span(item.span()), format!("this is {}", article(item.type_name())), expected);
        Node::Wrong
    }

    fn error(&mut self, code: &'static str, at: &Range<usize>, message: String, expected: &'static str) {
        self.found.push(Diagnostic::error(code, self.spots.place(at), message).label(expected));
    }
}

const ELEMENT_OPERATORS: &str = "expected not, contains, starts_with or ends_with";

/// `30d`, `last 30d`, `next 30d`.
fn within(span: Operand) -> Test {
    let (first, rest) = span.text.trim().split_once(char::is_whitespace).unwrap_or(("", &span.text));
    let (direction, text) = match first {
        "last" => (Direction::Last, rest),
        "next" => (Direction::Next, rest),
        _ => (Direction::Last, &*span.text),
    };
    Test::Within(direction, Operand { text: text.trim().into(), ..span })
}

fn article(noun: &str) -> String {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { format!("an {noun}") } else { format!("a {noun}") }
}
