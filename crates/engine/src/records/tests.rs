use super::*;
use crate::account::Account;
use crate::field::LeadField;
use crate::lead::Lead;
use crate::people::{HolidayRef, Rep};
use crate::value::Value;
use csv::ByteRecord;
use proptest::prelude::*;
use serde_json::json;
use table::{Columns, Noun};

/// All rows of a CSV text, and what is wrong with it.
fn read<N: Noun>(text: &[u8]) -> (Vec<N>, Vec<Problem>) {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    let mut problems = Vec::new();
    let header = reader.byte_headers().unwrap().clone();
    let columns = match Columns::<N>::of(&header) {
        Ok(columns) => columns,
        Err(problem) => return (Vec::new(), vec![problem]),
    };
    let (mut nouns, mut record) = (Vec::new(), ByteRecord::new());
    while reader.read_byte_record(&mut record).unwrap() {
        let line = record.position().map_or(0, csv::Position::line);
        nouns.extend(columns.read(&record, line, &mut problems));
    }
    (nouns, problems)
}

fn lead(text: &str) -> (Lead, Vec<Problem>) {
    let (mut leads, problems) = read::<Lead>(text.as_bytes());
    (leads.remove(0), problems)
}

/// Line, column, whether kept.
fn places(problems: &[Problem]) -> Vec<(u64, &str, bool)> {
    problems.iter().map(|problem| (problem.line, problem.column.as_deref().unwrap_or(""), problem.kept)).collect()
}

#[test]
fn columns_are_known_under_the_names_people_give_them() {
    let (lead, problems) = lead("\u{feff}Lead-ID,First Name,ZIP,lead_source,Country\nL1, Ana ,10115,ads,Deutschland\n");
    assert_eq!(problems, []);
    assert_eq!((&*lead.id.0, lead.text(LeadField::FirstName)), ("L1", Some("Ana")));
    assert_eq!((lead.text(LeadField::PostalCode), lead.text(LeadField::Country)), (Some("10115"), Some("DE")));
    assert_eq!((lead.text(LeadField::Source), &*lead.custom["lead_source"]), (None, "ads"));
}

#[test]
fn a_row_without_an_id_is_called_by_its_line() {
    let (leads, _) = read::<Lead>(b"id,email\nL1,a@x.example\n,b@x.example\n");
    assert_eq!(leads[1].id.0, "row-3".into());
}

#[test]
fn an_id_that_says_nothing_is_none() {
    for (object, named) in [
        (json!({"id": "L1"}), true),
        (json!({"Lead ID": 7}), true),
        (json!({"id": null, "lead_id": "L1"}), true),
        (json!({"id": null}), false),
        (json!({"lead_id": " \u{0} "}), false),
        (json!({"email": "a@x.example"}), false),
    ] {
        assert_eq!(leads::has_id(object.as_object().unwrap()), named, "{object}");
    }
    let (object, mut problems) = (json!({"id": "", "lead_id": "L1", "zip": null, "postcode": "10115"}), Vec::new());
    let lead = leads::from_json(object.as_object().unwrap(), 1, &mut problems).unwrap();
    assert_eq!((&*lead.id.0, lead.text(LeadField::PostalCode), problems), ("L1", Some("10115"), vec![]));
    let columns = accounts::Columns::of(&ByteRecord::from(vec!["name", "Account ID"])).unwrap();
    let is_named = |id: &str| columns.is_named(&ByteRecord::from(vec!["Globex", id]));
    assert_eq!((is_named("A1"), is_named(" ")), (true, false));
}

#[test]
fn what_stands_in_an_index_is_bounded() {
    let (leads, problems) =
        read::<Lead>(format!("id,email\nL1,{}@x.example\n{},b@x.example\n", "a".repeat(400), "L".repeat(201)).as_bytes());
    assert_eq!((leads.len(), leads[0].text(LeadField::Email)), (1, None));
    assert_eq!(places(&problems), [(2, "email", true), (3, "id", false)]);
    let long = format!("id,name\n{},Globex\n", "A".repeat(201));
    assert_eq!(places(&read::<Account>(long.as_bytes()).1), [(2, "id", false)]);
    let long = format!("email,name\n{}@x.example,Ana\n", "a".repeat(320));
    assert_eq!(places(&read::<Rep>(long.as_bytes()).1), [(2, "email", false)]);
}

#[test]
fn a_lead_of_another_age_is_rejected() {
    let text = b"id,created_at\nL1,9999-12-30T21:00:00Z\nL2,1969-12-31T23:59:59Z\nL3,1970-01-01T00:00:00Z\nL4,8999-12-31T23:59:59Z\n";
    let (leads, problems) = read::<Lead>(text);
    assert_eq!(leads.iter().map(|lead| &*lead.id.0).collect::<Vec<_>>(), ["L3", "L4"]);
    assert_eq!(places(&problems), [(2, "created_at", false), (3, "created_at", false)]);
    assert!(problems[0].message.contains("is not between the years 1970 and 9000"), "{}", problems[0].message);
}

