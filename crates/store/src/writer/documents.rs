//! Small things edited by people, alarms, and nodes that say they are alive.

use super::Batch;
use crate::db::DbError;
use crate::journal::{Body, Entry};
use crate::request::{DocumentKind, Refused, Reply};
use crate::schema::WORKSPACE;
use crate::tables::DOCUMENT;
use crate::world::channels;
use jiff::SignedDuration;

/// How long a key makes asking twice safe.
const KEYS_LAST: SignedDuration = SignedDuration::from_hours(72);
/// How long a node that is gone is remembered.
const NODES_LAST: SignedDuration = SignedDuration::from_hours(24);

type Answer = Result<Result<Reply, Refused>, DbError>;

impl Batch<'_> {
    /// Puts or removes a document, if it is as the caller saw it.
    pub(super) fn document(
        &mut self,
        kind: DocumentKind,
        id: &str,
        body: Option<Box<str>>,
        seen: Option<i64>,
        actor: Option<Box<str>>,
    ) -> Answer {
        let args = [WORKSPACE.into(), kind.name().into(), id.into()];
        let rows = self.db.query("select etag from document where ws = $1 and kind = $2 and id = $3", &args)?;
        let etag = rows.first().map_or(Ok(0), |row| row.int(0))?;
        if seen.is_some_and(|seen| seen != etag) {
            return Ok(Err(Refused::Changed { what: kind.name(), id: id.into() }));
        }
        if body.is_none() && etag == 0 {
            return Ok(Err(Refused::Missing { what: kind.name(), id: id.into() }));
        }
        let text = Body::text(format!("{} {id} was {}", kind.name(), if body.is_some() { "put" } else { "removed" }));
        let etag = self.log(Entry { kind: kind.name().into(), lead: None, rep: None, actor, body: text })?;
        match body {
            Some(body) => {
                self.db.insert(&DOCUMENT, vec![vec![WORKSPACE.into(), kind.name().into(), id.into(), etag.into(), body.into()]])?
            }
            None => self.db.execute("delete from document where ws = $1 and kind = $2 and id = $3", args.into())?,
        }
        if kind == DocumentKind::Channel {
            self.world.channels = channels::read(self.db)?;
        }
        Ok(Ok(Reply::Done { etag }))
    }

    /// Notes in the journal what the reconciler found, for everybody who listens.
    pub(super) fn alarm(&mut self, text: Box<str>) -> Answer {
        let kind = if text.is_empty() { "alarm_over" } else { "alarm" };
        let etag = self.log(Entry { kind: kind.into(), lead: None, rep: None, actor: None, body: Body::text(text) })?;
        Ok(Ok(Reply::Done { etag }))
    }

    /// A node says that it is alive, which is no entry of the journal; what nobody needs any more is swept out, and what
    /// comes round by itself is done.
    pub(super) fn alive(&mut self, node: &str, body: &str) -> Answer {
        let sql = "insert into node (ws, id, seen_at, body) values ($1, $2, $3, $4) \
                   on conflict (ws, id) do update set seen_at = excluded.seen_at, body = excluded.body";
        self.db.execute(sql, vec![WORKSPACE.into(), node.into(), self.now.into(), body.into()])?;
        let old = |span: SignedDuration| self.now.saturating_sub(span).unwrap_or(self.now);
        let (keys, nodes) = (old(KEYS_LAST), old(NODES_LAST));
        self.db.execute("delete from idempotency where ws = $1 and at < $2", vec![WORKSPACE.into(), keys.into()])?;
        self.db.execute("delete from node where ws = $1 and seen_at < $2", vec![WORKSPACE.into(), nodes.into()])?;
        self.review_if_due()?;
        Ok(Ok(Reply::Done { etag: self.seq }))
    }
}
