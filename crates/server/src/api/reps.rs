//! Reps: who receives leads, and a short pause of theirs.

use super::absences::{AbsenceAnswer, as_stored};
use super::fields::mistake;
use crate::app::Shared;
use crate::http::etag::{IfMatch, Tagged};
use crate::http::extract::{Body, Path, Query};
use crate::http::page::{Page, Paging};
use crate::http::posted::{Posted, Sender};
use crate::keyring::Caller;
use crate::problem::{AnyProblem, ChangeProblem, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use pointsman_engine::people::{Absence, Rep};
use pointsman_engine::records;
use pointsman_store::read::people::{self, StoredRep};
use pointsman_store::request::{AbsenceKind, PeopleEdit, Reply, What};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A rep.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RepAnswer {
    /// Their e-mail address, which is their key.
    pub email: String,
    /// Everything else: `name, manager, backup, timezone, hours, holidays, active, daily_cap, open_cap, skills, slack_id`.
    #[schema(value_type = Object)]
    pub rep: Value,
    /// Until when they are away, if they are away now.
    pub away_until: Option<Timestamp>,
}

fn answer(stored: &StoredRep, away_until: Option<Timestamp>) -> Result<RepAnswer, Problem> {
    let rep = serde_json::to_value(&stored.rep).map_err(Problem::ours)?;
    Ok(RepAnswer { email: stored.rep.email.to_string(), rep, away_until })
}

/// Who is away now, and until when.
fn away(
    db: &mut dyn pointsman_store::db::Db,
    rep: Option<&str>,
    now: Timestamp,
) -> Result<Vec<(String, Timestamp)>, pointsman_store::db::DbError> {
    let absences = people::absences(db, rep, Some(now), None, 100_000)?;
    Ok(absences.into_iter().filter(|absence| absence.span.from <= now).map(|absence| (absence.rep, absence.span.until)).collect())
}

fn until(away: &[(String, Timestamp)], rep: &Rep) -> Option<Timestamp> {
    let key = pointsman_engine::value::fold(&rep.email);
    away.iter().filter(|(who, _)| *who == key).map(|(_, until)| *until).max()
}

/// Lists reps, in the directory's order
#[utoipa::path(get, path = "/v1/reps", tag = "people", security(("token" = ["leads:read"])), params(Paging),
    responses((status = 200, description = "A page", body = Page<RepAnswer>), AnyProblem))]
pub async fn list(State(app): State<Shared>, Query(paging): Query<Paging>) -> Result<Json<Page<RepAnswer>>, Problem> {
    let (limit, after, now) = (paging.limit()?, paging.after::<i64>()?, Timestamp::now());
    let (reps, away) = app.reading.ask(move |db| Ok((people::reps(db, after, limit + 1)?, away(db, None, now)?))).await?;
    let page = Page::of(reps, limit, |rep| rep.place);
    let items = page.items.iter().map(|stored| answer(stored, until(&away, &stored.rep)));
    Ok(Json(Page { items: items.collect::<Result<_, _>>()?, next: page.next }))
}

/// Shows a rep
#[utoipa::path(get, path = "/v1/reps/{email}", tag = "people", security(("token" = ["leads:read"])), params(("email" = String, Path, description = "The rep")),
    responses((status = 200, description = "The rep", body = RepAnswer, headers(("ETag" = String, description = "For If-Match"))), AnyProblem))]
pub async fn one(State(app): State<Shared>, Path(email): Path<String>) -> Result<Tagged<Json<RepAnswer>>, Problem> {
    let (asked, now) = (email.clone(), Timestamp::now());
    let found = app.reading.ask(move |db| Ok((people::rep_of(db, &asked)?, away(db, Some(&asked), now)?)));
    let (Some(stored), away) = found.await? else { return Err(Problem::not_found("rep", email)) };
    Ok(Tagged(stored.etag.to_string(), Json(answer(&stored, until(&away, &stored.rep))?)))
}

/// Adds or replaces a rep
///
/// Fields as in a file of reps: `name, manager, backup, timezone, hours, holidays, active, daily_cap, open_cap,
/// skills, slack_id`. Replacing one needs the ETag that was read, as `If-Match`.
#[utoipa::path(put, path = "/v1/reps/{email}", tag = "people", security(("token" = ["directory"])),
    params(("email" = String, Path, description = "The rep"), ("If-Match" = Option<String>, Header, description = "The ETag of what is replaced")),
    request_body(content = Object, description = "The rep's fields", example = json!({"name": "Ana", "timezone": "Europe/Berlin", "skills": ["german"]})),
    responses((status = 200, description = "Replaced", body = RepAnswer, headers(("ETag" = String, description = "For If-Match"))),
        (status = 201, description = "Added", body = RepAnswer, headers(("ETag" = String, description = "For If-Match"))), ChangeProblem))]
