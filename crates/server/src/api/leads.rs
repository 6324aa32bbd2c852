//! Leads: one comes in, many are listed, one is looked at whole, its fields change.

use super::fields::read_lead;
use crate::app::Shared;
use crate::http::etag::Tagged;
use crate::http::extract::{Path, Query};
use crate::http::page::{Page, Paging};
use crate::http::posted::Posted;
use crate::metrics;
use crate::problem::{AnyProblem, ChangeProblem, Mistake, Problem};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pointsman_engine::field::LeadField;
use pointsman_engine::life::words::{self, Style};
use pointsman_engine::life::{self, Who};
use pointsman_engine::records::leads::column;
use pointsman_store::read::journal::{self, StoredEntry};
use pointsman_store::read::leads::{self, ClockState, Filter, Line};
use pointsman_store::request::{Receipt, Reply, What};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// What became of a lead.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LeadAnswer {
    /// The lead. For somebody who came again, the lead they already are.
    #[schema(examples("lead_019ab2c3d4e5f60718293a4b5c6d7e8f"))]
    pub lead: String,
    /// Whether the lead, or the person, was known already.
    pub repeat: bool,
    /// Where it is in its life: `held`, `queued`, `assigned`, `contacted`, `kept`, `suppressed`, `closed`, `erased`.
    pub stage: String,
    /// Its decision in force.
    pub decision: Option<String>,
    /// As decided: `assigned`, `queued`, `held`, `kept` or `suppressed`.
    pub outcome: String,
    /// The rule that decided.
    pub rule: Option<String>,
    /// Who has it.
    pub rep: Option<String>,
    /// Through which pool.
    pub pool: Option<String>,
    /// In which queue it waits.
    pub queue: Option<String>,
    /// The account it belongs to.
    pub account: Option<String>,
    /// The promise for it.
    pub sla: Option<String>,
    /// By when it must be with a rep.
    pub route_by: Option<Timestamp>,
    /// By when the rep must have made contact.
    pub contact_by: Option<Timestamp>,
    /// Until when it is held.
    pub held_until: Option<Timestamp>,
    /// Why, in a sentence.
    pub reason: String,
    /// Values that could not be read and were left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Mistake>,
}

impl LeadAnswer {
    /// The answer of a receipt.
    #[must_use]
    pub fn of(receipt: Receipt) -> Self {
        let decision = (receipt.decision > 0).then(|| decision_id(&receipt.lead.0, receipt.decision.into()));
        Self {
            lead: receipt.lead.0.into(),
            repeat: receipt.repeat,
            stage: receipt.stage.into(),
            decision,
            outcome: receipt.outcome.into(),
            rule: receipt.rule.map(Into::into),
            rep: receipt.rep.map(Into::into),
            pool: receipt.pool.map(Into::into),
            queue: receipt.queue.map(Into::into),
            account: receipt.account.map(Into::into),
            sla: receipt.sla.map(Into::into),
            route_by: receipt.route_by,
            contact_by: receipt.contact_by,
            held_until: receipt.held_until,
            reason: receipt.reason.into(),
            warnings: Vec::new(),
        }
    }
}

/// The id of a lead's n-th decision.
pub fn decision_id(lead: &str, n: i64) -> String {
    format!("dec_{lead}_{n}")
}

/// Takes one lead in, and answers with its decision
///
/// The lead is durable, decided, and its messages are on their way when the answer comes. Standard fields are
/// `email, first_name, last_name, title, phone, company, website, country, state, city, postal_code, industry,
/// employees, annual_revenue, source, type, product_interest, pages, owner, created_at`; any other is kept. A lead
/// that comes with its own `id` keeps it: the same id again is the same lead. The same person again, within the
/// policy's window, is answered with the lead they already are.
#[utoipa::path(post, path = "/v1/leads", tag = "leads", security(("token" = ["leads:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes sending it twice safe: the same key gives the same answer")),
    request_body(content = Object, description = "The lead's fields", example = json!({"email": "cto@globex.example", "company": "Globex", "country": "US", "type": "demo_request"})),
    responses((status = 201, description = "Taken in and decided", body = LeadAnswer), (status = 200, description = "It was known already: what became of it", body = LeadAnswer), ChangeProblem))]
pub async fn take_in(State(app): State<Shared>, posted: Posted<Map<String, Value>>) -> Result<(StatusCode, Json<LeadAnswer>), Problem> {
    let (lead, warnings) =
        read_lead(posted.value, 0).map_err(|errors| Problem::Invalid { detail: "the lead cannot be read".to_owned(), errors })?;
    let reply = app.writing.ask(posted.sender.asks(What::Intake(vec![lead]))).await?;
    let Reply::Leads(receipts) = reply else { return Err(Problem::Ours) };
    let mut answer = LeadAnswer::of(receipts.into_iter().next().ok_or(Problem::Ours)?);
    metrics::took_in(&answer.outcome);
    answer.warnings = warnings;
    let status = if answer.repeat { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(answer)))
}

