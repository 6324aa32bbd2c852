//! Channels: the ways that messages go out. Their secrets are sealed before they are stored, and never shown.

use crate::app::Shared;
use crate::http::etag::{IfMatch, Tagged};
use crate::http::extract::{Body, Path};
use crate::http::posted::Sender;
use crate::keyring::Caller;
use crate::problem::{AnyProblem, ChangeProblem, Mistake, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use pointsman_connect::channel::Channel;
use pointsman_connect::config::ChannelConfig;
use pointsman_connect::seal::Sealed;
use pointsman_connect::secret::Secret;
use pointsman_store::read::documents::{self, StoredDocument};
use pointsman_store::request::{DocumentKind, Reply, What};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A channel.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChannelAnswer {
    /// Its name, as in a policy's `[notify]`.
    pub name: String,
    /// How it is set up; `(secret)` stands where a secret is.
    #[schema(value_type = Object)]
    pub config: Value,
}

/// The place of a channel's secrets, which is sealed with them.
pub fn place(name: &str) -> String {
    format!("channel:{name}")
}

fn answer(document: &StoredDocument) -> Result<ChannelAnswer, Problem> {
    let sealed: ChannelConfig<Sealed> = serde_json::from_str(&document.body).map_err(Problem::ours)?;
    shown(&document.id, sealed)
}

fn shown(name: &str, sealed: ChannelConfig<Sealed>) -> Result<ChannelAnswer, Problem> {
    Ok(ChannelAnswer { name: name.to_owned(), config: serde_json::to_value(sealed.hidden()).map_err(Problem::ours)? })
}

async fn stored(app: &Shared, name: &str) -> Result<Option<StoredDocument>, Problem> {
    let asked = name.to_owned();
    app.reading.ask(move |db| documents::one(db, DocumentKind::Channel, &asked)).await
}

/// Lists channels
#[utoipa::path(get, path = "/v1/channels", tag = "outbox", security(("token" = ["admin"])),
    responses((status = 200, description = "The channels", body = Vec<ChannelAnswer>), AnyProblem))]
pub async fn list(State(app): State<Shared>) -> Result<Json<Vec<ChannelAnswer>>, Problem> {
    let found = app.reading.ask(|db| documents::all(db, DocumentKind::Channel)).await?;
    Ok(Json(found.iter().map(answer).collect::<Result<_, _>>()?))
}

/// Shows a channel
#[utoipa::path(get, path = "/v1/channels/{name}", tag = "outbox", security(("token" = ["admin"])), params(("name" = String, Path, description = "The channel")),
    responses((status = 200, description = "The channel", body = ChannelAnswer, headers(("ETag" = String, description = "For If-Match"))), AnyProblem))]
pub async fn one(State(app): State<Shared>, Path(name): Path<String>) -> Result<Tagged<Json<ChannelAnswer>>, Problem> {
    let found = stored(&app, &name).await?.ok_or_else(|| Problem::not_found("channel", name))?;
    Ok(Tagged(found.etag.to_string(), Json(answer(&found)?)))
}

/// Adds or replaces a channel
///
/// `{"kind": "slack", "token", "signing_secret"}`, `{"kind": "slack_webhook", "url"}`, `{"kind": "smtp", "host", "port", "tls",
/// "user", "password", "from"}`, `{"kind": "webhook", "url", "secrets", "events"}` or `{"kind": "sink"}`. Secrets are sealed
/// with the server's key, and never shown again: replacing a channel means entering them anew.
#[utoipa::path(put, path = "/v1/channels/{name}", tag = "outbox", security(("token" = ["admin"])),
    params(("name" = String, Path, description = "The channel"), ("If-Match" = Option<String>, Header, description = "The ETag of what is replaced")),
    request_body(content = Object, description = "How it is set up", example = json!({"kind": "sink"})),
    responses((status = 200, description = "Replaced", body = ChannelAnswer, headers(("ETag" = String, description = "For If-Match"))),
        (status = 201, description = "Added", body = ChannelAnswer, headers(("ETag" = String, description = "For If-Match"))), ChangeProblem))]
pub async fn put(
    State(app): State<Shared>,
    Path(name): Path<String>,
    caller: Caller,
    headers: HeaderMap,
    Body(config): Body<ChannelConfig<Secret>>,
) -> Result<(StatusCode, Tagged<Json<ChannelAnswer>>), Problem> {
    if !is_plain(&name) {
        return Err(Problem::invalid("name: 1 to 40 small letters, digits, - and _ are expected, as in a policy's [notify]"));
    }
    let present = stored(&app, &name).await?.map(|document| document.etag);
    IfMatch::of(&headers)?.allows(present.map(|etag| etag.to_string()).as_deref())?;
    let bad = |field: &str, why: String| Problem::Invalid {
        detail: "the channel cannot be set up".to_owned(),
        errors: vec![Mistake::new(field, why)],
    };
    Channel::open(&config, &app.outside).map_err(|error| bad(error.field, error.why))?;
    let sealed = config.seal(&app.key, &place(&name));
    let body = serde_json::to_string(&sealed).map_err(Problem::ours)?;
    let what =
        What::Document { kind: DocumentKind::Channel, id: name.as_str().into(), body: Some(body.into()), seen: Some(present.unwrap_or(0)) };
    let Reply::Done { etag } = app.writing.ask(Sender { caller, once: None }.asks(what)).await? else { return Err(Problem::Ours) };
    let status = if present.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Tagged(etag.to_string(), Json(shown(&name, sealed)?))))
}

fn is_plain(name: &str) -> bool {
    let letter = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || b"-_".contains(&letter);
    (1..=40).contains(&name.len()) && name.bytes().all(letter)
}

/// Removes a channel
///
/// Messages that wait for it are tried until they are dead, and then go through the next channel.
#[utoipa::path(delete, path = "/v1/channels/{name}", tag = "outbox", security(("token" = ["admin"])),
    params(("name" = String, Path, description = "The channel"), ("If-Match" = Option<String>, Header, description = "The ETag of what is removed")),
    responses((status = 204, description = "Removed"), ChangeProblem))]
pub async fn remove(
    State(app): State<Shared>,
    Path(name): Path<String>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let found = stored(&app, &name).await?.ok_or_else(|| Problem::not_found("channel", name.clone()))?;
    IfMatch::of(&headers)?.allows(Some(&found.etag.to_string()))?;
    let what = What::Document { kind: DocumentKind::Channel, id: name.into(), body: None, seen: Some(found.etag) };
    app.writing.ask(Sender { caller, once: None }.asks(what)).await?;
    Ok(StatusCode::NO_CONTENT)
}
