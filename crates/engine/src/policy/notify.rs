//! How reps are told about leads, and what becomes of those who keep missing them.

use crate::calendar::Span;
use jiff::Timestamp;

/// `[notify]`: how a rep is told about a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// Tried in order; never empty.
    pub channels: Vec<Channel>,
    /// A rep who has not reacted after this time is told by the next channel too. `None`: the next channel is tried
    /// only where a message cannot be delivered.
    pub next_after: Option<Span>,
}

impl Default for Notify {
    fn default() -> Self {
        Self { channels: vec![Channel::Slack, Channel::Email], next_after: None }
    }
}

/// A way to tell somebody something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A message in Slack.
    Slack,
    /// An e-mail.
    Email,
    /// A signed request to an address of the customer's own.
    Webhook,
}

impl Channel {
    /// As the policy writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Email => "email",
            Self::Webhook => "webhook",
        }
    }
}

/// `[missed]`: when a rep who keeps missing leads is taken offline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// After so many missed leads.
    pub offline_after: u32,
    /// Within this time.
    pub within: Span,
    /// For so long.
    pub offline_for: Span,
}

impl Missed {
    /// Until when a rep who missed leads at these moments is offline from `now` on; `None`: they are not.
    #[must_use]
    pub fn offline_until(&self, misses: impl IntoIterator<Item = Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let since = self.within.before(now);
        let recent = misses.into_iter().filter(|miss| since < *miss && *miss <= now).count();
        (recent >= self.offline_after as usize).then(|| self.offline_for.after(now))
    }
}
