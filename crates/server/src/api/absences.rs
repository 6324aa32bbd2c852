//! Absences: spans when a rep takes no leads.

use crate::app::Shared;
use crate::http::extract::{Path, Query};
use crate::http::page::{Page, Paging};
use crate::http::posted::{Posted, Sender};
use crate::keyring::Caller;
use crate::problem::{AnyProblem, ChangeProblem, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use pointsman_engine::people::Absence;
use pointsman_engine::records::is_plausible;
use pointsman_store::read::people::{self, StoredAbsence};
use pointsman_store::request::{AbsenceKind, PeopleEdit, What};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A span when a rep takes no leads.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct AbsenceAnswer {
    /// `abs_...`
    pub id: String,
    /// Whose.
    pub rep: String,
    /// First moment.
    pub from: Timestamp,
    /// First moment after it.
    pub until: Timestamp,
    /// `leave`; `pause`: a short one the rep took; `missed`: put offline after too many missed leads.
    pub kind: String,
    /// Why.
    pub reason: Option<String>,
    /// Who entered it.
    pub actor: Option<String>,
}

impl From<StoredAbsence> for AbsenceAnswer {
    fn from(stored: StoredAbsence) -> Self {
        let StoredAbsence { id, rep, span, kind, reason, actor } = stored;
        Self { id, rep, from: span.from, until: span.until, kind, reason, actor }
    }
}

/// A moment as the store keeps it, so that what is answered is what is read later.
pub fn as_stored(moment: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(moment.as_microsecond()).unwrap_or(moment)
}

/// Which absences.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AbsenceQuery {
    /// Of this rep.
    pub rep: Option<String>,
    /// Also those that are over.
    #[serde(default)]
    pub past: bool,
    /// How many, 50 if not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where to begin: `next` of the page before.
    pub cursor: Option<String>,
}

/// Lists absences, the first to begin first
#[utoipa::path(get, path = "/v1/absences", tag = "people", security(("token" = ["leads:read"])), params(AbsenceQuery),
    responses((status = 200, description = "A page", body = Page<AbsenceAnswer>), AnyProblem))]
pub async fn list(State(app): State<Shared>, Query(query): Query<AbsenceQuery>) -> Result<Json<Page<AbsenceAnswer>>, Problem> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (limit, after) = (paging.limit()?, paging.after::<(Timestamp, String)>()?);
    let ending_after = (!query.past).then(Timestamp::now);
    let found = app.reading.ask(move |db| people::absences(db, query.rep.as_deref(), ending_after, after.clone(), limit + 1)).await?;
    Ok(Json(Page::of(found, limit, |absence| (absence.span.from, absence.id.clone())).map(AbsenceAnswer::from)))
}

/// A new absence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAbsence {
    /// Whose.
    pub rep: String,
    /// First moment.
    pub from: Timestamp,
    /// First moment after it.
    pub until: Timestamp,
    /// Why, for people.
    pub reason: Option<String>,
}

/// Adds an absence
#[utoipa::path(post, path = "/v1/absences", tag = "people", security(("token" = ["directory"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes sending it twice safe")),
    request_body = NewAbsence, responses((status = 201, description = "Added", body = AbsenceAnswer), ChangeProblem))]
pub async fn add(State(app): State<Shared>, posted: Posted<NewAbsence>) -> Result<(StatusCode, Json<AbsenceAnswer>), Problem> {
    let NewAbsence { rep, from, until, reason } = posted.value;
    let (from, until) = (as_stored(from), as_stored(until));
    for (name, moment) in [("from", from), ("until", until)] {
        if !is_plausible(moment) {
            return Err(Problem::invalid(format!("{name}: a moment between the years 1970 and 9000 is expected")));
        }
    }
    if from >= until {
        return Err(Problem::invalid("until: an absence ends after it begins"));
    }
    let id = posted.sender.new_id("abs");
    let edit = PeopleEdit::Absence {
        id: id.as_str().into(),
        rep: rep.as_str().into(),
        span: Absence { from, until },
        kind: AbsenceKind::Leave,
        reason: reason.as_deref().map(Into::into),
    };
    app.writing.ask(posted.sender.asks(What::People(edit))).await?;
    let (kind, actor) = (AbsenceKind::Leave.name().to_owned(), Some(posted.sender.name().into()));
    Ok((StatusCode::CREATED, Json(AbsenceAnswer { id, rep, from, until, kind, reason, actor })))
}

/// Takes an absence back
#[utoipa::path(delete, path = "/v1/absences/{id}", tag = "people", security(("token" = ["directory"])), params(("id" = String, Path, description = "The absence")),
    responses((status = 204, description = "Taken back"), ChangeProblem))]
pub async fn remove(State(app): State<Shared>, Path(id): Path<String>, caller: Caller) -> Result<StatusCode, Problem> {
    app.writing.ask(Sender { caller, once: None }.asks(What::People(PeopleEdit::Present { id: id.into() }))).await?;
    Ok(StatusCode::NO_CONTENT)
}
