//! The courier: takes messages that are due, carries each through its channel, and reports what came of it.
//!
//! Each channel has its own few places, its own stock of messages that wait for one, and its own limit, so that
//! one that is slow or dead delays only its own messages: while its stock is full the courier asks for messages of
//! other channels only. A message that is taken comes back by itself when nothing is heard of it, so that a courier
//! that dies loses none.

mod lane;

use super::envelope;
use crate::app::Shared;
use crate::metrics;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use lane::{Departure, Lanes};
use pointsman_connect::backoff::{Backoff, Failed, Next};
use pointsman_connect::message::Outcome;
use pointsman_store::due;
use pointsman_store::notification::Notification;
use pointsman_store::request::{Delivered, Reply, Request, What};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::{JoinError, JoinSet};
use tracing::{debug, error, warn};

/// How long a message is a courier's that does not report.
const LEASE: SignedDuration = SignedDuration::from_secs(120);

/// How often is looked for what other nodes wrote, and what comes due.
const LOOK: Duration = Duration::from_secs(1);

/// Between two looks after news of our own passes at least this: a busy server commits more often.
const REST: Duration = Duration::from_millis(20);

/// Works until the server stops, then until what is under way is reported.
pub async fn run(app: Shared, node: Box<str>) {
    let lanes = Lanes::new(app.config.deliveries);
    let mut courier = Courier { lanes, taking: JoinSet::new(), under_way: JoinSet::new(), reports: JoinSet::new(), node, app };
    courier.work().await;
    courier.give_back().await;
    while let Some(done) = courier.under_way.join_next().await {
        courier.done(done);
    }
    while courier.reports.join_next().await.is_some() {}
}

/// Taking, delivering and reporting go on beside each other: each taking and each report waits for a commit of
/// the writer, and deliveries wait for neither.
struct Courier {
    app: Shared,
    node: Box<str>,
    lanes: Lanes,
    /// One at a time.
    taking: JoinSet<Taken>,
    under_way: JoinSet<Delivery>,
    reports: JoinSet<()>,
}

/// A delivery that has ended, and what came of it.
type Delivery = (Departure, Outcome);

/// What was taken, and whether there may be more.
type Taken = (Vec<Notification>, bool);

impl Courier {
    async fn work(&mut self) {
        let mut head = self.app.writing.head();
        let (mut looked, mut look_at) = (Instant::now(), Instant::now());
        while !*self.app.stopping.borrow() {
            let room = self.lanes.room().saturating_sub(u32::try_from(self.reports.len()).unwrap_or(u32::MAX));
            if self.taking.is_empty() && room > 0 && look_at <= Instant::now() {
                head.mark_unchanged();
                (looked, look_at) = (Instant::now(), Instant::now() + LOOK);
                self.taking.spawn(take(Arc::clone(&self.app), self.node.clone(), room, self.lanes.full(Timestamp::now())));
            }
            let wake = if self.taking.is_empty() && room > 0 { look_at } else { Instant::now() + LOOK };
            let wake = self.lanes.rested(Timestamp::now()).map_or(wake, |rest| wake.min(Instant::now() + rest));
            tokio::select! {
                Some(taken) = self.taking.join_next() => if self.put(taken.unwrap_or_default()).await { look_at = Instant::now() },
                Some(done) = self.under_way.join_next() => self.done(done),
                Some(_) = self.reports.join_next() => {}
                Ok(()) = head.changed() => look_at = look_at.min(looked + REST),
                () = tokio::time::sleep_until(wake.into()) => {}
                () = self.app.stopped() => return,
            }
            self.send_off();
        }
    }

    /// Keeps what was taken, each in its lane; whether there may be more.
    async fn put(&mut self, (taken, more): Taken) -> bool {
        // Without knowing the channels nothing can be said about a message: it comes back when its lease ends.
        if taken.is_empty() || self.lanes.refresh(&self.app).await.is_err() {
            return false;
        }
        let now = Timestamp::now();
        for notification in taken {
            self.lanes.put(notification, now);
        }
        more
    }

    /// What was taken and has not gone out is there for others at once, not only when its lease ends.
    async fn give_back(&mut self) {
        let mut kept = self.lanes.empty();
        while let Some(taken) = self.taking.join_next().await {
            kept.extend(taken.unwrap_or_default().0);
        }
        for Notification { id, .. } in kept {
            let app = Arc::clone(&self.app);
            let result = Delivered::Later { after: SignedDuration::ZERO, reason: "taken by a server that was stopped".into() };
            self.reports.spawn(async move { tell(&app, id, result).await });
        }
    }

