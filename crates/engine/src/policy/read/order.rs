//! Names that refer to one another, each after those it refers to; and those that go in a circle.

use super::node::Node;
use crate::policy::diagnostic::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// An order of names.
pub(super) struct Order<'a> {
    /// All names. Each stands after those it refers to, but for one name at least of each circle.
    pub names: Vec<&'a str>,
    /// Ways from a name back to it.
    pub circles: Vec<Circle<'a>>,
}

/// Each name refers to the next, and the last to the first.
pub(super) struct Circle<'a>(pub Vec<&'a str>);

impl<'a> Order<'a> {
    /// The order of names by what each refers to. Linear in all references; no recursion, so that a long
    /// chain cannot exhaust the stack. References to names that are not there are left out of account.
    pub fn of(refers: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Self {
        let mut order = Self { names: Vec::new(), circles: Vec::new() };
        // Whether a name is in the order already; if not, it is on the way.
        let mut met: BTreeMap<&str, bool> = BTreeMap::new();
        let mut way: Vec<(&str, std::collections::btree_set::Iter<'_, &'a str>)> = Vec::new();
        for (start, others) in refers {
            if !met.contains_key(start) {
                met.insert(start, false);
                way.push((start, others.iter()));
            }
            while let Some((name, others)) = way.last_mut() {
                match others.next().map(|other| (*other, refers.get(other), met.get(other))) {
                    Some((other, Some(further), None)) => {
                        met.insert(other, false);
                        way.push((other, further.iter()));
                    }
                    Some((other, _, Some(false))) => {
                        let names = way.iter().map(|(name, _)| *name);
                        order.circles.push(Circle(names.skip_while(|name| *name != other).collect()));
                    }
                    Some(_) => {}
                    None => {
                        met.insert(name, true);
                        order.names.push(name);
                        way.pop();
                    }
                }
            }
        }
        order
    }
}

impl Circle<'_> {
    /// The error, at the first of its names.
    pub fn error(&self, what: &str, nodes: &[Node<'_>]) -> Option<Diagnostic> {
        let first = self.0.first()?;
        let node = nodes.iter().find(|node| node.name == *first)?;
        let way = self.0.iter().chain([first]).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" -> ");
        let problem = Diagnostic::error("circle", node.key_place(), format!("{what} go in a circle: {way}"));
        Some(problem.help(Some("take one of them out of another")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(refers: &[(&'static str, &[&'static str])]) -> (Vec<&'static str>, Vec<Vec<&'static str>>) {
        let order = Order::of(&refers.iter().map(|(name, others)| (*name, others.iter().copied().collect())).collect());
        (order.names, order.circles.into_iter().map(|circle| circle.0).collect())
    }

    #[test]
    fn a_name_stands_after_those_it_refers_to() {
        assert_eq!(order(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])]), (vec!["c", "b", "a"], vec![]));
    }

    #[test]
    fn circles_are_found_and_what_hangs_on_them_is_not_one() {
        let (names, circles) = order(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"]), ("d", &["d", "missing"])]);
        assert_eq!(names, ["c", "b", "a", "d"]);
        assert_eq!(circles, [vec!["b", "c"], vec!["d"]]);
    }
}
