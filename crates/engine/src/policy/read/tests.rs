//! Whole policies, right and wrong.

use super::{Checked, read};
use crate::calendar::Span;
use crate::lead::Source;
use crate::matching::Method;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::source::Sources;
use crate::policy::*;
use proptest::prelude::*;

/// The example of the design, with its test leads and a territory table.
pub(super) fn acme() -> Sources {
    let files = [
        ("routing.toml", include_str!("../../../tests/policies/acme/routing.toml")),
        ("tests/named-accounts.toml", include_str!("../../../tests/policies/acme/tests/named-accounts.toml")),
        ("territories/us.csv", include_str!("../../../tests/policies/acme/territories/us.csv")),
    ];
    Sources { files: files.map(|(path, text)| (path.to_owned(), text.to_owned())).into() }
}

/// A policy whose head is right, and then more.
fn with(more: &str) -> Sources {
    Sources::single(&format!("[policy]\nname = \"Test\"\n[fallback]\nqueue = \"catch-all\"\n{more}"))
}

fn lines(checked: &Checked) -> String {
    let line = |found: &Diagnostic| {
        let place = format!("{}:{}:{}", found.place.file, found.place.line, found.place.column);
        let rest = [&found.label, &found.help].map(|text| text.as_deref().unwrap_or("-").replace('\n', " / "));
        format!("{place} {} {} | {} | {}", found.code, found.message, rest[0], rest[1])
    };
    checked.diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn codes(sources: &Sources) -> Vec<&'static str> {
    read(sources).diagnostics.iter().map(|found| found.code).collect()
}

fn good(sources: &Sources) -> Policy {
    let checked = read(sources);
    let lines = lines(&checked);
    checked.policy.unwrap_or_else(|| panic!("{lines}"))
}

#[test]
fn the_example_of_the_design_is_a_policy() {
    let policy = good(&acme());
    assert_eq!(&*policy.name, "Acme inbound");
    assert_eq!(policy.timezone.iana_name(), Some("America/New_York"));
    let rules: Vec<_> = policy.rules.iter().map(|rule| (&*rule.name, rule.rows.len())).collect();
    assert_eq!(
        rules,
        [
            ("Competitors are not routed", 1),
            ("Known accounts go to their owner", 1),
            ("Enterprise demo requests from DACH skip the SDRs", 1),
            ("US territories", 4),
            ("Pricing-page visitors, or anybody who asks for a call", 1),
        ]
    );
    let pools: Vec<_> = policy.pools.iter().map(|pool| (&*pool.name, pool.members.iter().map(|m| m.weight).collect::<Vec<_>>())).collect();
    assert_eq!(pools, [("ae-enterprise", vec![2, 1]), ("sdr", vec![1, 1])]);
    assert_eq!(policy.tests.len(), 3);
    assert_eq!(policy.queue_name(policy.fallback.queue), "catch-all");
}

#[test]
fn every_mistake_is_reported_once_with_its_place() {
    let files = [
        ("routing.toml", include_str!("../../../tests/policies/mistakes/routing.toml")),
        ("tests/leads.toml", include_str!("../../../tests/policies/mistakes/tests/leads.toml")),
        ("territories/us.csv", include_str!("../../../tests/policies/mistakes/territories/us.csv")),
    ];
    let checked = read(&Sources { files: files.map(|(path, text)| (path.to_owned(), text.to_owned())).into() });
    assert!(checked.policy.is_none());
    insta::assert_snapshot!(lines(&checked));
}

#[test]
fn targets_keep_their_order_and_needs_are_folded() {
    let policy = good(&acme());
    let row = |rule, row| policy.row(RowRef { rule: RuleIx(rule), row }).unwrap();
    let Action::Assign(assign) = &row(1, 0).action else { panic!("it assigns") };
    assert_eq!(assign.targets, [Target::AccountOwner, Target::Pool(PoolIx(0))]);
    let Action::Assign(assign) = &row(2, 0).action else { panic!("it assigns") };
    assert_eq!((assign.needs.as_slice(), row(2, 0).sla), (["german".into()].as_slice(), Some(SlaIx(0))));
    let Action::Assign(assign) = &row(3, 0).action else { panic!("it assigns") };
    let targets: Vec<_> = assign.targets.iter().map(|target| policy.target_name(*target)).collect();
    assert_eq!(targets, ["rep:ana@acme.example", "pool:ae-enterprise"]);
    assert_eq!((&*row(3, 3).place.file, row(3, 3).place.line), ("territories/us.csv", 5));
}

