//! Explanation: what follows from a decision and the policy, on demand.
