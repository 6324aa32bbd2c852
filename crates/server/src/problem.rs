//! Problems: every way a request can fail, as a problem document (RFC 9457) that says what is wrong and what
//! to do. Handlers return [`Problem`]; nothing else makes an answer of 400 or above.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use pointsman_store::request::Refused;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::openapi::response::{Response as Documented, ResponseBuilder};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
use utoipa::{IntoResponses, ToSchema};

/// The media type of problem documents.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No token came with it.
    NoToken,
    /// A token that we do not know, or that was revoked or is over.
    BadToken,
    /// The token lacks a scope.
    Scope(&'static str),
    /// A signature that is missing, wrong or too old.
    BadSignature(String),
    /// Too many requests by one token.
    TooMany {
        /// When to try again, in seconds.
        after: u64,
    },
    /// There is no such address.
    NoRoute,
    /// The address does not take this method.
    NoMethod,
    /// There is no such thing.
    NotFound {
        /// Its kind, with its article: "a lead".
        what: &'static str,
        /// What it was called.
        id: String,
    },
    /// A body that cannot be read.
    Unreadable(String),
    /// A query or a path that cannot be read.
    BadQuery(String),
    /// A header that cannot be read.
    BadHeader(&'static str, String),
    /// The body is not of a kind that is read here.
    MediaType(&'static str),
    /// The body is too large.
    TooLarge {
        /// The limit, in words.
        limit: String,
    },
    /// It can be read, but is not what is needed.
    Invalid {
        /// What is wrong, in a sentence.
        detail: String,
        /// Each mistake, with its place.
        errors: Vec<Mistake>,
    },
    /// It does not fit what is there now.
    Conflict(String),
    /// The key was used with another request.
    KeyReused,
    /// What was edited has changed meanwhile.
    Changed,
    /// An edit must say what it is an edit of.
    NoIfMatch,
    /// A policy that did not pass its checks or its test leads.
    PolicyRefused(Vec<Mistake>),
    /// The server is full, or stops.
    Busy,
    /// The database is away.
    StoreAway,
    /// Part of a batch was done before the rest could not be.
    Partly {
        /// How many leads were taken in.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// It took too long.
    TooSlow,
    /// Our mistake. Details are in the log, under the request's id.
    Ours,
}

/// One mistake in what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mistake {
    /// Where: `leads[3].country`, `line 7, column country`, `routing.toml:12:3`.
    #[schema(examples("line 7, column created_at"))]
    pub at: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { at: at.into(), message: message.into() }
    }
}

/// A problem document (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemDocument {
    /// Names the kind of problem, and leads to its description.
    #[schema(examples("/docs#problem-not-found"))]
    pub r#type: String,
    /// The kind in a few words.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong this time.
    pub detail: String,
    /// What to do about it.
    pub help: String,
    /// Each mistake, where there are several or they have a place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Mistake>,
}

impl Problem {
    /// Our mistake; the log gets to know what it was.
    pub fn ours(why: impl std::fmt::Display) -> Self {
        tracing::error!(%why, "something of ours went wrong");
        Self::Ours
    }

    /// Something that is not there.
    pub fn not_found(what: &'static str, id: impl Into<String>) -> Self {
        Self::NotFound { what, id: id.into() }
    }

