//! A random world: a policy, people, accounts and leads, all from one seed.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use pointsman_engine::account::Account;
use pointsman_engine::calendar::Hours;
use pointsman_engine::field::LeadField;
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::people::{Absence, Directory, HolidayRef, Rep};
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::value::{Number, Value};
use std::fmt::Write;

/// Seeded chance (xorshift).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    /// One in `n`.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn some<T>(&mut self, one_in: usize, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.one_in(one_in) { Some(make(self)) } else { None }
    }
}

pub const REPS: [&str; 7] =
    ["ana@acme.example", "Ben@acme.example", "carl@acme.example", "dana@acme.example", "eva@acme.example", "finn@acme.example", "greta"];
/// In pools and accounts, but in no directory.
pub const STRANGER: &str = "stranger@acme.example";
const WORDS: [&str; 7] = ["Globex", "Initech", "Petroleum", "Hooli", "Northern", "Trading", "Vandelay"];
const COUNTRIES: [&str; 4] = ["US", "DE", "FR", "BR"];

/// The first moment: a Friday, before the clocks change in America.
pub fn start() -> Timestamp {
    "2026-03-06T14:00:00.25Z".parse().unwrap()
}

/// A policy that uses every way a pool can share, be limited and wait.
pub fn policy(dice: &mut Dice) -> Policy {
    let mut text = String::from("[policy]\nname = \"Random\"\ntimezone = \"America/New_York\"\n");
    if !dice.one_in(3) {
        text.push_str("same_person = \"2d\"\n");
    }
    text.push_str("[calendar]\nhours = \"Mon-Fri 08:00-18:00\"\nholidays = \"us\"\n[holidays]\nus = [2026-03-10]\nde = [2026-03-09]\n");
    text.push_str("[enrich]\norder = [\"phone\", \"email_domain\"]\n[fallback]\nqueue = \"catch-all\"\n");
    text.push_str("[sla.demo]\nfor = { type = \"demo_request\" }\nroute_within = \"5m\"\ncontact_within = \"2h\"\nclock = \"working\"\n");
    text.push_str("[sla.named]\ncontact_within = \"15m\"\n");
    let pools = 2 + dice.below(3);
    (0..pools).for_each(|pool| write_pool(&mut text, dice, pool));
    let pool = |dice: &mut Dice| format!("pool:p{}", dice.below(pools));
    text.push_str("[[rule]]\nname = \"Competitors\"\nwhen = { \"account.tags\" = \"competitor\" }\nthen = \"suppress\"\n");
    text.push_str("[[rule]]\nname = \"Theirs\"\nwhen = { source = \"prospecting\" }\nthen = \"keep\"\n");
    if dice.one_in(2) {
        text.push_str("[[rule]]\nname = \"Size first\"\nwhen = { country = \"US\" }\nthen = \"hold\"\n");
        text.push_str("until = { employees = { missing = false } }\nat_most = \"90m\"\n");
    }
    let (named, owned, german) = (pool(dice), pool(dice), pool(dice));
    let _ = writeln!(
        text,
        "[[rule]]\nname = \"Named\"\nwhen = {{ \"account.named\" = true }}\nassign = [\"account.owner\", \"{named}\"]\nsla = \"named\""
    );
    let _ =
        writeln!(text, "[[rule]]\nname = \"Owned\"\nwhen = {{ owner = {{ missing = false }} }}\nassign = [\"lead.owner\", \"{owned}\"]");
    let _ = writeln!(
        text,
        "[[rule]]\nname = \"German\"\nwhen = {{ country = \"DE\" }}\nassign = [\"{german}\", \"rep:{}\"]\nneeds = [\"german\"]",
        dice.pick(&REPS)
    );
    text.push_str("[[rule]]\nname = \"Territories\"\ntable = \"table.csv\"\n");
    let (first, second) = (pool(dice), pool(dice));
    let _ = writeln!(
        text,
        "[[rule]]\nname = \"Rest\"\nwhen = {{ country = {{ missing = false }} }}\nassign = [\"{first}\", \"{second}\", \"queue:rest\"]"
    );
    let mut sources = Sources::single(&text);
    let table = format!("country,employees,assign\nFR,>=1000,{}\nFR,<1000,{}\nBR,>=500,{}\n", pool(dice), pool(dice), pool(dice));
    sources.files.insert("table.csv".to_owned(), table);
    let checked = read(&sources);
    checked.policy.unwrap_or_else(|| panic!("{:?}\n{text}", checked.diagnostics))
}

fn write_pool(text: &mut String, dice: &mut Dice, pool: usize) {
    let mut members: Vec<String> = Vec::new();
    for rep in REPS.iter().chain(&[STRANGER]) {
        if dice.one_in(2) {
            members.push(format!("\"{rep}\" = {}", [1, 1, 2, 5, 0][dice.below(5)]));
        }
    }
    if members.is_empty() {
        members.push(format!("\"{}\" = 1", REPS[0]));
    }
    let _ = writeln!(text, "[pool.p{pool}]\nmembers = {{ {} }}", members.join(", "));
    let _ = writeln!(text, "share = \"{}\"", ["rotation", "rotation", "rotation", "least_loaded", "in_order"][dice.below(5)]);
    if dice.one_in(2) {
        text.push_str("hours = \"working\"\n");
    }
    if dice.one_in(2) {
        let caps = ["per_hour = 1", "per_day = 2", "per_week = 5", "open = 2", "rolling = { count = 2, within = \"4h\" }"];
        let _ = writeln!(text, "caps = {{ {} }}", dice.pick(&caps));
    }
    if dice.one_in(2) {
        text.push_str("sticky = \"36h\"\n");
    }
    if dice.one_in(3) {
        text.push_str("when_empty = \"wait\"\nwait_at_most = \"3h\"\n");
    }
}