pub async fn put(
    State(app): State<Shared>,
    Path(email): Path<String>,
    caller: Caller,
    headers: HeaderMap,
    Body(mut object): Body<Map<String, Value>>,
) -> Result<(StatusCode, Tagged<Json<RepAnswer>>), Problem> {
    let asked = email.clone();
    let present = app.reading.ask(move |db| people::rep_of(db, &asked)).await?;
    IfMatch::of(&headers)?.allows(present.as_ref().map(|rep| rep.etag.to_string()).as_deref())?;
    object.insert("email".to_owned(), email.as_str().into());
    let mut problems = Vec::new();
    let read = records::reps::from_json(&object, 0, &mut problems);
    let Some(rep) = read.filter(|_| problems.is_empty()) else {
        return Err(Problem::Invalid { detail: "the rep cannot be read".to_owned(), errors: problems.iter().map(mistake).collect() });
    };
    let seen = Some(present.as_ref().map_or(0, |rep| rep.etag));
    let what = What::People(PeopleEdit::Put { rep: Box::new(rep.clone()), seen });
    let Reply::Done { etag } = app.writing.ask(Sender { caller, once: None }.asks(what)).await? else { return Err(Problem::Ours) };
    let now = Timestamp::now();
    let away_until = until(&app.reading.ask(move |db| away(db, Some(&email), now)).await?, &rep);
    let status = if present.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Tagged(etag.to_string(), Json(answer(&StoredRep { rep, etag, place: 0 }, away_until)?))))
}

/// Removes a rep
///
/// Their leads stay theirs until somebody gives them on. To keep the rep and give them no more leads, set `active` to no.
#[utoipa::path(delete, path = "/v1/reps/{email}", tag = "people", security(("token" = ["directory"])),
    params(("email" = String, Path, description = "The rep"), ("If-Match" = String, Header, description = "The ETag of what is removed, or *")),
    responses((status = 204, description = "Removed"), ChangeProblem))]
pub async fn remove(
    State(app): State<Shared>,
    Path(email): Path<String>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let asked = email.clone();
    let present = app.reading.ask(move |db| people::rep_of(db, &asked)).await?.ok_or_else(|| Problem::not_found("rep", email.clone()))?;
    IfMatch::of(&headers)?.allows(Some(&present.etag.to_string()))?;
    let what = What::People(PeopleEdit::Remove { rep: email.into(), seen: Some(present.etag) });
    app.writing.ask(Sender { caller, once: None }.asks(what)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A pause.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// 30, 60 or 90.
    #[schema(minimum = 30, maximum = 90, multiple_of = 30)]
    pub minutes: u16,
}

/// Gives a rep a pause of 30, 60 or 90 minutes, from now on
#[utoipa::path(post, path = "/v1/reps/{email}/pause", tag = "people", security(("token" = ["directory"])), params(("email" = String, Path, description = "The rep")),
    request_body = Pause, responses((status = 201, description = "They take no leads for that long", body = AbsenceAnswer), ChangeProblem))]
pub async fn pause(
    State(app): State<Shared>,
    Path(email): Path<String>,
    posted: Posted<Pause>,
) -> Result<(StatusCode, Json<AbsenceAnswer>), Problem> {
    let minutes = posted.value.minutes;
    if ![30, 60, 90].contains(&minutes) {
        return Err(Problem::invalid("minutes: 30, 60 or 90; for a longer time away add an absence (POST /v1/absences)"));
    }
    let from = as_stored(Timestamp::now());
    let until = from.saturating_add(SignedDuration::from_mins(minutes.into())).unwrap_or(Timestamp::MAX);
    let (id, span) = (posted.sender.new_id("abs"), Absence { from, until });
    let edit = PeopleEdit::Absence { id: id.as_str().into(), rep: email.into(), span, kind: AbsenceKind::Pause, reason: None };
    app.writing.ask(posted.sender.asks(What::People(edit))).await?;
    // As stored: a key that came before gives the pause of then.
    let stored = app.reading.ask(move |db| people::absence_of(db, &id)).await?;
    let stored = stored.ok_or_else(|| Problem::Conflict("the pause was given, and has been ended since".to_owned()))?;
    Ok((StatusCode::CREATED, Json(stored.into())))
}

/// Ends a rep's pause, or their being offline after missed leads
#[utoipa::path(delete, path = "/v1/reps/{email}/pause", tag = "people", security(("token" = ["directory"])), params(("email" = String, Path, description = "The rep")),
    responses((status = 204, description = "They take leads again"), ChangeProblem))]
pub async fn resume(State(app): State<Shared>, Path(email): Path<String>, caller: Caller) -> Result<StatusCode, Problem> {
    let (asked, now) = (email.clone(), Timestamp::now());
    let found = app.reading.ask(move |db| Ok((people::rep_of(db, &asked)?, people::absences(db, Some(&asked), Some(now), None, 1_000)?)));
    let (Some(_), absences) = found.await? else { return Err(Problem::not_found("rep", email)) };
    let sender = Sender { caller, once: None };
    let short = absences.into_iter().filter(|absence| absence.kind != AbsenceKind::Leave.name() && absence.span.from <= now);
    let asks = short.map(|absence| sender.asks(What::People(PeopleEdit::Present { id: absence.id.into() })));
    for answer in app.writing.ask_many(asks.collect()).await? {
        answer?;
    }
    Ok(StatusCode::NO_CONTENT)
}
