//! `[sla.NAME]`: promises, and what happens when they are in danger.

use super::Reading;
use super::node::{Node, Section};
use crate::calendar::Span;
use crate::policy::condition;
use crate::policy::diagnostic::{Diagnostic, did_you_mean};
use crate::policy::{Clock, Escalation, EscalationStep, Sla};

/// Keys of an SLA.
pub(in crate::policy) const KEYS: &[&str] = &["for", "route_within", "contact_within", "clock", "remind", "escalate"];
/// Keys of a step of its escalation.
pub(in crate::policy) const STEP: &[&str] = &["after", "notify", "then"];
/// What `clock` may be.
pub(in crate::policy) const CLOCKS: &[(&str, Clock)] = &[("always", Clock::Always), ("working", Clock::Working)];
/// Whom `notify` names beside people.
const ROLES: &[&str] = &["rep", "manager"];

/// Reads the SLAs. Each gets its number, be it broken.
pub(super) fn read(reading: &mut Reading<'_>) -> Vec<Sla> {
    let nodes = reading.slas.0.nodes();
    nodes.iter().zip(0..).map(|(node, ix)| sla(reading, node, ix)).collect()
}

fn sla(reading: &mut Reading<'_>, node: &Node<'_>, ix: u32) -> Sla {
    let mut sla = Sla {
        name: node.name.into(),
        condition: None,
        route_within: None,
        contact_within: None,
        clock: Clock::Always,
        remind: Vec::new(),
        escalate: Vec::new(),
    };
    let Some(section) = node.section(KEYS, &mut reading.found) else { return sla };
    if let Some(item) = section.get("for").and_then(|node| node.item) {
        // An SLA with a condition needs no rule that names it.
        reading.slas.0.mark(ix);
        sla.condition = condition::of_item(item, section.source(), &mut reading.names());
    }
    let found = &mut reading.found;
    sla.route_within = section.get("route_within").and_then(|node| node.span(found));
    sla.contact_within = section.get("contact_within").and_then(|node| node.span(found));
    if section.get("route_within").or(section.get("contact_within")).is_none() {
        let problem = Diagnostic::error("missing-key", section.place(), format!("the SLA `{}` promises nothing", node.name));
        found.push(problem.help(Some("add `route_within = \"5m\"`, `contact_within = \"15m\"`, or both")));
    }
    sla.clock = section.get("clock").and_then(|node| node.one_of(CLOCKS, found)).unwrap_or(Clock::Always);
    sla.remind = remind(&section, &sla, found);
    sla.escalate = escalate(&section, found);
    sla
}

fn remind(section: &Section<'_>, sla: &Sla, found: &mut Vec<Diagnostic>) -> Vec<Span> {
    let mut spans = Vec::new();
    for node in section.get("remind").and_then(|node| node.list("a list of durations", found)).unwrap_or_default() {
        let Some(span) = node.span(found) else { continue };
        let late = match sla.contact_within {
            Some(limit) => reaches(span, limit, sla.clock).then_some("this reminder comes when the time for contact is over"),
            None => section.get("contact_within").is_none().then_some("this reminds of a contact that the SLA does not promise"),
        };
        found.extend(late.map(|message| Diagnostic::warning("late-reminder", node.place(), message)));
        spans.push(span);
    }
    spans
}

/// Whether a span is surely at least as long as another. A working day has no fixed length.
fn reaches(span: Span, limit: Span, clock: Clock) -> bool {
    match clock {
        Clock::Always => {
            let length = |span: Span| u64::from(span.days).saturating_mul(24 * 60 * 60).saturating_add(span.seconds);
            length(span) >= length(limit)
        }
        Clock::Working => span.days >= limit.days && span.seconds >= limit.seconds,
    }
}

fn escalate(section: &Section<'_>, found: &mut Vec<Diagnostic>) -> Vec<Escalation> {
    let steps = section.get("escalate").and_then(|node| node.list("a list of tables", found)).unwrap_or_default();
    steps.iter().filter_map(|step| escalation(step, found)).collect()
}

fn escalation(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Escalation> {
    let section = node.section(STEP, found)?;
    let after = section.required("after", found).and_then(|node| node.span(found));
    let step = match (section.get("notify"), section.get("then")) {
        (Some(notify), None) => notified(&notify, found),
        (None, Some(then)) => then.one_of(&[("reassign", ())], found).map(|()| EscalationStep::Reassign),
        _ => {
            let problem = Diagnostic::error("one-of", section.place(), "a step of an escalation does one thing");
            found.push(problem.help(Some("give it `notify = \"rep\"`, \"manager\" or an address, or else `then = \"reassign\"`")));
            None
        }
    };
    Some(Escalation { after: after?, step: step? })
}

fn notified(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<EscalationStep> {
    let name = node.text(found)?;
    if !ROLES.contains(&name)
        && !name.contains('@')
        && let Some(help) = did_you_mean(name, ROLES)
    {
        found.push(node.error("unknown-value", format!("`{name}` is nobody to notify")).help(Some(help)));
        return None;
    }
    Some(EscalationStep::Notify(name.into()))
}
