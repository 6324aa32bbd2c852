//! How a channel is configured, in three forms that differ only in how secrets are written.
//!
//! `ChannelConfig<Secret>` is what somebody enters and what a channel is opened with; it can be read, not
//! written. `ChannelConfig<Sealed>` is what is stored. `ChannelConfig<Hidden>` is what may be shown.

use crate::limit::Rate;
use crate::seal::{Key, Sealed, Unsealable};
use crate::secret::{Hidden, Secret};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One configured way to people or programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ChannelConfig<S> {
    /// A Slack app: direct messages with buttons, brought up to date.
    Slack {
        /// The bot's token, `xoxb-...`, with the scope `chat:write`.
        token: S,
        /// Verifies what Slack sends when a button is pressed.
        signing_secret: S,
        /// Where Slack's Web API is, if not at `https://slack.com/api`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        api_base: Option<String>,
    },
    /// A Slack incoming webhook: messages with links into one conversation.
    SlackWebhook {
        /// The address, which is itself the secret.
        url: S,
    },
    /// E-mail over SMTP.
    Smtp {
        /// The server's name or address.
        host: String,
        /// Its port.
        port: u16,
        /// How the connection is kept private.
        #[serde(default)]
        tls: Tls,
        /// Whom to log in as; no login when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        /// The password of that user.
        #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
        password: Option<S>,
        /// Whom the messages are from: `Leads <leads@acme.example>`.
        from: String,
    },
    /// A program that gets signed JSON (Standard Webhooks).
    Webhook {
        /// Where it listens.
        url: String,
        /// `whsec_...`; each signs, so that a secret can be replaced without a gap.
        secrets: Vec<S>,
        /// The events it gets: `lead.assigned`, `lead.*`; all when empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        events: Vec<String>,
    },
    /// Goes nowhere: messages can be looked at in the outbox. For trying out.
    Sink {},
}

/// How a connection to an SMTP server is kept private.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// Begins in the clear and must turn to TLS before anything is said (port 587).
    #[default]
    Starttls,
    /// TLS from the first byte (port 465).
    Implicit,
    /// In the clear: only to this machine itself.
    None,
}

impl<S> ChannelConfig<S> {
    /// The kind, as in the stored form.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Slack { .. } => "slack",
            Self::SlackWebhook { .. } => "slack_webhook",
            Self::Smtp { .. } => "smtp",
            Self::Webhook { .. } => "webhook",
            Self::Sink {} => "sink",
        }
    }

    /// How many messages the other side usually takes, when nobody said otherwise.
    #[must_use]
    pub const fn usual_rate(&self) -> Rate {
        let (per_second, burst) = match self {
            Self::Slack { .. } => (4, 20),
            Self::SlackWebhook { .. } => (1, 5),
            Self::Smtp { .. } => (10, 50),
            Self::Webhook { .. } => (100, 200),
            Self::Sink {} => (10_000, 10_000),
        };
        Rate { every: Duration::from_nanos(1_000_000_000 / per_second), burst }
    }

    /// The same configuration with its secrets in another form. `change` gets each secret's field.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn try_map<T, E>(self, mut change: impl FnMut(&'static str, S) -> Result<T, E>) -> Result<ChannelConfig<T>, E> {
        Ok(match self {
            Self::Slack { token, signing_secret, api_base } => {
                ChannelConfig::Slack { token: change("token", token)?, signing_secret: change("signing_secret", signing_secret)?, api_base }
            }
            Self::SlackWebhook { url } => ChannelConfig::SlackWebhook { url: change("url", url)? },
            Self::Smtp { host, port, tls, user, password, from } => {
                let password = password.map(|password| change("password", password)).transpose()?;
                ChannelConfig::Smtp { host, port, tls, user, password, from }
            }
            Self::Webhook { url, secrets, events } => {
                let secrets = secrets.into_iter().map(|secret| change("secrets", secret)).collect::<Result<_, E>>()?;
                ChannelConfig::Webhook { url, secrets, events }
            }
            Self::Sink {} => ChannelConfig::Sink {},
        })
    }

    /// What may be shown.
    #[must_use]
    pub fn hidden(self) -> ChannelConfig<Hidden> {
        let Ok(hidden) = self.try_map(|_, _| Ok::<_, std::convert::Infallible>(Hidden));
        hidden
    }
}

