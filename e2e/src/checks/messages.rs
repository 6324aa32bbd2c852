//! Every message was delivered, or can be seen: everybody who got a lead is told, and what is said to be sent was
//! received.

use pointsman_store::db::{Db, DbError};
use pointsman_store::schema::WORKSPACE;
use pointsman_testkit::webhook::Receiver;
use std::collections::{BTreeMap, BTreeSet};

pub fn all(db: &mut dyn Db, receiver: &Receiver, found: &mut Vec<String>) -> Result<String, DbError> {
    told(db, found)?;
    heard(db, found)?;
    let received: BTreeSet<String> = receiver.got().into_iter().map(|hook| hook.id).collect();
    let sent = db.query("select id from message where ws = $1 and channel = 'programs' and state = 'sent'", &[WORKSPACE.into()])?;
    for row in &sent {
        if !received.contains(row.text(0)?) {
            found.push(format!("message {} is said to be sent, and was not received", row.text(0)?));
        }
    }
    found.extend(receiver.complaints().into_iter().map(|complaint| format!("the receiver of webhooks: {complaint}")));
    let states = db.query("select state, count(*) from message where ws = $1 group by state order by state", &[WORKSPACE.into()])?;
    let mut said = Vec::new();
    for row in &states {
        if !["pending", "sending", "sent", "dead", "cancelled"].contains(&row.text(0)?) {
            found.push(format!("messages are `{}`, which nobody knows", row.text(0)?));
        }
        said.push(format!("{} {}", row.int(1)?, row.text(0)?));
    }
    Ok(format!("messages: {}", said.join(" ")))
}

/// For each time a lead was given to a rep there is a message to them; there may be one for each time it was kept with
/// them, where nobody had it before.
fn told(db: &mut dyn Db, found: &mut Vec<String>) -> Result<(), DbError> {
    let given = "select lead, rep, sum(case outcome when 'kept' then 0 else 1 end), count(*) from decision \
                 where ws = $1 and outcome in ('assigned', 'by_hand', 'kept') and rep is not null group by lead, rep";
    let told = "select lead, recipient, count(*) from message where ws = $1 and kind = 'assigned' group by lead, recipient";
    let mut messages: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in db.query(told, &[WORKSPACE.into()])? {
        messages.insert((row.text(0)?.into(), row.maybe_text(1)?.unwrap_or_default().into()), row.int(2)?);
    }
    for row in db.query(given, &[WORKSPACE.into()])? {
        let (lead, rep, times) = (row.text(0)?, row.text(1)?, row.int(2)?);
        let said = messages.get(&(lead.to_owned(), rep.to_owned())).copied().unwrap_or(0);
        if said < times || said > row.int(3)? {
            found.push(format!("lead {lead} was given to {rep} {times} times, and they were told {said} times"));
        }
    }
    Ok(())
}

/// Each event that programs asked for is one message to them.
fn heard(db: &mut dyn Db, found: &mut Vec<String>) -> Result<(), DbError> {
    let number = |db: &mut dyn Db, sql: &str| db.query(sql, &[WORKSPACE.into()])?.first().map_or(Ok(0), |row| row.int(0));
    let happened = number(db, "select count(*) from journal where ws = $1 and kind in ('suppressed', 'not_routed')")?;
    let said = number(db, "select count(*) from message where ws = $1 and channel = 'programs'")?;
    if happened != said {
        found.push(format!("{happened} events happened that programs asked for, and {said} messages tell of them"));
    }
    Ok(())
}
