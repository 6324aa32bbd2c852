//! How large a stored decision is, and what writing and replaying it takes: a measurement.

#![allow(clippy::disallowed_methods, reason = "it measures")]

use crate::world;
use pointsman_engine::account::Account;
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Before, arrive, decide};
use pointsman_engine::field::LeadField;
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::people::{Directory, Rep};
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::record::Record;
use pointsman_engine::replay::Stage;
use pointsman_engine::standing::Standing;
use pointsman_engine::value::{Number, Value};
use std::hint::black_box;
use std::time::Instant;

const ROUTING: &str = r#"
[policy]
name        = "Acme inbound"
timezone    = "America/New_York"
same_person = "30d"
[[rule]]
name   = "Enterprise demo requests"
assign = "pool:ae-enterprise"
sla    = "demo"
[pool.ae-enterprise]
members = { "ana@acme.example" = 2, "ben@acme.example" = 1, "carl@acme.example" = 1, "dana@acme.example" = 3 }
sticky  = "90d"
[sla.demo]
route_within   = "5m"
contact_within = "15m"
[fallback]
queue = "catch-all"
"#;

fn lead() -> Lead {
    let mut lead = Lead::new("0199b3c4-9d0e-7c3a-9a50-2f1f6a1f0b11");
    for (field, text) in [
        (LeadField::Email, "jo.doe@globex.example"),
        (LeadField::FirstName, "Jo"),
        (LeadField::LastName, "Doe"),
        (LeadField::Title, "Head of Data"),
        (LeadField::Company, "Globex"),
        (LeadField::Country, "US"),
        (LeadField::Type, "demo_request"),
    ] {
        lead.set(field, Value::Text(text.into()), Source::Form);
    }
    lead.set(LeadField::Employees, Value::Number(Number::whole(1200)), Source::Companies);
    lead.set(LeadField::CreatedAt, Value::Time(world::start()), Source::Form);
    lead
}

#[test]
#[ignore = "a measurement"]
fn a_decision_in_a_pool_of_four() {
    let policy = read(&Sources::single(ROUTING)).policy.unwrap();
    let mut directory = Directory::default();
    for rep in ["ana", "ben", "carl", "dana"] {
        directory.add(Rep::new(&format!("{rep}@acme.example"))).unwrap();
    }
    let account = Account {
        id: "A1".into(),
        name: Some("Globex".into()),
        domains: vec!["globex.example".into()],
        owner: Some("ana@acme.example".into()),
        ..Account::default()
    };
    let book = Book::bind(&policy, Some(directory.clone()), vec![account]);
    let mut standing = Standing::fresh(&policy, &book);
    let arrival = arrive(&policy, &book, lead(), Before::default(), world::start());
    (0..1000).for_each(|_| {
        let decision = decide(&policy, &book, &standing, &arrival);
        standing.record(&policy, &book, &arrival, &decision);
        standing.forget();
    });
    let decision = decide(&policy, &book, &standing, &arrival);
    let json = serde_json::to_vec(&Record::of(&policy, &book, &arrival, &decision)).unwrap();
    println!("{}\n{} bytes", String::from_utf8_lossy(&json), json.len());
    let record: Record<'static> = serde_json::from_slice(&json).unwrap();
    let mut stage = Stage::new(&policy, Some(directory));
    let mut out = Vec::with_capacity(4096);
    measure("decide", || black_box(decide(&policy, &book, &standing, &arrival)));
    measure("write down", || black_box(Record::of(&policy, &book, &arrival, &decision).at));
    measure("write down, and as JSON", || {
        out.clear();
        serde_json::to_writer(&mut out, &Record::of(&policy, &book, &arrival, &decision)).unwrap();
    });
    measure("read", || black_box(serde_json::from_slice::<Record<'static>>(&json).unwrap()));
    measure("replay", || stage.replay(&record).unwrap());
}

fn measure<T>(what: &str, mut run: impl FnMut() -> T) {
    const RUNS: u32 = 20_000;
    let start = Instant::now();
    for _ in 0..RUNS {
        black_box(run());
    }
    println!("{what:<24}{:>8} ns", start.elapsed().as_nanos() / u128::from(RUNS));
}