#[test]
fn a_pool_may_say_everything_about_itself() {
    let policy = good(&with(
        r#"
[[rule]]
name = "All"
assign = "pool:p"
[pool.p]
members      = { "a@x.example" = 0, "b@x.example" = 1000000 }
share        = "least_loaded"
hours        = "working"
caps         = { per_hour = 1, per_day = 2, per_week = 3, open = 4, rolling = { count = 5, within = "4h" } }
sticky       = "90d"
when_empty   = "wait"
wait_at_most = "1h 30m"
"#,
    ));
    let pool = &policy.pools[0];
    let span = |text| Span::parse(text).unwrap();
    let caps = Caps { per_hour: Some(1), per_day: Some(2), per_week: Some(3), rolling: Some((5, span("4h"))), open: Some(4) };
    assert_eq!((pool.share, pool.working_hours_only, pool.caps), (Share::LeastLoaded, true, caps));
    assert_eq!((pool.sticky, pool.wait), (Some(span("90d")), Some(span("90m"))));
}

#[test]
fn a_rule_may_hold_leads_until_something_is_known() {
    let policy = good(&with(
        "[[rule]]\nname = 'Wait'\nthen = 'hold'\nuntil = 'employees is not missing'\nat_most = '10m'\nenabled = false\nreroute = true",
    ));
    let rule = &policy.rules[0];
    assert!(matches!(&rule.rows[0].action, Action::Hold { limit, .. } if *limit == Span::parse("10m").unwrap()));
    assert!(!rule.enabled && rule.reroute);
}

#[test]
fn matching_and_enrichment_are_part_of_the_policy() {
    let mut sources = with(
        "[matching]\nmethods = [\"name\", \"website\"]\nfree_domains = [\"Box.example\"]\n[enrich]\norder = [\"phone\", \"companies\"]\ncompanies = \"companies.csv\"",
    );
    sources.files.insert("companies.csv".into(), "domain,employees\nacme.example,100\n,5\n".into());
    let checked = read(&sources);
    insta::assert_snapshot!(lines(&checked));
    let policy = checked.policy.unwrap();
    assert_eq!(policy.matching.methods, [Method::Name, Method::Website]);
    assert!(policy.matching.free_domains.contains("box.example"));
    assert_eq!(policy.enrich.order, [Source::Phone, Source::Companies]);
    let before = policy.version;
    sources.files.insert("companies.csv".into(), "domain,employees\nacme.example,101\n".into());
    assert_ne!(good(&sources).version, before, "the company table is part of the policy");
}

#[test]
fn a_policy_without_enrichment_fills_nothing() {
    assert!(good(&with("")).enrich.order.is_empty());
    assert_eq!(good(&with("[enrich]")).enrich.order, [Source::Companies, Source::Phone, Source::EmailDomain]);
}

#[test]
fn sections_may_be_spread_over_files_in_the_order_of_their_names() {
    let mut sources = with("[[rule]]\nname = \"First\"\nwhen = { country = \"US\" }\nassign = \"pool:a\"");
    sources
        .files
        .insert("more.toml".into(), "[[rule]]\nname = \"Second\"\nassign = \"queue:q\"\n[pool.a]\nmembers = [\"a@x.example\"]".into());
    let policy = good(&sources);
    assert_eq!(policy.rules.iter().map(|rule| &*rule.name).collect::<Vec<_>>(), ["First", "Second"]);
}

