//! Channels, from the tables: what the writer must know of them.

use super::ChannelFacts;
use crate::db::{Db, DbError};
use crate::schema::WORKSPACE;

/// The channels there are, by name.
pub(crate) fn read(db: &mut dyn Db) -> Result<Vec<ChannelFacts>, DbError> {
    let rows = db.query("select id, body from document where ws = $1 and kind = 'channel' order by id", &[WORKSPACE.into()])?;
    rows.iter().map(|row| Ok(ChannelFacts { name: row.text(0)?.into(), ..row.json(1)? })).collect()
}
