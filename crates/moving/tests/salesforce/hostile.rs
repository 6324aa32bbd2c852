//! Broken and hostile files: an error with its line or a policy that reads, never a panic.

use crate::leads::Dice;
use crate::small;
use pointsman_engine::policy::read::read;
use pointsman_moving::report::{Entry, Outcome};
use pointsman_moving::{Import, Options, bytes, import};

fn moved(text: &str) -> Import {
    let import = import(text, &Options { rule: None, retired: true }).unwrap();
    let checked = read(&import.sources);
    assert!(checked.policy.is_some(), "{:#?}\n{}", checked.diagnostics, import.sources.files["routing.toml"]);
    import
}

/// One entry of an active rule.
fn one(entry: &str) -> Entry {
    let file = format!(
        "<AssignmentRules><assignmentRule><fullName>x</fullName><active>true</active><ruleEntry>{entry}</ruleEntry></assignmentRule></AssignmentRules>"
    );
    moved(&file).report.rules.remove(0).entries.remove(0)
}

fn criterion(field: &str, operation: &str, value: &str) -> String {
    format!("<criteriaItems><field>{field}</field><operation>{operation}</operation><value>{value}</value></criteriaItems>")
}

#[test]
fn files_broken_anywhere_are_an_error_or_a_policy_that_reads() {
    let (mut dice, mut errors, mut policies) = (Dice(3), 0, 0);
    for file in small() {
        for _ in 0..400 {
            let mut broken = file.text.clone().into_bytes();
            for _ in 0..=dice.below(3) {
                let (at, other) = (dice.below(broken.len()), dice.below(broken.len()));
                let piece: Vec<u8> = broken[other..].iter().take(dice.below(40)).copied().collect();
                match dice.below(4) {
                    0 => broken[at] = [b'<', b'"', b',', b'(', b'\\', b'@', 0, 0xFF][dice.below(8)],
                    1 => drop(broken.splice(at..at, piece)),
                    2 => drop(broken.drain(at..(at + dice.below(40)).min(file.text.len() / 2).max(at))),
                    _ => broken.truncate(broken.len() - dice.below(broken.len() / 20)),
                }
            }
            let imported = bytes::text(&broken).and_then(|text| import(text, &Options { rule: None, retired: true }));
            match imported {
                Ok(import) => {
                    policies += 1;
                    let checked = read(&import.sources);
                    assert!(checked.policy.is_some(), "{:#?}\n{}", checked.diagnostics, import.sources.files["routing.toml"]);
                }
                Err(problem) => {
                    errors += 1;
                    assert!(problem.line.is_some() && !problem.message.contains("a fault of this import"), "{problem:?}");
                }
            }
        }
    }
    assert!(errors > 50 && policies > 50, "{errors} errors, {policies} policies");
}

#[test]
fn names_and_texts_cannot_break_out_of_their_place() {
    let nasty = "a\"'''\n[[rule]]\nname = 'b'&#13;]&#9;\\";
    let entry = one(&format!(
        "<assignedTo>{nasty}</assignedTo><assignedToType>Queue</assignedToType>{}<template>{nasty}</template><odd>{nasty}</odd>",
        criterion("Lead.Ci ty\n\"__c", "contains", nasty)
    ));
    assert_eq!(entry.became, Outcome::Translated);
    let formula = one(&format!("<formula>LEN(Title) = \"{}\"</formula>", nasty.replace('"', "")));
    assert_eq!(formula.became, Outcome::Untranslated);
}

#[test]
fn what_the_engine_does_not_take_is_an_exception_in_its_words() {
    let many = (0..1_500).map(|number| format!("word{number}")).collect::<Vec<_>>().join(",");
    let entry = one(&criterion("Lead.City", "contains", &many));
    assert_eq!(entry.why.as_deref(), Some("the engine does not take it: `contains` takes 1 to 1000 texts, and here are 1500"));
    assert_eq!(one(&criterion("Lead.City", "equals", &many)).became, Outcome::Translated);
}

#[test]
fn conditions_that_would_grow_without_bound_are_exceptions() {
    let criteria: String = (0..40).map(|number| criterion(&format!("Lead.F{number}__c"), "equals", "x")).collect();
    let pairs: Vec<String> = (0..20).map(|pair| format!("({} OR {})", pair * 2 + 1, pair * 2 + 2)).collect();
    let entry = one(&format!("<booleanFilter>{}</booleanFilter>{criteria}", pairs.join(" AND ")));
    assert!(entry.why.is_some_and(|why| why.contains("too large")));
}

#[test]
fn what_is_larger_than_any_rule_is_an_exception_at_once() {
    let why = |entry: &str| one(entry).why.unwrap_or_default();
    assert!(why(&criterion("Lead.City", "equals", &"a,".repeat(100_000))).contains("bytes"));
    assert!(why(&criterion("Lead.City", "equals", "x").repeat(5_000)).contains("criteria"));
    let long = format!("<booleanFilter>{}1</booleanFilter>", "1 OR ".repeat(50_000));
    assert!(why(&format!("{long}{}", criterion("Lead.City", "equals", "x"))).contains("numbers and words"));
}

#[test]
fn a_file_of_very_many_entries_is_read_in_one_go() {
    let entry = |number: usize| {
        let of = criterion(&format!("Lead.F{number}__c"), "equals", "x");
        format!("<ruleEntry><assignedTo>Q{number}</assignedTo><assignedToType>Queue</assignedToType>{of}</ruleEntry>\n")
    };
    let entries: String = (0..5_000).map(entry).collect();
    let file = format!("<AssignmentRules><assignmentRule><active>true</active>{entries}</assignmentRule></AssignmentRules>");
    assert_eq!(moved(&file).report.rules[0].counts().translated, 5_000);
}

#[test]
fn deep_filters_and_formulas_take_no_longer_than_they_are() {
    let deep = |all: &str, any: &str| (0..28).fold("1".to_owned(), |inner, _| format!("1 {any} (2 {all} ({inner}))"));
    let long = "x".repeat(100);
    let both = criterion("Lead.City", "contains", &long) + &criterion("Lead.State", "contains", &long);
    assert_eq!(one(&format!("<booleanFilter>{}</booleanFilter>{both}", deep("AND", "OR"))).became, Outcome::Translated);
    let formula = deep("&amp;&amp;", "||").replace('1', "City = 'Bad Homburg vor der Höhe'").replace('2', "State = 'Baden-Württemberg'");
    assert_eq!(one(&format!("<formula>{formula}</formula>")).became, Outcome::Translated);
}

#[test]
fn entries_that_say_too_little_or_too_much_are_exceptions() {
    let why = |entry: &str| one(entry).why.unwrap_or_default();
    assert!(why("<assignedTo>x</assignedTo>").contains("user or a queue"));
    assert!(why("<assignedTo>x</assignedTo><assignedToType>Partner</assignedToType>").contains("Partner"));
    assert!(why(&format!("<formula>true</formula>{}", criterion("Lead.City", "equals", "x"))).contains("formula and criteria"));
    assert!(why("<criteriaItems/>").contains("names no field"));
    assert!(why("<booleanFilter>1 AND 2</booleanFilter><criteriaItems/>").contains("criterion 2"));
    assert!(why(&criterion("Lead.City", "near", "x")).contains("near"));
}
