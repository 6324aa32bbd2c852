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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLACE: &str = "channel:slack, token";

    fn key() -> Key {
        Key::new([1; 32])
    }

    #[test]
    fn a_sealed_secret_opens_with_its_key_in_its_place() {
        let sealed = key().seal(&Secret::new("xoxb-1"), PLACE);
        assert_eq!(key().open(&sealed, PLACE).unwrap().reveal(), "xoxb-1");
        assert!(sealed.0.starts_with("sealed:v1:") && !sealed.0.contains("xoxb"));
    }

    #[test]
    fn the_same_secret_is_sealed_otherwise_each_time() {
        assert_ne!(key().seal(&Secret::new("x"), PLACE), key().seal(&Secret::new("x"), PLACE));
    }

    #[test]
    fn another_key_or_place_opens_nothing_and_says_so() {
        let sealed = key().seal(&Secret::new("x"), PLACE);
        let wrong = |result: Result<Secret, Unsealable>| matches!(result, Err(Unsealable::WrongKey { .. }));
        assert!(wrong(Key::new([2; 32]).open(&sealed, PLACE)));
        assert!(wrong(key().open(&sealed, "channel:smtp, password")));
        let error = Key::generate().open(&sealed, PLACE).unwrap_err().to_string();
        assert!(error.contains(PLACE) && error.contains("enter the secret again"), "{error}");
    }

    #[test]
    fn a_text_that_was_never_sealed_is_told_apart() {
        for text in ["", "xoxb-1", "sealed:v1:", "sealed:v1:AAAA", "sealed:v1:***", "sealed:v2:AAAA"] {
            let result = key().open(&Sealed(text.to_owned()), PLACE);
            assert!(matches!(result, Err(Unsealable::NotSealed { .. })), "{text}: {result:?}");
        }
    }

    #[test]
    fn a_key_is_read_as_it_is_written_and_as_others_write_it() {
        let key = Key::new([0xfb; 32]);
        let text = key.to_text();
        for text in [
            text.reveal(),
            &format!(" {}\n", text.reveal()),
            text.reveal().trim_end_matches('='),
            &text.reveal().replace('+', "-").replace('/', "_"),
        ] {
            assert_eq!(Key::parse(text).unwrap(), key);
        }
        for text in ["", "c2hvcnQ=", "not base64 at all, but long enough to be one"] {
            assert_eq!(Key::parse(text), Err(Unsealable::BadKey));
        }
        assert_ne!(Key::generate(), Key::generate());
    }

    #[test]
    fn neither_keys_nor_secrets_are_shown() {
        assert_eq!(format!("{:?} {:?}", key(), Secret::new("xoxb-1")), "(key) (secret)");
    }

    /// RFC 4231, test case 2.
    #[test]
    fn hmac_is_that_of_the_standard() {
        let hex: String = hmac(b"Jefe", &[b"what do ya want ", b"for nothing?"]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    proptest! {
        #[test]
        fn any_change_of_one_character_is_noticed(secret in "\\PC{0,40}", at in any::<prop::sample::Index>(), with in "[A-Za-z0-9_-]") {
            let Sealed(text) = key().seal(&Secret::new(secret.clone()), PLACE);
            let at = PREFIX.len() + at.index(text.len() - PREFIX.len());
            let changed = format!("{}{with}{}", &text[..at], &text[at + 1..]);
            let opened = key().open(&Sealed(changed.clone()), PLACE);
            prop_assert_eq!(opened.is_ok(), changed == text);
        }
    }
}
