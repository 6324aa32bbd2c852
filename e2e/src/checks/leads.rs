//! Every acknowledged lead is there, as it was acknowledged, and was decided exactly once for each time it says.

use crate::ledger::{Acknowledged, Ledger};
use pointsman_store::db::{Db, DbError};
use pointsman_store::schema::WORKSPACE;
use std::collections::BTreeMap;

struct Lead {
    person: Option<String>,
    stage: String,
    decisions: i64,
}

/// What a decision said, by lead and number.
type Decisions = BTreeMap<(String, i64), (String, Option<String>)>;

pub fn all(db: &mut dyn Db, ledger: &Ledger, found: &mut Vec<String>) -> Result<String, DbError> {
    let (leads, decisions) = (leads(db)?, decisions(db)?);
    let entries = ledger.entries();
    let mut by_person: BTreeMap<&str, usize> = BTreeMap::new();
    for lead in leads.values() {
        *by_person.entry(lead.person.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let mut acknowledged = 0;
    for (person, answer) in &entries.sent {
        let there = by_person.get(&**person).copied().unwrap_or(0);
        if there > 1 && !entries.again.contains(person) {
            found.push(format!("{person} was sent once and is {there} leads"));
        }
        if let Some(answer) = answer {
            acknowledged += 1;
            found.extend(missing(answer, &leads, &decisions));
        }
    }
    found.extend(by_person.keys().filter(|person| !entries.sent.contains_key(**person)).map(|person| format!("nobody sent {person}")));
    found.extend(uneven(&leads, &decisions));
    for (lead, stage) in &entries.done {
        let now = leads.get(lead).map_or("gone", |lead| &*lead.stage);
        // A lead that was contacted, and that its person asked about again, is a lead to be contacted.
        let asked = leads.get(lead).and_then(|lead| lead.person.as_ref()).is_some_and(|person| entries.again.contains(person));
        if now != *stage && !(*stage == "contacted" && asked) {
            found.push(format!("lead {lead} was acknowledged as {stage} and is {now}"));
        }
    }
    let doubtful = entries.sent.len() - acknowledged;
    Ok(format!("{} answers, {acknowledged} leads acknowledged and {doubtful} not, {} decisions", entries.answers, decisions.len()))
}

/// What is not as it was acknowledged.
fn missing(answer: &Acknowledged, leads: &BTreeMap<String, Lead>, decisions: &Decisions) -> Option<String> {
    let Acknowledged { lead, decision, outcome, rep, repeat } = answer;
    if !leads.contains_key(lead) {
        return Some(format!("lead {lead} was acknowledged and is not there"));
    }
    let Some(n) = decision.as_ref().and_then(|decision| decision.rsplit_once('_')?.1.parse().ok()) else {
        return Some(format!("lead {lead} was acknowledged without a decision"));
    };
    match decisions.get(&(lead.clone(), n)) {
        None => Some(format!("decision {n} of lead {lead} was acknowledged and is not there")),
        Some((stored, _)) if stored != outcome && !repeat => {
            Some(format!("lead {lead} was acknowledged as {outcome} and is stored as {stored}"))
        }
        Some((_, stored)) if outcome == "assigned" && stored != rep && !repeat => {
            Some(format!("lead {lead} was acknowledged as given to {rep:?} and stored as given to {stored:?}"))
        }
        Some(_) => None,
    }
}

/// Leads whose decisions are not numbered from 1 to how many they have.
fn uneven(leads: &BTreeMap<String, Lead>, decisions: &Decisions) -> Vec<String> {
    let mut numbers: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (lead, n) in decisions.keys() {
        numbers.entry(lead).or_default().push(*n);
    }
    let bad = |(id, lead): &(&String, &Lead)| !numbers.get(&***id).is_some_and(|numbers| numbers.iter().copied().eq(1..=lead.decisions));
    leads
        .iter()
        .filter(bad)
        .map(|(id, lead)| format!("lead {id} says {} decisions and has {:?}", lead.decisions, numbers.get(&**id)))
        .collect()
}

fn leads(db: &mut dyn Db) -> Result<BTreeMap<String, Lead>, DbError> {
    let rows = db.query("select id, person, stage, decisions from lead where ws = $1", &[WORKSPACE.into()])?;
    let lead = |row: &pointsman_store::value::Row| {
        let lead = Lead { person: row.maybe_text(1)?.map(Into::into), stage: row.text(2)?.into(), decisions: row.int(3)? };
        Ok((row.text(0)?.to_owned(), lead))
    };
    rows.iter().map(lead).collect()
}

fn decisions(db: &mut dyn Db) -> Result<Decisions, DbError> {
    let rows = db.query("select lead, n, outcome, rep from decision where ws = $1", &[WORKSPACE.into()])?;
    rows.iter().map(|row| Ok(((row.text(0)?.into(), row.int(1)?), (row.text(2)?.into(), row.maybe_text(3)?.map(Into::into))))).collect()
}
