//! The description of the API: as OpenAPI for machines, as a page for people.

use crate::html;
use crate::reference;
use axum::Extension;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use std::sync::Arc;
use utoipa::openapi::OpenApi;

/// Both forms, made once.
pub struct Rendered {
    json: String,
    page: String,
}

impl Rendered {
    /// Renders the document.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let value = serde_json::to_value(document).unwrap_or_default();
        Self { json: value.to_string(), page: reference::page(&value) }
    }
}

/// This API as an OpenAPI 3.1 document
#[utoipa::path(get, path = "/openapi.json", tag = "operation", security(()), responses((status = 200, description = "The document", body = Object)))]
pub async fn openapi(Extension(rendered): Extension<Arc<Rendered>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], rendered.json.clone())
}

/// This API as a page to read
#[utoipa::path(get, path = "/docs", tag = "operation", security(()), responses((status = 200, description = "The page", body = String, content_type = "text/html; charset=utf-8")))]
pub async fn reference(Extension(rendered): Extension<Arc<Rendered>>) -> impl IntoResponse {
    ([(header::CONTENT_SECURITY_POLICY, html::CONTENT_SECURITY_POLICY)], Html(rendered.page.clone()))
}
