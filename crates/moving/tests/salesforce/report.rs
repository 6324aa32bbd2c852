//! What the report says of every entry.

use crate::{public, small};
use pointsman_engine::policy::read::read;
use pointsman_moving::report::{Entry, Outcome};
use pointsman_moving::{Options, import};

/// All entries of a file, those of retired rules included; the policy reads without errors.
fn entries(text: &str) -> Vec<Entry> {
    let import = import(text, &Options { rule: None, retired: true }).unwrap();
    assert!(read(&import.sources).policy.is_some());
    import.report.rules.iter().for_each(|rule| assert_eq!(rule.entries.len(), rule.count));
    import.report.rules.into_iter().flat_map(|rule| rule.entries).collect()
}

#[test]
fn every_entry_of_public_organisations_is_a_rule_or_an_exception_and_few_are_exceptions() {
    let (mut plain, mut translated) = (0, 0);
    for file in public() {
        let entries = entries(&file.text);
        assert_eq!(entries.len(), file.text.matches("<ruleEntry>").count(), "{}", file.name);
        let of = |formula: bool| entries.iter().filter(move |entry| entry.formula == formula);
        let live = |formula: bool| of(formula).filter(|entry| entry.became == Outcome::Translated).count();
        println!(
            "| {} | {} | {} | {} | {} | {} |",
            file.name,
            entries.len(),
            live(false),
            of(false).count() - live(false),
            live(true),
            of(true).count() - live(true)
        );
        for entry in entries.iter().filter(|entry| entry.became != Outcome::Translated) {
            println!("  {}: {}", entry.rule, entry.why.as_deref().unwrap());
        }
        plain += of(false).count();
        translated += live(false);
    }
    assert!(translated * 100 >= plain * 95, "{translated} of {plain} entries without formula are rules");
}

#[test]
fn what_was_odd_is_said() {
    let odd: Vec<String> = small().iter().flat_map(|file| entries(&file.text)).flat_map(|entry| entry.odd).collect();
    for word in ["repeated", "only in case", "nothing beside it", "not closed", "leaves out", "mixes AND and OR", "the same as", "has 14"] {
        assert!(odd.iter().any(|odd| odd.contains(word)), "{word}: {odd:#?}");
    }
}