    /// Something that can be read, but is not what is needed.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::Invalid { detail: detail.into(), errors: Vec::new() }
    }

    /// Status, the name of its kind, and its title.
    #[must_use]
    pub const fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoToken => (StatusCode::UNAUTHORIZED, "no-token", "A token is needed"),
            Self::BadToken => (StatusCode::UNAUTHORIZED, "bad-token", "The token is not valid"),
            Self::BadSignature(_) => (StatusCode::UNAUTHORIZED, "bad-signature", "The signature is not valid"),
            Self::Scope(_) => (StatusCode::FORBIDDEN, "scope", "The token may not do this"),
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests"),
            Self::NoRoute => (StatusCode::NOT_FOUND, "no-route", "There is no such address"),
            Self::NoMethod => (StatusCode::METHOD_NOT_ALLOWED, "no-method", "The address does not take this method"),
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, "not-found", "Not found"),
            Self::Unreadable(_) => (StatusCode::BAD_REQUEST, "unreadable", "The body cannot be read"),
            Self::BadQuery(_) => (StatusCode::BAD_REQUEST, "bad-query", "The address or its query cannot be read"),
            Self::BadHeader(..) => (StatusCode::BAD_REQUEST, "bad-header", "A header cannot be read"),
            Self::MediaType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "The body is of another kind"),
            Self::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Not what is needed"),
            Self::Conflict(_) => (StatusCode::CONFLICT, "conflict", "It does not fit what is there now"),
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "key-reused", "The idempotency key belongs to another request"),
            Self::Changed => (StatusCode::PRECONDITION_FAILED, "changed", "It has changed meanwhile"),
            Self::NoIfMatch => (StatusCode::PRECONDITION_REQUIRED, "no-if-match", "If-Match is needed"),
            Self::PolicyRefused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "policy-refused", "The policy did not pass"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "The server is full"),
            Self::StoreAway => (StatusCode::SERVICE_UNAVAILABLE, "store-away", "The database is away"),
            Self::Partly { .. } => (StatusCode::SERVICE_UNAVAILABLE, "partly", "Only a part was done"),
            Self::TooSlow => (StatusCode::SERVICE_UNAVAILABLE, "too-slow", "It took too long"),
            Self::Ours => (StatusCode::INTERNAL_SERVER_ERROR, "ours", "Our mistake"),
        }
    }

    /// What is wrong this time, and what to do about it.
    fn words(&self) -> (String, &'static str) {
        match self {
            Self::NoToken => ("no token came with the request".into(), "send `Authorization: Bearer pm_...`"),
            Self::BadToken => {
                ("the token is unknown, was revoked, or has expired".into(), "make a new one with POST /v1/tokens, or ask an administrator")
            }
            Self::BadSignature(why) => (why.clone(), "check the secret on both sides, and the sender's clock"),
            Self::Scope(scope) => (format!("the token lacks the scope `{scope}`"), "use a token that has it"),
            Self::TooMany { after } => (
                format!("the token's requests per second are used up; try again in {after} s"),
                "wait as long as Retry-After says, or send leads in batches",
            ),
            Self::NoRoute => ("nothing is at this address".into(), "GET /docs lists what there is"),
            Self::NoMethod => ("the address exists, but not for this method".into(), "the Allow header lists those it takes"),
            Self::NotFound { what, id } => (format!("there is no {what} `{}`", shown(id)), "check the id; lists show those there are"),
            Self::Unreadable(why) => (why.clone(), "mend the body and send it again"),
            Self::BadQuery(why) => (why.clone(), "GET /docs says what can be asked"),
            Self::BadHeader(header, why) => (format!("{header}: {why}"), "mend the header and send the request again"),
            Self::MediaType(expected) => (format!("{expected} is read here"), "say so in Content-Type"),
            Self::TooLarge { limit } => (format!("at most {limit} are read here"), "send it in several pieces"),
            Self::Invalid { detail, .. } => (detail.clone(), "mend it and send it again"),
            Self::Conflict(why) => (why.clone(), "look at what is there now, then decide again"),
            Self::KeyReused => ("the Idempotency-Key came before with another request".into(), "use a new key for a new request"),
            Self::Changed => ("somebody else changed it since you read it".into(), "read it again, and make your change to that"),
            Self::NoIfMatch => ("the edit does not say what it is an edit of".into(), "read it, and send its ETag as If-Match"),
            Self::PolicyRefused(_) => (
                "the draft has errors or failed test leads".into(),
                "mend what `errors` lists; POST /v1/policy/draft/check and /test show the same",
            ),
            Self::Busy => {
                ("the server has as much to do as it can hold; nothing of this request was done".into(), "try again after Retry-After")
            }
            Self::StoreAway => (
                "the database does not answer".into(),
                "try again after Retry-After; with an Idempotency-Key it is safe for everything that creates",
            ),
            Self::Partly { done, of } => (
                format!("the first {done} of {of} leads were taken in, the others were not"),
                "send the same batch again: with the same Idempotency-Key, or where the leads have ids, none is taken in twice",
            ),
            Self::TooSlow => (
                "the request took too long and was given up".into(),
                "try again; with an Idempotency-Key it is safe for everything that creates",
            ),
            Self::Ours => (
                "something of ours went wrong".into(),
                "try again; if it stays, the log has the details under the X-Request-Id of this answer",
            ),
        }
    }

    /// One of each kind, for the reference page.
    #[must_use]
    pub fn examples() -> Vec<Self> {
        let words = || "what is wrong, in a sentence".to_owned();
        vec![
            Self::Unreadable(words()),
            Self::BadQuery(words()),
            Self::BadHeader("if-match", words()),
            Self::NoToken,
            Self::BadToken,
            Self::BadSignature(words()),
            Self::Scope("policy"),
            Self::NoRoute,
            Self::not_found("lead", "lead_123"),
            Self::NoMethod,
            Self::Conflict(words()),
            Self::Changed,
            Self::TooLarge { limit: "1 MiB".to_owned() },
            Self::MediaType("application/json"),
            Self::invalid(words()),
            Self::KeyReused,
            Self::PolicyRefused(Vec::new()),
            Self::NoIfMatch,
            Self::TooMany { after: 1 },
            Self::Ours,
            Self::Busy,
            Self::StoreAway,
            Self::Partly { done: 512, of: 1000 },
            Self::TooSlow,
        ]
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> ProblemDocument {
        let (status, name, title) = self.kind();
        let (detail, help) = self.words();
        let errors = match self {
            Self::Invalid { errors, .. } | Self::PolicyRefused(errors) => errors.clone(),
            _ => Vec::new(),
        };
        let (r#type, title, help) = (format!("/docs#problem-{name}"), title.to_owned(), help.to_owned());
        ProblemDocument { r#type, title, status: status.as_u16(), detail, help, errors }
    }

    /// A header that belongs to it.
    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        match self {
            Self::NoToken | Self::BadToken => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            Self::TooMany { after } => Some((header::RETRY_AFTER, HeaderValue::from(*after))),
            Self::Busy | Self::TooSlow | Self::StoreAway | Self::Partly { .. } => {
                Some((header::RETRY_AFTER, HeaderValue::from_static("1")))
            }
            _ => None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.kind().0, Json(self.document())).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some((name, value)) = self.header() {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// What the writer refuses.
impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Missing { what, id } => Self::not_found(what, id),
            Refused::Changed { .. } => Self::Changed,
            Refused::KeyReused => Self::KeyReused,
            Refused::NoPolicy | Refused::Life(_) => Self::Conflict(refused.to_string()),
            Refused::BadPolicy(_) | Refused::Invalid(_) => Self::invalid(refused.to_string()),
            Refused::Ours(why) => Self::ours(why),
            Refused::Failed(error) => crate::reading::store_trouble(&error),
        }
    }
}

/// What a client sent is repeated up to a length, in messages.
fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

/// What any request may be answered with, for the OpenAPI document.
pub struct AnyProblem;

/// What a request that changes something may be answered with, beside [`AnyProblem`].
pub struct ChangeProblem;

const ANY: [(u16, &str); 7] = [
    (400, "The address, its query or a header cannot be read"),
    (401, "No valid token"),
    (403, "The token lacks the scope"),
    (404, "There is no such thing"),
    (429, "Too many requests; Retry-After says when to try again"),
    (500, "Our mistake"),
    (503, "The server is full or stops; Retry-After says when to try again"),
];

const CHANGE: [(u16, &str); 6] = [
    (409, "It does not fit what is there now"),
    (412, "It has changed meanwhile"),
    (413, "The body is too large"),
    (415, "The body is of another kind"),
    (422, "It can be read, but is not what is needed"),
    (428, "If-Match is needed"),
];

impl IntoResponses for AnyProblem {
    fn responses() -> BTreeMap<String, RefOr<Documented>> {
        documented(&ANY)
    }
}

impl IntoResponses for ChangeProblem {
    fn responses() -> BTreeMap<String, RefOr<Documented>> {
        documented(&ANY).into_iter().chain(documented(&CHANGE)).collect()
    }
}

fn documented(problems: &[(u16, &str)]) -> BTreeMap<String, RefOr<Documented>> {
    let content = || ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDocument"))).build();
    let response = |words: &str| ResponseBuilder::new().description(words).content(MEDIA_TYPE, content()).build();
    problems.iter().map(|(status, words)| (status.to_string(), RefOr::T(response(words)))).collect()
}
