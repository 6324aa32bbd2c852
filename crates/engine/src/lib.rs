//! The pure heart of Pointsman.
//!
//! What things are and what follows from them: no clock, no I/O, no randomness, no iteration in hash
//! order. The present moment, files and people come in as values; the same inputs give the same decisions
//! on every machine. ARCHITECTURE.md has the map.

pub mod account;
pub mod availability;
pub mod book;
pub mod calendar;
pub mod compare;
pub mod country;
pub mod decide;
pub mod decision;
pub mod enrich;
pub mod explain;
pub mod facts;
pub mod field;
pub mod form;
pub mod lead;
pub mod life;
pub mod lookup;
pub mod matching;
pub mod people;
pub mod policy;
pub mod pool_view;
pub mod record;
pub mod records;
pub mod replay;
pub mod roster;
pub mod rotation;
pub mod rules;
pub mod set;
pub mod sla;
pub mod standing;
pub mod trial;
pub mod value;
pub mod waiting;
pub mod words;
