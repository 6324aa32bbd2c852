//! Pools: members with their balances, and who is next.

use crate::app::Shared;
use crate::http::extract::Path;
use crate::problem::{AnyProblem, Problem};
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use pointsman_engine::pool_view::PoolView;
use pointsman_store::world::World;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A pool as it stands now.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PoolAnswer {
    /// Its name.
    pub pool: String,
    /// `rotation`, `least_loaded` or `in_order`.
    pub share: String,
    /// Who gets the next lead that asks nothing special of them; nobody: nobody can.
    pub next: Option<String>,
    /// Its members, in the policy's order: `rep, weight, balance` (leads due, in thousandths), `last_turn, open,
    /// verdict` (whether they could take a lead now, and why not).
    #[schema(value_type = Vec<Object>)]
    pub members: Value,
}

fn views(world: &World, now: Timestamp, only: Option<&str>) -> Option<Vec<Value>> {
    let ruling = world.ruling()?;
    let pools = match only {
        Some(name) => vec![ruling.policy.pool_named(name)?],
        None => ruling.policy.pools.iter().filter_map(|pool| ruling.policy.pool_named(&pool.name)).collect(),
    };
    let view = |pool| serde_json::to_value(PoolView::of(&ruling.policy, &ruling.book, &ruling.standing, pool, now)).unwrap_or_default();
    Some(pools.into_iter().map(view).collect())
}

fn answer(view: Value) -> Result<PoolAnswer, Problem> {
    serde_json::from_value(view).map_err(Problem::ours)
}

/// Lists the pools of the policy in force, with members, balances and who is next
#[utoipa::path(get, path = "/v1/pools", tag = "pools", security(("token" = ["leads:read"])),
    responses((status = 200, description = "The pools; none without a policy", body = Vec<PoolAnswer>), AnyProblem))]
pub async fn list(State(app): State<Shared>) -> Result<Json<Vec<PoolAnswer>>, Problem> {
    let now = Timestamp::now();
    let views = app.writing.look(move |world| views(world, now, None)).await?;
    Ok(Json(views.unwrap_or_default().into_iter().map(answer).collect::<Result<_, _>>()?))
}

/// Shows a pool: members, balances, who is next
#[utoipa::path(get, path = "/v1/pools/{pool}", tag = "pools", security(("token" = ["leads:read"])), params(("pool" = String, Path, description = "The pool")),
    responses((status = 200, description = "The pool", body = PoolAnswer), AnyProblem))]
pub async fn one(State(app): State<Shared>, Path(pool): Path<String>) -> Result<Json<PoolAnswer>, Problem> {
    let (now, asked) = (Timestamp::now(), pool.clone());
    let views = app.writing.look(move |world| views(world, now, Some(&asked))).await?;
    let view = views.and_then(|views| views.into_iter().next()).ok_or_else(|| Problem::not_found("pool", pool))?;
    Ok(Json(answer(view)?))
}
