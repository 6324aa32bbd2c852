//! A server to ask, with a small policy, a few people and accounts; on either database.

use jiff::Timestamp;
use pointsman_connect::config::ChannelConfig;
use pointsman_connect::seal::Key;
use pointsman_engine::account::Account;
use pointsman_engine::people::{Directory, Rep};
use pointsman_engine::policy::source::Sources;
use pointsman_server::Server;
use pointsman_server::app::Shared;
use pointsman_server::config::{Config, Given};
use pointsman_server::seed::Seed;
use pointsman_testkit::postgres::{Care, Cluster};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

pub const POLICY: &str = r#"
[policy]
name        = "Tests"
timezone    = "UTC"
same_person = "30d"

[fields]
type = { type = "choice", values = ["demo_request", "contact_us"] }

[[rule]]
name = "Competitors are not routed"
when = { "account.tags" = "competitor" }
then = "suppress"

[[rule]]
name   = "Known accounts go to their owner"
when   = { "account.named" = true }
assign = ["account.owner", "pool:sdr"]

[[rule]]
name   = "Partners wait for a person"
when   = { source = "partner" }
assign = "queue:partner-desk"

[[rule]]
name   = "Everybody else takes turns"
assign = "pool:sdr"

[pool.sdr]
members = { "eva@acme.example" = 1, "finn@acme.example" = 1 }

[queue.partner-desk]
reviewer = "dana@acme.example"

[sla.demo]
for            = { type = "demo_request" }
contact_within = "15m"
remind         = ["10m"]
escalate       = [{ after = "15m", notify = "manager" }, { after = "30m", then = "reassign" }]

[fallback]
queue    = "catch-all"
reviewer = "dana@acme.example"
"#;

pub const TESTS: &str = r#"
[[test]]
name   = "A named account reaches its owner"
lead   = { email = "cto@globex.example" }
expect = { rep = "ana@acme.example" }
"#;

/// One private PostgreSQL for all tests of this program.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| Cluster::start(Care::Fast).expect("PostgreSQL"));

/// A server, and who asks it.
pub struct World {
    server: Option<Server>,
    config: Config,
    pub client: Client,
    pub base: String,
    pub token: String,
    folder: PathBuf,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The body, if the status is this one.
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// A problem document of this kind, as it is promised to be.
    #[track_caller]
    pub fn problem(self, status: u16, kind: &str) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem = self.is(status);
        assert_eq!(problem["type"], format!("/docs#problem-{kind}"), "{problem}");
        assert_eq!(problem["status"], status);
        assert!(problem["help"].as_str().is_some_and(|help| !help.is_empty()));
        problem
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    }
}

impl World {
    pub async fn sqlite() -> Self {
        Self::start(None, true, &[]).await
    }

    pub async fn postgres() -> Self {
        Self::start(Some(CLUSTER.database().unwrap()), true, &[]).await
    }

    /// With other settings, and perhaps nothing in the store.
    pub async fn start(database: Option<String>, seeded: bool, settings: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("pointsman-api-{}", uuid::Uuid::now_v7()));
        let config = config(&folder, database, settings);
        let server = Server::start(config.clone(), seeded.then(seed), |_| {}).await.unwrap();
        let (base, token) = (format!("http://{}", server.address), server.first_token.clone().unwrap());
        Self { server: Some(server), config, client: Client::new(), base, token, folder }
    }

    /// Stops the server and starts it again on what is stored.
    pub async fn restart(&mut self) {
        self.server.take().unwrap().stop().await.unwrap();
        let server = Server::start(self.config.clone(), None, |_| {}).await.unwrap();
        assert_eq!(server.first_token, None, "only the first start makes a token");
        self.base = format!("http://{}", server.address);
        self.server = Some(server);
    }

    pub async fn stop(mut self) {
        self.server.take().unwrap().stop().await.unwrap();
    }

    /// What the server's parts share.
    pub fn app(&self) -> &Shared {
        self.server.as_ref().unwrap().app()
    }

    /// The server's key.
    pub fn key(&self) -> &Key {
        &self.app().key
    }

    /// A connection, for what no client would send.
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.server.as_ref().unwrap().address).await.unwrap()
    }

    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.ask(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.ask(Method::POST, path).json(&body)).await
    }

    /// With headers.
    pub async fn post_with(&self, path: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
        send(self.ask(Method::POST, path).json(&body).headers(header_map(headers))).await
    }

    pub async fn put(&self, path: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
        send(self.ask(Method::PUT, path).json(&body).headers(header_map(headers))).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.ask(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        send(self.ask(Method::DELETE, path).headers(header_map(headers))).await
    }

    /// A token with these scopes and further fields.
    pub async fn mint(&self, more: Value) -> String {
        let mut body = json!({ "name": "test", "scopes": ["leads:read"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.post("/v1/tokens", body).await.is(201)["token"].as_str().unwrap().to_owned()
    }

    /// A lead of nobody we know, numbered.
    pub async fn lead(&self, number: usize) -> Value {
        self.post("/v1/leads", json!({ "email": format!("p{number}@company-{number}.example") })).await.is(201)
    }

    /// Asks until something is so; for what happens a moment later.
    pub async fn until<T>(&self, what: &str, path: &str, seen: impl Fn(&Value) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            let answer = self.get(path).await.is(200);
            if let Some(found) = seen(&answer) {
                return found;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{what} did not happen; last seen: {answer}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.unwrap() }
}

pub fn header_map(headers: &[(&str, &str)]) -> HeaderMap {
    let header = |(name, value): &(&str, &str)| (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap());
    headers.iter().map(header).collect()
}

/// An RFC 3339 moment, so many seconds before now.
pub fn ago(seconds: i64) -> String {
    (Timestamp::now() - jiff::SignedDuration::from_secs(seconds)).to_string()
}

/// A server's configuration.
pub fn config(folder: &Path, database: Option<String>, settings: &[(&str, &str)]) -> Config {
    let mut flags = vec![("listen", "127.0.0.1:0".to_owned()), ("data", folder.display().to_string())];
    flags.extend(database.map(|url| ("database", url)));
    flags.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let flags = flags.into_iter().map(|(name, value)| (format!("--{name}"), name.to_owned(), value)).collect();
    Config::load(&Given { flags, ..Given::default() }).unwrap().0
}

/// What the store begins with.
pub fn seed() -> Seed {
    let rep = |email: &str, manager: Option<&str>, backup: Option<&str>| {
        let full = |name: &str| Box::<str>::from(format!("{name}@acme.example"));
        Rep { manager: manager.map(full), backup: backup.map(full), ..Rep::new(&full(email)) }
    };
    let mut directory = Directory::default();
    for rep in [
        rep("dana", None, None),
        rep("ana", Some("dana"), Some("ben")),
        rep("ben", Some("dana"), None),
        rep("eva", Some("dana"), None),
        rep("finn", Some("dana"), None),
    ] {
        directory.add(rep).unwrap();
    }
    let globex = Account {
        id: "acc_globex".into(),
        name: Some("Globex".into()),
        domains: vec!["globex.example".into()],
        owner: Some("ana@acme.example".into()),
        named: Some(true),
        ..Account::default()
    };
    let rival =
        Account { id: "acc_rival".into(), domains: vec!["rival.example".into()], tags: vec!["competitor".into()], ..Account::default() };
    let files = [("routing.toml", POLICY), ("tests/owners.toml", TESTS)].map(|(name, text)| (name.to_owned(), text.to_owned()));
    Seed {
        sources: Sources { files: files.into() },
        directory,
        accounts: vec![globex, rival],
        channels: vec![("sink".to_owned(), ChannelConfig::Sink {})],
    }
}
