//! No clock fired twice, and none before its time; no cap was passed.

use jiff::Timestamp;
use pointsman_store::db::{Db, DbError};
use pointsman_store::schema::WORKSPACE;
use serde_json::Value;
use std::collections::BTreeMap;

/// What clocks do. The policy has one reminder and one escalation per promise, so that each happens at most once
/// between two moments at which the lead was placed.
const FIRED: [&str; 6] = ["reminded", "breached", "hold_over", "not_routed", "escalated", "taken_away"];

/// Places a lead: its clocks begin anew.
const PLACED: [&str; 9] = ["assigned", "kept", "queued", "held", "suppressed", "claimed", "requeued", "came_again", "reassigned"];

pub fn all(db: &mut dyn Db, found: &mut Vec<String>) -> Result<String, DbError> {
    let rows = db.query("select lead, kind, at, body from journal where ws = $1 and lead is not null order by seq", &[WORKSPACE.into()])?;
    let mut since: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut fired, mut latest) = (0, 0);
    for row in &rows {
        let (lead, kind, at) = (row.text(0)?, row.text(1)?, row.moment(2)?);
        if PLACED.contains(&kind) {
            since.remove(lead);
        } else if FIRED.contains(&kind) {
            fired += 1;
            let seen = since.entry(lead.to_owned()).or_default();
            if seen.iter().any(|known| known == kind) {
                found.push(format!("lead {lead}: `{kind}` came twice from one clock, the second time at {at}"));
            }
            seen.push(kind.to_owned());
            if kind == "breached"
                && let Some(due) = promised(&row.json(3)?)
            {
                let late = at.as_millisecond() - due.as_millisecond();
                latest = latest.max(late);
                if late < 0 {
                    found.push(format!("lead {lead}: the promise was broken at {at}, before its time {due}"));
                }
            }
        }
    }
    capped(db, found)?;
    Ok(format!("{fired} clocks fired (the latest {latest} ms late)"))
}

fn promised(body: &Value) -> Option<Timestamp> {
    body.get("data")?.get("contact_by")?.as_str()?.parse().ok()
}

/// As many as the pool `scarce` gives to each of its members.
const CAP: i64 = 40;

fn capped(db: &mut dyn Db, found: &mut Vec<String>) -> Result<(), DbError> {
    let sql = "select rep, count(*) from decision where ws = $1 and pool = 'scarce' and counts = 1 group by rep";
    for row in db.query(sql, &[WORKSPACE.into()])? {
        if row.int(1)? > CAP {
            found.push(format!("{} has {} of the {CAP} leads that the pool allows", row.text(0)?, row.int(1)?));
        }
    }
    Ok(())
}
