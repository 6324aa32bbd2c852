//! Small worlds: random policies over a few fields with few values, and every lead that there is in them.

use jiff::{SignedDuration, Timestamp};
use pointsman_engine::facts::{Fact, Facts};
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::policy::{Action, Policy, RowRef, RuleIx};
use pointsman_engine::value::Number;
use std::fmt::Write;

/// A simple generator of numbers: the same seed, the same world.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..4).for_each(|_| _ = dice.below(2));
        dice
    }

    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most
    }

    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// The fields that may be asked for; a policy uses two or three of them.
pub const FIELDS: [&str; 6] = ["region", "size", "vip", "tags", "grade", "created_at"];

const HEAD: &str = "[policy]\nname = \"Random\"\n[fallback]\nqueue = \"rest\"\n[fields]\nregion = \"text\"\nsize = \"integer\"\nvip = \"boolean\"\ntags = \"list\"\ngrade = { type = \"choice\", values = [\"p\", \"q\"] }\n\n";

/// Some fields, and rules over them.
pub struct Random {
    pub fields: Vec<&'static str>,
    pub rules: Vec<String>,
}

impl Random {
    pub fn of(dice: &mut Dice, holds: bool) -> Self {
        let mut fields = FIELDS.to_vec();
        while fields.len() > 3 || (fields.len() == 3 && dice.one_in(3)) {
            fields.remove(dice.below(fields.len()));
        }
        let rules = (0..3 + dice.below(4)).map(|_| rule(dice, &fields, holds)).collect();
        Self { fields, rules }
    }

    /// The same with one rule changed, taken out or moved.
    pub fn changed(&self, dice: &mut Dice) -> Self {
        let mut rules = self.rules.clone();
        let at = dice.below(rules.len());
        match dice.below(3) {
            0 => rules[at] = rule(dice, &self.fields, false),
            1 => drop(rules.remove(at)),
            _ => {
                let other = dice.below(rules.len());
                rules.swap(at, other);
            }
        }
        Self { fields: self.fields.clone(), rules }
    }

    pub fn text(&self, more: &str) -> String {
        let mut text = HEAD.to_owned();
        for (number, rule) in self.rules.iter().enumerate() {
            let _ = write!(text, "[[rule]]\nname = \"r{number}\"\n{rule}\n");
        }
        text + more
    }

    /// `None` when some condition is one that the reader refuses.
    pub fn policy(&self, more: &str) -> Option<Policy> {
        read(&Sources::single(&self.text(more))).policy
    }
}

fn rule(dice: &mut Dice, fields: &[&str], holds: bool) -> String {
    let when = expression(dice, fields, 2);
    let does = match dice.below(8) {
        0 => "then = \"suppress\"".to_owned(),
        1 if holds => format!("then = \"hold\"\nuntil = '{}'\nat_most = \"1h\"", expression(dice, fields, 1)),
        _ => format!("assign = \"queue:q{}\"", dice.below(3)),
    };
    format!("when = '{when}'\n{does}\n")
}

pub fn expression(dice: &mut Dice, fields: &[&str], depth: usize) -> String {
    if depth == 0 || dice.one_in(3) {
        let field = fields[dice.below(fields.len())];
        return leaf(dice, field);
    }
    let (a, b) = (expression(dice, fields, depth - 1), expression(dice, fields, depth - 1));
    match dice.below(5) {
        0 | 1 => format!("({a} and {b})"),
        2 | 3 => format!("({a} or {b})"),
        _ => format!("not ({a})"),
    }
}

fn leaf(dice: &mut Dice, field: &str) -> String {
    if dice.one_in(8) {
        return format!("{field} is missing");
    }
    match field {
        "region" => {
            let operator = dice.pick(&["=", "!=", "contains", "starts_with", "ends_with"]);
            match dice.below(5) {
                0 => format!("region in [\"{}\", \"{}\", \"{}\"]", word(dice), word(dice), word(dice)),
                1 => {
                    let operator = dice.pick(&["contains", "starts_with", "ends_with"]);
                    format!("region {operator} [\"{}\", \"{}\"]", word(dice), word(dice))
                }
                _ => format!("region {operator} \"{}\"", word(dice)),
            }
        }
        "size" => {
            let (low, high) = (dice.below(4), 3 + dice.below(3));
            match dice.below(4) {
                0 => format!("size < {high}"),
                1 => format!("size >= {low}"),
                2 => format!("size between {low} and {high}"),
                _ => format!("size in [{low}, {high}]"),
            }
        }
        "vip" => dice.pick(&["vip = true", "vip = false", "vip != true"]).to_owned(),
        "tags" => match dice.below(3) {
            0 => format!("tags = \"{}\"", dice.pick(&["x", "y"])),
            1 => format!("tags all in [\"{}\", \"{}\"]", dice.pick(&["x", "y"]), dice.pick(&["y", "z"])),
            _ => format!("tags any starts_with \"{}\"", dice.pick(&["x", "y"])),
        },
        "grade" => format!("grade {} \"{}\"", dice.pick(&["=", "!="]), dice.pick(&["p", "q"])),
        _ => "created_at within 30d".to_owned(),
    }
}

