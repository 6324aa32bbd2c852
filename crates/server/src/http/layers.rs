//! What every request goes through, from the outside in: its id, counting, the time it may take, the gate.

use super::gate::{Need, presented};
use crate::app::Shared;
use crate::keyring::Caller;
use crate::metrics;
use crate::problem::Problem;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Instant;
use tracing::{debug, error};
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Names the request, counts it, and writes a line about it. Lines name the route, never the address itself:
/// an address may hold what somebody searched for.
pub async fn outermost(mut request: Request, next: Next) -> Response {
    let (began, method) = (Instant::now(), request.method().clone());
    let id = request.headers().get(REQUEST_ID).filter(|id| is_plain(id)).cloned();
    let id = id.or_else(|| HeaderValue::try_from(Uuid::now_v7().to_string()).ok()).unwrap_or(HeaderValue::from_static("-"));
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    let (status, time) = (response.status(), began.elapsed());
    metrics::answered(&route, &method, status.as_u16(), time);
    let shown = id.to_str().unwrap_or("-");
    if status.is_server_error() && status.as_u16() != 503 {
        error!(request = shown, %method, route, status = status.as_u16(), ms = time.as_millis() as u64, "answered with our mistake");
    } else {
        debug!(request = shown, %method, route, status = status.as_u16(), ms = time.as_millis() as u64, "answered");
    }
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

fn is_plain(id: &HeaderValue) -> bool {
    id.len() <= 128 && id.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
}

/// Gives a request up that takes too long. An answer that has begun, such as a stream, goes on.
pub async fn in_time(State(app): State<Shared>, request: Request, next: Next) -> Response {
    if request.extensions().get::<MatchedPath>().is_some_and(|path| path.as_str() == "/v1/accounts/import") {
        return next.run(request).await;
    }
    match tokio::time::timeout(app.config.request, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::TooSlow.into_response(),
    }
}

/// Lets through who may call the operation, and says how much of their rate is left.
pub async fn gate(State(app): State<Shared>, path: MatchedPath, mut request: Request, next: Next) -> Response {
    let need = match app.gate.need(request.method(), path.as_str()) {
        Some(Need::Nothing) => return next.run(request).await,
        Some(Need::Scope(scope)) => scope,
        Some(Need::Closed) => return Problem::Ours.into_response(),
        // No operation of ours: only the method can be wrong, and the router says which there are.
        None => return next.run(request).await,
    };
    let caller = match presented(request.headers()) {
        Ok(token) => app.keyring.caller(&app.reading, token).await,
        Err(problem) => Err(problem),
    };
    let caller = match caller {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let rate = caller.token.rate.unwrap_or(app.config.token_rate);
    let told = app.buckets.take(&caller.id, rate, Instant::now());
    let mut response = if !told.allowed {
        Problem::TooMany { after: told.seconds }.into_response()
    } else if !caller.token.may(need) {
        Problem::Scope(need.name()).into_response()
    } else {
        request.extensions_mut().insert(caller);
        next.run(request).await
    };
    let (left, policy) = (format!("\"token\";r={};t={}", told.remaining, told.seconds), format!("\"token\";q={rate};w=1"));
    for (name, value) in [(RATE_LIMIT, left), (RATE_LIMIT_POLICY, policy)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    /// The gate has put it there. Where it has not, the operation is not open to anybody.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or(Problem::NoToken)
    }
}
