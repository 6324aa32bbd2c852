//! Random rules and leads over few values, so that matches are common. Cheap and repeatable: a seed gives a world.

use crate::calendar::Span;
use crate::facts::{Fact, Facts};
use crate::field::FieldIx;
use crate::form::{Comparison, Form, Opaque};
use crate::policy::diagnostic::Place;
use crate::policy::{Action, Row, RowRef, Rule, RuleIx};
use crate::set::{Allowed, BoolSet, ListSet, NumberSet, Pattern, TextSet, ValueSet};
use crate::value::Number;
use jiff::Timestamp;

/// The texts there are; some begin, end or go on as others do, one begins with a wide character.
pub const WORDS: &[&str] = &["a", "ab", "abc", "b", "ba", "bab", "c", "cab", "é", "éa", "aé"];

const TEXTS: [FieldIx; 3] = [FieldIx(0), FieldIx(1), FieldIx(2)];
const NUMBERS: [FieldIx; 4] = [FieldIx(3), FieldIx(4), FieldIx(5), FieldIx(6)];
const BOOL: FieldIx = FieldIx(7);
const LISTS: [FieldIx; 2] = [FieldIx(8), FieldIx(9)];
const TIMES: [FieldIx; 2] = [FieldIx(10), FieldIx(11)];
const FIELDS: u16 = 12;

/// A rule of rows with these conditions.
pub fn rule(conditions: Vec<Form>) -> Rule {
    let row = |when| Row { when, action: Action::Suppress, sla: None, place: Place::default() };
    let table = (conditions.len() > 1).then(|| "table.csv".into());
    Rule {
        name: "".into(),
        enabled: true,
        table,
        rows: conditions.into_iter().map(row).collect(),
        reroute: false,
        allow: Default::default(),
        place: Place::default(),
    }
}

/// A number, in millionths, in one of some ranges.
pub fn number_in(field: u16, ranges: &[(i128, i128)]) -> Form {
    let range = |(low, high): &(i128, i128)| NumberSet::between(Some(Number(*low)), Some(Number(*high)));
    let set = ranges.iter().map(range).fold(NumberSet::none(), |set, range| set.or(&range));
    Form::field(FieldIx(field), Allowed { missing: false, present: ValueSet::Number(set) })
}

/// A lead of numbers, in millionths.
pub fn numbers(units: &[i128]) -> Facts<'static> {
    Facts::given(units.iter().map(|units| Fact::Number(Number(*units))).collect(), Timestamp::UNIX_EPOCH)
}

/// So many rows, each asking for one word of one field: every field is asked for by a tenth of the rows
/// that are left, so that an index has a reason to split by one field after the other.
pub fn a_chain_of_fields(rows: usize) -> Vec<Form> {
    let mut conditions = Vec::new();
    for field in 0.. {
        let asking = (rows - conditions.len()).div_ceil(10);
        let word = |n: usize| TextSet::of([WORDS[n % WORDS.len()].into()]);
        conditions.extend((0..asking).map(|n| Form::field(FieldIx(field), Allowed { missing: false, present: ValueSet::Text(word(n)) })));
        if asking == 0 {
            break;
        }
    }
    conditions
}

/// Where randomness comes from (SplitMix64, Steele and others 2014).
pub struct World {
    state: u64,
}

impl World {
    pub const fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn word(&mut self) -> Box<str> {
        self.pick(WORDS).into()
    }

    /// Up to `size` rows in plain rules and tables, some switched off.
    pub fn rules(&mut self, size: usize) -> Vec<Rule> {
        let mut rules = Vec::new();
        let mut left = size;
        while left > 0 {
            let rows = if self.one_in(3) { 1 + self.below(left) } else { 1 };
            left -= rows;
            let conditions = (0..rows).map(|_| self.condition()).collect();
            rules.push(Rule { enabled: !self.one_in(10), ..rule(conditions) });
        }
        rules
    }

    /// A row that is there, or nearly.
    pub fn row_ref(&mut self, rules: &[Rule]) -> RowRef {
        let at = self.below(rules.len() + 1);
        let rows = rules.get(at).map_or(1, |rule| rule.rows.len());
        RowRef { rule: RuleIx(at as u32), row: self.below(rows + 1) as u32 }
    }

