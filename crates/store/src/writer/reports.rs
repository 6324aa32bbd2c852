//! What came of messages: the couriers' reports.

use super::Batch;
use super::lead::place;
use super::notify::{Draft, MessageBody};
use crate::db::DbError;
use crate::journal::{Body, Entry};
use crate::request::Delivered;
use crate::schema::WORKSPACE;
use crate::tables::DELIVERY;
use crate::value::Value;
use pointsman_engine::value::fold;
use std::collections::{BTreeMap, BTreeSet};

/// A report: of which message, and what came of it.
pub(super) type Told = (Box<str>, Delivered);

/// A message under way: about which lead, and to whom.
struct UnderWay {
    lead: Option<Box<str>>,
    recipient: Option<Box<str>>,
    /// Whether it shows how its lead stands, and can be changed where it is.
    shows: bool,
}

impl Batch<'_> {
    /// Writes down what came of messages. One that is dead is said again through the next channel, where there is one.
    pub(super) fn reports(&mut self, reports: Vec<Told>) -> Result<(), DbError> {
        if reports.is_empty() {
            return Ok(());
        }
        let mut under_way = self.under_way(reports.iter().map(|(message, _)| message.clone()).collect())?;
        let (mut rows, mut dead, mut shown) = (Vec::with_capacity(reports.len()), Vec::new(), Vec::new());
        for (message, result) in reports {
            // Only one that is under way: a second report, or one that comes after a retry was asked for, changes nothing.
            let Some(about) = under_way.remove(&message) else { continue };
            rows.push(self.delivery(&message, &result));
            match result {
                Delivered::Dead { reason } => dead.push((message, reason)),
                Delivered::Sent { external: Some(_) } if about.shows => shown.extend(about.lead.map(|lead| (lead, about.recipient))),
                Delivered::Sent { .. } | Delivered::Later { .. } => {}
            }
        }
        self.db.update(&DELIVERY, rows)?;
        for (message, reason) in dead {
            self.dead(&message, &reason)?;
        }
        self.catch_up_messages(shown)
    }

    fn under_way(&mut self, messages: Vec<Box<str>>) -> Result<BTreeMap<Box<str>, UnderWay>, DbError> {
        let changeable = self.changeable();
        let sql = "select id, lead, recipient, kind, channel from message where ws = $1 and id in (each $2) and state = 'sending'";
        let rows = self.db.query(sql, &[WORKSPACE.into(), Value::Texts(messages)])?;
        let of = |row: &crate::value::Row| {
            let (kind, channel) = (row.text(3)?, row.text(4)?);
            let shows = ["assigned", "came_again"].contains(&kind) && changeable.iter().any(|name| **name == *channel);
            let (lead, recipient) = (row.maybe_text(1)?.map(Into::into), row.maybe_text(2)?.map(Into::into));
            Ok((row.text(0)?.into(), UnderWay { lead, recipient, shows }))
        };
        rows.iter().map(of).collect()
    }

    fn delivery(&self, message: &str, result: &Delivered) -> Vec<Value> {
        let (state, next_at, reason, external, sent_at) = match result {
            Delivered::Sent { external } => ("sent", self.now, None, external.clone(), Some(self.now)),
            Delivered::Later { after, reason } => ("pending", self.after(*after), Some(reason.clone()), None, None),
            Delivered::Dead { reason } => ("dead", self.now, Some(reason.clone()), None, None),
        };
        let nobody = Value::Null;
        vec![WORKSPACE.into(), message.into(), state.into(), next_at.into(), reason.into(), external.into(), sent_at.into(), nobody]
    }

    /// Leads may have moved on while their messages were under way, and nothing was there yet to be brought up to date.
    fn catch_up_messages(&mut self, shown: Vec<(Box<str>, Option<Box<str>>)>) -> Result<(), DbError> {
        self.load_leads(shown.iter().map(|(lead, _)| lead.clone()))?;
        let moved_on = |(lead, recipient): &(Box<str>, Option<Box<str>>)| {
            self.leads.get(lead).is_some_and(|row| {
                let holder = place(&row.life.stage).1.rep.map(fold);
                row.life.accepted_at.is_some() || row.life.contacted_at.is_some() || holder != recipient.as_deref().map(fold)
            })
        };
        let leads: BTreeSet<Box<str>> = shown.into_iter().filter(moved_on).map(|(lead, _)| lead).collect();
        for lead in leads {
            // A message that goes out is an entry too, so that messages stay numbered by their batch.
            self.log(Entry { kind: "refreshed".into(), lead: Some(lead.clone()), rep: None, actor: None, body: Body::default() })?;
            self.refresh(&lead)?;
        }
        Ok(())
    }

    fn dead(&mut self, message: &str, reason: &str) -> Result<(), DbError> {
        let sql = "select lead, channel, recipient, kind, body from message where ws = $1 and id = $2";
        let rows = self.db.query(sql, &[WORKSPACE.into(), message.into()])?;
        let Some(row) = rows.first() else { return Ok(()) };
        let lead: Option<Box<str>> = row.maybe_text(0)?.map(Into::into);
        let text = format!("a message through {} could not be delivered: {reason}", row.text(1)?);
        let data = serde_json::json!({ "message": message });
        self.log(Entry {
            kind: "undeliverable".into(),
            lead: lead.clone(),
            rep: None,
            actor: None,
            body: Body { text: text.into(), data, ..Body::default() },
        })?;
        let next = self.channel_after(row.text(1)?);
        // A change of a message that is there already has nothing to say elsewhere.
        if let (Some(channel), Some(recipient), false) = (next, row.maybe_text(2)?, row.text(3)? == "refresh") {
            let MessageBody { notice, .. } = row.json(4)?;
            self.send(Draft { lead, channel: Some(channel), recipient: Some(recipient.into()), notice, replaces: None })?;
        }
        Ok(())
    }
}
