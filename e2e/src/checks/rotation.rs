//! Balances are what the decisions come to: each turn begins where the one before ended, and counting all turns
//! anew (what each member was due less what they were given) ends where the table says.

use pointsman_engine::record::{Record, TrialRecord, VerdictRecord};
use pointsman_store::db::{Db, DbError};
use pointsman_store::rotation_row::RotationRow;
use pointsman_store::schema::WORKSPACE;
use std::collections::{BTreeMap, BTreeSet};

/// Units in one lead, as stored.
const LEAD: f64 = (1_u64 << 40) as f64;

/// In leads: rounding when members change is below 2^-32 of one.
const ROUNDING: f64 = 1e-6;

/// A pool, counted anew.
#[derive(Default)]
struct Pool {
    /// Due less given, by member.
    balances: BTreeMap<String, f64>,
    turns: usize,
    /// Places where a turn did not begin as the one before ended.
    breaks: usize,
    last: Option<Vec<f64>>,
}

pub fn all(db: &mut dyn Db, found: &mut Vec<String>) -> Result<String, DbError> {
    let mut stored: BTreeMap<String, RotationRow> = BTreeMap::new();
    for row in db.query("select pool, body from rotation where ws = $1", &[WORKSPACE.into()])? {
        stored.insert(row.text(0)?.into(), row.json(1)?);
    }
    let mut pools: BTreeMap<String, Pool> = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    let mut last_turn = 0;
    for row in
        db.query("select body, turn, lead from decision where ws = $1 and outcome <> 'by_hand' order by turn, seq", &[WORKSPACE.into()])?
    {
        let turn = row.int(1)?;
        if !numbers.insert(turn) {
            found.push(format!("two decisions have the number {turn}; the second is of lead {}", row.text(2)?));
        }
        last_turn = last_turn.max(turn);
        let record: Record<'static> = row.json(0)?;
        for trial in record.tried.iter().filter(|trial| trial.turn.is_some()) {
            let Some((name, rotation)) = trial.target.strip_prefix("pool:").and_then(|name| Some((name, stored.get(name)?))) else {
                found.push(format!("{} took a turn, and no balances are stored for it", trial.target));
                continue;
            };
            pools.entry(name.to_owned()).or_default().turn(trial, rotation);
        }
    }
    let grants = grants(db, &stored, &mut pools)?;
    for (name, pool) in &pools {
        found.extend(pool.against(name, stored.get(name), grants.get(name).copied().unwrap_or(0)));
    }
    let counted = db.query("select turn from workspace where ws = $1", &[WORKSPACE.into()])?.first().map_or(Ok(0), |row| row.int(0))?;
    if counted < last_turn {
        found.push(format!("the workspace counts {counted} decisions, and there is one with the number {last_turn}"));
    }
    Ok(format!("{} turns of {} pools recounted", pools.values().map(|pool| pool.turns).sum::<usize>(), pools.len()))
}

impl Pool {
    fn turn(&mut self, trial: &TrialRecord<'_>, rotation: &RotationRow) {
        let shares = |verdict: &VerdictRecord<'_>| matches!(verdict, VerdictRecord::Chosen | VerdictRecord::Eligible);
        let members = || trial.candidates.iter().zip(&rotation.seats).filter(|(candidate, _)| shares(&candidate.verdict));
        let total: f64 = members().map(|(_, seat)| f64::from(seat.weight)).sum();
        for (candidate, seat) in members().filter(|_| total > 0.0) {
            let given = f64::from(u8::from(candidate.verdict == VerdictRecord::Chosen));
            *self.balances.entry(candidate.rep.to_string()).or_default() += f64::from(seat.weight) / total - given;
        }
        self.turns += 1;
        let (before, after) = (trial.pool.as_ref().map(|pool| (&pool.seats, pool.denominator)), trial.turn.as_ref());
        let leads = |units: i64, remainder: u64, denominator: u64| (units as f64 + remainder as f64 / denominator.max(1) as f64) / LEAD;
        if let Some((seats, denominator)) = before {
            let before: Vec<f64> = seats.iter().map(|seat| leads(seat.0, seat.1, denominator)).collect();
            let begins = self.last.get_or_insert_with(|| vec![0.0; before.len()]);
            self.breaks += usize::from(begins.iter().zip(&before).any(|(one, other)| (one - other).abs() > ROUNDING));
        }
        self.last = after.map(|turn| turn.seats.iter().map(|seat| leads(seat.0, seat.1, turn.denominator)).collect());
    }

    fn against(&self, name: &str, stored: Option<&RotationRow>, grants: usize) -> Vec<String> {
        let mut found = Vec::new();
        if self.breaks > grants {
            found.push(format!("pool {name}: {} turns do not begin where the one before ended, with {grants} grants", self.breaks));
        }
        for seat in stored.iter().flat_map(|rotation| &rotation.seats) {
            let stands =
                (seat.units as f64 + seat.remainder as f64 / stored.map_or(1.0, |rotation| rotation.denominator.max(1) as f64)) / LEAD;
            let counted = self.balances.get(&*seat.rep).copied().unwrap_or(0.0);
            if (stands - counted).abs() > ROUNDING {
                found.push(format!("pool {name}: the balance of {} is {stands:.9}, and its decisions come to {counted:.9}", seat.rep));
            }
        }
        found
    }
}

/// Adds what was granted, borne by the others by their weights; how many grants each pool had.
fn grants(
    db: &mut dyn Db,
    stored: &BTreeMap<String, RotationRow>,
    pools: &mut BTreeMap<String, Pool>,
) -> Result<BTreeMap<String, usize>, DbError> {
    let mut grants: BTreeMap<String, usize> = BTreeMap::new();
    for row in db.query("select pool, rep, thousandths from grant_entry where ws = $1", &[WORKSPACE.into()])? {
        let (name, rep, leads) = (row.text(0)?, row.text(1)?, row.int(2)? as f64 / 1000.0);
        *grants.entry(name.to_owned()).or_default() += 1;
        let (Some(rotation), pool) = (stored.get(name), pools.entry(name.to_owned()).or_default()) else { continue };
        let total: f64 = rotation.seats.iter().filter(|seat| &*seat.rep != rep).map(|seat| f64::from(seat.weight)).sum();
        for seat in &rotation.seats {
            let moved = if &*seat.rep == rep { leads } else { -leads * f64::from(seat.weight) / total };
            *pool.balances.entry(seat.rep.to_string()).or_default() += moved;
        }
    }
    Ok(grants)
}
