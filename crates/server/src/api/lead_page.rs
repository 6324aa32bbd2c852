//! The page that links in messages lead to. Until there is a console it says how to see the lead.

use crate::app::Shared;
use crate::html::{self, escape};
use crate::http::extract::Path;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse};

/// Says how to see a lead
///
/// The page holds nothing of the lead, so that it needs no token.
#[utoipa::path(get, path = "/leads/{id}", tag = "operation", security(()), params(("id" = String, Path, description = "The lead")),
    responses((status = 200, description = "The page", body = String, content_type = "text/html; charset=utf-8")))]
pub async fn page(State(app): State<Shared>, Path(id): Path<String>) -> impl IntoResponse {
    let url = format!("{}/v1/leads/{id}", app.config.public_url());
    let body = format!(
        "<div class=\"card\"><h1>A lead</h1><p><code>{}</code></p><p>Its story, with every decision and why:</p>\
         <p><code>curl -H \"Authorization: Bearer $TOKEN\" {}</code></p><p class=\"dim\">Answer it with the buttons of the message.</p></div>",
        escape(&id),
        escape(&url)
    );
    ([(header::CONTENT_SECURITY_POLICY, html::CONTENT_SECURITY_POLICY)], Html(html::page("Lead", &body)))
}
