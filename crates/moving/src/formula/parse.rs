//! A formula's text as a tree.

use super::{Expr, Sign};

/// The longest formula, in bytes. Salesforce allows far less.
const LONGEST: usize = 64 * 1024;
/// How deep parentheses and calls may nest.
const DEEPEST: usize = 64;
/// The most signs between values: `a + b + c` is a tree as deep as it has signs.
const MOST_SIGNS: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    Number(String),
    Name(String),
    Sign(Sign),
    And,
    Or,
    Not,
    Open,
    Close,
    Comma,
}

/// Signs, longest first.
const SIGNS: &[(&str, Token)] = &[
    ("&&", Token::And),
    ("||", Token::Or),
    ("<>", Token::Sign(Sign::NotEqual)),
    ("!=", Token::Sign(Sign::NotEqual)),
    ("==", Token::Sign(Sign::Equal)),
    ("<=", Token::Sign(Sign::LessOrEqual)),
    (">=", Token::Sign(Sign::GreaterOrEqual)),
    ("=", Token::Sign(Sign::Equal)),
    ("<", Token::Sign(Sign::Less)),
    (">", Token::Sign(Sign::Greater)),
    ("!", Token::Not),
    ("&", Token::Sign(Sign::Join)),
    ("+", Token::Sign(Sign::Plus)),
    ("-", Token::Sign(Sign::Minus)),
    ("*", Token::Sign(Sign::Times)),
    ("/", Token::Sign(Sign::Divide)),
    ("^", Token::Sign(Sign::Power)),
    ("(", Token::Open),
    (")", Token::Close),
    (",", Token::Comma),
];

/// Reads a formula.
///
/// # Errors
/// A sentence that says what cannot be read.
pub fn parse(text: &str) -> Result<Expr, String> {
    if text.len() > LONGEST {
        return Err(format!("the formula has more than {LONGEST} bytes"));
    }
    let tokens = lex(text)?;
    let mut parser = Parser { tokens: &tokens, depth: 0, signs: 0 };
    let expr = parser.either()?;
    match parser.tokens.first() {
        None => Ok(expr),
        Some(token) => Err(format!("the formula has {} where a sign is expected", shown(token))),
    }
}

fn lex(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map(|(_, after)| after).ok_or("a comment in the formula is not closed")?;
            continue;
        }
        let run = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let length = if matches!(first, '"' | '\'') {
            let (text, length) = quoted(rest, first)?;
            tokens.push(Token::Text(text));
            length
        } else if first.is_ascii_digit() {
            let length = run(|c| c.is_ascii_digit() || c == '.');
            tokens.push(Token::Number(rest.get(..length).unwrap_or("").to_owned()));
            length
        } else if first.is_alphabetic() || matches!(first, '_' | '$') {
            let length = run(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | ':'));
            tokens.push(Token::Name(rest.get(..length).unwrap_or("").to_owned()));
            length
        } else if let Some((sign, token)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            tokens.push(token.clone());
            sign.len()
        } else {
            return Err(format!("`{}` has no meaning in a formula", first.escape_debug()));
        };
        rest = rest.get(length..).unwrap_or("");
    }
}

/// A text in quotes, and its length with them. A backslash takes away the meaning of what follows.
fn quoted(rest: &str, quote: char) -> Result<(String, usize), String> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, other)) => text.push(other),
                None => break,
            },
            _ if c == quote => return Ok((text, at + c.len_utf8())),
            _ => text.push(c),
        }
    }
    Err("a text in the formula is not closed".to_owned())
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
    signs: usize,
}

/// How tightly a sign between two parts binds.
const fn binding(sign: Sign) -> u8 {
    match sign {
        Sign::Equal | Sign::NotEqual => 1,
        Sign::Less | Sign::LessOrEqual | Sign::Greater | Sign::GreaterOrEqual => 2,
        Sign::Join | Sign::Plus | Sign::Minus => 3,
        Sign::Times | Sign::Divide => 4,
        Sign::Power => 5,
    }
}

