//! The rotations, counted again from the stored decisions: due minus given, in exact fractions.

use super::super::wrong::{Checked, Wrong, ensure};
use super::ask;
use super::decisions::{Decided, Policies};
use super::journal::Entry;
use pointsman_engine::policy::{Pool, Share};
use pointsman_engine::record::{Record, TrialRecord, VerdictRecord};
use pointsman_store::db::Db;
use pointsman_store::rotation_row::{RotationRow, SeatRow};
use std::collections::BTreeMap;

/// A lead, in parts that every sum of weights of a simulated pool (18 at most) divides.
const LEAD: i128 = 12_252_240;

/// A lead in the units of a stored balance.
const UNITS: i128 = 1 << 40;

/// What each pool's balances must be.
#[derive(Debug, Default)]
pub struct Recount(BTreeMap<Box<str>, Counted>);

#[derive(Debug, Default)]
struct Counted {
    /// What the row said when members, weights or grants last changed.
    base: BTreeMap<Box<str>, (i128, i128)>,
    denominator: i128,
    /// Due minus given since, in parts of [`LEAD`].
    since: BTreeMap<Box<str>, i128>,
    /// How often remainders were rounded since: each balance moved by less than a unit.
    rounded: i128,
    /// Who shared in every turn since everybody was level; `None`: others did, or nobody was level.
    always: Option<Vec<Box<str>>>,
}

impl Recount {
    /// Adds the turns of these decisions, and compares with the rows.
    ///
    /// # Errors
    /// When a balance is not what its turns make of it, or reaches a whole lead where it never may.
    pub fn add(&mut self, db: &mut dyn Db, policies: &mut Policies, decided: &[Decided], entries: &[Entry]) -> Checked {
        let changes = entries.iter().filter(|entry| matches!(&*entry.kind, "policy" | "rep" | "grant")).count();
        let rows = ask(db, "select pool, body from rotation where ws = $1 order by pool")?;
        let rows = rows.iter().map(|row| Ok((row.text(0)?.into(), row.json(1)?)));
        let rows: BTreeMap<Box<str>, RotationRow> = rows.collect::<Checked<_>>()?;
        // Of a lead that was decided and erased in one batch nothing says who shared in its turn.
        let untold = decided.iter().any(|one| one.record.is_none() && &*one.outcome != "by_hand");
        if changes > 0 || untold {
            if changes == 1 && decided.is_empty() && entries.iter().all(|entry| &*entry.kind != "grant") {
                self.who_stays_keeps_theirs(&rows)?;
            }
            self.0 = rows.iter().map(|(pool, row)| (pool.clone(), Counted::begin(row))).collect();
            return Ok(());
        }
        for record in decided.iter().filter_map(|one| one.record.as_ref()) {
            let Some(trial) = record.tried.last().filter(|trial| trial.turn.is_some()) else { continue };
            let policy = policies.get(db, &record.policy.version)?;
            let pool = trial.target.strip_prefix("pool:").and_then(|name| policy.pool(policy.pool_named(name)?));
            let Some(pool) = pool else { return Err(Wrong(format!("a turn of {}, which is no pool", trial.target))) };
            self.0.entry(pool.name.clone()).or_default().turn(pool, trial, record)?;
        }
        for (pool, counted) in &self.0 {
            let row = rows.get(pool).ok_or_else(|| Wrong(format!("pool {pool} has had turns and has no row")))?;
            counted.compare(row).map_err(|Wrong(wrong)| Wrong(format!("pool {pool}: {wrong}")))?;
        }
        Ok(())
    }

    /// 6.6: members who stay keep their balances; a newcomer starts level.
    fn who_stays_keeps_theirs(&self, rows: &BTreeMap<Box<str>, RotationRow>) -> Checked {
        for (pool, row) in rows {
            let Some(counted) = self.0.get(pool) else { continue };
            for seat in &row.seats {
                let off = counted.off(seat, i128::from(row.denominator));
                let (most, of) = (counted.rounded + 1, counted.scale(i128::from(row.denominator)));
                ensure(off.abs() <= most * of, || format!("pool {pool}: the balance of {} changed with the members: {seat:?}", seat.rep))?;
            }
        }
        Ok(())
    }
}

impl Counted {
    fn begin(row: &RotationRow) -> Self {
        let level = row.seats.iter().all(|seat| seat.units == 0 && seat.remainder == 0);
        Self {
            base: row.seats.iter().map(|seat| (seat.rep.clone(), (i128::from(seat.units), i128::from(seat.remainder)))).collect(),
            denominator: i128::from(row.denominator),
            since: BTreeMap::new(),
            rounded: 0,
            always: level.then(Vec::new),
        }
    }

    /// Whoever could take the lead becomes due; who got it is given one.
    fn turn(&mut self, pool: &Pool, trial: &TrialRecord<'_>, record: &Record<'_>) -> Checked {
        let shares = |verdict: &VerdictRecord<'_>| matches!(verdict, VerdictRecord::Chosen | VerdictRecord::Eligible);
        let members = trial.candidates.iter().zip(&pool.members).filter(|(candidate, _)| shares(&candidate.verdict));
        let sharing: Vec<(Box<str>, i128)> = members.map(|(one, member)| (Box::from(&*one.rep), i128::from(member.weight))).collect();
        let total: i128 = sharing.iter().map(|(_, weight)| weight).sum();
        if pool.share != Share::Rotation || total == 0 {
            return Ok(());
        }
        let past = trial.pool.as_ref().ok_or_else(|| Wrong(format!("the turn of lead {} has no past", record.lead.id.0)))?;
        if i128::from(past.denominator) != total && past.seats.iter().any(|seat| seat.1 > 0) {
            self.rounded += 1;
        }
        for (rep, weight) in &sharing {
            *self.since.entry(rep.clone()).or_default() += LEAD * weight / total;
        }
        let taker = record.result.rep.as_deref().unwrap_or_default();
        *self.since.entry(taker.into()).or_default() -= LEAD;
        let who: Vec<Box<str>> = sharing.into_iter().map(|(rep, _)| rep).collect();
        self.always = self.always.take().filter(|always| always.is_empty() || *always == who).map(|_| who);
        if self.always.is_some() {
            let over = self.since.iter().find(|(_, balance)| balance.abs() >= LEAD);
            ensure(over.is_none(), || format!("pool {}: the same members shared all along, and {over:?} reaches a lead", pool.name))?;
        }
        Ok(())
    }

    fn compare(&self, row: &RotationRow) -> Checked {
        let denominator = i128::from(row.denominator);
        for seat in &row.seats {
            let off = self.off(seat, denominator);
            ensure(off.abs() <= self.rounded * self.scale(denominator), || {
                format!("{} has {seat:?} over {denominator}, which is off by {off} after {} roundings: {self:?}", seat.rep, self.rounded)
            })?;
        }
        Ok(())
    }

    /// How far a stored balance is from what it must be, in parts of which [`Self::scale`] make a unit.
    fn off(&self, seat: &SeatRow, denominator: i128) -> i128 {
        let was = self.denominator.max(1);
        let (units, remainder) = self.base.get(&seat.rep).copied().unwrap_or_default();
        let since = self.since.get(&seat.rep).copied().unwrap_or_default();
        let must = (units * was + remainder) * denominator * LEAD + since * UNITS * denominator * was;
        (i128::from(seat.units) * denominator + i128::from(seat.remainder)) * was * LEAD - must
    }

    fn scale(&self, denominator: i128) -> i128 {
        denominator * self.denominator.max(1) * LEAD
    }
}
