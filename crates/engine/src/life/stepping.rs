//! A step being made: the life as it changes, what happened, and what is to be done.

use super::clock::{Clock, ClockKind};
use super::command::{Command, same};
use super::effect::{Effect, Notice, Who};
use super::event::Event;
use super::refusal::Refusal;
use super::stage::{Holder, Stage};
use super::{Life, Step};
use jiff::Timestamp;

/// A step being made.
pub(super) struct Stepping {
    pub life: Life,
    pub now: Timestamp,
    pub events: Vec<Event>,
    /// All but those that concern clocks, which follow from the difference, and the one below.
    pub effects: Vec<Effect>,
    /// [`Effect::Decide`] or [`Effect::Give`], which comes last: another step follows it.
    asked: Option<Effect>,
}

/// How a lead leaves the counts of who had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// As if they had never had it.
    GivenBack,
    /// They had it; it is no longer open.
    Closed,
}

/// Carries out a command.
pub(super) fn step(life: Life, command: Command, now: Timestamp) -> Result<Step, Refusal> {
    let began = matches!(life.stage, Stage::Undecided { .. });
    let clocks = life.clocks.clone();
    let mut stepping = Stepping { life, now, events: Vec::new(), effects: Vec::new(), asked: None };
    stepping.carry_out(command)?;
    Ok(stepping.done(&clocks, began))
}

impl Stepping {
    fn carry_out(&mut self, command: Command) -> Result<(), Refusal> {
        match (&self.life.stage, &command) {
            (Stage::Erased, Command::Due { .. } | Command::Erase { .. } | Command::Changed { .. }) => return Ok(()),
            (Stage::Erased, _) => return Err(Refusal::Erased),
            (Stage::Undecided { .. }, Command::Decided(_)) => {}
            (Stage::Undecided { .. }, _) => return Err(Refusal::Undecided),
            _ => {}
        }
        match command {
            Command::Decided(placement) => self.decided(placement),
            Command::Again(placement) => self.again(placement),
            Command::Accept { by } => self.accept(by),
            Command::Pass { by, reason, bad_lead } => self.pass(by, reason, bad_lead),
            Command::Contacted { by, at } => self.contacted(by, at),
            Command::Due { clock } => {
                self.due(clock);
                Ok(())
            }
            Command::Reassign { by, to: Some(rep) } => self.give(by, rep),
            Command::Reassign { by, to: None } => {
                self.route_again(by);
                Ok(())
            }
            Command::Claim { by, rep } => self.claim(by, rep),
            Command::Requeue { by, queue } => {
                self.requeue(by, queue);
                Ok(())
            }
            Command::Suppress { by, reason } => self.suppress(by, reason),
            Command::Close { by, result } => self.close(by, result),
            Command::Erase { by } => {
                self.erase(by);
                Ok(())
            }
            Command::Changed { rule, reroute } => {
                self.changed(rule, reroute);
                Ok(())
            }
        }
    }

    /// Who has it; they have it no longer when this returns.
    pub fn take(&mut self, count: Count) -> Option<Holder> {
        let holder = self.life.holder()?.clone();
        self.effects.extend(holder.counted().map(|counted| match count {
            Count::GivenBack => Effect::GiveBack(counted),
            Count::Closed => Effect::CloseTally(counted),
        }));
        self.life.accepted_at = None;
        Some(holder)
    }

    /// A decision is to be made. `from`: who had it, to be told if somebody else gets it.
    pub fn ask(&mut self, effect: Effect, from: Option<Box<str>>, by_rule: bool) {
        self.life.promised_from = self.life.promises_from(self.now);
        self.life.stage = Stage::Undecided { from, by_rule: by_rule || self.life.is_rerouted() };
        self.asked = Some(effect);
    }

    pub fn tell(&mut self, who: Who, notice: Notice) {
        self.effects.push(Effect::Notify { who, notice, channel: 0 });
    }

    /// What a rep is told who has it no longer.
    pub fn tell_taken(&mut self, from: Box<str>, to: Option<&str>) {
        if to.is_none_or(|to| !same(to, &from)) {
            self.tell(Who::Rep(from), Notice::TakenAway { to: to.map(Into::into) });
        }
    }

    /// The step, with what follows from it: clocks that nobody owes any more stop; messages show what is true now.
    fn done(mut self, before: &[Clock], began: bool) -> Step {
        let stage = &self.life.stage;
        self.life.clocks.retain(|clock| stage.runs(clock.kind));
        if self.life.holder().is_some() {
            self.life.routed_at.get_or_insert(self.now);
        }
        let mut effects = changed_clocks(before, &self.life.clocks);
        effects.append(&mut self.effects);
        if !began && !self.events.is_empty() {
            effects.push(Effect::Refresh);
        }
        effects.extend(self.asked);
        Step { life: self.life, events: self.events, effects }
    }
}

/// What makes one set of clocks of the other.
fn changed_clocks(before: &[Clock], after: &[Clock]) -> Vec<Effect> {
    let mut stopped: Vec<ClockKind> =
        before.iter().map(|clock| clock.kind).filter(|kind| after.iter().all(|clock| clock.kind != *kind)).collect();
    stopped.sort_unstable();
    let set: Vec<Clock> = after.iter().filter(|clock| !before.contains(clock)).cloned().collect();
    let stop = (!stopped.is_empty()).then_some(Effect::StopClocks { clocks: stopped });
    let set = (!set.is_empty()).then_some(Effect::SetClocks { clocks: set });
    stop.into_iter().chain(set).collect()
}