    /// A few general rules, then tables of one shape each, of `size` rows in all.
    pub fn large_tables(&mut self, size: usize) -> Vec<Rule> {
        let general: Vec<Form> = (0..5).map(|_| self.narrow(7)).collect();
        let mut rules: Vec<Rule> = general.into_iter().map(|when| rule(vec![when])).collect();
        for _ in 0..3 {
            let shape = self.below(7);
            let rows = (0..size / 3).map(|_| self.shaped(shape)).collect();
            rules.push(rule(rows));
        }
        rules
    }

    fn shaped(&mut self, shape: usize) -> Form {
        match shape {
            0 => self.narrow(9),
            1 => self.ranges(1, 1_000).and(&self.narrow(4)),
            2 => self.ranges(2, 300),
            3 => self.ranges(3, 100),
            4 => self.narrow(8).or(&self.narrow(9)),
            5 => self.ranges(1, 1_000).and(&self.opaque()).and(&self.opaque()),
            _ => self.ranges(1, 50).and(&self.narrow(7)),
        }
    }

    /// Short ranges of so many numeric fields, out of `spread`.
    fn ranges(&mut self, fields: usize, spread: usize) -> Form {
        NUMBERS.iter().skip(self.below(2)).take(fields).fold(Form::always(), |form, field| {
            let low = self.below(spread) as i64;
            let width = self.below(3) * if self.one_in(8) { spread / 10 } else { 2 };
            let set = NumberSet::between(Some(Number::whole(low)), Some(Number::whole(low + width as i64)));
            form.and(&Form::field(*field, Allowed { missing: self.one_in(30), present: ValueSet::Number(set) }))
        })
    }

    /// All of so many simple conditions.
    fn narrow(&mut self, count: usize) -> Form {
        (0..count).fold(Form::always(), |form, _| form.and(&self.simple()))
    }

    /// Any condition: simple ones joined by *and* and *or*, sometimes an opaque test, sometimes always or never.
    fn condition(&mut self) -> Form {
        let mut form = if self.one_in(40) { Form::always() } else { self.simple() };
        for _ in 0..self.below(5) {
            let other = if self.one_in(6) { self.opaque() } else { self.simple() };
            form = if self.one_in(4) { form.or(&other) } else { form.and(&other) };
        }
        form
    }

    fn simple(&mut self) -> Form {
        let (field, present) = match self.below(10) {
            0..4 => (self.pick(&TEXTS), ValueSet::Text(self.texts())),
            4..7 => (self.pick(&NUMBERS), ValueSet::Number(self.numbers())),
            7 => (BOOL, ValueSet::Bool(BoolSet { yes: self.one_in(2), no: self.one_in(2) })),
            8 => (self.pick(&LISTS), ValueSet::List(self.sets())),
            _ => (self.pick(&TIMES), ValueSet::Time(self.one_in(2))),
        };
        let missing = self.one_in(8);
        match self.below(20) {
            0 => Form::field(field, Allowed { missing: true, present: none_like(&present) }),
            1 => Form::field(field, Allowed { missing: false, present: all_like(&present) }),
            _ => Form::field(field, Allowed { missing, present }),
        }
    }

    /// Equality, a list, or a pattern; negated, joined.
    fn texts(&mut self) -> TextSet {
        let set = match self.below(7) {
            0..2 => TextSet::of([self.word()]),
            2..4 => (0..1 + self.below(4)).fold(TextSet::none(), |set, _| set.or(&TextSet::of([self.word()]))),
            4 => TextSet::matching(Pattern::StartsWith(self.word())),
            5 => TextSet::matching(Pattern::EndsWith(self.word())),
            _ => TextSet::matching(Pattern::Contains(self.word())),
        };
        match self.below(8) {
            0 | 1 => set.not(),
            2 => set.and(&self.texts()),
            3 => set.or(&self.texts()),
            _ => set,
        }
    }

