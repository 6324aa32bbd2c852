//! What decisions do to a life.

use super::clock::ClockKind;
use super::effect::{Notice, Who};
use super::event::Event;
use super::placement::{Placement, To};
use super::refusal::Refusal;
use super::stage::{Holder, Stage};
use super::stepping::Stepping;
use jiff::Timestamp;

impl Stepping {
    /// The decision that was asked for, or that a lead need wait no longer.
    pub fn decided(&mut self, placement: Placement) -> Result<(), Refusal> {
        self.may_have(placement.to.rep())?;
        let from = match &mut self.life.stage {
            Stage::Undecided { from, .. } => from.take(),
            held @ Stage::Held { .. } if goes_on(held, &placement.to) => return Ok(()),
            Stage::Held { .. } => None,
            stage => return Err(Refusal::NotAsked { stage: stage.words() }),
        };
        if let Some(from) = from {
            self.tell_taken(from, placement.to.rep());
        }
        self.place(placement);
        Ok(())
    }

    /// Nobody gets a lead again that they passed on.
    pub fn may_have(&self, rep: Option<&str>) -> Result<(), Refusal> {
        match rep {
            Some(rep) if self.life.has_passed(rep) => Err(Refusal::Passed { rep: rep.into() }),
            _ => Ok(()),
        }
    }

    fn place(&mut self, placement: Placement) {
        let (by_rule, life) = (self.life.is_rerouted(), &mut self.life);
        if !matches!(placement.to, To::ByHand { .. }) {
            life.rule.clone_from(&placement.rule);
        }
        if !matches!(placement.to, To::Held { pool: Some(_), .. }) {
            life.waiting_since = None;
        }
        let rule = placement.rule.clone();
        life.stage = match placement.to.clone() {
            To::Assigned { rep, pool } => {
                self.events.push(Event::Assigned { rep: rep.clone(), pool: pool.clone(), rule });
                Stage::Assigned(Holder { rep, pool, at: placement.at, kept: false })
            }
            To::ByHand { rep } => Stage::Assigned(Holder { rep, pool: None, at: placement.at, kept: false }),
            To::Kept { rep: Some(rep) } => {
                self.events.push(Event::Kept { rep: Some(rep.clone()), rule });
                Stage::Assigned(Holder { rep, pool: None, at: placement.at, kept: true })
            }
            To::Kept { rep: None } => {
                self.events.push(Event::Kept { rep: None, rule });
                Stage::Kept
            }
            To::Queued { queue } => {
                self.events.push(Event::Queued { queue: queue.clone(), rule });
                Stage::Queued { queue }
            }
            To::Held { pool, until } => {
                let since = if pool.is_some() { &mut life.waiting_since } else { &mut life.held_since };
                since.get_or_insert(placement.at);
                self.events.push(Event::Held { pool: pool.clone(), until, rule });
                Stage::Held { pool, until, by_rule }
            }
            To::Suppressed => {
                self.events.push(Event::Suppressed { by: None, rule, reason: None });
                Stage::Suppressed { by: None }
            }
        };
        self.promise(placement);
        self.tell_holder(|contact_by| Notice::Assigned { contact_by });
    }

    /// The same person came again: who has it hears of it; a lead that nobody has goes to its owner.
    pub fn again(&mut self, placement: Placement) -> Result<(), Refusal> {
        let holder = match &self.life.stage {
            Stage::Assigned(holder) | Stage::Contacted(holder) => holder.clone(),
            Stage::Held { .. } | Stage::Queued { .. } | Stage::Kept | Stage::Closed { .. } => {
                let Some(rep) = placement.to.rep() else {
                    return Err(Refusal::NobodyHasIt { stage: self.life.stage.words(), instead: "make the new request a lead of its own" });
                };
                self.may_have(Some(rep))?;
                Holder { rep: rep.into(), pool: None, at: placement.at, kept: true }
            }
            stage => return Err(Refusal::Over { stage: stage.words(), instead: "make the new request a lead of its own" }),
        };
        self.events.push(Event::CameAgain { rep: holder.rep.clone() });
        self.life.stage = Stage::Assigned(holder);
        self.life.waiting_since = None;
        // Of two promises the one that is due first stands: asking twice puts nothing off.
        let runs = self.life.clocks.iter().find(|clock| clock.kind == ClockKind::Contact).map(|clock| clock.due);
        if runs.is_none_or(|due| placement.contact_by.is_some_and(|by| by < due)) {
            self.life.accepted_at = None;
            self.promise(placement);
        }
        self.tell_holder(|contact_by| Notice::CameAgain { contact_by });
        Ok(())
    }

    /// Takes over what a decision promises. Clocks whose time is over are not set: what is past cannot be reminded of.
    /// Only the end of a hold always is, because nothing else would end it.
    fn promise(&mut self, placement: Placement) {
        let (life, now) = (&mut self.life, self.now);
        life.promised_from = Some(placement.from);
        life.sla = placement.sla;
        life.route_by = placement.route_by;
        life.contact_by = placement.contact_by;
        life.clocks = placement.clocks;
        life.clocks.retain(|clock| clock.due > now || clock.kind == ClockKind::HoldOver);
        if let Some(contact_by) = life.contact_by.filter(|by| *by <= now && life.stage.runs(ClockKind::Contact)) {
            life.breached_at.get_or_insert(contact_by);
            self.events.push(Event::TooLate { contact_by });
        }
    }

    fn tell_holder(&mut self, notice: impl FnOnce(Option<Timestamp>) -> Notice) {
        if let Some(rep) = self.life.holder().map(|holder| holder.rep.clone()) {
            let contact_by = self.life.contact_by;
            self.tell(Who::Rep(rep), notice(contact_by));
        }
    }
}

/// Whether a decision leaves a held lead held as it is.
fn goes_on(held: &Stage, to: &To) -> bool {
    matches!((held, to), (Stage::Held { pool, until, .. }, To::Held { pool: still, until: then }) if pool == still && until == then)
}
