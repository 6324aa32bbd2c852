//! The book: people and accounts as one policy sees them, and the indexes by which it finds accounts and rules.
//!
//! It lives as long as its process: people, accounts and the policy may change, and what does not change stays. After
//! any changes it is as if it had been bound anew; only numbers may differ, of reps after [`Book::set_directory`] and
//! [`Book::set_policy`], of accounts after [`Book::remove_account`].

use crate::account::{Account, AccountIx};
use crate::calendar::Calendar;
use crate::decide::Arrival;
use crate::field::LeadField;
use crate::matching::domain::{self, MailKind};
use crate::matching::{Matcher, name};
use crate::people::{Absence, Directory, RepIx};
use crate::policy::{PersonIx, Policy, PoolIx};
use crate::roster::Roster;
use crate::rules::Index;

/// People and accounts as one policy sees them.
#[derive(Debug)]
pub struct Book {
    roster: Roster,
    /// Where accounts are found.
    pub matcher: Matcher,
    /// Which rule is found.
    pub index: Index,
}

impl Book {
    /// Binds. Linear in everything given.
    #[must_use]
    pub fn bind(policy: &Policy, directory: Option<Directory>, accounts: Vec<Account>) -> Self {
        let matcher = Matcher::build(accounts, policy.matching.clone());
        let mut book = Self { roster: Roster::bind(policy, directory), matcher, index: Index::build(policy) };
        book.imply_owners(policy);
        book
    }

    /// Without a directory, owners of accounts are reps.
    fn imply_owners(&mut self, policy: &Policy) {
        if !self.roster.has_directory() {
            let owners = self.matcher.accounts().iter().filter_map(|account| account.owner.as_deref());
            owners.for_each(|owner| self.roster.imply(policy, owner));
        }
    }

    /// Binds another directory of people; accounts and rules stay as they are indexed. Gives the roster that was,
    /// for [`crate::standing::Standing::carried`]. Linear in the people.
    pub fn set_directory(&mut self, policy: &Policy, directory: Option<Directory>) -> Roster {
        let was = std::mem::replace(&mut self.roster, Roster::bind(policy, directory));
        self.imply_owners(policy);
        was
    }

    /// Binds another policy; accounts stay as they are indexed. Gives the roster that was. Linear in policy and people.
    pub fn set_policy(&mut self, policy: &Policy) -> Roster {
        self.index = Index::build(policy);
        self.matcher.set_settings(policy.matching.clone());
        let directory = self.roster.given();
        self.set_directory(policy, directory)
    }

    /// A rep's absences become these.
    pub fn set_absences(&mut self, rep: RepIx, absences: impl IntoIterator<Item = Absence>) {
        self.roster.set_absences(rep, absences);
    }

    /// Adds an absence of a rep.
    pub fn add_absence(&mut self, rep: RepIx, absence: Absence) {
        self.roster.add_absence(rep, absence);
    }

    /// All accounts become these. n log n in them.
    pub fn set_accounts(&mut self, policy: &Policy, accounts: Vec<Account>) {
        self.matcher = Matcher::build(accounts, policy.matching.clone());
        self.imply_owners(policy);
    }

    /// Adds an account, or changes the one that has its id.
    pub fn put_account(&mut self, policy: &Policy, account: Account) -> AccountIx {
        if let Some(owner) = account.owner.as_deref() {
            self.roster.imply(policy, owner);
        }
        self.matcher.update(account)
    }

    /// Takes an account out. Numbers of accounts from before are no longer valid.
    pub fn remove_account(&mut self, id: &str) -> Option<Account> {
        self.matcher.remove(id)
    }

    /// The people.
    #[must_use]
    pub const fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Puts a roster back, as [`Self::roster`] gave it, under the same policy.
    pub fn set_roster(&mut self, roster: Roster) {
        self.roster = roster;
    }

    /// The version of the directory that was given; `None` when there was none.
    #[must_use]
    pub fn directory_version(&self) -> Option<&str> {
        self.roster.version()
    }

    /// Whether it has a directory of people. Without one, everybody whom the policy or an account names is there.
    #[must_use]
    pub const fn has_directory(&self) -> bool {
        self.roster.has_directory()
    }

    /// Reps and absences. Reps that are only known by name stand at the end.
    #[must_use]
    pub const fn directory(&self) -> &Directory {
        self.roster.directory()
    }

    /// Whether a rep is one of the directory that was given.
    #[must_use]
    pub fn is_known(&self, rep: RepIx) -> bool {
        self.roster.is_known(rep)
    }

    /// The rep of a person the policy names.
    #[must_use]
    pub fn person(&self, person: PersonIx) -> Option<RepIx> {
        self.roster.person(person)
    }

    /// A pool's members, in file order.
    #[must_use]
    pub fn seats(&self, pool: PoolIx) -> &[RepIx] {
        self.roster.seats(pool)
    }

    /// Who covers a rep's absence.
    #[must_use]
    pub fn backup(&self, rep: RepIx) -> Option<RepIx> {
        self.roster.backup(rep)
    }

    /// When a rep works.
    #[must_use]
    pub fn calendar(&self, rep: RepIx) -> Option<&Calendar> {
        self.roster.calendar(rep)
    }

    /// Without a directory, a person who is named is a rep.
    pub(crate) fn imply(&mut self, policy: &Policy, person: &str) {
        self.roster.imply(policy, person);
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
