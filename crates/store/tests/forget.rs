//! Who is erased is nowhere: in no table, in no file, under no address, in nobody's words.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod world;

use pointsman_engine::life::{By, Closing, Command};
use pointsman_store::notification::Notice;
use pointsman_store::place::Place;
use pointsman_store::request::{DocumentKind, Request, What};
use pointsman_store::schema::WORKSPACE;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use world::{World, lead, writer};

const TABLES: [&str; 7] = ["lead", "decision", "journal", "message", "person", "company", "idempotency"];

fn api() -> By {
    By::Other("api".into())
}

fn is_nowhere(world: &World, word: &str) {
    for table in TABLES {
        let rows = world.db().query(&format!("select * from {table} where ws = $1"), &[WORKSPACE.into()]).unwrap();
        assert!(!format!("{rows:?}").contains(word), "{table} still knows {word}: {rows:?}");
    }
}

#[test]
fn a_person_is_forgotten_under_earlier_addresses_too() {
    let mut world = World::new();
    let mut other = writer(&world.place);
    world.intake(&[("l1", "before@x.example", "web")]);
    other.batch(Vec::new(), world.now).unwrap();
    world.change("l1", "email", "after@x.example");
    world.act("l1", Command::Erase { by: api() }).unwrap();
    is_nowhere(&world, "before@");
    let again = vec![Request::own(What::Intake(vec![lead("l2", "before@x.example", "web")]))];
    let answers = format!("{:?}", other.batch(again, world.now).unwrap());
    assert!(answers.contains("l2") && !answers.contains("repeat: true"), "to another node they are nobody it knows: {answers}");
    // And within the batch that erases them.
    let change = What::Change { fields: lead("l2", "now@x.example", "web"), cleared: Vec::new() };
    let erase = What::Life { lead: lead("l2", "", "").id, command: Command::Erase { by: api() } };
    let batch = vec![change, erase, What::Intake(vec![lead("l3", "before@x.example", "web")])];
    let answers = world.writer.batch(batch.into_iter().map(Request::own).collect(), world.now).unwrap();
    assert!(answers.iter().all(Result::is_ok) && !format!("{:?}", answers[2]).contains("repeat: true"), "{answers:?}");
    world.is_well();
}

#[test]
fn what_people_wrote_about_them_goes_and_programs_are_told() {
    let mut world = World::new();
    let hook = r#"{"kind":"webhook","url":"https://in.example","secrets":[],"events":["lead.*"]}"#;
    world.done(What::Document { kind: DocumentKind::Channel, id: "hooks".into(), body: Some(hook.into()), seen: None });
    world.intake(&[("l1", "a@x.example", "web"), ("l2", "b@x.example", "web")]);
    let pass = Command::Pass { by: api(), reason: Some("a secret word".into()), bad_lead: true };
    world.act("l1", pass.clone()).unwrap();
    world.deliver();
    world.act("l1", pass).unwrap();
    let suppress = Command::Suppress { by: api(), reason: Some("secretly".into()) };
    let life = |command| Request::own(What::Life { lead: lead("l1", "", "").id, command });
    let answers = world.writer.batch(vec![life(suppress), life(Command::Erase { by: api() })], world.now).unwrap();
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    is_nowhere(&world, "secret");
    let told: Vec<String> = world.claim(1).into_iter().map(|message| format!("{:?}", message.notice)).collect();
    assert!(told.len() == 1 && told[0].contains("lead.erased"), "{told:?}");
    // What it did to the counts stays.
    assert_eq!(world.count("select count(*) from journal where ws = $1 and kind = 'passed' and body like '%give_back%'"), 2);
    world.act("l2", Command::Close { by: api(), result: Closing::Lost }).unwrap();
    world.is_well();
}

#[test]
fn programs_hear_of_the_erasure_though_the_lead_is_gone() {
    let mut world = World::new();
    let hook = r#"{"kind":"webhook","url":"https://in.example","secrets":[],"events":["lead.erased"]}"#;
    world.done(What::Document { kind: DocumentKind::Channel, id: "hooks".into(), body: Some(hook.into()), seen: None });
    world.intake(&[("l1", "a@x.example", "web")]);
    world.act("l1", Command::Erase { by: api() }).unwrap();
    let heard = world.claim(1);
    assert!(heard.len() == 1 && heard[0].notice.is_erasure() && matches!(heard[0].notice, Notice::Event { .. }), "{heard:?}");
}

#[test]
fn the_files_are_their_owners_and_hold_nothing_of_who_was_erased() {
    let mut world = World::new();
    world.intake(&[("l1", "unmistakable@x.example", "web"), ("l2", "somebody@x.example", "web")]);
    let Place::Sqlite(path) = world.place.clone() else { panic!() };
    let files = |path: &std::path::Path| -> Vec<std::path::PathBuf> {
        fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let knows = |word: &str| files(&path).iter().any(|file| fs::read(file).unwrap().windows(word.len()).any(|at| at == word.as_bytes()));
    assert!(knows("unmistakable@"));
    for file in files(&path) {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    world.act("l1", Command::Erase { by: api() }).unwrap();
    assert!(!knows("unmistakable@") && knows("somebody@"));
}
