//! Believes a webhook that comes in, or not.

use crate::webhook::signature::SigningKeys;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use subtle::ConstantTimeEq;

/// How far the sender's clock and ours may be apart, in seconds.
const TOLERANCE: u64 = 300;

/// Why a request is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The timestamp is no number.
    #[error("the header webhook-timestamp is not a number of seconds")]
    NoTime,
    /// Sent too long ago, or by a clock that is wrong: perhaps an old request sent again.
    #[error("the header webhook-timestamp is more than {TOLERANCE} s from this server's clock")]
    OutOfTime,
    /// No signature fits.
    #[error("no signature in the header webhook-signature fits the request and a secret of this webhook")]
    BadSignature,
}

/// Whether a request with these headers and this body, byte for byte, was sent by somebody who has a secret.
///
/// # Errors
/// When it was not, or not now.
pub fn verify(keys: &SigningKeys, id: &str, timestamp: &str, signature: &str, body: &[u8], now: Timestamp) -> Result<(), Rejected> {
    let at: i64 = timestamp.parse().map_err(|_| Rejected::NoTime)?;
    if now.as_second().abs_diff(at) > TOLERANCE {
        return Err(Rejected::OutOfTime);
    }
    let given = |text: &str| STANDARD.decode(text.strip_prefix("v1,")?).ok();
    let given: Vec<Vec<u8>> = signature.split(' ').filter_map(given).collect();
    let fits = |mac: [u8; 32]| given.iter().any(|given| bool::from(mac.as_slice().ct_eq(given)));
    if keys.signatures(id, timestamp, body).any(fits) { Ok(()) } else { Err(Rejected::BadSignature) }
}
