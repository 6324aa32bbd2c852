//! Conditions back in words.

use super::super::describe;
use super::Desk;

/// The parts of a condition's first branch in words.
fn words(expression: &str) -> String {
    let mut desk = Desk::new();
    let form = desk.expression(expression).unwrap_or_else(|| panic!("{expression}\n{}", desk.findings(expression)));
    let branch = form.branches.first().unwrap();
    let fields = branch.fields.iter().map(|(field, allowed)| describe::allowed(desk.fields.get(*field).unwrap(), allowed));
    fields.chain(branch.opaque.iter().map(|test| describe::opaque(&desk.fields, test))).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_condition_reads_as_a_person_would_say_it() {
    for (expression, expected) in [
        ("country in ['US', 'MX', 'CA']", "CA, MX or US"),
        ("country in ['US', 'MX', 'CA', 'BR', 'AR', 'CL', 'PE', 'UY']", "AR, BR, CA and 5 more"),
        ("country != 'US'", "not US"),
        ("product_interest = 'analytics'", "Analytics"),
        ("state = 'Washington, D.C.'", "\"washington, d.c.\""),
        ("employees between 100 and 999", "100 to 999"),
        ("employees >= 1000", "at least 1000"),
        ("employees <= 9", "at most 9"),
        ("employees < 5", "below 5"),
        ("employees > 5 and employees < 10", "above 5 and below 10"),
        ("employees = 5 or employees > 100", "5 or above 100"),
        ("employees != 5", "not 5"),
        ("annual_revenue > 0.5", "above 0.5"),
        ("postal_code starts_with '94'", "starting with \"94\""),
        ("state not contains ['north', 'south']", "not containing \"north\" and not containing \"south\""),
        ("vip", "yes"),
        ("not vip", "no"),
        ("state is missing", "missing"),
        ("state is not missing", "present"),
        ("state is missing or state = 'ny'", "ny, or missing"),
        ("account.tags = 'competitor'", "some competitor"),
        ("account.tags != 'competitor'", "none competitor"),
        ("pages all starts_with '/'", "all starting with \"/\""),
        ("country = account.country", "country = account.country"),
        ("not created_at >= 2026-01-01", "created_at < 2026-01-01T05:00:00Z"),
    ] {
        assert_eq!(words(expression), expected, "{expression}");
    }
}
