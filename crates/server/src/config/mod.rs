//! Configuration: what is in force, and where each value comes from.
//!
//! `pointsman.toml` beside the crate is the documentation and the default: which settings there are, and of
//! which kind, is read from it. A file, the environment and flags are laid over it, in that order of strength.

mod file;
mod layers;
mod typed;

pub use layers::{Given, InForce, Mistake, Origin};
pub use typed::Log;

use pointsman_connect::seal::Key;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The default file, and the documentation of every setting.
pub const DEFAULTS: &str = include_str!("../../pointsman.toml");

/// What the server runs with.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address listened on.
    pub listen: SocketAddr,
    /// The folder of the embedded store and of the key.
    pub data: PathBuf,
    /// PostgreSQL's address; `None`: SQLite in `data`.
    pub database: Option<String>,
    /// How people reach the server, without a slash at the end; `None`: the address it listens on.
    pub public_url: Option<String>,
    /// What seals secrets and signs links; `None`: the file in `data`.
    pub key: Option<Key>,
    /// Private networks that may be reached, as written.
    pub allow_networks: Vec<String>,
    /// Requests that may wait for the writer.
    pub queue: usize,
    /// The most requests in one transaction.
    pub batch: usize,
    /// The largest body of a batch or a policy, in bytes.
    pub batch_limit: usize,
    /// The largest body of any other request, in bytes.
    pub body_limit: usize,
    /// Requests per second of a token that names no limit of its own.
    pub token_rate: u32,
    /// Messages under way at one time, per channel.
    pub deliveries: usize,
    /// How long a request may take.
    pub request: Duration,
    /// How long finishing may take.
    pub shutdown: Duration,
    /// How often leads are counted.
    pub reconcile: Duration,
    /// How logs are written.
    pub log: Log,
    /// What is logged.
    pub log_level: String,
}

impl Config {
    /// Lays what was given over the defaults. The second part says what is in force and from where, in the
    /// order of the default file.
    ///
    /// # Errors
    /// Every mistake there is, each with its place and what to do.
    pub fn load(given: &Given) -> Result<(Self, Vec<InForce>), Vec<Mistake>> {
        let layers = layers::lay(given)?;
        let config = typed::read(&layers)?;
        Ok((config, layers.into_in_force()))
    }

    /// How people reach the server.
    #[must_use]
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

#[cfg(test)]
mod tests;
