//! Leads as forms send them; each of somebody nobody knows.

use std::fmt::Write;

/// A lead, JSON.
pub fn lead(number: u64) -> String {
    let kind = ["demo_request", "contact_us", "content_download"][(number % 3) as usize];
    let (country, employees) = (["US", "GB", "DE", "FR"][(number % 4) as usize], 5 + number % 5_000);
    let mut lead = String::with_capacity(300);
    let _ = write!(
        lead,
        r#"{{"email":"ada{number}@company-{}.example","first_name":"Ada","last_name":"Lovelace {number}","company":"Company {}","title":"VP Operations","phone":"+1 202 555 0{:03}","country":"{country}","employees":{employees},"type":"{kind}","source":"web","message":"We would like to see how it works."}}"#,
        number % 50_021,
        number % 50_021,
        number % 1000
    );
    lead
}
