//! Tables of each shape that matters, and leads to decide with them.

use jiff::Timestamp;
use pointsman_engine::facts::{Fact, Facts};
use pointsman_engine::field::FieldIx;
use pointsman_engine::form::Form;
use pointsman_engine::policy::diagnostic::Place;
use pointsman_engine::policy::{Action, Row, Rule};
use pointsman_engine::set::{Allowed, NumberSet, Pattern, TextSet, ValueSet};
use pointsman_engine::value::Number;

const COUNTRY: FieldIx = FieldIx(0);
const STATE: FieldIx = FieldIx(1);
const PRODUCT: FieldIx = FieldIx(2);
const POSTAL_CODE: FieldIx = FieldIx(3);
const EMPLOYEES: FieldIx = FieldIx(4);
const REVENUE: FieldIx = FieldIx(5);
const SCORE: FieldIx = FieldIx(6);

const LEADS: usize = 4_096;

/// A shape of table.
pub struct Shape {
    pub name: &'static str,
    pub make: fn(usize) -> Table,
}

/// Rules and leads.
pub struct Table {
    pub rules: Vec<Rule>,
    pub leads: Vec<Facts<'static>>,
}

pub const SHAPES: &[Shape] = &[
    Shape { name: "typical: country, state, size band, product", make: |rows| typical(rows, false) },
    Shape { name: "typical, nothing matches (product unknown)", make: |rows| typical(rows, true) },
    Shape { name: "typical, a tenth of the cells empty", make: with_empty_cells },
    Shape { name: "one range, disjoint", make: disjoint },
    Shape { name: "one range, disjoint, nothing matches", make: between_ranges },
    Shape { name: "one range, overlapping, catch-all last", make: |rows| overlapping(rows, &[EMPLOYEES]) },
    Shape { name: "one range, nested", make: nested },
    Shape { name: "two ranges, disjoint (a grid)", make: grid },
    Shape { name: "two ranges, overlapping, catch-all last", make: |rows| overlapping(rows, &[EMPLOYEES, REVENUE]) },
    Shape { name: "two ranges, strips both ways, few match", make: strips },
    Shape { name: "three ranges, overlapping, catch-all last", make: |rows| overlapping(rows, &[EMPLOYEES, REVENUE, SCORE]) },
    Shape { name: "prefixes of postal codes", make: prefixes },
    Shape { name: "lists: 5 of 2,000 states", make: lists },
    Shape { name: "lists: 10 of 100 countries, 10 of 100 states", make: lists_on_two_fields },
];

/// The fields of the typical table, of row or lead number `id` of 100,000.
pub struct Typical {
    pub country: String,
    pub state: String,
    pub product: String,
    pub employees: (i64, i64),
}

impl Typical {
    pub fn of(id: usize) -> Self {
        let (country, state, product, band) = (id % 50, id / 50 % 40, id / 2_000 % 10, id / 20_000);
        let low = [1, 10, 100, 1_000, 10_000][band];
        Self {
            country: format!("c{country}"),
            state: format!("s{country}-{state}"),
            product: format!("p{product}"),
            employees: (low, low * 10 - 1),
        }
    }

    /// The n-th row: all of them scattered, so that few rows are as varied as many.
    pub fn row(n: usize) -> Self {
        Self::of(n * 7_919 % 100_000)
    }
}

fn typical(rows: usize, unknown_product: bool) -> Table {
    let mut dice = Dice(1);
    let conditions = (0..rows).map(|n| typical_condition(&Typical::row(n), &[true; 4]));
    let leads = (0..LEADS).map(|_| typical_lead(&mut dice, rows, unknown_product)).collect();
    Table { rules: rules(conditions), leads }
}

fn typical_lead(dice: &mut Dice, rows: usize, unknown_product: bool) -> Facts<'static> {
    let of = Typical::row(dice.below(rows));
    let product = if unknown_product { "none".to_owned() } else { of.product };
    lead([text(of.country), text(of.state), text(product), Fact::Missing, number(of.employees.0 + 3), Fact::Missing, Fact::Missing])
}

fn typical_condition(of: &Typical, cells: &[bool; 4]) -> Form {
    let columns = [
        one_of(COUNTRY, [of.country.clone()]),
        one_of(STATE, [of.state.clone()]),
        one_of(PRODUCT, [of.product.clone()]),
        between(EMPLOYEES, of.employees.0, of.employees.1),
    ];
    all(columns.into_iter().zip(cells).filter(|(_, there)| **there).map(|(form, _)| form))
}

