//! What other nodes wrote since this one last looked, read from the journal.

use super::load::policy;
use super::{Head, World, channels, directory};
use crate::db::{Db, DbError};
use crate::journal::Body;
use crate::schema::WORKSPACE;
use pointsman_engine::account::Account;
use std::collections::BTreeSet;

/// With more entries than this, loading everything anew is quicker. So it is, and the only way, where the
/// database is behind this node, which means that it was restored.
const FAR_BEHIND: i64 = 50_000;

/// What the entries of others touched.
#[derive(Default)]
struct Touched {
    people: bool,
    policy: bool,
    channels: bool,
    accounts: BTreeSet<Box<str>>,
    counts: Vec<crate::journal::Count>,
    waiting: BTreeSet<Box<str>>,
}

/// Reads the entries after the world's, and what they touched. Under the workspace's lock.
pub(super) fn read(world: &mut World, db: &mut dyn Db, to: &Head) -> Result<(), DbError> {
    if to.head == world.head {
        return Ok(());
    }
    if to.head < world.head || to.head - world.head > FAR_BEHIND || world.ruling.is_none() {
        *world = super::load::read_all(db)?;
        return Ok(());
    }
    let touched = entries(world.head, db)?;
    apply(world, db, to, touched)?;
    world.head = to.head;
    world.at = to.at;
    Ok(())
}

fn entries(after: i64, db: &mut dyn Db) -> Result<Touched, DbError> {
    let mut touched = Touched::default();
    for row in db.query("select kind, body from journal where ws = $1 and seq > $2 order by seq", &[WORKSPACE.into(), after.into()])? {
        let body: Body = row.json(1)?;
        touched.counts.extend(body.counts);
        match row.text(0)? {
            "rep" | "absence" | "offline" => touched.people = true,
            "policy" => touched.policy = true,
            "channel" => touched.channels = true,
            "accounts" => {
                let lists = ["put", "removed"].iter().filter_map(|key| body.data.get(*key)?.as_array());
                touched.accounts.extend(lists.flatten().filter_map(|id| id.as_str().map(Into::into)));
            }
            "held" => touched.waiting.extend(body.data.get("pool").and_then(serde_json::Value::as_str).map(Into::into)),
            _ => {}
        }
    }
    Ok(touched)
}

fn apply(world: &mut World, db: &mut dyn Db, to: &Head, touched: Touched) -> Result<(), DbError> {
    let waiting: BTreeSet<Box<str>> = world.waiting.drain(..).chain(touched.waiting).collect();
    world.waiting = waiting.into_iter().collect();
    if touched.channels {
        world.channels = channels::read(db)?;
    }
    let Some(ruling) = world.ruling.as_mut() else { return Ok(()) };
    if let Some(version) = to.policy.as_deref().filter(|_| touched.policy) {
        ruling.set_policy(policy(db, version)?);
    }
    if touched.people {
        ruling.set_directory(directory::read(db)?);
        world.directory_stored = false;
    }
    accounts(ruling, db, touched.accounts)?;
    if touched.policy || touched.people {
        ruling.recount(db, to.at)?;
    } else {
        for count in &touched.counts {
            ruling.count(count);
        }
    }
    // Binding policy or people anew rounds balances, which whoever changed them may not have done: all are read again.
    let after = if touched.policy || touched.people { 0 } else { world.head };
    for row in db.query("select pool, body from rotation where ws = $1 and seq > $2", &[WORKSPACE.into(), after.into()])? {
        ruling.load_rotation(row.text(0)?, &row.json(1)?)?;
    }
    ruling.standing.set_last_turn(to.turn);
    Ok(())
}

fn accounts(ruling: &mut super::Ruling, db: &mut dyn Db, ids: BTreeSet<Box<str>>) -> Result<(), DbError> {
    let mut gone = ids.clone();
    let ids: Vec<Box<str>> = ids.into_iter().collect();
    for piece in ids.chunks(1000) {
        let sql = "select id, body from account where ws = $1 and id in (each $2) order by place";
        for row in db.query(sql, &[WORKSPACE.into(), piece.to_vec().into()])? {
            gone.remove(row.text(0)?);
            let account: Account = row.json(1)?;
            ruling.book.put_account(&ruling.policy, account);
        }
    }
    for id in gone {
        ruling.book.remove_account(&id);
    }
    Ok(())
}