#[test]
fn a_column_has_one_form() {
    let forms = ["Phone", "ZIP", "Lead-ID", "Deal Size"].map(leads::column);
    assert_eq!(forms.each_ref().map(|form| &**form), ["phone", "postal_code", "id", "deal_size"]);
}

#[test]
fn a_bad_value_is_left_out_and_reported_and_the_row_is_kept() {
    let (lead, problems) = lead("id,employees,annual_revenue,country,pages\nL1,lots,\"1,200.50\",Atlantis,/a| |/b\n");
    assert_eq!(places(&problems), [(2, "employees", true), (2, "country", true)]);
    assert_eq!((lead.number(LeadField::Employees), lead.text(LeadField::Country)), (None, None));
    assert_eq!(lead.number(LeadField::AnnualRevenue), Some(Number(1_200_500_000)));
    assert_eq!(&*lead.custom["country_as_given"], "Atlantis");
    assert_eq!(lead.get(LeadField::Pages), Some(&Value::List(vec!["/a".into(), "/b".into()])));
}

#[test]
fn a_moment_without_zone_rejects_the_row_because_clocks_hang_on_it() {
    let (leads, problems) =
        read::<Lead>(b"id,created_at\nL1,2026-03-01T09:00:00Z\nL2,2026-03-01 09:00\nL3,2026-03-01T09:00:00+01:00\nL4,yesterday\n");
    assert_eq!(leads.iter().map(|lead| &*lead.id.0).collect::<Vec<_>>(), ["L1", "L3"]);
    assert_eq!(leads[1].created_at().unwrap().to_string(), "2026-03-01T08:00:00Z");
    assert_eq!(places(&problems), [(3, "created_at", false), (5, "created_at", false)]);
    assert!(problems[0].message.contains("write 2026-03-01T09:00:00Z or with an offset"), "{}", problems[0].message);
}

#[test]
fn broken_rows_are_rejected_with_their_line_and_the_good_ones_go_on() {
    let (leads, problems) = read::<Lead>(b"id,email\nL1\nL2,a,b\nL3,\xff\xfe\nL4,ok@x.example\n");
    assert_eq!(leads.len(), 1);
    assert_eq!(places(&problems), [(2, "", false), (3, "", false), (4, "email", false)]);
}

#[test]
fn control_characters_go_and_line_breaks_become_spaces() {
    let (lead, problems) = lead("id,company,note\nL1,\"Glo\u{0}bex\u{85}\",\"a\nb\"\n");
    assert_eq!((lead.text(LeadField::Company), &*lead.custom["note"], problems.len()), (Some("Globex"), "a b", 0));
}

#[test]
fn a_value_over_64_kib_is_left_out() {
    let (lead, problems) = lead(&format!("id,company\nL1,{}\n", "x".repeat(table::LONGEST + 1)));
    assert_eq!((lead.text(LeadField::Company), places(&problems)), (None, vec![(2, "company", true)]));
}

#[test]
fn a_header_that_cannot_be_meant_is_an_error() {
    let problem = |text: &str| read::<Lead>(text.as_bytes()).1.remove(0);
    let unknown = problem("emial,foo\n");
    assert!(
        unknown.message.contains("expected some of the lead columns id, email") && unknown.message.contains("did you mean `email`?"),
        "{}",
        unknown.message
    );
    for text in ["email,Email\n", "id,lead_id\n", "id,note,Note\n"] {
        let problem = problem(text);
        assert!((problem.line, problem.kept) == (1, false) && problem.message.contains("keep one of the two"), "{text}");
    }
    let (lead, _) = lead("id,,\nL1,x,y\n");
    assert_eq!((&*lead.custom["column_2"], &*lead.custom["column_3"]), ("x", "y"));
}

