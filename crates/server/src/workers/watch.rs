//! The watch: sees to it that clocks fire within a second, and that leads which wait go to who can take them.

use crate::app::Shared;
use crate::metrics;
use jiff::Timestamp;
use pointsman_store::due;
use pointsman_store::request::{Reply, Request, What};
use std::time::Duration;
use tracing::debug;

/// The clocks of so many leads fire in one transaction.
const MOST: u32 = 500;

/// How often is looked, if no clock is due before.
const LOOK: Duration = Duration::from_millis(500);

/// The shortest time between two looks.
const REST: Duration = Duration::from_millis(20);

/// Works until the server stops.
pub async fn run(app: Shared) {
    while !*app.stopping.borrow() {
        let wait = match tick(&app).await {
            Some(next) => Duration::try_from(next.duration_since(Timestamp::now())).unwrap_or(REST).clamp(REST, LOOK),
            None => LOOK,
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = app.stopped() => {}
        }
    }
}

/// Lets fire what is due; when the next clock is.
async fn tick(app: &Shared) -> Option<Timestamp> {
    let (next, waits) = app.reading.ask(|db| Ok((due::next_clock(db)?, due::somebody_waits(db)?))).await.ok()?;
    let now = Timestamp::now();
    let due = next.filter(|next| *next <= now);
    if due.is_none() && !waits {
        return next;
    }
    let reply = app.writing.ask_patiently(Request::own(What::Tick { most: MOST })).await;
    let Ok(Reply::Ticked { fired, released }) = reply else { return None };
    if let Some(due) = due.filter(|_| fired > 0) {
        metrics::fired(Duration::try_from(Timestamp::now().duration_since(due)).unwrap_or_default());
    }
    if fired > 0 || released > 0 {
        debug!(fired, released, "ticked");
    }
    // There may be more that is due: at once again.
    if fired >= MOST { Some(now) } else { None }
}
