//! `[[test]]`: leads, and what must become of them.

use super::Reading;
use super::files::twice;
use super::node::{Node, Section};
use super::targets;
use crate::policy::diagnostic::{Diagnostic, did_you_mean};
use crate::policy::{Expect, Rule, TestLead};
use crate::value::{Number, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// Keys of a test lead.
pub(in crate::policy) const KEYS: &[&str] = &["name", "at", "absent", "lead", "times", "expect"];
/// Keys of what it expects.
pub(in crate::policy) const EXPECT: &[&str] =
    &["outcome", "rule", "target", "rep", "pool", "queue", "account", "sla", "route_by", "contact_by", "share"];
/// What `outcome` may be.
pub(in crate::policy) const OUTCOMES: &[(&str, &str)] =
    &[("assigned", "assigned"), ("queued", "queued"), ("held", "held"), ("kept", "kept"), ("suppressed", "suppressed")];
/// The largest `times`.
pub(in crate::policy) const MOST_TIMES: u32 = 100_000;

/// Reads the test leads of all files.
pub(super) fn read<'a>(reading: &mut Reading<'a>, nodes: &[Node<'a>], rules: &[Rule]) -> Vec<TestLead> {
    let rules: BTreeSet<&str> = rules.iter().map(|rule| &*rule.name).collect();
    let mut names = BTreeMap::new();
    nodes.iter().filter_map(|node| test(reading, node, &rules, &mut names)).collect()
}

fn test<'a>(
    reading: &mut Reading<'a>,
    node: &Node<'a>,
    rules: &BTreeSet<&str>,
    names: &mut BTreeMap<&'a str, Node<'a>>,
) -> Option<TestLead> {
    let section = node.section(KEYS, &mut reading.found)?;
    let found = &mut reading.found;
    let name = section.required("name", found).and_then(|node| Some((node, node.text(found)?)));
    if let Some((node, name)) = name {
        match names.get(name) {
            Some(first) => found.push(twice(format!("the test name `{name}`"), &node.place(), &first.place())),
            None => {
                names.insert(name, node);
            }
        }
    }
    let at = section.get("at").and_then(|node| moment(&node, found));
    let absent: Vec<_> = section.get("absent").map(|node| node.each()).unwrap_or_default();
    let absent = absent.iter().filter_map(|node| Some(reading.people.number(node.text(found)?))).collect();
    let lead = section.required("lead", found).and_then(|node| node.map(found)).map(|lead| fields(&lead, &reading.timezone, found));
    let times = section.get("times").and_then(|node| node.whole(1..=MOST_TIMES, found)).unwrap_or(1);
    let expect = section.required("expect", found).and_then(|node| expect(reading, &node, rules));
    let name = name.map_or("", |(_, name)| name).into();
    Some(TestLead { name, at, absent, lead: lead?, times, expect: expect?, place: section.place() })
}

