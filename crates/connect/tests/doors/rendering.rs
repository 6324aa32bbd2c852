//! What people and programs see of each notice, word for word.

use crate::scene::{ana, at, ben, links, message, now, recipient};
use mail_parser::MessageParser;
use pointsman_connect::email::compose::compose;
use pointsman_connect::message::{Action, InQueue, Message, Notice, State};
use pointsman_connect::slack::blocks::{Answers, body};
use pointsman_connect::webhook::payload;
use std::fmt::Write;

/// Each kind of notice, and a lead in each state.
fn scenes() -> Vec<(&'static str, Message)> {
    let later = at("2026-03-04T15:04:00Z");
    let to = |person, message: Message| Message { to: recipient(person), actions: Vec::new(), ..message };
    let state = |state, actions: &[Action]| {
        let replaces = Some("D012ANA999/1764500000.000100".into());
        let mut message = Message { actions: actions.to_vec(), replaces, ..message(Notice::Assigned) };
        message.about.as_mut().unwrap().state = state;
        message
    };
    let offline = |until| Message { about: None, actions: Vec::new(), ..message(Notice::Offline { rep: ana(), missed: 3, until }) };
    let review = |count: u32| {
        let company = [Some("Globex".to_owned()), None];
        let in_queue = |company| InQueue { company, why: "no rule takes it".into(), since: at("2026-03-03T16:20:00Z") };
        let first = company.into_iter().map(in_queue).take(count as usize).collect();
        Message { about: None, actions: Vec::new(), ..message(Notice::Review { queue: "catch-all".into(), count, first }) }
    };
    let breach = |actions: &[Action]| {
        let mut message = Message { actions: actions.to_vec(), ..message(Notice::Breach) };
        message.about.as_mut().unwrap().contact_by = Some(at("2026-03-04T14:55:30Z"));
        message
    };
    vec![
        ("assigned", message(Notice::Assigned)),
        ("came again", message(Notice::CameAgain)),
        ("reminder", message(Notice::Reminder)),
        ("breach, to the rep", breach(&[Action::Contacted, Action::Pass])),
        ("breach, to the manager", to(ben(), breach(&[]))),
        ("reassigned to somebody", Message { actions: Vec::new(), ..message(Notice::Reassigned { to: Some(ben()) }) }),
        ("reassigned to nobody", Message { actions: Vec::new(), ..message(Notice::Reassigned { to: None }) }),
        ("queued", to(ben(), message(Notice::Queued { queue: "catch-all".into() }))),
        ("review", to(ben(), review(12))),
        ("review of one", to(ben(), review(1))),
        ("offline, to the rep", offline(Some(at("2026-03-04T19:00:00Z")))),
        ("offline, to the manager", to(ben(), offline(None))),
        ("accepted", state(State::Accepted { by: ana(), at: later }, &[Action::Contacted, Action::Pass])),
        ("contacted", state(State::Contacted { by: ana(), at: later }, &[])),
        ("passed on", state(State::Passed { by: ana(), at: later }, &[])),
        ("moved to somebody", state(State::Moved { to: Some(ben()), at: later }, &[])),
        ("moved to nobody", state(State::Moved { to: None, at: later }, &[])),
        ("closed", state(State::Closed { at: later }, &[])),
        ("erased", state(State::Erased, &[])),
    ]
}

/// Slack's message as its reader sees it: the texts, one a line, and the buttons.
fn seen(body: &serde_json::Value) -> String {
    let mut seen = format!("({})\n", body["text"].as_str().unwrap());
    for block in body["blocks"].as_array().unwrap() {
        let texts =
            [&block["text"]["text"]].into_iter().chain(block["fields"].as_array().into_iter().flatten().map(|field| &field["text"]));
        for text in texts.filter_map(|text| text.as_str()) {
            let _ = writeln!(seen, "{}", text.replace('\n', "\n  "));
        }
        let elements = block["elements"].as_array().into_iter().flatten();
        let elements: Vec<&str> = elements.filter_map(|element| element["text"]["text"].as_str().or(element["text"].as_str())).collect();
        if !elements.is_empty() {
            let _ = writeln!(seen, "[{}]", elements.join("] ["));
        }
    }
    seen
}

#[test]
fn a_message_that_was_stored_is_the_same_when_it_is_read() {
    let event = Notice::Event { event: "lead.assigned".into(), data: serde_json::json!({ "b": [1, -2, 0.5, null], "a": { "kind": "x" } }) };
    for message in scenes().into_iter().map(|(_, message)| message).chain([message(event)]) {
        let stored = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&stored).unwrap(), message, "{stored}");
    }
}

#[test]
fn in_slack() {
    let mut all = String::new();
    for (name, message) in scenes() {
        let _ = writeln!(all, "--- {name}\n{}", seen(&body(&message, Answers::Buttons, &links(), now())));
    }
    insta::assert_snapshot!("slack", all);
}

#[test]
fn in_slack_as_it_is_sent() {
    let sent = body(&message(Notice::Assigned), Answers::Buttons, &links(), now());
    insta::assert_snapshot!("slack_assigned", serde_json::to_string_pretty(&sent).unwrap());
}

/// Signed links are long and change with the key: only their place matters here.
fn without_tokens(text: &str) -> String {
    let mut parts = text.split("/answer/");
    let mut kept = parts.next().unwrap().to_owned();
    for part in parts {
        kept.push_str("/answer/…");
        kept.push_str(part.trim_start_matches(|char: char| char.is_ascii_alphanumeric() || "-_.".contains(char)));
    }
    kept.replace("\r\n", "\n")
}

fn mail(message: &Message) -> (String, String, String) {
    let from = "Acme Leads <leads@acme.example>".parse().unwrap();
    let mail = compose(message, &from, &links(), now()).unwrap().formatted();
    let mail = MessageParser::default().parse(&mail).unwrap();
    let part = |text: Option<std::borrow::Cow<'_, str>>| without_tokens(&text.unwrap());
    (mail.subject().unwrap().to_owned(), part(mail.body_text(0)), part(mail.body_html(0)))
}

#[test]
fn in_mails_as_text() {
    let mut all = String::new();
    for (name, message) in scenes() {
        let (subject, text, _) = mail(&message);
        let _ = writeln!(all, "--- {name}\nSubject: {subject}\n\n{text}");
    }
    insta::assert_snapshot!("mail_text", all);
}

#[test]
fn in_mails_as_html() {
    insta::assert_snapshot!("mail_html_assigned", mail(&message(Notice::Assigned)).2);
}

#[test]
fn in_webhooks() {
    let mut all = String::new();
    for (_, message) in scenes() {
        let _ = writeln!(all, "{}", payload::of(&message, &links()));
    }
    insta::assert_snapshot!("webhook", all);
}
