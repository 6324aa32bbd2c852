//! A web service on loopback whose mood a test can change.

use crate::certificate::certificate;
use crate::mood::{Mood, Shared};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::routing::post;
use axum::serve::Listener;
use std::io;
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A request that came in.
pub(crate) struct Request {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Status, content type and body.
pub(crate) type Reply = (u16, &'static str, String);

/// The service; stopped when dropped.
pub(crate) struct Service {
    pub address: SocketAddr,
    pub mood: Shared<Mood>,
    pub requests: Shared<usize>,
    task: JoinHandle<()>,
}

impl Service {
    /// Serves POST requests on a free port. `answer` does the work; the mood decides whether it comes to that.
    pub(crate) async fn start(answer: impl Fn(&Mood, &Request) -> Reply + Clone + Send + Sync + 'static) -> io::Result<Self> {
        Self::serve(TcpListener::bind("127.0.0.1:0").await?, answer).await
    }

    /// The same over TLS; also gives the certificate to trust, as PEM.
    pub(crate) async fn start_tls(answer: impl Fn(&Mood, &Request) -> Reply + Clone + Send + Sync + 'static) -> io::Result<(Self, String)> {
        let (authority, acceptor) = certificate()?;
        let tcp = TcpListener::bind("127.0.0.1:0").await?;
        Ok((Self::serve(TlsListener { tcp, acceptor }, answer).await?, authority))
    }

    async fn serve<L>(listener: L, answer: impl Fn(&Mood, &Request) -> Reply + Clone + Send + Sync + 'static) -> io::Result<Self>
    where
        L: Listener<Addr = SocketAddr>,
    {
        let address = listener.local_addr()?;
        let (mood, requests) = (Shared::new(Mood::Alive), Shared::new(0));
        let (in_mood, counted) = (mood.clone(), requests.clone());
        let handle = move |uri: Uri, headers: HeaderMap, body: Bytes| {
            *counted.lock() += 1;
            let (mood, answer) = (in_mood.lock().clone(), answer.clone());
            async move { respond(mood, &Request { path: uri.path().to_owned(), headers, body }, answer).await }
        };
        let app = Router::new().fallback(post(handle));
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, mood, requests, task })
    }
}

struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.tcp).await;
            // Who does not trust the certificate hangs up: the next one, please.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn respond(mood: Mood, request: &Request, answer: impl Fn(&Mood, &Request) -> Reply) -> Response<Body> {
    match mood {
        Mood::Alive | Mood::Error(_) => reply(answer(&mood, request)),
        Mood::Slow(time) => {
            tokio::time::sleep(time).await;
            reply(answer(&mood, request))
        }
        Mood::Status(status) => reply((status, "text/plain", "not now".to_owned())),
        Mood::RateLimiting(seconds) => {
            let body = r#"{"ok":false,"error":"ratelimited"}"#.to_owned();
            with_header((429, "application/json", body), "retry-after", &seconds.to_string())
        }
        Mood::Busy(ref until) => with_header((503, "text/plain", "not now".to_owned()), "retry-after", until),
        Mood::Deaf => {
            answer(&mood, request);
            let broken: Result<Bytes, io::Error> = Err(io::Error::other("the connection breaks"));
            Response::new(Body::from_stream(futures_util::stream::iter([broken])))
        }
        Mood::Garbage => reply((200, "text/html", "<html>Welcome to the hotel's network</html>".to_owned())),
        Mood::Endless => reply((200, "application/json", " ".repeat(4 << 20))),
        Mood::Redirecting(ref to) => with_header((307, "text/plain", String::new()), "location", to),
    }
}

fn reply((status, kind, body): Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert("content-type", axum::http::HeaderValue::from_static(kind));
    response
}

fn with_header(answer: Reply, name: &'static str, value: &str) -> Response<Body> {
    let mut response = reply(answer);
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
    response
}
