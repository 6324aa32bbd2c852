//! What the specification says of the arguments of a method.

use serde_json::Value;

/// Names, types and error codes of the methods, cut from Slack's specification.
pub const METHODS: &str = include_str!("../../data/slack_methods.json");

/// What is wrong with the arguments of a call.
pub(super) fn problems(method: &str, body: &Value) -> Vec<String> {
    let methods: Value = serde_json::from_str(METHODS).unwrap_or_default();
    let Some(parameters) = methods.get("methods").and_then(|methods| methods.get(method)?.get("parameters")?.as_object()) else {
        return vec![format!("there is no method `{method}`")];
    };
    let Some(body) = body.as_object() else { return vec!["the body is no object".to_owned()] };
    let missing = parameters.iter().filter(|(name, about)| about.get("required") == Some(&true.into()) && !body.contains_key(*name));
    let missing = missing.map(|(name, _)| format!("{method} needs `{name}`"));
    let odd = body.iter().filter_map(|(name, value)| match parameters.get(name) {
        None => Some(format!("{method} has no argument `{name}`")),
        Some(about) => (!fits(name, about, value)).then(|| format!("`{name}` of {method} is {value}")),
    });
    missing.chain(odd).collect()
}

/// In a JSON body blocks and attachments are JSON themselves, which the specification writes for forms.
fn fits(name: &str, about: &Value, value: &Value) -> bool {
    match about.get("type").and_then(Value::as_str) {
        _ if matches!(name, "blocks" | "attachments") => value.is_array(),
        Some("boolean") => value.is_boolean(),
        _ => value.is_string(),
    }
}
