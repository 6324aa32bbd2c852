//! The world from the tables.

use super::{Head, Ruling, World, channels, directory};
use crate::db::{Db, DbError};
use crate::rotation_row::RotationRow;
use crate::schema::WORKSPACE;
use jiff::Timestamp;
use pointsman_engine::account::Account;
use pointsman_engine::book::Book;
use pointsman_engine::calendar::Span;
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::policy::{Caps, Policy, Pool};
use pointsman_engine::rotation::Seat;
use pointsman_engine::standing::{Counts, Standing};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything there is, as of one moment: the caller holds no transaction.
pub(super) fn world(db: &mut dyn Db) -> Result<World, DbError> {
    db.begin()?;
    let world = read_all(db);
    db.rollback();
    world
}

/// The same within a transaction of the caller's.
pub(super) fn read_all(db: &mut dyn Db) -> Result<World, DbError> {
    // Under the lock, so that all tables are of one moment.
    let head = Head::read(db, true)?;
    let ruling = match &head.policy {
        Some(version) => Some(ruling(policy(db, version)?, db, &head)?),
        None => None,
    };
    let waiting =
        db.query("select distinct pool from lead where ws = $1 and waiting_since is not null order by pool", &[WORKSPACE.into()])?;
    let stored = ruling.as_ref().and_then(|ruling| ruling.book.directory_version()).map(Box::<str>::from);
    let directory_stored = match stored {
        Some(version) => {
            !db.query("select at from directory where ws = $1 and version = $2", &[WORKSPACE.into(), version.into()])?.is_empty()
        }
        None => false,
    };
    Ok(World {
        head: head.head,
        at: head.at,
        ruling,
        channels: channels::read(db)?,
        waiting: waiting
            .iter()
            .filter_map(|row| row.maybe_text(0).transpose())
            .map(|text| text.map(Into::into))
            .collect::<Result<_, _>>()?,
        directory_stored,
        ahead: false,
        unscrubbed: false,
    })
}

/// A stored version.
pub(super) fn policy(db: &mut dyn Db, version: &str) -> Result<Policy, DbError> {
    let files =
        files_of(db, version)?.ok_or_else(|| DbError::shape(format!("policy version {version} is in force and not in the table")))?;
    read(&files).policy.ok_or_else(|| DbError::shape(format!("policy version {version} cannot be read by this program")))
}

/// The files of a version; `None` where there is no such version.
pub(crate) fn files_of(db: &mut dyn Db, version: &str) -> Result<Option<Sources>, DbError> {
    let rows = db.query("select files from policy where ws = $1 and version = $2", &[WORKSPACE.into(), version.into()])?;
    rows.first().map(|row| Ok(Sources { files: row.json(0)? })).transpose()
}

fn ruling(policy: Policy, db: &mut dyn Db, head: &Head) -> Result<Ruling, DbError> {
    let mut ruling = Ruling::begin(policy, db)?;
    ruling.standing.set_last_turn(head.turn);
    let rows = db.query("select pool, body from rotation where ws = $1 order by pool", &[WORKSPACE.into()])?;
    for row in rows {
        ruling.load_rotation(row.text(0)?, &row.json(1)?)?;
    }
    ruling.recount(db, head.at)?;
    Ok(ruling)
}

impl Ruling {
    /// A policy with the people and accounts of the tables, and nothing decided yet.
    pub(crate) fn begin(policy: Policy, db: &mut dyn Db) -> Result<Self, DbError> {
        let directory = directory::read(db)?;
        let rows = db.query("select body from account where ws = $1 order by place", &[WORKSPACE.into()])?;
        let accounts: Vec<Account> = rows.iter().map(|row| row.json(0)).collect::<Result<_, _>>()?;
        let book = Book::bind(&policy, Some(directory), accounts);
        let standing = Standing::fresh(&policy, &book);
        Ok(Self { policy: Arc::new(policy), book, standing, sums: BTreeMap::new() })
    }

    /// Puts a pool's balances where the table says they are.
    pub(crate) fn load_rotation(&mut self, name: &str, row: &RotationRow) -> Result<(), DbError> {
        let Some(pool) = self.policy.pool_named(name) else { return Ok(()) };
        self.sums.insert(name.into(), row.sum);
        let seats: Vec<(&str, Seat)> = row.seats.iter().map(|seat| (&*seat.rep, seat.seat())).collect();
        self.standing
            .load_rotation(&self.policy, &self.book, pool, &seats, row.denominator)
            .map_err(|bad| DbError::shape(format!("the balances of pool {name} cannot be right: {bad}")))
    }

    /// Counts what everybody got, from the decisions as the tables have them. Linear in those that caps can still
    /// ask for, and in open leads.
    pub(crate) fn recount(&mut self, db: &mut dyn Db, now: Timestamp) -> Result<(), DbError> {
        self.standing.forget_counts();
        let since = self.longest_period().before(now);
        let sql = "select rep, pool, at, counts, open from decision where ws = $1 and at >= $2 and counts = 1 \
                   union all select rep, pool, at, 0, open from decision where ws = $1 and open = 1 and (at < $2 or counts = 0) order by 3";
        for row in db.query(sql, &[WORKSPACE.into(), since.into()])? {
            let Some(rep) = self.rep(row.text(0)?) else { continue };
            let pool = row.maybe_text(1)?.and_then(|pool| self.policy.pool_named(pool));
            let counts = Counts { period: row.int(3)? == 1, open: row.int(4)? == 1 };
            self.standing.count(&self.policy, &self.book, (rep, pool), row.moment(2)?, counts);
        }
        Ok(())
    }

    /// How far back a cap can ask, with a day to spare for time zones.
    fn longest_period(&self) -> Span {
        let days = |days| Span { days, seconds: 0 };
        let of_pool = |pool: &Pool| {
            let Caps { per_hour, per_day, per_week, rolling, open: _ } = pool.caps;
            let fixed = per_week.map_or(0, |_| 8).max(per_day.or(per_hour).map_or(0, |_| 2));
            let rolling = rolling.map_or(0, |(_, span)| {
                span.days.saturating_add(u32::try_from(span.seconds / 86_400).unwrap_or(u32::MAX)).saturating_add(2)
            });
            fixed.max(rolling)
        };
        let pools = self.policy.pools.iter().map(of_pool).max().unwrap_or(0);
        let own = self.book.directory().reps().iter().any(|rep| rep.daily_cap.is_some());
        days(pools.max(if own { 2 } else { 0 }))
    }
}
