//! What a batch came to, written to the tables and committed.

use super::Batch;
use super::lead::place;
use crate::db::DbError;
use crate::schema::WORKSPACE;
use crate::tables::{COMPANY, DECISION, JOURNAL, LEAD, MESSAGE, PERSON, ROTATION};
use crate::value::json;

impl Batch<'_> {
    /// Writes everything and commits. After an error nothing of it stands.
    pub(super) fn flush(mut self) -> Result<(), DbError> {
        self.flush_leads()?;
        self.flush_decisions()?;
        self.flush_memories()?;
        self.flush_rotations()?;
        self.db.insert(&MESSAGE, std::mem::take(&mut self.messages))?;
        self.db.insert(&JOURNAL, std::mem::take(&mut self.journal))?;
        if self.seq > self.world.head {
            self.flush_head()?;
        }
        self.db.commit()?;
        self.world.head = self.seq;
        self.world.at = self.now;
        self.world.ahead = false;
        if self.world.unscrubbed {
            self.world.unscrubbed = !self.db.scrub();
        }
        Ok(())
    }

    fn flush_leads(&mut self) -> Result<(), DbError> {
        let mut rows = Vec::new();
        for (id, lead) in self.leads.iter().filter(|(_, lead)| lead.seq > 0) {
            rows.push(lead.values(id)?);
            let (stage, whereabouts) = place(&lead.life.stage);
            if let Some(pool) = whereabouts.pool.filter(|_| stage == "held")
                && !self.world.waiting.iter().any(|waited| **waited == *pool)
            {
                self.world.waiting.push(pool.into());
                self.world.waiting.sort_unstable();
            }
        }
        self.db.insert(&LEAD, rows)
    }

    pub(super) fn flush_decisions(&mut self) -> Result<(), DbError> {
        for old in std::mem::take(&mut self.uncounted) {
            let sql = "update decision set counts = $1, open = 0 where ws = $2 and lead = $3 and rep = $4 and at = $5 and open = 1";
            let args = [old.counts.into(), WORKSPACE.into(), old.lead.into(), old.by.rep.into(), old.by.at.into()];
            self.db.execute(sql, args.into())?;
        }
        let rows = std::mem::take(&mut self.decisions).into_iter().map(super::decide::DecisionRow::values).collect();
        self.db.insert(&DECISION, rows)
    }

    /// Who has whom now; the world keeps none of it.
    fn flush_memories(&mut self) -> Result<(), DbError> {
        let persons = std::mem::take(&mut self.persons).into_iter().filter(|(_, row)| row.changed);
        let persons =
            persons.map(|(email, row)| vec![WORKSPACE.into(), email.into(), row.rep.into(), row.lead.into(), row.at.into()]).collect();
        self.db.insert(&PERSON, persons)?;
        let companies = std::mem::take(&mut self.companies).into_iter().filter(|(_, row)| row.changed);
        let companies =
            companies.map(|((pool, company), row)| vec![WORKSPACE.into(), pool.into(), company.into(), row.rep.into(), row.at.into()]);
        self.db.insert(&COMPANY, companies.collect())?;
        self.world.forget_memories();
        Ok(())
    }

    fn flush_rotations(&mut self) -> Result<(), DbError> {
        let Some(ruling) = &self.world.ruling else { return Ok(()) };
        let mut rows = Vec::with_capacity(self.moved.len());
        for name in std::mem::take(&mut self.moved) {
            if let Some(row) = ruling.policy.pool_named(&name).and_then(|pool| ruling.rotation_row(pool)) {
                rows.push(vec![WORKSPACE.into(), name.into(), self.seq.into(), json(&row)?]);
            }
        }
        self.db.insert(&ROTATION, rows)
    }

    /// Writes down the directory that a decision is about to be made under, once per change: a batch that changes
    /// people twice and decides in between needs them all. From here on the world is ahead of the tables.
    pub(super) fn keep_directory(&mut self) -> Result<(), DbError> {
        self.world.ahead = true;
        if self.world.directory_stored {
            return Ok(());
        }
        let Some(ruling) = &self.world.ruling else { return Ok(()) };
        let Some(version) = ruling.book.directory_version() else { return Ok(()) };
        let sql = "insert into directory (ws, version, at, body) values ($1, $2, $3, $4) on conflict (ws, version) do nothing";
        let body = json(&ruling.book.roster().given())?;
        self.db.execute(sql, vec![WORKSPACE.into(), version.into(), self.now.into(), body])?;
        self.world.directory_stored = true;
        Ok(())
    }

    fn flush_head(&mut self) -> Result<(), DbError> {
        let turn = self.world.ruling.as_ref().map_or(0, |ruling| ruling.standing.last_turn());
        let sql =
            "update workspace set head = $1, at = $2, turn = $3, received = received + $4, policy = coalesce($5, policy) where ws = $6";
        let args = [
            self.seq.into(),
            self.now.into(),
            i64::try_from(turn).unwrap_or(i64::MAX).into(),
            self.received.into(),
            self.policy.take().into(),
            WORKSPACE.into(),
        ];
        self.db.execute(sql, args.into())
    }
}
