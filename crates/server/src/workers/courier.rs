//! The courier: takes messages that are due, carries each through its channel, and reports what came of it.
//!
//! Each channel has its own few places and its own limit, so that one that is slow or dead delays only its own
//! messages: while it has no place free the courier asks for messages of other channels only. A message that is
//! taken comes back by itself when nothing is heard of it, so that a courier that dies loses none.

mod lane;

use super::envelope;
use crate::app::Shared;
use crate::metrics;
use jiff::{SignedDuration, Timestamp};
use lane::{Departure, Lanes};
use pointsman_connect::backoff::{Backoff, Failed, Next};
use pointsman_connect::message::Outcome;
use pointsman_store::due;
use pointsman_store::notification::Notification;
use pointsman_store::request::{Delivered, Reply, Request, What};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tracing::{debug, warn};

/// How long a message is a courier's that does not report.
const LEASE: SignedDuration = SignedDuration::from_secs(120);

/// How often is looked for what other nodes wrote, and what comes due.
const LOOK: Duration = Duration::from_secs(1);

/// Between two looks after news of our own passes at least this: a busy server commits more often.
const REST: Duration = Duration::from_millis(20);

/// Works until the server stops, then until what is under way is reported.
pub async fn run(app: Shared, node: Box<str>) {
    let mut courier = Courier { lanes: Lanes::new(app.config.deliveries), under_way: JoinSet::new(), node, app };
    courier.work().await;
    while courier.under_way.join_next().await.is_some() {}
}

struct Courier {
    app: Shared,
    node: Box<str>,
    lanes: Lanes,
    under_way: JoinSet<Box<str>>,
}

impl Courier {
    async fn work(&mut self) {
        let mut head = self.app.writing.head();
        let mut all_taken = false;
        while !*self.app.stopping.borrow() {
            if !all_taken {
                tokio::select! {
                    _ = head.changed() => tokio::time::sleep(REST).await,
                    () = tokio::time::sleep(LOOK) => {}
                    () = self.app.stopped() => return,
                    Some(done) = self.under_way.join_next() => self.lanes.free(&done.unwrap_or_default()),
                }
            }
            head.mark_unchanged();
            all_taken = self.take().await;
            self.send_off();
        }
    }

    /// Takes what is due; whether there may be more.
    async fn take(&mut self) -> bool {
        let now = Timestamp::now();
        let due = self.app.reading.ask(due::next_message).await;
        if !matches!(due, Ok(Some(due)) if due <= now) || self.lanes.refresh(&self.app).await.is_err() {
            return false;
        }
        let most = self.lanes.room();
        if most == 0 {
            return false;
        }
        let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
        let what = What::Claim { node: self.node.clone(), most, until, except: self.lanes.full(now) };
        let Ok(Reply::Claimed(taken)) = self.app.writing.ask_patiently(Request::own(what)).await else { return false };
        let more = taken.len() >= most as usize;
        for notification in taken {
            self.lanes.put(notification);
        }
        more
    }

    /// Sends off what has a place free.
    fn send_off(&mut self) {
        while let Some(departure) = self.lanes.next(Timestamp::now()) {
            let (app, lane) = (Arc::clone(&self.app), departure.lane.clone());
            self.under_way.spawn(async move {
                let outcome = carry(&departure).await;
                report(&app, &departure.notification, outcome).await;
                lane
            });
        }
    }
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
    let what = What::Report { message: notification.id.clone(), result };
    // Not reported: the message comes back when its lease ends.
    let _ = app.writing.ask_patiently(Request::own(what)).await;
}

/// When a message is tried again that did not get through.
fn again(notification: &Notification, after: Option<Duration>, reason: String) -> Delivered {
    let (now, attempts) = (Timestamp::now(), notification.attempts.saturating_add(1));
    let mut draw = [0_u8; 8];
    // Err: no lot is drawn, and messages that failed together come back together.
    let _ = getrandom::fill(&mut draw);
    let failed = Failed { since: notification.at, attempts, after, draw: u64::from_le_bytes(draw) };
    match Backoff::default().next(&failed, now) {
        Next::At(at) => Delivered::Later { at, reason: reason.into() },
        Next::TooOften(times) => Delivered::Dead { reason: format!("tried {times} times; the last time: {reason}").into() },
        Next::TooOld => Delivered::Dead { reason: format!("given up after a day; the last time: {reason}").into() },
    }
}
