//! Load: leads alone and in batches, reps and managers who act on them, people who come and go. What may have
//! been lost on the way is sent again with its key, to any node, until it is answered.

use crate::ledger::Ledger;
use crate::random::Random;
use pointsman_testkit::client::{Answer, Ask, Client};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long is insisted on an answer once the load is to end.
const INSISTS: Duration = Duration::from_secs(40);

/// Where the nodes listen that run just now.
#[derive(Debug, Default)]
pub struct Addresses(Mutex<BTreeMap<usize, SocketAddr>>);

impl Addresses {
    pub fn set(&self, node: usize, address: Option<SocketAddr>) {
        let mut addresses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match address {
            Some(address) => drop(addresses.insert(node, address)),
            None => drop(addresses.remove(&node)),
        }
    }

    fn any(&self, random: &mut Random) -> Option<SocketAddr> {
        let addresses: Vec<SocketAddr> = self.0.lock().unwrap_or_else(PoisonError::into_inner).values().copied().collect();
        random.of(&addresses).copied()
    }
}

/// One caller.
pub struct Caller {
    /// Told apart from every other caller of the run.
    pub name: String,
    pub token: String,
    pub addresses: Arc<Addresses>,
    pub ledger: Arc<Ledger>,
    pub stop: Arc<AtomicBool>,
    pub random: Random,
    pub clients: BTreeMap<SocketAddr, Client>,
    /// Leads of this caller's on which it may act.
    pub leads: Vec<(String, String)>,
    pub count: usize,
}

