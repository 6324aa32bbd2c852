//! Leads that wait for somebody of a pool go to who can take them, oldest first.

use super::Batch;
use super::lead::LeadRow;
use crate::db::DbError;
use crate::schema::WORKSPACE;
use pointsman_engine::decide::Arrival;
use pointsman_engine::life::Stage;
use pointsman_engine::policy::{Action, Target};
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
        // Something in this batch may have moved one of them already.
        let waits = |lead: &str| self.leads.get(lead).is_some_and(|row| waits_for(row, pool));
        let waiting: Vec<(Box<str>, Arrival)> =
            waiting.into_iter().filter(|lead| waits(lead)).filter_map(|lead| Some((lead.clone(), self.arrival(&lead)?))).collect();
        self.recall(&waiting.iter().map(|(_, arrival)| arrival).collect::<Vec<_>>())?;
        let (mut released, mut nobody_for) = (0, BTreeSet::new());
        for (lead, arrival) in waiting {
            let arrival = self.not_its_own_owner(&lead, arrival);
            let as_its_row = self.is_as_its_row(&arrival);
            if as_its_row && nobody_for.contains(&arrival.row) {
                continue;
            }
            if !self.would_wait(&arrival) {
                self.place(&lead, &arrival, None)?;
                released += 1;
            } else if as_its_row && arrival.before.passed.is_empty() && arrival.before.missed.is_empty() {
                nobody_for.insert(arrival.row);
            }
        }
        Ok(released)
    }

    /// Whether who can take a lead follows from its row alone, but for those who had it: then, if nobody can take one,
    /// nobody can take the next. Owners differ from lead to lead.
    fn is_as_its_row(&self, arrival: &Arrival) -> bool {
        let Some(ruling) = &self.world.ruling else { return false };
        let of_its_own = |target: &Target| matches!(target, Target::AccountOwner | Target::LeadOwner);
        let action = arrival.row.and_then(|row| ruling.policy.row(row)).map(|row| &row.action);
        let by_row = matches!(action, Some(Action::Assign(assign)) if !assign.targets.iter().any(of_its_own));
        let owner = arrival.person().filter(|_| !arrival.before.rerouted).and_then(|person| ruling.standing.person(person));
        by_row && owner.is_none()
    }
}

fn waits_for(row: &LeadRow, pool: &str) -> bool {
    row.life.waiting_since.is_some() && matches!(&row.life.stage, Stage::Held { pool: Some(waited), .. } if **waited == *pool)
}
