//! Links in messages: to a lead's page, and signed one-click answers.
//!
//! A signed link carries who answers what about which lead, until when, and an HMAC-SHA256 over that. Whoever
//! has the link can give that one answer and nothing else. **A GET must not act**: scanners of mail follow
//! links. The server shows a page that asks, and acts on its POST.

use crate::message::{Action, Message};
use crate::seal::Key;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use url::Url;

/// How long a link can be used.
const LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A token is made of few short texts; longer ones are not worth decoding.
const LONGEST: usize = 2_048;

/// Makes links and reads them back.
#[derive(Debug, Clone)]
pub struct Links {
    base: Url,
    key: Key,
}

/// What a signed link says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The lead.
    #[serde(rename = "l")]
    pub lead: String,
    /// What is answered.
    #[serde(rename = "a")]
    pub action: Action,
    /// Who answers: their e-mail address as in the directory.
    #[serde(rename = "r")]
    pub rep: String,
    /// The message that carried the link.
    #[serde(rename = "m")]
    pub message: String,
    /// Until when it can be used, in seconds since 1970.
    #[serde(rename = "e")]
    pub until: i64,
}

impl Answer {
    /// What the recipient of a message answers with one of its links; nothing where the recipient is nobody.
    #[must_use]
    pub fn to(message: &Message, lead: &str, action: Action) -> Option<Self> {
        let rep = message.to.person.as_ref()?.email.clone();
        let until = message.at.as_second().saturating_add(LIFE.as_secs());
        Some(Self { lead: lead.to_owned(), action, rep, message: message.id.clone(), until })
    }
}

/// Why a link cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not signed by this server, or changed on the way.
    #[error("this link is not valid: open the lead from the newest message about it")]
    NotOurs,
    /// Too old.
    #[error("this link is too old: open the lead from the newest message about it")]
    TooOld,
}

/// Why an address cannot be the base of links.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the public address `{0}` is not an http or https address: write it as `https://leads.acme.example`")]
pub struct BadBase(pub String);

impl Links {
    /// Links below the server's public address, signed with a key derived from this one.
    ///
    /// # Errors
    /// When the address is not one of the web.
    pub fn new(base: &str, key: &Key) -> Result<Self, BadBase> {
        let bad = || BadBase(base.to_owned());
        let mut url = Url::parse(base).map_err(|_| bad())?;
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
            return Err(bad());
        }
        url.path_segments_mut().map_err(|()| bad())?.pop_if_empty();
        Ok(Self { base: url, key: key.derive("pointsman links v1") })
    }

    /// The lead's page.
    #[must_use]
    pub fn lead(&self, id: &str) -> String {
        self.below(&["leads", id])
    }

    /// The page that asks whether to give an answer.
    #[must_use]
    pub fn answer(&self, answer: &Answer) -> String {
        self.below(&["answer", &self.token(answer)])
    }

    /// The signed form of an answer.
    #[must_use]
    pub fn token(&self, answer: &Answer) -> String {
        // INVARIANT: an answer is made of texts and a number, which JSON can always hold.
        let body = serde_json::to_vec(answer).unwrap_or_default();
        let body = URL_SAFE_NO_PAD.encode(body);
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(body.as_bytes()));
        format!("{body}.{signature}")
    }

    /// Reads a signed answer.
    ///
    /// # Errors
    /// When it was not signed here, was changed, or is too old.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Answer, Rejected> {
        let (body, signature) = token.split_once('.').filter(|_| token.len() <= LONGEST).ok_or(Rejected::NotOurs)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Rejected::NotOurs)?;
        if !bool::from(self.key.sign(body.as_bytes()).as_slice().ct_eq(&signature)) {
            return Err(Rejected::NotOurs);
        }
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| Rejected::NotOurs)?;
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| Rejected::NotOurs)?;
        if now.as_second() > answer.until { Err(Rejected::TooOld) } else { Ok(answer) }
    }

    fn below(&self, path: &[&str]) -> String {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        url.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn links() -> Links {
        Links::new("https://leads.acme.example", &Key::new([1; 32])).unwrap()
    }

    fn answer() -> Answer {
        Answer { lead: "lead_1".into(), action: Action::Pass, rep: "ana@acme.example".into(), message: "msg_1".into(), until: 1_000 }
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_link_is_read_as_it_was_written_until_its_time_is_over() {
        let token = links().token(&answer());
        assert_eq!(links().read(&token, second(1_000)), Ok(answer()));
        assert_eq!(links().read(&token, second(1_001)), Err(Rejected::TooOld));
    }

    #[test]
    fn a_link_of_another_server_or_purpose_is_not_ours() {
        let token = links().token(&answer());
        let other = Links::new("https://leads.acme.example", &Key::new([2; 32])).unwrap();
        assert_eq!(other.read(&token, second(0)), Err(Rejected::NotOurs));
        let (body, _) = token.split_once('.').unwrap();
        let undivided = URL_SAFE_NO_PAD.encode(Key::new([1; 32]).sign(body.as_bytes()));
        assert_eq!(links().read(&format!("{body}.{undivided}"), second(0)), Err(Rejected::NotOurs), "the key that seals signs no links");
    }

    #[test]
    fn what_is_no_token_is_not_ours() {
        let long = format!("{}.x", "A".repeat(1 << 20));
        for text in ["", ".", "..", "a.b", "é.é", &long, &links().token(&answer()).replace('.', "")] {
            assert_eq!(links().read(text, second(0)), Err(Rejected::NotOurs));
        }
    }

    #[test]
    fn links_stand_below_the_public_address_whatever_it_is() {
        let lead = |base: &str| Links::new(base, &Key::new([1; 32])).map(|links| links.lead("a/b?c#d é")).ok();
        let tail = "leads/a%2Fb%3Fc%23d%20%C3%A9";
        assert_eq!(lead("https://leads.acme.example"), Some(format!("https://leads.acme.example/{tail}")));
        assert_eq!(lead("https://acme.example/leads/"), Some(format!("https://acme.example/leads/{tail}")));
        assert_eq!(lead("http://localhost:8080"), Some(format!("http://localhost:8080/{tail}")));
        for base in
            ["", "leads.acme.example", "ftp://acme.example", "mailto:a@b.example", "https://acme.example/?x=1", "https://acme.example/#x"]
        {
            assert_eq!(lead(base), None, "{base}");
        }
    }

    proptest! {
        #[test]
        fn any_change_of_one_character_is_noticed(at in any::<prop::sample::Index>(), with in "[A-Za-z0-9_.-]") {
            let token = links().token(&answer());
            let at = at.index(token.len());
            let changed = format!("{}{with}{}", &token[..at], &token[at + 1..]);
            prop_assert_eq!(links().read(&changed, second(0)).is_ok(), changed == token);
        }
    }
}
