//! Leads that are decided again, wait, or are moved by a person: who gets them, and what is said of it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod world;

use jiff::SignedDuration;
use pointsman_engine::field::LeadField;
use pointsman_engine::life::{By, Closing, Command};
use pointsman_store::request::{Delivered, Refused, What};
use world::World;

const POLICY: &str = r#"
[policy]
name = "Test"
timezone = "UTC"
same_person = "30d"

[[rule]]
name = "Gold"
when = { tier = "gold" }
reroute = true
assign = "pool:gold"

[[rule]]
name = "Owned"
when = { source = "owned" }
assign = ["lead.owner", "pool:gold"]

[[rule]]
name = "All"
assign = "pool:all"
sla = "demo"

[fields]
tier = { type = "text" }

[pool.all]
members = ["ben@acme.example"]

[pool.gold]
members = ["eva@acme.example"]
when_empty = "wait"
wait_at_most = "2h"

[sla.demo]
contact_within = "15m"

[missed]
offline_after = 2
within = "1d"
offline_for = "4h"

[fallback]
queue = "catch-all"
reviewer = "dana@acme.example"
"#;

const BEN: &str = "ben@acme.example";
const EVA: &str = "eva@acme.example";

fn dana() -> By {
    By::Other("dana@acme.example".into())
}

#[test]
fn a_lead_that_is_routed_again_and_must_wait_does_not_go_back_to_who_had_it() {
    let mut world = World::with(POLICY);
    world.intake(&[("l1", "a@x.example", "web")]);
    world.away("abs_1", EVA, 60);
    let held = world.change("l1", "tier", "gold");
    assert_eq!((&*held.stage, held.pool.as_deref()), ("held", Some("gold")));
    world.restart();
    world.pass(1);
    assert_eq!(world.lead("l1")[0], "held", "ben no longer has it");
    world.pass(60);
    assert_eq!(world.lead("l1")[..2], ["assigned", EVA]);
    world.is_well();
}

#[test]
fn nor_does_it_where_another_lead_of_the_person_is_with_who_had_it() {
    let mut world = World::with(POLICY);
    world.intake(&[("l1", "a@x.example", "web"), ("l2", "b@x.example", "web")]);
    // The second becomes the same person's: whom ben has now by another lead.
    world.change("l2", "email", "a@x.example");
    world.act("l2", Command::Requeue { by: dana(), queue: "catch-all".into() }).unwrap();
    world.act("l2", Command::Claim { by: dana(), rep: BEN.into() }).unwrap();
    assert_eq!(world.count("select count(*) from person where ws = $1 and email = 'a@x.example' and lead = 'l2'"), 1);
    world.away("abs_1", EVA, 60);
    assert_eq!(&*world.change("l1", "tier", "gold").stage, "held");
    world.pass(1);
    assert_eq!(world.lead("l1")[0], "held");
    // Changed while it waits, it is decided anew, and ben is no reason for anything still.
    assert_eq!(&*world.change("l1", "company", "Globex Two").stage, "held");
    world.pass(60);
    assert_eq!(world.lead("l1")[..2], ["assigned", EVA]);
    world.is_well();
}

#[test]
fn one_lead_that_waits_does_not_block_those_behind_it_that_somebody_can_take() {
    let mut world = World::with(POLICY);
    world.away("abs_1", EVA, 90);
    world.away("abs_2", BEN, 30);
    let lead = |id: &str, owner: &str| {
        let json = serde_json::json!({ "id": id, "email": format!("{id}@x.example"), "source": "owned", "owner": owner });
        pointsman_engine::records::leads::from_json(json.as_object().unwrap(), 1, &mut Vec::new()).unwrap()
    };
    world.done(What::Intake(vec![lead("l1", EVA), lead("l2", BEN)]));
    assert_eq!([world.lead("l1")[0].as_str(), world.lead("l2")[0].as_str()], ["held", "held"]);
    world.pass(31);
    assert_eq!(world.lead("l1")[0], "held");
    assert_eq!(world.lead("l2")[..2], ["assigned", BEN], "their owner is back");
    world.is_well();
}

