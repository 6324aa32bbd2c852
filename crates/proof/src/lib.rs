//! What is true of a policy for every possible lead: dead rules, clashes, gaps, difference, assertions. Pure.
//!
//! Everything is exact over the normal form of conditions. [`space`] cuts all leads into the pieces that a policy can
//! tell apart and answers the one question, whether some pieces cover another; [`model`] is a policy in that space;
//! [`findings`] and its neighbours ask. Whatever is claimed of some leads comes with one of them ([`scene`]) that the
//! engine has decided as claimed. Tests that are no sets of values (field against field, dates) are treated as if they
//! could come out either way: what hangs on them is told only with such a lead, or as possible.

pub mod asserts;
pub mod counterfactual;
pub mod difference;
pub mod findings;
pub mod generation;
pub mod model;
pub mod mutation;
pub mod scene;
pub mod space;