    /// Sends off what has a place free.
    fn send_off(&mut self) {
        while let Some(departure) = self.lanes.next(Timestamp::now()) {
            self.under_way.spawn(async move {
                let outcome = survived(carry(&departure)).await;
                (departure, outcome)
            });
        }
    }

    /// A place is free; what came of the message is reported.
    fn done(&mut self, done: Result<Delivery, JoinError>) {
        // Err: never, a delivery that panics is an outcome, too.
        let Ok((departure, outcome)) = done else { return };
        let left_alone = if let Outcome::Retry { after, .. } = &outcome { *after } else { None };
        self.lanes.free(&departure.lane, left_alone, Timestamp::now());
        let app = Arc::clone(&self.app);
        self.reports.spawn(async move { report(&app, &departure.notification, outcome).await });
    }
}

/// Takes what is due.
async fn take(app: Shared, node: Box<str>, most: u32, except: Vec<Box<str>>) -> Taken {
    let due = app.reading.ask(|db| due::message_is_due(db, Timestamp::now())).await;
    if !matches!(due, Ok(true)) {
        return Taken::default();
    }
    let what = What::Claim { node, most, lease: LEASE, except };
    let Ok(Reply::Claimed(taken)) = app.writing.ask_patiently(Request::own(what)).await else { return Taken::default() };
    let more = taken.len() >= most as usize;
    (taken, more)
}

/// A delivery that panics is tried again like any other that failed, and frees its place.
async fn survived(delivery: impl Future<Output = Outcome>) -> Outcome {
    AssertUnwindSafe(delivery).catch_unwind().await.unwrap_or_else(|_| {
        error!("a delivery panicked");
        Outcome::retry("something of ours went wrong; the log has the details")
    })
}

async fn carry(departure: &Departure) -> Outcome {
    let Departure { channel, notification, .. } = departure;
    let (message, began) = (envelope::message(notification), Instant::now());
    let outcome = match channel {
        Err(why) => Outcome::Dead { reason: why.clone() },
        Ok(channel) => match channel.reaches(&message) {
            Ok(()) => channel.deliver(&message, Timestamp::now()).await,
            Err(why) => Outcome::Dead { reason: why },
        },
    };
    let result = match &outcome {
        Outcome::Delivered { .. } => "sent",
        Outcome::Retry { .. } => "later",
        Outcome::Dead { .. } => "dead",
    };
    metrics::delivered(&notification.channel, result, began.elapsed());
    debug!(message = &*notification.id, channel = &*notification.channel, result, "carried");
    outcome
}

async fn report(app: &Shared, notification: &Notification, outcome: Outcome) {
    let result = match outcome {
        Outcome::Delivered { external } => Delivered::Sent { external: Some(external.into()) },
        Outcome::Dead { reason } => Delivered::Dead { reason: reason.into() },
        Outcome::Retry { after, reason } => again(notification, after, reason),
    };
    if let Delivered::Dead { reason } = &result {
        warn!(message = &*notification.id, channel = &*notification.channel, reason = &**reason, "a message cannot be delivered");
    }
    tell(app, notification.id.clone(), result).await;
}

async fn tell(app: &Shared, message: Box<str>, result: Delivered) {
    // Not told: the message comes back when its lease ends.
    let _ = app.writing.ask_patiently(Request::own(What::Report { message, result })).await;
}

/// When a message is tried again that did not get through.
fn again(notification: &Notification, after: Option<Duration>, reason: String) -> Delivered {
    // A message may be written in a moment that this node's clock has yet to reach.
    let (now, attempts) = (Timestamp::now().max(notification.at), notification.attempts.saturating_add(1));
    let mut draw = [0_u8; 8];
    // Err: no lot is drawn, and messages that failed together come back together.
    let _ = getrandom::fill(&mut draw);
    let failed = Failed { since: notification.at, attempts, after, draw: u64::from_le_bytes(draw) };
    match Backoff::default().next(&failed, now) {
        Next::At(at) => Delivered::Later { after: at.duration_since(now), reason: reason.into() },
        Next::TooOften(times) => Delivered::Dead { reason: format!("tried {times} times; the last time: {reason}").into() },
        Next::TooOld => Delivered::Dead { reason: format!("given up after a day; the last time: {reason}").into() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_delivery_that_panics_has_an_outcome() {
        let outcome = survived(async { panic!("of a channel") }).await;
        assert!(matches!(outcome, Outcome::Retry { after: None, .. }), "{outcome:?}");
    }
}