/// How a lead's promise of contact stands.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Contact is owed, and there is time left.
    Running,
    /// Contact is owed, and its time is over.
    Overdue,
    /// Contact was made in time.
    Kept,
    /// The promise was broken, whether contact was made later or not.
    Broken,
    /// Nothing was promised.
    None,
}

/// Which leads. What is not given does not matter.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LeadQuery {
    /// Where they are: `held`, `queued`, `assigned`, `contacted`, `kept`, `suppressed`, `closed`, `erased`.
    pub state: Option<String>,
    /// By the rule that decided.
    pub rule: Option<String>,
    /// Through which pool they went.
    pub pool: Option<String>,
    /// Who has them.
    pub rep: Option<String>,
    /// In which queue they wait.
    pub queue: Option<String>,
    /// To which account they belong.
    pub account: Option<String>,
    /// How their promise of contact stands.
    #[param(inline)]
    pub clock: Option<Clock>,
    /// Received at this moment or later.
    pub from: Option<Timestamp>,
    /// Received before this moment.
    pub until: Option<Timestamp>,
    /// A part of the name, e-mail address or company.
    pub text: Option<String>,
    /// How many, 50 if not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where to begin: `next` of the page before.
    pub cursor: Option<String>,
}

/// One line of a list of leads.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LeadLine {
    /// Its id.
    pub id: String,
    /// When it came in.
    pub received_at: Timestamp,
    /// When it came into being.
    pub created_at: Timestamp,
    /// What people recognise it by.
    pub label: String,
    /// Where it is.
    pub stage: String,
    /// Who has it.
    pub rep: Option<String>,
    /// Through which pool.
    pub pool: Option<String>,
    /// In which queue it waits.
    pub queue: Option<String>,
    /// The rule that decided.
    pub rule: Option<String>,
    /// The promise.
    pub sla: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// By when contact is owed.
    pub contact_by: Option<Timestamp>,
    /// When contact was made.
    pub contacted_at: Option<Timestamp>,
    /// When the promise was first broken.
    pub breached_at: Option<Timestamp>,
}

impl From<Line> for LeadLine {
    fn from(line: Line) -> Self {
        let Line { id, received_at, created_at, label, stage, rep, pool, queue, rule, sla, account, contact_by, contacted_at, breached_at } =
            line;
        Self { id, received_at, created_at, label, stage, rep, pool, queue, rule, sla, account, contact_by, contacted_at, breached_at }
    }
}

/// Lists leads, the last received first
#[utoipa::path(get, path = "/v1/leads", tag = "leads", security(("token" = ["leads:read"])), params(LeadQuery),
    responses((status = 200, description = "A page", body = Page<LeadLine>), AnyProblem))]
pub async fn list(State(app): State<Shared>, Query(query): Query<LeadQuery>) -> Result<Json<Page<LeadLine>>, Problem> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (limit, after) = (paging.limit()?, paging.after::<(Timestamp, String)>()?);
    let state = query.clock.map(|clock| match clock {
        Clock::Running => ClockState::Running,
        Clock::Overdue => ClockState::Overdue,
        Clock::Kept => ClockState::Kept,
        Clock::Broken => ClockState::Broken,
        Clock::None => ClockState::None,
    });
    let filter = Filter {
        stage: query.state,
        rule: query.rule,
        pool: query.pool,
        rep: query.rep,
        queue: query.queue,
        account: query.account,
        clock: state.map(|state| (state, Timestamp::now())),
        from: query.from,
        until: query.until,
        text: query.text,
    };
    let lines = app.reading.ask(move |db| leads::list(db, &filter, after.clone(), limit + 1)).await?;
    Ok(Json(Page::of(lines, limit, |line| (line.received_at, line.id.clone())).map(LeadLine::from)))
}

/// One thing that happened.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Its number: events count up without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What kind: `received`, `decided`, `accepted`, `missed` ...
    pub kind: String,
    /// About which lead.
    pub lead: Option<String>,
    /// About which rep.
    pub rep: Option<String>,
    /// Who did it; not there: the server.
    pub actor: Option<String>,
    /// In a sentence.
    pub text: String,
    /// For programs, by kind.
    pub data: Value,
}

impl From<StoredEntry> for Event {
    fn from(entry: StoredEntry) -> Self {
        let StoredEntry { seq, at, kind, lead, rep, actor, text, data } = entry;
        let text = match &*kind {
            _ if !text.is_empty() => text,
            "missed" => format!("{} missed it", rep.as_deref().unwrap_or("its rep")),
            "changed" => "its fields changed".to_owned(),
            "asked_again" => "the same person asked again".to_owned(),
            _ => sentence(at, &data),
        };
        Self { seq, at, kind, lead, rep, actor, text, data }
    }
}

