//! Requests that create: a JSON body, who sends it, and the key that makes sending it twice safe.

use super::extract::{bytes, header_text, is_json, json};
use crate::keyring::Caller;
use crate::problem::Problem;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use pointsman_store::request::{Once, Request as Asked, What};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The longest `Idempotency-Key`.
const LONGEST: usize = 200;

/// A request that creates something or makes something happen.
pub struct Posted<T> {
    /// The body.
    pub value: T,
    /// Who sends it.
    pub sender: Sender,
}

/// Who sends a request, and how it is told from others of theirs.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The token.
    pub caller: Caller,
    /// The key, where one came.
    pub once: Option<Once>,
}

impl Sender {
    /// Who calls, and the key for a request of this content.
    pub fn of(caller: Caller, headers: &HeaderMap, content: &[&[u8]]) -> Result<Self, Problem> {
        let Some(key) = header_text(headers, "idempotency-key")? else { return Ok(Self { caller, once: None }) };
        if key.is_empty() || key.len() > LONGEST {
            return Err(Problem::BadHeader("idempotency-key", format!("1 to {LONGEST} characters are expected")));
        }
        let mut fingerprint = Sha256::new();
        for part in content {
            fingerprint.update((part.len() as u64).to_be_bytes());
            fingerprint.update(part);
        }
        let fingerprint: String = fingerprint.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let once = Once { key: format!("{} {key}", caller.id).into(), fingerprint: fingerprint.into() };
        Ok(Self { caller, once: Some(once) })
    }

    /// The name that stands in the journal.
    pub fn name(&self) -> Box<str> {
        self.caller.token.name.as_str().into()
    }

    /// What the writer is asked, in the sender's name and under their key.
    pub fn asks(&self, what: What) -> Asked {
        Asked { actor: Some(self.name()), once: self.once.clone(), what }
    }

    /// The same for one of several pieces.
    pub fn asks_piece(&self, piece: usize, what: What) -> Asked {
        let once = self.once.as_ref().map(|once| Once { key: format!("{} {piece}", once.key).into(), ..once.clone() });
        Asked { actor: Some(self.name()), once, what }
    }

    /// An id for what is created: the same one when the same key comes again.
    pub fn new_id(&self, prefix: &str) -> String {
        let id = match &self.once {
            None => Uuid::now_v7(),
            Some(once) => {
                let hash = Sha256::digest(once.key.as_bytes());
                let bytes = hash.first_chunk().copied().unwrap_or_default();
                uuid::Builder::from_custom_bytes(bytes).into_uuid()
            }
        };
        format!("{prefix}_{}", id.simple())
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Posted<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let (headers, method, uri) = (parts.headers.clone(), parts.method.clone(), parts.uri.clone());
        let body = bytes(Request::from_parts(parts, body), state).await?;
        // A request that needs to say nothing may say nothing.
        let value = if body.is_empty() {
            json(b"{}")?
        } else if is_json(&headers) {
            json(&body)?
        } else {
            return Err(Problem::MediaType("application/json"));
        };
        let sender = Sender::of(caller, &headers, &[method.as_str().as_bytes(), uri.path().as_bytes(), &body])?;
        Ok(Self { value, sender })
    }
}
