//! What conditions mean, as the specification says it.

use super::super::{column, of_cell};
use super::{Desk, lead, list, number, text, time};
use crate::calendar::Span;
use crate::facts::Fact;
use crate::form::Form;
use crate::policy::diagnostic::Place;

/// Whether an expression without errors holds for a lead with these fields only.
fn holds(expression: &str, given: &[(&str, Fact<'_>)]) -> bool {
    let mut desk = Desk::new();
    let form = desk.expression(expression);
    form.unwrap_or_else(|| panic!("{expression}\n{}", desk.findings(expression))).holds(&lead(given))
}

fn cell(header: &str, cell: &str) -> Option<Form> {
    let mut desk = Desk::new();
    let column = column(header, Place::default(), &mut desk.names())?;
    of_cell(&column, cell, Place::default(), &mut desk.names())
}

#[test]
fn text_compares_without_case_and_surrounding_space() {
    assert!(holds("state = ' New York '", &[("state", text("new york"))]));
    assert!(!holds("state = 'New York'", &[("state", text("new jersey"))]));
}

#[test]
fn a_missing_field_matches_nothing_but_missing() {
    for expression in ["country = 'US'", "country != 'US'", "not (country = 'US')", "not country in @dach", "not enterprise", "enterprise"]
    {
        assert!(!holds(expression, &[]), "{expression}");
    }
    for expression in
        ["country is missing", "not (country is not missing)", "not has_size", "not (employees is not missing and employees > 0)"]
    {
        assert!(holds(expression, &[]), "{expression}");
    }
}

#[test]
fn a_segment_means_what_its_condition_means() {
    assert!(holds("enterprise", &[("employees", number(1000))]));
    assert!(holds("not enterprise", &[("employees", number(999))]));
    assert!(!holds("segment in ['enterprise']", &[("employees", number(999))]));
}

#[test]
fn and_binds_tighter_than_or_and_not_binds_tightest() {
    let germany = [("country", text("de"))];
    assert!(holds("country = 'DE' or country = 'US' and state = 'NY'", &germany));
    assert!(!holds("(country = 'DE' or country = 'US') and state = 'NY'", &germany));
    assert!(holds("NOT country = 'US' AND country = 'DE'", &germany));
}

#[test]
fn ranges_include_their_ends() {
    for (value, inside) in [(99, false), (100, true), (999, true), (1000, false)] {
        let size = [("employees", number(value))];
        assert_eq!(holds("employees between 100 and 999", &size), inside);
        assert_eq!(holds("employees = '100..999'", &size), inside);
        assert_eq!(holds("not (employees < 100 or employees > 999)", &size), inside);
    }
}

#[test]
fn a_set_matches_when_any_element_does_and_fails_when_none_does() {
    let tags = [("account.tags", list(&["partner", "competitor"]))];
    assert!(holds("account.tags = 'competitor'", &tags));
    assert!(!holds("account.tags != 'competitor'", &tags));
    assert!(holds("account.tags any != 'competitor'", &tags));
    assert!(!holds("account.tags all = 'competitor'", &tags));
    assert!(holds("account.tags not contains 'vendor'", &tags));
    assert!(holds("account.tags all ends_with 'r' or account.tags all starts_with 'p'", &[("account.tags", list(&["peer"]))]));
}

#[test]
fn fields_compare_with_fields() {
    let both = [("country", text("us")), ("account.country", text("de"))];
    assert!(holds("country != account.country", &both));
    assert!(holds("not country = account.country", &both));
    assert!(!holds("country != account.country", &both[..1]));
}

#[test]
fn a_date_is_its_midnight_in_the_time_zone_of_the_policy() {
    assert!(holds("created_at >= 2026-01-01", &[("created_at", time("2026-01-01T05:00:00Z"))]));
    assert!(!holds("created_at >= 2026-01-01", &[("created_at", time("2026-01-01T04:59:59Z"))]));
    assert!(holds("created_at < 2026-01-01T00:00:00-05:00", &[("created_at", time("2026-01-01T04:59:59Z"))]));
}

#[test]
fn within_counts_from_now() {
    if Span::parse("30d").is_none() {
        println!("skipped: lengths of time are not read yet");
        return;
    }
    let june = [("created_at", time("2026-06-01T12:00:00Z"))];
    assert!(holds("created_at within 30d", &june));
    assert!(!holds("created_at within last 1w", &june));
    assert!(holds("not created_at within next 30d", &june));
}

#[test]
fn a_table_and_an_expression_that_say_the_same_have_the_same_form() {
    let pairs = [
        ("{ country = 'US', employees = '>=1000' }", "country = 'US' and employees >= 1000"),
        ("{ state = ['a', 'b'] }", "state in ['a', 'b']"),
        ("{ state = { not = ['a', 'b'] } }", "state not in ['a', 'b']"),
        ("{ country = '@dach' }", "country in @dach"),
        ("{ country = ['US', '@dach'] }", "country in ['US', @dach]"),
        (
            "{ employees = ['..9', '100..999', '>5000', 42] }",
            "employees <= 9 or employees between 100 and 999 or employees > 5000 or employees = 42",
        ),
        ("{ employees = '@big' }", "employees >= 1000 or employees = 500"),
        ("{ state = { starts_with = 'n', not = 'ny' } }", "state starts_with 'n' and state != 'ny'"),
        ("{ state = { not = { starts_with = ['nor', 'sou'] } } }", "state not starts_with ['nor', 'sou']"),
        ("{ state = { missing = true } }", "state is missing"),
        ("{ state = { missing = false } }", "state is not missing"),
        ("{ 'account.named' = true, vip = false }", "account.named and not vip"),
        ("{ account.named = true, account.tags = 'a' }", "account.named = true and account.tags = 'a'"),
        ("{ segment = 'enterprise' }", "enterprise"),
        ("{ segment = { not = 'enterprise' } }", "not enterprise"),
        ("{ pages = { any = { starts_with = '/pricing' } } }", "pages any starts_with '/pricing'"),
        ("{ pages = { all = { not = '/jobs' } } }", "pages all != '/jobs'"),
        ("{ created_at = '>=2026-01-01' }", "created_at >= 2026-01-01"),
        ("{ created_at = 2026-01-01T00:00:00Z }", "created_at = 2026-01-01T00:00:00Z"),
        ("{ annual_revenue = 0.5 }", "annual_revenue = 0.5"),
        ("{ product_interest = 'ANALYTICS' }", "product_interest = 'analytics'"),
    ];
    for (table, expression) in pairs {
        let mut desk = Desk::new();
        let (from_table, from_text) = (desk.item(table), desk.expression(expression));
        assert!(from_table.is_some(), "{table}\n{}", desk.findings(&format!("when = {table}")));
        assert_eq!(from_table, from_text, "{table}\n{expression}");
    }
}

#[test]
fn an_empty_table_asks_nothing() {
    assert_eq!(Desk::new().item("{}"), Some(Form::always()));
}

#[test]
fn a_cell_says_what_its_column_asks() {
    let mut desk = Desk::new();
    let pairs = [
        ("country", "US|ca", "country in ['US', 'CA']"),
        ("country", "@dach", "country in @dach"),
        ("country not", "@dach", "country not in @dach"),
        ("employees", "100..999|>5000", "employees between 100 and 999 or employees > 5000"),
        ("state starts_with", "n|s", "state starts_with ['n', 's']"),
        ("state not contains", "north", "state not contains 'north'"),
        ("state missing", "yes", "state is missing"),
        ("state missing", "no", "state is not missing"),
        ("state not missing", "yes", "state is not missing"),
        ("account.named", "yes", "account.named"),
        ("account.tags", "a|b", "account.tags in ['a', 'b']"),
        ("segment", "enterprise|has_size", "enterprise or has_size"),
    ];
    for (header, text, expression) in pairs {
        assert_eq!(cell(header, text), desk.expression(expression), "{header}: {text}");
    }
    assert_eq!(cell("country", "  "), Some(Form::always()));
}

#[test]
fn lists_and_segments_that_are_met_are_noted() {
    let mut desk = Desk::new();
    desk.expression("country in @dach and not enterprise").unwrap();
    assert_eq!(desk.used.iter().map(String::as_str).collect::<Vec<_>>(), ["@dach", "enterprise"]);
}

#[test]
fn values_of_one_field_are_one_branch() {
    let mut desk = Desk::new();
    assert_eq!(desk.expression("country = 'US' or country = 'CA'"), desk.expression("country in ['US', 'CA']"));
}

#[test]
fn patterns_may_begin_with_an_at_sign() {
    let mut desk = Desk::new();
    assert_eq!(desk.item("{ state = { ends_with = '@acme.example' } }"), desk.expression("state ends_with '@acme.example'"));
    assert!(desk.found.is_empty());
}

#[test]
fn what_is_too_large_is_refused_and_not_tried() {
    let either = |n: usize| format!("(state starts_with 'a{n}' and vip or employees > {n} and vip)");
    let product = (0..13).map(either).collect::<Vec<_>>().join(" and ");
    let chain = (0..3_000).map(|n| format!("state != 'a{n}'")).collect::<Vec<_>>().join(" and ");
    let patterns = (0..40).map(|n| format!("state contains ['aaaa{n}', 'bbbb{n}']")).collect::<Vec<_>>().join(" and ");
    let nested = format!("{}vip{}", "(".repeat(100), ")".repeat(100));
    let long = format!("state = '{}'", "a".repeat(70_000));
    let nots = format!("{}vip", "not ".repeat(20_000));
    for (expression, code) in [
        (product, "too-large"),
        (chain, "too-large"),
        (patterns, "too-large"),
        (nested, "too-deep"),
        (long, "too-long"),
        (nots, "too-long"),
    ] {
        let mut desk = Desk::new();
        assert_eq!(desk.expression(&expression), None);
        assert!(desk.found.iter().any(|found| found.code == code), "{code}: {:?}", desk.found.first());
    }
}

#[test]
fn a_long_chain_of_values_is_one_branch() {
    let expression = (0..3_000).map(|n| format!("state = 'a{n}'")).collect::<Vec<_>>().join(" or ");
    assert_eq!(Desk::new().expression(&expression).unwrap().branches.len(), 1);
}
