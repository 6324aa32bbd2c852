//! API tokens: 256 random bits that are shown once and stored as a hash, with scopes, a rate and an end.

use crate::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use pointsman_store::request::{DocumentKind, What};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub enum Scope {
    /// See leads, their decisions, pools, queues, reps, accounts, events.
    #[serde(rename = "leads:read")]
    LeadsRead,
    /// Bring leads in, and act on them.
    #[serde(rename = "leads:write")]
    LeadsWrite,
    /// Change reps, absences, credits and accounts.
    #[serde(rename = "directory")]
    Directory,
    /// See, change and publish the policy.
    #[serde(rename = "policy")]
    Policy,
    /// See messages, and send dead ones again.
    #[serde(rename = "outbox")]
    Outbox,
    /// Everything, channels and tokens included.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::LeadsRead, Self::LeadsWrite, Self::Directory, Self::Policy, Self::Outbox, Self::Admin];

    /// As written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LeadsRead => "leads:read",
            Self::LeadsWrite => "leads:write",
            Self::Directory => "directory",
            Self::Policy => "policy",
            Self::Outbox => "outbox",
            Self::Admin => "admin",
        }
    }

    /// The scope of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// A token as it is stored: everything but itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Requests per second; `None`: what the configuration says.
    pub rate: Option<u32>,
    /// From when on it is not valid.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The SHA-256 of its text, in hex.
    pub hash: String,
}

impl Token {
    /// Whether it may do what needs a scope.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|has| *has == scope || *has == Scope::Admin)
    }

    /// Whether a hash is this token's, and it is not over. Takes the same time wherever the hashes differ.
    #[must_use]
    pub fn is(&self, hash: &str, now: Timestamp) -> bool {
        let same: bool = self.hash.as_bytes().ct_eq(hash.as_bytes()).into();
        same && !self.is_over(now)
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A new token's text, `pm_` and 256 random bits.
///
/// # Errors
/// The system has no randomness to give.
pub fn mint() -> io::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(format!("pm_{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// The SHA-256 of a token's text, in hex.
#[must_use]
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The id of a token with this hash: its beginning, so that a token is found by its id and then compared in full.
#[must_use]
pub fn id(hash: &str) -> String {
    format!("tok_{}", hash.get(..24).unwrap_or(hash))
}

/// What puts a token into the store.
///
/// # Errors
/// Never: it has a JSON form.
pub fn put(token: &Token) -> Result<What, Problem> {
    let body = serde_json::to_string(token).map_err(Problem::ours)?;
    Ok(What::Document { kind: DocumentKind::Token, id: id(&token.hash).into(), body: Some(body.into()), seen: Some(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str, scopes: &[Scope]) -> Token {
        let created_at = Timestamp::UNIX_EPOCH;
        Token { name: "ci".into(), scopes: scopes.into(), rate: None, expires_at: None, created_at, hash: hash(text) }
    }

    #[test]
    fn a_token_has_256_random_bits_and_its_stored_form_does_not_hold_it() {
        let (one, other) = (mint().unwrap(), mint().unwrap());
        assert_ne!(one, other);
        assert_eq!((one.len(), one.starts_with("pm_")), (3 + 43, true));
        assert!(!serde_json::to_string(&token(&one, &[])).unwrap().contains(&one));
        assert_ne!(id(&hash(&one)), id(&hash(&other)));
    }

    #[test]
    fn a_token_is_itself_until_it_expires() {
        let mut stored = token("pm_abc", &[]);
        let now = Timestamp::from_second(100).unwrap();
        assert!(stored.is(&hash("pm_abc"), now) && !stored.is(&hash("pm_abd"), now) && !stored.is("", now));
        stored.expires_at = Some(now);
        assert!(!stored.is(&hash("pm_abc"), now), "the end is not part of it");
    }

    #[test]
    fn a_token_may_do_what_its_scopes_say_and_an_administrator_everything() {
        let reader = token("", &[Scope::LeadsRead]);
        assert!(reader.may(Scope::LeadsRead) && !reader.may(Scope::LeadsWrite) && !reader.may(Scope::Admin));
        assert!(Scope::ALL.iter().all(|scope| token("", &[Scope::Admin]).may(*scope)));
        assert!(Scope::ALL.iter().all(|scope| Scope::named(scope.name()) == Some(*scope)));
    }
}
