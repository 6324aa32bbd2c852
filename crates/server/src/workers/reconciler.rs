//! The reconciler: counts leads in against leads out, all the time, and raises an alarm on any difference.

use crate::app::Shared;
use crate::metrics;
use jiff::Timestamp;
use pointsman_store::reconcile::{Difference, Reconciler};
use pointsman_store::request::{Request, What};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::{error, info};

/// So many differences are told in full.
const TOLD: usize = 5;

/// Works until the server stops.
pub async fn run(app: Shared) {
    let reconciler = Arc::new(Mutex::new(Reconciler::default()));
    let mut alarm: Box<str> = "".into();
    while !*app.stopping.borrow() {
        let check = Arc::clone(&reconciler);
        let found = app.reading.ask(move |db| check.lock().unwrap_or_else(PoisonError::into_inner).check(db, Timestamp::now()));
        if let Ok(found) = found.await {
            metrics::reconciled(found.len() as u64);
            let text = told(&found);
            if text != alarm {
                raise(&app, &text).await;
                alarm = text;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(app.config.reconcile) => {}
            () = app.stopped() => {}
        }
    }
}

fn told(found: &[Difference]) -> Box<str> {
    let mut lines: Vec<String> = found.iter().take(TOLD).map(ToString::to_string).collect();
    if found.len() > TOLD {
        lines.push(format!("and {} more", found.len() - TOLD));
    }
    lines.join("; ").into()
}

async fn raise(app: &Shared, text: &str) {
    if text.is_empty() {
        info!("leads in and leads out are equal again");
    } else {
        error!(differences = text, "leads in and leads out differ");
    }
    // Not written: the metric says it, and the next round tries again only if the difference changes.
    let _ = app.writing.ask_patiently(Request::own(What::Alarm { text: text.into() })).await;
}
