//! Sends messages to a program that listens for webhooks.

use crate::channel::{BadConfig, Outside};
use crate::http::{Answer, address};
use crate::message::{Message, Outcome};
use crate::secret::Secret;
use crate::webhook::payload::{self, event_type, takes};
use crate::webhook::signature::SigningKeys;
use jiff::Timestamp;

/// One webhook.
pub struct Webhook {
    url: String,
    host: String,
    keys: SigningKeys,
    events: Vec<String>,
    outside: Outside,
}

impl Webhook {
    /// A webhook at this address.
    ///
    /// # Errors
    /// When the address or a secret has no use.
    pub fn new(url: &str, secrets: &[Secret], events: Vec<String>, outside: &Outside) -> Result<Self, BadConfig> {
        let (url, host) = address(url).map_err(|error| BadConfig::new("url", &error))?;
        let keys = SigningKeys::new(secrets).map_err(|error| BadConfig::new("secrets", &error))?;
        Ok(Self { url: url.into(), host, keys, events, outside: outside.clone() })
    }

    /// Whether the receiver asked for messages of this type.
    ///
    /// # Errors
    /// Why not.
    pub fn reaches(&self, message: &Message) -> Result<(), String> {
        let event = event_type(message);
        let wanted = self.events.is_empty() || self.events.iter().any(|wanted| takes(wanted, &event));
        if wanted { Ok(()) } else { Err(format!("the webhook takes no events of the type {event}")) }
    }

    /// Sends a message. The body is made anew in each attempt and is the same each time; time and signature
    /// are those of the attempt.
    pub async fn deliver(&self, message: &Message, now: Timestamp) -> Outcome {
        let body = payload::of(message, &self.outside.links).to_string().into_bytes();
        let (at, signature) = (now.as_second(), self.keys.sign(&message.id, now.as_second(), &body));
        let at = at.to_string();
        let headers = [
            ("content-type", "application/json"),
            ("webhook-id", message.id.as_str()),
            ("webhook-timestamp", &at),
            ("webhook-signature", &signature),
        ];
        match self.outside.http.post(&self.url, &headers, body).await {
            Ok(answer) => self.outcome(&answer, now),
            Err(trouble) => trouble.into(),
        }
    }

    /// As the specification has it: everything but a 2xx is a failure; 410 asks to be left alone for good.
    fn outcome(&self, answer: &Answer, now: Timestamp) -> Outcome {
        let (host, status) = (&self.host, answer.status);
        match status {
            200..=299 => Outcome::Delivered { external: status.to_string() },
            410 => {
                Outcome::dead(format!("{host} answered 410 Gone: it wants no more webhooks. Remove the webhook, or correct its address"))
            }
            300..=399 => Outcome::dead(format!(
                "{host} answered {status}, a redirect, and redirects are not followed: configure the address it leads to"
            )),
            _ => Outcome::Retry { after: answer.retry_after(now), reason: format!("{host} answered {status}") },
        }
    }
}
