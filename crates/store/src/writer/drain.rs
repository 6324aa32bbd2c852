//! Leads that wait for somebody of a pool go to who can take them, oldest first.

use super::Batch;
use super::lead::LeadRow;
use crate::db::DbError;
use crate::schema::WORKSPACE;
use pointsman_engine::life::Stage;
use std::collections::BTreeSet;

/// How many of the leads that wait for a pool are looked at each time. Those behind them wait until some of these
/// are gone; each has its own deadline all the same.
const LOOKED_AT: u32 = 200;

impl Batch<'_> {
    /// Gives waiting leads to who can take them now, oldest first; how many.
    pub(super) fn drain_waiting(&mut self) -> Result<u32, DbError> {
        if self.world.ruling.is_none() || self.world.waiting.is_empty() {
            return Ok(0);
        }
        let mut released = 0;
        for pool in self.world.waiting.clone() {
            released += self.drain_pool(&pool)?;
        }
        Ok(released)
    }

    /// Of the leads that have waited longest for a pool, those that somebody can take now.
    fn drain_pool(&mut self, pool: &str) -> Result<u32, DbError> {
        let sql = "select id from lead where ws = $1 and pool = $2 and waiting_since is not null order by waiting_since, id limit $3";
        let rows = self.db.query(sql, &[WORKSPACE.into(), pool.into(), LOOKED_AT.into()])?;
        let waiting: Vec<Box<str>> = rows.iter().map(|row| row.text(0).map(Into::into)).collect::<Result<_, _>>()?;
        self.load_leads(waiting.iter().cloned())?;
        if waiting.is_empty() && !self.leads.values().any(|row| waits_for(row, pool)) {
            self.world.waiting.retain(|waited| **waited != *pool);
        }
        let (mut released, mut nobody_for) = (0, BTreeSet::new());
        for lead in waiting {
            // Something in this batch may have moved it already.
            let waits = self.leads.get(&lead).is_some_and(|row| waits_for(row, pool));
            let Some(arrival) = self.arrival(&lead).filter(|arrival| waits && !nobody_for.contains(&arrival.row)) else { continue };
            self.recall(&[&arrival])?;
            if !self.would_wait(&arrival) {
                self.place(&lead, &arrival, None)?;
                released += 1;
            } else if arrival.before.passed.is_empty() && arrival.before.missed.is_empty() {
                // Then nobody can take what the same row decides either: it asks for the same people and skills.
                nobody_for.insert(arrival.row);
            }
        }
        Ok(released)
    }
}

fn waits_for(row: &LeadRow, pool: &str) -> bool {
    row.life.waiting_since.is_some() && matches!(&row.life.stage, Stage::Held { pool: Some(waited), .. } if **waited == *pool)
}
