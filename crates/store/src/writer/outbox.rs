//! The outbox: messages that couriers take, and dead ones that people have tried again.

use super::Batch;
use super::lead::place;
use super::notify::MessageBody;
use crate::db::DbError;
use crate::journal::{Body, Entry};
use crate::notification::{About, Notice, Notification, Recipient};
use crate::request::{Refused, Reply};
use crate::schema::WORKSPACE;
use crate::value::{Row, Value};
use jiff::{SignedDuration, Timestamp};
use pointsman_engine::life::{self, Stage};
use pointsman_engine::value::fold;

type Answer = Result<Result<Reply, Refused>, DbError>;

impl Batch<'_> {
    /// Takes messages that are due, those due longest first. They are due again when their lease ends and nothing
    /// was heard of them, so that a courier that dies loses none.
    pub(super) fn claim(&mut self, node: &str, most: u32, lease: SignedDuration, except: Vec<Box<str>>) -> Result<Reply, DbError> {
        let sql = "select id, attempts, created_at, channel, recipient, lead, kind, body from message where ws = $1 and next_at <= $2 \
                   and (state = 'pending' or state = 'sending') and channel not in (each $3) order by next_at, id limit $4";
        let rows = self.db.query(sql, &[WORKSPACE.into(), self.now.into(), except.into(), most.into()])?;
        let leads: Vec<Box<str>> = rows.iter().filter_map(|row| row.maybe_text(5).ok()?.map(Into::into)).collect();
        self.load_leads(leads)?;
        let (mut taken, mut ids) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for row in &rows {
            match self.notification(row)? {
                Ok(notification) => {
                    ids.push(notification.id.clone());
                    taken.push(notification);
                }
                Err(why) => self.cancel(row.text(0)?, why)?,
            }
        }
        let sql = "update message set state = 'sending', claimed_by = $1, next_at = $2, attempts = attempts + 1 where ws = $3 and id in (each $4)";
        if !ids.is_empty() {
            self.db.execute(sql, vec![node.into(), self.after(lease).into(), WORKSPACE.into(), Value::Texts(ids)])?;
        }
        Ok(Reply::Claimed(taken))
    }

    pub(super) fn after(&self, span: SignedDuration) -> Timestamp {
        self.now.saturating_add(span).unwrap_or(self.now)
    }

    /// The message as it is to go out now, or why it no longer is.
    fn notification(&mut self, row: &Row) -> Result<Result<Notification, &'static str>, DbError> {
        let MessageBody { notice, replaces } = row.json(7)?;
        let recipient = row.maybe_text(4)?;
        let about = match row.maybe_text(5)? {
            None => None,
            Some(lead) => match self.about(lead) {
                Some(about) => Some(Box::new(about)),
                None => return Ok(Err("the lead is gone")),
            },
        };
        if let Some(why) = about.as_ref().and_then(|about| overtaken(&notice, about, recipient, row.text(6).unwrap_or_default())) {
            return Ok(Err(why));
        }
        let waiting = if let Notice::Review { queue } = &notice { Some(self.waiting(queue)?) } else { None };
        if waiting.as_ref().is_some_and(|waiting| waiting.count == 0) {
            return Ok(Err("nothing waits in the queue any more"));
        }
        Ok(Ok(Notification {
            id: row.text(0)?.into(),
            attempts: u32::try_from(row.int(1)?).unwrap_or(u32::MAX),
            at: row.moment(2)?,
            channel: row.text(3)?.into(),
            to: recipient.map(|person| self.reader(person)),
            notice,
            about,
            waiting,
            replaces,
        }))
    }

    fn about(&self, lead: &str) -> Option<About> {
        let row = self.leads.get(lead)?;
        let ruling = self.world.ruling.as_ref();
        let account = row.account.as_deref().and_then(|id| {
            let matcher = &ruling?.book.matcher;
            matcher.account(matcher.by_id(id)?)?.name.clone()
        });
        let rep_name = place(&row.life.stage).1.rep.and_then(|rep| self.reader(rep).name);
        Some(About { lead: row.fields.clone(), life: row.life.clone(), reason: row.reason.clone(), account, rep_name })
    }

    /// Somebody as messages address them.
    fn reader(&self, person: &str) -> Recipient {
        let known = self.world.ruling.as_ref().and_then(|ruling| Some((ruling, ruling.book.directory().get(ruling.rep(person)?)?)));
        let zone = known.and_then(|(ruling, rep)| rep.timezone.as_ref().unwrap_or(&ruling.policy.timezone).iana_name());
        Recipient {
            person: person.into(),
            name: known.and_then(|(_, rep)| rep.name.clone()),
            slack_id: known.and_then(|(_, rep)| rep.slack_id.clone()),
            timezone: zone.unwrap_or("UTC").into(),
        }
    }

    fn cancel(&mut self, message: &str, why: &str) -> Result<(), DbError> {
        let sql = "update message set state = 'cancelled', reason = $1, claimed_by = null where ws = $2 and id = $3";
        self.db.execute(sql, vec![why.into(), WORKSPACE.into(), message.into()]).map(drop)
    }

    /// Tries a dead message again, from the start.
    pub(super) fn retry(&mut self, message: &str, actor: Option<Box<str>>) -> Answer {
        let sql = "select state, lead, channel, recipient from message where ws = $1 and id = $2";
        let rows = self.db.query(sql, &[WORKSPACE.into(), message.into()])?;
        let Some(row) = rows.first() else { return Ok(Err(Refused::Missing { what: "message", id: message.into() })) };
        if row.text(0)? != "dead" {
            return Ok(Err(Refused::Invalid(format!("the message is {}: only a dead one can be tried again", row.text(0)?))));
        }
        // A message to a person goes through whatever there is; an event only to the programs it was for.
        let named = Some(row.text(2)?).filter(|name| self.is_channel(name)).map(Into::into);
        let channel = if row.maybe_text(3)?.is_some() { named.or_else(|| self.channel(0)) } else { named };
        let Some(channel) = channel else {
            let why = match row.text(2)? {
                "" => "no channel for messages to people is set up: add one first (PUT /v1/channels/NAME)".to_owned(),
                name => format!("the channel {name} was removed, and there is no other: add it first (PUT /v1/channels/{name})"),
            };
            return Ok(Err(Refused::Invalid(why)));
        };
        let text = Body::text(format!("message {message} is tried again"));
        let etag = self.log(Entry { kind: "retried".into(), lead: row.maybe_text(1)?.map(Into::into), rep: None, actor, body: text })?;
        let sql =
            "update message set state = 'pending', attempts = 0, next_at = $1, channel = $2, created_at = $1 where ws = $3 and id = $4";
        self.db.execute(sql, vec![self.now.into(), channel.into(), WORKSPACE.into(), message.into()])?;
        Ok(Ok(Reply::Done { etag }))
    }
}

/// Why a message is no longer to be said: the lead has moved on since.
fn overtaken(notice: &Notice, about: &About, recipient: Option<&str>, kind: &str) -> Option<&'static str> {
    if matches!(about.life.stage, Stage::Erased) && kind != "refresh" && !notice.is_erasure() {
        return Some("the lead was erased before it was delivered");
    }
    let Notice::Lead(notice) = notice else { return None };
    let urges = matches!(notice, life::Notice::Assigned { .. } | life::Notice::CameAgain { .. } | life::Notice::Reminder { .. });
    if !urges || kind == "refresh" {
        return None;
    }
    let holder = place(&about.life.stage).1.rep;
    if holder.map(fold) != recipient.map(fold) {
        return Some("somebody else has the lead by now");
    }
    (matches!(notice, life::Notice::Reminder { .. }) && about.life.contacted_at.is_some())
        .then_some("contact was made before it was delivered")
}
