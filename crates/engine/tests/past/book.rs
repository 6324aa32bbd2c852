//! A book that changes in place is as if it had been bound anew.

use crate::history::History;
use crate::world::{self, Dice};
use pointsman_engine::account::Account;
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Before, arrive, decide};
use pointsman_engine::lead::Lead;
use pointsman_engine::matching::TieBreaker;
use pointsman_engine::people::Directory;
use pointsman_engine::policy::Policy;
use pointsman_engine::record::Record;
use pointsman_engine::standing::Standing;
use std::collections::BTreeMap;

/// The plain facts, beside the book that changes in place.
struct Facts {
    policy: Policy,
    directory: Option<Directory>,
    accounts: BTreeMap<Box<str>, Account>,
}

impl Facts {
    fn change(&mut self, book: &mut Book, dice: &mut Dice) {
        match dice.below(12) {
            0 => {
                self.policy = world::policy(dice);
                if dice.one_in(2) {
                    self.policy.matching.tie_breakers = vec![TieBreaker::MoreChildren];
                    self.policy.matching.free_domains.insert("company1.example".into());
                }
                book.set_policy(&self.policy);
            }
            1 => {
                self.directory = if dice.one_in(5) { None } else { Some(world::directory(dice)) };
                book.set_directory(&self.policy, self.directory.clone());
            }
            2 => {
                let rep = self.directory.as_ref().and_then(|directory| directory.find(world::REPS[dice.below(7)]));
                if let (Some(rep), Some(directory)) = (rep, self.directory.as_mut()) {
                    let absences = [world::absence(dice), world::absence(dice)];
                    directory.set_absences(rep, absences);
                    book.set_absences(rep, absences);
                }
            }
            3..=6 => {
                let id = format!("A{}", dice.below(60));
                let removed = book.remove_account(&id);
                assert_eq!(removed, self.accounts.remove(&*id));
            }
            _ => {
                let number = dice.below(60);
                let account = world::account(dice, number);
                book.put_account(&self.policy, account.clone());
                self.accounts.insert(account.id.clone(), account);
            }
        }
    }

    fn fresh(&self) -> Book {
        Book::bind(&self.policy, self.directory.clone(), self.accounts.values().cloned().collect())
    }
}

/// Decisions on some leads, one after the other, with their traces.
fn decisions(policy: &Policy, book: &Book, leads: &[Lead]) -> Vec<serde_json::Value> {
    let mut standing = Standing::fresh(policy, book);
    let decided = leads.iter().map(|lead| {
        let arrival = arrive(policy, book, lead.clone(), Before::default(), world::start());
        let decision = decide(policy, book, &standing, &arrival);
        standing.record(policy, book, &arrival, &decision);
        serde_json::to_value(Record::of(policy, book, &arrival, &decision)).unwrap()
    });
    decided.collect()
}

/// Everything matching says of a lead, with ids for numbers.
fn candidates(book: &Book, lead: &Lead) -> Vec<(Box<str>, i64, String)> {
    let candidates = book.matcher.candidates(lead).into_iter();
    candidates.map(|found| (book.matcher.account(found.account).unwrap().id.clone(), found.odds, format!("{:?}", found.signals))).collect()
}

#[test]
fn after_any_changes_it_decides_and_traces_as_if_bound_anew() {
    for seed in 0..25 {
        let dice = &mut Dice::new(seed);
        let accounts = world::accounts(dice, 40);
        let mut facts = Facts {
            policy: world::policy(dice),
            directory: if dice.one_in(3) { None } else { Some(world::directory(dice)) },
            accounts: accounts.iter().map(|account| (account.id.clone(), account.clone())).collect(),
        };
        let mut book = Book::bind(&facts.policy, facts.directory.clone(), accounts);
        for round in 0..12 {
            (0..6).for_each(|_| facts.change(&mut book, dice));
            let fresh = facts.fresh();
            let leads: Vec<Lead> = (0..25).map(|number| world::lead(dice, number)).collect();
            for lead in &leads {
                assert_eq!(candidates(&book, lead), candidates(&fresh, lead), "seed {seed}, round {round}");
            }
            let (changed, anew) = (decisions(&facts.policy, &book, &leads), decisions(&facts.policy, &fresh, &leads));
            for (changed, anew) in changed.into_iter().zip(anew) {
                assert_eq!(changed, anew, "seed {seed}, round {round}");
            }
        }
    }
}

#[test]
fn a_history_is_carried_through_a_change_of_the_book_in_place_as_through_a_new_book() {
    for seed in 300..310 {
        let dice = &mut Dice::new(seed);
        let mut history = History::random(dice);
        (0..50).for_each(|_| drop(history.step(dice)));
        let directory = Some(world::directory(dice));
        let other = Book::bind(&history.policy, directory.clone(), history.book.matcher.accounts().to_vec());
        let anew = history.standing.clone().carried((&history.policy, history.book.roster()), (&history.policy, other.roster()));
        let was = history.book.set_directory(&history.policy, directory);
        let carried = history.standing.clone().carried((&history.policy, &was), (&history.policy, history.book.roster()));
        assert_eq!(carried, anew, "seed {seed}");
    }
}

/// Owners that only an account names are no reps beside a directory, whenever the account came.
#[test]
fn an_owner_who_is_no_rep_is_unknown_whether_the_account_came_before_or_after() {
    let dice = &mut Dice::new(1);
    let (policy, directory) = (world::policy(dice), world::directory(dice));
    let owned = Account { id: "A1".into(), owner: Some("gone@acme.example".into()), ..Account::default() };
    let mut book = Book::bind(&policy, Some(directory), vec![owned.clone()]);
    book.put_account(&policy, Account { id: "A2".into(), ..owned.clone() });
    assert_eq!(book.directory().find("gone@acme.example"), None);
    let mut without = Book::bind(&policy, None, vec![]);
    without.put_account(&policy, owned);
    assert!(without.directory().find("gone@acme.example").is_some_and(|rep| without.is_known(rep)));
}