/// Some of the reps.
pub fn directory(dice: &mut Dice) -> Directory {
    let mut directory = Directory::default();
    for email in REPS {
        if dice.one_in(12) {
            continue;
        }
        let rep = directory.add(rep(dice, email)).unwrap();
        if dice.one_in(3) {
            directory.add_absence(rep, absence(dice));
        }
    }
    directory
}

pub fn rep(dice: &mut Dice, email: &str) -> Rep {
    Rep {
        name: Some(format!("The rep {email}").into()),
        backup: dice.some(2, |dice| dice.pick(&REPS).into()),
        timezone: dice.some(2, |dice| TimeZone::get(dice.pick(&["Europe/Berlin", "America/Los_Angeles"])).unwrap()),
        hours: dice.some(2, |dice| Hours::parse(dice.pick(&["Mon-Sun 06:00-14:00", "24/7", "Mon-Fri 12:00-20:00"])).unwrap()),
        holidays: if dice.one_in(4) { vec![HolidayRef::Named("de".into())] } else { Vec::new() },
        active: !dice.one_in(10),
        daily_cap: dice.some(4, |dice| u32::try_from(1 + dice.below(4)).unwrap()),
        open_cap: dice.some(6, |dice| u32::try_from(2 + dice.below(6)).unwrap()),
        skills: if dice.one_in(2) { vec!["german".into()] } else { Vec::new() },
        ..Rep::new(email)
    }
}

pub fn absence(dice: &mut Dice) -> Absence {
    let from = start() + SignedDuration::from_mins(i64::try_from(dice.below(6_000)).unwrap());
    Absence { from, until: from + SignedDuration::from_mins(i64::try_from(1 + dice.below(2_000)).unwrap()) }
}

pub fn account(dice: &mut Dice, number: usize) -> Account {
    let name = format!("{} {}", dice.pick(&WORDS), dice.pick(&WORDS));
    Account {
        id: format!("A{number}").into(),
        domains: if dice.one_in(3) { Vec::new() } else { vec![format!("company{}.example", dice.below(20)).into()] },
        owner: dice.some(2, |dice| if dice.one_in(4) { STRANGER.into() } else { dice.pick(&REPS).into() }),
        named: dice.some(2, |dice| dice.one_in(2)),
        tags: if dice.one_in(9) { vec!["competitor".into()] } else { Vec::new() },
        parent: dice.some(5, |dice| format!("A{}", dice.below(20)).into()),
        country: dice.some(2, |dice| dice.pick(&COUNTRIES).into()),
        phone: dice.some(4, |dice| format!("+1 212 555 {:04}", dice.below(20)).into()),
        employees: dice.some(2, |dice| Number::whole(i64::try_from(dice.below(5_000)).unwrap())),
        custom: [("tier".into(), "gold".into())].into(),
        name: Some(name.into()),
        ..Account::default()
    }
}

pub fn accounts(dice: &mut Dice, count: usize) -> Vec<Account> {
    (0..count).map(|number| account(dice, number)).collect()
}

pub fn lead(dice: &mut Dice, number: usize) -> Lead {
    let mut lead = Lead::new(format!("L{number}"));
    let mut set = |field, value: Option<Value>| {
        if let Some(value) = value {
            lead.set(field, value, Source::Form);
        }
    };
    let text = |text: String| Value::Text(text.into());
    set(LeadField::Email, Some(text(format!("Person{}@company{}.example", dice.below(3), dice.below(20)))));
    set(LeadField::Company, dice.some(2, |dice| text(format!("{} {}", dice.pick(&WORDS), dice.pick(&WORDS)))));
    set(LeadField::Country, if dice.one_in(6) { None } else { Some(text(dice.pick(&COUNTRIES).to_owned())) });
    set(LeadField::Phone, dice.some(3, |dice| text(format!("+1 212 555 {:04}", dice.below(20)))));
    set(LeadField::Employees, dice.some(2, |dice| Value::Number(Number::whole(i64::try_from(dice.below(3_000)).unwrap()))));
    set(LeadField::AnnualRevenue, dice.some(3, |dice| Value::Number(Number(i128::from(dice.0) << dice.below(30)))));
    set(LeadField::Type, dice.some(2, |_| text("demo_request".to_owned())));
    set(LeadField::Source, dice.some(15, |_| text("prospecting".to_owned())));
    set(LeadField::Owner, dice.some(8, |dice| text(dice.pick(&REPS).to_owned())));
    if dice.one_in(3) {
        lead.custom.insert("campaign".into(), "spring \"sale\"\n".into());
    }
    lead
}
