//! Commands: what people and programs do with a lead. Each is a step of its life; the engine says whether it can be.

use super::leads::LeadAnswer;
use crate::app::Shared;
use crate::http::extract::Path;
use crate::http::posted::{Posted, Sender};
use crate::problem::{ChangeProblem, Problem};
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use pointsman_engine::lead::LeadId;
use pointsman_engine::life::{By, Closing, Command};
use pointsman_store::request::{Reply, What};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All commands.
pub fn operations() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(accept))
        .routes(routes!(pass))
        .routes(routes!(contacted))
        .routes(routes!(reassign))
        .routes(routes!(requeue))
        .routes(routes!(suppress))
        .routes(routes!(close))
        .routes(routes!(erase))
}

type Answer = Result<Json<LeadAnswer>, Problem>;

/// Who acts: a rep for themselves, who must have the lead; or the token's holder, who may act for anybody.
fn by(sender: &Sender, rep: Option<String>) -> By {
    rep.map_or_else(|| By::Other(sender.name()), |rep| By::Rep(rep.into()))
}

/// Asks for a step of a lead's life.
pub async fn act(app: &Shared, sender: &Sender, lead: String, command: Command) -> Answer {
    let what = What::Life { lead: LeadId(lead.into()), command };
    match app.writing.ask(sender.asks(what)).await? {
        Reply::Lead(receipt) => Ok(Json(LeadAnswer::of(*receipt))),
        _ => Err(Problem::Ours),
    }
}

/// Who acts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ByRep {
    /// The rep who acts for themselves. Not given: the token's holder acts, who may act for anybody.
    pub by: Option<String>,
}

/// A rep takes care of a lead
#[utoipa::path(post, path = "/v1/leads/{id}/accept", tag = "leads", security(("token" = ["leads:write"])), params(("id" = String, Path, description = "The lead")),
    request_body = ByRep, responses((status = 200, description = "Accepted", body = LeadAnswer), ChangeProblem))]
async fn accept(State(app): State<Shared>, Path(id): Path<String>, posted: Posted<ByRep>) -> Answer {
    let by = by(&posted.sender, posted.value.by);
    act(&app, &posted.sender, id, Command::Accept { by }).await
}

/// A rep does not want a lead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// The rep who acts for themselves.
    pub by: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// It is no lead worth having: it does not count for who had it.
    #[serde(default)]
    pub bad_lead: bool,
}

/// A rep passes a lead on: somebody else gets it
#[utoipa::path(post, path = "/v1/leads/{id}/pass", tag = "leads", security(("token" = ["leads:write"])), params(("id" = String, Path, description = "The lead")),
    request_body = Pass, responses((status = 200, description = "Passed on", body = LeadAnswer), ChangeProblem))]
async fn pass(State(app): State<Shared>, Path(id): Path<String>, posted: Posted<Pass>) -> Answer {
    let Pass { by: rep, reason, bad_lead } = posted.value;
    let by = by(&posted.sender, rep);
    act(&app, &posted.sender, id, Command::Pass { by, reason: reason.map(Into::into), bad_lead }).await
}

/// Contact was made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contacted {
    /// The rep who acts for themselves.
    pub by: Option<String>,
    /// When; now if not given, and never later than now.
    pub at: Option<Timestamp>,
}

/// A rep made contact: the first contact stops the clock
#[utoipa::path(post, path = "/v1/leads/{id}/contacted", tag = "leads", security(("token" = ["leads:write"])), params(("id" = String, Path, description = "The lead")),
    request_body = Contacted, responses((status = 200, description = "Contacted", body = LeadAnswer), ChangeProblem))]
async fn contacted(State(app): State<Shared>, Path(id): Path<String>, posted: Posted<Contacted>) -> Answer {
    let by = by(&posted.sender, posted.value.by);
    let at = posted.value.at.unwrap_or_else(Timestamp::now);
    act(&app, &posted.sender, id, Command::Contacted { by, at }).await
}

