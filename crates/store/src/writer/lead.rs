//! A lead as a row: its fields, its life, and the columns that people search by.

use super::Batch;
use crate::db::DbError;
use crate::request::Receipt;
use crate::schema::WORKSPACE;
use crate::value::{Row, Value, json};
use jiff::Timestamp;
use pointsman_engine::field::LeadField;
use pointsman_engine::lead::{Lead, LeadId};
use pointsman_engine::life::{Life, Stage};
use pointsman_engine::value::fold;

/// A lead.
#[derive(Debug, Clone)]
pub(super) struct LeadRow {
    pub received_at: Timestamp,
    pub fields: Lead,
    pub life: Life,
    /// How many decisions were made for it.
    pub decisions: u32,
    /// What the last one said: `assigned`, `queued` ...
    pub outcome: Box<str>,
    /// Why, in a sentence.
    pub reason: Box<str>,
    /// The account it matched.
    pub account: Option<Box<str>>,
    /// The last entry about it in this batch; 0: nothing happened to it.
    pub seq: i64,
}

const COLUMNS: &str = "id, received_at, fields, life, decisions, outcome, reason, account";

impl LeadRow {
    fn read(row: &Row) -> Result<(Box<str>, Self), DbError> {
        let lead = Self {
            received_at: row.moment(1)?,
            fields: row.json(2)?,
            life: row.json(3)?,
            decisions: u32::try_from(row.int(4)?).unwrap_or(u32::MAX),
            outcome: row.text(5)?.into(),
            reason: row.text(6)?.into(),
            account: row.maybe_text(7)?.map(Into::into),
            seq: 0,
        };
        Ok((row.text(0)?.into(), lead))
    }

    /// From when promises count.
    fn created_at(&self) -> Timestamp {
        self.fields.created_at().unwrap_or(self.received_at)
    }

    /// What the person asks by: their folded e-mail address.
    pub fn person(&self) -> Option<Box<str>> {
        self.fields.text(LeadField::Email).map(|email| fold(email).into())
    }

    /// As answered to who brought it, or did something to it.
    pub fn receipt(&self, id: &str, repeat: bool) -> Receipt {
        let (stage, place) = place(&self.life.stage);
        Receipt {
            lead: LeadId(id.into()),
            repeat,
            stage: stage.into(),
            decision: self.decisions,
            outcome: self.outcome.clone(),
            rule: self.life.rule.clone(),
            rep: place.rep.map(Into::into),
            pool: place.pool.map(Into::into),
            queue: place.queue.map(Into::into),
            account: self.account.clone(),
            sla: self.life.sla.clone(),
            route_by: self.life.route_by,
            contact_by: self.life.contact_by,
            held_until: place.until,
            reason: self.reason.clone(),
        }
    }

    /// As a row of the table.
    pub fn values(&self, id: &str) -> Result<Vec<Value>, DbError> {
        let (stage, place) = place(&self.life.stage);
        Ok(vec![
            WORKSPACE.into(),
            id.into(),
            self.seq.into(),
            self.received_at.into(),
            self.created_at().into(),
            self.person().into(),
            stage.into(),
            place.rep.into(),
            place.pool.into(),
            place.queue.into(),
            self.life.rule.clone().into(),
            self.life.sla.clone().into(),
            self.account.clone().into(),
            self.life.contact_by.into(),
            self.life.contacted_at.into(),
            self.life.breached_at.into(),
            place.pool.and(place.until).and(self.life.waiting_since).into(),
            self.decisions.into(),
            self.outcome.clone().into(),
            self.reason.clone().into(),
            label(&self.fields).into(),
            json(&self.fields)?,
            json(&self.life)?,
            self.life.clocks.iter().map(|clock| clock.due).min().into(),
        ])
    }
}

/// What lists show and text is searched in: the person, the company, the address.
fn label(fields: &Lead) -> String {
    let parts = [LeadField::FirstName, LeadField::LastName, LeadField::Company, LeadField::Email];
    let mut label = String::new();
    for text in parts.iter().filter_map(|field| fields.text(*field)) {
        if !label.is_empty() {
            label.push(' ');
        }
        label.extend(text.trim().chars().flat_map(char::to_lowercase));
    }
    label
}

/// Who or what has a lead.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Whereabouts<'a> {
    pub rep: Option<&'a str>,
    pub pool: Option<&'a str>,
    pub queue: Option<&'a str>,
    pub until: Option<Timestamp>,
}

/// A stage's name, and who or what has the lead in it.
pub(super) fn place(stage: &Stage) -> (&'static str, Whereabouts<'_>) {
    let nowhere = Whereabouts::default();
    match stage {
        Stage::Undecided { .. } => ("undecided", nowhere),
        Stage::Held { pool, until, .. } => ("held", Whereabouts { pool: pool.as_deref(), until: Some(*until), ..nowhere }),
        Stage::Queued { queue } => ("queued", Whereabouts { queue: Some(queue), ..nowhere }),
        Stage::Assigned(holder) => ("assigned", Whereabouts { rep: Some(&holder.rep), pool: holder.pool.as_deref(), ..nowhere }),
        Stage::Contacted(holder) => ("contacted", Whereabouts { rep: Some(&holder.rep), pool: holder.pool.as_deref(), ..nowhere }),
        Stage::Kept => ("kept", nowhere),
        Stage::Suppressed { .. } => ("suppressed", nowhere),
        Stage::Closed { rep, .. } => ("closed", Whereabouts { rep: rep.as_deref(), ..nowhere }),
        Stage::Erased => ("erased", nowhere),
    }
}

impl Batch<'_> {
    /// Reads those of these leads that are known and were not read yet.
    pub(super) fn load_leads(&mut self, ids: impl IntoIterator<Item = Box<str>>) -> Result<(), DbError> {
        let ids: Vec<Box<str>> = ids.into_iter().filter(|id| !self.leads.contains_key(id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let sql = format!("select {COLUMNS} from lead where ws = $1 and id in (each $2)");
        for row in self.db.query(&sql, &[WORKSPACE.into(), Value::Texts(ids)])? {
            let (id, lead) = LeadRow::read(&row)?;
            self.leads.insert(id, lead);
        }
        Ok(())
    }
}
