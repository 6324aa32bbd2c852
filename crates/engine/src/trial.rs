//! Trial: running the test leads of a policy.
