use super::*;
use crate::field::LeadField;
use crate::lead::Source;
use crate::value::Value;
use proptest::prelude::*;

fn account(id: &str, name: &str, domains: &[&str], country: &str) -> Account {
    let some = |text: &str| (!text.is_empty()).then(|| text.into());
    let domains = domains.iter().map(|domain| (*domain).into()).collect();
    Account { id: id.into(), name: some(name), domains, country: some(country), ..Account::default() }
}

fn lead(email: &str, website: &str, company: &str, country: &str) -> Lead {
    let mut lead = Lead::new("L1");
    for (field, text) in
        [(LeadField::Email, email), (LeadField::Website, website), (LeadField::Company, company), (LeadField::Country, country)]
    {
        lead.set(field, Value::Text(text.into()), Source::Form);
    }
    lead
}

fn matcher(accounts: Vec<Account>) -> Matcher {
    Matcher::build(accounts, Settings::default())
}

/// The matched account's id.
fn found(matcher: &Matcher, lead: &Lead) -> Option<String> {
    matcher.find(lead).and_then(|found| matcher.account(found.account)).map(|account| account.id.to_string())
}

fn globex() -> Matcher {
    matcher(vec![
        account("A1", "Globex Corporation", &["https://www.globex.example/en", "globex.co.uk"], "US"),
        account("A2", "Initech GmbH", &["initech.example"], "DE"),
    ])
}

#[test]
fn an_address_at_the_accounts_domain_matches_with_its_evidence() {
    let matcher = globex();
    let found = matcher.find(&lead("cto@mail.globex.example", "", "GLOBEX Corp.", "US")).unwrap();
    assert_eq!((found.account, found.method), (AccountIx(0), Method::EmailDomain));
    assert!(found.score > Number(950_000), "{}", found.score);
    let evidence: Vec<_> = found.evidence.iter().map(|evidence| (evidence.method, &*evidence.shared)).collect();
    assert_eq!(evidence, [(Method::EmailDomain, "globex.example"), (Method::Name, "globex")]);
}

#[test]
fn a_web_site_and_a_further_domain_match() {
    let matcher = globex();
    let found = matcher.find(&lead("x@gmail.com", "WWW.Globex.co.uk/contact", "", "")).unwrap();
    assert_eq!((found.account, found.method), (AccountIx(0), Method::Website));
}

#[test]
fn an_equal_name_matches_and_another_country_lowers_the_probability() {
    let matcher = globex();
    let likeliest = |country| matcher.candidates(&lead("x@gmail.com", "", "Initech AG", country)).first().map(|found| found.probability);
    assert!(likeliest("DE") > likeliest("") && likeliest("") > likeliest("FR"));
    assert_eq!(found(&matcher, &lead("x@gmail.com", "", "Initech AG", "DE")).as_deref(), Some("A2"));
}

#[test]
fn an_alias_is_a_name() {
    let mut globex = account("A1", "Globex", &[], "");
    globex.aliases = vec!["Global Exports, Inc.".into()];
    assert_eq!(found(&matcher(vec![globex]), &lead("", "", "global exports", "")).as_deref(), Some("A1"));
}

#[test]
fn generic_names_match_nobody() {
    let matcher = matcher(vec![account("A1", "Bank", &[], ""), account("A2", "Test Inc", &[], ""), account("A3", "N/A", &[], "")]);
    for name in ["Bank", "bank ltd", "test", "n/a", "None", "self", "-", ""] {
        assert_eq!(found(&matcher, &lead("x@gmail.com", "", name, "")), None, "{name}");
    }
}

#[test]
fn a_mailbox_provider_that_is_an_account_attracts_only_who_names_it() {
    let matcher =
        matcher(vec![account("A1", "Google", &["google.com", "gmail.com"], "US"), account("A2", "Trashmail", &["mailinator.com"], "")]);
    assert_eq!(found(&matcher, &lead("x@gmail.com", "gmail.com", "", "")), None);
    assert_eq!(found(&matcher, &lead("x@gmail.com", "", "Globex", "")), None);
    assert_eq!(found(&matcher, &lead("x@mailinator.com", "", "", "")), None);
    let google = matcher.find(&lead("x@gmail.com", "", "Google LLC", "")).unwrap();
    assert_eq!((google.account, google.method), (AccountIx(0), Method::EmailDomain));
}

