//! What is true of a policy for every possible lead: dead rules, conflicts, gaps, difference. Pure.