impl Parser<'_> {
    fn take(&mut self, token: &Token) -> bool {
        let is = self.tokens.first() == Some(token);
        if is {
            self.tokens = self.tokens.get(1..).unwrap_or_default();
        }
        is
    }

    fn either(&mut self) -> Result<Expr, String> {
        let mut parts = vec![self.both()?];
        while self.take(&Token::Or) {
            parts.push(self.both()?);
        }
        Ok(joined(parts, "OR"))
    }

    fn both(&mut self) -> Result<Expr, String> {
        let mut parts = vec![self.compared(0)?];
        while self.take(&Token::And) {
            parts.push(self.compared(0)?);
        }
        Ok(joined(parts, "AND"))
    }

    /// Parts with signs between them that bind at least so tightly.
    fn compared(&mut self, least: u8) -> Result<Expr, String> {
        let mut left = self.part()?;
        while let Some(Token::Sign(sign)) = self.tokens.first() {
            let (sign, tight) = (*sign, binding(*sign));
            if tight < least {
                break;
            }
            self.signs += 1;
            if self.signs > MOST_SIGNS {
                return Err(format!("the formula has more than {MOST_SIGNS} signs"));
            }
            self.tokens = self.tokens.get(1..).unwrap_or_default();
            let right = self.compared(tight + 1)?;
            left = Expr::Binary(sign, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn part(&mut self) -> Result<Expr, String> {
        if self.depth >= DEEPEST {
            return Err(format!("the formula nests deeper than {DEEPEST}"));
        }
        self.depth += 1;
        let (first, rest) = self.tokens.split_first().ok_or("the formula ends too soon")?;
        self.tokens = rest;
        let part = match first {
            Token::Text(text) => Expr::Text(text.clone()),
            Token::Number(number) => Expr::Number(number.clone()),
            Token::Name(name) => self.name(name)?,
            Token::Not => Expr::Call("NOT".to_owned(), vec![self.part()?]),
            Token::Sign(Sign::Minus) => match self.part()? {
                Expr::Number(number) => Expr::Number(format!("-{number}")),
                other => Expr::Minus(Box::new(other)),
            },
            Token::Open => {
                let inner = self.either()?;
                self.close()?;
                inner
            }
            other => return Err(format!("the formula has {} where a value is expected", shown(other))),
        };
        self.depth -= 1;
        Ok(part)
    }

    fn name(&mut self, name: &str) -> Result<Expr, String> {
        if self.take(&Token::Open) {
            let mut arguments = Vec::new();
            while !self.take(&Token::Close) {
                arguments.push(self.either()?);
                if !self.take(&Token::Comma) {
                    self.close()?;
                    break;
                }
            }
            return Ok(Expr::Call(name.to_ascii_uppercase(), arguments));
        }
        Ok(match name.to_ascii_uppercase().as_str() {
            "TRUE" => Expr::Bool(true),
            "FALSE" => Expr::Bool(false),
            "NULL" => Expr::Null,
            _ => Expr::Field(name.to_owned()),
        })
    }

    fn close(&mut self) -> Result<(), String> {
        if self.take(&Token::Close) { Ok(()) } else { Err("the formula opens a parenthesis that it does not close".to_owned()) }
    }
}

fn joined(mut parts: Vec<Expr>, word: &str) -> Expr {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            Expr::Call(word.to_owned(), parts)
        }
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Text(text) => format!("\"{}\"", text.escape_debug()),
        Token::Number(text) | Token::Name(text) => format!("`{text}`"),
        Token::Sign(sign) => format!("`{}`", sign.text()),
        Token::And => "`&&`".to_owned(),
        Token::Or => "`||`".to_owned(),
        Token::Not => "`!`".to_owned(),
        Token::Open => "`(`".to_owned(),
        Token::Close => "`)`".to_owned(),
        Token::Comma => "`,`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> Box<Expr> {
        Box::new(Expr::Field(name.to_owned()))
    }

    #[test]
    fn signs_bind_as_in_salesforce() {
        let same = |name: &str, text: &str| Expr::Binary(Sign::Equal, field(name), Box::new(Expr::Text(text.to_owned())));
        let call = |name: &str, parts: Vec<Expr>| Expr::Call(name.to_owned(), parts);
        let both = call("AND", vec![call("NOT", vec![*field("a")]), same("Country", "Japan")]);
        let tree = call("OR", vec![same("OwnerId", "x"), both]);
        assert_eq!(parse("OwnerId = 'x' || !a && Country == \"Japan\""), Ok(tree));
        assert_eq!(parse("/* why */ NOT (ISNEW( ))"), Ok(Expr::Call("NOT".into(), vec![Expr::Call("ISNEW".into(), vec![])])));
        assert_eq!(parse("'it\\'s'"), Ok(Expr::Text("it's".into())));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_no_panic() {
        for text in ["", "(", "f(", "f(a", "f(a,", "a =", "= a", "a b", "'open", "/* open", "a ; b", "é §", "1 ="] {
            assert!(parse(text).is_err(), "{text}");
        }
        for deep in ["(", "!", "f(", "a=", "a-"] {
            assert!(parse(&format!("{}a", deep.repeat(20_000))).is_err());
        }
        assert!(parse(&format!("{}a", "a||".repeat(20_000))).is_ok());
    }
}