impl ChannelConfig<Secret> {
    /// What may be stored. `place` names where, and is needed to open it again: `channel:slack`.
    #[must_use]
    pub fn seal(self, key: &Key, place: &str) -> ChannelConfig<Sealed> {
        let Ok(sealed) = self.try_map(|field, secret| Ok::<_, std::convert::Infallible>(key.seal(&secret, &kept_in(place, field))));
        sealed
    }
}

impl ChannelConfig<Sealed> {
    /// What a channel is opened with.
    ///
    /// # Errors
    /// When a secret cannot be opened with this key or was sealed for another place.
    pub fn open(self, key: &Key, place: &str) -> Result<ChannelConfig<Secret>, Unsealable> {
        self.try_map(|field, sealed| key.open(&sealed, &kept_in(place, field)))
    }
}

fn kept_in(place: &str, field: &str) -> String {
    format!("{place}, {field}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn examples() -> Vec<Value> {
        vec![
            json!({ "kind": "slack", "token": "s3cret-1", "signing_secret": "s3cret-2" }),
            json!({ "kind": "slack", "token": "s3cret-1", "signing_secret": "s3cret-2", "api_base": "http://localhost:1/api" }),
            json!({ "kind": "slack_webhook", "url": "https://hooks.slack.com/s3cret-1" }),
            json!({ "kind": "smtp", "host": "mail", "port": 587, "tls": "starttls", "from": "a@b.example" }),
            json!({ "kind": "smtp", "host": "mail", "port": 465, "tls": "implicit", "user": "me", "password": "s3cret-1", "from": "a@b.example" }),
            json!({ "kind": "webhook", "url": "https://in.example", "secrets": ["s3cret-1", "s3cret-2"], "events": ["lead.*"] }),
            json!({ "kind": "sink" }),
        ]
    }

    fn read(example: &Value) -> ChannelConfig<Secret> {
        serde_json::from_value(example.clone()).unwrap()
    }

    #[test]
    fn what_is_stored_and_shown_holds_no_secret_and_opens_to_what_was_entered() {
        let key = Key::new([1; 32]);
        for example in examples() {
            let stored = serde_json::to_string(&read(&example).seal(&key, "channel:a")).unwrap();
            let shown = serde_json::to_string(&read(&example).hidden()).unwrap();
            assert!(!stored.contains("s3cret") && !shown.contains("s3cret") && !format!("{:?}", read(&example)).contains("s3cret"));
            let sealed: ChannelConfig<Sealed> = serde_json::from_str(&stored).unwrap();
            assert_eq!(sealed.clone().open(&key, "channel:a").unwrap(), read(&example));
            let has_secrets = example.to_string().contains("s3cret");
            assert_eq!(sealed.clone().open(&key, "channel:b").is_err(), has_secrets, "sealed for another channel");
            assert_eq!(sealed.open(&Key::new([2; 32]), "channel:a").is_err(), has_secrets, "sealed with another key");
        }
    }

    #[test]
    fn one_secret_cannot_be_put_in_the_place_of_another() {
        let key = Key::new([1; 32]);
        let ChannelConfig::Slack { token, signing_secret, api_base } = read(&examples()[0]).seal(&key, "channel:a") else { panic!() };
        let swapped = ChannelConfig::Slack { token: signing_secret, signing_secret: token, api_base };
        assert!(swapped.open(&key, "channel:a").is_err());
    }

    #[test]
    fn starttls_is_what_nobody_has_to_ask_for() {
        let config = read(&json!({ "kind": "smtp", "host": "mail", "port": 587, "from": "a@b.example" }));
        assert!(matches!(config, ChannelConfig::Smtp { tls: Tls::Starttls, user: None, password: None, .. }));
    }

    #[test]
    fn an_unknown_key_or_kind_is_an_error() {
        for example in [
            json!({ "kind": "pager" }),
            json!({ "kind": "sink", "to": "x" }),
            json!({ "kind": "slack", "token": "x", "signing_secret": "y", "chanel": "z" }),
            json!({ "kind": "slack", "token": "x" }),
            json!({ "kind": "smtp", "host": "mail", "port": 70_000, "from": "a@b.example" }),
        ] {
            assert!(serde_json::from_value::<ChannelConfig<Secret>>(example.clone()).is_err(), "{example}");
        }
    }
}
