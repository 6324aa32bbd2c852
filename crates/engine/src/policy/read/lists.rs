//! `[lists]`: named texts that conditions write as `@name`.

use super::Reading;
use super::names::unsayable;
use super::node::Node;
use super::order::Order;
use crate::policy::diagnostic::{Diagnostic, did_you_mean};
use std::collections::{BTreeMap, BTreeSet};
use toml_edit::Value;

/// An element as written.
enum Element<'a> {
    Text(Box<str>),
    /// `@other`
    All(&'a str),
}

/// Reads the lists; each `@other` in one becomes the other's elements.
pub(super) fn read(reading: &mut Reading<'_>, nodes: &[Node<'_>]) {
    reading.found.extend(nodes.iter().filter_map(|node| unsayable("list", node)));
    let written: BTreeMap<&str, Vec<Element<'_>>> = nodes.iter().map(|node| (node.name, elements(node, nodes, reading))).collect();
    let named = written.iter().map(|(name, elements)| (*name, elements.iter().filter_map(Element::named).collect())).collect();
    let order = Order::of(&named);
    reading.found.extend(order.circles.iter().filter_map(|circle| circle.error("lists", nodes)));
    for name in order.names {
        let mut texts: Vec<Box<str>> = Vec::new();
        let mut seen = BTreeSet::new();
        for text in written.get(name).into_iter().flatten().flat_map(|element| element.texts(&reading.lists)) {
            if seen.insert(text) {
                texts.push(text.clone());
            }
        }
        reading.lists.insert(name.into(), texts);
    }
    for node in nodes.iter().filter(|node| node.each().is_empty()) {
        let problem = Diagnostic::warning("empty-list", node.place(), format!("the list `{}` is empty", node.name));
        reading.found.push(problem.label("a condition on it never holds"));
    }
}

impl<'a> Element<'a> {
    fn named(&self) -> Option<&'a str> {
        if let Self::All(name) = self { Some(name) } else { None }
    }

    /// The texts it stands for. A list of a circle is not read yet, and stands for none.
    fn texts<'b>(&'b self, lists: &'b BTreeMap<Box<str>, Vec<Box<str>>>) -> &'b [Box<str>] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::All(name) => lists.get(*name).map_or(&[], Vec::as_slice),
        }
    }
}

fn elements<'a>(node: &Node<'a>, nodes: &[Node<'a>], reading: &mut Reading<'_>) -> Vec<Element<'a>> {
    let found = &mut reading.found;
    let mut elements = Vec::new();
    for element in node.list("a list of texts", found).unwrap_or_default() {
        match element.value() {
            // A postcode or a size without quotes is still a text of the list.
            Some(Value::Integer(number)) => elements.push(Element::Text(number.display_repr().trim().into())),
            Some(Value::Float(number)) => elements.push(Element::Text(number.display_repr().trim().into())),
            _ => {
                let Some(text) = element.text(found) else { continue };
                let Some(name) = text.strip_prefix('@') else {
                    elements.push(Element::Text(text.into()));
                    continue;
                };
                match nodes.iter().find(|other| other.name == name) {
                    Some(other) => {
                        reading.used.insert(format!("@{name}"));
                        elements.push(Element::All(other.name));
                    }
                    None => {
                        let known = nodes.iter().map(|node| format!("@{}", node.name));
                        let problem = element.error("unknown-list", format!("there is no list `@{name}`"));
                        found.push(problem.help(did_you_mean(text, known)));
                    }
                }
            }
        }
    }
    elements
}
