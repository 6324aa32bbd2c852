//! The reference page: the OpenAPI document as one page of HTML that asks nobody else for anything.

use crate::html::{self, escape};
use crate::problem::Problem;
use serde_json::Value;
use std::fmt::Write;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Renders the document.
#[must_use]
pub fn page(document: &Value) -> String {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap_or("");
    let mut body = format!(
        "<h1>{}</h1><p>{}</p><p>Machines read <a href=\"/openapi.json\">/openapi.json</a> (OpenAPI {}).</p>",
        escape(text("/info/title")),
        escape(text("/info/description")),
        escape(text("/openapi"))
    );
    for tag in document.get("tags").and_then(Value::as_array).into_iter().flatten() {
        let name = field(tag, "name");
        let _ = write!(body, "<h2 id=\"{0}\">{0}</h2><p>{1}</p>", escape(name), escape(field(tag, "description")));
        for (path, method, operation) in operations(document).filter(|(.., operation)| has_tag(operation, name)) {
            body.push_str(&operation_html(document, path, method, operation));
        }
    }
    body.push_str("<h2 id=\"problems\">problems</h2><p>Every failure is answered with a problem document (RFC 9457).</p><dl>");
    for problem in Problem::examples() {
        let (status, name, title) = problem.kind();
        let document = problem.document();
        let _ = write!(
            body,
            "<dt id=\"problem-{name}\"><b>{}</b> {}</dt><dd>{}. <i>{}.</i></dd>",
            status.as_u16(),
            escape(title),
            escape(&document.detail),
            escape(&document.help)
        );
    }
    body.push_str("</dl>");
    html::page("Pointsman API", &body)
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &'static str, &Value)> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths.flat_map(|(path, item)| METHODS.into_iter().filter_map(move |method| Some((path, method, item.get(method)?))))
}

fn has_tag(operation: &Value, name: &str) -> bool {
    operation.get("tags").and_then(Value::as_array).is_some_and(|tags| tags.iter().any(|tag| tag == name))
}

fn operation_html(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let mut html = format!(
        "<details id=\"{id}\"><summary><code class=\"{method}\">{method}</code> <code>{path}</code> {summary}</summary>",
        id = escape(field(operation, "operationId")),
        path = escape(path),
        summary = escape(field(operation, "summary")),
    );
    let _ = write!(html, "<p>{}</p><p class=\"dim\">{}</p>", escape(field(operation, "description")), escape(&need(operation)));
    let parameters: Vec<&Value> = operation.get("parameters").and_then(Value::as_array).into_iter().flatten().collect();
    if !parameters.is_empty() {
        html.push_str("<table>");
        for parameter in parameters {
            let _ = write!(
                html,
                "<tr><td><code>{}</code></td><td class=\"dim\">{}</td><td>{}</td></tr>",
                escape(field(parameter, "name")),
                escape(field(parameter, "in")),
                escape(field(parameter, "description"))
            );
        }
        html.push_str("</table>");
    }
    for (kind, content) in operation.pointer("/requestBody/content").and_then(Value::as_object).into_iter().flatten() {
        let _ = write!(html, "<h4>Body <code>{}</code></h4>{}", escape(kind), schema_html(document, content.get("schema")));
    }
    for (status, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
        let _ = write!(html, "<h4>{} <span class=\"dim\">{}</span></h4>", escape(status), escape(field(response, "description")));
        for (kind, content) in response.get("content").and_then(Value::as_object).into_iter().flatten() {
            if kind != crate::problem::MEDIA_TYPE {
                let _ = write!(html, "<p><code>{}</code></p>{}", escape(kind), schema_html(document, content.get("schema")));
            }
        }
    }
    html.push_str("</details>");
    html
}

fn need(operation: &Value) -> String {
    match operation.pointer("/security/0/token/0").and_then(Value::as_str) {
        Some(scope) => format!("Needs a token with the scope {scope}."),
        None => "Needs no token.".to_owned(),
    }
}

/// A schema's fields with their descriptions; what it refers to is opened once, deeper levels are named.
fn schema_html(document: &Value, schema: Option<&Value>) -> String {
    let Some(schema) = schema.map(|schema| resolve(document, schema)) else { return String::new() };
    let item = schema.get("items").map(|items| resolve(document, items));
    let shown = item.unwrap_or(schema);
    let Some(fields) = shown.get("properties").and_then(Value::as_object) else {
        return format!("<p>{} {}</p>", escape(&kind(shown)), escape(field(shown, "description")));
    };
    let required = |name: &str| shown.get("required").and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| one == name));
    let mut html = String::from(if item.is_some() { "<p>A list of:</p><table>" } else { "<table>" });
    for (name, value) in fields {
        let need = if required(name) { "" } else { "optional" };
        let _ = write!(
            html,
            "<tr><td><code>{}</code></td><td class=\"dim\">{} {need}</td><td>{}</td></tr>",
            escape(name),
            escape(&kind(value)),
            escape(field(value, "description"))
        );
    }
    html.push_str("</table>");
    html
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|reference| document.pointer(reference.strip_prefix('#')?));
    target.unwrap_or(schema)
}

fn kind(schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.rsplit('/').next()) {
        return name.to_owned();
    }
    if let Some(items) = schema.get("items") {
        return format!("list of {}", kind(items));
    }
    match schema.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}

fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}
