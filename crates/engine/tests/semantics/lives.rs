//! Lives of leads: what people and clocks do with them after the decision, as a page tells it.
//!
//! A `text life` block is read line by line. A line at the margin is a step; what came of it stands below it,
//! indented, and is what is compared. Between the steps time passes, and clocks fire when they are due.

use crate::page::{Block, Failure};
use crate::people;
use crate::world::{World, lead};
use csv::ByteRecord;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use pointsman_engine::decide::{Arrival, Before, arrive, decide};
use pointsman_engine::decision::{Cause, Decision};
use pointsman_engine::life::words::{self, Style};
use pointsman_engine::life::{By, Closing, Command, Counted, Effect, Life, Placement, Stage, Step, Who};
use pointsman_engine::people::RepIx;
use pointsman_engine::policy::PoolIx;
use std::collections::BTreeMap;

/// A lead that came.
struct Entry {
    header: ByteRecord,
    row: ByteRecord,
    life: Option<Life>,
}

/// The leads of a section, and whoever drives their lives.
pub struct Lives<'a> {
    world: &'a mut World,
    /// Leads by id, in the order of the block.
    leads: BTreeMap<String, Entry>,
    /// Who is who: a person's last lead.
    persons: BTreeMap<String, String>,
    now: Timestamp,
    said: Vec<String>,
}

impl<'a> Lives<'a> {
    pub fn new(world: &'a mut World, blocks: &[&Block]) -> Self {
        let mut leads = BTreeMap::new();
        for block in blocks {
            let rows = people::rows(&block.text);
            let Some(((_, header), rows)) = rows.split_first() else { continue };
            for (_, row) in rows {
                let id = String::from_utf8_lossy(row.get(0).unwrap_or_default()).into_owned();
                leads.insert(id, Entry { header: header.clone(), row: row.clone(), life: None });
            }
        }
        Self { world, leads, persons: BTreeMap::new(), now: Timestamp::UNIX_EPOCH, said: Vec::new() }
    }

    /// Takes the steps of a block; the block as it should be.
    pub fn run(&mut self, block: &Block) -> Result<Vec<String>, Failure> {
        for (number, line) in (block.line + 1..).zip(block.text.lines()) {
            if !line.starts_with(' ') {
                self.step(line).map_err(|message| Failure::new(number, message))?;
            }
        }
        Ok(std::mem::take(&mut self.said))
    }

    fn step(&mut self, line: &str) -> Result<(), String> {
        let (moment, what) = self.moment(line)?;
        self.said.push(line.to_owned());
        self.pass(moment)?;
        self.now = moment;
        match what.split_once(' ') {
            None if what.is_empty() => Ok(()),
            Some((id, "comes")) => self.comes(id),
            Some((id, change)) if change.starts_with("changes ") => self.changes(id, change),
            Some((who, doing)) => self.acts(who, doing),
            None => Err(format!("`{what}` is no step")),
        }?;
        self.drain()
    }

