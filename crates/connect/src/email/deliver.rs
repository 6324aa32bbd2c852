//! Brings messages to inboxes.

use crate::channel::{BadConfig, Outside};
use crate::config::Tls;
use crate::email::client::{Client, Server};
use crate::email::compose;
use crate::message::{Message, Outcome};
use crate::secret::Secret;
use jiff::Timestamp;
use lettre::message::Mailbox;

/// E-mail over one SMTP server.
pub struct Email {
    client: Client,
    from: Mailbox,
    outside: Outside,
}

impl Email {
    /// E-mail over this server, from this sender.
    ///
    /// # Errors
    /// When the sender is no mailbox, the login is half there or blank, no server is named, or TLS cannot be set up.
    pub fn new(
        (host, port, tls): (&str, u16, Tls),
        login: (Option<&str>, Option<&Secret>),
        from: &str,
        outside: &Outside,
    ) -> Result<Self, BadConfig> {
        let from: Mailbox = from.parse().map_err(|error| BadConfig::new("from", &error))?;
        BadConfig::if_blank("host", host.trim().is_empty())?;
        let login = match login {
            (Some(user), Some(password)) => {
                BadConfig::if_blank("user", user.trim().is_empty())?;
                BadConfig::if_blank("password", password.is_blank())?;
                Some((user, password))
            }
            (None, None) => None,
            _ => return Err(BadConfig::new("password", &"user and password go together: give both or none")),
        };
        let server = Server { host, port, tls, login, domain: from.email.domain(), limits: outside.http.limits() };
        let client = Client::new(&server).map_err(|error| BadConfig::new("tls", &error))?;
        Ok(Self { client, from, outside: outside.clone() })
    }

    /// Whether the recipient has an address.
    ///
    /// # Errors
    /// Why not.
    pub fn reaches(message: &Message) -> Result<(), String> {
        compose::recipient(message).map(|_| ())
    }

    /// Sends a message.
    pub async fn deliver(&self, message: &Message, now: Timestamp) -> Outcome {
        match compose::compose(message, &self.from, &self.outside.links, now) {
            Ok(mail) => self.client.send(self.outside.http.guard(), mail.envelope(), &mail.formatted()).await,
            Err(reason) => Outcome::dead(reason),
        }
    }
}
