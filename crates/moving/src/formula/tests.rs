//! Formulas of the common kind and what becomes of them, as expressions of the policy.

use super::{parse::parse, translate};
use crate::columns::Columns;
use crate::condition::Condition;
use crate::write::lists::Lists;
use crate::write::when::Writer;

fn translation(formula: &str) -> Result<(translate::Translation, Columns), String> {
    let expr = parse(formula)?;
    let mut columns = Columns::default();
    translate::mention(&expr, &mut columns);
    columns.settle();
    translate::translate(&expr, &columns).map(|translation| (translation, columns))
}

fn says(formula: &str) -> String {
    match translation(formula) {
        Ok((translation, columns)) => match translation.condition {
            Condition::Always => "always".to_owned(),
            Condition::Never => "never".to_owned(),
            condition => Writer { columns: &columns, lists: &mut Lists::default(), owner: "x" }.expression(&condition),
        },
        Err(why) => why,
    }
}

#[test]
fn texts() {
    assert_eq!(says("Company = 'Acme'"), "company = \"Acme\"");
    assert_eq!(says("'Acme' <> Company"), "company is missing or company != \"Acme\"");
    assert_eq!(says("ISPICKVAL(Status, 'New') || ISPICKVAL(Status, \"Open\")"), "status in [\"New\", \"Open\"]");
    assert_eq!(says("TEXT(Status) = ''"), "status is missing");
    assert_eq!(says("NOT(ISBLANK(Phone)) && TRIM(Phone) != NULL"), "phone is not missing");
    assert_eq!(says("CONTAINS(LOWER(Company), 'test')"), "company contains \"test\"");
    assert_eq!(says("!BEGINS(PostalCode, '9')"), "postal_code is missing or postal_code not starts_with \"9\"");
    assert_eq!(says("RecordType.Name = 'Partner' && OwnerId = '00G1'"), "record_type = \"Partner\" and owner_id = \"00G1\"");
    assert_eq!(says("INCLUDES(Products__c, 'A') && NOT INCLUDES(Products__c, 'B')"), "the formula has `INCLUDES` where a sign is expected");
    assert_eq!(says("INCLUDES(Products__c, 'A') && !INCLUDES(Products__c, 'B')"), "products__c = \"A\" and products__c != \"B\"");
}

#[test]
fn beginnings_and_ends_know_how_long_they_are() {
    assert_eq!(says("RIGHT(Email, 8) = '@pgi.com'"), "email ends_with \"@pgi.com\"");
    assert_eq!(says("LEFT(PostalCode, 2) = '94'"), "postal_code starts_with \"94\"");
    assert_eq!(says("MID(PostalCode, 1, 2) <> '94'"), "postal_code is missing or postal_code not starts_with \"94\"");
    assert_eq!(says("LEFT(PostalCode, 5) = '94'"), "postal_code = \"94\"");
    assert_eq!(says("RIGHT(Email, 8) = '@powwownow.com'"), "never");
    let (translation, _) = translation("RIGHT(Email, 8) = '@powwownow.com'").unwrap();
    assert_eq!(translation.odd, ["the last 8 characters are compared with \"@powwownow.com\", which has 14: that never holds"]);
}

#[test]
fn checkboxes_and_numbers() {
    assert_eq!(says("Vip__c && NOT(Spam__c)"), "vip__c = true and (spam__c is missing or spam__c = false)");
    assert_eq!(says("Vip__c = FALSE"), "vip__c is missing or vip__c = false");
    assert_eq!(says("NumberOfEmployees >= 100 && 500 > NumberOfEmployees"), "employees >= 100 and employees < 500");
    assert_eq!(says("OR(Score__c > 5, Score__c = 0)"), "score__c > 5 or score__c = 0");
    assert_eq!(says("!(Score__c > 5)"), "score__c is missing or score__c <= 5");
}

#[test]
fn choices() {
    let case = "CASE(Industry, 'Health', 1, 'Pharma', 1, 'Toys', 2, 0)";
    assert_eq!(says(&format!("{case} = 1")), "industry in [\"Health\", \"Pharma\"]");
    assert_eq!(says(&format!("{case} = 0")), "industry is missing or industry not in [\"Health\", \"Pharma\", \"Toys\"]");
    assert_eq!(says(&format!("{case} <> 2")), "industry is missing or industry != \"Toys\"");
    assert_eq!(says(&format!("{case} = 3")), "never");
    assert_eq!(says("IF(ISBLANK(City), Vip__c, City = 'Ulm')"), "(city is missing and vip__c = true) or city = \"Ulm\"");
}

#[test]
fn fields_compared_with_fields_agree_when_both_are_blank() {
    assert_eq!(says("FirstName = LastName"), "first_name = last_name or (first_name is missing and last_name is missing)");
}

#[test]
fn constants_decide_alone() {
    assert_eq!(says("true"), "always");
    assert_eq!(says("NOT (ISNEW())"), "never");
    assert_eq!(says("ISNEW() || PRIORVALUE(Status) = 'x'"), "always");
    assert_eq!(says("ISCHANGED(Status) && LEN(Title) = 1"), "never");
    assert_eq!(says("1 = 1 && 'a' <> 'b'"), "always");
    assert_eq!(says("CONTAINS(Company, '')"), "always");
    assert_eq!(says("ISNULL(Company)"), "never");
    assert_eq!(says("ISNULL(CreatedDate)"), "created_at is missing");
}

#[test]
fn what_has_no_counterpart_is_named() {
    for (formula, word) in [
        ("LEN(Title) = 1", "`LEN`"),
        ("PRIORVALUE(Status) = 'x'", "`PRIORVALUE`"),
        ("CreatedDate > TODAY()", "`TODAY`"),
        ("Company", "`Company`"),
        ("Company & Title = 'x'", "`&`"),
        ("CONTAINS('CA:NV', State)", "field"),
        ("CONTAINS(Company, ' inc')", "space"),
        ("Company > 'm'", "`>`"),
        ("$Label.Queue = 'x'", "`$Label.Queue`"),
        ("Email = '@acme.example'", "`@acme.example`"),
        ("AND(Company = 'a', NOW() > CreatedDate)", "`NOW`"),
        ("CASE(Industry, 'a', 1)", "`CASE`"),
        ("'a'", "value"),
    ] {
        assert!(says(formula).contains(word), "{formula}: {}", says(formula));
    }
}

#[test]
fn what_to_know_of_it_is_said() {
    let notes = |formula: &str| translation(formula).unwrap().0.notes;
    assert_eq!(notes("Company = 'Acme'"), ["formulas compare with case in Salesforce, texts compare without case here"]);
    assert_eq!(notes("LOWER(Company) = 'acme'"), Vec::<String>::new());
    assert_eq!(notes("PostalCode = '94107'"), Vec::<String>::new());
    assert_eq!(translation("CONTAINS(City, 'Ulm\u{FEFF}')").unwrap().0.odd, ["`Ulm\\u{feff}` has invisible characters"]);
}

#[test]
fn choices_within_choices_end() {
    let nested = (0..60).fold("Vip__c".to_owned(), |inner, _| format!("IF({inner}, City = 'a', State = 'b')"));
    assert!(says(&nested).contains("10000 parts"));
}
