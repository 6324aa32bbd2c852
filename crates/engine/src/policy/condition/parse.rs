//! An expression as a tree. `not` binds tightest, then `and`, then `or`; keywords in any case.

use super::ast::{Direction, ElementTest, Expr, Node, Operand, PatternWord, Quantifier, Style, Test, Word};
use super::lex::{Lexeme, Token, lex};
use super::spot::Spots;
use super::values::short;
use crate::form::Comparison;
use crate::policy::diagnostic::{Diagnostic, did_you_mean};
use std::ops::Range;

/// The longest expression, in bytes.
pub const LONGEST: usize = 64 * 1024;
/// How deep parentheses and `not` may nest.
pub const DEEPEST: usize = 64;
/// After so many errors the rest is not worth reading.
const MOST_ERRORS: usize = 20;

const OPERATORS: [&str; 10] = ["=", "in", "not", "between", "contains", "starts_with", "ends_with", "is", "within", "any"];
const EXPECTED_OPERATOR: &str =
    "expected =, !=, <, <=, >, >=, in, not in, between, contains, starts_with, ends_with, is missing, within, any or all";

/// Reads an expression. What is wrong is reported, and the tree has [`Node::Wrong`] there, so that the rest can be checked too.
pub fn parse(expression: &str, spots: &Spots<'_>, found: &mut Vec<Diagnostic>) -> Expr {
    let whole = 0..expression.len();
    if expression.len() > LONGEST {
        let message = format!("this expression has {} bytes; {LONGEST} are the most", expression.len());
        let help = "name parts of it in [segments], texts in [lists], or use a territory table";
        found.push(Diagnostic::error("too-long", spots.place(&whole), message).help(Some(help)));
        return Expr { node: Node::Wrong, at: whole };
    }
    let before = found.len();
    let lexemes = lex(expression, spots, found);
    let expr = Parser { lexemes: &lexemes, end: expression.len(), last: 0, depth: 0, errors: 0, spots, found }.whole(whole.clone());
    if found.len() == before {
        return expr;
    }
    let wrong = Expr { node: Node::Wrong, at: whole.clone() };
    Expr { node: Node::All(vec![expr, wrong]), at: whole }
}

struct Parser<'a> {
    /// What is left.
    lexemes: &'a [Lexeme],
    /// The end of the expression.
    end: usize,
    /// The end of what was taken last.
    last: usize,
    depth: usize,
    errors: usize,
    spots: &'a Spots<'a>,
    found: &'a mut Vec<Diagnostic>,
}

/// The tokens: looking, taking, complaining.
impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.lexemes.first().map(|lexeme| &lexeme.token)
    }

    /// Where the next token stands; the end of the expression when there is none.
    fn here(&self) -> Range<usize> {
        self.lexemes.first().map_or(self.end..self.end, |lexeme| lexeme.at.clone())
    }

    fn take(&mut self) -> Option<&'a Lexeme> {
        let (first, rest) = self.lexemes.split_first()?;
        self.lexemes = rest;
        self.last = first.at.end;
        Some(first)
    }

    fn take_if(&mut self, token: &Token) -> bool {
        let is = self.peek() == Some(token);
        if is {
            self.take();
        }
        is
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Name(name)) if name.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is = self.at_word(word);
        if is {
            self.take();
        }
        is
    }

    /// Reports what stands next as not what was expected.
    fn unexpected(&mut self, expected: &str, help: Option<String>) {
        if self.errors >= MOST_ERRORS {
            return self.give_up();
        }
        self.errors += 1;
        let message = self
            .peek()
            .map_or_else(|| "the condition ends too soon".to_owned(), |token| format!("`{}` is not expected here", shown(token)));
        self.found.push(Diagnostic::error("syntax", self.spots.place(&self.here()), message).label(expected).help(help));
    }

    /// Leaves out all that follows, and says no more.
    fn give_up(&mut self) {
        self.errors = MOST_ERRORS;
        self.lexemes = &[];
    }

    /// Leaves out tokens up to the next `and`, `or` or closing parenthesis of this level.
    fn recover(&mut self) {
        let mut open = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                Token::Open | Token::OpenList => open += 1,
                Token::Close if open == 0 => return,
                Token::Close | Token::CloseList => open = open.saturating_sub(1),
                _ if open == 0 && (self.at_word("and") || self.at_word("or")) => return,
                _ => {}
            }
            self.take();
        }
    }
}

