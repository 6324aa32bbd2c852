//! What holds whatever happens, in whatever order and at whatever moment.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

const REPS: [&str; 4] = ["ana", "ben", "cem", "dora"];

/// Something that may happen: a choice and two numbers to fill it in with.
type Happening = (u8, u8, u8, u16);

/// A world of one lead: whoever drives a life, with decisions drawn by lot and counts kept by hand.
struct World {
    life: Life,
    now: Timestamp,
    open: BTreeMap<Box<str>, i64>,
    /// Clocks as the store has them: set and stopped by effects only.
    rows: BTreeMap<ClockKind, Timestamp>,
    /// Clocks that fired, with when they were due.
    fired: Vec<(ClockKind, Timestamp)>,
}

fn rep_of(number: u8) -> Box<str> {
    REPS[usize::from(number) % REPS.len()].into()
}

impl World {
    fn begin(lot: (u8, u8)) -> Self {
        let (now, life) = (at("09:00"), begun(To::Suppressed));
        let mut world = Self { life, now, open: BTreeMap::new(), rows: BTreeMap::new(), fired: Vec::new() };
        let first = world.placement(lot);
        world.count(&first);
        world.carry_out(Life::begin(first, now).unwrap(), lot);
        world
    }

    /// A decision drawn by lot among those that the engine could make.
    fn placement(&self, (choice, number): (u8, u8)) -> Placement {
        let able: Vec<&str> = REPS.into_iter().filter(|rep| !self.life.has_passed(rep)).collect();
        let rep = able.get(usize::from(number) % able.len().max(1)).map(|rep| Box::from(*rep));
        let later = |minutes: i64| self.now + jiff::SignedDuration::from_mins(minutes);
        let to = match (choice % 8, rep) {
            (0..=3, Some(rep)) => To::Assigned { rep, pool: (number % 2 == 0).then(|| "sdr".into()) },
            (4, rep) => To::Kept { rep },
            (5, _) => To::Held { pool: (number % 2 == 0).then(|| "sdr".into()), until: later(10) },
            (6, _) if number % 4 == 0 => To::Suppressed,
            _ => To::Queued { queue: "desk".into() },
        };
        self.promised(to, self.life.promises_from(self.now).unwrap_or_else(|| at("09:00")))
    }

    /// The clocks of a promise that counts from a moment, some of them with no time left.
    fn promised(&self, to: To, from: Timestamp) -> Placement {
        let shift = |moment: Timestamp| moment + from.duration_since(at("09:00"));
        let mut placement = placed(to);
        let until = if let To::Held { until, .. } = placement.to { Some(until) } else { None };
        for clock in &mut placement.clocks {
            clock.due = until.filter(|_| clock.kind == ClockKind::HoldOver).unwrap_or_else(|| shift(clock.due));
        }
        placement.clocks.sort();
        let (route_by, contact_by) = (placement.route_by.map(shift), placement.contact_by.map(shift));
        Placement { at: self.now, from, route_by, contact_by, ..placement }
    }

    fn command(&self, (choice, number, how, _): Happening) -> Command {
        let rep = rep_of(number);
        let by = if how % 3 == 0 { dana() } else { By::Rep(rep_of(how)) };
        let holder = self.life.holder().map_or(rep.clone(), |holder| holder.rep.clone());
        let own = if how % 4 == 0 { by.clone() } else { By::Rep(holder.clone()) };
        match choice % 16 {
            0 => Command::Accept { by: own },
            1 => Command::Pass { by: own, reason: None, bad_lead: number % 2 == 0 },
            2 => Command::Contacted { by: own, at: self.now },
            3 => Command::Reassign { by, to: None },
            4 => Command::Reassign { by, to: Some(rep) },
            5 => Command::Claim { by: By::Rep(rep.clone()), rep },
            6 => Command::Requeue { by, queue: if number % 2 == 0 { "desk" } else { "other" }.into() },
            7 if how % 8 == 0 => Command::Suppress { by, reason: None },
            8 if how % 4 == 0 => Command::Close { by: own, result: if number % 2 == 0 { Closing::Bad } else { Closing::Lost } },
            9 if how % 16 == 0 => Command::Erase { by },
            10 => Command::Changed { rule: Some(if number % 2 == 0 { "Large" } else { "Small" }.into()), reroute: how % 2 == 0 },
            11 => Command::Again(self.promised(To::Kept { rep: Some(rep) }, self.now)),
            12 => Command::Decided(self.placement((how, number))),
            _ => Command::Due { clock: ClockKind::Remind(1) },
        }
    }

    /// Steps, carries out the effects, and holds the life against what must be true of it.
    fn happens(&mut self, command: Command, lot: (u8, u8)) {
        let before = self.life.clone();
        match self.life.clone().step(command.clone(), self.now) {
            Ok(step) => {
                match &command {
                    Command::Due { clock } if step.life != before => self.fires(*clock, &before),
                    Command::Decided(placement) if !step.events.is_empty() => self.count(placement),
                    _ => {}
                }
                self.carry_out(step, lot);
                self.holds();
            }
            Err(refusal) => assert!(refusal.to_string().contains(": ") || refusal == Refusal::Erased, "it says what to do: {refusal}"),
        }
    }

