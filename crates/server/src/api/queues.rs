//! Queues: where leads wait for a person, who takes them from there.

use super::commands::act;
use super::leads::LeadAnswer;
use crate::app::Shared;
use crate::http::extract::Path;
use crate::http::posted::{Posted, Sender};
use crate::problem::{AnyProblem, ChangeProblem, Problem};
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use pointsman_engine::life::{By, Command};
use pointsman_store::read::{keys, leads, queues};
use pointsman_store::request::Reply;
use pointsman_store::world::World;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A queue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct QueueAnswer {
    /// Its name.
    pub queue: String,
    /// Who looks after it.
    pub reviewer: Option<String>,
    /// Whether leads go there that nothing else takes.
    pub fallback: bool,
    /// How many leads wait.
    pub waiting: i64,
    /// Since when the first of them waits.
    pub oldest: Option<Timestamp>,
}

/// The queues of the policy in force.
fn known(world: &World) -> Vec<QueueAnswer> {
    let Some(ruling) = world.ruling() else { return Vec::new() };
    let policy = &ruling.policy;
    let fallback = policy.queue_name(policy.fallback.queue);
    let queue = |queue: &pointsman_engine::policy::Queue| QueueAnswer {
        queue: queue.name.to_string(),
        reviewer: queue.reviewer.and_then(|person| policy.people.get(person.at())).map(ToString::to_string),
        fallback: *queue.name == *fallback,
        waiting: 0,
        oldest: None,
    };
    policy.queues.iter().map(queue).collect()
}

/// Lists queues: those of the policy, and others in which leads still wait
///
/// The leads of one are listed by `GET /v1/leads?state=queued&queue=NAME`.
#[utoipa::path(get, path = "/v1/queues", tag = "pools", security(("token" = ["leads:read"])),
    responses((status = 200, description = "The queues", body = Vec<QueueAnswer>), AnyProblem))]
pub async fn list(State(app): State<Shared>) -> Result<Json<Vec<QueueAnswer>>, Problem> {
    let mut answer = app.writing.look(known).await?;
    for waiting in app.reading.ask(queues::waiting).await? {
        let (leads, oldest) = (waiting.leads, Some(waiting.oldest));
        match answer.iter_mut().find(|queue| queue.queue == waiting.queue) {
            Some(queue) => (queue.waiting, queue.oldest) = (leads, oldest),
            None => answer.push(QueueAnswer { queue: waiting.queue, reviewer: None, fallback: false, waiting: leads, oldest }),
        }
    }
    Ok(Json(answer))
}

/// Who takes a lead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The rep who takes it.
    pub rep: String,
}

/// A rep takes the lead that waits longest in a queue
#[utoipa::path(post, path = "/v1/queues/{queue}/claim", tag = "pools", security(("token" = ["leads:write"])),
    params(("queue" = String, Path, description = "The queue"), ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it twice safe")),
    request_body = Claim, responses((status = 200, description = "They have it", body = LeadAnswer), ChangeProblem))]
pub async fn claim(State(app): State<Shared>, Path(queue): Path<String>, posted: Posted<Claim>) -> Result<Json<LeadAnswer>, Problem> {
    let (asked, rep) = (queue.clone(), posted.value.rep);
    // Somebody else may take the first ones while we look.
    let waiting = app.reading.ask(move |db| leads::oldest_in_queue(db, &asked, 5)).await?;
    let mut refused = Problem::Conflict(format!("no lead waits in the queue `{queue}`"));
    for line in waiting {
        match give(&app, &posted.sender, &line.id, &rep).await {
            Err(problem @ Problem::Conflict(_)) => refused = problem,
            answer => return answer,
        }
    }
    once_more(&app, &posted.sender, refused).await
}

/// Who gets which lead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The lead, which waits in this queue.
    pub lead: String,
    /// The rep who gets it.
    pub rep: String,
}

/// Gives a lead of a queue to a rep
#[utoipa::path(post, path = "/v1/queues/{queue}/assign", tag = "pools", security(("token" = ["leads:write"])),
    params(("queue" = String, Path, description = "The queue"), ("Idempotency-Key" = Option<String>, Header, description = "Makes sending it twice safe")),
    request_body = Assign, responses((status = 200, description = "They have it", body = LeadAnswer), ChangeProblem))]
pub async fn assign(State(app): State<Shared>, Path(queue): Path<String>, posted: Posted<Assign>) -> Result<Json<LeadAnswer>, Problem> {
    let Assign { lead, rep } = posted.value;
    let asked = lead.clone();
    let found = app.reading.ask(move |db| leads::one(db, &asked)).await?.ok_or_else(|| Problem::not_found("lead", lead.clone()))?;
    if found.line.queue.as_deref() != Some(&*queue) {
        let refused = Problem::Conflict(format!("lead {lead} does not wait in the queue `{queue}`; it is {}", found.line.stage));
        return once_more(&app, &posted.sender, refused).await;
    }
    give(&app, &posted.sender, &lead, &rep).await
}

/// The answer to a request that came before under its key: that it cannot be done now may be its own doing.
async fn once_more(app: &Shared, sender: &Sender, refused: Problem) -> Result<Json<LeadAnswer>, Problem> {
    let Some(once) = sender.once.clone() else { return Err(refused) };
    match app.reading.ask(move |db| keys::answer(db, &once)).await?.transpose()? {
        Some(Reply::Lead(receipt)) => Ok(Json(LeadAnswer::of(*receipt))),
        _ => Err(refused),
    }
}

async fn give(app: &Shared, sender: &Sender, lead: &str, rep: &str) -> Result<Json<LeadAnswer>, Problem> {
    let by = By::Other(sender.name());
    act(app, sender, lead.to_owned(), Command::Claim { by, rep: rep.into() }).await
}
