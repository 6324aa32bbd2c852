//! Decisions: numbered, derived again from what they store (P3), and never for somebody who is away (6.3).

use super::super::wrong::{Checked, Wrong, ensure};
use super::journal::Entry;
use super::{Before, ask};
use jiff::Timestamp;
use pointsman_engine::people::Directory;
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::record::{Record, VerdictRecord};
use pointsman_engine::replay::Stage;
use pointsman_store::db::Db;
use pointsman_store::schema::WORKSPACE;
use pointsman_store::value::Row;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Who takes leads, as the tables of reps and absences have it.
#[derive(Debug, Default)]
pub struct People {
    active: BTreeSet<String>,
    absences: Vec<(String, i64, i64)>,
}

impl People {
    /// Reads it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(db: &mut dyn Db) -> Checked<Self> {
        let mut people = Self::default();
        for row in ask(db, "select email, body from rep where ws = $1")? {
            let body: Value = row.json(1)?;
            if body.get("active").and_then(Value::as_bool) == Some(true) {
                people.active.insert(row.text(0)?.to_owned());
            }
        }
        for row in ask(db, "select rep, from_at, until_at from absence where ws = $1")? {
            people.absences.push((row.text(0)?.to_owned(), row.int(1)?, row.int(2)?));
        }
        Ok(people)
    }

    fn takes_leads(&self, rep: &str, at: i64) -> bool {
        let key = rep.to_lowercase();
        self.active.contains(&key) && self.absences.iter().all(|(of, from, until)| *of != key || at < *from || at >= *until)
    }
}

/// A decision as it is stored.
#[derive(Debug)]
pub struct Decided {
    /// Of which lead.
    pub lead: Box<str>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub outcome: Box<str>,
    /// By which rule.
    pub rule: Option<Box<str>>,
    /// Who has it by it.
    pub rep: Option<Box<str>>,
    /// Under which directory.
    pub directory: Box<str>,
    /// All of it, unless a person decided or the lead was erased.
    pub record: Option<Record<'static>>,
}

impl Decided {
    fn read(row: &Row) -> Checked<Self> {
        let whole = row.text(6)? != "{}";
        let record = if whole { Some(row.json(6)?) } else { None };
        Ok(Self {
            lead: row.text(0)?.into(),
            at: row.moment(1)?,
            outcome: row.text(2)?.into(),
            rule: row.maybe_text(3)?.map(Into::into),
            rep: row.maybe_text(4)?.map(Into::into),
            directory: row.text(5)?.into(),
            record,
        })
    }
}

/// Stored decisions, and what they were made under.
#[derive(Debug, Default)]
pub struct Decisions {
    /// Policies by version.
    pub policies: Policies,
    directories: BTreeMap<Box<str>, Directory>,
    seq: i64,
    turn: u64,
}

/// Policies by version, read when they are first asked for.
#[derive(Debug, Default)]
pub struct Policies(BTreeMap<Box<str>, Arc<Policy>>);

impl Policies {
    /// The policy with this version.
    ///
    /// # Errors
    /// When the tables do not have it.
    pub fn get(&mut self, db: &mut dyn Db, version: &str) -> Checked<Arc<Policy>> {
        if let Some(policy) = self.0.get(version) {
            return Ok(Arc::clone(policy));
        }
        let rows = db.query("select files from policy where ws = $1 and version = $2", &[WORKSPACE.into(), version.into()])?;
        let row = rows.first().ok_or_else(|| Wrong(format!("there is no policy version {version}")))?;
        let policy = read(&Sources { files: row.json(0)? }).policy;
        let policy = Arc::new(policy.ok_or_else(|| Wrong(format!("policy version {version} cannot be read")))?);
        self.0.insert(version.into(), Arc::clone(&policy));
        Ok(policy)
    }
}

