//! The world as one writer holds it in memory: policy, people, accounts, balances and counts.
//!
//! All of it follows from the tables. It is loaded from them at the start and after any trouble, and kept up
//! with what other nodes wrote by reading the journal from where this one stood.

mod catch_up;
pub(crate) mod channels;
pub(crate) mod directory;
mod load;

pub(crate) use load::files_of;

use crate::db::{Db, DbError};
use crate::journal::Count;
use crate::rotation_row::RotationRow;
use jiff::Timestamp;
use pointsman_engine::book::Book;
use pointsman_engine::people::{Directory, RepIx};
use pointsman_engine::policy::{Policy, PoolIx};
use pointsman_engine::roster::Roster;
use pointsman_engine::rotation::Rotation;
use pointsman_engine::standing::Standing;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a batch is decided against.
#[derive(Debug)]
pub struct World {
    /// The last journal entry it knows.
    pub(crate) head: i64,
    /// The moment of that entry: time never runs back behind it, whichever node's clock it was.
    pub(crate) at: Timestamp,
    /// What is in force. `None` until a policy is published.
    pub(crate) ruling: Option<Ruling>,
    /// The channels there are.
    pub(crate) channels: Vec<ChannelFacts>,
    /// Pools that leads wait for, sorted.
    pub(crate) waiting: Vec<Box<str>>,
    /// Whether the directory as it is now is in its table, where replay finds it.
    pub(crate) directory_stored: bool,
    /// Whether it has what is not committed, so that after trouble it must be loaded anew.
    pub(crate) ahead: bool,
    /// Whether somebody was erased whose traces may still be in the database's file.
    pub(crate) unscrubbed: bool,
}

/// A policy in force with all that hangs on it.
#[derive(Debug)]
pub struct Ruling {
    /// The policy.
    pub policy: Arc<Policy>,
    /// People and accounts.
    pub book: Book,
    /// Balances and counts.
    pub standing: Standing,
    /// What the balances of each pool add up to since its members last changed; nothing where it is not there.
    pub(crate) sums: BTreeMap<Box<str>, i64>,
}

/// What the writer must know of a channel to address a message. The rest, secrets above all, is the courier's.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct ChannelFacts {
    /// Its name, as in a policy's `[notify]`.
    #[serde(skip)]
    pub name: Box<str>,
    /// `slack`, `smtp`, `webhook` ...
    pub kind: Box<str>,
    /// Events that a webhook gets: `lead.assigned`, `lead.*`; all when empty.
    #[serde(default)]
    pub events: Vec<Box<str>>,
}

impl ChannelFacts {
    /// Whether it is sent an event.
    #[must_use]
    pub fn hears(&self, event: &str) -> bool {
        let wants = |wanted: &str| wanted.strip_suffix('*').map_or(wanted == event, |start| event.starts_with(start));
        &*self.kind == "webhook" && (self.events.is_empty() || self.events.iter().any(|wanted| wants(wanted)))
    }
}

impl World {
    /// Everything, from the tables. Linear in reps, accounts, and the decisions that caps still count.
    ///
    /// # Errors
    /// When the database fails, or holds what this program cannot read.
    pub fn load(db: &mut dyn Db) -> Result<Self, DbError> {
        load::world(db)
    }

    /// What is in force.
    #[must_use]
    pub const fn ruling(&self) -> Option<&Ruling> {
        self.ruling.as_ref()
    }

    /// The last journal entry it knows.
    #[must_use]
    pub const fn head(&self) -> i64 {
        self.head
    }

    /// Who had whom is in the tables, and read for each batch anew.
    pub(crate) fn forget_memories(&mut self) {
        if let Some(ruling) = self.ruling.as_mut() {
            ruling.standing.forget();
        }
    }

    /// Reads what others wrote since, up to `head`.
    pub(crate) fn catch_up(&mut self, db: &mut dyn Db, to: &Head) -> Result<(), DbError> {
        self.ahead = true;
        catch_up::read(self, db, to)?;
        self.ahead = false;
        Ok(())
    }
}

