//! Housekeeping: this node says that it is alive, and metrics are kept small.

use crate::app::Shared;
use crate::metrics;
use jiff::Timestamp;
use pointsman_store::request::{Request, What};
use std::collections::BTreeMap;
use std::time::Duration;

/// How often.
const EVERY: Duration = Duration::from_secs(10);

/// Works until the server stops.
pub async fn run(app: Shared, node: Box<str>) {
    let started = Timestamp::now();
    let mut tokens: BTreeMap<String, Timestamp> = BTreeMap::new();
    while !*app.stopping.borrow() {
        metrics::recorder().run_upkeep();
        tokens.extend(app.keyring.take_used());
        let body = serde_json::json!({ "started_at": started, "version": env!("CARGO_PKG_VERSION"), "tokens": tokens });
        // Not written: it is said again in a moment.
        let _ = app.writing.ask_patiently(Request::own(What::Alive { node: node.clone(), body: body.to_string().into() })).await;
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.stopped() => {}
        }
    }
}
