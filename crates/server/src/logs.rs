//! Logs: structured, on stderr, for people or machines. They name leads by id and hold nothing personal.

use crate::config::{Config, Log};
use crate::failure::Failure;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Begins logging for the whole process. A second call changes nothing.
///
/// # Errors
/// `log_level` cannot be read.
pub fn begin(config: &Config) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&config.log_level).map_err(|error| {
        Failure::Yours(format!("log_level: `{}`: {error}; write \"info\", or \"info,pointsman_server::workers=debug\"", config.log_level))
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Err: somebody (a test, a program around us) logs already.
    let _ = match config.log {
        Log::Human => builder.with_ansi(std::io::stderr().is_terminal()).with_target(false).try_init(),
        Log::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
    };
    Ok(())
}
