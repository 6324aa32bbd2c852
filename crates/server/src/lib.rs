//! The server: the HTTP API, the workers that deliver and watch, tokens, metrics, configuration.

pub mod config;
pub mod failure;
pub mod http;
pub mod problem;
pub mod tokens;
