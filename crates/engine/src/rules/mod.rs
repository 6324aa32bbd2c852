//! Rules: the first match over the normal form, by a plain walk and by an index.
//!
//! [`walk()`] is the obvious implementation and the definition; [`Index`] gives the same answer at a cost
//! that does not grow with the number of rows.
//!
//! - [`mod@walk`]: the plain walk.
//! - [`index`]: the tree and its search. `build`: how the tree grows, out of the conditions' branches (`clause`).
//! - `key`: what of a condition on a discrete field can be looked up. `span`: the same of a numeric one.
//! - `boxes`: ranges of several numeric fields at once. `cut`: how they are best divided.

mod boxes;
mod build;
mod clause;
mod cut;
pub mod index;
mod key;
mod span;
#[cfg(test)]
mod tests;
pub mod walk;

pub use index::Index;
pub use walk::walk;

use crate::form::Form;
use crate::policy::{RowRef, Rule, RuleIx};

/// The rows of all enabled rules with their conditions, in the order they are tried.
fn rows(rules: &[Rule]) -> impl Iterator<Item = (RowRef, &Form)> {
    let enabled = (0..).map(RuleIx).zip(rules).filter(|(_, rule)| rule.enabled);
    enabled.flat_map(|(rule, of)| (0..).zip(&of.rows).map(move |(row, of)| (RowRef { rule, row }, &of.when)))
}