#[test]
fn a_host_that_many_share_is_no_evidence() {
    let page = account("A1", "Globex", &["facebook.com/globex"], "");
    let matcher = matcher(vec![page, account("A2", "Facebook", &["facebook.com", "onmicrosoft.com"], "")]);
    assert_eq!(found(&matcher, &lead("x@gmail.com", "facebook.com/initech", "Initech", "")), None);
    assert_eq!(found(&matcher, &lead("x@initech.onmicrosoft.com", "", "Initech", "")), None);
    assert_eq!(found(&matcher, &lead("x@facebook.com", "", "", "")).as_deref(), Some("A2"));
    assert_eq!(found(&matcher, &lead("x@gmail.com", "facebook.com", "Facebook Inc", "")).as_deref(), Some("A2"));
}

#[test]
fn the_policy_may_say_whose_domain_it_is() {
    let settings = Settings {
        free_domains: [Box::from("globex.example")].into(),
        company_domains: [Box::from("gmail.com")].into(),
        ..Settings::default()
    };
    let matcher =
        Matcher::build(vec![account("A1", "Globex", &["globex.example"], ""), account("A2", "Google", &["gmail.com"], "")], settings);
    assert_eq!(found(&matcher, &lead("x@globex.example", "", "", "")), None);
    assert_eq!(found(&matcher, &lead("x@gmail.com", "", "", "")).as_deref(), Some("A2"));
}

#[test]
fn only_the_methods_of_the_policy_find_an_account() {
    let accounts = || vec![account("A1", "Globex", &["globex.example"], ""), account("A2", "Initech", &["initech.example"], "")];
    let both = lead("x@globex.example", "", "Initech", "");
    for (methods, wanted) in
        [(vec![Method::EmailDomain], Some("A1")), (vec![Method::Name], Some("A2")), (vec![Method::Website], None), (vec![], None)]
    {
        let matcher = Matcher::build(accounts(), Settings { methods, ..Settings::default() });
        assert_eq!(found(&matcher, &both).as_deref(), wanted);
    }
}

#[test]
fn of_several_the_equal_name_wins_then_the_country_then_named_then_the_first() {
    let mut named = account("A4", "Globex Four", &["globex.example"], "FR");
    named.named = Some(true);
    let matcher = matcher(vec![
        account("A1", "Globex One", &["globex.example"], "FR"),
        account("A2", "Globex Two", &["globex.example"], "DE"),
        account("A3", "Globex Three", &["globex.example"], "US"),
        named,
    ]);
    let who = |company, country| found(&matcher, &lead("x@globex.example", "", company, country));
    assert_eq!(who("Globex Three", "DE").as_deref(), Some("A3"));
    assert_eq!(who("", "de").as_deref(), Some("A2"));
    assert_eq!(who("", "FR").as_deref(), Some("A4"));
    let twins = self::matcher(vec![account("A1", "Globex", &[], ""), account("A2", "Globex", &[], "")]);
    assert_eq!(found(&twins, &lead("", "", "Globex", "")).as_deref(), Some("A1"));
}

#[test]
fn a_changed_account_is_found_by_what_it_has_now() {
    let mut matcher = globex();
    assert_eq!(matcher.update(account("A1", "Hooli", &["hooli.example"], "")), AccountIx(0));
    assert_eq!(matcher.update(account("A3", "Vehement", &["globex.example"], "")), AccountIx(2));
    assert_eq!(found(&matcher, &lead("x@globex.example", "", "", "")).as_deref(), Some("A3"));
    assert_eq!(found(&matcher, &lead("x@hooli.example", "", "", "")).as_deref(), Some("A1"));
    assert_eq!(found(&matcher, &lead("", "", "Globex", "")), None);
    assert_eq!((matcher.by_id("A3"), matcher.by_id("A9"), matcher.accounts().len()), (Some(AccountIx(2)), None, 3));
}

#[test]
fn names_are_one_through_slips_short_forms_words_order_and_departments() {
    let accounts = ["Vandelay Biosciences Group", "Stark Petroleum Institute", "Wonka Confectionery Holdings", "Zorgluub Machinery"];
    let mut accounts: Vec<_> = accounts.iter().enumerate().map(|(at, name)| account(&format!("A{at}"), name, &[], "US")).collect();
    accounts.extend((0..40).map(|at| account(&format!("B{at}"), &format!("Filler{at} Petroleum"), &[], "US")));
    let matcher = matcher(accounts);
    for (company, wanted) in [
        ("Vandelay Biosciences", "A0"),
        ("The Vandelay Bioscences Group, Inc.", "A0"),
        ("Stark Petroleum Inst.", "A1"),
        ("Wonka Confectionery - Procurement", "A2"),
        ("zorgluub   machinery GmbH", "A3"),
    ] {
        assert_eq!(found(&matcher, &lead("x@gmail.com", "", company, "US")).as_deref(), Some(wanted), "{company}");
    }
    for company in ["Stark Diamond Mines", "Petroleum", "Vandelay Imports Exports"] {
        assert_eq!(found(&matcher, &lead("x@gmail.com", "", company, "US")), None, "{company}");
    }
}

