//! The tests of conditions.
