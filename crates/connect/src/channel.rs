//! A channel: one configured way to people or programs, ready for use. The single entry for whoever carries
//! messages out.

use crate::config::ChannelConfig;
use crate::email::deliver::Email;
use crate::http::{Http, Trouble};
use crate::links::Links;
use crate::message::{Message, Notice, Outcome};
use crate::secret::Secret;
use crate::slack::deliver::{Slack, SlackWebhook};
use crate::webhook::deliver::Webhook;
use jiff::Timestamp;
use std::fmt::Display;

/// What all channels share. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outside {
    /// The guarded way out.
    pub http: Http,
    /// Links back to this server.
    pub links: Links,
}

/// A channel.
pub enum Channel {
    /// A Slack app's bot.
    Slack(Slack),
    /// A Slack incoming webhook.
    SlackWebhook(SlackWebhook),
    /// E-mail.
    Email(Box<Email>),
    /// A program.
    Webhook(Webhook),
    /// Nowhere.
    Sink,
}

/// A configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct BadConfig {
    /// The field that is wrong.
    pub field: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl BadConfig {
    pub(crate) fn new(field: &'static str, why: &dyn Display) -> Self {
        Self { field, why: why.to_string() }
    }

    /// Refuses a field that is blank: a blank token opens nothing, and a signature by a blank secret is anybody's.
    pub(crate) fn if_blank(field: &'static str, blank: bool) -> Result<(), Self> {
        if blank { Err(Self::new(field, &"it is blank: enter it")) } else { Ok(()) }
    }
}

impl Channel {
    /// Makes a channel of its configuration. Nothing is sent yet.
    ///
    /// # Errors
    /// When an address, a secret or a sender has no use.
    pub fn open(config: &ChannelConfig<Secret>, outside: &Outside) -> Result<Self, BadConfig> {
        Ok(match config {
            ChannelConfig::Slack { token, signing_secret, api_base } => {
                Self::Slack(Slack::new(token, signing_secret.clone(), api_base.as_deref(), outside)?)
            }
            ChannelConfig::SlackWebhook { url } => Self::SlackWebhook(SlackWebhook::new(url.clone(), outside)?),
            ChannelConfig::Smtp { host, port, tls, user, password, from } => {
                let login = (user.as_deref(), password.as_ref());
                Self::Email(Box::new(Email::new((host, *port, *tls), login, from, outside)?))
            }
            ChannelConfig::Webhook { url, secrets, events } => Self::Webhook(Webhook::new(url, secrets, events.clone(), outside)?),
            ChannelConfig::Sink {} => Self::Sink,
        })
    }

    /// Whether this channel can carry the message to its recipient. If not, the next one may.
    ///
    /// # Errors
    /// Why not.
    pub fn reaches(&self, message: &Message) -> Result<(), String> {
        if let (Notice::Event { .. }, Self::Slack(_) | Self::SlackWebhook(_) | Self::Email(_)) = (&message.notice, self) {
            return Err("events go to webhooks only".to_owned());
        }
        match self {
            Self::Slack(slack) => slack.reaches(message),
            Self::Email(_) => Email::reaches(message),
            Self::Webhook(webhook) => webhook.reaches(message),
            Self::SlackWebhook(_) | Self::Sink => Ok(()),
        }
    }

    /// Whether a message that was delivered can be brought up to date ([`Message::replaces`]).
    #[must_use]
    pub const fn updates(&self) -> bool {
        matches!(self, Self::Slack(_) | Self::Sink)
    }

    /// Delivers a message, once. Ends in any case, within the time of
    /// [`crate::http::Limits::total`], or twice that for e-mail.
    pub async fn deliver(&self, message: &Message, now: Timestamp) -> Outcome {
        if message.replaces.is_some() && !self.updates() {
            return Outcome::dead("messages of this channel cannot be brought up to date");
        }
        match self {
            Self::Slack(slack) => slack.deliver(message, now).await,
            Self::SlackWebhook(slack) => slack.deliver(message, now).await,
            Self::Email(email) => email.deliver(message, now).await,
            Self::Webhook(webhook) => webhook.deliver(message, now).await,
            Self::Sink => {
                tracing::debug!(message = message.id, notice = message.notice.name(), "a message went into the sink");
                Outcome::Delivered { external: "sink".to_owned() }
            }
        }
    }
}

impl From<Trouble> for Outcome {
    /// An address that is wrong or forbidden stays so; everything else may pass.
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::BadAddress(_) | Trouble::Refused(_) => Self::dead(trouble.to_string()),
            Trouble::Slow { .. } | Trouble::Unreachable { .. } | Trouble::TooLong { .. } => Self::retry(trouble.to_string()),
        }
    }
}