#[test]
fn a_name_given_in_two_files_is_an_error_that_shows_the_first() {
    let mut sources = with("[lists]\nbig = [\"x\"]");
    sources.files.insert("more.toml".into(), "[policy]\nname = \"Again\"\n[lists]\nbig = [\"y\"]\n[other]".into());
    insta::assert_snapshot!(lines(&read(&sources)));
}

#[test]
fn a_name_given_twice_in_one_file_is_an_error_that_shows_the_first() {
    let twice = read(&with("[pool.a]\nmembers = []\n[pool.b]\nmembers = []\n[pool.a] # again\nmembers = []"));
    let found = &twice.diagnostics[0];
    assert_eq!((found.code, found.place.line, found.label.as_deref()), ("duplicate", 9, Some("first in routing.toml, line 5")));
    assert_eq!(twice.diagnostics.len(), 1);
}

#[test]
fn a_file_that_is_not_toml_does_not_hide_what_is_wrong_in_others() {
    let mut sources = with("[[rule]\n");
    sources.files.insert("more.toml".into(), "[[rule]]\nname = \"x\"\nassign = \"pool:unknown\"\nassing = 1".into());
    sources.files.insert("tests/t.toml".into(), "[[test]]\nname = 3\n[[rule]]".into());
    insta::assert_snapshot!(lines(&read(&sources)));
}

#[test]
fn an_empty_folder_lacks_its_first_file_and_nothing_else_is_said() {
    assert_eq!(codes(&Sources::default()), ["missing-file"]);
}

#[test]
fn a_policy_without_a_fallback_is_told_the_lines_to_add() {
    insta::assert_snapshot!(lines(&read(&Sources::single("[policy]\nname = \"x\""))));
}

#[test]
fn names_nobody_asks_for_are_warned_of_unless_they_begin_with_an_underscore() {
    let checked = read(&with(
        "[lists]\na = [\"x\"]\n_b = [\"y\"]\n[segments]\nc = \"phone is missing\"\n_d = \"phone is missing\"\n[pool.e]\nmembers = [\"a@x.example\"]\n[sla.f]\nroute_within = \"5m\"",
    ));
    assert!(checked.policy.is_some());
    let messages: Vec<_> = checked.diagnostics.iter().map(|found| &*found.message).collect();
    assert_eq!(
        messages,
        ["the list `a` is never used", "the segment `c` is never used", "the pool `e` is never used", "the SLA `f` is never used"]
    );
}

#[test]
fn how_reps_are_told_and_when_they_go_offline_is_part_of_the_policy() {
    let policy = read(&with(
        "[notify]\nchannels = [\"email\", \"webhook\"]\nnext_after = \"3m\"\n[missed]\noffline_after = 3\nwithin = \"1d\"\noffline_for = \"4h\"",
    ));
    let policy = policy.policy.unwrap();
    let span = |text| Span::parse(text).unwrap();
    assert_eq!(policy.notify, Notify { channels: vec![Channel::Email, Channel::Webhook], next_after: Some(span("3m")) });
    let missed = Missed { offline_after: 3, within: span("1d"), offline_for: span("4h") };
    assert_eq!(policy.missed, Some(missed));

    let usual = read(&with("")).policy.unwrap();
    assert_eq!((usual.notify, usual.missed), (Notify { channels: vec![Channel::Slack, Channel::Email], next_after: None }, None));

    let at = |hour: i8| TimeZone::UTC.to_timestamp(jiff::civil::date(2026, 3, 2).at(hour, 0, 0, 0)).unwrap();
    let yesterday = span("1d").before(at(12));
    assert_eq!(missed.offline_until([at(9), at(10), at(12)], at(12)), Some(at(16)));
    assert_eq!(missed.offline_until([yesterday, at(10), at(12)], at(12)), None, "one of them is a day ago");
    assert_eq!(missed.offline_until([at(9), at(10), at(13)], at(12)), None, "one of them is still to come");
}

