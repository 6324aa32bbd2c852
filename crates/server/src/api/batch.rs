//! A batch of leads: up to 50,000, in their order, shared as fairly as single ones.

use super::fields::read_lead;
use super::leads::LeadAnswer;
use crate::app::Shared;
use crate::http::extract::{bytes, json, media_type, unreadable};
use crate::http::posted::Sender;
use crate::keyring::Caller;
use crate::metrics;
use crate::problem::{ChangeProblem, Mistake, Problem};
use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use pointsman_engine::lead::Lead;
use pointsman_store::request::{Reply, What};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The most leads of one batch.
pub const MOST: usize = 50_000;

/// So many become true at once: requests of others come in between.
const PIECE: usize = 500;

const JSON: &str = "application/json";
const NDJSON: &str = "application/x-ndjson";

/// What became of a batch.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct BatchAnswer {
    /// What became of each lead that could be read, in the order they came.
    pub leads: Vec<LeadAnswer>,
    /// What could not be read. Lines count from 1: the place in the array, or the line of the text.
    pub problems: Vec<Mistake>,
    /// How many were taken in for the first time.
    pub new: usize,
    /// How many were left out because they could not be read.
    pub left_out: usize,
}

/// A body of leads.
pub struct Leads {
    sender: Sender,
    leads: Vec<Lead>,
    problems: Vec<Mistake>,
    left_out: usize,
}

impl FromRequest<Shared> for Leads {
    type Rejection = Problem;

    async fn from_request(mut request: Request, app: &Shared) -> Result<Self, Problem> {
        let caller = request.extensions().get::<Caller>().cloned().ok_or(Problem::NoToken)?;
        let (headers, kind) = (request.headers().clone(), media_type(request.headers()));
        DefaultBodyLimit::max(app.config.batch_limit).apply(&mut request);
        let body = bytes(request, app).await?;
        let objects = match &*kind {
            JSON => json::<Vec<Map<String, Value>>>(&body)?.into_iter().zip(1..).collect(),
            NDJSON | "application/jsonl" => lines(&body)?,
            _ => return Err(Problem::MediaType("application/json (an array) or application/x-ndjson (one object a line)")),
        };
        if objects.len() > MOST {
            return Err(Problem::TooLarge { limit: format!("{MOST} leads (this batch has {})", objects.len()) });
        }
        let sender = Sender::of(caller, &headers, &[b"POST /v1/leads/batch", kind.as_bytes(), &body])?;
        let (mut leads, mut problems, mut left_out) = (Vec::with_capacity(objects.len()), Vec::new(), 0);
        for (object, line) in objects {
            match read_lead(object, line) {
                Ok((lead, warnings)) => {
                    leads.push(lead);
                    problems.extend(warnings);
                }
                Err(mistakes) => {
                    left_out += 1;
                    problems.extend(mistakes);
                }
            }
        }
        Ok(Self { sender, leads, problems, left_out })
    }
}

/// A JSON object, and its line or its place in the array.
type Numbered = (Map<String, Value>, u64);

/// One JSON object a line; empty lines are passed over.
fn lines(body: &[u8]) -> Result<Vec<Numbered>, Problem> {
    let lines = body.split(|byte| *byte == b'\n').zip(1..).filter(|(line, _)| !line.trim_ascii().is_empty());
    let object = |(text, line): (&[u8], u64)| match serde_json::from_slice(text) {
        Ok(object) => Ok((object, line)),
        Err(error) => match unreadable(&error) {
            Problem::Invalid { detail, .. } | Problem::Unreadable(detail) => {
                Err(Problem::Unreadable(format!("line {line} of the body is not a JSON object: {detail}")))
            }
            other => Err(other),
        },
    };
    lines.map(object).collect()
}

/// Takes many leads in, in their order
///
/// A JSON array, or one JSON object a line (NDJSON); at most 50,000. They are decided in the order they come and
/// shared as fairly as single ones. Leads that cannot be read are left out and listed; everything else is taken in.
/// With an `Idempotency-Key` the whole batch may be sent again.
#[utoipa::path(post, path = "/v1/leads/batch", tag = "leads", security(("token" = ["leads:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes sending it twice safe")),
    request_body(content((Vec<Object> = "application/json"), (String = "application/x-ndjson")), description = "The leads"),
    responses((status = 200, description = "What became of each", body = BatchAnswer), ChangeProblem))]
pub async fn take_in(State(app): State<Shared>, batch: Leads) -> Result<Json<BatchAnswer>, Problem> {
    let Leads { sender, leads, problems, left_out } = batch;
    if leads.is_empty() {
        return Err(Problem::Invalid { detail: "there is no lead in it that can be used".to_owned(), errors: problems });
    }
    let of = leads.len();
    let mut answers: Vec<LeadAnswer> = Vec::with_capacity(of);
    let mut rest = leads.into_iter().peekable();
    let mut piece = 0;
    while rest.peek().is_some() {
        let some: Vec<Lead> = rest.by_ref().take(PIECE).collect();
        let reply = app.writing.ask_patiently(sender.asks_piece(piece, What::Intake(some))).await;
        let receipts = match reply {
            Ok(Reply::Leads(receipts)) => receipts,
            Ok(_) => return Err(Problem::Ours),
            Err(problem) if answers.is_empty() => return Err(problem),
            Err(_) => return Err(Problem::Partly { done: answers.len(), of }),
        };
        answers.extend(receipts.into_iter().map(LeadAnswer::of));
        piece += 1;
    }
    answers.iter().for_each(|answer| metrics::took_in(&answer.outcome));
    let new = answers.iter().filter(|answer| !answer.repeat).count();
    Ok(Json(BatchAnswer { leads: answers, problems, new, left_out }))
}