#[test]
fn between_equals_the_policy_decides_and_the_match_says_by_what() {
    let mut customer = account("A2", "Globex", &["globex.example"], "");
    customer.tags = vec!["Customer".into()];
    let matcher = matcher(vec![account("A1", "Globex", &["globex.example"], ""), customer]);
    let found = matcher.find(&lead("x@globex.example", "", "", "")).unwrap();
    assert_eq!((found.account, found.tie_breaker), (AccountIx(1), Some(TieBreaker::Customer)));
}

#[test]
fn what_is_neither_sure_nor_unlikely_is_for_review() {
    let settings = Settings { match_at: Number(999_999), review_at: Number(1), ..Settings::default() };
    let matcher = Matcher::build(vec![account("A1", "Globex", &["globex.example"], "")], settings);
    let Verdict::Grey(candidates) = matcher.decide(&lead("x@globex.example", "", "", "")) else { panic!("a candidate is expected") };
    assert!(matcher.sentence(&candidates[0]).contains("the e-mail address is at the account's domain"));
}

fn text(options: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(options)
}

fn accounts() -> impl Strategy<Value = Vec<Account>> {
    let one = (
        text(&["Globex", "Globex Inc", "Initech", "Bank", ""]),
        text(&["globex.example", "initech.example", "gmail.com", "x"]),
        text(&["US", "DE", ""]),
    );
    prop::collection::vec(one, 0..6).prop_map(|all| {
        let numbered = all.into_iter().enumerate();
        numbered.map(|(at, (name, domain, country))| account(&format!("A{at}"), name, &[domain], country)).collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_accounts_plays_no_part(
        accounts in accounts(),
        email in text(&["a@globex.example", "a@initech.example", "a@gmail.com"]),
        company in text(&["Globex", "Globx", "Initech LLC", "bank", ""]),
        country in text(&["US", "DE", "FR", ""]),
    ) {
        let lead = lead(email, "", company, country);
        let (forward, backward) = (matcher(accounts.clone()), matcher(accounts.into_iter().rev().collect()));
        let all = |matcher: &Matcher| {
            let candidates = matcher.candidates(&lead).into_iter();
            candidates.map(|one| (matcher.account(one.account).unwrap().id.clone(), one.odds, one.tie_breaker)).collect::<Vec<_>>()
        };
        prop_assert_eq!(all(&forward), all(&backward));
    }

    #[test]
    fn an_exact_domain_is_not_lost_by_adding_unrelated_accounts(
        others in prop::collection::vec(("[a-z]{2,9} [a-z]{2,9}", "[a-z]{6,9}"), 0..30),
        company in text(&["Globex", "Globex Sales", "", "n/a"]),
    ) {
        let mut all: Vec<_> = others.iter().enumerate().map(|(at, (name, label))| account(&format!("B{at}"), name, &[&format!("{label}.test")], "")).collect();
        all.push(account("A1", "Globex", &["globex.example"], ""));
        let who = found(&matcher(all), &lead("x@globex.example", "", company, ""));
        prop_assert_eq!(who.as_deref(), Some("A1"));
    }

    #[test]
    fn any_lead_is_answered(email in "\\PC*", website in "\\PC*", company in "\\PC*", country in "\\PC{0,3}", name in "\\PC*", domain in "\\PC*") {
        let matcher = matcher(vec![account("A1", &name, &[&domain], &country)]);
        let _ = matcher.find(&lead(&email, &website, &company, &country));
    }

    #[test]
    fn updating_is_building(accounts in accounts(), changed in accounts(), email in text(&["a@globex.example", "a@initech.example", "a@gmail.com"])) {
        let mut updated = matcher(accounts.clone());
        let mut list = accounts;
        for account in changed {
            match list.iter_mut().find(|other| other.id == account.id) {
                Some(other) => *other = account.clone(),
                None => list.push(account.clone()),
            }
            updated.update(account);
        }
        let built = matcher(list);
        for company in ["Globex", "Initech", ""] {
            let lead = lead(email, "", company, "US");
            prop_assert_eq!(updated.decide(&lead), built.decide(&lead));
        }
    }
}
