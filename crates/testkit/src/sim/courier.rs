//! A courier with channels that are quick, slow, broken for a while, or refuse for good.

use super::world::World;
use super::wrong::{Checked, Wrong, ensure};
use jiff::{SignedDuration, Timestamp};
use pointsman_store::due::next_message;
use pointsman_store::notification::Notification;
use pointsman_store::request::{Delivered, Reply, Request, What};
use std::collections::BTreeSet;

/// How long a message that was taken is left to who took it.
const CLAIM: SignedDuration = SignedDuration::from_secs(60);

/// Deliveries under way.
#[derive(Debug, Default)]
pub struct Courier {
    /// What will be reported, and not before when: a slow channel answers after others have taken the message.
    late: Vec<(Timestamp, Box<str>, Delivered)>,
    /// Channels that refuse everything at the moment.
    down: BTreeSet<Box<str>>,
    healed: bool,
}

impl Courier {
    /// All channels work from now on.
    pub fn heal(&mut self) {
        self.down.clear();
        self.healed = true;
    }
}

/// Takes what is due and delivers it, and reports what slow channels answer by now.
pub(super) fn round(world: &mut World) -> Checked {
    if !world.courier.healed && world.random.percent(20) {
        let channel: Box<str> = world.random.pick(&["chat", "mail", "hooks"]).into();
        if !world.courier.down.remove(&channel) {
            world.courier.down.insert(channel);
        }
    }
    let except = if world.random.percent(20) { vec!["chat".into()] } else { Vec::new() };
    let most = world.random.weighted(&[(3, 500), (1, 3)]);
    let claim = What::Claim { node: "node".into(), most, lease: CLAIM, except };
    let mut reports = due_reports(world);
    if let Some(answers) = world.ask(vec![Request::own(claim)])? {
        let Some(Ok(Reply::Claimed(taken))) = answers.into_iter().next() else { return Err(Wrong("a claim was refused".to_owned())) };
        for message in taken {
            ensure(message.to.is_none() || message.about.is_some() || is_offline(&message), || {
                format!("message {} tells {:?} of nothing", message.id, message.to)
            })?;
            world.model.goes_out(&message)?;
            let result = deliver(world, &message);
            if !world.courier.healed && world.random.percent(15) {
                let when = world.now.saturating_add(SignedDuration::from_secs(world.random.between(1, 600))).unwrap_or(world.now);
                world.courier.late.push((when, message.id, result));
            } else if world.courier.healed || !world.random.percent(5) {
                reports.push((message.id, result));
            }
        }
    }
    report(world, reports)
}

fn is_offline(message: &Notification) -> bool {
    matches!(message.notice, pointsman_store::notification::Notice::Offline { .. })
}

fn due_reports(world: &mut World) -> Vec<(Box<str>, Delivered)> {
    let (due, late) = std::mem::take(&mut world.courier.late).into_iter().partition(|(when, ..)| *when <= world.now);
    world.courier.late = late;
    let due: Vec<(Timestamp, Box<str>, Delivered)> = due;
    due.into_iter().map(|(_, message, result)| (message, result)).collect()
}

fn deliver(world: &mut World, message: &Notification) -> Delivered {
    let later = |world: &mut World, reason: &str| Delivered::Later {
        after: SignedDuration::from_secs(world.random.between(1, 900)),
        reason: reason.into(),
    };
    if world.courier.down.contains(&message.channel) {
        return if message.attempts >= 3 { Delivered::Dead { reason: "the channel is down".into() } } else { later(world, "down") };
    }
    match world.random.below(20) {
        0 if !world.courier.healed => Delivered::Dead { reason: "no such user".into() },
        1 | 2 if !world.courier.healed => later(world, "try again"),
        _ => Delivered::Sent { external: world.random.percent(70).then(|| format!("ts-{}", message.id).into()) },
    }
}

fn report(world: &mut World, reports: Vec<(Box<str>, Delivered)>) -> Checked {
    if reports.is_empty() {
        return Ok(());
    }
    let requests: Vec<Request> =
        reports.iter().map(|(message, result)| Request::own(What::Report { message: message.clone(), result: result.clone() })).collect();
    world.ask(requests).map(drop)
}

/// Delivers until nothing is left to be delivered.
pub(super) fn until_empty(world: &mut World) -> Checked {
    for _ in 0..200 {
        let Some(due) = next_message(&mut *world.reader)? else { return Ok(()) };
        if due > world.now {
            world.pass(due.duration_since(world.now));
        }
        world.ask(vec![Request::own(What::Tick { most: 10_000 })])?;
        round(world)?;
    }
    Err(Wrong("after 200 rounds of a healthy courier there are messages left".to_owned()))
}
