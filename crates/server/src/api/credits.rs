//! Credits and debits: what a manager grants a member of a pool, with a reason, in a ledger.

use crate::app::Shared;
use crate::http::extract::{Path, Query};
use crate::http::page::{Page, Paging};
use crate::http::posted::Posted;
use crate::problem::{AnyProblem, ChangeProblem, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use pointsman_store::read::people::{self, StoredGrant};
use pointsman_store::request::What;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A credit (more leads) or a debit (fewer).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Credit {
    /// `grant_...`
    pub id: String,
    /// Which pool.
    pub pool: String,
    /// Which member.
    pub rep: String,
    /// How many leads; negative: a debit.
    pub leads: f64,
    /// Why.
    pub reason: String,
    /// Who granted it.
    pub actor: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl From<StoredGrant> for Credit {
    fn from(stored: StoredGrant) -> Self {
        let StoredGrant { id, pool, rep, thousandths, reason, actor, at } = stored;
        Self { id, pool, rep, leads: thousandths as f64 / 1000.0, reason, actor, at }
    }
}

/// A new credit or debit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCredit {
    /// The member.
    pub rep: String,
    /// How many leads more; negative: fewer. To the thousandth of a lead.
    #[schema(minimum = -1000, maximum = 1000)]
    pub leads: f64,
    /// Why. It stands in the ledger.
    #[schema(min_length = 1)]
    pub reason: String,
}

/// Lists what was granted in a pool, the last first
#[utoipa::path(get, path = "/v1/pools/{pool}/credits", tag = "pools", security(("token" = ["leads:read"])), params(("pool" = String, Path, description = "The pool"), Paging),
    responses((status = 200, description = "A page", body = Page<Credit>), AnyProblem))]
pub async fn list(
    State(app): State<Shared>,
    Path(pool): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Credit>>, Problem> {
    let (limit, after) = (paging.limit()?, paging.after::<(Timestamp, String)>()?);
    let found = app.reading.ask(move |db| people::grants(db, &pool, after.clone(), limit + 1)).await?;
    Ok(Json(Page::of(found, limit, |grant| (grant.at, grant.id.clone())).map(Credit::from)))
}

/// Grants a member of a pool a credit or a debit
///
/// The other members bear it by their weights, so that nobody gets more than their share because of it.
#[utoipa::path(post, path = "/v1/pools/{pool}/credits", tag = "pools", security(("token" = ["directory"])),
    params(("pool" = String, Path, description = "The pool"), ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it twice safe")),
    request_body = NewCredit, responses((status = 201, description = "Granted", body = Credit), ChangeProblem))]
pub async fn grant(
    State(app): State<Shared>,
    Path(pool): Path<String>,
    posted: Posted<NewCredit>,
) -> Result<(StatusCode, Json<Credit>), Problem> {
    let NewCredit { rep, leads, reason } = posted.value;
    // `as` saturates: what is too large stays too large, and the store refuses it.
    let thousandths = (leads * 1000.0).round() as i64;
    if reason.trim().is_empty() {
        return Err(Problem::invalid("reason: the ledger needs one"));
    }
    let id = posted.sender.new_id("grant");
    let what = What::Grant {
        id: id.as_str().into(),
        pool: pool.as_str().into(),
        rep: rep.as_str().into(),
        thousandths,
        reason: reason.as_str().into(),
    };
    app.writing.ask(posted.sender.asks(what)).await?;
    // As stored: a key that came before gives the grant of then.
    let stored = app.reading.ask(move |db| people::grant_of(db, &id)).await?.ok_or(Problem::Ours)?;
    Ok((StatusCode::CREATED, Json(stored.into())))
}
