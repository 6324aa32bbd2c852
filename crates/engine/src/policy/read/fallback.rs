//! `[fallback]` and `[queue.NAME]`: where leads wait for a person, and who looks after them.

use super::Reading;
use super::files::{Sections, missing, twice};
use super::node::Node;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::review::{NoReview, Review};
use crate::policy::{Fallback, PersonIx, QueueIx};
use std::collections::BTreeMap;

/// Keys of `[fallback]`.
pub(in crate::policy) const FALLBACK: &[&str] = &["queue", "reviewer", "review"];
/// Keys of `[queue.NAME]`.
pub(in crate::policy) const QUEUE: &[&str] = &["reviewer"];

const LINES: &str = "add these lines:\n[fallback]\nqueue    = \"catch-all\"\nreviewer = \"dana@acme.example\"";

/// Declares the queues that have a section, and the fallback's. `None` where the fallback has no queue.
pub(super) fn read<'a>(reading: &mut Reading<'a>, sections: &Sections<'a>) -> Option<Fallback> {
    let mut reviewers = BTreeMap::new();
    for node in sections.named("queue") {
        let queue = reading.queues.declare(node.name);
        if let Some(section) = node.section(QUEUE, &mut reading.found) {
            review(reading, queue, section.get("reviewer"), &mut reviewers);
        }
    }
    let Some(node) = sections.once("fallback") else {
        let problem = missing("missing-section", "the policy has no `[fallback]`: a lead that no rule takes would be lost");
        reading.found.push(problem.help(Some(LINES)));
        return None;
    };
    let section = node.section(FALLBACK, &mut reading.found)?;
    let reviewed = section.get("review").and_then(|node| time_of_review(node, &mut reading.found));
    let name = section.required("queue", &mut reading.found).and_then(|node| node.text(&mut reading.found));
    let queue = reading.queues.declare(name.unwrap_or_default());
    review(reading, queue, section.get("reviewer"), &mut reviewers);
    let has_reviewer = reading.queues.all.get(queue.at()).is_some_and(|queue| queue.reviewer.is_some());
    if let Some(node) = section.get("review").filter(|_| !has_reviewer) {
        let message = "a `review` without a `reviewer` is of no use: nobody is told what waits in the queue";
        let problem = Diagnostic::warning("bad-review", node.place(), message);
        reading.found.push(problem.help(Some("add reviewer = \"dana@acme.example\"")));
    }
    Some(Fallback { queue, review: reviewed })
}

/// A time that cannot be read is no error: a policy that is in force already must go on.
fn time_of_review(node: Node<'_>, found: &mut Vec<Diagnostic>) -> Option<Review> {
    let review: Result<Review, NoReview> = node.text(found)?.parse();
    let problem = |error: NoReview| {
        let message = format!("{error}: nobody is told what waits in the queue");
        Diagnostic::warning("bad-review", node.place(), message).label("expected a time of each day, such as \"daily 09:00\"")
    };
    review.map_err(|error| found.push(problem(error))).ok()
}

/// Sets a queue's reviewer, who may be given in two places only if it is the same person.
fn review<'a>(
    reading: &mut Reading<'a>,
    queue: QueueIx,
    reviewer: Option<Node<'a>>,
    reviewers: &mut BTreeMap<QueueIx, (PersonIx, Node<'a>)>,
) {
    let Some(node) = reviewer else { return };
    let Some(person) = node.text(&mut reading.found).map(|name| reading.people.number(name)) else { return };
    match reviewers.get(&queue) {
        Some((other, first)) if *other != person => {
            reading.found.push(twice("the reviewer of this queue".to_owned(), &node.place(), &first.place()));
        }
        _ => {
            reviewers.insert(queue, (person, node));
            if let Some(queue) = reading.queues.all.get_mut(queue.at()) {
                queue.reviewer = Some(person);
            }
        }
    }
}