/// Somebody else is to get a lead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reassign {
    /// This rep. Not given: whom the policy finds, other than who has it.
    pub to: Option<String>,
}

/// Gives a lead to somebody else
#[utoipa::path(post, path = "/v1/leads/{id}/reassign", tag = "leads", security(("token" = ["leads:write"])), params(("id" = String, Path, description = "The lead")),
    request_body = Reassign, responses((status = 200, description = "Reassigned", body = LeadAnswer), ChangeProblem))]
async fn reassign(State(app): State<Shared>, Path(id): Path<String>, posted: Posted<Reassign>) -> Answer {
    let by = by(&posted.sender, None);
    act(&app, &posted.sender, id, Command::Reassign { by, to: posted.value.to.map(Into::into) }).await
}

/// A lead is to wait for a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Requeue {
    /// In which queue.
    pub queue: String,
}

/// Puts a lead into a queue, where it waits for a person
#[utoipa::path(post, path = "/v1/leads/{id}/requeue", tag = "leads", security(("token" = ["leads:write"])), params(("id" = String, Path, description = "The lead")),
    request_body = Requeue, responses((status = 200, description = "It waits in the queue", body = LeadAnswer), ChangeProblem))]
async fn requeue(State(app): State<Shared>, Path(id): Path<String>, posted: Posted<Requeue>) -> Answer {
    let by = by(&posted.sender, None);
    act(&app, &posted.sender, id, Command::Requeue { by, queue: posted.value.queue.into() }).await
}

/// A lead is not to be routed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suppress {
    /// Why.
    pub reason: Option<String>,
}

/// Takes a lead out of routing
#[utoipa::path(post, path = "/v1/leads/{id}/suppress", tag = "leads", security(("token" = ["leads:write"])), params(("id" = String, Path, description = "The lead")),
    request_body = Suppress, responses((status = 200, description = "Suppressed", body = LeadAnswer), ChangeProblem))]
async fn suppress(State(app): State<Shared>, Path(id): Path<String>, posted: Posted<Suppress>) -> Answer {
    let by = by(&posted.sender, None);
    act(&app, &posted.sender, id, Command::Suppress { by, reason: posted.value.reason.map(Into::into) }).await
}

/// How a lead ended.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// It became business.
    Won,
    /// It did not.
    Lost,
    /// It was no lead: it does not count for who had it.
    Bad,
    /// It was a lead we had already.
    Duplicate,
}

/// A lead is over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The rep who acts for themselves.
    pub by: Option<String>,
    /// How it ended.
    pub result: Ended,
}

/// Closes a lead
#[utoipa::path(post, path = "/v1/leads/{id}/close", tag = "leads", security(("token" = ["leads:write"])), params(("id" = String, Path, description = "The lead")),
    request_body = Close, responses((status = 200, description = "Closed", body = LeadAnswer), ChangeProblem))]
async fn close(State(app): State<Shared>, Path(id): Path<String>, posted: Posted<Close>) -> Answer {
    let result = match posted.value.result {
        Ended::Won => Closing::Won,
        Ended::Lost => Closing::Lost,
        Ended::Bad => Closing::Bad,
        Ended::Duplicate => Closing::Duplicate,
    };
    let by = by(&posted.sender, posted.value.by);
    act(&app, &posted.sender, id, Command::Close { by, result }).await
}

/// Nothing needs to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Forgets the person behind a lead
///
/// Their fields, what is remembered of them, and the texts of messages are erased; that there was a lead, and what
/// was decided for it, stays.
#[utoipa::path(post, path = "/v1/leads/{id}/erase", tag = "leads", security(("token" = ["admin"])), params(("id" = String, Path, description = "The lead")),
    request_body = Nothing, responses((status = 200, description = "Erased", body = LeadAnswer), ChangeProblem))]
async fn erase(State(app): State<Shared>, Path(id): Path<String>, posted: Posted<Nothing>) -> Answer {
    let by = by(&posted.sender, None);
    act(&app, &posted.sender, id, Command::Erase { by }).await
}
