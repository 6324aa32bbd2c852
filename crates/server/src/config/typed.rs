//! From named values to the typed configuration: what each must be like, and what to do when it is not.

use super::Config;
use super::layers::{Layers, Mistake, Raw, Setting};
use pointsman_connect::seal::Key;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// For people.
    Human,
    /// For machines.
    Json,
}

/// Reads every setting; all mistakes in one pass.
pub fn read(layers: &Layers) -> Result<Config, Vec<Mistake>> {
    let mut reader = Reader { layers, mistakes: Vec::new() };
    let config = Config {
        listen: reader.parsed("listen", SocketAddr::from(([127, 0, 0, 1], 0)), address),
        data: reader.parsed("data", PathBuf::new(), folder),
        database: reader.optional("database", database),
        public_url: reader.optional("public_url", url),
        key: reader.optional("key", |text| Key::parse(text).map_err(|error| error.to_string())),
        allow_networks: reader.list("allow_networks"),
        queue: reader.number("queue", 1..=1_000_000),
        batch: reader.number("batch", 1..=10_000),
        batch_limit: reader.number("batch_limit_kib", 1..=1_048_576) * 1024,
        body_limit: reader.number("body_limit_kib", 1..=1_048_576) * 1024,
        token_rate: u32::try_from(reader.number("token_rate", 1..=1_000_000)).unwrap_or(u32::MAX),
        deliveries: reader.number("deliveries", 1..=256),
        request: reader.seconds("request_seconds"),
        shutdown: reader.seconds("shutdown_seconds"),
        reconcile: reader.seconds("reconcile_seconds"),
        log: reader.parsed("log", Log::Human, log),
        log_level: reader.text("log_level"),
    };
    if reader.mistakes.is_empty() { Ok(config) } else { Err(reader.mistakes) }
}

/// Reads settings by name. A mistake is noted, and a stand-in goes on in its place so that all are found.
struct Reader<'a> {
    layers: &'a Layers,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn find(&self, name: &str) -> Option<&Setting> {
        self.layers.settings.iter().find(|setting| setting.name == name)
    }

    fn wrong(&mut self, name: &str, message: &str) {
        let place = self.find(name).map(|setting| setting.origin.to_string()).unwrap_or_default();
        self.mistakes.push(Mistake { place, message: format!("{name}: {message}") });
    }

    fn text(&self, name: &str) -> String {
        match self.find(name).map(|setting| &setting.value) {
            Some(Raw::Text(text)) => text.clone(),
            _ => String::new(),
        }
    }

    fn list(&self, name: &str) -> Vec<String> {
        match self.find(name).map(|setting| &setting.value) {
            Some(Raw::List(items)) => items.clone(),
            _ => Vec::new(),
        }
    }

    fn parsed<T>(&mut self, name: &str, stand_in: T, parse: impl Fn(&str) -> Result<T, String>) -> T {
        match parse(&self.text(name)) {
            Ok(value) => value,
            Err(message) => {
                self.wrong(name, &message);
                stand_in
            }
        }
    }

    fn optional<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        parse(&text).map_err(|message| self.wrong(name, &message)).ok()
    }

    fn number(&mut self, name: &str, range: std::ops::RangeInclusive<usize>) -> usize {
        let number = match self.find(name).map(|setting| &setting.value) {
            Some(Raw::Number(number)) => usize::try_from(*number).ok(),
            _ => None,
        };
        number.filter(|number| range.contains(number)).unwrap_or_else(|| {
            self.wrong(name, &format!("a number from {} to {} is expected", range.start(), range.end()));
            *range.start()
        })
    }

    fn seconds(&mut self, name: &str) -> Duration {
        Duration::from_secs(self.number(name, 1..=86_400) as u64)
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("`{text}` is not an address with a port; write 127.0.0.1:8080, or 0.0.0.0:8080 for all networks"))
}

fn folder(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("a folder is needed".to_owned()) } else { Ok(text.into()) }
}

/// The address may hold a password: the message does not repeat it.
fn database(text: &str) -> Result<String, String> {
    let postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
    if postgres { Ok(text.to_owned()) } else { Err("write postgres://user:password@host:5432/name; empty means SQLite".to_owned()) }
}

fn url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let good = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['?', '#', ' ']));
    if good {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(format!("`{text}` is not an address; write https://leads.example.com"))
    }
}

fn log(text: &str) -> Result<Log, String> {
    match text {
        "human" => Ok(Log::Human),
        "json" => Ok(Log::Json),
        _ => Err(format!("`{text}` is neither \"human\" nor \"json\"")),
    }
}
