//! The doors out and in: Slack, e-mail, signed webhooks; one guarded HTTP client; secrets at rest.
//!
//! A [`message::Message`] is plain data that says everything a delivery needs. A [`channel::Channel`] is one
//! configured way to people or programs; [`channel::Channel::deliver`] is the single entry for whoever carries
//! messages out, and says in an [`message::Outcome`] what came of it. Nothing here keeps state of its own about
//! messages: whether and when to try again is decided by [`backoff`] and [`limit`], which are pure.

pub mod backoff;
pub mod channel;
pub mod clean;
pub mod config;
pub mod content;
pub mod email;
pub mod guard;
pub mod http;
pub mod limit;
pub mod links;
pub mod message;
pub mod seal;
pub mod secret;
pub mod slack;
pub mod webhook;
