//! A message as an e-mail: headers that strangers cannot add to, a text part and an HTML part. Pure.
//!
//! The Message-ID is made of the message's own id, so that a second delivery can be recognised; all messages
//! about a lead refer to one made-up first message, so that mail programs show them together.

use crate::content::{self, Content};
use crate::email::{html, text};
use crate::links::Links;
use crate::message::Message;
use jiff::Timestamp;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message as Mail};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::time::{Duration, SystemTime};

/// Tells mail programs not to answer by themselves (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The address of a message's recipient.
///
/// # Errors
/// Why there is none.
pub fn recipient(message: &Message) -> Result<Mailbox, String> {
    let person = message.to.person.as_ref().ok_or("the message is to nobody with an e-mail address")?;
    let address: Address = person.email.trim().parse().map_err(|error| format!("`{}` is no e-mail address: {error}", person.email))?;
    let name = person.name.as_deref().map(|name| crate::clean::line(name, 100)).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, address))
}

/// The e-mail.
///
/// # Errors
/// When there is nobody to send it to.
pub fn compose(message: &Message, from: &Mailbox, links: &Links, now: Timestamp) -> Result<Mail, String> {
    let zone = message.to.timezone.as_deref();
    let moment = |at: Timestamp| content::moment(at, zone);
    let content = content::of(message, now);
    let domain = from.email.domain();
    let mut mail = Mail::builder()
        .from(from.clone())
        .to(recipient(message)?)
        .subject(subject(&content, now, moment))
        .date(date(message.at))
        .message_id(Some(format!("<{}@{domain}>", token(&message.id))))
        .header(AutoSubmitted);
    if let Some(about) = &message.about {
        mail = mail.references(format!("<lead.{}@{domain}>", token(&about.lead.id)));
    }
    let parts =
        MultiPart::alternative_plain_html(text::render(message, &content, links, moment), html::render(message, &content, links, moment));
    mail.multipart(parts).map_err(|error| format!("the e-mail cannot be put together: {error}"))
}

/// The moment as the library takes it, which knows only times from 1970 on.
fn date(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u32::try_from(at.as_second()).unwrap_or(0).into())
}

/// The headline and, while there is time, until when.
fn subject(content: &Content, now: Timestamp, moment: impl Fn(Timestamp) -> String) -> String {
    match content.deadline.as_ref().and_then(|deadline| deadline.at).filter(|at| *at > now) {
        Some(at) => format!("{}, contact by {}", content.headline, moment(at)),
        None => content.headline.clone(),
    }
}

/// An id as it may stand in a Message-ID; one with other characters (leads may bring their own) by its hash.
fn token(id: &str) -> String {
    let plain = !id.is_empty() && id.len() <= 100 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if plain { id.to_owned() } else { Sha256::digest(id).iter().take(16).map(|byte| format!("{byte:02x}")).collect() }
}
