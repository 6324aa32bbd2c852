//! Reps who answer, some late, some not at all; and what they are told.

use crate::show::{self, DIM, YELLOW, styled};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// A rep answers a lead: most within seconds, every fifth after its time, every seventh never.
pub async fn answer(base: String, token: String, lead: String, rep: String, at: usize) {
    let wait = match at {
        at if at % 7 == 6 => return,
        at if at % 5 == 4 => 20,
        at => 2 + at as u64 % 6,
    };
    tokio::time::sleep(Duration::from_secs(wait)).await;
    let client = reqwest::Client::new();
    for step in ["accept", "contacted"] {
        let sent = client.post(format!("{base}/v1/leads/{lead}/{step}")).bearer_auth(&token).json(&json!({ "by": rep })).send().await;
        // Refused: somebody else has the lead by now.
        let Ok(true) = sent.map(|response| response.status().is_success()) else { return };
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Prints what was sent, as the outbox has it.
pub async fn messages(base: String, token: String) {
    let client = reqwest::Client::new();
    let mut seen = BTreeSet::new();
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let sent = client.get(format!("{base}/v1/outbox?state=sent&limit=200")).bearer_auth(&token).send().await;
        let page: Value = match sent {
            Ok(response) => response.json().await.unwrap_or_default(),
            Err(_) => return,
        };
        let mut items: Vec<&Value> = page.get("items").and_then(Value::as_array).into_iter().flatten().collect();
        items.reverse();
        for message in items {
            let text = |name: &str| message.get(name).and_then(Value::as_str).unwrap_or("");
            if text("kind") != "refresh" && seen.insert(text("id").to_owned()) {
                let style = if text("kind") == "assigned" { DIM } else { YELLOW };
                // Failing to print is no reason to stop.
                let _ = show::print(&format!(
                    "    {} {} {}",
                    styled(DIM, "sink:"),
                    styled(style, text("kind")),
                    styled(DIM, format!("to {}", text("recipient")))
                ));
            }
        }
    }
}