/// What happened to a lead, in a sentence; people go by their keys, moments are in UTC.
fn sentence(at: Timestamp, data: &Value) -> String {
    let name = |who: &Who| match who {
        Who::Rep(key) | Who::Person(key) => key.to_string(),
        Who::ManagerOf(rep) => format!("the manager of {rep}"),
        Who::Reviewer(_) => "the reviewer".to_owned(),
    };
    let style = Style { at, timezone: &TimeZone::UTC, name: &name };
    // What is no event of a life has its own words, or none.
    life::Event::deserialize(data).map(|event| words::event(&event, &style)).unwrap_or_default()
}

/// A clock that runs.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RunningClock {
    /// `route`, `remind-1`, `contact`, `escalate-1`, `unacknowledged-1`, `hold-over`.
    pub kind: String,
    /// When it fires.
    pub due: Timestamp,
}

/// A decision with its trace.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DecisionAnswer {
    /// `dec_...`
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// All it was decided by: policy and directory versions, the lead as enriched, the match, each target tried
    /// with who could take it and why not, balances. Nothing: a person decided.
    #[schema(value_type = Option<Object>)]
    pub trace: Value,
}

/// A lead whole.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WholeLead {
    /// Its line in lists.
    #[serde(flatten)]
    pub line: LeadLine,
    /// Its fields as they are now.
    #[schema(value_type = Object)]
    pub fields: Value,
    /// The state of its life.
    #[schema(value_type = Object)]
    pub life: Value,
    /// Clocks that run, the next to fire first.
    pub clocks: Vec<RunningClock>,
    /// Everything that happened to it, in order.
    pub timeline: Vec<Event>,
    /// Its decisions, in order.
    pub decisions: Vec<DecisionAnswer>,
}

/// Shows a lead with its timeline and the trace of every decision
#[utoipa::path(get, path = "/v1/leads/{id}", tag = "leads", security(("token" = ["leads:read"])), params(("id" = String, Path, description = "The lead")),
    responses((status = 200, description = "The lead", body = WholeLead, headers(("ETag" = String, description = "Its present state"))), AnyProblem))]
pub async fn one(State(app): State<Shared>, Path(id): Path<String>) -> Result<Tagged<Json<WholeLead>>, Problem> {
    let asked = id.clone();
    let found = app.reading.ask(move |db| {
        let Some(whole) = leads::one(db, &asked)? else { return Ok(None) };
        Ok(Some((whole, journal::of_lead(db, &asked)?, leads::decisions(db, &asked)?)))
    });
    let Some((whole, timeline, decisions)) = found.await? else { return Err(Problem::not_found("lead", id)) };
    let decisions = decisions.into_iter().map(|decision| {
        let trace = decision.body.map(|body| serde_json::from_str(&body).map_err(Problem::ours)).transpose()?.unwrap_or_default();
        Ok(DecisionAnswer { id: decision_id(&id, decision.n), at: decision.at, trace })
    });
    let lead = WholeLead {
        line: whole.line.into(),
        fields: whole.fields,
        life: whole.life,
        clocks: whole.clocks.into_iter().map(|clock| RunningClock { kind: clock.kind.to_string(), due: clock.due }).collect(),
        timeline: timeline.into_iter().map(Event::from).collect(),
        decisions: decisions.collect::<Result<_, Problem>>()?,
    };
    Ok(Tagged(whole.seq.to_string(), Json(lead)))
}

/// Changes fields of a lead
///
/// Fields that are given replace what was there; `null` empties one. The lead is routed again only if the rule
/// that now matches says `reroute`.
#[utoipa::path(patch, path = "/v1/leads/{id}", tag = "leads", security(("token" = ["leads:write"])), params(("id" = String, Path, description = "The lead")),
    request_body(content = Object, description = "The fields that change", example = json!({"employees": 1200, "phone": null})),
    responses((status = 200, description = "Changed", body = LeadAnswer), ChangeProblem))]
pub async fn change(
    State(app): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<Map<String, Value>>,
) -> Result<Json<LeadAnswer>, Problem> {
    let (empty, mut given): (Map<String, Value>, Map<String, Value>) = posted.value.into_iter().partition(|(_, value)| value.is_null());
    let cleared: Vec<Box<str>> = empty.keys().map(|name| column(name)).collect();
    if given.keys().map(|name| column(name)).chain(cleared.iter().cloned()).any(|name| &*name == LeadField::Id.name()) {
        return Err(Problem::invalid("a lead keeps its id; leave it out"));
    }
    given.insert("id".to_owned(), id.into());
    let (fields, warnings) =
        read_lead(given, 0).map_err(|errors| Problem::Invalid { detail: "the fields cannot be read".to_owned(), errors })?;
    let reply = app.writing.ask(posted.sender.asks(What::Change { fields, cleared })).await?;
    let Reply::Lead(receipt) = reply else { return Err(Problem::Ours) };
    Ok(Json(LeadAnswer { warnings, ..LeadAnswer::of(*receipt) }))
}