/// A moment with its zone.
fn moment(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Timestamp> {
    let value = node.value()?;
    let text = match value.as_datetime() {
        Some(moment) => moment.to_string(),
        None => node.text(found)?.to_owned(),
    };
    let moment = crate::records::moment(&text);
    if moment.is_none() {
        let problem = node.error("bad-time", format!("`{text}` is not a moment with its time zone"));
        let expected = "expected a time such as 2026-12-24T10:00:00Z or 2026-12-24T10:00:00-05:00";
        found.push(problem.label(expected).help(Some("a time without a zone is another moment for everybody: add `Z` or an offset")));
    }
    moment
}

/// The lead's fields as a file or the API would bring them. An empty text is a missing field.
fn fields(lead: &Section<'_>, timezone: &TimeZone, found: &mut Vec<Diagnostic>) -> BTreeMap<Box<str>, Value> {
    lead.nodes().filter_map(|node| Some((node.name.into(), value(&node, timezone, found)?))).collect()
}

fn value(node: &Node<'_>, timezone: &TimeZone, found: &mut Vec<Diagnostic>) -> Option<Value> {
    use toml_edit::Value as Toml;
    match node.value() {
        Some(Toml::String(text)) => Some(text.value().trim()).filter(|text| !text.is_empty()).map(|text| Value::Text(text.into())),
        Some(Toml::Integer(number)) => Some(Value::Number(Number::whole(*number.value()))),
        Some(Toml::Float(number)) => {
            let number = Number::parse(&number.value().to_string());
            if number.is_none() {
                found.push(node.error("out-of-range", format!("`{}` is not a number that a field can hold", node.name)));
            }
            number.map(Value::Number)
        }
        Some(Toml::Boolean(flag)) => Some(Value::Bool(*flag.value())),
        Some(Toml::Datetime(moment)) if moment.value().time.is_none() => {
            let date: Option<Date> = moment.value().to_string().parse().ok();
            let midnight = date.and_then(|date| date.to_zoned_datetime(timezone.clone()).ok());
            midnight.map(|midnight| Value::Time(midnight.timestamp()))
        }
        Some(Toml::Datetime(_)) => moment(node, found).map(Value::Time),
        Some(Toml::Array(_)) => {
            let texts: Vec<Box<str>> = node.each().iter().filter_map(|node| node.text(found)).map(Into::into).collect();
            (!texts.is_empty()).then_some(Value::List(texts))
        }
        _ => {
            found.push(node.wrong("a text, a number, true or false, a date, or a list of texts"));
            None
        }
    }
}

fn expect(reading: &mut Reading<'_>, node: &Node<'_>, rules: &BTreeSet<&str>) -> Option<Expect> {
    let section = node.section(EXPECT, &mut reading.found)?;
    if section.nodes().next().is_none() {
        let problem = node.error("empty", "`expect` is empty: the test would pass whatever happens");
        reading.found.push(problem.help(Some("add what must become of the lead, such as `rep = \"ana@acme.example\"`")));
    }
    let expect = Expect {
        outcome: section.get("outcome").and_then(|node| node.one_of(OUTCOMES, &mut reading.found)).map(Into::into),
        rule: text(&section, "rule", reading),
        target: text(&section, "target", reading),
        rep: text(&section, "rep", reading),
        pool: text(&section, "pool", reading),
        queue: text(&section, "queue", reading),
        account: text(&section, "account", reading),
        sla: text(&section, "sla", reading),
        route_by: section.get("route_by").and_then(|node| moment(&node, &mut reading.found)),
        contact_by: section.get("contact_by").and_then(|node| moment(&node, &mut reading.found)),
        share: section.get("share").map(|node| share(&node, &mut reading.found)).unwrap_or_default(),
    };
    known(reading, &section, rules);
    Some(expect)
}

/// A text, which may be empty: that means none.
fn text(section: &Section<'_>, key: &str, reading: &mut Reading<'_>) -> Option<Box<str>> {
    let node = section.get(key)?;
    let text = node.value().and_then(toml_edit::Value::as_str);
    if text.is_none() {
        reading.found.push(node.wrong("a text"));
    }
    text.map(|text| text.trim().into())
}

fn share(node: &Node<'_>, found: &mut Vec<Diagnostic>) -> BTreeMap<Box<str>, u32> {
    let section = node.map(found);
    let people = section.iter().flat_map(Section::nodes);
    people.filter_map(|node| Some((node.name.into(), node.whole(0..=MOST_TIMES, found)?))).collect()
}

/// Names that an expectation compares with must exist, or it could never be met.
fn known(reading: &mut Reading<'_>, section: &Section<'_>, rules: &BTreeSet<&str>) {
    let names: [(&str, &str, &'static str, Vec<&str>); 4] = [
        ("rule", "rule", "unknown-rule", rules.iter().copied().collect()),
        ("pool", "pool", "unknown-pool", reading.pools.0.names().collect()),
        ("queue", "queue", "unknown-queue", reading.queues.all.iter().map(|queue| &*queue.name).collect()),
        ("sla", "SLA", "unknown-sla", reading.slas.0.names().collect()),
    ];
    for (key, noun, code, names) in names {
        let Some((node, name)) = written(section, key) else { continue };
        if !names.contains(&name) {
            reading.found.push(node.error(code, format!("there is no {noun} `{name}`")).help(did_you_mean(name, names)));
        }
    }
    if let Some((node, target)) = written(section, "target") {
        reading.found.extend(unknown_target(reading, &node, target));
    }
}

/// A text that is there and not empty.
fn written<'a>(section: &Section<'a>, key: &str) -> Option<(Node<'a>, &'a str)> {
    let node = section.get(key)?;
    let text = node.value()?.as_str()?.trim();
    (!text.is_empty()).then_some((node, text))
}

/// An expected target is written as in `assign`; `fallback` when none could take the lead.
fn unknown_target(reading: &Reading<'_>, node: &Node<'_>, target: &str) -> Option<Diagnostic> {
    let known = match target.split_once(':') {
        Some(("pool", pool)) => reading.pools.0.has(pool),
        Some(("queue", queue)) => reading.queues.has(queue),
        Some(("rep", _)) => true,
        _ => ["account.owner", "lead.owner", "fallback"].contains(&target),
    };
    let pools = reading.pools.0.names().map(|name| format!("pool:{name}"));
    let queues = reading.queues.all.iter().map(|queue| format!("queue:{}", queue.name));
    let all = pools.chain(queues).chain(["account.owner", "lead.owner", "fallback"].map(str::to_owned));
    (!known).then(|| {
        let problem = node.error("bad-target", format!("`{target}` is not a target of this policy"));
        problem.label(targets::expected()).help(did_you_mean(target, all))
    })
}
