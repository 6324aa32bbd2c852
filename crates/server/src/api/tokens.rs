//! Tokens: made, listed, revoked. A token is shown once, when it is made.

use crate::app::Shared;
use crate::http::extract::{Body, Path};
use crate::http::posted::Sender;
use crate::keyring::Caller;
use crate::problem::{AnyProblem, ChangeProblem, Problem};
use crate::tokens::{self, Scope, Token};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use pointsman_store::read::{documents, nodes};
use pointsman_store::request::{DocumentKind, What};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A token, without itself.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenLine {
    /// `tok_...`
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Requests per second; not there: what the configuration says.
    pub rate: Option<u32>,
    /// From when on it is not valid.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, within some seconds.
    pub last_used_at: Option<Timestamp>,
}

impl TokenLine {
    fn of(id: String, token: Token, last_used_at: Option<Timestamp>) -> Self {
        let Token { name, scopes, rate, expires_at, created_at, .. } = token;
        Self { id, name, scopes, rate, expires_at, created_at, last_used_at }
    }
}

/// Lists tokens
#[utoipa::path(get, path = "/v1/tokens", tag = "tokens", security(("token" = ["admin"])),
    responses((status = 200, description = "The tokens", body = Vec<TokenLine>), AnyProblem))]
pub async fn list(State(app): State<Shared>) -> Result<Json<Vec<TokenLine>>, Problem> {
    let (found, nodes) = app.reading.ask(|db| Ok((documents::all(db, DocumentKind::Token)?, nodes::all(db, 100)?))).await?;
    let line = |document: documents::StoredDocument| {
        let token: Token = serde_json::from_str(&document.body).map_err(Problem::ours)?;
        let used = nodes.iter().filter_map(|node| node.body.pointer(&format!("/tokens/{}", document.id))?.as_str()?.parse().ok());
        let used: Option<Timestamp> = used.max();
        Ok(TokenLine::of(document.id, token, used))
    };
    Ok(Json(found.into_iter().map(line).collect::<Result<_, Problem>>()?))
}

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What people call it; it stands in the journal for whoever uses it.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it may do.
    #[schema(min_items = 1)]
    pub scopes: Vec<Scope>,
    /// Requests per second; what the configuration says if not given.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub rate: Option<u32>,
    /// From when on it is not valid; valid until it is revoked if not given.
    pub expires_at: Option<Timestamp>,
}

/// A token that was made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct MintedToken {
    /// The token itself. It is shown this once.
    #[schema(examples("pm_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE"))]
    pub token: String,
    /// All else.
    #[serde(flatten)]
    pub line: TokenLine,
}

/// Makes a token
///
/// It is shown in this answer and never again; therefore an `Idempotency-Key` has no effect here.
#[utoipa::path(post, path = "/v1/tokens", tag = "tokens", security(("token" = ["admin"])),
    request_body = NewToken, responses((status = 201, description = "The token", body = MintedToken), ChangeProblem))]
pub async fn mint(
    State(app): State<Shared>,
    caller: Caller,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<MintedToken>), Problem> {
    let NewToken { name, mut scopes, rate, expires_at } = new;
    scopes.sort_unstable();
    scopes.dedup();
    if name.trim().is_empty() || name.chars().count() > 100 || scopes.is_empty() {
        return Err(Problem::invalid("name: 1 to 100 characters; scopes: at least one"));
    }
    if rate.is_some_and(|rate| !(1..=1_000_000).contains(&rate)) {
        return Err(Problem::invalid("rate: 1 to 1000000 requests per second"));
    }
    if expires_at.is_some_and(|end| end <= Timestamp::now()) {
        return Err(Problem::invalid("expires_at: a moment to come is expected"));
    }
    let text = tokens::mint().map_err(Problem::ours)?;
    let hash = tokens::hash(&text);
    let id = tokens::id(&hash);
    let token = Token { name, scopes, rate, expires_at, created_at: Timestamp::now(), hash };
    app.writing.ask(Sender { caller, once: None }.asks(tokens::put(&token)?)).await?;
    Ok((StatusCode::CREATED, Json(MintedToken { token: text, line: TokenLine::of(id, token, None) })))
}

/// Revokes a token
///
/// It ends at once here, and within five seconds on other nodes.
#[utoipa::path(delete, path = "/v1/tokens/{id}", tag = "tokens", security(("token" = ["admin"])), params(("id" = String, Path, description = "The token's id, `tok_...`")),
    responses((status = 204, description = "It is no longer valid"), ChangeProblem))]
pub async fn revoke(State(app): State<Shared>, Path(id): Path<String>, caller: Caller) -> Result<StatusCode, Problem> {
    let what = What::Document { kind: DocumentKind::Token, id: id.as_str().into(), body: None, seen: None };
    app.writing.ask(Sender { caller, once: None }.asks(what)).await?;
    app.keyring.forget(&id);
    Ok(StatusCode::NO_CONTENT)
}