#[test]
fn mistakes_in_how_reps_are_told_are_reported_with_what_to_do() {
    let wrong = [
        "[notify]\nchannels = [\"slak\", \"email\", \"email\"]\nnext_after = \"soon\"\nafter = \"3m\"\n[missed]\noffline_after = 0\nwithin = \"1d\"",
        "[notify]\nchannels = []",
        "[notify]\nchannels = [\"email\"]\nnext_after = \"3m\"",
        "[missed]\noffline_after = 3\nwithin = \"1d\"\noffline_for = \"-4h\"",
    ];
    insta::assert_snapshot!(wrong.map(|wrong| lines(&read(&with(wrong)))).join("\n\n"));
}

#[test]
fn rules_after_one_that_takes_every_lead_are_never_reached() {
    let checked = read(&with(
        "[[rule]]\nname = \"All\"\nassign = \"queue:a\"\n[[rule]]\nname = \"Off\"\nenabled = false\nassign = \"queue:a\"\n[[rule]]\nname = \"Late\"\nwhen = { country = \"US\" }\nassign = \"queue:a\"",
    ));
    insta::assert_snapshot!(lines(&checked));
}

#[test]
fn lists_include_other_lists_and_circles_are_errors() {
    let policy = good(&with("[lists]\na = [\"@b\", \"x\", 94110]\nb = [\"y\", \"x\"]\n[segments]\n_s = { state = \"@a\" }"));
    assert_eq!(policy.segments.len(), 1);
    assert_eq!(codes(&with("[lists]\na = [\"@b\"]\nb = [\"@c\"]\nc = [\"@b\"]")), ["circle"]);
}

#[test]
fn segments_may_name_later_ones_and_circles_are_errors() {
    let policy = good(&with(
        "[segments]\n_a = { segment = \"_b\", country = \"US\" }\n_b = \"_c and phone is missing\"\n_c = { employees = \">=10\" }",
    ));
    assert_eq!(policy.segments["_a"].branches[0].fields.len(), 3);
    assert_eq!(codes(&with("[segments]\n_a = \"_b\"\n_b = { segment = \"_a\" }\n_c = \"_a\"")), ["circle"]);
}

#[test]
fn test_leads_carry_values_as_a_file_would() {
    let mut sources = with("[fields]\nseats = \"integer\"");
    let test = "[[test]]\nname = \"t\"\nat = 2026-12-24T10:00:00+01:00\nabsent = [\"a@x.example\"]\nlead = { email = \"x@y.example\", seats = 5, score = 0.5, hot = true, pages = [\"/a\", \"/b\"], created_at = 2026-01-01, phone = \"\" }\ntimes = 3\nexpect = { outcome = \"queued\", queue = \"catch-all\", rule = \"\" }";
    sources.files.insert("tests/t.toml".into(), test.into());
    let policy = good(&sources);
    let test = &policy.tests[0];
    let shown: Vec<_> = test.lead.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(shown, ["created_at=2026-01-01T00:00:00Z", "email=x@y.example", "hot=yes", "pages=/a|/b", "score=0.5", "seats=5"]);
    assert_eq!(test.at.map(|at| at.to_string()).as_deref(), Some("2026-12-24T09:00:00Z"));
    assert_eq!((test.times, test.expect.rule.as_deref(), test.expect.rep.as_deref()), (3, Some(""), None));
}

#[test]
fn the_version_is_the_same_whatever_ends_the_lines_and_for_files_that_are_not_part_of_it() {
    let version = |sources: &Sources| good(sources).version;
    let mut windows = acme();
    windows.files.values_mut().for_each(|text| *text = text.replace('\n', "\r\n"));
    windows.files.insert("notes.csv".into(), "of no rule".into());
    windows.files.insert("README.md".into(), "read me".into());
    assert_eq!(version(&windows), version(&acme()));
    assert_eq!(version(&acme()).len(), 12);
}

