//! Extractors: bodies, queries and paths, with our problems when they cannot be read.

use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::MediaType("application/json"));
        }
        let bytes = bytes(request, state).await?;
        json(&bytes).map(Self)
    }
}

/// The whole body, within the limit of its route.
pub async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Problem::TooLarge { limit: "what `body_limit_kib` (or `batch_limit_kib`) of the configuration says".to_owned() }
        }
        _ => Problem::Unreadable("the body ended before its end".to_owned()),
    })
}

/// Reads JSON; what is wrong is told with line and column.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| unreadable(&error))
}

/// What is wrong with a JSON text. What does not fit the schema is told apart from what is no JSON.
pub fn unreadable(error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    let message = message.strip_suffix(&format!(" at line {} column {}", error.line(), error.column())).unwrap_or(&message).to_owned();
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.is_data() {
        Problem::Invalid { detail: format!("{place}: {message}"), errors: vec![crate::problem::Mistake::new(place, message)] }
    } else {
        Problem::Unreadable(format!("the body is not JSON: {place}: {message}"))
    }
}

/// Whether a body says it is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    let kind = media_type(headers);
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The media type of a body, in lower case and without parameters; empty when it says none.
pub fn media_type(headers: &HeaderMap) -> String {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    text.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// The query.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(query)| Self(query)).map_err(|rejection| Problem::BadQuery(rejection.body_text()))
    }
}

/// The parts of the path that stand for something.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Path(path)| Self(path)).map_err(|rejection| Problem::BadQuery(rejection.body_text()))
    }
}

/// A header's text.
pub fn header_text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Problem> {
    headers.get(name).map(|value| value.to_str().map_err(|_| Problem::BadHeader(name, "only plain ASCII is read".to_owned()))).transpose()
}
