//! A standing that is loaded from what was stored is the one that lived on.

use crate::history::History;
use crate::world::{self, Dice};
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Before, arrive, decide};
use pointsman_engine::policy::{Policy, PoolIx};
use pointsman_engine::rotation::{Balance, Seat};
use pointsman_engine::standing::{Memory, Standing};
use std::collections::BTreeMap;

fn pools(policy: &Policy) -> impl Iterator<Item = PoolIx> {
    (0..).zip(&policy.pools).map(|(at, _)| PoolIx(at))
}

/// The rows of a pool's seats, in no order that means anything.
fn seats(history: &History, pool: PoolIx) -> (Vec<(String, Seat)>, u64) {
    let rotation = history.standing.rotation(pool).unwrap();
    let names = history.book.seats(pool).iter().map(|rep| history.book.directory().key(*rep).to_uppercase());
    let mut rows: Vec<_> = names.zip(rotation.seats().iter().copied()).collect();
    rows.reverse();
    (rows, rotation.denominator())
}

/// Turn, seats and counts; no memories.
fn loaded(history: &History) -> Standing {
    let mut standing = Standing::fresh(&history.policy, &history.book);
    standing.set_last_turn(history.standing.last_turn());
    for pool in pools(&history.policy) {
        let (rows, denominator) = seats(history, pool);
        standing.load_rotation(&history.policy, &history.book, pool, &rows, denominator).unwrap();
    }
    for (taker, at, counts) in history.assigned.iter().rev() {
        standing.count(&history.policy, &history.book, *taker, *at, *counts);
    }
    standing
}

#[test]
fn loaded_it_equals_the_one_that_lived_on() {
    for seed in 0..30 {
        let dice = &mut Dice::new(seed);
        let mut history = History::random(dice);
        for _ in 0..8 {
            (0..20).for_each(|_| drop(history.step(dice)));
            let mut lived = history.standing.clone();
            lived.forget();
            assert_eq!(loaded(&history), lived, "seed {seed}, after {} leads", history.leads);
        }
    }
}

/// As a server does: memories are rows, those that a lead asks for are recalled, and forgotten after it.
#[test]
fn with_memories_kept_as_rows_it_decides_the_same() {
    let mut recalled = 0;
    for seed in 30..50 {
        let dice = &mut Dice::new(seed);
        let mut history = History::random(dice);
        let (mut persons, mut companies) = (BTreeMap::<Box<str>, Memory>::new(), BTreeMap::<(PoolIx, Box<str>), Memory>::new());
        let mut server = history.standing.clone();
        for _ in 0..150 {
            let (arrival, decision) = history.arrive(dice);
            let asks = arrival.asks(&history.policy, &history.book);
            if let Some((person, memory)) = asks.person.and_then(|person| persons.get_key_value(person)) {
                server.recall_person(person, *memory);
                recalled += 1;
            }
            for pool in &asks.pools {
                let key = asks.company.clone().map(|company| (*pool, company));
                if let Some(((pool, company), memory)) = key.and_then(|key| companies.get_key_value(&key)) {
                    server.recall_company(*pool, company, *memory);
                    recalled += 1;
                }
            }
            assert_eq!(decide(&history.policy, &history.book, &server, &arrival), decision, "seed {seed}");
            for standing in [&mut server, &mut history.standing] {
                standing.record(&history.policy, &history.book, &arrival, &decision);
            }
            let memories = Standing::memories_of(&history.policy, &history.book, &arrival, &decision);
            persons.extend(memories.person);
            companies.extend(memories.company.map(|(pool, company, memory)| ((pool, company), memory)));
            server.forget();
            history.now += jiff::SignedDuration::from_mins(20);
        }
    }
    assert!(recalled > 500, "{recalled} memories recalled");
}

#[test]
fn under_another_policy_seats_are_loaded_as_they_would_be_carried() {
    for seed in 60..80 {
        let dice = &mut Dice::new(seed);
        let mut history = History::random(dice);
        (0..80).for_each(|_| drop(history.step(dice)));
        let next = world::policy(dice);
        let book = Book::bind(&next, history.book.roster().given(), Vec::new());
        let carried = history.standing.clone().carried((&history.policy, history.book.roster()), (&next, book.roster()));
        for pool in pools(&next) {
            let Some(old) = history.policy.pool_named(&next.pool(pool).unwrap().name) else { continue };
            let (mut rows, denominator) = seats(&history, old);
            rows.reverse(); // carrying rounds in file order
            let mut standing = Standing::fresh(&next, &book);
            standing.load_rotation(&next, &book, pool, &rows, denominator).unwrap();
            assert_eq!(standing.rotation(pool), carried.rotation(pool), "seed {seed}");
        }
    }
}

#[test]
fn seats_that_no_rotation_ever_had_are_refused() {
    let dice = &mut Dice::new(1);
    let history = History::random(dice);
    let (mut rows, _) = seats(&history, PoolIx(0));
    rows[0].1.balance = Balance { units: 0, remainder: 1 };
    let mut standing = history.standing.clone();
    let error = standing.load_rotation(&history.policy, &history.book, PoolIx(0), &rows, 3).unwrap_err();
    assert!(error.to_string().contains("counted over 3 add up to 1"), "{error}");
    assert_eq!(standing, history.standing);
}

/// Assigned by hand: it counts, but nobody's turn moves.
#[test]
fn a_lead_given_by_hand_counts_and_is_no_turn() {
    let dice = &mut Dice::new(3);
    let mut history = History::random(dice);
    let (policy, book) = (&history.policy, &history.book);
    let before = history.standing.clone();
    let taker = (book.seats(PoolIx(0))[0], Some(PoolIx(0)));
    history.standing.give(policy, book, taker, history.now);
    assert_eq!(history.standing.of_rep(taker.0).unwrap().open, 1);
    assert_eq!(history.standing.of_seat(PoolIx(0), 0).unwrap().open, 1);
    assert_eq!(history.standing.rotation(PoolIx(0)), before.rotation(PoolIx(0)));
    history.standing.give_back(book, taker, history.now);
    assert_eq!(history.standing, before);
    let lead = world::lead(dice, 1);
    let arrival = arrive(policy, book, lead, Before::default(), history.now);
    assert_eq!(decide(policy, book, &history.standing, &arrival).turn, 1);
}
