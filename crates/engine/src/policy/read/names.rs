//! What a policy names: people, pools, queues and SLAs, each by its number, and whether it is asked for.

use super::node::Node;
use crate::lookup::Lookup;
use crate::policy::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::policy::{PersonIx, PoolIx, Queue, QueueIx, SlaIx};
use crate::value::fold;
use std::collections::{BTreeMap, BTreeSet};

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Words of an expression, which cannot name anything else.
pub(in crate::policy) const WORDS: &[&str] = &[
    "and",
    "or",
    "not",
    "in",
    "is",
    "missing",
    "between",
    "contains",
    "starts_with",
    "ends_with",
    "within",
    "any",
    "all",
    "true",
    "false",
];

/// The error of a list or segment that an expression could not name.
pub(super) fn unsayable(noun: &str, node: &Node<'_>) -> Option<Diagnostic> {
    let name = node.name;
    let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let plain = begins && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let word = WORDS.iter().any(|word| name.eq_ignore_ascii_case(word));
    (!plain || word).then(|| {
        let message = format!("`{name}` cannot name a {noun}: an expression would not know it");
        let advice = "use letters, digits, `_` and `-`, beginning with a letter, and no word of the language such as `and`";
        Diagnostic::error("bad-name", node.key_place(), message).help(Some(advice))
    })
}

/// People in order of first mention. Compared folded.
#[derive(Default)]
pub(super) struct People {
    /// As first written, and where leads are first given to each.
    pub named: Vec<(Box<str>, Option<Place>)>,
    by_key: Lookup<Box<str>, PersonIx>,
}

impl People {
    /// The number of a person, given at the first mention.
    pub fn number(&mut self, name: &str) -> PersonIx {
        let key = fold(name);
        if let Some(person) = self.by_key.get(&*key) {
            return *person;
        }
        let person = PersonIx(number(self.named.len()));
        self.by_key.insert(key.into(), person);
        self.named.push((name.trim().into(), None));
        person
    }

    /// The number of a person whom leads are given to.
    pub fn taker(&mut self, name: &str, place: impl FnOnce() -> Place) -> PersonIx {
        let person = self.number(name);
        if let Some((_, first)) = self.named.get_mut(person.at()) {
            first.get_or_insert_with(place);
        }
        person
    }
}

/// Queues in order of first mention.
#[derive(Default)]
pub(super) struct Queues {
    /// By number.
    pub all: Vec<Queue>,
    by_name: Lookup<Box<str>, QueueIx>,
    declared: BTreeSet<QueueIx>,
    /// Mentions in `assign`, in order.
    assigned: Vec<(QueueIx, Place)>,
}

impl Queues {
    fn number(&mut self, name: &str) -> QueueIx {
        if let Some(queue) = self.by_name.get(name) {
            return *queue;
        }
        let queue = QueueIx(number(self.all.len()));
        self.by_name.insert(name.into(), queue);
        self.all.push(Queue { name: name.into(), reviewer: None });
        queue
    }

    /// A queue with a section of its own, or the fallback's.
    pub fn declare(&mut self, name: &str) -> QueueIx {
        let queue = self.number(name);
        self.declared.insert(queue);
        queue
    }

    /// A queue that leads are assigned to.
    pub fn assign(&mut self, name: &str, place: impl FnOnce() -> Place) -> QueueIx {
        let queue = self.number(name);
        if !self.declared.contains(&queue) {
            self.assigned.push((queue, place()));
        }
        queue
    }

    /// Whether a queue of that name exists.
    pub fn has(&self, name: &str) -> bool {
        self.by_name.get(name).is_some()
    }

    /// Warnings of queues mentioned once whose name is close to a declared one's.
    pub fn misspelt(&self) -> Vec<Diagnostic> {
        let declared = || self.all.iter().zip(0..).filter(|(_, ix)| self.declared.contains(&QueueIx(*ix))).map(|(queue, _)| &queue.name);
        let mut mentions: BTreeMap<QueueIx, usize> = BTreeMap::new();
        self.assigned.iter().for_each(|(queue, _)| *mentions.entry(*queue).or_default() += 1);
        let once = self.assigned.iter().filter(|(queue, _)| mentions.get(queue) == Some(&1));
        once.filter_map(|(queue, place)| {
            let name = &self.all.get(queue.at())?.name;
            let help = did_you_mean(name, declared())?;
            let message = format!("queue `{name}` is named only here");
            Some(Diagnostic::warning("unknown-queue", place.clone(), message).help(Some(help)))
        })
        .collect()
    }
}

/// Names with a section each, known before any section is read, and which of them are asked for.
pub(super) struct Declared<'a> {
    /// What they are, for messages.
    noun: &'static str,
    code: &'static str,
    nodes: Vec<Node<'a>>,
    by_name: Lookup<&'a str, u32>,
    used: BTreeSet<u32>,
}

impl<'a> Declared<'a> {
    /// Nothing of them is asked for yet.
    pub fn new(noun: &'static str, code: &'static str, nodes: &[Node<'a>]) -> Self {
        let by_name = nodes.iter().zip(0..).map(|(node, ix)| (node.name, ix)).collect();
        Self { noun, code, nodes: nodes.to_vec(), by_name, used: BTreeSet::new() }
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.nodes.iter().map(|node| node.name)
    }

    /// Whether there is one of that name.
    pub fn has(&self, name: &str) -> bool {
        self.by_name.get(name).is_some()
    }

    /// What stands under each name.
    pub fn nodes(&self) -> Vec<Node<'a>> {
        self.nodes.clone()
    }

    /// The number of a name that is asked for; an error where there is none.
    fn number(&mut self, name: &str, place: impl FnOnce() -> Place, found: &mut Vec<Diagnostic>) -> Option<u32> {
        let number = self.by_name.get(name).copied();
        match number {
            Some(number) => {
                self.used.insert(number);
            }
            None => {
                let problem = Diagnostic::error(self.code, place(), format!("there is no {} `{name}`", self.noun));
                found.push(problem.help(did_you_mean(name, self.names())));
            }
        }
        number
    }

    /// Marks one as used.
    pub fn mark(&mut self, index: u32) {
        self.used.insert(index);
    }

    /// Those nobody asked for.
    pub fn unused(&self) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter().zip(0..).filter(|(_, ix)| !self.used.contains(ix)).map(|(node, _)| node)
    }
}

/// The pools of a policy.
pub(super) struct Pools<'a>(pub Declared<'a>);

impl Pools<'_> {
    /// A pool that is asked for.
    pub fn number(&mut self, name: &str, place: impl FnOnce() -> Place, found: &mut Vec<Diagnostic>) -> Option<PoolIx> {
        self.0.number(name, place, found).map(PoolIx)
    }
}

/// The SLAs of a policy.
pub(super) struct Slas<'a>(pub Declared<'a>);

impl Slas<'_> {
    /// An SLA that is asked for.
    pub fn number(&mut self, name: &str, place: impl FnOnce() -> Place, found: &mut Vec<Diagnostic>) -> Option<SlaIx> {
        self.0.number(name, place, found).map(SlaIx)
    }
}
