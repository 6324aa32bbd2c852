//! Accounts: companies we know. What is changed here is matched against at once.

use super::fields::mistake;
use crate::app::Shared;
use crate::http::etag::{IfMatch, Tagged};
use crate::http::extract::{Body, Path, Query};
use crate::http::page::{Page, Paging};
use crate::http::posted::Sender;
use crate::keyring::Caller;
use crate::problem::{AnyProblem, ChangeProblem, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use pointsman_engine::account::Account;
use pointsman_engine::records;
use pointsman_store::read::accounts;
use pointsman_store::request::{Reply, What};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

/// An account as it is entered: its own fields and any further ones side by side.
fn flat(account: &Account) -> Result<Value, Problem> {
    let mut value = serde_json::to_value(account).map_err(Problem::ours)?;
    if let Some(object) = value.as_object_mut()
        && let Some(Value::Object(custom)) = object.remove("custom")
    {
        for (name, value) in custom {
            object.entry(name).or_insert(value);
        }
    }
    Ok(value)
}

/// Which accounts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// A part of the name or a domain.
    pub text: Option<String>,
    /// How many, 50 if not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where to begin: `next` of the page before.
    pub cursor: Option<String>,
}

/// Lists accounts, in the order they came
#[utoipa::path(get, path = "/v1/accounts", tag = "accounts", security(("token" = ["leads:read"])), params(AccountQuery),
    responses((status = 200, description = "A page", body = Page<Object>), AnyProblem))]
pub async fn list(State(app): State<Shared>, Query(query): Query<AccountQuery>) -> Result<Json<Page<Value>>, Problem> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (limit, after) = (paging.limit()?, paging.after::<i64>()?);
    let found = app.reading.ask(move |db| accounts::list(db, query.text.as_deref(), after, limit + 1)).await?;
    let page = Page::of(found, limit, |account| account.place);
    let items = page.items.iter().map(|stored| flat(&stored.account)).collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next: page.next }))
}

/// Shows an account
#[utoipa::path(get, path = "/v1/accounts/{id}", tag = "accounts", security(("token" = ["leads:read"])), params(("id" = String, Path, description = "The account")),
    responses((status = 200, description = "The account", body = Object, headers(("ETag" = String, description = "For If-Match"))), AnyProblem))]
pub async fn one(State(app): State<Shared>, Path(id): Path<String>) -> Result<Tagged<Json<Value>>, Problem> {
    let asked = id.clone();
    let found = app.reading.ask(move |db| accounts::one(db, &asked)).await?.ok_or_else(|| Problem::not_found("account", id))?;
    Ok(Tagged(found.etag.to_string(), Json(flat(&found.account)?)))
}

/// Adds or replaces an account
///
/// Fields as in a file of accounts: `name, domains, aliases, owner, named, tags, parent, country, state, city, phone,
/// industry, employees`; any other is kept. Replacing one needs the ETag that was read, as `If-Match`.
#[utoipa::path(put, path = "/v1/accounts/{id}", tag = "accounts", security(("token" = ["directory"])),
    params(("id" = String, Path, description = "The account"), ("If-Match" = Option<String>, Header, description = "The ETag of what is replaced")),
    request_body(content = Object, description = "The account's fields", example = json!({"name": "Globex", "domains": ["globex.example"], "owner": "ana@acme.example", "named": true})),
    responses((status = 200, description = "Replaced", body = Object, headers(("ETag" = String, description = "For If-Match"))),
        (status = 201, description = "Added", body = Object, headers(("ETag" = String, description = "For If-Match"))), ChangeProblem))]
pub async fn put(
    State(app): State<Shared>,
    Path(id): Path<String>,
    caller: Caller,
    headers: HeaderMap,
    Body(mut object): Body<Map<String, Value>>,
) -> Result<(StatusCode, Tagged<Json<Value>>), Problem> {
    let asked = id.clone();
    let present = app.reading.ask(move |db| accounts::one(db, &asked)).await?.map(|account| account.etag);
    IfMatch::of(&headers)?.allows(present.map(|etag| etag.to_string()).as_deref())?;
    object.retain(|name, _| !matches!(&*name.trim().to_lowercase(), "id" | "account_id"));
    object.insert("id".to_owned(), id.as_str().into());
    let mut problems = Vec::new();
    let read = records::accounts::from_json(&object, 0, &mut problems);
    let Some(account) = read.filter(|account| problems.is_empty() && *account.id == *id) else {
        let errors = problems.iter().map(mistake).collect();
        return Err(Problem::Invalid { detail: "the account cannot be read".to_owned(), errors });
    };
    let answer = flat(&account)?;
    let what = What::Account { id: id.into(), account: Some(Box::new(account)), seen: Some(present.unwrap_or(0)) };
    let Reply::Done { etag } = app.writing.ask(Sender { caller, once: None }.asks(what)).await? else { return Err(Problem::Ours) };
    let status = if present.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Tagged(etag.to_string(), Json(answer))))
}

/// Removes an account
#[utoipa::path(delete, path = "/v1/accounts/{id}", tag = "accounts", security(("token" = ["directory"])),
    params(("id" = String, Path, description = "The account"), ("If-Match" = String, Header, description = "The ETag of what is removed, or *")),
    responses((status = 204, description = "Removed"), ChangeProblem))]
pub async fn remove(State(app): State<Shared>, Path(id): Path<String>, caller: Caller, headers: HeaderMap) -> Result<StatusCode, Problem> {
    let asked = id.clone();
    let found = app.reading.ask(move |db| accounts::one(db, &asked)).await?.ok_or_else(|| Problem::not_found("account", id.clone()))?;
    IfMatch::of(&headers)?.allows(Some(&found.etag.to_string()))?;
    let what = What::Account { id: id.into(), account: None, seen: Some(found.etag) };
    app.writing.ask(Sender { caller, once: None }.asks(what)).await?;
    Ok(StatusCode::NO_CONTENT)
}
