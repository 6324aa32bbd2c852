//! Enrichment, the pure part: missing fields are filled from what is at hand.

/// The sources of a policy, in order.
#[derive(Debug, Clone, Default)]
pub struct Chain {}
