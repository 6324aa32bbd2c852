//! What Slack sends when a button is pressed: believed or not, then read. Pure.

use crate::message::Action;
use crate::seal::hmac;
use crate::secret::Secret;
use jiff::Timestamp;
use serde::Deserialize;
use subtle::ConstantTimeEq;

/// How far Slack's clock and ours may be apart, in seconds.
const TOLERANCE: u64 = 300;

/// A button that was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// What was answered.
    pub action: Action,
    /// The lead it is about.
    pub lead: String,
    /// The message that carried the button, `msg_...`.
    pub message: String,
    /// The Slack member who pressed it.
    pub user: String,
    /// The conversation and time stamp of the message in Slack, as [`crate::message::Message::replaces`] takes them.
    pub external: String,
    /// Where to whisper to that member.
    pub response_url: String,
}

/// Why a request is not believed or not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The timestamp is no number.
    #[error("the header X-Slack-Request-Timestamp is not a number of seconds")]
    NoTime,
    /// Sent too long ago, or by a clock that is wrong: perhaps an old request sent again.
    #[error("the header X-Slack-Request-Timestamp is more than {TOLERANCE} s from this server's clock")]
    OutOfTime,
    /// Signed with another secret, or changed.
    #[error("the header X-Slack-Signature does not fit: check the signing secret of the Slack channel")]
    BadSignature,
    /// Not what Slack sends.
    #[error("the request is signed but is not an interaction as Slack sends them")]
    Unreadable,
}

/// Whether Slack sent this body, byte for byte, a moment ago.
///
/// # Errors
/// When it did not.
pub fn verify(secret: &Secret, timestamp: &str, signature: &str, body: &[u8], now: Timestamp) -> Result<(), Rejected> {
    let at: i64 = timestamp.parse().map_err(|_| Rejected::NoTime)?;
    if now.as_second().abs_diff(at) > TOLERANCE {
        return Err(Rejected::OutOfTime);
    }
    let ours = sign(secret, timestamp, body);
    if bool::from(ours.as_bytes().ct_eq(signature.as_bytes())) { Ok(()) } else { Err(Rejected::BadSignature) }
}

/// The signature of a body, as in the header.
#[must_use]
pub fn sign(secret: &Secret, timestamp: &str, body: &[u8]) -> String {
    let mac = hmac(secret.reveal().as_bytes(), &[b"v0:", timestamp.as_bytes(), b":", body]);
    let hex: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v0={hex}")
}

#[derive(Deserialize)]
struct Interaction {
    #[serde(rename = "type")]
    kind: String,
    user: Option<Named>,
    channel: Option<Named>,
    container: Option<Container>,
    response_url: Option<String>,
    #[serde(default)]
    actions: Vec<Pressed>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
struct Container {
    message_ts: Option<String>,
    channel_id: Option<String>,
}

#[derive(Deserialize)]
struct Pressed {
    action_id: String,
    block_id: String,
    value: Option<String>,
}

/// Reads a body that was believed. `None` for what needs no answer, such as a press on a link.
///
/// # Errors
/// When it is not an interaction.
pub fn read(body: &[u8]) -> Result<Option<Press>, Rejected> {
    let payload = url::form_urlencoded::parse(body).find(|(name, _)| name == "payload").ok_or(Rejected::Unreadable)?.1;
    let interaction: Interaction = serde_json::from_str(&payload).map_err(|_| Rejected::Unreadable)?;
    if interaction.kind != "block_actions" {
        return Ok(None);
    }
    let answer = |pressed: Pressed| Some((Action::named(&pressed.action_id)?, pressed));
    let Some((action, pressed)) = interaction.actions.into_iter().find_map(answer) else { return Ok(None) };
    let container = interaction.container.ok_or(Rejected::Unreadable)?;
    let channel = container.channel_id.or_else(|| interaction.channel.map(|channel| channel.id)).ok_or(Rejected::Unreadable)?;
    let ts = container.message_ts.ok_or(Rejected::Unreadable)?;
    Ok(Some(Press {
        action,
        lead: pressed.value.ok_or(Rejected::Unreadable)?,
        message: pressed.block_id,
        user: interaction.user.ok_or(Rejected::Unreadable)?.id,
        external: format!("{channel}/{ts}"),
        response_url: interaction.response_url.unwrap_or_default(),
    }))
}
