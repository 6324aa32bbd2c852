//! Tests of a lead's life. What anybody can do is shown in docs/semantics/life.md; here is what holds of all of it.

mod matrix;
mod random;
mod sentences;
mod year;

use super::*;
use crate::policy::EscalationStep;

pub fn at(text: &str) -> Timestamp {
    format!("2026-03-02T{text}Z").parse().unwrap()
}

pub fn rep(name: &str) -> By {
    By::Rep(name.into())
}

pub fn dana() -> By {
    By::Other("dana".into())
}

fn clock(kind: ClockKind, due: &str) -> Clock {
    Clock { due: at(due), kind, step: None }
}

fn step(number: u32, due: &str, step: EscalationStep) -> Clock {
    Clock { step: Some(step), ..clock(ClockKind::Escalate(number), due) }
}

/// Decided at 9:00: routing is promised by 9:05, contact by 9:15; reminded at 9:10, the manager told at 9:15,
/// reassigned at 9:30; the next channel is tried at 9:03.
pub fn placed(to: To) -> Placement {
    let clocks = vec![
        clock(ClockKind::Unacknowledged(1), "09:03"),
        clock(ClockKind::Route, "09:05"),
        clock(ClockKind::Remind(1), "09:10"),
        clock(ClockKind::Contact, "09:15"),
        step(1, "09:15", EscalationStep::Notify("manager".into())),
        clock(ClockKind::HoldOver, "09:20"),
        step(2, "09:30", EscalationStep::Reassign),
    ];
    let (at_nine, held) = (at("09:00"), matches!(to, To::Held { .. }));
    let clocks = clocks.into_iter().filter(|clock| held || clock.kind != ClockKind::HoldOver).collect();
    let (route_by, contact_by) = (Some(at("09:05")), Some(at("09:15")));
    Placement { at: at_nine, to, rule: Some("Everything".into()), sla: Some("demo".into()), from: at_nine, route_by, contact_by, clocks }
}

pub fn to_ana() -> To {
    To::Assigned { rep: "ana".into(), pool: Some("sdr".into()) }
}

pub fn begun(to: To) -> Life {
    Life::begin(placed(to), at("09:00")).unwrap().life
}