fn word(dice: &mut Dice) -> String {
    (0..=dice.below(2)).map(|_| dice.pick(&["a", "b"])).collect()
}

/// A value of a field; `None`: missing.
pub type Value = Option<Fact<'static>>;

/// All values of a field that are needed to tell apart what [`leaf`] can ask, among others.
pub fn values(field: &str) -> Vec<Value> {
    let text = |text: &str| Some(Fact::Text(text.to_owned().into()));
    let list = |items: &[&str]| Some(Fact::List(items.iter().map(|item| (*item).to_owned().into()).collect()));
    let present: Vec<Value> = match field {
        "region" => words().iter().map(|word| text(word)).collect(),
        "size" => (-1..8).map(|number| Some(Fact::Number(Number::whole(number)))).collect(),
        "vip" => [true, false].map(|value| Some(Fact::Bool(value))).to_vec(),
        "tags" => tags().iter().map(|items| list(items)).collect(),
        "grade" => ["p", "q", "other"].map(text).to_vec(),
        _ => [0, 100].map(|days| Some(Fact::Time(now() - SignedDuration::from_hours(24 * days)))).to_vec(),
    };
    present.into_iter().chain([None]).collect()
}

/// All lists of up to three of the elements that can be told apart.
fn tags() -> Vec<Vec<&'static str>> {
    let elements = ["x", "xx", "y", "yy", "z", "w"];
    let chosen = |bits: u32| (0..).zip(elements).filter(|(at, _)| bits >> at & 1 == 1).map(|(_, element)| element).collect();
    (1..1_u32 << elements.len()).filter(|bits| bits.count_ones() <= 3).map(chosen).collect()
}

/// All texts of up to four letters a, b and c.
fn words() -> Vec<String> {
    let mut words = vec![String::new()];
    let mut at = 0;
    while let Some(word) = words.get(at).cloned().filter(|word| word.len() < 4) {
        words.extend(["a", "b", "c"].map(|letter| format!("{word}{letter}")));
        at += 1;
    }
    words.remove(0);
    words
}

pub fn now() -> Timestamp {
    Timestamp::from_second(1_767_000_000).unwrap()
}

/// Every combination of values of some fields.
pub fn leads(fields: &[&str]) -> Vec<Vec<Value>> {
    let mut all = vec![Vec::new()];
    for field in fields {
        let values = values(field);
        all = all.iter().flat_map(|lead| values.iter().map(move |value| [&lead[..], std::slice::from_ref(value)].concat())).collect();
    }
    all
}

/// A lead as a policy sees it.
pub fn facts(policy: &Policy, fields: &[&str], lead: &[Value]) -> Facts<'static> {
    let fact = |name: &str| {
        let value = fields.iter().position(|field| *field == name).and_then(|at| lead[at].clone());
        value.unwrap_or(Fact::Missing)
    };
    Facts::given(policy.fields.used().iter().map(|field| fact(&field.name)).collect(), now())
}

/// What becomes of a lead, found by asking one rule after the other.
pub struct Story {
    /// The rows that hold it on the way.
    pub held: Vec<RowRef>,
    /// The row that decides in the end.
    pub row: Option<RowRef>,
}

pub fn story(policy: &Policy, facts: &Facts<'_>) -> Story {
    let mut held = Vec::new();
    for (rule, of) in (0..).map(RuleIx).zip(&policy.rules) {
        for (number, row) in (0..).zip(&of.rows) {
            let at = RowRef { rule, row: number };
            match &row.action {
                _ if !row.when.holds(facts) => {}
                Action::Hold { until, .. } if until.holds(facts) => {}
                Action::Hold { .. } => held.push(at),
                _ => return Story { held, row: Some(at) },
            }
        }
    }
    Story { held, row: None }
}
