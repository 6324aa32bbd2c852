use super::*;
use proptest::prelude::*;

const TABLE: &str =
    "domain,industry,employees,country,tier,company,email\nwww.globex.example,Energy,\"1,200\",Germany,gold,Globex,x@y.example\n";

fn chain(order: &[Source]) -> Chain {
    let (companies, problems) = Companies::read(TABLE);
    assert_eq!(problems, []);
    Chain { order: order.to_vec(), companies }
}

fn lead(fields: &[(LeadField, &str)]) -> Lead {
    let mut lead = Lead::new("L1");
    for (field, text) in fields {
        lead.set(*field, Value::Text((*text).into()), Source::Form);
    }
    lead
}

fn filled(chain: &Chain, fields: &[(LeadField, &str)]) -> Lead {
    let mut lead = lead(fields);
    chain.fill(&mut lead, &Settings::default());
    lead
}

/// Country, its source, and state.
fn place(lead: &Lead) -> (Option<&str>, Option<Source>, Option<&str>) {
    (lead.text(LeadField::Country), lead.filled(LeadField::Country).map(|filled| filled.source), lead.text(LeadField::State))
}

#[test]
fn what_was_derived_can_be_taken_away_and_what_somebody_said_stays() {
    let mut lead = filled(&chain(Source::ALL), &[(LeadField::Email, "a@mail.globex.example"), (LeadField::Industry, "Oil")]);
    lead.set_custom("note", Some("urgent".into()));
    let mut said = lead.clone();
    lead.forget_derived();
    assert_eq!(
        (lead.text(LeadField::Industry), lead.number(LeadField::Employees), lead.text(LeadField::Country)),
        (Some("Oil"), None, None)
    );
    assert_eq!(lead.custom.keys().map(|name| &**name).collect::<Vec<_>>(), ["note"]);
    said.set_custom("tier", Some("silver".into()));
    said.forget_derived();
    assert_eq!(said.custom.get("tier").map(|tier| &**tier), Some("silver"));
}

#[test]
fn a_company_table_fills_what_is_missing_and_each_value_keeps_its_source() {
    let lead = filled(&chain(Source::ALL), &[(LeadField::Email, "a@mail.globex.example"), (LeadField::Industry, "Oil")]);
    assert_eq!(lead.text(LeadField::Industry), Some("Oil"));
    assert_eq!(lead.filled(LeadField::Industry).unwrap().source, Source::Form);
    assert_eq!(lead.number(LeadField::Employees), Some(crate::value::Number::whole(1200)));
    assert_eq!(place(&lead), (Some("DE"), Some(Source::Companies), None));
    assert_eq!((&*lead.custom["tier"], lead.text(LeadField::Email), &*lead.id.0), ("gold", Some("a@mail.globex.example"), "L1"));
    assert!(lead.filled_custom.contains("tier"));
}

#[test]
fn a_web_site_finds_the_company_and_a_mailbox_provider_does_not() {
    let by_site =
        filled(&chain(&[Source::Companies]), &[(LeadField::Email, "a@gmail.com"), (LeadField::Website, "https://globex.example/x")]);
    assert_eq!(by_site.text(LeadField::Company), Some("Globex"));
    let (companies, _) = Companies::read("domain,industry\ngmail.com,Mail\n");
    let chain = Chain { order: vec![Source::Companies], companies };
    assert_eq!(filled(&chain, &[(LeadField::Email, "a@gmail.com")]).text(LeadField::Industry), None);
}

#[test]
fn the_first_source_of_the_chain_that_knows_gives_the_value() {
    let fields = [(LeadField::Email, "a@acme.fr"), (LeadField::Phone, "+49 30 901820")];
    let country = |order: &[Source]| filled(&chain(order), &fields).filled(LeadField::Country).cloned();
    assert_eq!(
        country(&[Source::Phone, Source::EmailDomain]),
        Some(crate::lead::Filled { value: Value::Text("DE".into()), source: Source::Phone })
    );
    assert_eq!(country(&[Source::EmailDomain, Source::Phone]).unwrap().value, Value::Text("FR".into()));
    assert_eq!(country(&[]), None);
}

