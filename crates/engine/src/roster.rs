//! The roster: a policy's people, bound to the directory.
//!
//! Names become numbers once, here. Without a directory every person that a policy (or an account, or a stored
//! decision) names is an active rep who is always present. With one, a person of the policy whom it does not have
//! keeps their seat in a pool and is known by name, but never receives a lead.

use crate::calendar::Calendar;
use crate::people::{Absence, Directory, HolidayRef, Rep, RepIx};
use crate::policy::{PersonIx, Policy, PoolIx};
use std::sync::OnceLock;

/// People as one policy sees them.
#[derive(Debug, Clone)]
pub struct Roster {
    directory: Directory,
    /// Of the directory that was given: how many of the reps are its; those after them are only known by name.
    given: Option<usize>,
    /// Its version, once asked for.
    version: OnceLock<Box<str>>,
    people: Vec<RepIx>,
    seats: Vec<Vec<RepIx>>,
    backups: Vec<Option<RepIx>>,
    calendars: Vec<Calendar>,
}

impl Roster {
    /// Binds. Linear in everything given.
    #[must_use]
    pub fn bind(policy: &Policy, directory: Option<Directory>) -> Self {
        let given = directory.as_ref().map(|directory| directory.reps().len());
        let mut directory = directory.unwrap_or_default();
        let people: Vec<RepIx> = policy.people.iter().map(|person| known(&mut directory, person)).collect();
        let seats = policy.pools.iter().map(|pool| pool.members.iter().filter_map(|m| people.get(m.person.at()).copied()).collect());
        Self {
            seats: seats.collect(),
            backups: directory.reps().iter().map(|rep| directory.find(rep.backup.as_deref()?)).collect(),
            calendars: directory.reps().iter().map(|rep| calendar(policy, rep)).collect(),
            people,
            given,
            version: OnceLock::new(),
            directory,
        }
    }

    /// The directory that was given, as it is now; `None` when there was none.
    #[must_use]
    pub fn given(&self) -> Option<Directory> {
        let mut directory = self.directory.clone();
        directory.truncate(self.given?);
        Some(directory)
    }

    /// Whether a directory was given.
    #[must_use]
    pub const fn has_directory(&self) -> bool {
        self.given.is_some()
    }

    /// The version of the directory that was given, hashed on the first call after a change.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.given?;
        Some(self.version.get_or_init(|| self.given().map(|directory| directory.version()).unwrap_or_default().into()))
    }

    /// Reps and absences. Reps that are only known by name stand at the end.
    #[must_use]
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Without a directory, a person who is named is a rep: adds them, if they are new.
    pub(crate) fn imply(&mut self, policy: &Policy, person: &str) {
        if self.given.is_none() && self.directory.find(person).is_none() {
            let rep = Rep::new(person);
            self.calendars.push(calendar(policy, &rep));
            self.backups.push(None);
            known(&mut self.directory, person);
        }
    }

    /// A rep's absences become these.
    pub(crate) fn set_absences(&mut self, rep: RepIx, absences: impl IntoIterator<Item = Absence>) {
        self.version = OnceLock::new();
        self.directory.set_absences(rep, absences);
    }

    /// Adds an absence of a rep.
    pub(crate) fn add_absence(&mut self, rep: RepIx, absence: Absence) {
        self.version = OnceLock::new();
        self.directory.add_absence(rep, absence);
    }

    /// Whether a rep is one of the directory that was given.
    #[must_use]
    pub fn is_known(&self, rep: RepIx) -> bool {
        self.given.is_none_or(|given| rep.at() < given)
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