fn with_empty_cells(rows: usize) -> Table {
    let mut dice = Dice(2);
    let conditions: Vec<Form> = (0..rows).map(|n| typical_condition(&Typical::row(n), &[(); 4].map(|()| dice.below(10) > 0))).collect();
    let leads = (0..LEADS).map(|_| typical_lead(&mut dice, rows, false)).collect();
    Table { rules: rules(conditions), leads }
}

fn disjoint(rows: usize) -> Table {
    let mut dice = Dice(3);
    let order = dice.shuffled(rows);
    let conditions = order.into_iter().map(|n| between(EMPLOYEES, n * 10, n * 10 + 9));
    Table { rules: rules(conditions), leads: numbers(&mut dice, [rows * 10, 1, 1]) }
}

fn between_ranges(rows: usize) -> Table {
    let mut dice = Dice(4);
    let order = dice.shuffled(rows);
    let conditions = order.into_iter().map(|n| between(EMPLOYEES, n * 10, n * 10 + 8));
    let leads = (0..LEADS).map(|_| numeric_lead([dice.below(rows) * 10 + 9, 0, 0])).collect();
    Table { rules: rules(conditions), leads }
}

/// Ranges of every width from a millionth to a tenth of all, at random, and last a row for everything.
fn overlapping(rows: usize, fields: &[FieldIx]) -> Table {
    const ALL: i64 = 1_000_000_000;
    let mut dice = Dice(5);
    let mut conditions: Vec<Form> = (1..rows)
        .map(|_| {
            all(fields.iter().map(|field| {
                let (low, width) = (dice.below(ALL as usize) as i64, ALL / 10_i64.pow(1 + dice.below(6) as u32));
                between(*field, low, low + width)
            }))
        })
        .collect();
    conditions.push(all(fields.iter().map(|field| between(*field, 0, ALL))));
    Table { rules: rules(conditions), leads: numbers(&mut dice, [ALL as usize; 3]) }
}

/// Each range within the next, in random order: the least row number among all that reach far enough.
fn nested(rows: usize) -> Table {
    let mut dice = Dice(6);
    let order = dice.shuffled(rows);
    let conditions = order.into_iter().map(|n| between(EMPLOYEES, 0, n * 10));
    Table { rules: rules(conditions), leads: numbers(&mut dice, [rows * 10, 1, 1]) }
}

fn grid(rows: usize) -> Table {
    let mut dice = Dice(7);
    let side = (rows as f64).sqrt().ceil() as i64;
    let order = dice.shuffled(rows);
    let conditions =
        order.into_iter().map(|n| all([(EMPLOYEES, n % side), (REVENUE, n / side)].map(|(field, n)| between(field, n * 10, n * 10 + 9))));
    Table { rules: rules(conditions), leads: numbers(&mut dice, [side as usize * 10; 3]) }
}

/// Half the rows narrow in one field and wide in the other, half the other way round.
fn strips(rows: usize) -> Table {
    let mut dice = Dice(8);
    let order = dice.shuffled(rows);
    let all_of_it = rows as i64 * 10;
    let conditions = order.into_iter().map(|n| {
        let (narrow, wide) = if n % 2 == 0 { (EMPLOYEES, REVENUE) } else { (REVENUE, EMPLOYEES) };
        all([between(narrow, n * 10, n * 10 + 1), between(wide, 1 + n % 100, all_of_it - n % 100)])
    });
    Table { rules: rules(conditions), leads: numbers(&mut dice, [rows * 10; 3]) }
}

fn prefixes(rows: usize) -> Table {
    let mut dice = Dice(9);
    let codes: Vec<String> = dice.shuffled(rows).into_iter().map(|n| format!("{:0width$}", n, width = 3 + n as usize % 4)).collect();
    let conditions: Vec<Form> = codes.iter().map(|code| starts_with(POSTAL_CODE, code)).collect();
    let leads = (0..LEADS)
        .map(|_| {
            let code = format!("{}{}", codes[dice.below(rows)], dice.below(10));
            lead([Fact::Missing, Fact::Missing, Fact::Missing, text(code), Fact::Missing, Fact::Missing, Fact::Missing])
        })
        .collect();
    Table { rules: rules(conditions), leads }
}

