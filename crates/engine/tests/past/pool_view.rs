//! A pool as people see it.

use jiff::{SignedDuration, Timestamp};
use pointsman_engine::book::Book;
use pointsman_engine::people::{Absence, Directory, Rep};
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::pool_view::PoolView;
use pointsman_engine::rotation::LEAD;
use pointsman_engine::standing::Standing;
use serde_json::json;

#[test]
fn it_says_who_is_next_what_each_is_due_and_why_others_are_not() {
    let routing = r#"
        [policy]
        name = "Test"
        [fallback]
        queue = "catch-all"
        [[rule]]
        name = "All"
        assign = "pool:ae"
        [pool.ae]
        members = { "ana@acme.example" = 1, "ben@acme.example" = 1, "carl@acme.example" = 1 }
        caps = { open = 1 }
    "#;
    let policy = read(&Sources::single(routing)).policy.unwrap();
    let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
    let mut directory = Directory::default();
    for email in ["ana@acme.example", "ben@acme.example", "carl@acme.example", "dana@acme.example"] {
        directory.add(Rep { backup: Some("dana@acme.example".into()), ..Rep::new(email) }).unwrap();
    }
    let mut book = Book::bind(&policy, Some(directory), Vec::new());
    let pool = policy.pool_named("ae").unwrap();
    let mut standing = Standing::fresh(&policy, &book);
    standing.rotation_mut(pool).unwrap().grant(2, LEAD / 2);
    let reps = book.seats(pool).to_vec();
    standing.give(&policy, &book, (reps[0], Some(pool)), now);
    let member = |rep, balance, open, verdict| json!({ "rep": rep, "weight": 1, "balance": balance, "last_turn": 0, "open": open, "verdict": verdict });
    let view = PoolView::of(&policy, &book, &standing, pool, now).unwrap();
    let shown = json!({ "pool": "ae", "share": "rotation", "next": "carl@acme.example", "members": [
        member("ana@acme.example", -250, 1, json!({ "at_cap": ["open", 1] })),
        member("ben@acme.example", -250, 0, json!("eligible")),
        member("carl@acme.example", 500, 0, json!("chosen")),
    ] });
    assert_eq!(serde_json::to_value(&view).unwrap(), shown);

    // When nobody of the pool can, who covers an absent member is next.
    let until = now + SignedDuration::from_hours(8);
    reps[1..].iter().for_each(|rep| book.set_absences(*rep, [Absence { from: now, until }]));
    let view = PoolView::of(&policy, &book, &standing, pool, now).unwrap();
    assert_eq!(view.next, Some("dana@acme.example"));
    assert_eq!(serde_json::to_value(&view.members[1].verdict).unwrap(), json!({ "absent": until.to_string() }));
}
