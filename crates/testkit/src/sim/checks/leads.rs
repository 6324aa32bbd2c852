//! Leads: each in one stage, its first clock in a column, its decisions numbered, and counted once for who has it.

use super::super::workload::WORDS;
use super::super::wrong::{Checked, Wrong, ensure};
use super::{ask, ask_each};
use jiff::Timestamp;
use pointsman_store::db::{Db, DbError};
use pointsman_store::value::Row;
use serde_json::Value;
use std::collections::BTreeMap;

const STAGES: &[&str] = &["held", "queued", "assigned", "contacted", "kept", "suppressed", "closed", "erased"];

/// Rows by the lead that their first column names.
type ByLead<'r> = BTreeMap<&'r str, Vec<&'r Row>>;

/// What must hold of these leads.
///
/// # Errors
/// When something does not.
pub fn of(db: &mut dyn Db, leads: &[Box<str>]) -> Checked {
    let rows = ask_each(db, "select id, stage, rep, pool, decisions, life, due from lead where ws = $1 and id in (each $2)", leads)?;
    ensure(rows.len() == leads.len(), || format!("of {leads:?} there are {}", rows.len()))?;
    let sql = "select lead, n, rep, pool, at, counts, open, outcome from decision where ws = $1 and lead in (each $2) order by lead, n";
    let decisions = ask_each(db, sql, leads)?;
    let decisions = by_lead(&decisions)?;
    for row in &rows {
        let id = row.text(0)?;
        lead(row, decisions.get(id).map_or(&[][..], |rows| rows)).map_err(|Wrong(wrong)| Wrong(format!("lead {id}: {wrong}")))?;
    }
    Ok(())
}

fn by_lead(rows: &[Row]) -> Result<ByLead<'_>, DbError> {
    let mut by_lead = ByLead::new();
    for row in rows {
        by_lead.entry(row.text(0)?).or_default().push(row);
    }
    Ok(by_lead)
}

fn lead(row: &Row, decisions: &[&Row]) -> Checked {
    let (stage, life): (&str, Value) = (row.text(1)?, row.json(5)?);
    ensure(STAGES.contains(&stage), || format!("stage {stage}"))?;
    let lives = |key: &str| life.get(key).and_then(Value::as_str);
    ensure(lives("stage") == Some(stage), || format!("the column says {stage}, the life {life}"))?;
    let has = matches!(stage, "assigned" | "contacted");
    if has {
        ensure(row.maybe_text(2)? == lives("rep") && row.maybe_text(3)? == lives("pool"), || format!("with {:?}, life {life}", row.0))?;
    }
    let (due, running) = (row.maybe_int(6)?, clocks_of(&life)?);
    ensure(due == running.iter().map(|(_, due)| *due).min(), || format!("due {due:?}, in its life {running:?}"))?;
    for (at, decision) in decisions.iter().enumerate() {
        ensure(usize::try_from(decision.int(1)?) == Ok(at + 1), || format!("decision {at} is numbered {:?}", decision.0.get(1)))?;
    }
    ensure(usize::try_from(row.int(4)?) == Ok(decisions.len()), || format!("{:?} decisions, {} rows", row.0.get(4), decisions.len()))?;
    let open: Vec<&&Row> = decisions.iter().filter(|row| row.int(6) == Ok(1)).collect();
    let counted = has && life.get("kept").and_then(Value::as_bool) != Some(true);
    ensure(open.len() == usize::from(counted), || format!("{stage} (counted: {counted}) with {} open decisions", open.len()))?;
    if let Some(open) = open.first() {
        let at = lives("at").map_or(Ok(0), micros)?;
        let same = open.maybe_text(2)? == lives("rep") && open.int(4)? == at && open.int(5)? == 1;
        ensure(same, || format!("the open decision {:?} is not the life's: {life}", open.0))?;
    }
    Ok(())
}

/// The clocks that run in a life: what for, and when they are due.
///
/// # Errors
/// When it holds what is no moment.
pub(super) fn clocks_of(life: &Value) -> Checked<Vec<(String, i64)>> {
    let mut clocks = Vec::new();
    for clock in life.get("clocks").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| clock.get(key).and_then(Value::as_str).unwrap_or_default();
        clocks.push((text("kind").to_owned(), micros(text("due"))?));
    }
    Ok(clocks)
}

fn micros(text: &str) -> Checked<i64> {
    text.parse().map(Timestamp::as_microsecond).map_err(|error| Wrong(format!("{text} is no moment: {error}")))
}

/// P2: what is open with each rep is what they have.
///
/// # Errors
/// When it is not.
pub fn counted_once(db: &mut dyn Db) -> Checked {
    let open = ask(db, "select rep, count(*) from decision where ws = $1 and open = 1 group by rep order by rep")?;
    let have = "select rep, count(*) from lead where ws = $1 and stage in ('assigned', 'contacted') \
                and life not like '%\"kept\":true%' group by rep order by rep";
    let have = ask(db, have)?;
    ensure(open == have, || format!("open decisions {open:?}, leads {have:?}"))
}

/// Who was erased is nobody's person, and nothing that anybody wrote of them is left.
///
/// # Errors
/// When something is.
pub fn who_is_erased_is_nowhere(db: &mut dyn Db) -> Checked {
    for (table, left) in [("journal", "t.body like"), ("message", "t.body like"), ("person", "t.lead is not null or t.email like")] {
        let erased =
            format!("select l.id from lead l join {table} t on t.ws = l.ws and t.lead = l.id where l.ws = $1 and l.stage = 'erased'");
        let known = ask(db, &format!("{erased} and ({left} '%{WORDS}%') limit 3"))?;
        ensure(known.is_empty(), || format!("erased, and known to {table}: {known:?}"))?;
    }
    Ok(())
}
