//! Health, readiness, metrics: for who runs the server.

use crate::app::Shared;
use crate::metrics as counted;
use crate::problem::{MEDIA_TYPE, Problem, ProblemDocument};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use pointsman_store::read::{outbox, policies};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The server is there.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Alive {
    /// `alive`.
    pub status: String,
    /// Of the program.
    pub version: String,
}

/// Whether the process is alive
#[utoipa::path(get, path = "/health", tag = "operation", security(()), responses((status = 200, description = "It is", body = Alive)))]
pub async fn alive() -> Json<Alive> {
    Json(Alive { status: "alive".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() })
}

/// The server can take leads.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Ready {
    /// `ready`.
    pub status: String,
    /// The version of the policy in force; without one leads are refused.
    pub policy: Option<String>,
}

/// Whether the server can do its work: the store answers, the writer is there, and it was not told to stop
#[utoipa::path(get, path = "/ready", tag = "operation", security(()),
    responses((status = 200, description = "It can", body = Ready), (status = 503, description = "It cannot", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 500, description = "Our mistake", body = ProblemDocument, content_type = MEDIA_TYPE)))]
pub async fn ready(State(app): State<Shared>) -> Result<Json<Ready>, Problem> {
    if *app.stopping.borrow() || !app.writing.is_alive() {
        return Err(Problem::Busy);
    }
    let policy = app.reading.ask(policies::in_force).await?;
    Ok(Json(Ready { status: "ready".to_owned(), policy }))
}

/// Metrics, as Prometheus reads them
#[utoipa::path(get, path = "/metrics", tag = "operation", security(()),
    responses((status = 200, description = "The metrics", body = String, content_type = "text/plain; version=0.0.4")))]
pub async fn metrics(State(app): State<Shared>) -> impl IntoResponse {
    // The outbox is counted when somebody asks; when the store is away the last numbers stay.
    if let Ok((waiting, dead)) = app.reading.ask(outbox::waiting_and_dead).await {
        counted::outbox(u64::try_from(waiting).unwrap_or(0), u64::try_from(dead).unwrap_or(0));
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], counted::recorder().render())
}