    fn numbers(&mut self) -> NumberSet {
        let bound = |world: &mut Self| (!world.one_in(3)).then(|| Number::whole(world.below(12) as i64));
        let (low, high) = (bound(self), bound(self));
        let set = match self.below(5) {
            0 => low.map_or_else(NumberSet::all, NumberSet::above),
            1 => high.map_or_else(NumberSet::all, NumberSet::below),
            2 => NumberSet::between(low, low),
            _ => NumberSet::between(low, high),
        };
        match self.below(6) {
            0 => set.not(),
            1 => set.or(&self.numbers()),
            _ => set,
        }
    }

    /// *any* and *all* over the elements of a set.
    fn sets(&mut self) -> ListSet {
        let any = ListSet { any: (0..1 + self.below(2)).map(|_| self.texts()).collect(), all: TextSet::all() };
        let all = ListSet { any: [].into(), all: self.texts() };
        match self.below(3) {
            0 => all,
            1 => any.and(&all),
            _ => any,
        }
    }

    fn opaque(&mut self) -> Form {
        let comparison = self.pick(&[
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::LessOrEqual,
            Comparison::Greater,
            Comparison::GreaterOrEqual,
        ]);
        let span = Span { days: 0, seconds: self.below(6) as u64 };
        let (field, outside) = (self.pick(&TIMES), self.one_in(2));
        Form::opaque(match self.below(7) {
            0 => Opaque::Fields(self.pick(&TEXTS), comparison, self.pick(&TEXTS)),
            1 => Opaque::Fields(self.pick(&NUMBERS), comparison, self.pick(&NUMBERS)),
            2 => Opaque::Fields(self.pick(&LISTS), comparison, self.pick(&TEXTS)),
            3 => Opaque::Fields(self.pick(&TIMES), comparison, self.pick(&TIMES)),
            4 => Opaque::Moment(field, comparison, self.moment()),
            5 => Opaque::Last { field, span, outside },
            _ => Opaque::Next { field, span, outside },
        })
    }

    fn moment(&mut self) -> Timestamp {
        Timestamp::from_second(self.below(12) as i64).unwrap()
    }

    /// A lead. Seldom a fact is of a kind that its field does not have, which must do no harm.
    pub fn facts(&mut self) -> Facts<'static> {
        let facts = (0..FIELDS).map(|field| if self.one_in(6) { Fact::Missing } else { self.fact(FieldIx(field)) }).collect();
        Facts::given(facts, self.moment())
    }

    fn fact(&mut self, field: FieldIx) -> Fact<'static> {
        let field = if self.one_in(200) { FieldIx(self.below(usize::from(FIELDS)) as u16) } else { field };
        if TEXTS.contains(&field) {
            Fact::Text(self.pick(WORDS).into())
        } else if NUMBERS.contains(&field) {
            let spread = self.pick(&[12, 100, 1_000]);
            let far = [i128::MIN, i128::from(i64::MIN), i128::from(i64::MAX), i128::MAX];
            Fact::Number(if self.one_in(40) { Number(self.pick(&far)) } else { Number::whole(self.below(spread) as i64) })
        } else if LISTS.contains(&field) {
            Fact::List((0..1 + self.below(3)).map(|_| self.pick(WORDS).into()).collect())
        } else if field == BOOL {
            Fact::Bool(self.one_in(2))
        } else {
            Fact::Time(self.moment())
        }
    }
}

fn none_like(set: &ValueSet) -> ValueSet {
    match set {
        ValueSet::Text(_) => ValueSet::Text(TextSet::none()),
        ValueSet::Number(_) => ValueSet::Number(NumberSet::none()),
        ValueSet::Bool(_) => ValueSet::Bool(BoolSet { yes: false, no: false }),
        ValueSet::List(_) => ValueSet::List(ListSet { any: [TextSet::none()].into(), all: TextSet::none() }),
        ValueSet::Time(_) => ValueSet::Time(false),
    }
}

fn all_like(set: &ValueSet) -> ValueSet {
    match set {
        ValueSet::Text(_) => ValueSet::Text(TextSet::all()),
        ValueSet::Number(_) => ValueSet::Number(NumberSet::all()),
        ValueSet::Bool(_) => ValueSet::Bool(BoolSet { yes: true, no: true }),
        ValueSet::List(_) => ValueSet::List(ListSet::everything()),
        ValueSet::Time(_) => ValueSet::Time(true),
    }
}
