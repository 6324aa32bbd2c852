//! Connections: accepted, served, and ended when the server stops.

use crate::app::Shared;
use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io::{self, ErrorKind};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tracing::{debug, warn};

/// How long the head of a request may take, the wait for it included: a little longer than proxies keep a connection
/// that is idle, so that it is they who close it.
const HEAD: Duration = Duration::from_secs(90);

/// Serves until the server is told to stop, then until no request is under way. Dropped, it cuts what is left.
pub async fn serve(listener: TcpListener, router: Router, app: Shared) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new());
    let (ending, mut connections) = (GracefulShutdown::new(), JoinSet::new());
    loop {
        let stream = tokio::select! {
            accepted = accept(&listener) => accepted,
            Some(_) = connections.join_next() => continue,
            () = app.stopped() => break,
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = ending.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
        connections.spawn(async move {
            if let Err(error) = connection.await {
                debug!(%error, "a connection broke");
            }
        });
    }
    drop(listener);
    ending.shutdown().await;
}

/// The next connection. One that broke before it was accepted concerns nobody; anything else (no file handle is
/// left) passes with time.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if broke(&error) => {}
            Err(error) => {
                warn!(%error, "no connection can be accepted just now");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn broke(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}
