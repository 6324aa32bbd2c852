//! The doors out and in: Slack, e-mail, signed webhooks; one guarded HTTP client; secrets at rest.
//!
//! A [`message::Message`] is plain data that says everything a delivery needs. Nothing here keeps state of its
//! own about messages: whether to try again is decided by [`backoff`] and [`limit`], which are pure.

pub mod backoff;
pub mod config;
pub mod limit;
pub mod links;
pub mod message;
pub mod seal;
pub mod secret;
