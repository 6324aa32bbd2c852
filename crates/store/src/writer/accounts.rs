//! Accounts: added, replaced and removed one by one or many at a time, while leads go on being matched.

use super::Batch;
use crate::db::DbError;
use crate::journal::{Body, Entry};
use crate::request::{Refused, Reply};
use crate::schema::WORKSPACE;
use crate::tables::ACCOUNT;
use crate::value::{Value, json};
use pointsman_engine::account::Account;
use std::collections::BTreeMap;

type Answer = Result<Result<Reply, Refused>, DbError>;

/// An account in the table: its etag, and its place among all, which breaks ties between equals.
type Known = BTreeMap<Box<str>, (i64, i64)>;

impl Batch<'_> {
    /// Adds or replaces accounts. Of two with one id the last counts.
    pub(super) fn accounts(&mut self, accounts: Vec<Account>, actor: Option<Box<str>>) -> Answer {
        let mut by_id: BTreeMap<Box<str>, usize> = BTreeMap::new();
        let mut given: Vec<Account> = Vec::with_capacity(accounts.len());
        for account in accounts {
            match by_id.get(&account.id).and_then(|at| given.get_mut(*at)) {
                Some(earlier) => *earlier = account,
                None => {
                    by_id.insert(account.id.clone(), given.len());
                    given.push(account);
                }
            }
        }
        let known = self.known_accounts(by_id.into_keys().collect())?;
        Ok(Ok(Reply::Done { etag: self.put_accounts(given, &known, actor)? }))
    }

    /// One account, if it is as the caller saw it.
    pub(super) fn account(&mut self, id: &str, account: Option<Box<Account>>, seen: Option<i64>, actor: Option<Box<str>>) -> Answer {
        let known = self.known_accounts(vec![id.into()])?;
        let etag = known.get(id).map_or(0, |(etag, _)| *etag);
        if seen.is_some_and(|seen| seen != etag) {
            return Ok(Err(Refused::Changed { what: "account", id: id.into() }));
        }
        if let Some(account) = account {
            return Ok(Ok(Reply::Done { etag: self.put_accounts(vec![*account], &known, actor)? }));
        }
        if etag == 0 {
            return Ok(Err(Refused::Missing { what: "account", id: id.into() }));
        }
        self.db.execute("delete from account where ws = $1 and id = $2", vec![WORKSPACE.into(), id.into()])?;
        if let Some(ruling) = self.world.ruling.as_mut() {
            ruling.book.remove_account(id);
        }
        let etag = self.log_accounts(&[], &[id.into()], actor)?;
        Ok(Ok(Reply::Done { etag }))
    }

    fn known_accounts(&mut self, ids: Vec<Box<str>>) -> Result<Known, DbError> {
        let sql = "select id, etag, place from account where ws = $1 and id in (each $2)";
        let rows = self.db.query(sql, &[WORKSPACE.into(), Value::Texts(ids)])?;
        rows.iter().map(|row| Ok((row.text(0)?.into(), (row.int(1)?, row.int(2)?)))).collect()
    }

    fn put_accounts(&mut self, accounts: Vec<Account>, known: &Known, actor: Option<Box<str>>) -> Result<i64, DbError> {
        let last = self.db.query("select coalesce(max(place), 0) from account where ws = $1", &[WORKSPACE.into()])?;
        let mut place = last.first().map_or(Ok(0), |row| row.int(0))?;
        let ids: Vec<Box<str>> = accounts.iter().map(|account| account.id.clone()).collect();
        let etag = self.log_accounts(&ids, &[], actor)?;
        let mut rows = Vec::with_capacity(accounts.len());
        for account in accounts {
            let place = known.get(&account.id).map_or_else(
                || {
                    place += 1;
                    place
                },
                |(_, place)| *place,
            );
            rows.push(vec![
                WORKSPACE.into(),
                account.id.clone().into(),
                place.into(),
                etag.into(),
                label(&account).into(),
                json(&account)?,
            ]);
            if let Some(ruling) = self.world.ruling.as_mut() {
                ruling.book.put_account(&ruling.policy, account);
            }
        }
        self.db.insert(&ACCOUNT, rows)?;
        Ok(etag)
    }

    fn log_accounts(&mut self, put: &[Box<str>], removed: &[Box<str>], actor: Option<Box<str>>) -> Result<i64, DbError> {
        let data = serde_json::json!({ "put": put, "removed": removed });
        self.log(Entry { kind: "accounts".into(), lead: None, rep: None, actor, body: Body { data, ..Body::default() } })
    }
}

/// What text is searched in: the name and the domains.
fn label(account: &Account) -> String {
    let mut label: String = account.name.as_deref().unwrap_or_default().to_lowercase();
    for domain in &account.domains {
        label.push(' ');
        label.push_str(&domain.to_lowercase());
    }
    label
}
