//! What a formula says of a lead: read and worked out in one go, with more functions than the import translates.
//! Texts compare without case, a lead is new.

use crate::rules::{Lead, plain, value};

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    Number(f64),
    Truth(bool),
}

/// Whether a formula holds for a lead.
pub fn holds(formula: &str, lead: &Lead) -> bool {
    let mut reader = Reader { letters: formula.chars().collect(), at: 0, lead };
    let value = reader.either();
    reader.space();
    assert_eq!(reader.at, reader.letters.len(), "all of the formula is read: {formula}");
    truth(&value)
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Truth(truth) => *truth,
        Value::Text(text) => plain(text) == "true",
        Value::Number(_) => panic!("a number is not true or false"),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Truth(truth) => truth.to_string(),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => text.trim().parse().ok(),
        Value::Truth(_) => None,
    }
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(_), _) | (_, Value::Number(_)) => number(a).is_some() && number(a) == number(b),
        (Value::Truth(truth_of), other) | (other, Value::Truth(truth_of)) => *truth_of == truth(other),
        (Value::Text(a), Value::Text(b)) => plain(a) == plain(b),
    }
}

struct Reader<'a> {
    letters: Vec<char>,
    at: usize,
    lead: &'a Lead,
}

impl Reader<'_> {
    fn space(&mut self) {
        while self.letters.get(self.at).is_some_and(|letter| letter.is_whitespace()) {
            self.at += 1;
        }
    }

    fn take(&mut self, sign: &str) -> bool {
        self.space();
        let is = self.letters[self.at..].iter().take(sign.len()).copied().eq(sign.chars());
        self.at += if is { sign.len() } else { 0 };
        is
    }

    fn either(&mut self) -> Value {
        let mut value = self.both();
        while self.take("||") {
            let other = self.both();
            value = Value::Truth(truth(&value) | truth(&other));
        }
        value
    }

    fn both(&mut self) -> Value {
        let mut value = self.compared();
        while self.take("&&") {
            let other = self.compared();
            value = Value::Truth(truth(&value) & truth(&other));
        }
        value
    }

    fn compared(&mut self) -> Value {
        let mut value = self.sum();
        loop {
            let sign = ["<>", "!=", "==", "<=", ">=", "=", "<", ">"].into_iter().find(|sign| self.take(sign));
            let Some(sign) = sign else { return value };
            let other = self.sum();
            let order = number(&value).zip(number(&other)).and_then(|(a, b)| a.partial_cmp(&b));
            value = Value::Truth(match sign {
                "=" | "==" => equal(&value, &other),
                "<>" | "!=" => !equal(&value, &other),
                "<" => order.is_some_and(|order| order.is_lt()),
                "<=" => order.is_some_and(|order| order.is_le()),
                ">" => order.is_some_and(|order| order.is_gt()),
                _ => order.is_some_and(|order| order.is_ge()),
            });
        }
    }

    fn sum(&mut self) -> Value {
        let mut value = self.part();
        while self.take("-") {
            let other = self.part();
            value = Value::Number(number(&value).unwrap_or(0.0) - number(&other).unwrap_or(0.0));
        }
        value
    }

    fn part(&mut self) -> Value {
        if self.take("(") {
            let value = self.either();
            assert!(self.take(")"));
            return value;
        }
        if self.take("!") {
            return Value::Truth(!truth(&self.part()));
        }
        self.space();
        let first = self.letters[self.at];
        if matches!(first, '"' | '\'') {
            return Value::Text(self.quoted(first));
        }
        let start = self.at;
        while self.letters.get(self.at).is_some_and(|letter| letter.is_alphanumeric() || "_.$".contains(*letter)) {
            self.at += 1;
        }
        let word: String = self.letters[start..self.at].iter().collect();
        if word.starts_with(|letter: char| letter.is_ascii_digit()) {
            return Value::Number(word.parse().unwrap());
        }
        if self.take("(") {
            let mut arguments = Vec::new();
            while !self.take(")") {
                arguments.push(self.either());
                self.take(",");
            }
            return call(&word.to_uppercase(), &arguments);
        }
        match word.to_uppercase().as_str() {
            "TRUE" => Value::Truth(true),
            "FALSE" => Value::Truth(false),
            "NULL" => Value::Text(String::new()),
            _ => Value::Text(self.field(&word)),
        }
    }

    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        self.at += 1;
        while self.letters[self.at] != quote {
            self.at += usize::from(self.letters[self.at] == '\\');
            text.push(self.letters[self.at]);
            self.at += 1;
        }
        self.at += 1;
        text
    }

    fn field(&self, name: &str) -> String {
        let path = if name.contains('.') { name.to_owned() } else { format!("Lead.{name}") };
        let path = if path.ends_with("Id") { format!("{path}#id") } else { path };
        value(self.lead, &path).to_owned()
    }
}

fn call(name: &str, arguments: &[Value]) -> Value {
    let all = |wanted: bool| arguments.iter().all(|argument| truth(argument) == wanted);
    let length = |at: usize| number(&arguments[at]).map_or(0, |number| number.max(0.0) as usize);
    let letters = |at: usize| text(&arguments[at]).chars().collect::<Vec<char>>();
    match name {
        "AND" => Value::Truth(all(true)),
        "OR" => Value::Truth(!all(false)),
        "NOT" => Value::Truth(!truth(&arguments[0])),
        "IF" => {
            if truth(&arguments[0]) {
                arguments[1].clone()
            } else {
                arguments[2].clone()
            }
        }
        "ISPICKVAL" => Value::Truth(equal(&arguments[0], &arguments[1])),
        "ISBLANK" | "ISNULL" => Value::Truth(plain(&text(&arguments[0])).is_empty()),
        "CONTAINS" => Value::Truth(plain(&text(&arguments[0])).contains(&plain(&text(&arguments[1])))),
        "BEGINS" => Value::Truth(plain(&text(&arguments[0])).starts_with(&plain(&text(&arguments[1])))),
        "INCLUDES" => Value::Truth(text(&arguments[0]).split(';').any(|item| plain(item) == plain(&text(&arguments[1])))),
        "ISNEW" => Value::Truth(true),
        "ISCHANGED" => Value::Truth(false),
        "PRIORVALUE" | "TEXT" | "TRIM" => arguments[0].clone(),
        "LOWER" => Value::Text(text(&arguments[0]).to_lowercase()),
        "UPPER" => Value::Text(text(&arguments[0]).to_uppercase()),
        "LEN" => Value::Number(letters(0).len() as f64),
        "LEFT" => Value::Text(letters(0).iter().take(length(1)).collect()),
        "RIGHT" => Value::Text(letters(0)[letters(0).len().saturating_sub(length(1))..].iter().collect()),
        "FIND" => Value::Number(text(&arguments[1]).find(&text(&arguments[0])).map_or(0.0, |at| at as f64 + 1.0)),
        "CASE" => {
            let (otherwise, pairs) = arguments[1..].split_last().unwrap();
            let found = pairs.chunks(2).find(|pair| equal(&arguments[0], &pair[0]));
            found.map_or_else(|| otherwise.clone(), |pair| pair[1].clone())
        }
        other => panic!("no such function: {other}"),
    }
}
