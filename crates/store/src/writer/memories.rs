//! Who had a person or a company last: rows, of which a batch reads those that its leads may ask for.

use super::Batch;
use crate::db::DbError;
use crate::schema::WORKSPACE;
use crate::value::Value;
use jiff::Timestamp;
use pointsman_engine::decide::Arrival;
use pointsman_engine::policy::PoolIx;
use pointsman_engine::standing::{Memories, Memory};
use std::collections::{BTreeMap, BTreeSet};

/// Who has a person.
#[derive(Debug, Clone)]
pub(super) struct PersonRow {
    pub rep: Box<str>,
    pub lead: Box<str>,
    pub at: Timestamp,
    /// Whether this batch changed it.
    pub changed: bool,
}

/// Who had a company.
#[derive(Debug, Clone)]
pub(super) struct CompanyRow {
    pub rep: Box<str>,
    pub at: Timestamp,
    pub changed: bool,
}

impl Batch<'_> {
    /// Reads who had the persons and companies of these arrivals.
    pub(super) fn recall(&mut self, arrivals: &[&Arrival]) -> Result<(), DbError> {
        let Some(ruling) = &self.world.ruling else { return Ok(()) };
        let (mut persons, mut companies) = (BTreeSet::new(), BTreeMap::<PoolIx, BTreeSet<Box<str>>>::new());
        for arrival in arrivals {
            let asks = arrival.asks(&ruling.policy, &ruling.book);
            persons.extend(asks.person.filter(|person| !self.persons.contains_key(*person)).map(Box::from));
            if let Some(company) = asks.company {
                for pool in asks.pools {
                    companies.entry(pool).or_default().insert(company.clone());
                }
            }
        }
        self.recall_persons(persons.into_iter().collect())?;
        for (pool, companies) in companies {
            self.recall_companies(pool, companies.into_iter().collect())?;
        }
        Ok(())
    }

    fn recall_persons(&mut self, emails: Vec<Box<str>>) -> Result<(), DbError> {
        let Some(ruling) = self.world.ruling.as_mut().filter(|_| !emails.is_empty()) else { return Ok(()) };
        let sql = "select email, rep, lead, at from person where ws = $1 and email in (each $2)";
        for row in self.db.query(sql, &[WORKSPACE.into(), Value::Texts(emails)])? {
            let (email, at) = (row.text(0)?, row.moment(3)?);
            if let Some(rep) = ruling.rep(row.text(1)?) {
                ruling.standing.recall_person(email, Memory { rep, at });
            }
            self.persons.insert(email.into(), PersonRow { rep: row.text(1)?.into(), lead: row.text(2)?.into(), at, changed: false });
        }
        Ok(())
    }

    fn recall_companies(&mut self, pool: PoolIx, companies: Vec<Box<str>>) -> Result<(), DbError> {
        let Some(ruling) = self.world.ruling.as_mut() else { return Ok(()) };
        let Some(name) = ruling.policy.pool(pool).map(|pool| pool.name.clone()) else { return Ok(()) };
        let unread: Vec<Box<str>> =
            companies.into_iter().filter(|company| !self.companies.contains_key(&(name.clone(), company.clone()))).collect();
        if unread.is_empty() {
            return Ok(());
        }
        let sql = "select company, rep, at from company where ws = $1 and pool = $2 and company in (each $3)";
        for row in self.db.query(sql, &[WORKSPACE.into(), (&*name).into(), Value::Texts(unread)])? {
            let at = row.moment(2)?;
            if let Some(rep) = ruling.rep(row.text(1)?) {
                ruling.standing.recall_company(pool, row.text(0)?, Memory { rep, at });
            }
            self.companies.insert((name.clone(), row.text(0)?.into()), CompanyRow { rep: row.text(1)?.into(), at, changed: false });
        }
        Ok(())
    }

    /// What a decision leaves to remember.
    pub(super) fn remember(&mut self, memories: Memories, lead: &str) {
        let Some(ruling) = &self.world.ruling else { return };
        let key = |memory: &Memory| Box::<str>::from(ruling.book.directory().key(memory.rep));
        if let Some((person, memory)) = memories.person {
            self.persons.insert(person, PersonRow { rep: key(&memory), lead: lead.into(), at: memory.at, changed: true });
        }
        if let Some((pool, company, memory)) = memories.company
            && let Some(pool) = ruling.policy.pool(pool)
        {
            self.companies.insert((pool.name.clone(), company), CompanyRow { rep: key(&memory), at: memory.at, changed: true });
        }
    }

    /// A person gave the lead to a rep: they have its person from now on.
    pub(super) fn remember_by_hand(&mut self, lead: &str, person: Option<&str>, rep: &str) {
        let Some(person) = person else { return };
        if let Some(ruling) = self.world.ruling.as_mut()
            && let Some(ix) = ruling.rep(rep)
        {
            ruling.standing.recall_person(person, Memory { rep: ix, at: self.now });
        }
        self.persons.insert(person.into(), PersonRow { rep: rep.into(), lead: lead.into(), at: self.now, changed: true });
    }
}
