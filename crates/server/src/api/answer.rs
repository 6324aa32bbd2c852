//! Signed links of e-mails: a page that asks, and its button that acts. Looking at the page does nothing, because
//! programs that check mail follow links.

use crate::app::Shared;
use crate::html::{self, escape};
use crate::http::extract::Path;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use pointsman_connect::links::{Answer, Rejected};
use pointsman_connect::message::Action;
use pointsman_engine::lead::LeadId;
use pointsman_engine::life::{By, Command};
use pointsman_store::read::leads;
use pointsman_store::request::{Reply, Request, What};

/// The command of an answer, by the rep who gives it.
pub fn command(action: Action, rep: &str, now: Timestamp) -> Command {
    let by = By::Rep(rep.into());
    match action {
        Action::Accept => Command::Accept { by },
        Action::Contacted => Command::Contacted { by, at: now },
        Action::Pass => Command::Pass { by, reason: None, bad_lead: false },
    }
}

/// Asks whether to give the answer of a link
#[utoipa::path(get, path = "/answer/{token}", tag = "operation", security(()), params(("token" = String, Path, description = "From a message")),
    responses((status = 200, description = "A page with a button", body = String, content_type = "text/html; charset=utf-8"),
        (status = 404, description = "The link is not ours, or the lead is gone", body = String, content_type = "text/html; charset=utf-8"),
        (status = 410, description = "The link is too old", body = String, content_type = "text/html; charset=utf-8"),
        (status = 503, description = "Try again", body = String, content_type = "text/html; charset=utf-8")))]
pub async fn ask(State(app): State<Shared>, Path(token): Path<String>) -> Response {
    let answer = match app.links.read(&token, Timestamp::now()) {
        Ok(answer) => answer,
        Err(rejected) => return refused(rejected),
    };
    let asked = answer.lead.clone();
    match app.reading.ask(move |db| leads::one(db, &asked)).await {
        Ok(Some(lead)) => page(StatusCode::OK, &question(&answer, &lead.line.label)),
        Ok(None) => page(StatusCode::NOT_FOUND, &told("This lead is gone", "It was removed since the message was written.")),
        Err(_) => away(),
    }
}

/// Gives the answer of a link
#[utoipa::path(post, path = "/answer/{token}", tag = "operation", security(()), params(("token" = String, Path, description = "From a message")),
    responses((status = 200, description = "Done", body = String, content_type = "text/html; charset=utf-8"),
        (status = 404, description = "The link is not ours, or the lead is gone", body = String, content_type = "text/html; charset=utf-8"),
        (status = 409, description = "The lead has moved on since", body = String, content_type = "text/html; charset=utf-8"),
        (status = 410, description = "The link is too old", body = String, content_type = "text/html; charset=utf-8"),
        (status = 503, description = "Try again", body = String, content_type = "text/html; charset=utf-8")))]
pub async fn act(State(app): State<Shared>, Path(token): Path<String>) -> Response {
    let now = Timestamp::now();
    let answer = match app.links.read(&token, now) {
        Ok(answer) => answer,
        Err(rejected) => return refused(rejected),
    };
    let what = What::Life { lead: LeadId(answer.lead.as_str().into()), command: command(answer.action, &answer.rep, now) };
    let request = Request { actor: Some(answer.rep.as_str().into()), once: None, what };
    let answers = app.writing.ask_many(vec![request]).await.map(|answers| answers.into_iter().next());
    match answers {
        Ok(Some(Ok(Reply::Lead(receipt)))) => page(StatusCode::OK, &told(done(answer.action), &receipt.reason)),
        Ok(Some(Err(refused))) => page(StatusCode::CONFLICT, &told("That is no longer possible", &refused.to_string())),
        _ => away(),
    }
}

fn question(answer: &Answer, label: &str) -> String {
    let (title, words) = match answer.action {
        Action::Accept => ("Take care of this lead?", "Say that you have seen it and will get in touch."),
        Action::Contacted => ("Did you get in touch?", "The clock stops with the first contact."),
        Action::Pass => ("Pass this lead on?", "Somebody else gets it, and it does not come back to you."),
    };
    format!(
        "<form class=\"card\" method=\"post\"><h1>{title}</h1><p><b>{}</b></p><p class=\"dim\">{words}</p><p class=\"dim\">As {}</p>\
         <button>{}</button></form>",
        escape(label),
        escape(&answer.rep),
        answer.action.label(),
    )
}

const fn done(action: Action) -> &'static str {
    match action {
        Action::Accept => "It is yours",
        Action::Contacted => "Noted: you got in touch",
        Action::Pass => "Passed on",
    }
}

fn told(title: &str, words: &str) -> String {
    format!("<div class=\"card\"><h1>{}</h1><p class=\"dim\">{}</p></div>", escape(title), escape(words))
}

fn refused(rejected: Rejected) -> Response {
    let status = match rejected {
        Rejected::NotOurs => StatusCode::NOT_FOUND,
        Rejected::TooOld => StatusCode::GONE,
    };
    page(status, &told("This link cannot be used", &rejected.to_string()))
}

fn away() -> Response {
    page(StatusCode::SERVICE_UNAVAILABLE, &told("Not just now", "Nothing was done. Please try again in a moment."))
}

fn page(status: StatusCode, body: &str) -> Response {
    let headers = [(header::CONTENT_SECURITY_POLICY, html::CONTENT_SECURITY_POLICY), (header::CACHE_CONTROL, "no-store")];
    (status, headers, Html(html::page("Pointsman", body))).into_response()
}
