//! A clock: a moment at which something happens to a lead by itself, unless somebody acts before.

use crate::policy::EscalationStep;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A running clock. In the order in which clocks are to fire: by time, then by kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Clock {
    /// When it fires.
    pub due: Timestamp,
    /// What for. A life has at most one clock of a kind.
    pub kind: ClockKind,
    /// What an escalation does then: as the policy said when the promise was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<EscalationStep>,
}

/// What a clock is for. Written `hold-over`, `route`, `remind-1`, `contact`, `escalate-1`, `unacknowledged-1`;
/// those of a list are numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ClockKind {
    /// A held lead has waited long enough.
    HoldOver,
    /// By now the lead should be with a rep.
    Route,
    /// The rep is reminded.
    Remind(u32),
    /// By now the rep should have made contact: the breach.
    Contact,
    /// A step of the escalation.
    Escalate(u32),
    /// The rep did not react to the message about the lead: the next channel's turn.
    Unacknowledged(u32),
}

impl fmt::Display for ClockKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HoldOver => f.write_str("hold-over"),
            Self::Route => f.write_str("route"),
            Self::Remind(number) => write!(f, "remind-{number}"),
            Self::Contact => f.write_str("contact"),
            Self::Escalate(number) => write!(f, "escalate-{number}"),
            Self::Unacknowledged(number) => write!(f, "unacknowledged-{number}"),
        }
    }
}

/// A text that names no clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no clock: expected hold-over, route, remind-1, contact, escalate-1 or unacknowledged-1")]
pub struct UnknownClock(pub String);

impl FromStr for ClockKind {
    type Err = UnknownClock;

    fn from_str(text: &str) -> Result<Self, UnknownClock> {
        let unknown = || UnknownClock(text.to_owned());
        match text {
            "hold-over" => return Ok(Self::HoldOver),
            "route" => return Ok(Self::Route),
            "contact" => return Ok(Self::Contact),
            _ => {}
        }
        let (name, number) = text.rsplit_once('-').ok_or_else(unknown)?;
        let number = number.parse().map_err(|_| unknown())?;
        match name {
            "remind" => Ok(Self::Remind(number)),
            "escalate" => Ok(Self::Escalate(number)),
            "unacknowledged" => Ok(Self::Unacknowledged(number)),
            _ => Err(unknown()),
        }
    }
}

impl TryFrom<String> for ClockKind {
    type Error = UnknownClock;

    fn try_from(text: String) -> Result<Self, UnknownClock> {
        text.parse()
    }
}

impl From<ClockKind> for String {
    fn from(kind: ClockKind) -> Self {
        kind.to_string()
    }
}
