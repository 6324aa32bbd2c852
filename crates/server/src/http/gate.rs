//! The gate: which token may call what.
//!
//! What an operation needs is read from the OpenAPI document itself, so that what is documented is what is
//! enforced. An operation that names no scope and is not declared public is closed to everybody.

use crate::problem::Problem;
use crate::tokens::Scope;
use axum::http::{HeaderMap, Method};
use serde_json::Value;
use std::collections::HashMap;
use utoipa::openapi::OpenApi;

/// What a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: health, documentation, what carries a signature of its own.
    Nothing,
    /// A token with this scope.
    Scope(Scope),
    /// Nobody knows: closed to everybody.
    Closed,
}

/// What each operation needs.
#[derive(Debug)]
pub struct Gate {
    needs: HashMap<(String, String), Need>,
}

impl Gate {
    /// Reads the document.
    #[must_use]
    pub fn of(api: &OpenApi) -> Self {
        let document = serde_json::to_value(api).unwrap_or_default();
        let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
        let operations = paths.flat_map(|(path, item)| item.as_object().into_iter().flatten().map(move |(method, op)| (path, method, op)));
        let needs =
            operations.map(|(path, method, operation)| ((method.to_uppercase(), path.clone()), need(operation).unwrap_or(Need::Closed)));
        Self { needs: needs.collect() }
    }

    /// What a call of a route needs; `None`: it is no operation of ours.
    #[must_use]
    pub fn need(&self, method: &Method, route: &str) -> Option<Need> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.needs.get(&(method.to_string(), route.to_owned())).copied()
    }
}

/// `security: [{}]` is public, `security: [{token: [SCOPE]}]` needs the scope.
fn need(operation: &Value) -> Option<Need> {
    let requirement = operation.get("security")?.as_array()?.first()?.as_object()?;
    match requirement.get("token") {
        None if requirement.is_empty() => Some(Need::Nothing),
        scopes => Some(Need::Scope(Scope::named(scopes?.as_array()?.first()?.as_str()?)?)),
    }
}

/// The token's text that came with a request.
pub fn presented(headers: &HeaderMap) -> Result<&str, Problem> {
    let text = super::extract::header_text(headers, "authorization")?.ok_or(Problem::NoToken)?;
    let (scheme, token) = text.split_once(' ').ok_or(Problem::NoToken)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(Problem::NoToken) }
}
