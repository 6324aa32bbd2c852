//! Brings messages into Slack.

use crate::channel::{BadConfig, Outside};
use crate::http::address;
use crate::message::{Message, Outcome};
use crate::secret::Secret;
use crate::slack::blocks::{self, Answers};
use crate::slack::client::{Client, parts, quiet};
use crate::slack::errors;
use crate::slack::intake::{self, Press, Rejected};
use jiff::Timestamp;

/// A Slack app's bot.
pub struct Slack {
    client: Client,
    signing_secret: Secret,
    outside: Outside,
}

impl Slack {
    /// A bot with this token.
    ///
    /// # Errors
    /// When a secret is blank, or the API's address has no use.
    pub fn new(token: &Secret, signing_secret: Secret, api_base: Option<&str>, outside: &Outside) -> Result<Self, BadConfig> {
        BadConfig::if_blank("token", token.is_blank())?;
        BadConfig::if_blank("signing_secret", signing_secret.is_blank())?;
        let client = Client::new(outside.http.clone(), api_base, token).map_err(|error| BadConfig::new("api_base", &error))?;
        Ok(Self { client, signing_secret, outside: outside.clone() })
    }

    /// Whether the recipient is known in Slack.
    ///
    /// # Errors
    /// Why not.
    pub fn reaches(&self, message: &Message) -> Result<(), String> {
        match &message.to.slack_id {
            Some(id) if !id.trim().is_empty() => Ok(()),
            _ => Err(format!("{} has no slack_id in the directory", recipient(message))),
        }
    }

    /// Posts a message, or brings an earlier one up to date.
    pub async fn deliver(&self, message: &Message, now: Timestamp) -> Outcome {
        let body = blocks::body(message, Answers::Buttons, &self.outside.links, now);
        match (&message.replaces, &message.to.slack_id) {
            (Some(earlier), _) => match parts(earlier) {
                Some((channel, ts)) => self.client.update(channel, ts, body, now).await,
                None => Outcome::dead(format!("`{earlier}` is no message of Slack's, so that it cannot be brought up to date")),
            },
            (None, Some(id)) => self.client.post_message(id.trim(), body, now).await,
            (None, None) => Outcome::dead(format!("{} has no slack_id in the directory", recipient(message))),
        }
    }

    /// Reads a request of Slack's to the interactivity endpoint.
    ///
    /// # Errors
    /// When Slack did not send it, or not now.
    pub fn press(&self, timestamp: &str, signature: &str, body: &[u8], now: Timestamp) -> Result<Option<Press>, Rejected> {
        intake::verify(&self.signing_secret, timestamp, signature, body, now)?;
        intake::read(body)
    }

    /// Says something that only the member who pressed a button sees: why it did not work.
    pub async fn whisper(&self, press: &Press, text: &str, now: Timestamp) -> Outcome {
        self.client.whisper(&press.response_url, text, now).await
    }
}

/// A Slack incoming webhook. Whoever can read the conversation can use its links to answer for the rep.
pub struct SlackWebhook {
    url: Secret,
    outside: Outside,
}

impl SlackWebhook {
    /// An incoming webhook at this address.
    ///
    /// # Errors
    /// When the address has no use.
    pub fn new(url: Secret, outside: &Outside) -> Result<Self, BadConfig> {
        address(url.reveal()).map_err(|error| BadConfig::new("url", &error))?;
        Ok(Self { url, outside: outside.clone() })
    }

    /// Posts a message.
    pub async fn deliver(&self, message: &Message, now: Timestamp) -> Outcome {
        let mut body = blocks::body(message, Answers::Links, &self.outside.links, now);
        quiet(&mut body);
        let headers = [("content-type", "application/json; charset=utf-8")];
        match self.outside.http.post(self.url.reveal(), &headers, body.to_string().into_bytes()).await {
            Ok(answer) if answer.is_success() => Outcome::Delivered { external: String::new() },
            Ok(answer) => errors::webhook_outcome(&answer, now),
            Err(trouble) => trouble.into(),
        }
    }
}

fn recipient(message: &Message) -> &str {
    message.to.person.as_ref().map_or("the recipient", |person| &person.email)
}
