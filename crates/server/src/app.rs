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
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use tokio::task::JoinSet;

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
    /// What goes on after its request was answered.
    pub errands: Errands,
    /// Turns true when the server is told to stop.
    pub stopping: watch::Receiver<bool>,
}

/// The one of a server.
pub type Shared = Arc<App>;

/// Work that goes on after its request was answered, and may be lost; a server that stops waits for it all the same.
#[derive(Default)]
pub struct Errands(Mutex<JoinSet<()>>);

impl Errands {
    /// Does it beside everything else.
    pub fn run(&self, errand: impl Future<Output = ()> + Send + 'static) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while running.try_join_next().is_some() {}
        running.spawn(errand);
    }

    /// Waits for what runs.
    pub async fn finish(&self) {
        let mut running = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        while running.join_next().await.is_some() {}
    }
}

impl App {
    /// Ends when the server is told to stop.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        // Err: whoever tells is gone, which is a stop as well.
        let _ = stopping.wait_for(|stop| *stop).await;
    }
}
