//! The limits of Block Kit, after Slack's reference of blocks, and what may stand in marked-up text.

use serde_json::Value;
use std::collections::BTreeSet;

/// What is wrong with the text and the blocks of a message.
pub(super) fn problems(body: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let blocks = body.get("blocks").and_then(Value::as_array).cloned().unwrap_or_default();
    if blocks.is_empty() || blocks.len() > 50 {
        problems.push(format!("{} blocks", blocks.len()));
    }
    sized(&mut problems, "text", string(body, "text"), 4_000);
    markup(&mut problems, string(body, "text"));
    let ids: Vec<&str> = blocks.iter().filter_map(|block| block.get("block_id")?.as_str()).collect();
    if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
        problems.push("a block_id is there twice".to_owned());
    }
    ids.iter().for_each(|id| sized(&mut problems, "block_id", id, 255));
    blocks.iter().for_each(|block| self::block(&mut problems, block));
    problems
}

fn block(problems: &mut Vec<String>, block: &Value) {
    match string(block, "type") {
        "header" => text(problems, block.get("text"), "plain_text", 150),
        "section" => {
            let fields = list(block, "fields");
            if block.get("text").is_none() && fields.is_empty() || fields.len() > 10 {
                problems.push(format!("a section of no text and {} fields", fields.len()));
            }
            block.get("text").into_iter().for_each(|text| self::text(problems, Some(text), "mrkdwn", 3_000));
            fields.iter().for_each(|field| text(problems, Some(field), "mrkdwn", 2_000));
        }
        "context" => {
            let elements = list(block, "elements");
            if elements.is_empty() || elements.len() > 10 {
                problems.push(format!("a context of {} elements", elements.len()));
            }
            elements.iter().for_each(|element| text(problems, Some(element), "mrkdwn", 3_000));
        }
        "actions" => {
            let elements = list(block, "elements");
            let ids: BTreeSet<&str> = elements.iter().map(|element| string(element, "action_id")).collect();
            if elements.is_empty() || elements.len() > 25 || ids.len() != elements.len() {
                problems.push(format!("{} buttons with {} action_ids", elements.len(), ids.len()));
            }
            elements.iter().for_each(|element| button_problems(problems, element));
        }
        other => problems.push(format!("a block of the type `{other}`")),
    }
}

fn button_problems(problems: &mut Vec<String>, button: &Value) {
    if string(button, "type") != "button" {
        problems.push(format!("{button} is no button"));
    }
    text(problems, button.get("text"), "plain_text", 75);
    sized(problems, "action_id", string(button, "action_id"), 255);
    if button.get("value").is_some() {
        sized(problems, "value", string(button, "value"), 2_000);
    }
    if let Some(url) = button.get("url").and_then(Value::as_str) {
        sized(problems, "url", url, 3_000);
        if url::Url::parse(url).is_err() {
            problems.push(format!("`{url}` is no address"));
        }
    }
    if !matches!(button.get("style").and_then(Value::as_str), None | Some("primary" | "danger")) {
        problems.push("a style that is none".to_owned());
    }
}

fn text(problems: &mut Vec<String>, object: Option<&Value>, kind: &str, most: usize) {
    let Some(object) = object else { return problems.push("a text is missing".to_owned()) };
    if string(object, "type") != kind {
        problems.push(format!("a text that is not {kind}: {object}"));
    }
    sized(problems, kind, string(object, "text"), most);
    if kind == "mrkdwn" {
        if object.get("verbatim") != Some(&true.into()) {
            problems.push("Slack would make links of what strangers wrote".to_owned());
        }
        markup(problems, string(object, "text"));
    }
}

/// What our messages mark up with `<...>`: dates, and in a line of its own whom a message is for.
fn markup(problems: &mut Vec<String>, text: &str) {
    let addressee = text.strip_prefix("For <@").and_then(|text| text.strip_suffix('>'));
    if addressee.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return;
    }
    for part in text.split('<').skip(1) {
        let inner = part.split('>').next().unwrap_or_default();
        if !(inner.starts_with("!date^") && part.contains('>')) {
            problems.push(format!("`<{inner}>` is markup that nobody of us wrote"));
        }
    }
    let entities = ["amp;", "lt;", "gt;"];
    let loose = text.split('&').skip(1).any(|part| !entities.iter().any(|entity| part.starts_with(entity)));
    if loose {
        problems.push(format!("an `&` that is not escaped: {text}"));
    }
}

fn sized(problems: &mut Vec<String>, what: &str, text: &str, most: usize) {
    let length = text.encode_utf16().count();
    if length == 0 || length > most {
        problems.push(format!("a {what} of {length} characters, not 1 to {most}"));
    }
    if text.chars().any(|char| char.is_control() && char != '\n') {
        problems.push(format!("a control character in {text:?}"));
    }
}

fn string<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A button by its action, with the block it stands in, as Slack sends it when it is pressed.
pub(super) fn button(body: &Value, action: &str) -> Option<Value> {
    list(body, "blocks").iter().find_map(|block| {
        let found = list(block, "elements").iter().find(|element| string(element, "action_id") == action)?;
        let mut pressed = found.as_object()?.clone();
        pressed.insert("block_id".to_owned(), block.get("block_id")?.clone());
        Some(Value::Object(pressed))
    })
}
