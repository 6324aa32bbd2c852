//! Only for tests: a seeded simulated world, fakes of outside services, a private PostgreSQL.
//!
//! The fakes share no code with what they test: they check signatures and forms on their own.

pub mod client;
pub mod mood;
pub mod node;
pub mod postgres;
pub mod sim;
pub mod slack;
pub mod smtp;
pub mod webhook;

mod certificate;
mod mac;
mod web;
