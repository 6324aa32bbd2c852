//! The space of all leads, cut into the pieces that a policy can tell apart.
//!
//! A policy asks of each field only whether its value is in some sets. So each field has finitely many *atoms*:
//! listed texts, ranges between two bounds, present or missing, and whether a pattern holds. A condition is then a
//! union of [`cube::Cube`]s, and every question about all leads is one about cubes ([`cover`]).
//!
//! One way: [`gather`] collects what policies ask, [`universe`] numbers it, [`lower`] turns conditions into cubes,
//! [`nature`] says which combinations no lead can have, [`words`] goes back to words.

pub mod cover;
pub mod cube;
pub mod gather;
pub mod lower;
pub mod nature;
pub mod place;
pub mod ranges;
pub mod texts;
pub mod universe;
pub mod words;
