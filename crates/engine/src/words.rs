//! Words: decisions and verdicts as sentences, the same in files, terminal, messages and console.

use crate::book::Book;
use crate::decide::Arrival;
use crate::decision::{CapKind, Cause, Decision, Outcome, TrialResult, Verdict, Via, Waiting};
use crate::policy::{Policy, Target};
use crate::record::VerdictRecord;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment as people read it: `2026-12-24 10:00 CET`.
#[must_use]
pub fn moment(at: Timestamp, timezone: &TimeZone) -> String {
    at.to_zoned_datetime(timezone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// Why a rep has the lead, or not, to follow the rep's name and a colon.
#[must_use]
pub fn verdict(policy: &Policy, arrival: &Arrival, verdict: Verdict, timezone: &TimeZone) -> String {
    recorded(&VerdictRecord::of(policy, arrival, verdict), timezone)
}

/// The same of a stored verdict.
#[must_use]
pub fn recorded(verdict: &VerdictRecord<'_>, timezone: &TimeZone) -> String {
    match verdict {
        VerdictRecord::Chosen => "takes it".to_owned(),
        VerdictRecord::Eligible => "could take it; somebody else was due".to_owned(),
        VerdictRecord::Unknown => "not in the directory of reps".to_owned(),
        VerdictRecord::Inactive => "no longer active".to_owned(),
        VerdictRecord::Absent(until) => format!("absent until {}", moment(*until, timezone)),
        VerdictRecord::OutsideHours => "outside working hours".to_owned(),
        VerdictRecord::LacksSkill(skill) => format!("lacks the skill {skill}"),
        VerdictRecord::AtCap(cap, limit) => format!("has reached {}", cap_words(*cap, *limit)),
        VerdictRecord::Passed => "passed on this lead before, or was replaced".to_owned(),
        VerdictRecord::Missed => "missed this lead before: only when nobody else can".to_owned(),
        VerdictRecord::Spare => "has weight 0: only when nobody else can".to_owned(),
    }
}

fn cap_words(cap: CapKind, limit: u32) -> String {
    match cap {
        CapKind::PerHour => format!("the pool's cap of {limit} an hour"),
        CapKind::PerDay => format!("the pool's cap of {limit} a day"),
        CapKind::PerWeek => format!("the pool's cap of {limit} a week"),
        CapKind::Rolling => format!("the pool's rolling cap of {limit}"),
        CapKind::Open => format!("the pool's cap of {limit} open leads"),
        CapKind::OwnPerDay => format!("their own cap of {limit} a day"),
        CapKind::OwnOpen => format!("their own cap of {limit} open leads"),
    }
}

/// What came of a target that did not take the lead, or did.
#[must_use]
pub const fn trial_result(result: TrialResult) -> &'static str {
    match result {
        TrialResult::Took => "took it",
        TrialResult::NobodyCan => "nobody can take it",
        TrialResult::Waits => "nobody can take it now; it waits",
        TrialResult::NoAccount => "no account matches",
        TrialResult::NoOwner => "has no owner",
        TrialResult::UnknownOwner => "the owner is not a rep we know",
    }
}

/// Why the lead is where it is, in one sentence without a full stop.
#[must_use]
pub fn reason(policy: &Policy, book: &Book, decision: &Decision) -> String {
    let name = |rep| book.directory().key(rep);
    let mut text = match &decision.cause {
        Cause::Rule(row) => {
            let Some(rule) = policy.rules.get(row.rule.at()) else { return String::new() };
            match rule.table.as_ref().and_then(|_| rule.rows.get(row.row as usize)) {
                Some(row) => format!("{} (line {})", rule.name, row.place.line),
                None => rule.name.to_string(),
            }
        }
        Cause::SamePerson => return "the same person came before: their owner stays".to_owned(),
        Cause::NoRule => "no rule matches".to_owned(),
    };
    let mut say = |more: &str| {
        text.push_str(": ");
        text.push_str(more);
    };
    match &decision.outcome {
        Outcome::Assigned { rep, via } => match via {
            Via::Turn(pool) => say(&format!("a turn of {} in pool {}", name(*rep), pool_name(policy, *pool))),
            Via::Sticky(pool) => say(&format!("{} had this company before, in pool {}", name(*rep), pool_name(policy, *pool))),
            Via::Named => say(&match decision.target {
                Some(Target::AccountOwner) => format!("{} owns the account", name(*rep)),
                Some(Target::LeadOwner) => format!("{} owns the lead", name(*rep)),
                _ => format!("goes to {}", name(*rep)),
            }),
            Via::Backup { of, .. } => say(&format!("{} covers {}, who is away", name(*rep), name(*of))),
        },
        Outcome::Queued(queue) if decision.target.is_none() => say(&format!("waits in the fallback queue {}", policy.queue_name(*queue))),
        Outcome::Queued(queue) => say(&format!("waits in queue {}", policy.queue_name(*queue))),
        Outcome::Held { waiting, deadline } => say(&match waiting {
            Waiting::Condition => format!("held until {} at the latest", moment(*deadline, &policy.timezone)),
            Waiting::Pool(pool) => format!(
                "waits for somebody of pool {} until {} at the latest",
                pool_name(policy, *pool),
                moment(*deadline, &policy.timezone)
            ),
        }),
        Outcome::Kept(Some(rep)) => say(&format!("stays with {}", name(*rep))),
        Outcome::Kept(None) => say("stays as it is"),
        Outcome::Suppressed => say("not routed"),
    }
    text
}

fn pool_name(policy: &Policy, pool: crate::policy::PoolIx) -> &str {
    policy.pool(pool).map_or("", |pool| &pool.name)
}
