//! A program on loopback that listens for webhooks and checks their signatures by itself, after the
//! specification Standard Webhooks.

use crate::mac::hmac_sha256;
use crate::mood::{Mood, Shared};
use crate::web::{Reply, Request, Service};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::io;

/// The receiver; stopped when dropped.
pub struct Receiver {
    service: Service,
    authority: Option<String>,
    inside: Shared<Inside>,
}

#[derive(Default)]
struct Inside {
    got: Vec<Hook>,
    complaints: Vec<String>,
}

/// A webhook that was taken.
#[derive(Debug, Clone)]
pub struct Hook {
    /// The header `webhook-id`.
    pub id: String,
    /// The header `webhook-timestamp`.
    pub timestamp: i64,
    /// The body.
    pub body: Value,
}

impl Receiver {
    /// Starts it on a free port. `secret` is `whsec_` and base64.
    ///
    /// # Errors
    /// When no port can be had, or the secret is none.
    pub async fn start(secret: &str) -> io::Result<Self> {
        let (key, inside) = (key(secret)?, Shared::<Inside>::default());
        let within = inside.clone();
        let service = Service::start(move |_, request| answer(&mut within.lock(), &key, request)).await?;
        Ok(Self { service, authority: None, inside })
    }

    /// The same over TLS, with a certificate for `localhost` of its own.
    ///
    /// # Errors
    /// When no port or certificate can be had, or the secret is none.
    pub async fn start_tls(secret: &str) -> io::Result<Self> {
        let (key, inside) = (key(secret)?, Shared::<Inside>::default());
        let within = inside.clone();
        let (service, authority) = Service::start_tls(move |_, request| answer(&mut within.lock(), &key, request)).await?;
        Ok(Self { service, authority: Some(authority), inside })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        match self.authority {
            Some(_) => format!("https://localhost:{}/hooks", self.service.address.port()),
            None => format!("http://{}/hooks", self.service.address),
        }
    }

    /// Its port on this machine.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.service.address.port()
    }

    /// The certificate to trust, as PEM; empty without TLS.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.authority.as_deref().unwrap_or_default()
    }

    /// Behaves otherwise from now on.
    pub fn set(&self, mood: Mood) {
        *self.service.mood.lock() = mood;
    }

    /// How many requests came in.
    #[must_use]
    pub fn requests(&self) -> usize {
        *self.service.requests.lock()
    }

    /// What it took, in order; a message that came twice is there twice.
    #[must_use]
    pub fn got(&self) -> Vec<Hook> {
        self.inside.lock().got.clone()
    }

    /// What was wrong with what came in; empty when all was well.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        self.inside.lock().complaints.clone()
    }
}

fn key(secret: &str) -> io::Result<Vec<u8>> {
    STANDARD.decode(secret.trim_start_matches("whsec_")).map_err(io::Error::other)
}

fn answer(inside: &mut Inside, key: &[u8], request: &Request) -> Reply {
    match taken(key, request) {
        Ok(hook) => {
            inside.got.push(hook);
            (204, "text/plain", String::new())
        }
        Err(complaint) => {
            inside.complaints.push(complaint.clone());
            (401, "text/plain", complaint)
        }
    }
}

fn taken(key: &[u8], request: &Request) -> Result<Hook, String> {
    let (id, timestamp) = (request.header("webhook-id"), request.header("webhook-timestamp"));
    let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", &request.body].concat();
    let expected = format!("v1,{}", STANDARD.encode(hmac_sha256(key, &signed)));
    if !request.header("webhook-signature").split(' ').any(|given| given == expected) {
        return Err("no signature fits".to_owned());
    }
    if request.header("content-type") != "application/json" {
        return Err(format!("the content type is `{}`", request.header("content-type")));
    }
    let timestamp = timestamp.parse().map_err(|_| format!("`{timestamp}` is no time"))?;
    let body: Value = serde_json::from_slice(&request.body).map_err(|error| error.to_string())?;
    for name in ["type", "timestamp", "data"] {
        body.get(name).ok_or_else(|| format!("the body has no `{name}`"))?;
    }
    Ok(Hook { id: id.to_owned(), timestamp, body })
}
