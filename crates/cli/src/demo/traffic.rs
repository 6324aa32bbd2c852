//! Leads that trickle in, over HTTP as any others.

use super::people;
use crate::failure::Failure;
use crate::leads::LeadFile;
use crate::show::{self, DIM, GREEN, YELLOW, styled};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::Duration;

/// Between two leads.
const PAUSE: Duration = Duration::from_millis(900);

/// Every so manyeth lead comes late, by a slow sync: its clock is nearly over when it arrives.
const LATE: usize = 4;

/// How much time such a lead has left.
const LEFT: SignedDuration = SignedDuration::from_secs(8);

/// The example leads of a policy folder, without ids and times: here they are new.
pub fn leads(policy: &Path) -> Result<Vec<Map<String, Value>>, Failure> {
    let path = policy.join("leads.csv");
    let file = LeadFile::open(&path)?;
    let mut problems = Vec::new();
    let leads = file.rows.filter_map(|row| file.reader.read(&row, &mut problems)).filter_map(|lead| {
        let Ok(Value::Object(mut fields)) = serde_json::to_value(&lead) else { return None };
        fields.retain(|name, _| !matches!(&**name, "id" | "created_at" | "@sources"));
        Some(fields)
    });
    let leads: Vec<_> = leads.collect();
    if leads.is_empty() { Err(Failure::Yours(format!("{}: no lead to bring in", path.display()))) } else { Ok(leads) }
}

/// Brings leads in, over and over, until it is stopped.
pub async fn run(base: String, token: String, leads: Vec<Map<String, Value>>) {
    let client = reqwest::Client::new();
    let mut promise: Option<SignedDuration> = None;
    for (at, mut lead) in leads.into_iter().cycle().enumerate() {
        let late = promise.filter(|promise| at % LATE == LATE - 1 && *promise > LEFT);
        if let Some(promise) = late {
            lead.insert("created_at".to_owned(), json!(Timestamp::now() - (promise - LEFT)));
        }
        let sent = client.post(format!("{base}/v1/leads")).bearer_auth(&token).json(&lead).send().await;
        let answer: Option<Value> = match sent {
            Ok(response) => response.json().await.ok(),
            Err(_) => None,
        };
        let Some(answer) = answer else { return };
        let contact_by: Option<Timestamp> = text(&answer, "contact_by").and_then(|text| text.parse().ok());
        // The shortest promise that was made: a lead that comes so much later has a few seconds left, or more.
        if let Some(by) = contact_by.filter(|_| late.is_none()) {
            let left = by.duration_since(Timestamp::now());
            promise = Some(promise.map_or(left, |known| known.min(left)));
        }
        // Failing to print is no reason to stop.
        let _ = show::print(&line(&lead, &answer));
        if let (Some(id), Some(rep)) = (text(&answer, "lead"), text(&answer, "rep")) {
            tokio::spawn(people::answer(base.clone(), token.clone(), id.to_owned(), rep.to_owned(), at));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn line(lead: &Map<String, Value>, answer: &Value) -> String {
    let who = ["company", "email"].iter().find_map(|name| lead.get(*name)?.as_str()).unwrap_or("a lead");
    let to = text(answer, "rep").or_else(|| text(answer, "queue")).or_else(|| text(answer, "outcome")).unwrap_or("?");
    let style = if text(answer, "rep").is_some() { GREEN } else { YELLOW };
    format!("  {who:<28.28} {} {:<28} {}", styled(DIM, "->"), styled(style, to), styled(DIM, text(answer, "reason").unwrap_or("")))
}