    /// `10:00 ...` on the day of the step before, or `2026-03-02 10:00 ...`, in the policy's time zone.
    fn moment<'b>(&self, line: &'b str) -> Result<(Timestamp, &'b str), String> {
        let wrong = || format!("`{line}` does not begin with a moment such as `2026-03-02 10:00`");
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (date, time, rest) = match first.parse::<Date>() {
            Ok(date) if !first.contains(':') => {
                let (time, rest) = rest.split_once(' ').unwrap_or((rest, ""));
                (date, time, rest)
            }
            _ => (self.now.to_zoned_datetime(self.zone()).date(), first, rest),
        };
        let time: Time = time.parse().map_err(|_| wrong())?;
        let moment = self.zone().to_timestamp(DateTime::from_parts(date, time)).map_err(|_| wrong())?;
        if moment < self.now { Err(format!("`{line}` is before the step above it")) } else { Ok((moment, rest)) }
    }

    fn zone(&self) -> jiff::tz::TimeZone {
        self.world.policy.timezone.clone()
    }

    fn say(&mut self, depth: usize, line: impl AsRef<str>) {
        self.said.push(format!("{}{}", "    ".repeat(depth), line.as_ref()));
    }

    /// Lets time pass: every clock fires at its moment, the earliest first.
    fn pass(&mut self, until: Timestamp) -> Result<(), String> {
        loop {
            let clocks = self.leads.iter().filter_map(|(id, entry)| Some((entry.life.as_ref()?.clocks.first()?.clone(), id.clone())));
            let Some((clock, id)) = clocks.min().filter(|(clock, _)| clock.due <= until) else { return Ok(()) };
            self.now = clock.due;
            self.say(1, format!("{} {} of {id}", self.short(clock.due), clock.kind));
            self.happens(&id, Command::Due { clock: clock.kind }, 2)?;
            self.drain()?;
        }
    }

    /// Leads that wait for a pool leave when somebody of it can take them, the oldest first.
    fn drain(&mut self) -> Result<(), String> {
        let mut waiting: Vec<(Timestamp, String)> =
            (self.leads.iter()).filter_map(|(id, entry)| Some((entry.life.as_ref()?.waiting_since?, id.clone()))).collect();
        waiting.sort();
        for (_, id) in waiting {
            let before = self.life(&id)?.before(self.world.book.directory(), self.now);
            let (arrival, decision) = self.decide(&id, before)?;
            if !decision.outcome.is_held() {
                self.say(1, format!("{id} need wait no longer"));
                let placement = self.record(&arrival, &decision);
                self.happens(&id, Command::Decided(placement), 2)?;
            }
        }
        Ok(())
    }

    fn life(&self, id: &str) -> Result<&Life, String> {
        self.leads.get(id).and_then(|entry| entry.life.as_ref()).ok_or_else(|| format!("lead {id} has not come"))
    }

    fn arrive(&self, id: &str, before: Before) -> Result<Arrival, String> {
        let entry = self.leads.get(id).ok_or_else(|| format!("there is no lead {id}"))?;
        let lead = lead(&entry.header, &entry.row, 1)?;
        Ok(arrive(&self.world.policy, &self.world.book, lead, before, self.now))
    }

    fn decide(&self, id: &str, before: Before) -> Result<(Arrival, Decision), String> {
        let arrival = self.arrive(id, before)?;
        let decision = decide(&self.world.policy, &self.world.book, &self.world.standing, &arrival);
        Ok((arrival, decision))
    }

    fn record(&mut self, arrival: &Arrival, decision: &Decision) -> Placement {
        let world = &mut *self.world;
        world.standing.record(&world.policy, &world.book, arrival, decision);
        Placement::of(&world.policy, &world.book, arrival, decision)
    }

    fn comes(&mut self, id: &str) -> Result<(), String> {
        let (arrival, decision) = self.decide(id, Before::default())?;
        let person = arrival.person().map(str::to_owned);
        let earlier = person.as_ref().filter(|_| decision.cause == Cause::SamePerson).and_then(|person| self.persons.get(person).cloned());
        let placement = self.record(&arrival, &decision);
        if let Some(earlier) = earlier
            && self.life(&earlier)?.takes_again(placement.to.rep().unwrap_or_default())
        {
            self.say(1, format!("is recorded on {earlier}"));
            return self.happens(&earlier, Command::Again(placement), 1);
        }
        self.persons.extend(person.map(|person| (person, id.to_owned())));
        let step = Life::begin(placement, self.now).map_err(|refusal| refusal.to_string())?;
        self.carry_out(id, step, 1)
    }

    /// `changes FIELD=VALUE`
    fn changes(&mut self, id: &str, change: &str) -> Result<(), String> {
        let (field, value) = change.trim_start_matches("changes ").split_once('=').ok_or("write `changes FIELD=VALUE`")?;
        let entry = self.leads.get_mut(id).ok_or_else(|| format!("there is no lead {id}"))?;
        let at = entry.header.iter().position(|name| name == field.as_bytes()).ok_or_else(|| format!("there is no column {field}"))?;
        entry.row = (0..entry.header.len())
            .map(|cell| if cell == at { value.as_bytes() } else { entry.row.get(cell).unwrap_or_default() })
            .collect();
        let before = self.life(id)?.before(self.world.book.directory(), self.now);
        let row = self.arrive(id, before)?.row;
        let rule = row.and_then(|row| self.world.policy.rules.get(row.rule.at()));
        let command = Command::Changed { rule: rule.map(|rule| rule.name.clone()), reroute: rule.is_some_and(|rule| rule.reroute) };
        self.happens(id, command, 1)
    }

    /// What a person does.
    fn acts(&mut self, who: &str, doing: &str) -> Result<(), String> {
        let known = self.world.book.directory().find(who).is_some();
        let by = if known { By::Rep(who.into()) } else { By::Other(who.into()) };
        let (doing, reason) = doing.split_once(": ").map_or((doing, None), |(doing, reason)| (doing, Some(reason.into())));
        let words: Vec<&str> = doing.split(' ').collect();
        let (id, command) = match words.as_slice() {
            ["accepts", id] => (id, Command::Accept { by }),
            ["passes", "on", id] => (id, Command::Pass { by, reason, bad_lead: false }),
            ["passes", "on", id, "as", "a", "bad", "lead"] => (id, Command::Pass { by, reason, bad_lead: true }),
            ["contacts", id] => (id, Command::Contacted { by, at: self.now }),
            ["claims", id] => (id, Command::Claim { by, rep: who.into() }),
            ["claims", id, "for", rep] => (id, Command::Claim { by, rep: (*rep).into() }),
            ["gives", id, "to", rep] => (id, Command::Reassign { by, to: Some((*rep).into()) }),
            ["reassigns", id] => (id, Command::Reassign { by, to: None }),
            ["puts", id, "into", queue] => (id, Command::Requeue { by, queue: (*queue).into() }),
            ["suppresses", id] => (id, Command::Suppress { by, reason }),
            ["closes", id, "as", result] => (id, Command::Close { by, result: closing(result)? }),
            ["erases", id] => (id, Command::Erase { by }),
            _ => return Err(format!("`{doing}` is nothing that anybody does; README.md lists what they do")),
        };
        self.happens(id, command, 1)
    }

    fn happens(&mut self, id: &str, command: Command, depth: usize) -> Result<(), String> {
        let life = self.life(id)?.clone();
        match life.clone().step(command, self.now) {
            Ok(step) if step.life == life && step.effects.is_empty() => self.say(depth, "nothing changes"),
            Ok(step) => return self.carry_out(id, step, depth),
            Err(refusal) => self.say(depth, format!("refused: {refusal}")),
        }
        Ok(())
    }

    /// Whose count it is, in numbers. A rep who is no more has none to change.
    fn taker(&self, counted: &Counted) -> Option<(RepIx, Option<PoolIx>)> {
        let rep = self.world.book.directory().find(&counted.rep)?;
        Some((rep, counted.pool.as_deref().and_then(|pool| self.world.policy.pool_named(pool))))
    }

    /// Tells what happened, carries out the effects, and takes the step that one of them asks for.
    fn carry_out(&mut self, id: &str, step: Step, depth: usize) -> Result<(), String> {
        for event in &step.events {
            let name = |who: &Who| self.name(who);
            let zone = self.zone();
            let sentence = words::event(event, &Style { at: self.now, timezone: &zone, name: &name });
            self.say(depth, sentence);
        }
        let life = step.life;
        let asked = step.effects.last().cloned();
        for effect in step.effects {
            match &effect {
                Effect::GiveBack(counted) => {
                    if let Some(taker) = self.taker(counted) {
                        self.world.standing.give_back(&self.world.book, taker, counted.at);
                    }
                    self.say(depth, format!("does not count for {}", counted.rep));
                }
                Effect::CloseTally(counted) => {
                    if let Some(taker) = self.taker(counted) {
                        self.world.standing.close(&self.world.book, taker);
                    }
                    self.say(depth, format!("is no longer open with {}", counted.rep));
                }
                Effect::Notify { who, notice, channel } => {
                    let by = self.world.policy.notify.channels.get(*channel as usize).map_or("no channel", |channel| channel.name());
                    let line = format!("tells {} by {by}: {}", self.name(who), notice.name());
                    self.say(depth, line);
                }
                Effect::Missed { rep } => self.say(depth, format!("counts as missed by {rep}")),
                Effect::Forget => self.say(depth, "forgets the person"),
                Effect::Decide | Effect::Give { .. } | Effect::SetClocks { .. } | Effect::StopClocks { .. } | Effect::Refresh => {}
            }
        }
        let before = life.before(self.world.book.directory(), self.now);
        if let Some(entry) = self.leads.get_mut(id) {
            entry.life = Some(life);
        }
        let placement = match asked {
            Some(Effect::Decide) => {
                let (arrival, decision) = self.decide(id, before)?;
                self.record(&arrival, &decision)
            }
            Some(Effect::Give { rep }) => {
                let arrival = self.arrive(id, before)?;
                let world = &mut *self.world;
                let rep = world.book.directory().find(&rep).ok_or_else(|| format!("{rep} is not a rep we know"))?;
                world.standing.give(&world.policy, &world.book, (rep, None), self.now);
                Placement::by_hand(&world.policy, &world.book, &arrival, rep)
            }
            _ => {
                let now = self.state(id)?;
                self.say(depth, now);
                return Ok(());
            }
        };
        self.happens(id, Command::Decided(placement), depth)
    }

    /// Where it is now, and which clocks run.
    fn state(&self, id: &str) -> Result<String, String> {
        let life = self.life(id)?;
        let place = match &life.stage {
            Stage::Assigned(holder) | Stage::Contacted(holder) => format!(" {}", holder.rep),
            Stage::Queued { queue } => format!(" {queue}"),
            _ => String::new(),
        };
        let clocks: Vec<String> = life.clocks.iter().map(|clock| format!("{} {}", self.short(clock.due), clock.kind)).collect();
        let clocks = if clocks.is_empty() { String::new() } else { format!(": {}", clocks.join(", ")) };
        Ok(format!("= {}{place}{clocks}", life.stage.name()))
    }

    /// A moment of today without its date.
    fn short(&self, moment: Timestamp) -> String {
        let (there, here) = (moment.to_zoned_datetime(self.zone()), self.now.to_zoned_datetime(self.zone()));
        let format = match (there.date() == here.date(), there.second() == 0) {
            (true, true) => "%H:%M",
            (true, false) => "%H:%M:%S",
            (false, _) => "%Y-%m-%d %H:%M",
        };
        there.strftime(format).to_string()
    }

    fn name(&self, who: &Who) -> String {
        let (directory, policy) = (self.world.book.directory(), &self.world.policy);
        let reviewer = |name: &str| -> Option<String> {
            let queue = policy.queues.iter().find(|queue| *queue.name == *name)?;
            Some(policy.people.get(queue.reviewer?.at())?.to_string())
        };
        match who {
            Who::Rep(rep) | Who::Person(rep) => rep.to_string(),
            Who::ManagerOf(rep) => {
                let manager = directory.find(rep).and_then(|rep| directory.get(rep)?.manager.as_deref());
                manager.map_or_else(|| format!("the manager of {rep}"), str::to_owned)
            }
            Who::Reviewer(queue) => {
                let fallback = || reviewer(policy.queue_name(policy.fallback.queue));
                queue.as_deref().and_then(reviewer).or_else(fallback).unwrap_or_else(|| "nobody".to_owned())
            }
        }
    }
}

fn closing(word: &str) -> Result<Closing, String> {
    serde_json::from_value(word.into()).map_err(|_| format!("a lead is not closed as `{word}`"))
}
