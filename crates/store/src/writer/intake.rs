//! Leads come in: each is decided, in order, and begins its life; somebody who came before is recognised.

use super::Batch;
use super::decide::Decided;
use super::lead::LeadRow;
use crate::db::DbError;
use crate::request::{Receipt, Refused, Reply, Request, What};
use pointsman_engine::decide::{Arrival, Before, arrive};
use pointsman_engine::lead::Lead;
use pointsman_engine::life::{Command, Life};

impl Batch<'_> {
    /// Requests that bring leads, done one after the other; what must be read for them is read for all at once.
    pub(super) fn intake(&mut self, run: Vec<Request>) -> Result<Vec<Result<Reply, Refused>>, DbError> {
        if self.world.ruling.is_none() {
            return Ok(run.iter().map(|_| Err(Refused::NoPolicy)).collect());
        }
        self.drain_waiting()?;
        let mut arrivals: Vec<(Option<Box<str>>, Vec<Arrival>)> = Vec::with_capacity(run.len());
        for request in run {
            let What::Intake(leads) = request.what else { continue };
            arrivals.push((request.actor, leads.into_iter().filter_map(|lead| self.arrive(lead, Before::default())).collect()));
        }
        self.load_leads(arrivals.iter().flat_map(|(_, leads)| leads).map(|arrival| arrival.lead.id.0.clone()))?;
        let all: Vec<&Arrival> = arrivals.iter().flat_map(|(_, leads)| leads).collect();
        self.recall(&all)?;
        let earlier: Vec<Box<str>> = all.iter().filter_map(|arrival| Some(self.persons.get(arrival.person()?)?.lead.clone())).collect();
        self.load_leads(earlier)?;
        let mut answers = Vec::with_capacity(arrivals.len());
        for (actor, leads) in arrivals {
            let receipts = leads.into_iter().map(|arrival| self.one(arrival, actor.as_deref())).collect::<Result<Vec<_>, _>>()?;
            answers.push(Ok(Reply::Leads(receipts)));
        }
        Ok(answers)
    }

    /// Enriches, matches and finds the rule. `None` without a policy.
    pub(super) fn arrive(&self, lead: Lead, before: Before) -> Option<Arrival> {
        let ruling = self.world.ruling.as_ref()?;
        Some(arrive(&ruling.policy, &ruling.book, lead, before, self.now))
    }

    fn one(&mut self, arrival: Arrival, actor: Option<&str>) -> Result<Receipt, DbError> {
        let id = arrival.lead.id.0.clone();
        if let Some(known) = self.leads.get(&id) {
            return Ok(known.receipt(&id, true));
        }
        let Some(decided) = self.decide(&arrival)? else { return Err(DbError::shape("a lead was to be decided without a policy")) };
        let earlier = decided.again.clone().filter(|earlier| self.leads.get(earlier).is_some_and(|row| row.life.takes_again()));
        match earlier {
            Some(earlier) => self.came_again(&earlier, &arrival, decided, actor),
            None => self.begin(id, arrival, decided, actor),
        }
    }

    /// A new lead begins its life.
    fn begin(&mut self, id: Box<str>, arrival: Arrival, decided: Decided, actor: Option<&str>) -> Result<Receipt, DbError> {
        self.received += 1;
        let row = LeadRow {
            received_at: self.now,
            fields: arrival.lead.clone(),
            life: Life::new(),
            decisions: 1,
            outcome: decided.outcome.clone(),
            reason: decided.reason.clone(),
            account: decided.account.clone(),
            stored: false,
            seq: 0,
        };
        self.leads.insert(id.clone(), row);
        let placement = Command::Decided(decided.placement.clone());
        let n = 1;
        self.note(decided, &arrival, &id, n, self.seq + 1);
        self.step(&id, placement, actor)?.map_err(|refusal| DbError::shape(format!("a new lead was refused its decision: {refusal}")))?;
        self.leads.get(&id).map(|row| row.receipt(&id, false)).ok_or_else(|| DbError::shape("a new lead went missing"))
    }

    /// The person of an earlier lead came again: it is recorded there, with the promise of the new request.
    fn came_again(&mut self, earlier: &str, arrival: &Arrival, decided: Decided, actor: Option<&str>) -> Result<Receipt, DbError> {
        let n = self.leads.get(earlier).map_or(1, |row| row.decisions + 1);
        if let Some(row) = self.leads.get_mut(earlier) {
            row.decisions = n;
            row.outcome = decided.outcome.clone();
            row.reason = decided.reason.clone();
        }
        self.log_fields("asked_again", earlier, arrival, actor)?;
        let again = Command::Again(decided.placement.clone());
        self.note(decided, arrival, earlier, n, self.seq);
        self.step(earlier, again, actor)?.map_err(|refusal| DbError::shape(format!("somebody who came again was refused: {refusal}")))?;
        self.leads.get(earlier).map(|row| row.receipt(earlier, true)).ok_or_else(|| DbError::shape("an earlier lead went missing"))
    }
}
