//! The page that shows an entry before and after shows what really happens.

use pointsman_moving::{Options, import};

#[test]
#[allow(clippy::disallowed_methods, reason = "tests read files")]
fn the_page_shows_what_an_entry_becomes() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/moving-in.md")).unwrap();
    let block = |language: &str| {
        let (_, after) = page.split_once(&format!("```{language}\n")).unwrap();
        after.split_once("```").unwrap().0
    };
    let file = format!(
        "<AssignmentRules><assignmentRule><fullName>Leads</fullName><active>true</active>{}</assignmentRule></AssignmentRules>",
        block("xml")
    );
    let import = import(&file, &Options::default()).unwrap();
    let policy = &import.sources.files["routing.toml"];
    assert!(policy.contains(block("toml")), "the page says something else than this:\n{policy}");
}
