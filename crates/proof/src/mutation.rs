//! Adequacy: the policy changed in small ways, and which changes no test lead notices.
//!
//! A change after which every lead is routed as before is none, and is left out: that is proved, not guessed.

mod small;

use crate::difference;
use pointsman_engine::book::Book;
use pointsman_engine::people::Directory;
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::diagnostic::Place;
use pointsman_engine::rules::Index;
use pointsman_engine::trial;
use serde::Serialize;

/// A policy changed in one small way.
#[derive(Debug)]
pub struct Mutant {
    /// What was changed.
    pub what: String,
    /// Where.
    pub place: Place,
    /// The policy so changed.
    pub policy: Policy,
    /// Whether pools are others, so that their seats must be bound anew.
    pub pools: bool,
}

/// A change that no test lead notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unnoticed {
    /// What was changed.
    pub what: String,
    /// Where.
    pub place: Place,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Adequacy {
    /// How many changes were tried that change something for some lead.
    pub tried: usize,
    /// How many of them some test lead noticed.
    pub noticed: usize,
    /// The others, in the order of the policy.
    pub unnoticed: Vec<Unnoticed>,
}

/// Changes the policy, runs its test leads, and tells what none of them notices. The test leads pass before.
/// `bind` makes the book of a policy whose pools are others.
#[must_use]
pub fn find(policy: &Policy, book: &mut Book, directory: Option<&Directory>) -> Adequacy {
    let mut found = Adequacy::default();
    for mutant in small::mutants(policy) {
        let fails = if mutant.pools { fails_anew(&mutant.policy, book, directory) } else { fails(&mutant.policy, book) };
        if fails {
            found.noticed += 1;
            found.tried += 1;
        } else if changes_something(policy, &mutant) {
            found.tried += 1;
            found.unnoticed.push(Unnoticed { what: mutant.what, place: mutant.place });
        }
    }
    book.index = Index::build(policy);
    found
}

/// Whether some test lead fails under rules that are others.
fn fails(policy: &Policy, book: &mut Book) -> bool {
    book.index = Index::build(policy);
    trial::run(policy, book).failures() > 0
}

/// The same, with pools that are others.
fn fails_anew(policy: &Policy, book: &Book, directory: Option<&Directory>) -> bool {
    let mut anew = Book::bind(policy, directory.cloned(), book.matcher.accounts().to_vec());
    trial::run(policy, &mut anew).failures() > 0
}

fn changes_something(policy: &Policy, mutant: &Mutant) -> bool {
    if mutant.pools {
        return true;
    }
    !difference::find(policy, &mutant.policy, 1).is_none()
}