impl Caller {
    /// Works until it is told to stop.
    pub async fn work(mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(self.random.below(20))).await;
            self.count += 1;
            match self.random.below(100) {
                0..60 => self.one().await,
                60..68 => self.many().await,
                68..88 => self.act().await,
                88..94 => self.again().await,
                94..98 => self.people().await,
                _ => self.grant().await,
            }
        }
    }

    fn key(&self) -> String {
        format!("{}-{}", self.name, self.count)
    }

    fn lead(&mut self, number: usize) -> (String, Value) {
        let (count, name) = (self.count, &self.name);
        let domain = match self.random.below(40) {
            0 => "globex.example".to_owned(),
            1 => "rival.example".to_owned(),
            other => format!("c{other}.example"),
        };
        let person = format!("{name}-{count}-{number}@{domain}");
        // Demos come back for ever, from one rep to the next: a few are enough.
        let kind =
            if self.random.below(20) == 0 { Some("demo_request") } else { self.random.of(&["contact_us", "event", "event"]).copied() };
        let source = self.random.of(&["web", "web", "web", "web", "web", "partner", "slow", "scarce"]).copied();
        // What is null is not there.
        let kind = kind.filter(|kind| *kind == "demo_request" || self.random.below(3) > 0);
        let own = (self.random.below(3) == 0).then(|| format!("own-{name}-{count}-{number}"));
        let mut lead = json!({ "email": person, "company": domain, "source": source, "type": kind, "id": own });
        if let Some(fields) = lead.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        self.ledger.entries().sent.insert(person.clone(), None);
        (person, lead)
    }

    async fn one(&mut self) {
        let (person, lead) = self.lead(0);
        let key = self.key();
        // A lead with its own id is as safe to send twice as one with a key; one with neither is sent once.
        let (keyed, has_id) = (self.random.below(3) > 0, lead.get("id").is_some());
        let body = lead.to_string();
        let ask = Ask::post("/v1/leads", body.as_bytes());
        let ask = if keyed { ask.with_key(&key) } else { ask };
        let Some(answer) = self.ask(ask, keyed || has_id, &[200, 201]).await else { return };
        self.note(&person, &answer);
    }

    async fn many(&mut self) {
        let size = 2 + self.random.below(40);
        let leads: Vec<(String, Value)> = (0..size).map(|number| self.lead(usize::try_from(number).unwrap_or_default())).collect();
        let body: String = leads.iter().map(|(_, lead)| format!("{lead}\n")).collect();
        let key = self.key();
        let ask = Ask { kind: "application/x-ndjson", ..Ask::post("/v1/leads/batch", body.as_bytes()).with_key(&key) };
        let Some(answer) = self.ask(ask, true, &[200]).await else { return };
        let answers = answer.get("leads").and_then(Value::as_array).cloned().unwrap_or_default();
        if answers.len() != leads.len() {
            self.ledger.entries().wrong.push(format!("a batch of {} was answered with {}", leads.len(), answers.len()));
        }
        for ((person, _), answer) in leads.iter().zip(&answers) {
            self.note(person, answer);
        }
    }

    fn note(&mut self, person: &str, answer: &Value) {
        self.ledger.acknowledge(person, answer);
        let capped = answer.get("pool").and_then(Value::as_str) == Some("scarce");
        if let Some(lead) = answer.get("lead").and_then(Value::as_str).filter(|_| !capped && self.leads.len() < 400) {
            self.leads.push((person.to_owned(), lead.to_owned()));
        }
    }

    /// Somebody does something to a lead.
    async fn act(&mut self) {
        if self.leads.is_empty() {
            return self.one().await;
        }
        let at = usize::try_from(self.random.below(self.leads.len() as u64)).unwrap_or_default();
        let Some((_, lead)) = self.leads.get(at).cloned() else { return };
        let (verb, body, leaves) = match self.random.below(10) {
            0 | 1 => ("accept", json!({}), None),
            2 | 3 => ("contacted", json!({}), Some("contacted")),
            4 => ("pass", json!({ "reason": "not mine" }), None),
            5 => ("reassign", json!({}), None),
            6 => ("reassign", json!({ "to": "carl@acme.example" }), None),
            7 => ("requeue", json!({ "queue": "partner-desk" }), None),
            8 => ("suppress", json!({ "reason": "chaos" }), Some("suppressed")),
            _ => ("close", json!({ "result": "won" }), Some("closed")),
        };
        let (path, body, key) = (format!("/v1/leads/{lead}/{verb}"), body.to_string(), self.key());
        let answer = self.ask(Ask::post(&path, body.as_bytes()).with_key(&key), true, &[200, 409, 422]).await;
        if let (Some(answer), Some(stage)) = (answer, leaves)
            && answer.get("stage").and_then(Value::as_str) == Some(stage)
        {
            self.ledger.entries().done.push((lead, stage));
            self.leads.swap_remove(at);
        }
    }

    /// Somebody asks again.
    async fn again(&mut self) {
        let Some((person, _)) = self.random.of(&self.leads).cloned() else { return self.one().await };
        self.ledger.entries().again.insert(person.clone());
        let (body, key) = (json!({ "email": person, "type": "contact_us" }).to_string(), self.key());
        self.ask(Ask::post("/v1/leads", body.as_bytes()).with_key(&key), true, &[200, 201]).await;
    }

    /// Somebody takes a pause, or comes back.
    async fn people(&mut self) {
        let Some(rep) = self.random.of(&["gus@acme.example", "hal@acme.example", "ivy@acme.example", "ben@acme.example"]) else { return };
        let (path, key) = (format!("/v1/reps/{rep}/pause"), self.key());
        if self.random.below(2) == 0 {
            self.ask(Ask::post(&path, br#"{"minutes": 30}"#).with_key(&key), true, &[201]).await;
        } else {
            self.ask(Ask { method: "DELETE", ..Ask::get(&path) }, true, &[204, 404, 409]).await;
        }
    }

    async fn grant(&mut self) {
        let leads = if self.random.below(2) == 0 { 0.5 } else { -0.25 };
        let (body, key) = (json!({ "rep": "eva@acme.example", "leads": leads, "reason": "chaos" }).to_string(), self.key());
        self.ask(Ask::post("/v1/pools/sdr/credits", body.as_bytes()).with_key(&key), true, &[201]).await;
    }

    /// Sends until it is answered with one of the statuses that are right; what is not safe to send twice is sent once.
    async fn ask(&mut self, ask: Ask<'_>, safe: bool, right: &[u16]) -> Option<Value> {
        let mut stopped: Option<Instant> = None;
        loop {
            if self.stop.load(Ordering::Relaxed) && stopped.get_or_insert_with(Instant::now).elapsed() > INSISTS {
                self.ledger.entries().wrong.push(format!("{} {} was never answered", ask.method, ask.path));
                return None;
            }
            match self.try_once(ask).await {
                // The store was away: what was asked may have become true all the same (docs/server.md).
                Some(answer) if answer.status == 503 && !safe => return None,
                Some(answer) if answer.status == 503 || answer.status == 429 => {}
                Some(answer) => return self.judge(ask, &answer, right),
                None if safe => {}
                None => return None,
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn try_once(&mut self, ask: Ask<'_>) -> Option<Answer> {
        let address = self.addresses.any(&mut self.random)?;
        let client = self.clients.entry(address).or_insert_with(|| Client::new(address, &self.token));
        tokio::time::timeout(Duration::from_secs(40), client.send(ask)).await.ok()?.ok()
    }

    fn judge(&self, ask: Ask<'_>, answer: &Answer, right: &[u16]) -> Option<Value> {
        let mut entries = self.ledger.entries();
        entries.answers += 1;
        if !right.contains(&answer.status) {
            let body = String::from_utf8_lossy(&answer.body);
            entries.wrong.push(format!("{} {} was answered {}: {body}", ask.method, ask.path, answer.status));
            return None;
        }
        if answer.body.is_empty() { Some(Value::Null) } else { serde_json::from_slice(&answer.body).ok() }
    }
}
