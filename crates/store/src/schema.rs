//! The tables, and how an older database becomes one of today.
//!
//! Every key begins with the workspace, so that a database which spreads by key can spread workspaces. What
//! is asked for often is a column; everything else is JSON in `body`, `life` or `fields`.

use crate::db::{Db, DbError};
use crate::value::Value;

/// The workspace a node serves. There is one; the column is there for those who will have several.
pub const WORKSPACE: i64 = 1;

/// Step by step from nothing to today. A step that has run anywhere is never changed again.
const STEPS: &[&str] = &[FIRST, PERSON_LEAD, LEAD_DUE];

/// Who is forgotten is found by their lead, under whatever address they had.
const PERSON_LEAD: &str = "create index person_lead on person (ws, lead)";

/// The clocks of a lead are in its life; only when the first of them is due is looked for. A table of them all was a fifth of
/// what SQLite wrote for a lead.
const LEAD_DUE: &str = "
alter table lead add column due bigint;
update lead set due = (select min(c.due) from clock c where c.ws = lead.ws and c.lead = lead.id)
    where exists (select 1 from clock c where c.ws = lead.ws and c.lead = lead.id);
create index lead_due on lead (ws, due, id) where due is not null;
drop table clock;
";

const FIRST: &str = "
-- One row: the lock of the workspace, its last journal entry, how many leads it took in, and the policy in force.
create table workspace (
    ws bigint primary key, head bigint not null, at bigint not null, turn bigint not null,
    received bigint not null, policy text
);

-- What happened, in order. The story of a lead is its entries.
create table journal (
    ws bigint not null, seq bigint not null, at bigint not null, kind text not null,
    lead text, rep text, actor text, body text not null,
    primary key (ws, seq)
);
create index journal_lead on journal (ws, lead, seq) where lead is not null;
create index journal_missed on journal (ws, rep, at) where kind = 'missed';

create table lead (
    ws bigint not null, id text not null, seq bigint not null,
    received_at bigint not null, created_at bigint not null,
    person text, stage text not null, rep text, pool text, queue text, rule text, sla text, account text,
    contact_by bigint, contacted_at bigint, breached_at bigint, waiting_since bigint,
    decisions bigint not null, outcome text not null, reason text not null, label text not null,
    fields text not null, life text not null,
    primary key (ws, id)
);
create index lead_received on lead (ws, received_at, id);
create index lead_stage on lead (ws, stage, received_at, id);
create index lead_rep on lead (ws, rep, stage, received_at, id) where rep is not null;
create index lead_waiting on lead (ws, pool, waiting_since, id) where waiting_since is not null;

-- What was decided for a lead, the n-th time; `body` holds everything needed to derive it again.
-- `counts`: it stands in the caps' counts; `open`: the rep has the lead by it and has not closed it.
create table decision (
    ws bigint not null, lead text not null, n bigint not null, seq bigint not null, at bigint not null,
    outcome text not null, rule text, rep text, pool text, turn bigint not null,
    policy text not null, directory text not null,
    counts bigint not null, open bigint not null, body text not null,
    primary key (ws, lead, n)
);
create index decision_at on decision (ws, at, lead, n);
create index decision_counts on decision (ws, at) where counts = 1 or open = 1;

-- Clocks that run, as the lives of the leads say. One that fires or stops is deleted.
create table clock (
    ws bigint not null, lead text not null, kind text not null, due bigint not null,
    primary key (ws, lead, kind)
);
create index clock_due on clock (ws, due, lead, kind);

-- The outbox.
create table message (
    ws bigint not null, id text not null, lead text, channel text not null, recipient text,
    kind text not null, state text not null, attempts bigint not null, next_at bigint not null,
    claimed_by text, reason text, external text, created_at bigint not null, sent_at bigint, body text not null,
    primary key (ws, id)
);
create index message_due on message (ws, next_at, id) where state = 'pending' or state = 'sending';
create index message_lead on message (ws, lead, id) where lead is not null;
create index message_state on message (ws, state, id);

-- Who had a person, or a company in a pool, last.
create table person (ws bigint not null, email text not null, rep text not null, lead text not null, at bigint not null, primary key (ws, email));
create table company (ws bigint not null, pool text not null, company text not null, rep text not null, at bigint not null, primary key (ws, pool, company));

-- Where the rotations stand: of each pool its members' balances, as JSON, and the entry that last moved them.
create table rotation (ws bigint not null, pool text not null, seq bigint not null, body text not null, primary key (ws, pool));

