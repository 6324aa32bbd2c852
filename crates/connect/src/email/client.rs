//! Hands e-mails to an SMTP server: one connection for each, to an address that the guard let pass.

use crate::config::Tls;
use crate::guard::{Guard, Unresolved};
use crate::http::{Limits, one_provider};
use crate::message::Outcome;
use crate::secret::Secret;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::error::Error as _;
use std::net::SocketAddr;

/// An SMTP server.
pub struct Client {
    host: String,
    port: u16,
    tls: Tls,
    parameters: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    limits: Limits,
}

/// Where the server is and how to talk to it.
pub struct Server<'a> {
    /// Its name or address.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub tls: Tls,
    /// User and password.
    pub login: Option<(&'a str, &'a Secret)>,
    /// The domain we say we are: that of the sender.
    pub domain: &'a str,
    /// How long it may take. A mail needs a dozen answers, so that it gets twice the time of one request.
    pub limits: Limits,
}

impl Client {
    /// A client of this server.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(server: &Server<'_>) -> Result<Self, Error> {
        one_provider();
        let parameters = match server.tls {
            Tls::None => None,
            Tls::Starttls | Tls::Implicit => Some(TlsParameters::new(server.host.to_owned())?),
        };
        Ok(Self {
            host: server.host.to_owned(),
            port: server.port,
            tls: server.tls,
            parameters,
            credentials: server.login.map(|(user, password)| Credentials::new(user.to_owned(), password.reveal().to_owned())),
            hello: ClientId::Domain(server.domain.to_owned()),
            limits: server.limits,
        })
    }

    /// Hands over one e-mail.
    pub async fn send(&self, guard: &Guard, envelope: &Envelope, mail: &[u8]) -> Outcome {
        let patience = self.limits.total * 2;
        let late = || Outcome::retry(format!("{} did not take the mail within {} s", self.host, patience.as_secs_f32()));
        tokio::time::timeout(patience, self.hand_over(guard, envelope, mail)).await.unwrap_or_else(|_| late())
    }

    async fn hand_over(&self, guard: &Guard, envelope: &Envelope, mail: &[u8]) -> Outcome {
        let addresses = match guard.resolve(&self.host, self.port).await {
            Ok(addresses) => addresses,
            Err(Unresolved::Refused(refused)) => return Outcome::dead(refused.to_string()),
            Err(not_found) => return Outcome::retry(not_found.to_string()),
        };
        if self.tls == Tls::None && !addresses.iter().all(|address| address.ip().is_loopback()) {
            let host = &self.host;
            return Outcome::dead(format!(
                "{host} is another machine, to which mail is not sent in the clear: set tls to starttls or implicit"
            ));
        }
        match self.converse(&addresses, envelope, mail).await {
            Ok(answer) => Outcome::Delivered { external: answer },
            Err(error) => self.outcome(&error),
        }
    }

    async fn converse(&self, addresses: &[SocketAddr], envelope: &Envelope, mail: &[u8]) -> Result<String, Error> {
        let at_once = self.parameters.clone().filter(|_| self.tls == Tls::Implicit);
        let mut server = AsyncSmtpConnection::connect_tokio1(addresses, Some(self.limits.connect), &self.hello, at_once, None).await?;
        if let Some(parameters) = self.parameters.clone().filter(|_| self.tls == Tls::Starttls) {
            server.starttls(parameters, &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            server.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        let answer = server.send(envelope, mail).await?;
        // The mail is taken: whether the goodbye is heard changes nothing.
        let _ = server.quit().await;
        Ok(crate::clean::line(&answer.message().collect::<Vec<_>>().join(" "), 200))
    }

    /// 4xx and broken connections pass; 5xx does not.
    fn outcome(&self, error: &Error) -> Outcome {
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        let said = crate::clean::line(&said, 300);
        let host = &self.host;
        match error.status() {
            Some(code) if error.is_permanent() => match code.to_string().as_str() {
                "530" | "534" | "535" | "538" => {
                    Outcome::dead(format!("{host} refuses the login ({code} {said}): correct user and password, then retry the message"))
                }
                _ => Outcome::dead(format!("{host} refuses the mail ({code} {said})")),
            },
            Some(code) => Outcome::retry(format!("{host} does not take the mail now ({code} {said})")),
            None if error.is_client() => Outcome::dead(format!("{host} cannot take the mail: {said}")),
            None => Outcome::retry(format!("the conversation with {host} broke off: {error}")),
        }
    }
}
