//! The bare store: the rows that a server wrote, written again into an empty database of the same kind on the same
//! disk, through the same driver, as many leads to a transaction, and nothing else done.

use crate::{Result, Subject};
use pointsman_store::db::{Db, Insert, Type};
use pointsman_store::place::Place;
use pointsman_store::schema::{self, WORKSPACE};
use pointsman_store::value::Value;
use std::collections::BTreeMap;
use std::time::Instant;

/// Leads to a transaction: what the server makes of a batch.
const TOGETHER: usize = 500;

const INT: &[&str] = &[
    "ws", "seq", "at", "received_at", "created_at", "contact_by", "contacted_at", "breached_at", "waiting_since", "decisions", "n", "turn",
    "counts", "open", "due", "attempts", "next_at", "sent_at",
];

/// Tables that leads are written to: their columns, what names the lead, and what happens to a row that is there.
const TABLES: [(&str, &str, &str, &str); 5] = [
    (
        "lead",
        "ws, id, seq, received_at, created_at, person, stage, rep, pool, queue, rule, sla, account, contact_by, contacted_at, breached_at, \
         waiting_since, decisions, outcome, reason, label, fields, life, due",
        "id",
        "on conflict (ws, id) do update set stage = excluded.stage, rep = excluded.rep, life = excluded.life",
    ),
    ("decision", "ws, lead, n, seq, at, outcome, rule, rep, pool, turn, policy, directory, counts, open, body", "lead", ""),
    ("message", "ws, id, lead, channel, recipient, kind, state, attempts, next_at, reason, created_at, body", "lead", ""),
    ("journal", "ws, seq, at, kind, lead, rep, actor, body", "lead", ""),
    ("person", "ws, email, rep, lead, at", "lead", "on conflict (ws, email) do update set rep = excluded.rep, lead = excluded.lead, at = excluded.at"),
];

/// The number of the last journal entry.
pub fn head(place: &Place) -> Result<i64> {
    let mut db = place.reader()?;
    Ok(db.query("select head from workspace where ws = $1", &[WORKSPACE.into()])?.first().map_or(Ok(0), |row| row.int(0))?)
}

/// Leads per second of the rows written since a journal entry.
pub fn measure(subject: &Subject, since: i64, first: bool) -> Result<f64> {
    let batches = rows(&mut *subject.place.reader()?, since)?;
    let bare = BARE.with(|bare| bare.borrow_mut().take());
    let place = match bare {
        Some(place) if !first => place,
        _ => subject.beside()?,
    };
    let mut db = place.writer()?;
    if first {
        schema::migrate(&mut *db)?;
    }
    let leads: usize = batches.iter().map(|batch| batch.leads).sum();
    let began = Instant::now();
    for batch in batches {
        db.begin()?;
        for (insert, rows) in batch.tables {
            db.insert(&insert, rows)?;
        }
        db.execute("update workspace set head = head + 1, received = received + $1 where ws = $2", vec![batch.leads.into(), WORKSPACE.into()])?;
        db.commit()?;
    }
    let rate = leads as f64 / began.elapsed().as_secs_f64();
    BARE.with(|bare| bare.replace(Some(place)));
    Ok(rate)
}

thread_local! {
    /// The database that the rows go to: the same one in all turns, so that it grows as the server's does.
    static BARE: std::cell::RefCell<Option<Place>> = const { std::cell::RefCell::new(None) };
}

/// What becomes true together.
struct Batch {
    leads: usize,
    tables: Vec<(Insert, Vec<Vec<Value>>)>,
}

fn rows(db: &mut dyn Db, since: i64) -> Result<Vec<Batch>> {
    let ids = db.query("select id, seq from lead where ws = $1 and seq > $2 order by seq", &[WORKSPACE.into(), since.into()])?;
    let batch_of: BTreeMap<String, usize> = ids.iter().enumerate().map(|(at, row)| Ok((row.text(0)?.to_owned(), at / TOGETHER))).collect::<Result<_>>()?;
    let count = ids.len().div_ceil(TOGETHER);
    let mut batches: Vec<Batch> = (0..count).map(|at| Batch { leads: TOGETHER.min(ids.len() - at * TOGETHER), tables: Vec::new() }).collect();
    for (table, columns, names, conflict) in TABLES {
        let insert = insert(table, columns, conflict);
        let mut split: Vec<Vec<Vec<Value>>> = (0..count).map(|_| Vec::new()).collect();
        let named = insert.columns.iter().position(|(column, _)| *column == names).ok_or("a table without its lead")?;
        for row in db.query(&format!("select {columns} from {table} where ws = $1 and {names} is not null"), &[WORKSPACE.into()])? {
            let values: Vec<Value> = (0..insert.columns.len()).map(|at| value(&row, at, insert.columns[at].1)).collect::<Result<_>>()?;
            if let Some(batch) = batch_of.get(row.text(named)?) {
                split[*batch].push(values);
            }
        }
        for (batch, rows) in batches.iter_mut().zip(split) {
            batch.tables.push((insert, rows));
        }
    }
    Ok(batches)
}

fn value(row: &pointsman_store::value::Row, at: usize, kind: Type) -> Result<Value> {
    Ok(match kind {
        Type::Int => row.maybe_int(at)?.into(),
        Type::Text => row.maybe_text(at)?.into(),
    })
}

/// The driver takes tables that live as long as the program.
fn insert(table: &'static str, columns: &'static str, conflict: &'static str) -> Insert {
    let columns: Vec<(&'static str, Type)> =
        columns.split(',').map(str::trim).map(|name| (name, if INT.contains(&name) { Type::Int } else { Type::Text })).collect();
    Insert { table, columns: Box::leak(columns.into_boxed_slice()), conflict }
}