    fn fires(&mut self, kind: ClockKind, before: &Life) {
        let due = before.clocks.iter().find(|running| running.kind == kind).unwrap().due;
        assert!(due <= self.now, "{kind} fired before its time");
        assert!(!self.fired.contains(&(kind, due)), "{kind} of {due} fired twice");
        self.fired.push((kind, due));
    }

    /// What a driver does: the effects in their order, and the decision that one of them asks for.
    fn carry_out(&mut self, step: Step, lot: (u8, u8)) {
        self.life = step.life;
        for effect in step.effects {
            match effect {
                Effect::Decide => {
                    let placement = self.placement(lot);
                    self.decided(placement, lot);
                }
                Effect::Give { rep } => {
                    let from = self.life.promises_from(self.now).unwrap_or_else(|| at("09:00"));
                    let placement = self.promised(To::ByHand { rep }, from);
                    self.decided(placement, lot);
                }
                Effect::GiveBack(counted) | Effect::CloseTally(counted) => *self.open.entry(counted.rep).or_default() -= 1,
                Effect::SetClocks { clocks } => self.rows.extend(clocks.into_iter().map(|clock| (clock.kind, clock.due))),
                Effect::StopClocks { clocks } => {
                    for kind in clocks {
                        assert!(self.rows.remove(&kind).is_some(), "{kind} did not run");
                    }
                }
                Effect::Notify { .. } | Effect::Refresh | Effect::Missed { .. } | Effect::Forget => {}
            }
        }
    }

    fn decided(&mut self, placement: Placement, lot: (u8, u8)) {
        self.count(&placement);
        let step = self.life.clone().step(Command::Decided(placement), self.now).unwrap();
        self.carry_out(step, lot);
    }

    /// The count that a decision or a gift raises, as [`crate::standing::Standing`] does.
    fn count(&mut self, placement: &Placement) {
        if let To::Assigned { rep, .. } | To::ByHand { rep } = &placement.to {
            *self.open.entry(rep.clone()).or_default() += 1;
        }
    }

    fn holds(&self) {
        let life = &self.life;
        assert!(!matches!(life.stage, Stage::Undecided { .. }), "every question is answered");
        let running: BTreeMap<ClockKind, Timestamp> = life.clocks.iter().map(|clock| (clock.kind, clock.due)).collect();
        assert_eq!(running, self.rows, "the store's clocks are the life's");
        assert_eq!(running.len(), life.clocks.len(), "one clock of a kind");
        assert!(life.clocks.is_sorted());
        assert!(life.clocks.iter().all(|clock| life.stage.runs(clock.kind)));
        match &life.stage {
            Stage::Contacted(_) | Stage::Kept | Stage::Suppressed { .. } | Stage::Closed { .. } | Stage::Erased => {
                assert!(life.clocks.is_empty(), "nobody owes anything");
            }
            Stage::Held { .. } => assert!(running.contains_key(&ClockKind::HoldOver), "a hold ends"),
            Stage::Queued { .. } | Stage::Assigned(_) | Stage::Undecided { .. } => {}
        }
        if let Some(holder) = life.holder() {
            assert!(!life.has_passed(&holder.rep), "{} passed on it", holder.rep);
            assert!(life.routed_at.is_some());
        }
        let open: i64 = self.open.values().sum();
        let held = i64::from(life.holder().is_some_and(|holder| !holder.kept));
        assert_eq!(open, held, "counts are with who has it, and nobody else");
        assert!(self.open.values().all(|open| (0..=1).contains(open)));
        let json = serde_json::to_string(life).unwrap();
        assert_eq!(&serde_json::from_str::<Life>(&json).unwrap(), life, "{json}");
    }

    /// Lets time pass: clocks fire in their order, each when the watch gets to it.
    fn pass(&mut self, until: Timestamp, lot: (u8, u8)) {
        for _ in 0..64 {
            let Some(clock) = self.life.clocks.iter().find(|clock| clock.due <= until).cloned() else { break };
            self.now = self.now.max(clock.due);
            self.happens(Command::Due { clock: clock.kind }, lot);
        }
        self.now = until;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_happens_a_life_stays_whole(first: (u8, u8), happenings in prop::collection::vec(any::<Happening>(), 1..40)) {
        let mut world = World::begin(first);
        for happening in happenings {
            let (_, number, how, seconds) = happening;
            world.pass(world.now + jiff::SignedDuration::from_secs(i64::from(seconds % 1_200)), (how, number));
            let command = world.command(happening);
            world.happens(command, (number, how));
        }
        world.happens(Command::Close { by: dana(), result: Closing::Lost }, (0, 0));
        prop_assert!(world.open.values().all(|open| *open == 0), "nothing is open when everything is over");
    }
}
