//! What clocks do when their time has come.

use super::clock::ClockKind;
use super::effect::{Effect, Notice, Who};
use super::event::Event;
use super::stepping::{Count, Stepping};
use crate::policy::EscalationStep;

impl Stepping {
    /// Fires a clock, once. One that does not run, or whose time has not come, changes nothing.
    pub fn due(&mut self, kind: ClockKind) {
        let now = self.now;
        let Some(at) = self.life.clocks.iter().position(|clock| clock.kind == kind && clock.due <= now) else { return };
        let clock = self.life.clocks.remove(at);
        match kind {
            ClockKind::HoldOver => {
                self.events.push(Event::HoldOver);
                self.ask(Effect::Decide, None, false);
            }
            ClockKind::Route => {
                let told = self.reviewer();
                self.events.push(Event::NotRouted { route_by: clock.due, told: told.clone() });
                self.tell(told, Notice::NotRouted { route_by: clock.due });
            }
            ClockKind::Remind(_) => {
                if let Some(rep) = self.holder() {
                    self.events.push(Event::Reminded { rep: rep.clone() });
                    self.tell(Who::Rep(rep), Notice::Reminder { contact_by: self.life.contact_by });
                }
            }
            ClockKind::Contact => {
                self.life.breached_at.get_or_insert(clock.due);
                let rep = self.holder();
                self.events.push(Event::Breached { rep: rep.clone(), contact_by: clock.due });
                if let Some(rep) = rep {
                    self.note_missed(&rep);
                    self.effects.push(Effect::Missed { rep });
                }
            }
            ClockKind::Escalate(_) => self.escalate(clock.step),
            ClockKind::Unacknowledged(channel) => {
                if let Some(rep) = self.holder() {
                    self.events.push(Event::Unacknowledged { rep: rep.clone(), channel });
                    let notice = Notice::Assigned { contact_by: self.life.contact_by };
                    self.effects.push(Effect::Notify { who: Who::Rep(rep), notice, channel });
                }
            }
        }
    }

    fn escalate(&mut self, step: Option<EscalationStep>) {
        let holder = self.holder();
        let told = match (step, &holder) {
            (Some(EscalationStep::Notify(name)), rep) => match (&*name, rep) {
                ("rep", Some(rep)) => Who::Rep(rep.clone()),
                ("manager", Some(rep)) => Who::ManagerOf(rep.clone()),
                ("rep" | "manager", None) => self.reviewer(),
                _ => Who::Person(name),
            },
            (Some(EscalationStep::Reassign), Some(rep)) => return self.take_away(rep.clone()),
            // Nobody has it who could be replaced: a person has to look.
            (Some(EscalationStep::Reassign) | None, _) => self.reviewer(),
        };
        let contact_by = self.life.contact_by;
        self.events.push(Event::Escalated { told: told.clone(), rep: holder.clone(), contact_by });
        self.tell(told, Notice::NotContacted { rep: holder, contact_by });
    }

    /// Who has it did not make contact: somebody else gets it, and the full time for it.
    fn take_away(&mut self, rep: Box<str>) {
        let charged = self.life.contact_by.is_some() && !self.life.owes_contact();
        self.note_missed(&rep);
        if !charged {
            self.effects.push(Effect::Missed { rep: rep.clone() });
        }
        self.take(Count::GivenBack);
        self.events.push(Event::TakenAway { rep: rep.clone() });
        self.ask(Effect::Decide, Some(rep), false);
        self.life.promised_from = Some(self.now);
    }

    /// Whoever missed it last is asked last to take it again.
    fn note_missed(&mut self, rep: &str) {
        self.life.missed.retain(|name| **name != *rep);
        self.life.missed.push(rep.into());
    }

    fn holder(&self) -> Option<Box<str>> {
        self.life.holder().map(|holder| holder.rep.clone())
    }

    fn reviewer(&self) -> Who {
        Who::Reviewer(self.life.queue().map(Into::into))
    }
}
