//! Time passes: clocks that are due fire, once; leads that wait go to who can take them, oldest first.

use super::Batch;
use crate::db::DbError;
use crate::journal::{Body, Entry};
use crate::request::Reply;
use crate::schema::WORKSPACE;
use pointsman_engine::life::{Clock, Command};

impl Batch<'_> {
    /// Fires the clocks that are due of at most so many leads, and drains what waits.
    pub(super) fn tick(&mut self, most: u32) -> Result<Reply, DbError> {
        let released = self.drain_waiting()?;
        let sql = "select id from lead where ws = $1 and due <= $2 order by due, id limit $3";
        let due = self.db.query(sql, &[WORKSPACE.into(), self.now.into(), most.into()])?;
        let leads: Vec<Box<str>> = due.iter().map(|row| row.text(0).map(Into::into)).collect::<Result<_, _>>()?;
        self.load_leads(leads.iter().cloned())?;
        let mut fired = 0;
        for lead in leads {
            fired += self.fire(&lead)?;
        }
        Ok(Reply::Ticked { fired, released })
    }

    /// Fires the clocks of a lead that are due, in their order; firing one may stop or set others.
    fn fire(&mut self, lead: &str) -> Result<u32, DbError> {
        let mut fired = 0;
        while let Some(clock) = self.due_clock(lead) {
            let refused = self.step(lead, Command::Due { clock: clock.kind }, None)?.err();
            if self.due_clock(lead).as_ref() == Some(&clock) {
                // Life never leaves a clock running that fired. Should it do so, other leads' clocks must fire all the same.
                self.take_away(lead, &clock, refused.map_or_else(|| "it still runs".to_owned(), |refusal| refusal.to_string()))?;
            }
            fired += 1;
        }
        Ok(fired)
    }

    fn take_away(&mut self, lead: &str, clock: &Clock, why: String) -> Result<(), DbError> {
        if let Some(row) = self.leads.get_mut(lead) {
            row.life.clocks.retain(|running| running != clock);
            row.seq = self.seq + 1;
        }
        let text = format!("the clock {} of lead {lead} fired without effect and was taken away: {why}", clock.kind);
        self.log(Entry { kind: "alarm".into(), lead: Some(lead.into()), rep: None, actor: None, body: Body::text(text) }).map(drop)
    }

    fn due_clock(&self, lead: &str) -> Option<Clock> {
        self.leads.get(lead)?.life.clocks.iter().filter(|clock| clock.due <= self.now).min().cloned()
    }
}