fn lists(rows: usize) -> Table {
    let mut dice = Dice(10);
    let conditions: Vec<Form> = (0..rows)
        .map(|n| {
            let states: Vec<String> = (0..5).map(|_| format!("s{}", dice.below(2_000))).collect();
            all([one_of(STATE, states), one_of(COUNTRY, [format!("c{}", n % 50)]), one_of(PRODUCT, [format!("p{}", n / 50 % 500)])])
        })
        .collect();
    let leads = text_leads(&mut dice, [50, 2_000, 500]);
    Table { rules: rules(conditions), leads }
}

fn lists_on_two_fields(rows: usize) -> Table {
    let mut dice = Dice(11);
    let conditions: Vec<Form> = (0..rows)
        .map(|n| {
            let mut some = |letter: char| -> Vec<String> { (0..10).map(|_| format!("{letter}{}", dice.below(100))).collect() };
            all([one_of(COUNTRY, some('c')), one_of(STATE, some('s')), one_of(PRODUCT, [format!("p{}", n % 5_000)])])
        })
        .collect();
    let leads = text_leads(&mut dice, [100, 100, 5_000]);
    Table { rules: rules(conditions), leads }
}

fn text_leads(dice: &mut Dice, [countries, states, products]: [usize; 3]) -> Vec<Facts<'static>> {
    let mut one = |letter: char, of: usize| text(format!("{letter}{}", dice.below(of)));
    let mut make = || [one('c', countries), one('s', states), one('p', products)];
    let leads = (0..LEADS).map(|_| make());
    leads.map(|[c, s, p]| lead([c, s, p, Fact::Missing, Fact::Missing, Fact::Missing, Fact::Missing])).collect()
}

fn numbers(dice: &mut Dice, below: [usize; 3]) -> Vec<Facts<'static>> {
    (0..LEADS).map(|_| numeric_lead(below.map(|bound| dice.below(bound)))).collect()
}

fn numeric_lead([employees, revenue, score]: [usize; 3]) -> Facts<'static> {
    let [employees, revenue, score] = [employees, revenue, score].map(|n| number(n as i64));
    lead([Fact::Missing, Fact::Missing, Fact::Missing, Fact::Missing, employees, revenue, score])
}

fn lead(facts: [Fact<'static>; 7]) -> Facts<'static> {
    Facts::given(facts.into(), Timestamp::UNIX_EPOCH)
}

fn text(text: String) -> Fact<'static> {
    Fact::Text(text.into())
}

fn number(n: i64) -> Fact<'static> {
    Fact::Number(Number::whole(n))
}

fn rules(conditions: impl IntoIterator<Item = Form>) -> Vec<Rule> {
    let row = |when| Row { when, action: Action::Suppress, sla: None, place: Place::default() };
    let rows = conditions.into_iter().map(row).collect();
    vec![Rule { name: "table".into(), enabled: true, table: Some("table.csv".into()), rows, reroute: false, allow: Default::default(), place: Place::default() }]
}

fn all(forms: impl IntoIterator<Item = Form>) -> Form {
    forms.into_iter().fold(Form::always(), |all, form| all.and(&form))
}

fn one_of(field: FieldIx, texts: impl IntoIterator<Item = String>) -> Form {
    Form::field(field, Allowed { missing: false, present: ValueSet::Text(TextSet::of(texts.into_iter().map(Into::into))) })
}

fn starts_with(field: FieldIx, part: &str) -> Form {
    Form::field(field, Allowed { missing: false, present: ValueSet::Text(TextSet::matching(Pattern::StartsWith(part.into()))) })
}

fn between(field: FieldIx, low: i64, high: i64) -> Form {
    let set = NumberSet::between(Some(Number::whole(low)), Some(Number::whole(high)));
    Form::field(field, Allowed { missing: false, present: ValueSet::Number(set) })
}

/// Repeatable chance (SplitMix64, Steele and others 2014).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn shuffled(&mut self, count: usize) -> Vec<i64> {
        let mut all: Vec<i64> = (0..count as i64).collect();
        for at in (1..count).rev() {
            all.swap(at, self.below(at + 1));
        }
        all
    }
}
