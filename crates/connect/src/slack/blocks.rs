//! A message as Slack shows it: Block Kit blocks, and the plain line for notifications. Pure.
//!
//! What strangers wrote is escaped, and `verbatim` keeps Slack from making links and mentions of it.

use crate::clean::cut;
use crate::content::{self, Content, Sentence};
use crate::links::{Answer, Links};
use crate::message::{Action, Message};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Slack's limits, in characters: what is longer makes it refuse the whole message.
const HEADER: usize = 150;
const SECTION: usize = 3_000;
const FIELD: usize = 2_000;
const FIELDS: usize = 10;

/// How a recipient answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// By buttons, whose presses come back to the server ([`crate::slack::intake`]).
    Buttons,
    /// By signed links: incoming webhooks have no way back.
    Links,
}

/// The parts of a message that `chat.postMessage`, `chat.update` and incoming webhooks share.
#[must_use]
pub fn body(message: &Message, answers: Answers, links: &Links, now: Timestamp) -> Value {
    let content = content::of(message, now);
    let mut blocks = vec![json!({ "type": "header", "text": plain(&cut(&content.headline, HEADER)) })];
    if answers == Answers::Links {
        blocks.extend(addressee(message).map(|addressee| section(&addressee)));
    }
    let sentences = [&content.situation, &content.deadline].into_iter().flatten();
    let sentences: Vec<String> = sentences.map(sentence).collect();
    if !sentences.is_empty() {
        blocks.push(section(&sentences.join("\n")));
    }
    blocks.extend(fields(&content));
    if let Some(asked_for) = &content.asked_for {
        blocks.push(section(&quoted(asked_for)));
    }
    if let Some((label, why)) = &content.why {
        blocks.push(json!({ "type": "context", "elements": [text(&format!("{label}: {}", escape(why, FIELD)))] }));
    }
    blocks.extend(buttons(message, &content, answers, links));
    json!({ "text": escape(&content.headline, SECTION), "blocks": blocks })
}

/// Whom a message in a shared conversation is for.
fn addressee(message: &Message) -> Option<String> {
    let id = message.to.slack_id.as_deref().map(str::trim).unwrap_or_default();
    let is_member = id.starts_with(['U', 'W']) && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let name = message.to.person.as_ref().map(|person| format!("*{}*", escape(&content::name(person), FIELD - 300)));
    let member = is_member.then(|| format!("<@{id}>"));
    member.or(name).map(|who| format!("For {who}"))
}

fn fields(content: &Content) -> Vec<Value> {
    let field = |(label, value): &(String, String)| text(&format!("*{}*\n{}", escape(label, 200), escape(value, FIELD - 300)));
    let fields: Vec<Value> = content.facts.iter().map(field).collect();
    fields.chunks(FIELDS).map(|fields| json!({ "type": "section", "fields": fields })).collect()
}

fn buttons(message: &Message, content: &Content, answers: Answers, links: &Links) -> Option<Value> {
    let lead = content.lead.as_deref()?;
    let answer = |action: &Action| {
        let mut button = json!({ "type": "button", "text": plain(action.label()), "action_id": action.name() });
        let more = match answers {
            Answers::Buttons => ("value", lead.to_owned()),
            Answers::Links => ("url", links.answer(&Answer::to(message, lead, *action)?)),
        };
        let button = button.as_object_mut()?;
        button.insert(more.0.to_owned(), more.1.into());
        if *action == Action::Accept {
            button.insert("style".to_owned(), "primary".into());
        }
        Some(Value::Object(button.clone()))
    };
    let mut elements: Vec<Value> = content.actions.iter().filter_map(answer).collect();
    elements.push(json!({ "type": "button", "text": plain("Open"), "action_id": "open", "url": links.lead(lead) }));
    Some(json!({ "type": "actions", "block_id": message.id, "elements": elements }))
}

/// A sentence whose moment each reader sees in their own time zone.
fn sentence(sentence: &Sentence) -> String {
    let moment = |at: Timestamp| format!("*<!date^{}^{{date_short_pretty}}, {{time}}|{}>*", at.as_second(), content::moment(at, None));
    Sentence { text: escape(&sentence.text, FIELD), ..sentence.clone() }.with(moment)
}

fn quoted(lines: &str) -> String {
    let lines = escape(lines, SECTION - 1_000);
    lines.lines().map(|line| format!(">{line}")).collect::<Vec<_>>().join("\n")
}

fn section(markdown: &str) -> Value {
    json!({ "type": "section", "text": text(markdown) })
}

fn text(markdown: &str) -> Value {
    json!({ "type": "mrkdwn", "text": markdown, "verbatim": true })
}

fn plain(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text, "emoji": false })
}

/// Escapes what Slack reads as markup (`<!channel>`, `<@U1>`, `<https://...>`), to at most `most` characters.
fn escape(text: &str, most: usize) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut room = most.saturating_sub(1);
    for char in text.chars() {
        let size = match char {
            '&' => 5,
            '<' | '>' => 4,
            _ => char.len_utf16(),
        };
        let Some(left) = room.checked_sub(size) else {
            escaped.push('…');
            break;
        };
        room = left;
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}
