//! Webhooks out and in, after the specification Standard Webhooks: signed JSON with a stable id.

pub mod deliver;
pub mod intake;
pub mod payload;
pub mod signature;