#[test]
fn json_says_the_same_as_csv() {
    let object = json!({
        "id": 7, "email": "a@x.example", "employees": 1200, "annual_revenue": "1e9", "pages": ["/a", "/b|c"], "vip": true,
        "score": 1.5, "utm": {"source": "x"}, "company": {"name": "x"}, "title": null, "Country": "France", "country": "DE"
    });
    let mut problems = Vec::new();
    let lead = leads::from_json(object.as_object().unwrap(), 4, &mut problems).unwrap();
    assert_eq!((&*lead.id.0, lead.number(LeadField::Employees)), ("7", Some(Number::whole(1200))));
    assert_eq!(lead.get(LeadField::Pages), Some(&Value::List(vec!["/a".into(), "/b|c".into()])));
    assert_eq!((&*lead.custom["vip"], &*lead.custom["score"], &*lead.custom["utm"]), ("true", "1.5", r#"{"source":"x"}"#));
    assert_eq!(lead.text(LeadField::Country), Some("FR"));
    assert_eq!(places(&problems), [(4, "annual_revenue", true), (4, "company", true), (4, "country", true)]);
    let bad = json!({"created_at": "2026-03-01"});
    assert_eq!(leads::from_json(bad.as_object().unwrap(), 5, &mut problems), None);
}

#[test]
fn an_accounts_web_site_is_its_main_domain() {
    let (accounts, problems) = read::<Account>(
        b"account_id,name,other_domains,website,aliases,country,owner_id,parent_account_id,named,tags,employees,tier\n\
          A1,Globex,globex.co.uk|www.globex.example|n/a,HTTP://WWW.Globex.example/de,Glob|GX,uk,R1,A0,yes,customer|key,20001+,1\n",
    );
    let account = &accounts[0];
    assert_eq!(account.domains, ["globex.example", "globex.co.uk"].map(Box::from));
    assert_eq!((account.aliases.len(), account.country.as_deref(), account.owner.as_deref()), (2, Some("GB"), Some("R1")));
    assert_eq!((account.parent.as_deref(), account.named, account.tags.len()), (Some("A0"), Some(true), 2));
    assert_eq!((account.employees, &*account.custom["tier"]), (None, "1"));
    assert_eq!(places(&problems), [(2, "other_domains", true), (2, "employees", true)]);
    let (pages, problems) = read::<Account>(b"id,website\nA1,facebook.com/globex\n");
    assert_eq!((pages[0].domains.len(), &*pages[0].custom["website"], problems.len()), (0, "facebook.com/globex", 0));
    let mut problems = Vec::new();
    let object = json!({"id": "A2", "domains": ["b.example", "c.example"], "domain": "a.example", "named": false});
    let account = accounts::from_json(object.as_object().unwrap(), 1, &mut problems).unwrap();
    assert_eq!((account.domains, account.named), (["a.example", "b.example", "c.example"].map(Box::from).to_vec(), Some(false)));
}

#[test]
fn a_rep_is_read_with_all_that_decides_when_they_work() {
    let (reps, problems) = read::<Rep>(
        b"email,manager,timezone,active,daily_cap,open_cap,skills,holidays\n\
          ana@x.example,dana@x.example,Europe/Berlin,,10,40,German| SAAS ,2026-12-24|berlin\n",
    );
    let rep = &reps[0];
    assert_eq!((rep.active, rep.daily_cap, rep.open_cap, problems.len()), (true, Some(10), Some(40), 0));
    assert_eq!(
        (rep.timezone.as_ref().and_then(jiff::tz::TimeZone::iana_name), rep.skills.join(" ")),
        (Some("Europe/Berlin"), "german saas".into())
    );
    assert_eq!(rep.holidays, [HolidayRef::Date(jiff::civil::date(2026, 12, 24)), HolidayRef::Named("berlin".into())]);
}

#[test]
fn a_rep_neither_vanishes_nor_gets_leads_in_silence() {
    let (reps, problems) = read::<Rep>(
        b"email,timezone,active,daily_cap,holidays\n\
          ana@x.example,Europe/Atlantis,maybe,-1,24.12.2026|berlin\n,UTC,yes,1,\n",
    );
    assert_eq!(reps.len(), 1);
    assert_eq!((reps[0].active, reps[0].daily_cap, reps[0].timezone.is_none()), (false, None, true));
    assert_eq!(reps[0].holidays, [HolidayRef::Named("berlin".into())]);
    let wanted = [(2, "timezone", true), (2, "active", true), (2, "daily_cap", true), (2, "holidays", true), (3, "", false)];
    assert_eq!(places(&problems), wanted);
}

proptest! {
    #[test]
    fn any_bytes_are_answered(header in prop::sample::select(vec!["id,email,created_at,employees,country", "email,timezone,hours,active,holidays,skills", "account_id,website,other_domains,named"]), rows in prop::collection::vec(any::<u8>(), 0..300)) {
        let text = [header.as_bytes(), b"\n", &rows].concat();
        let _ = (read::<Lead>(&text), read::<Account>(&text), read::<Rep>(&text), read::<Lead>(&rows));
    }

    #[test]
    fn every_row_is_read_or_reported(cells in prop::collection::vec("[a-z0-9 |.,\"\u{0}é]{0,9}", 1..5)) {
        let mut problems = Vec::new();
        let columns = leads::Columns::of(&ByteRecord::from(vec!["id", "employees", "created_at"])).unwrap();
        let lead = columns.read(&ByteRecord::from(cells), 2, &mut problems);
        prop_assert_eq!(lead.is_none(), problems.iter().any(|problem| !problem.kept));
    }

    #[test]
    fn a_lead_written_as_json_reads_back(company in "[a-zA-Zé&' ]{1,20}", employees in 0_i64..1_000_000, note in "[a-z|é ]{1,9}") {
        let object = json!({"id": "L1", "company": company, "employees": employees, "note": note});
        let (mut problems, mut again) = (Vec::new(), Vec::new());
        let lead = leads::from_json(object.as_object().unwrap(), 1, &mut problems).unwrap();
        let written = serde_json::to_value(&lead).unwrap();
        prop_assert_eq!(leads::from_json(written.as_object().unwrap(), 1, &mut again), Some(lead));
        prop_assert_eq!((problems, again), (vec![], vec![]));
    }
}