/// The workspace's row.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub head: i64,
    pub at: Timestamp,
    pub turn: u64,
    pub policy: Option<Box<str>>,
}

impl Head {
    /// Reads it; with `lock` no other node writes until this transaction ends.
    pub(crate) fn read(db: &mut dyn Db, lock: bool) -> Result<Self, DbError> {
        let sql = if lock && db.is_shared() {
            "select head, at, turn, policy from workspace where ws = $1 for update"
        } else {
            "select head, at, turn, policy from workspace where ws = $1"
        };
        let rows = db.query(sql, &[crate::schema::WORKSPACE.into()])?;
        let row = rows.first().ok_or_else(|| DbError::shape("the workspace's row is missing"))?;
        Ok(Self {
            head: row.int(0)?,
            at: row.moment(1)?,
            turn: u64::try_from(row.int(2)?).unwrap_or_default(),
            policy: row.maybe_text(3)?.map(Into::into),
        })
    }
}

impl Ruling {
    /// A pool's rotation as it is stored.
    pub(crate) fn rotation_row(&self, pool: PoolIx) -> Option<RotationRow> {
        let rotation = self.standing.rotation(pool)?;
        let sum = self.sums.get(&self.policy.pool(pool)?.name).copied().unwrap_or(0);
        Some(RotationRow::of(rotation, self.book.seats(pool).iter().map(|rep| self.book.directory().key(*rep)), sum))
    }

    /// Applies what a decision of another node, or a person, did to the counts.
    pub(crate) fn count(&mut self, count: &Count) {
        let Some(rep) = self.rep(count.rep()) else { return };
        let pool = count.pool().and_then(|name| self.policy.pool_named(name));
        match count {
            Count::Give { at, .. } => self.standing.give(&self.policy, &self.book, (rep, pool), *at),
            Count::GiveBack { at, .. } => self.standing.give_back(&self.book, (rep, pool), *at),
            Count::Close { .. } => self.standing.close(&self.book, (rep, pool)),
        }
    }

    /// A rep by key.
    pub(crate) fn rep(&self, key: &str) -> Option<RepIx> {
        self.book.directory().find(key)
    }

    /// People changed: everything else stays as it is. What they got is then to be counted anew
    /// ([`Self::recount`]).
    pub(crate) fn set_directory(&mut self, directory: Directory) {
        let was = self.book.set_directory(&self.policy, Some(directory));
        self.carry(&Arc::clone(&self.policy), &was);
    }

    /// Another policy is in force: pools and people keep what is theirs by name. What they got is then to be
    /// counted anew ([`Self::recount`]).
    pub(crate) fn set_policy(&mut self, policy: Policy) {
        let old = std::mem::replace(&mut self.policy, Arc::new(policy));
        let was = self.book.set_policy(&self.policy);
        self.carry(&old, &was);
    }

    fn carry(&mut self, old: &Policy, was: &Roster) {
        let standing = std::mem::replace(&mut self.standing, Standing::fresh(&self.policy, &self.book));
        self.standing = standing.carried((old, was), (&self.policy, self.book.roster()));
        let pools = self.policy.pools.iter().zip((0..).map(PoolIx));
        let sum = |pool| self.standing.rotation(pool).map_or(0, whole_units);
        self.sums = pools.map(|(pool, at)| (pool.name.clone(), sum(at))).collect();
    }
}

/// What the balances of a rotation add up to: whole units, remainders taken together.
fn whole_units(rotation: &Rotation) -> i64 {
    let balances = rotation.seats().iter().map(|seat| seat.balance);
    let (units, remainders) = balances.fold((0, 0), |(units, rest), balance| (units + balance.units, rest + u128::from(balance.remainder)));
    units + i64::try_from(remainders / u128::from(rotation.denominator().max(1))).unwrap_or(0)
}
