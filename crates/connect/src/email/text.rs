//! The text part of an e-mail. Pure.

use crate::content::Content;
use crate::links::{Answer, Links};
use crate::message::Message;

/// What a recipient with a plain reader sees; times in their own time zone.
#[must_use]
pub fn render(message: &Message, content: &Content, links: &Links, moment: impl Fn(jiff::Timestamp) -> String) -> String {
    let mut parts = vec![content.headline.clone()];
    let sentences: Vec<String> =
        [&content.situation, &content.deadline].into_iter().flatten().map(|sentence| sentence.with(&moment)).collect();
    parts.push(sentences.join("\n"));
    parts.push(content.facts.iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join("\n"));
    if let Some(asked_for) = &content.asked_for {
        let lines: Vec<String> = asked_for.lines().map(|line| format!("> {line}")).collect();
        parts.push(format!("Asked for:\n{}", lines.join("\n")));
    }
    if let Some((label, why)) = &content.why {
        parts.push(format!("{label}: {why}"));
    }
    if let Some(lead) = &content.lead {
        let answer =
            |action: &crate::message::Action| Some(format!("{}: {}", action.label(), links.answer(&Answer::to(message, lead, *action)?)));
        let mut answers: Vec<String> = content.actions.iter().filter_map(answer).collect();
        answers.push(format!("Open: {}", links.lead(lead)));
        parts.push(answers.join("\n"));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n") + "\n"
}
