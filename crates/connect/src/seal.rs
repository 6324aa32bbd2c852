//! Secrets at rest: sealed with a key that is not kept beside them.
//!
//! XChaCha20-Poly1305 with a random nonce. The place where a secret is kept is part of what is authenticated,
//! so that a sealed secret copied to another place cannot be opened there. As text it reads `sealed:v1:...`.

use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, Generate, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;

const PREFIX: &str = "sealed:v1:";
const NONCE: usize = 24;

/// 32 bytes that open what is sealed and sign what is linked. Kept by the operator, outside the database.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

/// A secret as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

/// Why a key or a sealed secret cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsealable {
    /// Not 32 bytes of base64.
    #[error("the key is not 32 bytes in base64 (43 or 44 characters): make one with `openssl rand -base64 32`")]
    BadKey,
    /// Not a text that `seal` made.
    #[error("the secret of {place} is not in sealed form: enter it again")]
    NotSealed {
        /// Where it is kept.
        place: String,
    },
    /// The key is another one, the text was changed, or it was sealed for another place.
    #[error(
        "the secret of {place} cannot be opened: the server's key is not the one it was sealed with, or the stored text was changed. Start with the right key, or enter the secret again"
    )]
    WrongKey {
        /// Where it is kept.
        place: String,
    },
}

impl Key {
    /// A key of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A new key, by lot.
    #[must_use]
    pub fn generate() -> Self {
        Self(chacha20poly1305::Key::generate().into())
    }

    /// Reads a key from base64, in either alphabet, with or without padding.
    ///
    /// # Errors
    /// When it is not 32 bytes.
    pub fn parse(text: &str) -> Result<Self, Unsealable> {
        let plain = text.trim().trim_end_matches('=').replace('+', "-").replace('/', "_");
        let bytes = URL_SAFE_NO_PAD.decode(plain).map_err(|_| Unsealable::BadKey)?;
        bytes.try_into().map(Self).map_err(|_| Unsealable::BadKey)
    }

    /// The key as base64, for the file it is kept in.
    #[must_use]
    pub fn to_text(&self) -> Secret {
        Secret::new(STANDARD.encode(self.0))
    }

    /// Another key for one purpose, so that no key does two things.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Self {
        Self(self.sign(purpose.as_bytes()))
    }

    /// The HMAC-SHA256 of a text.
    #[must_use]
    pub(crate) fn sign(&self, text: &[u8]) -> [u8; 32] {
        hmac(&self.0, &[text])
    }

    /// Seals a secret for the place where it will be kept.
    #[must_use]
    pub fn seal(&self, secret: &Secret, place: &str) -> Sealed {
        let nonce = XNonce::generate();
        let payload = Payload { msg: secret.reveal().as_bytes(), aad: place.as_bytes() };
        // INVARIANT: the cipher refuses only texts of more than 256 GB.
        let sealed = self.cipher().encrypt(&nonce, payload).unwrap_or_default();
        Sealed(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Opens a secret kept in that place.
    ///
    /// # Errors
    /// When the text is not a sealed secret, the key is another one, or the text or its place was changed.
    pub fn open(&self, sealed: &Sealed, place: &str) -> Result<Secret, Unsealable> {
        let not_sealed = || Unsealable::NotSealed { place: place.to_owned() };
        let wrong_key = || Unsealable::WrongKey { place: place.to_owned() };
        let text = sealed.0.strip_prefix(PREFIX).ok_or_else(not_sealed)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| not_sealed())?;
        let (nonce, msg) = bytes.split_at_checked(NONCE).ok_or_else(not_sealed)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| not_sealed())?;
        let plain = self.cipher().decrypt(&nonce, Payload { msg, aad: place.as_bytes() }).map_err(|_| wrong_key())?;
        String::from_utf8(plain).map(Secret::from).map_err(|_| wrong_key())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(key)")
    }
}

/// The HMAC-SHA256 of parts that follow each other.
pub(crate) fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // INVARIANT: HMAC takes keys of any length, so that the other arm is never used.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
