//! A person is forgotten: what was known of them, and what people wrote about them, goes from every table.

use super::Batch;
use super::notify::MessageBody;
use crate::db::DbError;
use crate::journal::Body;
use crate::notification::Notice;
use crate::schema::WORKSPACE;
use crate::value::{Value, json};
use pointsman_engine::lead::Lead;

/// The entries that say more than what happened: fields, and the words of people and of other machines.
const TALKATIVE: &[&str] = &["asked_again", "changed", "passed", "suppressed", "undeliverable"];

/// Why a message is no longer to be said.
const ERASED: &str = "the lead was erased";

impl Batch<'_> {
    /// Everything about the person goes; that there was a lead, and what was decided, stays.
    pub(super) fn forget(&mut self, id: &str) -> Result<(), DbError> {
        self.world.unscrubbed = true;
        let person = self.leads.get(id).and_then(super::lead::LeadRow::person);
        if let Some(row) = self.leads.get_mut(id) {
            row.fields = Lead::new(id);
            row.account = None;
            row.reason = "erased".into();
        }
        self.forget_person(id, person)?;
        for row in self.decisions.iter_mut().filter(|row| *row.lead == *id) {
            row.body = "{}".into();
        }
        self.db.execute("update decision set body = '{}' where ws = $1 and lead = $2", vec![WORKSPACE.into(), id.into()])?;
        self.forget_entries(id)?;
        self.forget_messages(id)
    }

    /// Nobody has the person any more, under whatever address the lead had.
    fn forget_person(&mut self, id: &str, present: Option<Box<str>>) -> Result<(), DbError> {
        let here = self.persons.iter().filter(|(_, row)| *row.lead == *id).map(|(email, _)| email.clone());
        for email in here.chain(present.clone()).collect::<Vec<_>>() {
            self.persons.remove(&email);
            if let Some(ruling) = self.world.ruling.as_mut() {
                ruling.standing.forget_person(&email);
            }
        }
        let args = [WORKSPACE.into(), id.into(), present.into()];
        self.db.execute("delete from person where ws = $1 and (lead = $2 or email = $3)", args.into())
    }

    fn forget_entries(&mut self, id: &str) -> Result<(), DbError> {
        // What this batch has still to write is known to no table yet.
        for entry in self.journal.iter_mut().filter(|entry| entry.get(4) == Some(&id.into())) {
            if let [_, _, _, Value::Text(kind), _, _, _, Value::Text(body)] = entry.as_slice()
                && let Some(brief) = brief(kind, body)?
                && let Some(body) = entry.last_mut()
            {
                *body = brief;
            }
        }
        let sql = "select seq, kind, body from journal where ws = $1 and lead = $2 and kind in (each $3)";
        let kinds: Vec<Box<str>> = TALKATIVE.iter().map(|kind| Box::from(*kind)).collect();
        for row in self.db.query(sql, &[WORKSPACE.into(), id.into(), kinds.into()])? {
            if let Some(brief) = brief(row.text(1)?, row.text(2)?)? {
                let args = [brief, WORKSPACE.into(), row.int(0)?.into()];
                self.db.execute("update journal set body = $1 where ws = $2 and seq = $3", args.into())?;
            }
        }
        Ok(())
    }

    fn forget_messages(&mut self, id: &str) -> Result<(), DbError> {
        for message in self.messages.iter_mut().filter(|message| message.get(2) == Some(&id.into())) {
            if let [_, _, _, _, _, _, state, _, _, reason, _, body] = message.as_mut_slice()
                && !tells_of_the_erasure(body)
            {
                (*state, *reason, *body) = ("cancelled".into(), ERASED.into(), "{}".into());
            }
        }
        let sql = "update message set state = 'cancelled', reason = $1, body = '{}' where ws = $2 and lead = $3 \
                   and state in ('pending', 'dead', 'cancelled')";
        self.db.execute(sql, vec![ERASED.into(), WORKSPACE.into(), id.into()])?;
        // What is under way or was delivered says what it is, to be brought up to date where it is; the words of an event go.
        let sql = "select id, body from message where ws = $1 and lead = $2 and kind = 'event' and state in ('sending', 'sent')";
        for row in self.db.query(sql, &[WORKSPACE.into(), id.into()])? {
            let MessageBody { notice, replaces } = row.json(1)?;
            let Notice::Event { event, .. } = notice else { continue };
            let notice = Notice::Event { event, data: serde_json::Value::Null };
            let args = [json(&MessageBody { notice, replaces })?, WORKSPACE.into(), row.text(0)?.into()];
            self.db.execute("update message set body = $1 where ws = $2 and id = $3", args.into())?;
        }
        Ok(())
    }
}

/// The body of an entry without what it need not say; nothing where all of it may stay. What it does to the counts stays:
/// other nodes learn it from there.
fn brief(kind: &str, body: &str) -> Result<Option<Value>, DbError> {
    if !TALKATIVE.contains(&kind) {
        return Ok(None);
    }
    let said: Body = serde_json::from_str(body).map_err(|error| DbError::shape(format!("an entry cannot be read: {error}")))?;
    let mut data = said.data;
    match data.as_object_mut() {
        Some(event) if kind != "asked_again" && kind != "changed" => drop(event.remove("reason")),
        _ => data = serde_json::Value::Null,
    }
    json(&Body { text: "".into(), data, counts: said.counts }).map(Some)
}

/// Whether a message of this batch is the one that programs must hear all the same.
fn tells_of_the_erasure(body: &Value) -> bool {
    let Value::Text(body) = body else { return false };
    serde_json::from_str::<MessageBody>(body).is_ok_and(|body| body.notice.is_erasure())
}
