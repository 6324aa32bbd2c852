//! Signatures of Standard Webhooks: `v1`, HMAC-SHA256 over `id.timestamp.body`.

use crate::seal::hmac;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The keys of one webhook. The first is the newest; all sign, and any of them verifies.
#[derive(Clone)]
pub struct SigningKeys(Vec<Vec<u8>>);

/// A secret is not one for signing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSecret {
    /// There is none.
    #[error("a webhook needs a secret to sign with: `whsec_` and 32 random bytes in base64")]
    None,
    /// Not of the right form.
    #[error("a signing secret is not `whsec_` and 24 to 64 bytes in base64: make one with `openssl rand -base64 32`")]
    Form,
}

impl SigningKeys {
    /// Reads secrets as they are written: `whsec_` and base64; the prefix may be left out.
    ///
    /// # Errors
    /// When there is none, or one has another form.
    pub fn new(secrets: &[Secret]) -> Result<Self, BadSecret> {
        let key = |secret: &Secret| {
            let text = secret.reveal().trim();
            let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).ok();
            bytes.filter(|bytes| (24..=64).contains(&bytes.len())).ok_or(BadSecret::Form)
        };
        let keys: Vec<_> = secrets.iter().map(key).collect::<Result<_, _>>()?;
        if keys.is_empty() { Err(BadSecret::None) } else { Ok(Self(keys)) }
    }

    /// The header `webhook-signature`: one signature for each key.
    #[must_use]
    pub fn sign(&self, id: &str, at: i64, body: &[u8]) -> String {
        let signatures: Vec<String> =
            self.signatures(id, &at.to_string(), body).map(|mac| format!("v1,{}", STANDARD.encode(mac))).collect();
        signatures.join(" ")
    }

    /// What each key makes of a request.
    pub(super) fn signatures(&self, id: &str, at: &str, body: &[u8]) -> impl Iterator<Item = [u8; 32]> {
        self.0.iter().map(move |key| hmac(key, &[id.as_bytes(), b".", at.as_bytes(), b".", body]))
    }
}
