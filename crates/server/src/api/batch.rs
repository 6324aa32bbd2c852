//! A batch of leads: up to 50,000, in their order, shared as fairly as single ones.

use super::fields::read_lead;
use super::leads::LeadAnswer;
use crate::app::Shared;
use crate::http::extract::{bytes, media_type, unreadable};
use crate::http::posted::Sender;
use crate::keyring::Caller;
use crate::metrics;
use crate::problem::{ChangeProblem, Mistake, Problem};
use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use pointsman_engine::lead::Lead;
use pointsman_store::request::{Reply, What};
use serde::de::{Error as _, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer as _, Serialize};
use serde_json::{Map, Value};
use std::fmt;
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
    read: Read,
}

impl FromRequest<Shared> for Leads {
    type Rejection = Problem;

    async fn from_request(mut request: Request, app: &Shared) -> Result<Self, Problem> {
        let caller = request.extensions().get::<Caller>().cloned().ok_or(Problem::NoToken)?;
        let (headers, kind) = (request.headers().clone(), media_type(request.headers()));
        DefaultBodyLimit::max(app.config.batch_limit).apply(&mut request);
        let body = bytes(request, app).await?;
        let read = match &*kind {
            JSON => Read::array(&body)?,
            NDJSON | "application/jsonl" => Read::lines(&body)?,
            _ => return Err(Problem::MediaType("application/json (an array) or application/x-ndjson (one object a line)")),
        };
        let sender = Sender::of(caller, &headers, &[b"POST /v1/leads/batch", kind.as_bytes(), &body])?;
        Ok(Self { sender, read })
    }
}

/// What was read of a body. Each lead is read as it comes, and no more of them than a batch may have: as JSON values a
/// body of small objects would take a hundred times its size.
#[derive(Default)]
struct Read {
    leads: Vec<Lead>,
    problems: Vec<Mistake>,
    left_out: usize,
    too_many: bool,
}

impl Read {
    /// A JSON array of objects.
    fn array(body: &[u8]) -> Result<Self, Problem> {
        let mut read = Self::default();
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let done = deserializer.deserialize_seq(&mut read).and_then(|()| deserializer.end());
        match done {
            Err(_) if read.too_many => Err(too_many()),
            Err(error) => Err(unreadable(&error)),
            Ok(()) => Ok(read),
        }
    }

    /// One JSON object a line; empty lines are passed over.
    fn lines(body: &[u8]) -> Result<Self, Problem> {
        let lines = || body.split(|byte| *byte == b'\n').zip(1..).filter(|(line, _)| !line.trim_ascii().is_empty());
        if lines().nth(MOST).is_some() {
            return Err(too_many());
        }
        let mut read = Self::default();
        for (text, line) in lines() {
            match serde_json::from_slice(text).map_err(|error| unreadable(&error)) {
                Ok(object) => read.take(object, line),
                Err(Problem::Invalid { detail, .. } | Problem::Unreadable(detail)) => {
                    return Err(Problem::Unreadable(format!("line {line} of the body is not a JSON object: {detail}")));
                }
                Err(other) => return Err(other),
            }
        }
        Ok(read)
    }

    /// Takes a lead, with its line or its place in the array.
    fn take(&mut self, object: Map<String, Value>, line: u64) {
        match read_lead(object, line) {
            Ok((lead, warnings)) => {
                self.leads.push(lead);
                self.problems.extend(warnings);
            }
            Err(mistakes) => {
                self.left_out += 1;
                self.problems.extend(mistakes);
            }
        }
    }
}

impl<'de> Visitor<'de> for &mut Read {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of leads")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        for line in 1..=MOST as u64 {
            let Some(object) = array.next_element()? else { return Ok(()) };
            self.take(object, line);
        }
        self.too_many = array.next_element::<IgnoredAny>()?.is_some();
        if self.too_many { Err(A::Error::custom("too many")) } else { Ok(()) }
    }
}

fn too_many() -> Problem {
    Problem::TooLarge { limit: format!("{MOST} leads") }
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
    let Leads { sender, read: Read { leads, problems, left_out, .. } } = batch;
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
