//! The HTML part of an e-mail: what all mail programs show, with styles in place and nothing to load. Pure.

use crate::content::Content;
use crate::links::{Answer, Links};
use crate::message::{Action, Message};
use std::fmt::Write;

const FONT: &str = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5;color:#1f2328";
const LABEL: &str = "padding:2px 16px 2px 0;color:#59636e;vertical-align:top;white-space:nowrap";
const QUOTE: &str = "margin:0 0 16px;padding:0 12px;border-left:3px solid #d1d9e0;white-space:pre-line";
const BUTTON: &str = "display:inline-block;margin:0 8px 8px 0;padding:8px 16px;border-radius:6px;text-decoration:none";

/// What most recipients see; times in their own time zone.
#[must_use]
pub fn render(message: &Message, content: &Content, links: &Links, moment: impl Fn(jiff::Timestamp) -> String) -> String {
    let mut body = format!("<h1 style=\"margin:0 0 8px;font-size:20px\" dir=\"auto\">{}</h1>\n", escape(&content.headline));
    for sentence in [&content.situation, &content.deadline].into_iter().flatten() {
        let _ = writeln!(body, "<p style=\"margin:0 0 8px\"><strong>{}</strong></p>", escape(&sentence.with(&moment)));
    }
    body.push_str(&facts(content));
    if let Some(asked_for) = &content.asked_for {
        let _ = writeln!(body, "<blockquote style=\"{QUOTE}\" dir=\"auto\">{}</blockquote>", escape(asked_for));
    }
    if let Some((label, why)) = &content.why {
        let _ = writeln!(body, "<p style=\"margin:0 0 16px;color:#59636e\">{label}: <span dir=\"auto\">{}</span></p>", escape(why));
    }
    body.push_str(&buttons(message, content, links));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body style=\"margin:0;padding:24px;{FONT}\">\n{body}</body>\n</html>\n",
        escape(&content.headline)
    )
}

fn facts(content: &Content) -> String {
    if content.facts.is_empty() {
        return String::new();
    }
    let row = |(label, value): &(String, String)| {
        format!("<tr><td style=\"{LABEL}\">{}</td><td dir=\"auto\">{}</td></tr>\n", escape(label), escape(value))
    };
    let rows: String = content.facts.iter().map(row).collect();
    format!("<table role=\"presentation\" style=\"margin:8px 0 16px;border-collapse:collapse;{FONT}\">\n{rows}</table>\n")
}

fn buttons(message: &Message, content: &Content, links: &Links) -> String {
    let Some(lead) = &content.lead else { return String::new() };
    let link = |label: &str, url: &str, colours: &str| format!("<a href=\"{}\" style=\"{BUTTON};{colours}\">{label}</a>\n", escape(url));
    let answer = |action: &Action| {
        let colours = if *action == Action::Accept { "background:#1f883d;color:#ffffff" } else { "background:#eff2f5;color:#1f2328" };
        Some(link(action.label(), &links.answer(&Answer::to(message, lead, *action)?), colours))
    };
    let answers: String = content.actions.iter().filter_map(answer).collect();
    format!("<p style=\"margin:0\">\n{answers}{}</p>\n", link("Open", &links.lead(lead), "color:#0969da"))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
