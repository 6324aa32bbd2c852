//! An expression as words and signs.

use super::spot::Spots;
use crate::form::Comparison;
use crate::policy::diagnostic::Diagnostic;
use std::ops::Range;

/// A word or sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A name or keyword.
    Name(Box<str>),
    /// A text in quotes, escapes undone.
    Text(Box<str>),
    /// What begins with a digit or a sign: a number, date, time or duration.
    Bare(Box<str>),
    /// `@list`
    List(Box<str>),
    /// `=`, `<` ...
    Sign(Comparison),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenList,
    /// `]`
    CloseList,
    /// `,`
    Comma,
}

/// A token and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexeme {
    /// What.
    pub token: Token,
    /// Where.
    pub at: Range<usize>,
}

/// After so many errors the rest is not worth reading.
const MOST_ERRORS: usize = 20;

/// Signs, longest first, with what is to be written instead where it is another's.
static SIGNS: [(&str, Token, Option<&str>); 14] = [
    ("!=", Token::Sign(Comparison::NotEqual), None),
    ("<=", Token::Sign(Comparison::LessOrEqual), None),
    (">=", Token::Sign(Comparison::GreaterOrEqual), None),
    ("==", Token::Sign(Comparison::Equal), Some("=")),
    ("<>", Token::Sign(Comparison::NotEqual), Some("!=")),
    ("≠", Token::Sign(Comparison::NotEqual), Some("!=")),
    ("=", Token::Sign(Comparison::Equal), None),
    ("<", Token::Sign(Comparison::Less), None),
    (">", Token::Sign(Comparison::Greater), None),
    ("(", Token::Open, None),
    (")", Token::Close, None),
    ("[", Token::OpenList, None),
    ("]", Token::CloseList, None),
    (",", Token::Comma, None),
];

/// Other languages' words for ours.
const FOREIGN: [(&str, &str); 3] = [("&&", "and"), ("||", "or"), ("!", "not")];

/// Splits an expression. What cannot be read is reported and left out. Linear in its length.
pub fn lex(expression: &str, spots: &Spots<'_>, found: &mut Vec<Diagnostic>) -> Vec<Lexeme> {
    let mut lexer = Lexer { expression, at: 0, spots, found, errors: 0 };
    let mut lexemes = Vec::new();
    while lexer.errors < MOST_ERRORS {
        lexer.at += lexer.rest().len() - lexer.rest().trim_start().len();
        if lexer.rest().is_empty() {
            break;
        }
        let start = lexer.at;
        if let Some(token) = lexer.next() {
            lexemes.push(Lexeme { token, at: start..lexer.at });
        }
    }
    lexemes
}

struct Lexer<'a> {
    expression: &'a str,
    at: usize,
    spots: &'a Spots<'a>,
    found: &'a mut Vec<Diagnostic>,
    errors: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.expression.get(self.at..).unwrap_or("")
    }

    /// Takes the characters that satisfy a test.
    fn run(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or("")
    }

    fn next(&mut self) -> Option<Token> {
        let rest = self.rest();
        let mut chars = rest.chars();
        let (first, second) = (chars.next()?, chars.next().unwrap_or(' '));
        match first {
            '"' | '\'' => Some(self.text(first)),
            '@' => {
                self.at += 1;
                Some(Token::List(self.run(in_name).into()))
            }
            _ if first.is_ascii_digit() || (matches!(first, '-' | '+') && second.is_ascii_digit()) => {
                Some(Token::Bare(self.run(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '-' | '+')).into()))
            }
            _ if first.is_alphabetic() || first == '_' => Some(Token::Name(self.run(in_name).into())),
            _ => self.sign(first),
        }
    }

    fn sign(&mut self, first: char) -> Option<Token> {
        let (rest, start) = (self.rest(), self.at);
        if let Some((sign, token, instead)) = SIGNS.iter().find(|(sign, ..)| rest.starts_with(sign)) {
            self.at += sign.len();
            if let Some(instead) = instead {
                self.error("unknown-operator", start, format!("`{sign}` is not an operator here"), format!("write `{instead}`"));
            }
            return Some(token.clone());
        }
        if let Some((sign, word)) = FOREIGN.iter().find(|(sign, _)| rest.starts_with(sign)) {
            self.at += sign.len();
            self.error("unknown-operator", start, format!("`{sign}` is not an operator here"), format!("write `{word}`"));
            return Some(Token::Name((*word).into()));
        }
        self.at += first.len_utf8();
        let help = if matches!(first, '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '`') {
            "write straight quotes: \"...\" or '...'"
        } else {
            "put text in quotes"
        };
        self.error("unknown-character", start, format!("`{}` has no meaning here", first.escape_debug()), help.to_owned());
        None
    }

    /// A text in quotes of either sort; a backslash before a quote or a backslash takes away its meaning.
    fn text(&mut self, quote: char) -> Token {
        let start = self.at;
        self.at += quote.len_utf8();
        let mut text = String::new();
        let mut chars = self.rest().char_indices();
        let body = self.at;
        while let Some((offset, c)) = chars.next() {
            if c == quote {
                self.at = body + offset + c.len_utf8();
                return Token::Text(text.into());
            }
            match (c, (c == '\\').then(|| chars.next()).flatten()) {
                ('\\', Some((_, 'n'))) => text.push('\n'),
                ('\\', Some((_, 't'))) => text.push('\t'),
                ('\\', Some((_, escaped @ ('\\' | '"' | '\'')))) => text.push(escaped),
                ('\\', Some((_, other))) => {
                    self.at = body + offset + c.len_utf8() + other.len_utf8();
                    let message = format!("`\\{}` is not an escape", other.escape_debug());
                    self.error("unknown-escape", body + offset, message, "write `\\\\` for a backslash".to_owned());
                }
                _ => text.push(c),
            }
        }
        self.at = self.expression.len();
        self.error("open-text", start, "this text is not closed".to_owned(), format!("end it with {quote}"));
        Token::Text(text.into())
    }

    /// An error from a byte up to where the lexer is.
    fn error(&mut self, code: &'static str, start: usize, message: String, help: String) {
        self.errors += 1;
        self.found.push(Diagnostic::error(code, self.spots.place(&(start..self.at)), message).help(Some(help)));
    }
}

/// Names may have letters, digits and `_ - .` in them.
fn in_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}
