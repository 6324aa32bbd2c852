//! What who has a lead does with it, or somebody for them.

use super::clock::ClockKind;
use super::command::{By, Closing};
use super::effect::Effect;
use super::event::Event;
use super::refusal::Refusal;
use super::stage::{Holder, Stage};
use super::stepping::{Count, Stepping};
use jiff::Timestamp;

impl Stepping {
    pub fn accept(&mut self, by: By) -> Result<(), Refusal> {
        let rep = self.own(&by)?.rep;
        self.life.clocks.retain(|clock| !matches!(clock.kind, ClockKind::Unacknowledged(_)));
        if self.life.accepted_at.is_none() && matches!(self.life.stage, Stage::Assigned(_)) {
            self.life.accepted_at = Some(self.now);
            self.events.push(Event::Accepted { by, rep });
        }
        Ok(())
    }

    pub fn pass(&mut self, by: By, reason: Option<Box<str>>, bad_lead: bool) -> Result<(), Refusal> {
        if matches!(&by, By::Rep(name) if self.life.has_passed(name)) {
            return Ok(());
        }
        let rep = self.own(&by)?.rep;
        if matches!(self.life.stage, Stage::Contacted(_)) {
            return Err(Refusal::AlreadyContacted { rep });
        }
        self.take(if bad_lead { Count::GivenBack } else { Count::Closed });
        self.life.passed.push(rep.clone());
        self.events.push(Event::Passed { by, rep, reason, bad_lead });
        self.ask(Effect::Decide, None, false);
        Ok(())
    }

    pub fn contacted(&mut self, by: By, at: Timestamp) -> Result<(), Refusal> {
        let holder = self.own(&by)?;
        if matches!(self.life.stage, Stage::Contacted(_)) {
            return Ok(());
        }
        let (at, contact_by) = (at.min(self.now), self.life.contact_by);
        self.life.contacted_at.get_or_insert(at);
        self.events.push(Event::Contacted { by, rep: holder.rep.clone(), at, contact_by });
        self.life.stage = Stage::Contacted(holder);
        Ok(())
    }

    pub fn close(&mut self, by: By, result: Closing) -> Result<(), Refusal> {
        let rep = match (&self.life.stage, &by) {
            (Stage::Closed { result: before, .. }, _) if *before == result => return Ok(()),
            (Stage::Closed { rep, .. }, by) if rep.as_deref().map_or(matches!(by, By::Other(_)), |rep| by.may_act_for(rep)) => rep.clone(),
            (Stage::Suppressed { .. }, _) => {
                return Err(Refusal::Over { stage: self.life.stage.words(), instead: "it needs no closing" });
            }
            (Stage::Held { .. } | Stage::Queued { .. } | Stage::Kept, By::Other(_)) => None,
            _ => {
                self.own(&by)?;
                let count = if result == Closing::Bad { Count::GivenBack } else { Count::Closed };
                self.take(count).map(|holder| holder.rep)
            }
        };
        self.events.push(Event::Closed { by, result });
        self.life.waiting_since = None;
        self.life.stage = Stage::Closed { result, rep };
        Ok(())
    }

    /// Who has it, if it is theirs to act on.
    fn own(&self, by: &By) -> Result<Holder, Refusal> {
        let Some(holder) = self.life.holder() else {
            let stage = self.life.stage.words();
            return Err(match self.life.stage {
                Stage::Suppressed { .. } | Stage::Closed { .. } => {
                    Refusal::Over { stage, instead: "give it to a rep, or put it into a queue, to go on with it" }
                }
                Stage::Queued { .. } | Stage::Kept => Refusal::NobodyHasIt { stage, instead: "claim it first" },
                _ => Refusal::NobodyHasIt { stage, instead: "wait until it is routed, or have it given to a rep" },
            });
        };
        if !by.may_act_for(&holder.rep) {
            return Err(Refusal::NotYours { by: by.name().into(), holder: holder.rep.clone() });
        }
        Ok(holder.clone())
    }
}
