//! The book: a policy's people and accounts, bound to the directory and to each other.
//!
//! Names become numbers once, here, so that a decision compares numbers only. Without a directory every
//! person the policy or an account names is an active rep who is always present; with one, a person it does
//! not have is known by name but never receives a lead.

use crate::account::Account;
use crate::calendar::Calendar;
use crate::decide::Arrival;
use crate::field::LeadField;
use crate::matching::domain::{self, MailKind};
use crate::matching::{Matcher, name};
use crate::people::{Directory, HolidayRef, Rep, RepIx};
use crate::policy::{PersonIx, Policy, PoolIx};
use crate::rules::Index;

/// People and accounts as one policy sees them.
#[derive(Debug)]
pub struct Book {
    directory: Directory,
    /// How many of the directory's reps were given; those after them are only known by name.
    given: usize,
    people: Vec<RepIx>,
    seats: Vec<Vec<RepIx>>,
    backups: Vec<Option<RepIx>>,
    calendars: Vec<Calendar>,
    /// Where accounts are found.
    pub matcher: Matcher,
    /// Which rule is found.
    pub index: Index,
}

impl Book {
    /// Binds. Linear in everything given.
    #[must_use]
    pub fn bind(policy: &Policy, directory: Option<Directory>, accounts: Vec<Account>) -> Self {
        let implied = directory.is_none();
        let mut directory = directory.unwrap_or_default();
        let mut given = directory.reps().len();
        let people: Vec<RepIx> = policy.people.iter().map(|person| known(&mut directory, person)).collect();
        for owner in accounts.iter().filter_map(|account| account.owner.as_deref()) {
            known(&mut directory, owner);
        }
        if implied {
            given = directory.reps().len();
        }
        let seats = policy.pools.iter().map(|pool| pool.members.iter().filter_map(|m| people.get(m.person.at()).copied()).collect());
        Self {
            seats: seats.collect(),
            backups: directory.reps().iter().map(|rep| directory.find(rep.backup.as_deref()?)).collect(),
            calendars: directory.reps().iter().map(|rep| calendar(policy, rep)).collect(),
            people,
            given,
            directory,
            matcher: Matcher::build(accounts, policy.matching.clone()),
            index: Index::build(policy),
        }
    }

    /// Reps and absences. Reps that only a policy or an account names stand at the end.
    #[must_use]
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Adds an absence of a rep.
    pub fn add_absence(&mut self, rep: RepIx, absence: crate::people::Absence) {
        self.directory.add_absence(rep, absence);
    }

    /// Puts reps and absences back as they were. The caller gives a directory with the same reps.
    pub fn restore(&mut self, directory: Directory) {
        self.directory = directory;
    }

    /// Whether a rep is one of the directory that was given.
    #[must_use]
    pub const fn is_known(&self, rep: RepIx) -> bool {
        rep.at() < self.given
    }

    /// The rep of a person the policy names.
    #[must_use]
    pub fn person(&self, person: PersonIx) -> Option<RepIx> {
        self.people.get(person.at()).copied()
    }

    /// A pool's members, in file order.
    #[must_use]
    pub fn seats(&self, pool: PoolIx) -> &[RepIx] {
        self.seats.get(pool.at()).map_or(&[], Vec::as_slice)
    }

    /// Who covers a rep's absence.
    #[must_use]
    pub fn backup(&self, rep: RepIx) -> Option<RepIx> {
        self.backups.get(rep.at()).copied().flatten()
    }

    /// When a rep works.
    #[must_use]
    pub fn calendar(&self, rep: RepIx) -> Option<&Calendar> {
        self.calendars.get(rep.at())
    }

    /// What stands for the lead's company in a pool's memory: the matched account, else the company's own
    /// mail domain, else its normalised name.
    #[must_use]
    pub fn company_of(&self, arrival: &Arrival) -> Option<Box<str>> {
        if let Some(account) = arrival.matched.as_ref().and_then(|found| self.matcher.account(found.account)) {
            return Some(format!("account {}", account.id).into());
        }
        let domain = arrival.lead.text(LeadField::Email).and_then(domain::of_email);
        if let Some(domain) = domain.filter(|domain| domain::mail_kind(domain) == MailKind::Company) {
            return Some(format!("domain {domain}").into());
        }
        let name = name::normalise(arrival.lead.text(LeadField::Company)?);
        (!name.is_empty()).then(|| format!("name {name}").into())
    }
}

fn known(directory: &mut Directory, person: &str) -> RepIx {
    directory.add(Rep::new(person)).unwrap_or_else(|known| known)
}

/// A rep's own hours and zone, where given, over the policy's; their holidays, or else the policy's.
fn calendar(policy: &Policy, rep: &Rep) -> Calendar {
    let mut holidays = policy.calendar.holidays.clone();
    if !rep.holidays.is_empty() {
        holidays.clear();
    }
    for holiday in &rep.holidays {
        match holiday {
            HolidayRef::Date(date) => drop(holidays.insert(*date)),
            HolidayRef::Named(name) => holidays.extend(policy.holidays.get(name).into_iter().flatten()),
        }
    }
    Calendar {
        timezone: rep.timezone.clone().unwrap_or_else(|| policy.timezone.clone()),
        hours: rep.hours.clone().unwrap_or_else(|| policy.calendar.hours.clone()),
        holidays,
    }
}
