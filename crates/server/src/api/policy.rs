//! The policy: what is in force, its versions, publishing and rolling back.

use super::draft::{self, Findings, People};
use crate::app::Shared;
use crate::http::extract::{Path, Query};
use crate::http::page::{Page, Paging};
use crate::http::posted::Posted;
use crate::problem::{AnyProblem, ChangeProblem, Problem};
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use pointsman_store::read::policies::{self, Version};
use pointsman_store::request::{Reply, What};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A version of the policy.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct VersionLine {
    /// Its name: a hash of its content.
    pub version: String,
    /// When it went in force first.
    pub at: Timestamp,
    /// The policy's name.
    pub name: String,
    /// Who published it.
    pub actor: Option<String>,
    /// What they said of it.
    pub note: Option<String>,
}

impl From<Version> for VersionLine {
    fn from(version: Version) -> Self {
        let Version { version, at, name, actor, note } = version;
        Self { version, at, name, actor, note }
    }
}

/// A version with its files.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct VersionAnswer {
    /// The version.
    #[serde(flatten)]
    pub version: VersionLine,
    /// Its files: path to text.
    pub files: BTreeMap<String, String>,
}

async fn find(app: &Shared, version: String) -> Result<VersionAnswer, Problem> {
    let asked = version.clone();
    let found = app.reading.ask(move |db| policies::one(db, &asked)).await?;
    let (version, sources) = found.ok_or_else(|| Problem::not_found("policy version", version))?;
    Ok(VersionAnswer { version: version.into(), files: sources.files })
}

/// Shows the policy in force
#[utoipa::path(get, path = "/v1/policy", tag = "policy", security(("token" = ["policy"])),
    responses((status = 200, description = "The version in force, with its files", body = VersionAnswer), AnyProblem))]
pub async fn in_force(State(app): State<Shared>) -> Result<Json<VersionAnswer>, Problem> {
    let version = app.reading.ask(policies::in_force).await?.ok_or_else(|| Problem::not_found("policy", "in force"))?;
    find(&app, version).await.map(Json)
}

/// Lists versions, the last published first
#[utoipa::path(get, path = "/v1/policy/versions", tag = "policy", security(("token" = ["policy"])), params(Paging),
    responses((status = 200, description = "A page", body = Page<VersionLine>), AnyProblem))]
pub async fn versions(State(app): State<Shared>, Query(paging): Query<Paging>) -> Result<Json<Page<VersionLine>>, Problem> {
    let (limit, after) = (paging.limit()?, paging.after::<(Timestamp, String)>()?);
    let found = app.reading.ask(move |db| policies::versions(db, after.clone(), limit + 1)).await?;
    Ok(Json(Page::of(found, limit, |version| (version.at, version.version.clone())).map(VersionLine::from)))
}

/// Shows a version with its files
#[utoipa::path(get, path = "/v1/policy/versions/{version}", tag = "policy", security(("token" = ["policy"])), params(("version" = String, Path, description = "The version")),
    responses((status = 200, description = "The version", body = VersionAnswer), AnyProblem))]
pub async fn version(State(app): State<Shared>, Path(version): Path<String>) -> Result<Json<VersionAnswer>, Problem> {
    find(&app, version).await.map(Json)
}

/// A version goes in force.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// What changes, for those who look it up later.
    pub note: Option<String>,
    /// Only if this version is in force now; any if not given.
    pub in_force: Option<String>,
}

/// The version in force.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Published {
    /// Its name.
    pub version: String,
    /// What to look at all the same: warnings of the checks.
    pub findings: Vec<draft::Finding>,
}

/// Publishes the draft
///
/// Refused (422) when it has errors or a test lead fails. A lead is decided by exactly one version: those taken in
/// before the answer by the old one, those after it by the new one.
#[utoipa::path(post, path = "/v1/policy/publish", tag = "policy", security(("token" = ["policy"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes sending it twice safe")),
    request_body = Publish, responses((status = 200, description = "In force", body = Published), ChangeProblem))]
pub async fn publish(State(app): State<Shared>, posted: Posted<Publish>) -> Result<Json<Published>, Problem> {
    let Publish { note, in_force } = posted.value;
    let draft = draft::find(&app).await?;
    let sources = draft.sources();
    let people = People::with_accounts(&app.reading).await?;
    let tried = sources.clone();
    let findings = tokio::task::spawn_blocking(move || Findings::of(&tried, &people)?.passed()).await.map_err(Problem::ours)??;
    let what = What::Publish { files: sources, note: note.map(Into::into), seen: in_force.map(Into::into) };
    let Reply::Published { version } = app.writing.ask(posted.sender.asks(what)).await? else { return Err(Problem::Ours) };
    Ok(Json(Published { version: version.into(), findings }))
}

/// An earlier version goes in force again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    /// Which.
    pub version: String,
}

/// Puts an earlier version in force again
#[utoipa::path(post, path = "/v1/policy/rollback", tag = "policy", security(("token" = ["policy"])),
    request_body = Rollback, responses((status = 200, description = "In force", body = Published), ChangeProblem))]
pub async fn roll_back(State(app): State<Shared>, posted: Posted<Rollback>) -> Result<Json<Published>, Problem> {
    let what = What::Rollback { version: posted.value.version.as_str().into() };
    let Reply::Published { version } = app.writing.ask(posted.sender.asks(what)).await? else { return Err(Problem::Ours) };
    Ok(Json(Published { version: version.into(), findings: Vec::new() }))
}
