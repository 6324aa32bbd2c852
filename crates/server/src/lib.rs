//! The server: the HTTP API, the workers that deliver and watch, tokens, metrics, configuration.
//!
//! A request becomes a [`pointsman_store::request::Request`] over a bounded queue, and true on the writer's
//! thread ([`workers::writer_thread`]); what is only looked at is read beside it ([`reading`]). [`api`] has a file
//! per resource, [`workers`] what runs without being asked.

pub mod api;
pub mod app;
pub mod compare;
pub mod config;
pub mod failure;
pub mod html;
pub mod http;
pub mod key_file;
pub mod keyring;
pub mod logs;
pub mod metrics;
pub mod problem;
pub mod reading;
pub mod reference;
pub mod seed;
pub mod serve;
pub mod tokens;
pub mod workers;

pub use failure::Failure;
pub use serve::{Server, serve};
