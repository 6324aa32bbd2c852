//! The fallback queue is reviewed when the policy says so: whoever looks after it is told what waits there.

use super::Batch;
use super::notify::Draft;
use crate::db::DbError;
use crate::journal::{Body, Entry};
use crate::notification::{InQueue, Notice, Waiting};
use crate::request::DocumentKind;
use crate::schema::WORKSPACE;
use crate::tables::DOCUMENT;
use jiff::Timestamp;
use pointsman_engine::field::LeadField;
use pointsman_engine::lead::Lead;
use pointsman_engine::life::Who;
use serde::{Deserialize, Serialize};

/// So many leads are listed.
const LISTED: u32 = 10;

/// When a queue was last reviewed.
#[derive(Serialize, Deserialize)]
struct Reviewed {
    at: Timestamp,
}

impl Batch<'_> {
    /// Tells the reviewer of the fallback queue, once for each time of review, if something waits there. A time that passed
    /// while no node was there is made up for.
    pub(super) fn review_if_due(&mut self) -> Result<(), DbError> {
        let Some((queue, due)) = self.due_review() else { return Ok(()) };
        let sql = "select body from document where ws = $1 and kind = $2 and id = $3";
        let rows = self.db.query(sql, &[WORKSPACE.into(), DocumentKind::Review.name().into(), (&*queue).into()])?;
        let last: Option<Reviewed> = rows.first().map(|row| row.json(0)).transpose()?;
        if last.as_ref().is_some_and(|last| last.at >= due) {
            return Ok(());
        }
        // The first time of all begins the count: what was due before is none of ours.
        let waiting = if last.is_some() { self.waiting(&queue)?.count } else { 0 };
        if waiting > 0 {
            let text = Body::text(format!("{waiting} leads wait in {queue} for review"));
            self.log(Entry { kind: "review".into(), lead: None, rep: None, actor: None, body: text })?;
            let recipient = self.recipient(&Who::Reviewer(Some(queue.clone())));
            let notice = Notice::Review { queue: queue.clone() };
            self.send(Draft { lead: None, channel: self.channel(0), recipient, notice, replaces: None })?;
        }
        let body = crate::value::json(&Reviewed { at: self.now })?;
        let kind = DocumentKind::Review.name();
        self.db.insert(&DOCUMENT, vec![vec![WORKSPACE.into(), kind.into(), queue.into(), self.seq.into(), body]])
    }

    /// The fallback queue, and the last moment at which it was to be reviewed.
    fn due_review(&self) -> Option<(Box<str>, Timestamp)> {
        let policy = &self.world.ruling.as_ref()?.policy;
        let due = policy.fallback.review?.last(&policy.timezone, self.now)?;
        Some((policy.queues.get(policy.fallback.queue.at())?.name.clone(), due))
    }

    /// What waits in a queue, as the tables say.
    pub(super) fn waiting(&mut self, queue: &str) -> Result<Waiting, DbError> {
        let count = "select count(*) from lead where ws = $1 and stage = 'queued' and queue = $2";
        let count = self.db.query(count, &[WORKSPACE.into(), queue.into()])?.first().map_or(Ok(0), |row| row.int(0))?;
        let first = "select fields, reason, received_at from lead where ws = $1 and stage = 'queued' and queue = $2 \
                     order by received_at, id limit $3";
        let mut waiting = Waiting { count: u32::try_from(count).unwrap_or(u32::MAX), first: Vec::new() };
        for row in self.db.query(first, &[WORKSPACE.into(), queue.into(), LISTED.into()])? {
            let fields: Lead = row.json(0)?;
            let company = fields.text(LeadField::Company).map(Into::into);
            waiting.first.push(InQueue { company, why: row.text(1)?.into(), since: row.moment(2)? });
        }
        Ok(waiting)
    }
}