create table rep (ws bigint not null, email text not null, place bigint not null, etag bigint not null, body text not null, primary key (ws, email));
create table absence (
    ws bigint not null, id text not null, rep text not null, from_at bigint not null, until_at bigint not null,
    kind text not null, reason text, actor text, primary key (ws, id)
);
create index absence_rep on absence (ws, rep, from_at);
create table grant_entry (
    ws bigint not null, id text not null, pool text not null, rep text not null, thousandths bigint not null,
    reason text not null, actor text, at bigint not null, primary key (ws, id)
);
-- Reps and absences as they once were: what a stored decision was made under.
create table directory (ws bigint not null, version text not null, at bigint not null, body text not null, primary key (ws, version));
create table account (ws bigint not null, id text not null, place bigint not null, etag bigint not null, label text not null, body text not null, primary key (ws, id));
create index account_place on account (ws, place);
create table policy (
    ws bigint not null, version text not null, at bigint not null, name text not null, actor text, note text, files text not null,
    primary key (ws, version)
);
-- Drafts, tokens, channels: small things edited by people, each with a counter that tells one state from the next.
create table document (ws bigint not null, kind text not null, id text not null, etag bigint not null, body text not null, primary key (ws, kind, id));
create table idempotency (ws bigint not null, key text not null, fingerprint text not null, at bigint not null, answer text not null, primary key (ws, key));
create index idempotency_at on idempotency (ws, at);
create table node (ws bigint not null, id text not null, seen_at bigint not null, body text not null, primary key (ws, id));
";

/// Brings the database up to date. Several nodes may do so at once: each step runs once.
///
/// # Errors
/// When a step fails (nothing of it stays), or the database was made by a newer program than this.
pub fn migrate(db: &mut dyn Db) -> Result<(), DbError> {
    if db.is_shared() {
        // Makes nodes that start together wait for each other; any number will do, if it is always the same.
        db.script("set lock_timeout = 0; select pg_advisory_lock(7046029254)")?;
    }
    let done = steps(db);
    if db.is_shared() {
        db.script("select pg_advisory_unlock(7046029254); set lock_timeout = '20s'")?;
    }
    done
}

fn steps(db: &mut dyn Db) -> Result<(), DbError> {
    db.script("create table if not exists migration (step bigint primary key)")?;
    let done = db.query("select coalesce(max(step), 0) from migration", &[])?.first().map_or(Ok(0), |row| row.int(0))?;
    let done = usize::try_from(done).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(DbError::shape(format!(
            "this database is of a newer Pointsman (step {done}; this one knows {}): start that version, or restore a backup",
            STEPS.len()
        )));
    }
    for (step, sql) in STEPS.iter().enumerate().skip(done) {
        db.begin()?;
        let ran = run(db, step, sql);
        if ran.is_err() {
            db.rollback();
        }
        ran?;
    }
    Ok(())
}

fn run(db: &mut dyn Db, step: usize, sql: &str) -> Result<(), DbError> {
    db.script(sql)?;
    db.execute("insert into migration (step) values ($1)", vec![Value::from(step + 1)])?;
    if step == 0 {
        db.execute("insert into workspace (ws, head, at, turn, received) values ($1, 0, 0, 0, 0)", vec![WORKSPACE.into()])?;
    }
    db.commit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::Sqlite;

    #[test]
    fn clocks_of_an_older_database_still_fire() {
        let folder = tempfile::tempdir().unwrap();
        let mut db = Sqlite::writer(&folder.path().join("old.db")).unwrap();
        db.script("create table migration (step bigint primary key)").unwrap();
        for (step, sql) in STEPS.iter().enumerate().take(2) {
            db.begin().unwrap();
            run(&mut db, step, sql).unwrap();
        }
        let lead = |id: &str| {
            format!(
                "insert into lead (ws, id, seq, received_at, created_at, stage, decisions, outcome, reason, label, fields, life) \
                 values (1, '{id}', 1, 0, 0, 'assigned', 1, 'assigned', '', '', '{{}}', '{{}}')"
            )
        };
        for sql in [&lead("one"), &lead("two"), "insert into clock values (1, 'one', 'contact', 20), (1, 'one', 'remind-1', 10)"] {
            db.script(sql).unwrap();
        }
        migrate(&mut db).unwrap();
        let due = db.query("select due from lead where ws = $1 order by id", &[WORKSPACE.into()]).unwrap();
        assert_eq!(due.iter().map(|row| row.maybe_int(0).unwrap()).collect::<Vec<_>>(), [Some(10), None]);
        migrate(&mut db).unwrap();
    }
}
