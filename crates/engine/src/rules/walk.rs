//! The plain walk over the rules: the obvious implementation, which the index is held against.

use super::rows;
use crate::facts::Facts;
use crate::policy::{Policy, RowRef, Rule};

/// The first row that a lead satisfies: rules in order, a table's rows in order, strictly after `after`;
/// rules that are switched off are passed over. Linear in the number of rows.
#[must_use]
pub fn walk(policy: &Policy, facts: &Facts<'_>, after: Option<RowRef>) -> Option<RowRef> {
    walk_rules(&policy.rules, facts, after)
}

/// [`walk`] over rules that stand by themselves.
#[must_use]
pub fn walk_rules(rules: &[Rule], facts: &Facts<'_>, after: Option<RowRef>) -> Option<RowRef> {
    rows(rules).find(|(row, when)| Some(*row) > after && when.holds(facts)).map(|(row, _)| row)
}
