//! What stands behind the names of two policies: pools, SLAs and settings that differ.

use crate::space::universe::Universe;
use pointsman_engine::policy::{Policy, Pool, Sla};
use std::collections::BTreeSet;

/// Each in a few words, in the order of the policy.
pub fn changed(universe: &Universe, old: &Policy, new: &Policy) -> Vec<String> {
    let mut changed = Vec::new();
    named(&mut changed, "pool", &pools(old), &pools(new));
    named(&mut changed, "SLA", &slas(universe, old, 0), &slas(universe, new, 1));
    let settings = [
        ("the fallback queue", old.queue_name(old.fallback.queue) != new.queue_name(new.fallback.queue)),
        ("the time zone", old.timezone != new.timezone),
        ("business hours and holidays", format!("{:?}", old.calendar) != format!("{:?}", new.calendar)),
        ("how the same person is known again", old.same_person != new.same_person),
        ("how accounts are matched", old.matching != new.matching),
        (
            "how missing fields are filled",
            format!("{:?}", old.enrich.order) != format!("{:?}", new.enrich.order)
                || old.enrich.companies.len() != new.enrich.companies.len(),
        ),
    ];
    changed.extend(settings.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what.to_owned()));
    changed
}

fn named(changed: &mut Vec<String>, noun: &str, old: &[(String, String)], new: &[(String, String)]) {
    let find = |all: &[(String, String)], name: &str| all.iter().find(|(other, _)| other == name).map(|(_, is)| is.clone());
    let names: BTreeSet<&String> = old.iter().chain(new).map(|(name, _)| name).collect();
    for name in names {
        match (find(old, name), find(new, name)) {
            (Some(old), Some(new)) if old != new => changed.push(format!("{noun} {name}")),
            (Some(_), None) => changed.push(format!("{noun} {name} (removed)")),
            (None, Some(_)) => changed.push(format!("{noun} {name} (added)")),
            _ => {}
        }
    }
}

fn pools(policy: &Policy) -> Vec<(String, String)> {
    let pool = |pool: &Pool| {
        let members = pool
            .members
            .iter()
            .map(|member| format!("{} {}", policy.people.get(member.person.at()).map_or("", |name| name), member.weight));
        let members = members.collect::<Vec<_>>().join(", ");
        format!("{members} {:?} {} {:?} {:?} {:?}", pool.share, pool.working_hours_only, pool.caps, pool.sticky, pool.wait)
    };
    policy.pools.iter().map(|of| (of.name.to_string(), pool(of))).collect()
}

/// What each promises and for which leads; of two for the same lead the first counts, so its place does, too.
fn slas(universe: &Universe, policy: &Policy, part: usize) -> Vec<(String, String)> {
    let sla = |at: usize, sla: &Sla| {
        let cubes = sla.condition.as_ref().map(|form| (at, universe.cubes(part, form)));
        format!("{cubes:?} {:?} {:?} {:?} {:?} {:?}", sla.route_within, sla.contact_within, sla.clock, sla.remind, sla.escalate)
    };
    policy.slas.iter().enumerate().map(|(at, of)| (of.name.to_string(), sla(at, of))).collect()
}