/// `and`, `or`, `not`, parentheses.
impl Parser<'_> {
    fn whole(&mut self, at: Range<usize>) -> Expr {
        if self.peek().is_none() {
            let help = "leave it out to match every lead";
            self.found.push(Diagnostic::error("empty-condition", self.spots.place(&at), "the condition is empty").help(Some(help)));
            return Expr { node: Node::Wrong, at };
        }
        let mut parts = vec![self.either()];
        while self.peek().is_some() {
            if self.peek() == Some(&Token::Close) {
                self.unexpected("nothing is open here", None);
                self.take();
            } else {
                self.unexpected("expected `and` or `or`", None);
                if !matches!(self.peek(), Some(Token::Name(_) | Token::Open)) {
                    self.recover();
                }
            }
            let _ = self.take_word("and") || self.take_word("or");
            if self.peek().is_some() {
                parts.push(self.either());
            }
        }
        joined(parts, Node::All)
    }

    fn either(&mut self) -> Expr {
        let mut parts = vec![self.both()];
        while self.take_word("or") {
            parts.push(self.both());
        }
        joined(parts, Node::Any)
    }

    fn both(&mut self) -> Expr {
        let mut parts = vec![self.part()];
        while self.take_word("and") {
            parts.push(self.part());
        }
        joined(parts, Node::All)
    }

    fn part(&mut self) -> Expr {
        let start = self.here().start;
        if self.depth >= DEEPEST {
            let message = format!("parentheses and `not` nest deeper than {DEEPEST} here");
            let help = "name parts of it in [segments]";
            self.found.push(Diagnostic::error("too-deep", self.spots.place(&self.here()), message).help(Some(help)));
            self.give_up();
            return Expr { node: Node::Wrong, at: start..self.end };
        }
        self.depth += 1;
        let node = if self.take_word("not") {
            Node::Not(Box::new(self.part()))
        } else if self.take_if(&Token::Open) {
            self.parenthesised()
        } else {
            self.test().unwrap_or_else(|| {
                self.recover();
                Node::Wrong
            })
        };
        self.depth -= 1;
        Expr { node, at: start..self.last.max(start) }
    }

    fn parenthesised(&mut self) -> Node {
        let inner = self.either();
        if !self.take_if(&Token::Close) {
            self.unexpected("expected `and`, `or` or `)`", None);
            self.recover();
            self.take_if(&Token::Close);
        }
        inner.node
    }
}

