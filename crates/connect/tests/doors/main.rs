//! Messages through every door, each with the other side alive, dead, slow, rate-limiting and out of its mind.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod email;
mod email_tls;
mod guarded;
mod rendering;
mod scene;
mod slack;
mod specifications;
mod strangers;
mod webhooks;
