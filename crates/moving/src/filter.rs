//! `booleanFilter`: criteria by number, joined with AND, OR, NOT and parentheses, written more or less carefully.

use std::collections::BTreeSet;

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// A criterion, by its number from 1.
    Criterion(usize),
    /// All of them.
    All(Vec<Filter>),
    /// Any of them.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
}

/// How deep parentheses and NOT may nest.
const DEEPEST: usize = 64;
/// The most numbers, signs and parentheses. Salesforce allows far fewer.
const LONGEST: usize = 2_000;

/// Reads a filter over so many criteria, and what is odd about it.
///
/// # Errors
/// It cannot be read, or names a criterion that is not there. A sentence says which.
pub fn parse(text: &str, criteria: usize) -> Result<(Filter, Vec<String>), String> {
    let tokens = lex(text)?;
    let mut parser = Parser { tokens: &tokens, depth: 0, mixed: false };
    let filter = parser.either()?;
    if let Some(token) = parser.tokens.first() {
        return Err(format!("the filter `{text}` has {} where AND or OR is expected", token.shown()));
    }
    let mut named = BTreeSet::new();
    filter.collect(&mut named);
    if let Some(missing) = named.iter().find(|number| **number == 0 || **number > criteria) {
        return Err(format!("the filter `{text}` names criterion {missing}, and there are {criteria}"));
    }
    let mut odd = Vec::new();
    odd.extend(parser.mixed.then(|| format!("the filter `{text}` mixes AND and OR without parentheses: AND binds first")));
    let unused: Vec<String> = (1..=criteria).filter(|number| !named.contains(number)).map(|number| number.to_string()).collect();
    let verb = if unused.len() == 1 { "criterion" } else { "criteria" };
    odd.extend((!unused.is_empty()).then(|| format!("the filter `{text}` leaves out {verb} {}", unused.join(", "))));
    Ok((filter, odd))
}

impl Filter {
    fn collect(&self, numbers: &mut BTreeSet<usize>) {
        match self {
            Self::Criterion(number) => {
                numbers.insert(*number);
            }
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.collect(numbers)),
            Self::Not(part) => part.collect(numbers),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Number(usize),
    And,
    Or,
    Not,
    Open,
    Close,
}

impl Token {
    fn shown(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::And => "AND".to_owned(),
            Self::Or => "OR".to_owned(),
            Self::Not => "NOT".to_owned(),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
        }
    }
}

fn lex(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if tokens.len() >= LONGEST {
            return Err(format!("the filter has more than {LONGEST} numbers and words"));
        }
        let run = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let (token, length) = match first {
            '(' => (Some(Token::Open), 1),
            ')' => (Some(Token::Close), 1),
            _ if first.is_ascii_digit() => {
                let length = run(|c| c.is_ascii_digit());
                (rest.get(..length).and_then(|digits| digits.parse().ok()).map(Token::Number), length)
            }
            _ => {
                let length = run(|c| c.is_ascii_alphabetic());
                (rest.get(..length).and_then(word), length)
            }
        };
        tokens.push(token.ok_or_else(|| format!("the filter `{text}` cannot be read at `{rest}`"))?);
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    Ok(tokens)
}

fn word(text: &str) -> Option<Token> {
    let words = [("AND", Token::And), ("OR", Token::Or), ("NOT", Token::Not)];
    words.into_iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, token)| token)
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
    /// Whether AND and OR stand side by side without parentheses.
    mixed: bool,
}

impl Parser<'_> {
    fn take(&mut self, token: Token) -> bool {
        match self.tokens.split_first() {
            Some((first, rest)) if *first == token => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn either(&mut self) -> Result<Filter, String> {
        let (first, mut several) = self.both()?;
        let mut parts = vec![first];
        while self.take(Token::Or) {
            let (part, joined) = self.both()?;
            several |= joined;
            parts.push(part);
        }
        self.mixed |= several && parts.len() > 1;
        Ok(joined(parts, Filter::Any))
    }

    /// Parts joined with AND, and whether there are several.
    fn both(&mut self) -> Result<(Filter, bool), String> {
        let mut parts = vec![self.part()?];
        while self.take(Token::And) {
            parts.push(self.part()?);
        }
        let several = parts.len() > 1;
        Ok((joined(parts, Filter::All), several))
    }

    fn part(&mut self) -> Result<Filter, String> {
        if self.depth >= DEEPEST {
            return Err(format!("the filter nests deeper than {DEEPEST}"));
        }
        self.depth += 1;
        let part = match self.tokens.split_first() {
            Some((Token::Number(number), rest)) => {
                self.tokens = rest;
                Filter::Criterion(*number)
            }
            Some((Token::Not, rest)) => {
                self.tokens = rest;
                Filter::Not(Box::new(self.part()?))
            }
            Some((Token::Open, rest)) => {
                self.tokens = rest;
                let inner = self.either()?;
                if !self.take(Token::Close) {
                    return Err("the filter opens a parenthesis that it does not close".to_owned());
                }
                inner
            }
            Some((token, _)) => return Err(format!("the filter has {} where a number is expected", token.shown())),
            None => return Err("the filter ends too soon".to_owned()),
        };
        self.depth -= 1;
        Ok(part)
    }
}

fn joined(mut parts: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    if parts.len() > 1 { join(parts) } else { parts.pop().unwrap_or(Filter::All(Vec::new())) }
}

#[cfg(test)]
mod tests {
    use super::Filter::{All, Any, Criterion, Not};
    use super::*;

    fn read(text: &str, criteria: usize) -> (Filter, Vec<String>) {
        parse(text, criteria).unwrap()
    }

    #[test]
    fn careless_filters_are_read() {
        assert_eq!(read("1", 1), (Criterion(1), vec![]));
        assert_eq!(read("1 or  2", 2), (Any(vec![Criterion(1), Criterion(2)]), vec![]));
        let both = Any(vec![All(vec![Criterion(1), Criterion(2)]), Criterion(3)]);
        assert_eq!(read("((1 AND 2 ) OR 3 )AND 4", 4), (All(vec![both, Criterion(4)]), vec![]));
        assert_eq!(read("1 AND NOT 2", 2).0, All(vec![Criterion(1), Not(Box::new(Criterion(2)))]));
    }

    #[test]
    fn what_is_odd_is_said() {
        assert_eq!(read("((1 AND 2 AND 3) OR (1 AND 2 ))", 3).1, Vec::<String>::new());
        assert_eq!(read("1 AND 3", 4).1, ["the filter `1 AND 3` leaves out criteria 2, 4"]);
        assert_eq!(read("1 OR 2 AND 3", 3).0, Any(vec![Criterion(1), All(vec![Criterion(2), Criterion(3)])]));
        assert_eq!(read("1 OR 2 AND 3", 3).1, ["the filter `1 OR 2 AND 3` mixes AND and OR without parentheses: AND binds first"]);
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_no_panic() {
        for text in ["", "1 AND", "AND 1", "(1", "1)", "1 2", "1 XOR 2", "0", "3", "1 ∧ 2", "99999999999999999999999", "é"] {
            assert!(parse(text, 2).is_err(), "{text}");
        }
        assert!(parse(&"(".repeat(100_000), 1).is_err());
    }
}
