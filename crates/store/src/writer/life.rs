//! Driving a lead's life: a command in, its events into the journal, its effects carried out.

use super::Batch;
use super::decide::Decided;
use crate::db::DbError;
use crate::journal::{Body, Count, Entry};
use crate::request::{Refused, Reply};
use jiff::Timestamp;
use pointsman_engine::availability::Request as Asked;
use pointsman_engine::decide::Arrival;
use pointsman_engine::decision::Verdict;
use pointsman_engine::lead::{Lead, LeadId};
use pointsman_engine::life::{Command, Counted, Effect, Event, Placement, Refusal, Step, To};
use pointsman_engine::people::RepIx;

impl Batch<'_> {
    /// Something happens to a lead.
    pub(super) fn life(&mut self, lead: &LeadId, command: Command, actor: Option<Box<str>>) -> Result<Result<Reply, Refused>, DbError> {
        self.load_leads([lead.0.clone()])?;
        if !self.leads.contains_key(&lead.0) {
            return Ok(Err(Refused::Missing { what: "lead", id: lead.0.clone() }));
        }
        if let Some(refused) = self.cannot_be_given(&command).or_else(|| self.cannot_be_queued(&command)) {
            return Ok(Err(refused));
        }
        if let Err(refusal) = self.step(&lead.0, command, actor.as_deref())? {
            return Ok(Err(Refused::Life(refusal.to_string())));
        }
        Ok(self.answer(&lead.0))
    }

    pub(super) fn answer(&self, lead: &str) -> Result<Reply, Refused> {
        let row = self.leads.get(lead).ok_or_else(|| Refused::Missing { what: "lead", id: lead.into() })?;
        Ok(Reply::Lead(Box::new(row.receipt(lead, false))))
    }

    /// Steps a lead's life and carries out all that follows from it.
    pub(super) fn step(&mut self, id: &str, command: Command, actor: Option<&str>) -> Result<Result<(), Refusal>, DbError> {
        let Some(row) = self.leads.get_mut(id) else { return Err(DbError::shape(format!("lead {id} was not read"))) };
        let gave = given(&command, self.now);
        match row.life.clone().step(command, self.now) {
            Ok(step) => self.carry_out(id, step, gave, actor).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Makes a step true: the life, the journal, and what is to be done, in its order.
    pub(super) fn carry_out(&mut self, id: &str, step: Step, gave: Option<Count>, actor: Option<&str>) -> Result<(), DbError> {
        let Some(row) = self.leads.get_mut(id) else { return Err(DbError::shape(format!("lead {id} was not read"))) };
        row.life = step.life;
        if let Some((outcome, reason)) = step.events.iter().find_map(by_a_person) {
            (row.outcome, row.reason) = (outcome.into(), reason.into());
        }
        let counts = gave.into_iter().chain(step.effects.iter().filter_map(uncounted)).collect();
        self.events(id, step.events, counts, actor)?;
        for effect in step.effects {
            self.effect(id, effect, actor)?;
        }
        Ok(())
    }

    fn events(&mut self, id: &str, events: Vec<Event>, mut counts: Vec<Count>, actor: Option<&str>) -> Result<(), DbError> {
        for event in events {
            let data = serde_json::to_value(&event).map_err(|error| DbError::shape(format!("an event has no JSON form: {error}")))?;
            let kind: Box<str> = data.get("event").and_then(serde_json::Value::as_str).unwrap_or("event").into();
            let rep = data.get("rep").and_then(serde_json::Value::as_str).map(Into::into);
            self.tell_programs(id, &kind, &data)?;
            let body = Body { data, counts: std::mem::take(&mut counts), ..Body::default() };
            self.log(Entry { kind, lead: Some(id.into()), rep, actor: actor.map(Into::into), body })?;
        }
        if !counts.is_empty() {
            // A count that moves without an event: none of life's steps does so.
            self.log(Entry {
                kind: "counted".into(),
                lead: Some(id.into()),
                rep: None,
                actor: None,
                body: Body { counts, ..Body::default() },
            })?;
        }
        if let Some(row) = self.leads.get_mut(id) {
            row.seq = self.seq;
        }
        Ok(())
    }

    fn effect(&mut self, id: &str, effect: Effect, actor: Option<&str>) -> Result<(), DbError> {
        match effect {
            Effect::Decide => self.decide_again(id, actor),
            Effect::Give { rep } => self.give(id, &rep, actor),
            Effect::GiveBack(counted) => {
                self.uncount(id, &counted, false);
                Ok(())
            }
            Effect::CloseTally(counted) => {
                self.uncount(id, &counted, true);
                Ok(())
            }
            // The row says when the first clock of the life is due, and is written when the batch is.
            Effect::SetClocks { .. } | Effect::StopClocks { .. } => Ok(()),
            Effect::Notify { who, notice, channel } => self.notify(id, &who, notice, channel),
            Effect::Refresh => self.refresh(id),
            Effect::Missed { rep } => self.missed(id, &rep),
            Effect::Forget => self.forget(id),
        }
    }

    /// The lead as it would be decided now, with what happened to it before.
    pub(super) fn arrival(&self, id: &str) -> Option<Arrival> {
        let row = self.leads.get(id)?;
        let ruling = self.world.ruling.as_ref()?;
        self.arrive(row.fields.clone(), row.life.before(ruling.book.directory(), self.now))
    }

    fn decide_again(&mut self, id: &str, actor: Option<&str>) -> Result<(), DbError> {
        let Some(arrival) = self.arrival(id) else { return Err(DbError::shape("a lead was to be decided again without a policy")) };
        self.recall(&[&arrival])?;
        let arrival = self.not_its_own_owner(id, arrival);
        self.place(id, &arrival, actor)
    }

    /// A lead about to be decided again, its person recalled: who had this very lead is no owner of the same person who
    /// came before.
    pub(super) fn not_its_own_owner(&self, id: &str, mut arrival: Arrival) -> Arrival {
        let own = arrival.person().and_then(|person| self.persons.get(person)).is_some_and(|row| *row.lead == *id);
        arrival.before.rerouted |= own;
        arrival
    }

    /// Decides a lead that is known and places it.
    pub(super) fn place(&mut self, id: &str, arrival: &Arrival, actor: Option<&str>) -> Result<(), DbError> {
        let Some(decided) = self.decide(arrival)? else { return Ok(()) };
        let Decided { placement, outcome, reason, account, .. } = &decided;
        let (placement, outcome, reason, account) = (placement.clone(), outcome.clone(), reason.clone(), account.clone());
        let Some(row) = self.leads.get_mut(id) else { return Ok(()) };
        row.decisions += 1;
        (row.outcome, row.reason, row.account) = (outcome, reason, account);
        row.fields = arrival.lead.clone();
        let n = row.decisions;
        self.note(decided, id, n, self.seq + 1);
        self.must(id, Command::Decided(placement), actor)
    }

    fn give(&mut self, id: &str, rep: &str, actor: Option<&str>) -> Result<(), DbError> {
        let Some(arrival) = self.arrival(id) else { return Ok(()) };
        let found = self.world.ruling.as_ref().and_then(|ruling| Some((ruling, ruling.rep(rep)?)));
        let Some((ruling, rep_ix)) = found else {
            return Err(DbError::shape(format!("a lead was to be given to {rep}, who is not there")));
        };
        let placement = Placement::by_hand(&ruling.policy, &ruling.book, &arrival, rep_ix);
        let Some(row) = self.leads.get_mut(id) else { return Ok(()) };
        row.decisions += 1;
        row.outcome = "by_hand".into();
        row.reason = format!("given to {rep} by {}", actor.unwrap_or("hand")).into();
        let n = row.decisions;
        self.note_by_hand(id, n, self.seq + 1, rep_ix)?;
        self.remember_by_hand(id, arrival.person(), rep);
        self.must(id, Command::Decided(placement), actor)
    }

    /// A step that life itself asked for.
    pub(super) fn must(&mut self, id: &str, command: Command, actor: Option<&str>) -> Result<(), DbError> {
        self.step(id, command, actor)?
            .map_err(|refusal| DbError::shape(format!("lead {id}: a decision that was asked for was refused: {refusal}")))
    }

    /// Who is named by hand must be able to take leads at all: 6.3 holds for every path.
    fn cannot_be_given(&self, command: &Command) -> Option<Refused> {
        let (Command::Reassign { to: Some(rep), .. } | Command::Claim { rep, .. }) = command else { return None };
        let Some(ruling) = &self.world.ruling else { return Some(Refused::NoPolicy) };
        let Some(ix) = ruling.rep(rep) else { return Some(Refused::Missing { what: "rep", id: rep.clone() }) };
        let arrival = self.arrive(Lead::new(""), pointsman_engine::decide::Before::default())?;
        let asked = Asked {
            policy: &ruling.policy,
            book: &ruling.book,
            standing: &ruling.standing,
            arrival: &arrival,
            needs: &[],
            now: self.now,
            forgiven: usize::MAX,
        };
        match asked.of_rep(ix) {
            Verdict::Unknown => Some(Refused::Missing { what: "rep", id: rep.clone() }),
            Verdict::Inactive => Some(Refused::Life(format!("{rep} is no longer active: give the lead to somebody else"))),
            Verdict::Absent(until) => Some(Refused::Life(format!(
                "{rep} is absent until {}: give the lead to somebody else, or end the absence first",
                pointsman_engine::words::moment(until, &ruling.policy.timezone)
            ))),
            // A person may give a lead beyond a cap: the cap is for what comes by itself.
            _ => None,
        }
    }

    /// A lead waits only where somebody looks: in a queue of the policy.
    fn cannot_be_queued(&self, command: &Command) -> Option<Refused> {
        let Command::Requeue { queue, .. } = command else { return None };
        let Some(ruling) = &self.world.ruling else { return Some(Refused::NoPolicy) };
        let known = ruling.policy.queues.iter().any(|known| known.name == *queue);
        (!known).then(|| Refused::Missing { what: "queue", id: queue.clone() })
    }

    fn rep_ix(&self, rep: &str) -> Option<RepIx> {
        self.world.ruling.as_ref()?.rep(rep)
    }

    /// A rep missed a lead; with too many they are taken offline.
    fn missed(&mut self, id: &str, rep: &str) -> Result<(), DbError> {
        self.log(Entry { kind: "missed".into(), lead: Some(id.into()), rep: Some(rep.into()), actor: None, body: Body::default() })?;
        if self.rep_ix(rep).is_some() { self.offline_if_due(rep) } else { Ok(()) }
    }
}

impl Decided {
    /// What it counts for whoever gets the lead.
    pub(super) fn gives(&self, at: Timestamp) -> Option<Count> {
        counted(&self.placement, at)
    }
}

fn given(command: &Command, at: Timestamp) -> Option<Count> {
    if let Command::Decided(placement) = command { counted(placement, at) } else { None }
}

fn counted(placement: &Placement, at: Timestamp) -> Option<Count> {
    match &placement.to {
        To::Assigned { rep, pool } => Some(Count::Give { rep: rep.clone(), pool: pool.clone(), at }),
        To::ByHand { rep } => Some(Count::Give { rep: rep.clone(), pool: None, at }),
        To::Kept { .. } | To::Queued { .. } | To::Held { .. } | To::Suppressed => None,
    }
}

/// What a person made of a lead without a decision: the outcome, and why it is so. Their own words are in the journal.
fn by_a_person(event: &Event) -> Option<(&'static str, String)> {
    match event {
        Event::Requeued { by, queue, .. } => Some(("queued", format!("put into queue {queue} by {}", by.name()))),
        Event::Suppressed { by: Some(by), .. } => Some(("suppressed", format!("suppressed by {}", by.name()))),
        Event::Closed { by, result } => Some(("closed", format!("closed as {} by {}", result.words(), by.name()))),
        _ => None,
    }
}

fn uncounted(effect: &Effect) -> Option<Count> {
    match effect {
        Effect::GiveBack(Counted { rep, pool, at }) => Some(Count::GiveBack { rep: rep.clone(), pool: pool.clone(), at: *at }),
        Effect::CloseTally(Counted { rep, pool, .. }) => Some(Count::Close { rep: rep.clone(), pool: pool.clone() }),
        _ => None,
    }
}