impl Decisions {
    /// Those that came since the last time, in the order of their turns.
    ///
    /// # Errors
    /// When two have the same turn, or one an earlier turn than those before it.
    pub fn read_on(&mut self, db: &mut dyn Db) -> Checked<Vec<Decided>> {
        let sql =
            "select lead, at, outcome, rule, rep, directory, body, seq, turn from decision where ws = $1 and seq > $2 order by turn, seq";
        let (mut decided, mut last) = (Vec::new(), self.seq);
        for row in db.query(sql, &[WORKSPACE.into(), self.seq.into()])? {
            let one = Decided::read(&row)?;
            last = last.max(row.int(7)?);
            let turn = u64::try_from(row.int(8)?).unwrap_or(0);
            let later = if &*one.outcome == "by_hand" { turn >= self.turn } else { turn > self.turn };
            ensure(later, || format!("lead {}: a decision has turn {turn}; there was one with turn {}", one.lead, self.turn))?;
            self.turn = turn;
            decided.push(one);
        }
        self.seq = last;
        Ok(decided)
    }

    /// Each is derived again from what it stores.
    ///
    /// # Errors
    /// When another decision comes out.
    pub fn replay(&mut self, db: &mut dyn Db, decided: &[Decided]) -> Checked {
        // Those of one policy and one directory are derived on one stage, which is costly to build.
        let mut scenes: BTreeMap<(&str, &str), Vec<(&Decided, &Record<'_>)>> = BTreeMap::new();
        for one in decided {
            self.directory(db, &one.directory)?;
            if let Some(record) = &one.record {
                scenes.entry((&record.policy.version, &one.directory)).or_default().push((one, record));
            }
        }
        for ((version, directory), records) in scenes {
            let (policy, directory) = (self.policies.get(db, version)?, self.directory(db, directory)?);
            let mut stage = Stage::new(&policy, Some(directory));
            for (one, record) in records {
                stage.replay(record).map_err(|differences| {
                    let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
                    Wrong(format!("lead {}: its decision of {} is not derived again: {}", one.lead, one.at, differences.join("; ")))
                })?;
            }
        }
        Ok(())
    }

    fn directory(&mut self, db: &mut dyn Db, version: &str) -> Checked<Directory> {
        if let Some(directory) = self.directories.get(version) {
            return Ok(directory.clone());
        }
        let rows = db.query("select body from directory where ws = $1 and version = $2", &[WORKSPACE.into(), version.into()])?;
        let row = rows.first().ok_or_else(|| Wrong(format!("there is no directory version {version}")))?;
        let directory: Directory = row.json(0)?;
        self.directories.insert(version.into(), directory.clone());
        Ok(directory)
    }
}

/// 6.3, against the tables as they were before the step; a step that itself changed people is left to replay.
///
/// # Errors
/// When somebody who is away got a lead.
pub fn nobody_absent_receives(decided: &[Decided], entries: &[Entry], before: &Before) -> Checked {
    if entries.iter().any(|entry| matches!(&*entry.kind, "rep" | "absence" | "offline")) {
        return Ok(());
    }
    for one in decided {
        let receives = matches!(&*one.outcome, "assigned" | "by_hand" | "kept");
        let Some(rep) = one.rep.as_deref().filter(|_| receives) else { continue };
        ensure(before.people.takes_leads(rep, one.at.as_microsecond()), || {
            format!("lead {} went to {rep} ({}), who is away or not active", one.lead, one.outcome)
        })?;
    }
    Ok(())
}

/// 6.12: who missed a lead gets it again only if nobody else can take it.
///
/// # Errors
/// When somebody else could have.
pub fn who_missed_it_gets_it_last(decided: &[Decided]) -> Checked {
    for one in decided {
        let (Some(record), Some(rep)) = (&one.record, &one.rep) else { continue };
        let missed = |rep: &str| record.before.missed.iter().any(|missed| **missed == *rep);
        let passed = record.before.passed.iter().any(|passed| **passed == **rep);
        ensure(!passed, || format!("lead {} went to {rep}, who passed on it", one.lead))?;
        if &*one.outcome != "assigned" || !missed(rep) {
            continue;
        }
        for candidate in record.tried.iter().flat_map(|trial| &trial.candidates) {
            let could = matches!(candidate.verdict, VerdictRecord::Eligible | VerdictRecord::Spare) && !missed(&candidate.rep);
            ensure(!could, || format!("lead {} went to {rep}, who missed it; {} could have taken it", one.lead, candidate.rep))?;
        }
    }
    Ok(())
}
