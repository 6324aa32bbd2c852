//! A policy goes in force: a new version, or an earlier one again.

use super::Batch;
use crate::db::DbError;
use crate::journal::{Body, Entry};
use crate::request::{Refused, Reply};
use crate::schema::WORKSPACE;
use crate::world::{self, Ruling};
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::diagnostic::Severity;
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;

type Answer = Result<Result<Reply, Refused>, DbError>;

impl Batch<'_> {
    /// Publishes files. What cannot be read is refused; the rest of the checks were the caller's.
    pub(super) fn publish(&mut self, files: &Sources, note: Option<Box<str>>, seen: Option<Box<str>>, actor: Option<Box<str>>) -> Answer {
        let in_force = self.world.ruling.as_ref().map(|ruling| ruling.policy.version.clone());
        if seen.is_some() && seen != in_force {
            return Ok(Err(Refused::Changed { what: "the policy in force,", id: in_force.unwrap_or_else(|| "none".into()) }));
        }
        let policy = match readable(files) {
            Ok(policy) => policy,
            Err(why) => return Ok(Err(Refused::BadPolicy(why))),
        };
        let version = policy.version.clone();
        let sql = "insert into policy (ws, version, at, name, actor, note, files) values ($1, $2, $3, $4, $5, $6, $7) on conflict (ws, version) do nothing";
        let args = [
            WORKSPACE.into(),
            (&*version).into(),
            self.now.into(),
            (&*policy.name).into(),
            actor.clone().into(),
            note.clone().into(),
            crate::value::json(&files.files)?,
        ];
        self.db.execute(sql, args.into())?;
        self.put_in_force(policy, "published", note, actor)?;
        Ok(Ok(Reply::Published { version }))
    }

    /// Puts an earlier version in force again.
    pub(super) fn rollback(&mut self, version: &str, actor: Option<Box<str>>) -> Answer {
        let Some(files) = world::files_of(self.db, version)? else {
            return Ok(Err(Refused::Missing { what: "policy version", id: version.into() }));
        };
        let policy = match readable(&files) {
            Ok(policy) => policy,
            Err(why) => return Ok(Err(Refused::BadPolicy(why))),
        };
        self.put_in_force(policy, "rolled_back", None, actor)?;
        Ok(Ok(Reply::Published { version: version.into() }))
    }

    fn put_in_force(&mut self, policy: Policy, how: &str, note: Option<Box<str>>, actor: Option<Box<str>>) -> Result<(), DbError> {
        let version = policy.version.clone();
        let text = format!("version {version} is in force{}", note.map_or_else(String::new, |note| format!(": {note}")));
        let data = serde_json::json!({ "how": how, "version": version });
        let body = Body { text: text.into(), data, ..Body::default() };
        self.log(Entry { kind: "policy".into(), lead: None, rep: None, actor, body })?;
        match self.world.ruling.as_mut() {
            Some(ruling) => ruling.set_policy(policy),
            None => self.world.ruling = Some(Ruling::begin(policy, self.db)?),
        }
        // Pools that are gone take their balances with them: should they come back, everybody starts level.
        self.db.execute("delete from rotation where ws = $1", vec![WORKSPACE.into()])?;
        if let Some(ruling) = &self.world.ruling {
            self.moved = ruling.policy.pools.iter().map(|pool| pool.name.clone()).collect();
        }
        self.recount()?;
        self.world.directory_stored = false;
        self.policy = Some(version);
        Ok(())
    }
}

fn readable(files: &Sources) -> Result<Policy, String> {
    let checked = read(files);
    let first = checked.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
    checked.policy.ok_or_else(|| {
        first.map_or_else(
            || "it cannot be read".to_owned(),
            |diagnostic| format!("{}:{}: {}", diagnostic.place.file, diagnostic.place.line, diagnostic.message),
        )
    })
}
