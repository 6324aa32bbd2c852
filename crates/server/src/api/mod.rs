//! The HTTP API: one file per resource, each with its operations and the shapes they take and give.

#![allow(unused_qualifications, reason = "utoipa writes the types of parameters with their whole paths")]

pub mod absences;
pub mod accounts;
pub mod answer;
pub mod batch;
pub mod channels;
pub mod commands;
pub mod credits;
pub mod docs;
pub mod draft;
pub mod events;
pub mod fields;
pub mod health;
pub mod import;
pub mod incoming;
pub mod lead_page;
pub mod leads;
pub mod outbox;
pub mod policy;
pub mod pools;
pub mod queues;
pub mod reps;
pub mod slack;
pub mod tokens;
pub mod why;

use crate::app::Shared;
use crate::http::gate::Gate;
use crate::http::layers;
use crate::http::unread::unread;
use crate::problem::{Mistake, Problem, ProblemDocument};
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Pointsman",
        description = "Leads in, decided, delivered, watched, never lost. Times are RFC 3339. Lists come in pages. Failures are problem \
                       documents. What creates is safe to send twice with an Idempotency-Key. What people edit has an ETag."
    ),
    tags(
        (name = "leads", description = "Leads come in, are looked at, and go through their life."),
        (name = "people", description = "Reps, when they are away, and what they were granted."),
        (name = "accounts", description = "Companies we know, with an owner perhaps."),
        (name = "pools", description = "Who shares leads, whose turn it is, and where leads wait for a person."),
        (name = "policy", description = "Draft, check, test, compare, publish, roll back."),
        (name = "outbox", description = "Messages, what came of them, and the channels they go through."),
        (name = "events", description = "Everything that happens, as a stream."),
        (name = "tokens", description = "Who may call this API."),
        (name = "operation", description = "Health, readiness, metrics, and this description.")
    ),
    components(schemas(ProblemDocument, Mistake)),
    modifiers(&Bearer)
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut OpenApi) {
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API token, `pm_...`")).build();
        if let Some(components) = &mut api.components {
            components.add_security_scheme("token", SecurityScheme::Http(token));
        }
    }
}

/// All operations and what describes them.
fn operations() -> (Router<Shared>, OpenApi) {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(leads::list, leads::take_in))
        .routes(routes!(batch::take_in))
        .routes(routes!(leads::one, leads::change))
        .routes(routes!(why::why))
        .routes(routes!(why::why_not))
        .merge(commands::operations())
        .routes(routes!(reps::list))
        .routes(routes!(reps::one, reps::put, reps::remove))
        .routes(routes!(reps::pause, reps::resume))
        .routes(routes!(absences::list, absences::add))
        .routes(routes!(absences::remove))
        .routes(routes!(accounts::list))
        .routes(routes!(import::import))
        .routes(routes!(accounts::one, accounts::put, accounts::remove))
        .routes(routes!(pools::list))
        .routes(routes!(pools::one))
        .routes(routes!(credits::list, credits::grant))
        .routes(routes!(queues::list))
        .routes(routes!(queues::claim))
        .routes(routes!(queues::assign))
        .routes(routes!(policy::in_force))
        .routes(routes!(policy::versions))
        .routes(routes!(policy::version))
        .routes(routes!(policy::publish))
        .routes(routes!(policy::roll_back))
        .routes(routes!(draft::read, draft::put, draft::remove))
        .routes(routes!(draft::check))
        .routes(routes!(draft::test))
        .routes(routes!(draft::diff))
        .routes(routes!(outbox::list))
        .routes(routes!(outbox::one))
        .routes(routes!(outbox::retry))
        .routes(routes!(channels::list))
        .routes(routes!(channels::one, channels::put, channels::remove))
        .routes(routes!(events::stream))
        .routes(routes!(tokens::list, tokens::mint))
        .routes(routes!(tokens::revoke))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(docs::openapi))
        .routes(routes!(docs::reference))
        .routes(routes!(slack::interactivity))
        .routes(routes!(answer::ask, answer::act))
        .routes(routes!(lead_page::page))
        .split_for_parts()
}

/// The OpenAPI document.
#[must_use]
pub fn document() -> OpenApi {
    operations().1
}

/// What each operation needs.
#[must_use]
pub fn gate() -> Gate {
    Gate::of(&document())
}

/// The whole API as a service.
pub fn router(app: &Shared) -> Router {
    let (router, document) = operations();
    router
        .method_not_allowed_fallback(async || Problem::NoMethod)
        .fallback(async || Problem::NoRoute)
        .layer(Extension(Arc::new(docs::Rendered::of(&document))))
        .layer(DefaultBodyLimit::max(app.config.body_limit))
        .route_layer(from_fn_with_state(Arc::clone(app), layers::gate))
        .layer(from_fn_with_state(Arc::clone(app), layers::in_time))
        .layer(CatchPanicLayer::custom(|_| axum::response::IntoResponse::into_response(Problem::Ours)))
        .layer(from_fn(unread))
        .layer(from_fn(layers::outermost))
        .with_state(Arc::clone(app))
}

#[cfg(test)]
mod tests;
