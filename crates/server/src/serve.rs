//! Serving: everything is put together, runs until it is told to stop, and finishes what it accepted.

use crate::api;
use crate::app::{App, Errands, Shared};
use crate::config::Config;
use crate::failure::Failure;
use crate::http::bucket::Buckets;
use crate::http::connections;
use crate::key_file;
use crate::keyring::Keyring;
use crate::metrics;
use crate::reading::Reading;
use crate::seed::{self, Seed};
use crate::workers::writer_thread::Writing;
use crate::workers::{courier, housekeeping, reconciler, watch};
use pointsman_connect::channel::Outside;
use pointsman_connect::guard::Guard;
use pointsman_connect::http::{Http, Limits};
use pointsman_connect::links::Links;
use pointsman_connect::seal::Key;
use pointsman_store::place::Place;
use pointsman_store::schema;
use pointsman_store::world::World;
use pointsman_store::writer::Writer;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch::{self as flag, Sender};
use tokio::task::JoinSet;
use tracing::{info, warn};
use uuid::Uuid;

/// A server that runs.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// The first administrator's token, if this is the first start.
    pub first_token: Option<String>,
    app: Shared,
    stop: Sender<bool>,
    http: tokio::task::JoinHandle<()>,
    workers: JoinSet<()>,
    writer: JoinHandle<()>,
}

/// Serves until the process is told to stop (SIGINT, SIGTERM).
///
/// # Errors
/// When it cannot start, or does not end well.
pub async fn serve(config: Config, seed: Option<Seed>) -> Result<(), Failure> {
    // Not through the log: it is shown this once, to whoever started the server.
    let tell = |token: &str| eprintln!("\n  The first administrator's token, shown this once:\n\n      {token}\n");
    let server = Server::start(config, seed, tell).await?;
    info!(address = %server.address, "serving; GET /docs describes the API");
    told_to_stop().await;
    info!("told to stop; finishing what was accepted");
    server.stop().await
}

/// Ends when the process is told to stop.
pub async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            // Then only SIGINT stops us.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

impl Server {
    /// Starts, with an empty or an older store brought up to date. `tell` is told the first administrator's token, if
    /// this is the first start: as soon as there is one, so that no interruption keeps it from whoever starts.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub async fn start(mut config: Config, seed: Option<Seed>, tell: impl FnOnce(&str)) -> Result<Self, Failure> {
        metrics::recorder();
        let listener = TcpListener::bind(config.listen).await;
        let listener = listener.map_err(|error| Failure::Yours(format!("listen: {}: {error}", config.listen)))?;
        let address = listener.local_addr().map_err(|error| Failure::Ours(error.to_string()))?;
        config.public_url.get_or_insert_with(|| format!("http://{address}"));
        let opened = tokio::task::spawn_blocking(move || Opened::of(config)).await.map_err(|error| Failure::Ours(error.to_string()))??;
        let Opened { config, key, place, writer, head } = opened;
        let outside = outside(&config, &key)?;
        let (writing, thread) =
            Writing::start(writer, head, config.queue, config.batch).map_err(|error| Failure::Ours(error.to_string()))?;
        let reading = Reading::of(place);
        if let Some(seed) = seed {
            seed::fill(seed, &key, &writing, &reading).await?;
        }
        let first_token = seed::first_token(&writing, &reading, tell).await?;
        let (stop, stopping) = flag::channel(false);
        let (keyring, buckets, gate) = (Keyring::default(), Buckets::default(), api::gate());
        let links = outside.links.clone();
        let errands = Errands::default();
        let app = Arc::new(App { config, writing, reading, keyring, buckets, gate, key, links, outside, errands, stopping });
        let node: Box<str> = format!("node_{}", Uuid::now_v7().simple()).into();
        let mut workers = JoinSet::new();
        workers.spawn(watch::run(Arc::clone(&app)));
        workers.spawn(reconciler::run(Arc::clone(&app)));
        workers.spawn(housekeeping::run(Arc::clone(&app), node.clone()));
        workers.spawn(courier::run(Arc::clone(&app), node));
        let http = tokio::spawn(connections::serve(listener, api::router(&app), Arc::clone(&app)));
        Ok(Self { address, first_token, app, stop, http, workers, writer: thread })
    }

    /// What its handlers and workers share.
    #[must_use]
    pub const fn app(&self) -> &Shared {
        &self.app
    }

    /// Stops: no new connections, requests under way are answered, workers end, the writer does what it took on.
    /// Connections get half of the time the configuration gives: one that never ends (a request that is sent by halves)
    /// must not keep what was accepted from being finished.
    ///
    /// # Errors
    /// When it could not be finished in the time the configuration gives. What was answered is durable all the same.
    pub async fn stop(self) -> Result<(), Failure> {
        let Self { app, stop, http, mut workers, writer, .. } = self;
        let connections = http.abort_handle();
        stop.send_replace(true);
        let answering = async {
            let served = http.await;
            app.errands.finish().await;
            served.is_ok()
        };
        let finishing = async {
            let served = tokio::time::timeout(app.config.shutdown / 2, answering).await;
            let served = served.unwrap_or_else(|_| {
                warn!("connections that did not end by themselves are cut");
                true
            });
            connections.abort();
            while workers.join_next().await.is_some() {}
            app.writing.stop().await;
            let joined = tokio::task::spawn_blocking(move || writer.join()).await;
            served && matches!(joined, Ok(Ok(())))
        };
        match tokio::time::timeout(app.config.shutdown, finishing).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::Ours("a part of the server ended otherwise than it should".to_owned())),
            Err(_) => {
                warn!("not finished in time; what was answered is durable");
                Err(Failure::Ours(format!("not finished within {} s", Duration::as_secs(&app.config.shutdown))))
            }
        }
    }
}

/// The store, opened and brought up to date.
struct Opened {
    config: Config,
    key: Key,
    place: Place,
    writer: Writer,
    head: i64,
}

impl Opened {
    fn of(config: Config) -> Result<Self, Failure> {
        let place = match &config.database {
            Some(url) => Place::Postgres(url.clone()),
            None => Place::Sqlite(config.data.join("pointsman.db")),
        };
        if config.database.is_none() || config.key.is_none() {
            // What is in there is for nobody else on this machine.
            let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&config.data);
            made.map_err(|error| Failure::Yours(format!("data: {}: {error}", config.data.display())))?;
        }
        let key = match &config.key {
            Some(key) => key.clone(),
            None => key_file::read_or_make(&config.data).map_err(Failure::Yours)?,
        };
        let away = |error: pointsman_store::db::DbError| Failure::Yours(format!("database: {place}: {error}"));
        schema::migrate(&mut *place.writer().map_err(away)?).map_err(away)?;
        let connecting = place.clone();
        let mut writer = Writer::new(Box::new(move || connecting.writer()));
        let head = writer.look(World::head).map_err(away)?;
        Ok(Self { config, key, place, writer, head })
    }
}

fn outside(config: &Config, key: &Key) -> Result<Outside, Failure> {
    let nets = config.allow_networks.iter().map(|text| text.parse().map_err(|error| Failure::Yours(format!("allow_networks: {error}"))));
    let guard = Guard::allowing(nets.collect::<Result<_, _>>()?);
    let http = Http::new(guard, Limits::default()).map_err(|error| Failure::Ours(error.to_string()))?;
    let links = Links::new(&config.public_url(), key).map_err(|error| Failure::Yours(format!("public_url: {error}")))?;
    Ok(Outside { http, links })
}