/// One test. `None`: reported.
impl Parser<'_> {
    fn test(&mut self) -> Option<Node> {
        let quoted = matches!(self.peek(), Some(Token::Text(_)));
        let field = match self.peek() {
            Some(Token::Name(name)) if !is_joint(name) => Word { text: name.clone(), at: self.here() },
            Some(Token::Text(text)) => Word { text: text.clone(), at: self.here() },
            Some(Token::Bare(_) | Token::List(_)) => {
                self.unexpected(
                    "expected the name of a field or segment",
                    Some("a condition begins with a field: `employees > 100`".to_owned()),
                );
                return None;
            }
            _ => {
                self.unexpected("expected the name of a field or segment, `not` or `(`", None);
                return None;
            }
        };
        self.take();
        let stands_alone = match self.peek() {
            None | Some(Token::Close) => true,
            Some(Token::Name(name)) => name.eq_ignore_ascii_case("and") || name.eq_ignore_ascii_case("or"),
            _ => false,
        };
        if stands_alone && !quoted {
            return Some(Node::Name(field));
        }
        for (word, quantifier) in [("any", Quantifier::Any), ("all", Quantifier::All)] {
            if self.take_word(word) {
                let (negated, test) = self.operator()?;
                return Some(Node::Elements(field, quantifier, vec![ElementTest { negated, test }]));
            }
        }
        let at = field.at.start;
        let (negated, test) = self.operator()?;
        let test = Node::Test(field, test);
        Some(if negated { Node::Not(Box::new(Expr { node: test, at: at..self.last })) } else { test })
    }

    /// An operator with its right side, and whether it is a negated one.
    fn operator(&mut self) -> Option<(bool, Test)> {
        if let Some(Token::Sign(comparison)) = self.peek() {
            self.take();
            return Some(match comparison {
                Comparison::Equal => (false, Test::Is(self.values()?)),
                Comparison::NotEqual => (true, Test::Is(self.values()?)),
                _ => (false, Test::Order(*comparison, self.value()?)),
            });
        }
        if self.take_word("is") {
            let negated = self.take_word("not");
            if self.take_word("missing") {
                return Some((negated, Test::Missing));
            }
            self.unexpected("expected `missing` or `not missing`", Some("to compare with a value, write `=` or `!=`".to_owned()));
            return None;
        }
        if self.take_word("within") {
            return Some((false, self.within()?));
        }
        let negated = self.take_word("not");
        if self.take_word("in") {
            return Some((negated, Test::Is(self.values()?)));
        }
        if self.take_word("between") {
            return Some((negated, self.between()?));
        }
        let pattern = match self.peek() {
            Some(Token::Name(name)) => PatternWord::named(name),
            _ => None,
        };
        if let Some(pattern) = pattern {
            self.take();
            return Some((negated, Test::Pattern(pattern, self.values()?)));
        }
        let help = match self.peek() {
            Some(Token::Name(name)) => did_you_mean(name, OPERATORS),
            _ => None,
        };
        self.unexpected(if negated { "expected in, between, contains, starts_with or ends_with" } else { EXPECTED_OPERATOR }, help);
        None
    }

    fn between(&mut self) -> Option<Test> {
        let low = self.value()?;
        if !self.take_word("and") {
            self.unexpected("expected `and` and the upper end", Some("write `between 100 and 999`".to_owned()));
            return None;
        }
        Some(Test::Between(low, self.value()?))
    }

    /// `30d`, `last 30d`, `next 1d 10h`.
    fn within(&mut self) -> Option<Test> {
        let direction = if self.take_word("next") {
            Direction::Next
        } else {
            self.take_word("last");
            Direction::Last
        };
        let mut span = self.value()?;
        while let Some(Token::Bare(more)) = self.peek() {
            span.text = format!("{} {more}", span.text).into();
            span.at.end = self.here().end;
            self.take();
        }
        Some(Test::Within(direction, span))
    }

    /// One value, or several in brackets.
    fn values(&mut self) -> Option<Vec<Operand>> {
        if !self.take_if(&Token::OpenList) {
            return self.value().map(|value| vec![value]);
        }
        let mut values = Vec::new();
        loop {
            if self.take_if(&Token::CloseList) {
                return Some(values);
            }
            values.push(self.value()?);
            if !self.take_if(&Token::Comma) && self.peek() != Some(&Token::CloseList) {
                self.unexpected("expected `,` or `]`", None);
                return None;
            }
        }
    }

    fn value(&mut self) -> Option<Operand> {
        let at = self.here();
        let (text, style) = match self.peek() {
            Some(Token::Text(text)) => (text, Style::Quoted),
            Some(Token::Bare(text)) => (text, Style::Bare),
            Some(Token::List(text)) => (text, Style::List),
            Some(Token::Name(text)) if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") => (text, Style::Bare),
            Some(Token::Name(text)) if !is_joint(text) => (text, Style::Name),
            _ => {
                self.unexpected("expected a value: \"text\", a number, true, false, a date or @list", None);
                return None;
            }
        };
        self.take();
        Some(Operand { text: text.clone(), style, at })
    }
}

/// Words that join conditions cannot name a field without quotes.
fn is_joint(name: &str) -> bool {
    ["and", "or", "not"].iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// One part alone, or several together.
fn joined(mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> Node) -> Expr {
    let start = parts.first().map_or(0, |part| part.at.start);
    let end = parts.last().map_or(start, |part| part.at.end);
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            Expr { node: join(parts), at: start..end }
        }
    }
}

/// A token as it is shown in a message.
fn shown(token: &Token) -> String {
    match token {
        Token::Name(text) | Token::Bare(text) => short(text),
        Token::Text(text) => format!("\"{}\"", short(text).escape_debug()),
        Token::List(text) => format!("@{}", short(text)),
        Token::Sign(sign) => sign.sign().to_owned(),
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
        Token::OpenList => "[".to_owned(),
        Token::CloseList => "]".to_owned(),
        Token::Comma => ",".to_owned(),
    }
}
