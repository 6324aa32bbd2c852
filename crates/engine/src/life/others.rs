//! What anybody but who has it does with a lead: managers, the API, who claims it; and what a change of it does.

use super::command::{By, same};
use super::effect::Effect;
use super::event::Event;
use super::refusal::Refusal;
use super::stage::Stage;
use super::stepping::{Count, Stepping};

impl Stepping {
    /// Gives it to a rep, from wherever it is.
    pub fn give(&mut self, by: By, rep: Box<str>) -> Result<(), Refusal> {
        if self.life.holder().is_some_and(|holder| same(&holder.rep, &rep)) {
            return Ok(());
        }
        self.may_have(Some(&rep))?;
        let from = self.take(Count::GivenBack).map(|holder| holder.rep);
        self.events.push(Event::Reassigned { by, from: from.clone(), to: Some(rep.clone()) });
        self.ask(Effect::Give { rep }, from, false);
        Ok(())
    }

    /// Has it decided again, from wherever it is. Who has it does not get it again.
    pub fn route_again(&mut self, by: By) {
        let from = self.take(Count::GivenBack).map(|holder| holder.rep);
        self.life.passed.extend(from.clone());
        self.events.push(Event::Reassigned { by, from: from.clone(), to: None });
        self.ask(Effect::Decide, from, false);
    }

    pub fn claim(&mut self, by: By, rep: Box<str>) -> Result<(), Refusal> {
        if !by.may_act_for(&rep) {
            return Err(Refusal::ForSomebodyElse { by: by.name().into(), rep });
        }
        let queue = match &self.life.stage {
            Stage::Queued { queue } => Some(queue.clone()),
            Stage::Kept => None,
            Stage::Assigned(holder) | Stage::Contacted(holder) if same(&holder.rep, &rep) => return Ok(()),
            Stage::Assigned(holder) | Stage::Contacted(holder) => return Err(Refusal::Taken { holder: holder.rep.clone() }),
            stage => return Err(Refusal::NotClaimable { stage: stage.words() }),
        };
        self.may_have(Some(&rep))?;
        self.events.push(Event::Claimed { by, rep: rep.clone(), queue });
        self.ask(Effect::Give { rep }, None, false);
        Ok(())
    }

    /// Puts it into a queue, from wherever it is. A promise that runs goes on.
    pub fn requeue(&mut self, by: By, queue: Box<str>) {
        if self.life.queue() == Some(&*queue) {
            return;
        }
        let from = self.take(Count::GivenBack).map(|holder| holder.rep);
        self.life.promised_from = self.life.promises_from(self.now);
        self.life.waiting_since = None;
        self.events.push(Event::Requeued { by, queue: queue.clone(), from: from.clone() });
        self.life.stage = Stage::Queued { queue };
        if let Some(from) = from {
            self.tell_taken(from, None);
        }
    }

    pub fn suppress(&mut self, by: By, reason: Option<Box<str>>) -> Result<(), Refusal> {
        match self.life.stage {
            Stage::Suppressed { .. } => return Ok(()),
            Stage::Closed { .. } => return Err(Refusal::Over { stage: self.life.stage.words(), instead: "there is nothing to suppress" }),
            _ => {}
        }
        let from = self.take(Count::GivenBack).map(|holder| holder.rep);
        self.life.waiting_since = None;
        self.life.stage = Stage::Suppressed { by: Some(by.name().into()) };
        self.events.push(Event::Suppressed { by: Some(by), rule: None, reason });
        if let Some(from) = from {
            self.tell_taken(from, None);
        }
        Ok(())
    }

    /// Forgets the person. That there was a lead, and what was decided, stays.
    pub fn erase(&mut self, by: By) {
        self.take(Count::Closed);
        self.life.waiting_since = None;
        self.life.stage = Stage::Erased;
        self.events.push(Event::Erased { by });
        self.effects.push(Effect::Forget);
    }

    /// A change routes a lead again only if the rule that now decides it says so, and each rule once. A held lead has
    /// not been routed yet: it is decided anew, unless the same rule goes on holding it.
    pub fn changed(&mut self, rule: Option<Box<str>>, reroute: bool) {
        if let Stage::Held { pool, .. } = &self.life.stage {
            if pool.is_some() || self.life.rule != rule {
                self.events.push(Event::Rerouted { rule: None });
                self.ask(Effect::Decide, None, false);
            }
            return;
        }
        let routed = matches!(self.life.stage, Stage::Queued { .. } | Stage::Assigned(_) | Stage::Kept | Stage::Suppressed { by: None });
        let Some(rule) = rule.filter(|_| reroute && routed) else { return };
        if self.life.rule.as_ref() == Some(&rule) || self.life.rerouted.contains(&rule) {
            return;
        }
        let from = self.take(Count::GivenBack).map(|holder| holder.rep);
        self.life.rerouted.push(rule.clone());
        self.events.push(Event::Rerouted { rule: Some(rule) });
        self.ask(Effect::Decide, from, true);
    }
}
