//! Leads that come in one after the other, with what happens between them.

use crate::world::{self, Dice};
use jiff::{SignedDuration, Timestamp};
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Arrival, Before, arrive, decide};
use pointsman_engine::decision::Decision;
use pointsman_engine::people::RepIx;
use pointsman_engine::policy::{Policy, PoolIx};
use pointsman_engine::rotation::LEAD;
use pointsman_engine::standing::{Counts, Standing};
use pointsman_engine::waiting::Waiting;

/// A workspace that lives on: some time passes before each lead, absences begin, leads are closed and given back.
#[derive(Debug)]
pub struct History {
    pub policy: Policy,
    pub book: Book,
    pub standing: Standing,
    pub now: Timestamp,
    waiting: Waiting<()>,
    pub leads: usize,
    /// What a server keeps as rows: whom each assignment counts for, when, and for what it still does.
    pub assigned: Vec<((RepIx, Option<PoolIx>), Timestamp, Counts)>,
}

impl History {
    pub fn random(dice: &mut Dice) -> Self {
        let policy = world::policy(dice);
        let directory = if dice.one_in(6) { None } else { Some(world::directory(dice)) };
        let book = Book::bind(&policy, directory, world::accounts(dice, 25));
        let standing = Standing::fresh(&policy, &book);
        Self { policy, book, standing, now: world::start(), waiting: Waiting::default(), leads: 0, assigned: Vec::new() }
    }

    /// The next lead comes; every decision of this moment, those of waiting leads first.
    pub fn step(&mut self, dice: &mut Dice) -> Vec<(Arrival, Decision)> {
        self.now += SignedDuration::from_secs(i64::try_from(dice.below(5_400)).unwrap());
        self.between(dice);
        let mut decided: Vec<(Arrival, Decision)> = Vec::new();
        for ((), arrival, decision) in self.waiting.release(&self.policy, &self.book, &mut self.standing, self.now) {
            decided.push((arrival, decision));
        }
        let (arrival, decision) = self.arrive(dice);
        self.standing.record(&self.policy, &self.book, &arrival, &decision);
        self.waiting.hold((), arrival.clone(), decision.clone());
        decided.push((arrival, decision));
        for (_, decision) in &decided {
            self.assigned.extend(decision.taker().map(|taker| (taker, decision.at, Counts::NEW)));
        }
        decided
    }

    /// The next lead and its decision, which is not yet recorded.
    pub fn arrive(&mut self, dice: &mut Dice) -> (Arrival, Decision) {
        self.leads += 1;
        let passed = if dice.one_in(10) { vec![RepIx(u32::try_from(dice.below(5)).unwrap())] } else { Vec::new() };
        let lead = world::lead(dice, self.leads);
        let arrival = arrive(&self.policy, &self.book, lead, Before { passed, ..Before::default() }, self.now);
        let decision = decide(&self.policy, &self.book, &self.standing, &arrival);
        (arrival, decision)
    }

    fn between(&mut self, dice: &mut Dice) {
        let rep = RepIx(u32::try_from(dice.below(5)).unwrap());
        if dice.one_in(20) && self.book.roster().has_directory() {
            self.book.set_absences(rep, [world::absence(dice), world::absence(dice)]);
        }
        if dice.one_in(15) {
            let rotation = self.standing.rotation_mut(PoolIx(0)).unwrap();
            rotation.grant(dice.below(rotation.seats().len()), LEAD / 3);
        }
        if dice.one_in(12) {
            let taker = (rep, Some(PoolIx(1)));
            self.standing.give(&self.policy, &self.book, taker, self.now);
            self.assigned.push((taker, self.now, Counts::NEW));
        }
        if self.assigned.is_empty() || dice.one_in(2) {
            return;
        }
        let at = dice.below(self.assigned.len());
        let (taker, when, counts) = &mut self.assigned[at];
        if dice.one_in(2) && counts.open {
            counts.open = false;
            self.standing.close(&self.book, *taker);
        } else if counts.open && counts.period {
            *counts = Counts { period: false, open: false };
            self.standing.give_back(&self.book, *taker, *when);
        }
    }
}
