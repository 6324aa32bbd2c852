//! `assign`: where a lead can go, in order.

use super::Reading;
use crate::policy::Target;
use crate::policy::diagnostic::{Diagnostic, Place, did_you_mean};

/// All forms of a target.
const FORMS: &str = "`pool:NAME`, `rep:EMAIL`, `queue:NAME`, `account.owner` or `lead.owner`";

/// Reads one target. `place` is asked for only when there is something to report.
pub(super) fn read(text: &str, place: &dyn Fn() -> Place, reading: &mut Reading<'_>) -> Option<Target> {
    match text {
        "account.owner" => return Some(Target::AccountOwner),
        "lead.owner" => return Some(Target::LeadOwner),
        _ => {}
    }
    match text.split_once(':').map(|(kind, name)| (kind.trim(), name.trim())) {
        Some(("pool" | "rep" | "queue", "")) => {
            reading.found.push(Diagnostic::error("bad-target", place(), format!("`{text}` names nobody")).label(expected()));
            None
        }
        Some(("pool", name)) => reading.pools.number(name, place, &mut reading.found).map(Target::Pool),
        Some(("rep", name)) => Some(Target::Rep(reading.people.taker(name, place))),
        Some(("queue", name)) => Some(Target::Queue(reading.queues.assign(name, place))),
        _ => {
            let help = advice(text, reading);
            let problem = Diagnostic::error("bad-target", place(), format!("`{text}` is not a target"));
            reading.found.push(problem.label(expected()).help(help));
            None
        }
    }
}

/// What a target looks like, as a label.
pub(super) fn expected() -> String {
    format!("expected {FORMS}")
}

/// What was probably meant by a target without a kind, or with a kind that is none.
fn advice(text: &str, reading: &Reading<'_>) -> Option<String> {
    if let Some((kind, name)) = text.split_once(':') {
        return did_you_mean(kind, ["pool", "rep", "queue"]).map(|help| help.replace("`?", &format!(":{name}`?")));
    }
    if reading.pools.0.has(text) {
        return Some(format!("write `pool:{text}`"));
    }
    if text.contains('@') {
        return Some(format!("write `rep:{text}`"));
    }
    if reading.queues.has(text) {
        return Some(format!("write `queue:{text}`"));
    }
    let pools = reading.pools.0.names().map(|name| format!("pool:{name}"));
    did_you_mean(text, ["account.owner", "lead.owner"]).or_else(|| did_you_mean(&format!("pool:{text}"), pools))
}
