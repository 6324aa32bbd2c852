//! Memories: who had a person or a company last.
//!
//! A file that is routed keeps them all. A server keeps them as rows: it asks a lead which it may need
//! ([`Arrival::asks`]), recalls those, and after the decision writes what [`Standing::memories_of`] says.

use super::Standing;
use crate::book::Book;
use crate::decide::Arrival;
use crate::decision::{Decision, Outcome};
use crate::lookup::Lookup;
use crate::people::RepIx;
use crate::policy::{Action, Policy, PoolIx, Target};
use jiff::Timestamp;

/// Who had a person or a company last, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Who.
    pub rep: RepIx,
    /// When.
    pub at: Timestamp,
}

/// What a decision leaves to remember.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memories {
    /// Of a person, by their folded e-mail address.
    pub person: Option<(Box<str>, Memory)>,
    /// Of a company, in a pool.
    pub company: Option<(PoolIx, Box<str>, Memory)>,
}

/// The memories a lead may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asks<'a> {
    /// The person, a folded e-mail address, where the policy keeps the owner of a person.
    pub person: Option<&'a str>,
    /// The company, where one of `pools` may ask for it.
    pub company: Option<Box<str>>,
    /// The pools among the rule's targets that keep a company with its rep.
    pub pools: Vec<PoolIx>,
}

impl Arrival {
    /// The memories that deciding this lead may ask for.
    #[must_use]
    pub fn asks(&self, policy: &Policy, book: &Book) -> Asks<'_> {
        let action = self.row.and_then(|row| policy.row(row)).map(|row| &row.action);
        let targets = if let Some(Action::Assign(assign)) = action { assign.targets.as_slice() } else { &[] };
        let pools = targets.iter().filter_map(|target| if let Target::Pool(pool) = target { Some(*pool) } else { None });
        let pools: Vec<PoolIx> = pools.filter(|pool| is_sticky(policy, *pool)).collect();
        let company = if pools.is_empty() { None } else { book.company_of(self) };
        Asks { person: self.person(), company, pools }
    }
}

fn is_sticky(policy: &Policy, pool: PoolIx) -> bool {
    policy.pool(pool).is_some_and(|pool| pool.sticky.is_some())
}

impl Standing {
    /// Who had a company last, through a pool.
    #[must_use]
    pub fn company(&self, pool: PoolIx, company: &str) -> Option<Memory> {
        self.companies.get(&(pool, Box::from(company))).copied()
    }

    /// Who had a person (a folded e-mail address) last.
    #[must_use]
    pub fn person(&self, email: &str) -> Option<Memory> {
        self.persons.get(email).copied()
    }

    /// Puts in who had a person (a folded e-mail address) last.
    pub fn recall_person(&mut self, email: &str, memory: Memory) {
        self.persons.insert(email.into(), memory);
    }

    /// Nobody had this person (a folded e-mail address).
    pub fn forget_person(&mut self, email: &str) {
        self.persons.remove(email);
    }

    /// Puts in who had a company last, through a pool.
    pub fn recall_company(&mut self, pool: PoolIx, company: &str, memory: Memory) {
        self.companies.insert((pool, company.into()), memory);
    }

    /// Forgets all memories, which are kept elsewhere.
    pub fn forget(&mut self) {
        (self.companies, self.persons) = (Lookup::default(), Lookup::default());
    }

    /// What [`Self::record`] remembers of a decision.
    #[must_use]
    pub fn memories_of(policy: &Policy, book: &Book, arrival: &Arrival, decision: &Decision) -> Memories {
        let (Outcome::Assigned { rep, .. } | Outcome::Kept(Some(rep))) = decision.outcome else { return Memories::default() };
        let memory = Memory { rep, at: decision.at };
        let pool = decision.taker().and_then(|(_, pool)| pool).filter(|pool| is_sticky(policy, *pool));
        Memories {
            person: policy.same_person.and(arrival.person()).map(|person| (person.into(), memory)),
            company: pool.and_then(|pool| Some((pool, book.company_of(arrival)?, memory))),
        }
    }

    pub(super) fn remember(&mut self, memories: Memories) {
        if let Some((person, memory)) = memories.person {
            self.persons.insert(person, memory);
        }
        if let Some((pool, company, memory)) = memories.company {
            self.companies.insert((pool, company), memory);
        }
    }
}
