//! The one HTTP client: limits on time and size, no redirects, no proxies, and a guard at the resolver
//! ([`crate::guard`]), so that a configured address cannot reach where it must not.

use crate::guard::{Guard, Refused, Unresolved};
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// How long and how much a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until the connection stands.
    pub connect: Duration,
    /// From the first byte sent to the last received.
    pub total: Duration,
    /// Of an answer's body; one that is longer is cut off, and is an error.
    pub body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(15), body_bytes: 256 * 1024 }
    }
}

/// The guarded client. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    guard: Arc<Guard>,
    limits: Limits,
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    retry_after: Option<String>,
}

/// Why there is no answer. None of these names the address: a part of it may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Not an address that can be asked.
    #[error("the address is not valid: {0}")]
    BadAddress(String),
    /// The guard refuses it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// No answer in time.
    #[error("{host} did not answer within {} s", after.as_secs_f32())]
    Slow {
        /// Who.
        host: String,
        /// How long we waited.
        after: Duration,
    },
    /// No connection, or one that broke.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// Who.
        host: String,
        /// What happened.
        why: String,
    },
    /// An answer that does not end.
    #[error("{host} answered with more than {limit} bytes")]
    TooLong {
        /// Who.
        host: String,
        /// How many are read.
        limit: usize,
    },
}

/// The client cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up: {0}")]
pub struct Unusable(String);

impl Http {
    /// A client behind this guard.
    ///
    /// # Errors
    /// When TLS cannot be set up, as without any trusted certificates on the machine.
    pub fn new(guard: Guard, limits: Limits) -> Result<Self, Unusable> {
        one_provider();
        let guard = Arc::new(guard);
        let client = reqwest::Client::builder()
            .connect_timeout(limits.connect)
            .timeout(limits.total)
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Guarded(Arc::clone(&guard)))
            .user_agent(concat!("pointsman/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Unusable(chain(&error)))?;
        Ok(Self { client, guard, limits })
    }

    /// The guard, for what is not HTTP.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// How long and how much a request may take.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Posts a body with these headers.
    ///
    /// # Errors
    /// When there is no answer. An answer with an error status is an answer.
    pub async fn post(&self, url: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Result<Answer, Trouble> {
        let (url, host) = self.checked(url)?;
        let request = self.client.post(url).headers(header_map(headers)?).body(body);
        let mut answer = request.send().await.map_err(|error| self.trouble(&host, error))?;
        let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.trouble(&host, error))? {
            if body.len() + chunk.len() > self.limits.body_bytes {
                return Err(Trouble::TooLong { host, limit: self.limits.body_bytes });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status: answer.status().as_u16(), body, retry_after })
    }

    /// The resolver never sees an address that is written as numbers: it is judged here.
    fn checked(&self, url: &str) -> Result<(Url, String), Trouble> {
        let (url, host) = address(url)?;
        match url.host() {
            Some(Host::Ipv4(ip)) => self.guard.check(ip.into())?,
            Some(Host::Ipv6(ip)) => self.guard.check(ip.into())?,
            _ => {}
        }
        Ok((url, host))
    }

    fn trouble(&self, host: &str, error: reqwest::Error) -> Trouble {
        let error = error.without_url();
        if let Some(refused) = refused(&error) {
            return refused.clone().into();
        }
        let host = host.to_owned();
        match error.is_timeout() {
            true if error.is_connect() => Trouble::Slow { host, after: self.limits.connect },
            true => Trouble::Slow { host, after: self.limits.total },
            false => Trouble::Unreachable { host, why: chain(&error) },
        }
    }
}

/// Reads an address of the web and the host in it.
///
/// # Errors
/// When it is not http or https, or carries a user name or password.
pub fn address(url: &str) -> Result<(Url, String), Trouble> {
    let bad = |why: &str| Trouble::BadAddress(why.to_owned());
    let url = Url::parse(url).map_err(|error| bad(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("it begins with neither `https://` nor `http://`"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("it has a user name or password in it, which everybody could see: leave them out"));
    }
    let host = url.host_str().ok_or_else(|| bad("it has no host"))?.to_owned();
    Ok((url, host))
}

impl Answer {
    /// Whether it says that all is well.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The body as text, as far as it is text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// How long the other side asks to be left alone: `Retry-After`, in seconds or as a date. An hour at most: nobody's
    /// slip may hold a channel back for longer, and most of what waits for it would be too old by then.
    #[must_use]
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        const LONGEST: Duration = Duration::from_secs(3_600);
        let text = self.retry_after.as_deref()?.trim();
        let asked = match text.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => rfc2822::parse(text).ok()?.timestamp().duration_since(now).max(SignedDuration::ZERO).unsigned_abs(),
        };
        Some(asked.min(LONGEST))
    }
}

struct Guarded(Arc<Guard>);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let addresses = guard.resolve(name.as_str(), 0).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The guard's refusal, if that is what lies at the bottom of an error.
fn refused(error: &reqwest::Error) -> Option<&Refused> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(Unresolved::Refused(refused)) = error.downcast_ref::<Unresolved>() {
            return Some(refused);
        }
        cause = error.source();
    }
    None
}

/// An error and its causes, in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

fn header_map(headers: &[(&str, &str)]) -> Result<HeaderMap, Trouble> {
    let bad = |name: &str| Trouble::BadAddress(format!("the header {name} holds what a header cannot"));
    let pair = |(name, value): &(&str, &str)| {
        let mut value = HeaderValue::from_str(value).map_err(|_| bad(name))?;
        // Kept out of logs and out of HTTP/2's table of headers.
        value.set_sensitive(*name == "authorization");
        Ok((HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad(name))?, value))
    };
    headers.iter().map(pair).collect()
}

/// One crypto provider for the whole process. Whoever comes second finds it done.
pub(crate) fn one_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
