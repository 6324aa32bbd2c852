//! What every handler and worker shares.

use crate::config::Config;
use crate::http::bucket::Buckets;
use crate::http::gate::Gate;
use crate::keyring::Keyring;
use crate::reading::Reading;
use crate::workers::writer_thread::Writing;
use pointsman_connect::channel::Outside;
use pointsman_connect::links::Links;
use pointsman_connect::seal::Key;
use std::sync::Arc;
use tokio::sync::watch;

/// What every handler and worker shares.
pub struct App {
    /// What is in force.
    pub config: Config,
    /// Everything that changes goes this way.
    pub writing: Writing,
    /// Everything that is only looked at.
    pub reading: Reading,
    /// Tokens.
    pub keyring: Keyring,
    /// How fast tokens are used.
    pub buckets: Buckets,
    /// What each operation needs.
    pub gate: Gate,
    /// Seals the secrets of channels.
    pub key: Key,
    /// Makes and reads signed links.
    pub links: Links,
    /// What all channels share.
    pub outside: Outside,
    /// Turns true when the server is told to stop.
    pub stopping: watch::Receiver<bool>,
}

/// The one of a server.
pub type Shared = Arc<App>;

impl App {
    /// Ends when the server is told to stop.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        // Err: whoever tells is gone, which is a stop as well.
        let _ = stopping.wait_for(|stop| *stop).await;
    }
}
