//! Targets without anybody: pools nobody of which can take a lead, at all or at some hours, and accounts whose owner
//! has left.

use super::listed;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use pointsman_engine::account::Owners;
use pointsman_engine::book::Book;
use pointsman_engine::calendar::Calendar;
use pointsman_engine::people::RepIx;
use pointsman_engine::policy::diagnostic::Diagnostic;
use pointsman_engine::policy::{Action, Caps, Policy, Pool, PoolIx, Rule, Target};
use std::collections::BTreeSet;

/// Of pools that rules lead to, at a moment; and of accounts that some rule gives to their owner.
#[must_use]
pub fn find(policy: &Policy, book: &Book, owners: &Owners, now: Timestamp) -> Vec<Diagnostic> {
    let pools = (0..).map(PoolIx).zip(&policy.pools).filter(|(at, _)| rules_to(policy, Target::Pool(*at)).next().is_some());
    let of_pool = |(at, pool)| {
        let rules = rules_to(policy, Target::Pool(at)).map(|rule| rule.name.to_string()).collect();
        Some(nobody(book, at, pool, now).or_else(|| at_times(policy, book, at, pool))?.rules(rules))
    };
    let mut found: Vec<Diagnostic> = pools.filter_map(of_pool).collect();
    found.extend(gone(policy, book, owners));
    found
}

/// Enabled rules with rows that have a target.
fn rules_to(policy: &Policy, target: Target) -> impl Iterator<Item = &Rule> {
    let leads =
        move |rule: &&Rule| rule.rows.iter().any(|row| matches!(&row.action, Action::Assign(assign) if assign.targets.contains(&target)));
    policy.rules.iter().filter(|rule| rule.enabled).filter(leads)
}

/// A pool of which nobody can take any lead now.
fn nobody(book: &Book, at: PoolIx, pool: &Pool, now: Timestamp) -> Option<Diagnostic> {
    let zero = [pool.caps.per_hour, pool.caps.per_day, pool.caps.per_week, pool.caps.open, pool.caps.rolling.map(|(count, _)| count)]
        .contains(&Some(0));
    let seats = book.seats(at);
    let why = if seats.is_empty() {
        "it has no members".to_owned()
    } else if zero && pool.caps != Caps::default() {
        "a cap of 0 lets nobody take a lead".to_owned()
    } else {
        let reasons: Option<BTreeSet<&str>> = seats.iter().map(|rep| against(book, *rep, now)).collect();
        format!("every member is {}", reasons?.into_iter().collect::<Vec<_>>().join(" or "))
    };
    let message = format!("nobody of the pool `{}` can take a lead: {why}", pool.name);
    Some(Diagnostic::warning("nobody-there", pool.place.clone(), message))
}

/// Why neither a rep nor who covers them can take a lead; `None` when somebody can.
fn against(book: &Book, rep: RepIx, now: Timestamp) -> Option<&'static str> {
    let (mut next, mut first, mut met) = (Some(rep), None, BTreeSet::new());
    while let Some(rep) = next.filter(|rep| met.insert(*rep)) {
        let person = book.directory().get(rep).filter(|_| book.is_known(rep));
        let reason = match person {
            None => "unknown",
            Some(person) if !person.active => "inactive",
            Some(_) if book.directory().absent(rep, now).is_some() => "absent",
            Some(person) if person.daily_cap == Some(0) || person.open_cap == Some(0) => "capped at 0",
            Some(_) => return None,
        };
        first = first.or(Some(reason));
        // Only an absence is covered.
        next = if matches!(reason, "inactive" | "absent") { book.backup(rep) } else { None };
    }
    first
}

/// A pool in working hours that leaves leads to the fallback queue while nobody works.
fn at_times(policy: &Policy, book: &Book, at: PoolIx, pool: &Pool) -> Option<Diagnostic> {
    if !pool.working_hours_only || pool.wait.is_some() || !is_last(policy, at) {
        return None;
    }
    let calendars: Vec<Calendar> = (book.seats(at).iter())
        .filter_map(|rep| book.calendar(*rep))
        .map(|calendar| Calendar { holidays: BTreeSet::new(), ..calendar.clone() })
        .collect();
    let start = policy.timezone.to_timestamp(date(2026, 1, 5).at(0, 0, 0, 0)).ok()?;
    let quarter = |number: i64| start.saturating_add(SignedDuration::from_mins(15 * number)).unwrap_or(start);
    let empty: Vec<Timestamp> =
        (0..7 * 24 * 4).map(quarter).filter(|now| !calendars.iter().any(|calendar| calendar.is_open(*now))).collect();
    let first = empty.first()?.to_zoned_datetime(policy.timezone.clone());
    let message = format!(
        "nobody of the pool `{}` works in {} of the 168 hours of a week; leads then go to the fallback queue",
        pool.name,
        empty.len().div_ceil(4)
    );
    let help = "write `when_empty = \"wait\"`, or name another target after it";
    let label = format!("such as on {}", first.strftime("%A at %H:%M"));
    Some(Diagnostic::warning("nobody-at-times", pool.place.clone(), message).label(label).help(Some(help)))
}

/// Whether some row has the pool as its last target.
fn is_last(policy: &Policy, at: PoolIx) -> bool {
    rules_to(policy, Target::Pool(at))
        .flat_map(|rule| &rule.rows)
        .any(|row| matches!(&row.action, Action::Assign(assign) if assign.targets.last() == Some(&Target::Pool(at))))
}

/// Accounts whose owner, and whoever covers them, is no longer there.
fn gone(policy: &Policy, book: &Book, owners: &Owners) -> Option<Diagnostic> {
    let rule = rules_to(policy, Target::AccountOwner).next()?;
    let takes_none = |owner: &str| {
        let rep = book.directory().find(owner);
        rep.is_none_or(|rep| matches!(against(book, rep, Timestamp::MIN), Some("inactive" | "unknown")))
    };
    let mut names: Vec<(&str, usize)> =
        owners.iter().map(|(owner, count)| (&**owner, *count)).filter(|(owner, _)| takes_none(owner)).collect();
    let accounts: usize = names.iter().map(|(_, count)| count).sum();
    names.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let names: Vec<String> = names.into_iter().map(|(name, count)| format!("{name} ({count})")).collect();
    (accounts > 0).then(|| {
        let noun = if accounts == 1 { "account is" } else { "accounts are" };
        let message = format!("{accounts} {noun} owned by somebody who takes no leads: {}", listed(&names));
        let help = "give them another owner, or give who left a backup";
        Diagnostic::warning("owner-left", rule.place.clone(), message).help(Some(help))
    })
}
