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

    fn one(&mut self, mut arrival: Arrival, actor: Option<&str>) -> Result<Receipt, DbError> {
        let id = arrival.lead.id.0.clone();
        if let Some(known) = self.leads.get(&id) {
            return Ok(known.receipt(&id, true));
        }
        let earlier = arrival.person().and_then(|person| self.persons.get(person)).map(|row| (row.lead.clone(), row.rep.clone()));
        let takes_again = |(lead, rep): &(Box<str>, Box<str>)| self.leads.get(lead).is_some_and(|row| row.life.takes_again(rep));
        if earlier.as_ref().is_some_and(|earlier| !takes_again(earlier)) {
            // The lead that they are cannot have this request on it: its owner is no reason for anything.
            arrival.before.rerouted = true;
        }
        let Some(decided) = self.decide(&arrival)? else { return Err(DbError::shape("a lead was to be decided without a policy")) };
        match earlier.filter(|_| decided.same_person) {
            Some((earlier, _)) => self.came_again(&earlier, &arrival, decided, actor),
            None => self.begin(&id, &arrival, decided, actor),
        }
    }

    /// A new lead begins its life.
    fn begin(&mut self, id: &str, arrival: &Arrival, decided: Decided, actor: Option<&str>) -> Result<Receipt, DbError> {
        self.received += 1;
        let gave = decided.gives(self.now);
        let step = Life::begin(decided.placement.clone(), self.now)
            .map_err(|refusal| DbError::shape(format!("a new lead was refused its decision: {refusal}")))?;
        let row = LeadRow {
            received_at: self.now,
            fields: arrival.lead.clone(),
            life: step.life.clone(),
            decisions: 1,
            outcome: decided.outcome.clone(),
            reason: decided.reason.clone(),
            account: decided.account.clone(),
            seq: 0,
        };
        self.leads.insert(id.into(), row);
        self.note(decided, id, 1, self.seq + 1);
        self.carry_out(id, step, gave, actor)?;
        self.receipt(id, false)
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
        self.note(decided, earlier, n, self.seq);
        self.must(earlier, again, actor)?;
        self.receipt(earlier, true)
    }

    fn receipt(&self, id: &str, repeat: bool) -> Result<Receipt, DbError> {
        self.leads.get(id).map(|row| row.receipt(id, repeat)).ok_or_else(|| DbError::shape(format!("lead {id} went missing")))
    }
}
