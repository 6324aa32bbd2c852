//! The outbox: messages, what came of them, and another try for dead ones.

use crate::app::Shared;
use crate::http::extract::{Path, Query};
use crate::http::page::{Page, Paging};
use crate::http::posted::Sender;
use crate::keyring::Caller;
use crate::problem::{AnyProblem, ChangeProblem, Problem};
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use pointsman_store::read::outbox::{self, Filter, StoredMessage};
use pointsman_store::request::What;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// A message.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct MessageAnswer {
    /// `msg_...`: the same in every attempt.
    pub id: String,
    /// About which lead.
    pub lead: Option<String>,
    /// Through which channel.
    pub channel: String,
    /// To whom; nobody: an event, for programs.
    pub recipient: Option<String>,
    /// What it tells: `assigned`, `came_again`, `reminder`, `not_contacted`, `taken_away`, `queued`, `offline`, `event`, `refresh` ...
    pub kind: String,
    /// `pending`, `sending`, `sent`, `dead` or `cancelled`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, if it waits.
    pub next_at: Option<Timestamp>,
    /// Why it was not delivered, the last time.
    pub reason: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was delivered.
    pub sent_at: Option<Timestamp>,
    /// What it says. What it shows of the lead is read when it goes out.
    #[schema(value_type = Object)]
    pub body: Value,
}

impl From<StoredMessage> for MessageAnswer {
    fn from(stored: StoredMessage) -> Self {
        let StoredMessage { id, lead, channel, recipient, kind, state, attempts, next_at, reason, created_at, sent_at, body } = stored;
        let next_at = matches!(&*state, "pending" | "sending").then_some(next_at);
        Self { id, lead, channel, recipient, kind, state, attempts, next_at, reason, created_at, sent_at, body }
    }
}

/// Which messages.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OutboxQuery {
    /// `pending`, `sending`, `sent`, `dead` or `cancelled`.
    pub state: Option<String>,
    /// Through which channel.
    pub channel: Option<String>,
    /// To whom.
    pub recipient: Option<String>,
    /// About which lead.
    pub lead: Option<String>,
    /// How many, 50 if not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where to begin: `next` of the page before.
    pub cursor: Option<String>,
}

/// Lists messages, the last written first
#[utoipa::path(get, path = "/v1/outbox", tag = "outbox", security(("token" = ["outbox"])), params(OutboxQuery),
    responses((status = 200, description = "A page", body = Page<MessageAnswer>), AnyProblem))]
pub async fn list(State(app): State<Shared>, Query(query): Query<OutboxQuery>) -> Result<Json<Page<MessageAnswer>>, Problem> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (limit, after) = (paging.limit()?, paging.after::<String>()?);
    let filter = Filter { state: query.state, channel: query.channel, recipient: query.recipient, lead: query.lead };
    let found = app.reading.ask(move |db| outbox::list(db, &filter, after.clone(), limit + 1)).await?;
    Ok(Json(Page::of(found, limit, |message| message.id.clone()).map(MessageAnswer::from)))
}

async fn find(app: &Shared, id: String) -> Result<Json<MessageAnswer>, Problem> {
    let asked = id.clone();
    let found = app.reading.ask(move |db| outbox::one(db, &asked)).await?;
    found.map(|message| Json(message.into())).ok_or_else(|| Problem::not_found("message", id))
}

/// Shows a message
#[utoipa::path(get, path = "/v1/outbox/{id}", tag = "outbox", security(("token" = ["outbox"])), params(("id" = String, Path, description = "The message")),
    responses((status = 200, description = "The message", body = MessageAnswer), AnyProblem))]
pub async fn one(State(app): State<Shared>, Path(id): Path<String>) -> Result<Json<MessageAnswer>, Problem> {
    find(&app, id).await
}

/// Tries a dead message again, from the start
#[utoipa::path(post, path = "/v1/outbox/{id}/retry", tag = "outbox", security(("token" = ["outbox"])), params(("id" = String, Path, description = "The message")),
    responses((status = 200, description = "It waits for its delivery", body = MessageAnswer), ChangeProblem))]
pub async fn retry(State(app): State<Shared>, Path(id): Path<String>, caller: Caller) -> Result<Json<MessageAnswer>, Problem> {
    app.writing.ask(Sender { caller, once: None }.asks(What::Retry { message: id.as_str().into() })).await?;
    find(&app, id).await
}