#[test]
fn a_phone_number_tells_the_country_and_in_north_america_the_state() {
    let chain = chain(&[Source::Phone]);
    for (phone, country, state) in [
        ("+49 (0)30 901820", Some("DE"), None),
        ("0044 20 7946 0958", Some("GB"), None),
        ("(+1) 415-555-2671", Some("US"), Some("CA")),
        ("+1 416 555 2671", Some("CA"), Some("ON")),
        ("+1 800 555 2671", None, None),
        ("415-555-2671", None, None),
        ("call me", None, None),
    ] {
        let lead = filled(&chain, &[(LeadField::Phone, phone)]);
        assert_eq!((lead.text(LeadField::Country), lead.text(LeadField::State)), (country, state), "{phone}");
    }
    let national = filled(&chain, &[(LeadField::Phone, "(415) 555-2671"), (LeadField::Country, "US")]);
    assert_eq!(place(&national), (Some("US"), Some(Source::Form), Some("CA")));
    let elsewhere = filled(&chain, &[(LeadField::Phone, "+1 416 555 2671"), (LeadField::Country, "US")]);
    assert_eq!(place(&elsewhere), (Some("US"), Some(Source::Form), None));
}

#[test]
fn a_country_suffix_tells_the_country_unless_the_world_uses_it() {
    let chain = chain(&[Source::EmailDomain]);
    for (email, country) in [
        ("a@acme.de", Some("DE")),
        ("a@acme.co.uk", Some("GB")),
        ("a@acme.uk", Some("GB")),
        ("a@yahoo.fr", Some("FR")),
        ("a@web.de", Some("DE")),
        ("a@acme.io", None),
        ("a@acme.ai", None),
        ("a@acme.co", None),
        ("a@acme.com.co", None),
        ("a@acme.eu", None),
        ("a@acme.com", None),
        ("nonsense", None),
    ] {
        assert_eq!(filled(&chain, &[(LeadField::Email, email)]).text(LeadField::Country), country, "{email}");
    }
}

#[test]
fn a_bad_company_table_says_what_is_wrong() {
    let (companies, problems) = Companies::read("domain,employees\nlocalhost,5\nacme.com,lots\nwww.acme.com,7\na,b,c\n");
    let found: Vec<_> = problems.iter().map(|problem| (problem.line, problem.kept)).collect();
    assert_eq!((companies.len(), found), (1, vec![(2, false), (3, true), (4, false), (5, false)]));
    assert_eq!(Companies::read("industry,employees\n").1.len(), 1);
    assert_eq!(Companies::read("").1.len(), 1);
}

proptest! {
    #[test]
    fn what_is_there_is_never_changed(
        texts in prop::collection::vec((prop::sample::select(LeadField::ALL), "\\PC{1,12}"), 0..8),
        email in "[a-z]{1,3}@(globex\\.example|acme\\.de|gmail\\.com)",
        phone in "(\\+|00)?[0-9 ]{0,16}",
        tier in "[a-z]{0,3}",
    ) {
        let mut before = lead(&[(LeadField::Email, &email), (LeadField::Phone, &phone)]);
        for (field, text) in &texts {
            before.set(*field, Value::Text(text.as_str().into()), Source::Form);
        }
        before.custom.insert("tier".into(), tier.into());
        let mut after = before.clone();
        chain(Source::ALL).fill(&mut after, &Settings::default());
        for (field, filled) in before.standard() {
            prop_assert_eq!(after.filled(field), Some(filled));
        }
        prop_assert_eq!(&after.custom["tier"], &before.custom["tier"]);
        let mut again = after.clone();
        chain(Source::ALL).fill(&mut again, &Settings::default());
        prop_assert_eq!(again, after);
    }

    #[test]
    fn any_lead_and_any_table_are_answered(email in "\\PC*", phone in "\\PC*", country in "\\PC{0,4}", table in "\\PC*") {
        let (companies, _) = Companies::read(&format!("domain,country\n{table}"));
        let chain = Chain { order: Source::ALL.to_vec(), companies };
        let _ = filled(&chain, &[(LeadField::Email, &email), (LeadField::Phone, &phone), (LeadField::Country, &country)]);
    }
}