#[test]
fn a_rep_who_misses_many_leads_at_once_is_taken_offline_once() {
    let mut world = World::with(POLICY);
    let leads: Vec<(String, String)> = (0..7).map(|n| (format!("l{n}"), format!("p{n}@x.example"))).collect();
    world.intake(&leads.iter().map(|(id, email)| (&**id, &**email, "web")).collect::<Vec<_>>());
    world.pass(16);
    assert_eq!(world.count("select count(*) from journal where ws = $1 and kind = 'missed'"), 7);
    assert_eq!(world.count("select count(*) from absence where ws = $1 and kind = 'missed'"), 1);
    assert_eq!(world.count("select count(*) from message where ws = $1 and kind = 'offline'"), 1);
    world.pass(0);
    assert_eq!(world.count("select count(*) from journal where ws = $1 and kind = 'offline'"), 1);
    world.is_well();
}

#[test]
fn a_lead_goes_into_no_queue_that_is_not_there() {
    let mut world = World::with(POLICY);
    world.intake(&[("l1", "a@x.example", "web")]);
    let nowhere = world.act("l1", Command::Requeue { by: dana(), queue: "nowhere".into() });
    assert_eq!(nowhere, Err(Refused::Missing { what: "queue", id: "nowhere".into() }));
    assert_eq!(world.lead("l1")[..2], ["assigned", BEN]);
}

#[test]
fn what_a_person_made_of_a_lead_is_what_is_said_of_it() {
    let mut world = World::with(POLICY);
    world.intake(&[("l1", "a@x.example", "web"), ("l2", "b@x.example", "web"), ("l3", "c@x.example", "web")]);
    world.act("l1", Command::Requeue { by: dana(), queue: "catch-all".into() }).unwrap();
    world.act("l2", Command::Suppress { by: dana(), reason: Some("a private word".into()) }).unwrap();
    world.act("l3", Command::Close { by: dana(), result: Closing::Won }).unwrap();
    assert_eq!(world.lead("l1"), ["queued", "catch-all", "queued", "put into queue catch-all by dana@acme.example"]);
    assert_eq!(world.lead("l2"), ["suppressed", "", "suppressed", "suppressed by dana@acme.example"]);
    assert_eq!(world.lead("l3"), ["closed", BEN, "closed", "closed as won by dana@acme.example"]);
    world.is_well();
}

#[test]
fn a_node_whose_clock_is_behind_delivers_and_backs_off_by_the_time_of_the_workspace() {
    let mut world = World::with(POLICY);
    world.intake(&[("l1", "a@x.example", "web")]);
    let ahead = world.now;
    world.now = ahead.checked_sub(SignedDuration::from_mins(30)).unwrap();
    let due = |world: &World, at| pointsman_store::due::message_is_due(&mut *world.db(), at).unwrap();
    assert!(due(&world, world.now));
    let taken = world.claim(1);
    assert_eq!(taken.len(), 2);
    assert!(world.claim(1).is_empty(), "what is under way is taken by nobody else");
    for message in taken {
        let result = Delivered::Later { after: SignedDuration::from_mins(5), reason: "busy".into() };
        world.done(What::Report { message: message.id, result });
    }
    assert!(world.claim(1).is_empty() && !due(&world, world.now), "it is left alone for a while");
    world.now = ahead.checked_add(SignedDuration::from_mins(5)).unwrap();
    assert!(due(&world, world.now));
    world.is_well();
}

#[test]
fn what_was_derived_from_a_field_goes_when_the_field_changes() {
    let mut world = World::with(&POLICY.replace("[fields]", "[enrich]\norder = [\"email_domain\"]\n[fields]"));
    world.intake(&[("l1", "zz@firma-huber.de", "web")]);
    let country = |world: &World| {
        let row = world.db().query("select fields from lead where ws = $1", &[pointsman_store::schema::WORKSPACE.into()]).unwrap().pop();
        let lead: pointsman_engine::lead::Lead = row.unwrap().json(0).unwrap();
        lead.text(LeadField::Country).map(str::to_owned)
    };
    assert_eq!(country(&world).as_deref(), Some("DE"));
    world.change("l1", "title", "CTO");
    assert_eq!(country(&world).as_deref(), Some("DE"));
    world.change("l1", "email", "zz@maison-dupont.fr");
    assert_eq!(country(&world).as_deref(), Some("FR"));
    world.change("l1", "country", "AT");
    world.change("l1", "email", "zz@firma-huber.de");
    assert_eq!(country(&world).as_deref(), Some("AT"), "what somebody said stays");
}
