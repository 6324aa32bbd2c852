//! Why a lead is where it is, and why it is not with somebody else: derived again from the stored decision.

use super::leads::decision_id;
use crate::app::Shared;
use crate::http::extract::{Path, Query};
use crate::problem::{AnyProblem, Problem};
use crate::reading::Reading;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use pointsman_engine::explain;
use pointsman_engine::people::Directory;
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::read::read;
use pointsman_engine::record::Record;
use pointsman_engine::replay::{Scene, Stage};
use pointsman_store::read::{leads, policies};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which decision.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// The number of a decision of the lead; the last if not given.
    #[param(minimum = 1)]
    pub decision: Option<u32>,
}

/// Why a lead is where it is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WhyAnswer {
    /// The decision.
    pub decision: String,
    /// When it was made.
    pub at: Timestamp,
    /// By which version of the policy.
    pub policy: String,
    /// Why, in a sentence.
    pub reason: String,
    /// Each rule up to the one that decides: what failed first, or that it decides.
    #[schema(value_type = Vec<Object>)]
    pub rules: Value,
    /// Each target tried, who was looked at, and why or why not.
    #[schema(value_type = Vec<Object>)]
    pub tried: Value,
}

/// Explains why a lead is where it is
#[utoipa::path(get, path = "/v1/leads/{id}/why", tag = "leads", security(("token" = ["leads:read"])), params(("id" = String, Path, description = "The lead"), Which),
    responses((status = 200, description = "Why", body = WhyAnswer), AnyProblem))]
pub async fn why(State(app): State<Shared>, Path(id): Path<String>, Query(which): Query<Which>) -> Result<Json<WhyAnswer>, Problem> {
    let found = find(&app.reading, id.clone(), which).await?;
    if let Some(reason) = found.untraced() {
        let (decision, rules) = (decision_id(&id, found.n), Value::Array(Vec::new()));
        return Ok(Json(WhyAnswer { decision, at: found.at, policy: found.version, reason, tried: rules.clone(), rules }));
    }
    staged(found, move |found, policy, scene| {
        let rules = serde_json::to_value(explain::rules(policy, scene.book, &scene.arrival)).map_err(Problem::ours)?;
        let trace: Value = serde_json::from_str(found.trace()).map_err(Problem::ours)?;
        let text = |name: &str| trace.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
        Ok(Json(WhyAnswer {
            decision: decision_id(&id, found.n),
            at: found.at,
            policy: found.version.clone(),
            reason: text("reason"),
            rules,
            tried: trace.get("tried").cloned().unwrap_or(Value::Array(Vec::new())),
        }))
    })
    .await
}

/// Why a rep does not have a lead.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WhyNotAnswer {
    /// The decision.
    pub decision: String,
    /// Who.
    pub rep: String,
    /// One sentence for each way by which it could have reached them.
    pub reasons: Vec<String>,
}

/// Explains why a rep does not have a lead
#[utoipa::path(get, path = "/v1/leads/{id}/why-not/{rep}", tag = "leads", security(("token" = ["leads:read"])),
    params(("id" = String, Path, description = "The lead"), ("rep" = String, Path, description = "The rep's e-mail address"), Which),
    responses((status = 200, description = "Why not", body = WhyNotAnswer), AnyProblem))]
pub async fn why_not(
    State(app): State<Shared>,
    Path((id, rep)): Path<(String, String)>,
    Query(which): Query<Which>,
) -> Result<Json<WhyNotAnswer>, Problem> {
    let found = find(&app.reading, id.clone(), which).await?;
    if let Some(reason) = found.untraced() {
        return Ok(Json(WhyNotAnswer { decision: decision_id(&id, found.n), rep, reasons: vec![reason] }));
    }
    staged(found, move |found, policy, scene| {
        let who = scene.book.directory().find(&rep).ok_or_else(|| Problem::not_found("rep", rep.clone()))?;
        let reasons = explain::why_not(policy, scene.book, &scene.arrival, &scene.decision, who);
        Ok(Json(WhyNotAnswer { decision: decision_id(&id, found.n), rep: scene.book.directory().key(who).to_owned(), reasons }))
    })
    .await
}

/// A stored decision with what it was made under.
struct Found {
    n: i64,
    at: Timestamp,
    version: String,
    rep: Option<String>,
    erased: bool,
    body: Option<String>,
    sources: pointsman_engine::policy::source::Sources,
    directory: Option<Directory>,
}

impl Found {
    /// In a sentence, why there are no rules to look at, if there are none: a person decided, or is forgotten.
    fn untraced(&self) -> Option<String> {
        let to = self.rep.as_deref().unwrap_or("nobody");
        self.body.is_none().then(|| match self.erased {
            true => "whose lead it was is forgotten, and with it why it went where it did".to_owned(),
            false => format!("a person gave it to {to} by hand; the timeline says who"),
        })
    }

    fn trace(&self) -> &str {
        self.body.as_deref().unwrap_or("{}")
    }
}

async fn find(reading: &Reading, id: String, which: Which) -> Result<Found, Problem> {
    let (lead, n) = (id.clone(), which.decision.map(i64::from));
    let found = reading.ask(move |db| {
        let Some(decision) = leads::decision_of(db, &lead, n)? else { return Ok(None) };
        let Some((_, sources)) = policies::one(db, &decision.policy)? else { return Ok(None) };
        let directory = policies::directory(db, &decision.directory)?;
        let erased = leads::one(db, &lead)?.is_some_and(|lead| lead.line.stage == "erased");
        let leads::StoredDecision { n, at, policy: version, rep, body, .. } = decision;
        Ok(Some(Found { n, at, version, rep, erased, body, sources, directory }))
    });
    let missing = || match n {
        Some(n) => Problem::not_found("decision", decision_id(&id, n)),
        None => Problem::not_found("lead", id.clone()),
    };
    found.await?.ok_or_else(missing)
}

/// Rebuilds the scene of a decision and asks it something.
async fn staged<T: Send + 'static>(
    found: Found,
    ask: impl FnOnce(&Found, &Policy, Scene<'_>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let asked = tokio::task::spawn_blocking(move || {
        // What was in force could be read when it was published; what was stored is what we wrote.
        let policy = read(&found.sources).policy.ok_or(Problem::Ours)?;
        let record: Record<'static> = serde_json::from_str(found.trace()).map_err(Problem::ours)?;
        let mut stage = Stage::new(&policy, found.directory.clone());
        ask(&found, &policy, stage.scene(&record))
    });
    asked.await.map_err(Problem::ours)?
}
