//! Slack's interactivity endpoint: a button was pressed in a message of ours.

use super::answer::command;
use super::channels::place;
use crate::app::Shared;
use crate::http::extract::{bytes, header_text};
use crate::problem::{ChangeProblem, Problem};
use axum::extract::{Request as Incoming, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use pointsman_connect::channel::Channel;
use pointsman_connect::config::ChannelConfig;
use pointsman_connect::message::Outcome;
use pointsman_connect::seal::Sealed;
use pointsman_connect::slack::deliver::Slack;
use pointsman_connect::slack::intake::{Press, Rejected};
use pointsman_engine::lead::LeadId;
use pointsman_store::read::documents;
use pointsman_store::read::people;
use pointsman_store::request::{DocumentKind, Request, What};
use std::time::Duration;
use tokio::time::timeout;
use tracing::warn;

/// Slack waits for three seconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// Takes the press of a button in Slack
///
/// Signed by Slack; answered when it is done, and within two seconds: what takes longer is answered with 503, and Slack
/// asks its reader to press again. The message is brought up to date, or its reader told why not, a moment later.
#[utoipa::path(post, path = "/slack/interactivity", tag = "operation", security(()),
    params(("X-Slack-Request-Timestamp" = String, Header, description = "From Slack"), ("X-Slack-Signature" = String, Header, description = "From Slack")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "What Slack sends"),
    responses((status = 200, description = "Understood"), ChangeProblem))]
pub async fn interactivity(State(app): State<Shared>, request: Incoming) -> Result<StatusCode, Problem> {
    let headers = request.headers().clone();
    let missing = |name: &str| Problem::BadSignature(format!("the header {name} is missing"));
    let timestamp = header_text(&headers, "x-slack-request-timestamp")?.ok_or_else(|| missing("X-Slack-Request-Timestamp"))?;
    let signature = header_text(&headers, "x-slack-signature")?.ok_or_else(|| missing("X-Slack-Signature"))?;
    let body = bytes(request, &app).await?;
    timeout(PATIENCE, pressed(&app, timestamp, signature, &body)).await.unwrap_or(Err(Problem::TooSlow))
}

/// Does what was pressed. Only the word to whoever pressed goes out later, and may be lost.
async fn pressed(app: &Shared, timestamp: &str, signature: &str, body: &[u8]) -> Result<StatusCode, Problem> {
    let (slack, press) = believed(app, timestamp, signature, body).await?;
    if let Some(press) = press
        && let Some(refused) = carry_out(app, &press).await?
    {
        app.errands.run(whisper(slack, press, refused));
    }
    Ok(StatusCode::OK)
}

/// The Slack channel whose secret signed this, and what was pressed.
async fn believed(app: &Shared, timestamp: &str, signature: &str, body: &[u8]) -> Result<(Slack, Option<Press>), Problem> {
    let documents = app.reading.ask(|db| documents::all(db, DocumentKind::Channel)).await?;
    let mut why = Problem::BadSignature("no Slack channel is set up".to_owned());
    for document in documents {
        let Ok(sealed) = serde_json::from_str::<ChannelConfig<Sealed>>(&document.body) else { continue };
        let Ok(config) = sealed.open(&app.key, &place(&document.id)) else { continue };
        let Ok(Channel::Slack(slack)) = Channel::open(&config, &app.outside) else { continue };
        match slack.press(timestamp, signature, body, Timestamp::now()) {
            Ok(press) => return Ok((slack, press)),
            Err(Rejected::Unreadable) => return Err(Problem::invalid(Rejected::Unreadable.to_string())),
            Err(rejected) => why = Problem::BadSignature(rejected.to_string()),
        }
    }
    Err(why)
}

/// Asks the writer; when it cannot be done, what to tell whoever pressed.
async fn carry_out(app: &Shared, press: &Press) -> Result<Option<String>, Problem> {
    let Some(rep) = rep_of(app, &press.user).await? else {
        return Ok(Some("You are not known here: ask an administrator to enter your Slack member id with your name.".to_owned()));
    };
    let what = What::Life { lead: LeadId(press.lead.as_str().into()), command: command(press.action, &rep, Timestamp::now()) };
    let answers = app.writing.ask_many(vec![Request { actor: Some(rep.into()), once: None, what }]).await?;
    Ok(answers.into_iter().find_map(Result::err).map(|refused| refused.to_string()))
}

async fn whisper(slack: Slack, press: Press, text: String) {
    if let Outcome::Retry { reason, .. } | Outcome::Dead { reason } = slack.whisper(&press, &text, Timestamp::now()).await {
        warn!(lead = press.lead, reason, "whoever pressed a button in Slack could not be told why it was refused");
    }
}

/// The rep with this Slack member id.
async fn rep_of(app: &Shared, user: &str) -> Result<Option<String>, Problem> {
    let directory = app.reading.ask(people::directory).await?;
    let rep = directory.reps().iter().find(|rep| rep.slack_id.as_deref() == Some(user));
    Ok(rep.map(|rep| rep.email.to_string()))
}