#[test]
fn the_version_differs_for_any_changed_file_of_the_policy() {
    let before = good(&acme()).version;
    for path in acme().files.keys() {
        let mut changed = acme();
        changed.files.get_mut(path).unwrap().push('\n');
        assert_ne!(good(&changed).version, before, "{path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn no_text_makes_reading_panic(text in "\\PC*", table in "\\PC*") {
        let mut sources = Sources::single(&text);
        sources.files.insert("tests/t.toml".into(), table);
        let checked = read(&sources);
        prop_assert_eq!(checked.policy.is_some(), checked.diagnostics.iter().all(|d| d.severity != diagnostic::Severity::Error));
    }

    #[test]
    fn no_mutation_of_a_policy_makes_reading_panic(file in 0_usize..3, from in 0_usize..4_000, length in 0_usize..60, with in "[\\[\\]{}=\"'@|,.:0-9a-z\n -]{0,12}", twice: bool) {
        let mut sources = acme();
        let text = sources.files.values_mut().nth(file).unwrap();
        let boundary = |at: usize, text: &str| (0..=at % (text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let (start, end) = (boundary(from, text), boundary((from % text.len() + length).min(text.len()), text));
        let cut = text.get(start..end.max(start)).unwrap().to_owned();
        text.replace_range(start..end.max(start), &if twice { format!("{cut}{with}{cut}") } else { with });
        let checked = read(&sources);
        prop_assert_eq!(checked.policy.is_some(), checked.diagnostics.iter().all(|d| d.severity != diagnostic::Severity::Error));
    }

    #[test]
    fn the_version_differs_for_any_changed_byte(at in 0_usize..4_000) {
        let mut changed = acme();
        let text = changed.files.get_mut("territories/us.csv").unwrap();
        let at = at % text.len();
        let other = if text.as_bytes()[at] == b'#' { "+" } else { "#" };
        text.replace_range(at..=at, other);
        let parts = ["territories/us.csv"].into();
        prop_assert_ne!(super::version::of(&changed, &parts), super::version::of(&acme(), &parts));
    }
}

/// A table of a row for each of many postcodes, such as large companies have.
#[test]
#[ignore = "a measurement: cargo test --release -- --ignored --nocapture"]
#[allow(clippy::disallowed_methods, reason = "it measures")]
fn how_long_a_table_of_a_hundred_thousand_rows_takes() {
    let mut table = String::from("country,postal_code,employees,assign,sla\n");
    for row in 0..100_000 {
        table.push_str(&format!("US,{row:05},{}..{},rep:rep{}@acme.example|pool:p,\n", row % 900, row % 900 + 99, row % 500));
    }
    let mut sources = with("[[rule]]\nname = \"T\"\nwhen = { type = \"demo\" }\ntable = \"t.csv\"\n[pool.p]\nmembers = [\"a@x.example\"]");
    sources.files.insert("t.csv".into(), table);
    let start = std::time::Instant::now();
    let policy = good(&sources);
    println!("{} rows in {:?}", policy.rules[0].rows.len(), start.elapsed());
}

#[test]
fn deep_nesting_is_an_error_and_not_an_overflow() {
    let depth = 20_000;
    for text in [
        format!("[{}a]", "a.".repeat(depth)),
        format!("{}a = 1", "a.".repeat(depth)),
        format!("[policy]\nname = {}{}", "[".repeat(depth), "]".repeat(depth)),
        format!("[segments]\na = {}1{}", "{ a = ".repeat(depth), "}".repeat(depth)),
        format!("[segments]\na.{}a = 1", "account.".repeat(depth)),
        format!("[lists]\n{}", (0..depth).map(|n| format!("l{n} = [\"@l{}\"]\n", n + 1)).collect::<String>()),
    ] {
        assert!(read(&Sources::single(&text)).policy.is_none());
    }
}

#[test]
fn a_list_of_lists_does_not_grow_beyond_its_texts() {
    let lists: String = (1..60).map(|n| format!("l{n} = [\"@l{}\", \"@l{}\"]\n", n - 1, n - 1)).collect();
    let checked = read(&with(&format!("[lists]\nl0 = [\"x\", \"y\"]\n{lists}[segments]\n_s = {{ state = \"@l59\" }}")));
    assert!(checked.policy.is_some());
}
