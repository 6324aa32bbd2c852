//! `[segments]`: named conditions. One may name others, earlier or later ones.

use super::Reading;
use super::names::unsayable;
use super::node::Node;
use super::order::Order;
use crate::form::Form;
use crate::policy::condition::{self, Names, Segment};
use std::collections::{BTreeMap, BTreeSet};

/// Reads the segments, each after those it names.
pub(super) fn read(reading: &mut Reading<'_>, nodes: &[Node<'_>]) {
    reading.found.extend(nodes.iter().filter_map(|node| unsayable("segment", node)));
    let order = Order::of(&named(reading, nodes));
    reading.found.extend(order.circles.iter().filter_map(|circle| circle.error("segments", nodes)));
    let circular: BTreeSet<&str> = order.circles.iter().flat_map(|circle| circle.0.iter().copied()).collect();
    for node in nodes.iter().filter(|node| circular.contains(node.name)) {
        reading.segments.insert(node.name.into(), placeholder());
    }
    let by_name: BTreeMap<&str, &Node<'_>> = nodes.iter().map(|node| (node.name, node)).collect();
    for node in order.names.iter().filter_map(|name| by_name.get(name)) {
        let segment = node.item.and_then(|item| condition::segment(item, node.source(), &mut reading.names()));
        if !circular.contains(node.name) {
            reading.segments.insert(node.name.into(), segment.unwrap_or_else(placeholder));
        }
    }
}

/// Stands for a segment that is broken, so that naming it is not another error.
fn placeholder() -> Segment {
    Segment { holds: Form::never(), fails: Some(Form::never()) }
}

/// Which segments each one names: found by a first reading whose findings are thrown away.
fn named<'a>(reading: &Reading<'_>, nodes: &[Node<'a>]) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let segments: BTreeMap<Box<str>, Segment> = nodes.iter().map(|node| (node.name.into(), placeholder())).collect();
    let by_name: BTreeMap<&str, &'a str> = nodes.iter().map(|node| (node.name, node.name)).collect();
    let mut fields = reading.fields.clone();
    let mut named = BTreeMap::new();
    for node in nodes {
        let (mut used, mut found) = (BTreeSet::new(), Vec::new());
        let (lists, timezone) = (&reading.lists, &reading.timezone);
        let mut names = Names { fields: &mut fields, lists, segments: &segments, timezone, used: &mut used, found: &mut found };
        let _ = node.item.and_then(|item| condition::segment(item, node.source(), &mut names));
        named.insert(node.name, used.iter().filter_map(|name| by_name.get(&**name).copied()).collect());
    }
    named
}
