//! `[pool.NAME]`: members with weights, and how leads are shared among them.

use super::Reading;
use super::files::twice;
use super::names::People;
use super::node::{Node, Section};
use crate::calendar::Span;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::{Caps, Member, PersonIx, Pool, Share};
use std::collections::BTreeMap;

/// Keys of a pool.
pub(in crate::policy) const KEYS: &[&str] = &["members", "share", "hours", "caps", "sticky", "when_empty", "wait_at_most"];
/// Keys of its `caps`.
pub(in crate::policy) const CAPS: &[&str] = &["per_hour", "per_day", "per_week", "open", "rolling"];
/// Keys of their `rolling`.
pub(in crate::policy) const ROLLING: &[&str] = &["count", "within"];
/// What `share` may be.
pub(in crate::policy) const SHARES: &[(&str, Share)] =
    &[("rotation", Share::Rotation), ("least_loaded", Share::LeastLoaded), ("in_order", Share::InOrder)];
/// What `hours` may be: whether only working reps take leads.
pub(in crate::policy) const HOURS: &[(&str, bool)] = &[("any", false), ("working", true)];
/// What `when_empty` may be: whether leads wait.
pub(in crate::policy) const WHEN_EMPTY: &[(&str, bool)] = &[("next", false), ("wait", true)];
/// The longest name, in bytes: it stands in indexes of databases.
const LONGEST_NAME: usize = 200;
/// The largest weight, and the largest cap.
pub(in crate::policy) const MOST: u32 = 1_000_000;

/// Reads the pools. Each gets its number, be it broken.
pub(super) fn read(reading: &mut Reading<'_>) -> Vec<Pool> {
    let nodes = reading.pools.0.nodes();
    nodes.iter().map(|node| pool(node, &mut reading.people, &mut reading.found)).collect()
}

fn pool(node: &Node<'_>, people: &mut People, found: &mut Vec<Diagnostic>) -> Pool {
    let mut pool = Pool {
        name: node.name.into(),
        members: Vec::new(),
        share: Share::Rotation,
        working_hours_only: false,
        caps: Caps::default(),
        sticky: None,
        wait: None,
        place: node.key_place(),
    };
    if node.name.trim().is_empty() || node.name.contains('|') || node.name.len() > LONGEST_NAME {
        let message = format!("a pool's name must not be blank, hold a `|`, or have more than {LONGEST_NAME} bytes");
        found.push(Diagnostic::error("bad-name", node.key_place(), message));
    }
    let Some(section) = node.section(KEYS, found) else { return pool };
    if let Some(node) = section.required("members", found) {
        pool.members = members(&node, people, found);
    }
    pool.share = word(&section, "share", SHARES, found).unwrap_or(Share::Rotation);
    pool.working_hours_only = word(&section, "hours", HOURS, found).unwrap_or(false);
    pool.caps = section.get("caps").map_or_else(Caps::default, |node| caps(&node, found));
    pool.sticky = section.get("sticky").and_then(|node| node.span(found));
    pool.wait = wait(&section, found);
    pool
}

fn word<T: Copy>(section: &Section<'_>, key: &str, words: &[(&str, T)], found: &mut Vec<Diagnostic>) -> Option<T> {
    section.get(key)?.one_of(words, found)
}

/// A table of people and weights, or a list of people of one weight.
fn members(node: &Node<'_>, people: &mut People, found: &mut Vec<Diagnostic>) -> Vec<Member> {
    let mut members = Vec::new();
    let mut met: BTreeMap<PersonIx, Node<'_>> = BTreeMap::new();
    let before = found.len();
    let written = if node.is_table() {
        node.map(found).iter().flat_map(Section::nodes).collect()
    } else {
        node.list("a table of people and weights, or a list of people", found).unwrap_or_default()
    };
    for entry in written {
        let (name, weight) = if node.is_table() { (Some(entry.name), entry.whole(0..=MOST, found)) } else { (entry.text(found), Some(1)) };
        let (Some(name), Some(weight)) = (name, weight) else { continue };
        let person = people.taker(name, || entry.key_place());
        match met.get(&person) {
            Some(first) => found.push(twice(format!("member `{name}`"), &entry.key_place(), &first.key_place())),
            None => {
                met.insert(person, entry);
                members.push(Member { person, weight });
            }
        }
    }
    if found.len() == before {
        found.extend(nobody(node, &members));
    }
    members
}

fn nobody(node: &Node<'_>, members: &[Member]) -> Option<Diagnostic> {
    let message = if members.is_empty() {
        "the pool has no members: it never takes a lead"
    } else if members.iter().all(|member| member.weight == 0) {
        "all weights are 0: each member is only a spare for the others"
    } else {
        return None;
    };
    Some(Diagnostic::warning("empty-pool", node.place(), message))
}

fn caps(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Caps {
    let Some(section) = node.section(CAPS, found) else { return Caps::default() };
    let mut cap = |key: &str| section.get(key).and_then(|node| node.whole(0..=MOST, found));
    let [per_hour, per_day, per_week, open] = ["per_hour", "per_day", "per_week", "open"].map(&mut cap);
    let rolling = section.get("rolling").and_then(|node| rolling(&node, found));
    Caps { per_hour, per_day, per_week, rolling, open }
}

fn rolling(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<(u32, Span)> {
    let section = node.section(ROLLING, found)?;
    let count = section.required("count", found).and_then(|node| node.whole(0..=MOST, found));
    let within = section.required("within", found).and_then(|node| node.span(found));
    count.zip(within)
}

/// How long leads wait while nobody can take them.
fn wait(section: &Section<'_>, found: &mut Vec<Diagnostic>) -> Option<Span> {
    let when_empty = section.get("when_empty");
    let limit = section.get("wait_at_most");
    let span = limit.and_then(|node| node.span(found));
    match (when_empty.map(|node| node.one_of(WHEN_EMPTY, found)), limit) {
        (Some(Some(true)), None) => {
            let problem = section.get("when_empty")?.error("missing-key", "leads that wait need a limit");
            found.push(problem.help(Some("add `wait_at_most = \"4h\"`")));
        }
        (None | Some(Some(false)), Some(limit)) => {
            let problem = Diagnostic::error("useless-key", limit.key_place(), "`wait_at_most` is for leads that wait");
            found.push(problem.help(Some("add `when_empty = \"wait\"`, or leave `wait_at_most` out")));
        }
        _ => {}
    }
    span
}
