//! Messages through every door, each with the other side alive, dead, slow, rate-limiting and out of its mind.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod email;
mod guarded;
mod rendering;
mod scene;
mod sink;
mod slack;
mod specifications;
mod strangers;
mod tls;
mod webhooks;
