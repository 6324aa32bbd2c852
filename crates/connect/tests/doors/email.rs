//! E-mail, against an SMTP server on loopback.

use crate::scene::{TOO_SLOW, ben, impatient, links, message, now, open, recipient, smtp};
use mail_parser::{MessageParser, MimeHeaders};
use pointsman_connect::channel::Channel;
use pointsman_connect::config::{ChannelConfig, Tls};
use pointsman_connect::message::{Action, Message, Notice, Outcome, Person};
use pointsman_connect::secret::Secret;
use pointsman_testkit::smtp::{Mail, Mood, Security, Smtp};
use std::time::Duration;

async fn server() -> Smtp {
    Smtp::start(Security::None).await.unwrap()
}

async fn sent(message: &Message) -> Mail {
    let server = server().await;
    let outcome = open(&smtp(&server)).deliver(message, now()).await;
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
    assert_eq!(server.complaints(), Vec::<String>::new());
    server.mails().remove(0)
}

/// Each line of the header, unfolded.
fn headers(mail: &Mail) -> Vec<String> {
    let text = String::from_utf8(mail.data.clone()).unwrap();
    text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect()
}

#[tokio::test]
async fn a_rep_gets_a_mail_with_a_text_and_an_html_part() {
    let mail = sent(&message(Notice::Assigned)).await;
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("leads@acme.example", &["ana@acme.example".to_owned()][..]));
    let parsed = MessageParser::default().parse(&mail.data).unwrap();
    assert_eq!(parsed.content_type().unwrap().subtype(), Some("alternative"));
    assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some("Acme Leads"));
    assert_eq!(parsed.to().unwrap().first().unwrap().name(), Some("Ana Lima"));
    assert_eq!(parsed.subject(), Some("New lead: Ada Lovelace (Globex & Sons), contact by Wed 4 Mar 10:15 EST"));
    assert_eq!(parsed.date().unwrap().to_timestamp(), 1_772_636_400);
    let (text, html) = (parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap());
    assert!(text.contains("Company: Globex & Sons") && text.contains("> We need it by June"), "{text}");
    assert!(html.contains("Globex &amp; Sons") && html.contains("We need it by June"), "{html}");
}

#[tokio::test]
async fn what_identifies_a_mail_is_the_message_not_the_attempt() {
    let id = |mail: &Mail| MessageParser::default().parse(&mail.data).unwrap().message_id().unwrap().to_owned();
    let (first, second) = (sent(&message(Notice::Assigned)).await, sent(&message(Notice::Assigned)).await);
    assert_eq!(id(&first), "msg_0195f3c2a1@acme.example");
    assert_eq!(id(&first), id(&second));
    assert!(headers(&first).contains(&"References: <lead.lead_0195f3c2@acme.example>".to_owned()));
    assert!(headers(&first).contains(&"Auto-Submitted: auto-generated".to_owned()));
}

#[tokio::test]
async fn each_answer_has_a_link_that_says_who_answers_what() {
    let mail = sent(&message(Notice::Assigned)).await;
    let parsed = MessageParser::default().parse(&mail.data).unwrap();
    let (text, html) = (parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap());
    let base = "https://leads.acme.example/answer/";
    let tokens: Vec<&str> = text.lines().filter_map(|line| Some(line.split_once(base)?.1)).collect();
    let answers: Vec<_> = tokens.iter().map(|token| links().read(token, now()).unwrap()).collect();
    assert_eq!(answers.iter().map(|answer| answer.action).collect::<Vec<_>>(), Action::ALL);
    assert!(answers.iter().all(|answer| answer.rep == "ana@acme.example" && answer.lead == "lead_0195f3c2"));
    assert!(tokens.iter().all(|token| html.contains(&format!("\"{base}{token}\""))));
    assert!(text.contains("Open: https://leads.acme.example/leads/lead_0195f3c2"));
}

#[tokio::test]
async fn a_manager_is_told_and_is_offered_no_answer() {
    let mut breach = message(Notice::Breach);
    (breach.to, breach.actions) = (recipient(ben()), Vec::new());
    let mail = sent(&breach).await;
    let parsed = MessageParser::default().parse(&mail.data).unwrap();
    assert!(parsed.subject().unwrap().starts_with("Overdue with Ana Lima: Ada Lovelace"), "{:?}", parsed.subject());
    assert!(!parsed.body_text(0).unwrap().contains("/answer/"));
}

#[tokio::test]
async fn a_line_that_is_one_dot_does_not_end_the_mail() {
    let mut message = message(Notice::Assigned);
    message.about.as_mut().unwrap().lead.asked_for = Some("Before.\n.\n..\n.hidden\nFrom here on.".into());
    message.about.as_mut().unwrap().why = ".".into();
    let mail = sent(&message).await;
    let parsed = MessageParser::default().parse(&mail.data).unwrap();
    assert!(parsed.body_text(0).unwrap().replace("\r\n", "\n").contains("> Before.\n> .\n> ..\n> .hidden\n> From here on."));
    assert!(parsed.body_html(0).unwrap().replace("\r\n", "\n").contains("\n.\n..\n.hidden\n"));
}

#[tokio::test]
async fn a_server_that_cannot_take_the_mail_now_is_tried_again() {
    let server = server().await;
    let (patient, impatient) = (open(&smtp(&server)), impatient(&smtp(&server)));
    for (mood, channel, said) in [
        (Mood::Greylist, &patient, "451 4.7.1 Greylisted"),
        (Mood::Busy, &patient, "421"),
        (Mood::HangUp, &patient, "broke off"),
        (Mood::Hang, &impatient, "did not take the mail within 0.8 s"),
        (Mood::Slow(TOO_SLOW), &impatient, "did not take the mail within 0.8 s"),
    ] {
        server.set(mood);
        match channel.deliver(&message(Notice::Assigned), now()).await {
            Outcome::Retry { reason, .. } => assert!(reason.contains(said), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
    server.set(Mood::Slow(Duration::from_millis(20)));
    assert!(matches!(patient.deliver(&message(Notice::Assigned), now()).await, Outcome::Delivered { .. }));
    drop(server);
    assert!(matches!(patient.deliver(&message(Notice::Assigned), now()).await, Outcome::Retry { .. }));
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_dead() {
    let server = server().await;
    server.set(Mood::Refuse);
    match open(&smtp(&server)).deliver(&message(Notice::Assigned), now()).await {
        Outcome::Dead { reason } => assert_eq!(reason, "127.0.0.1 refuses the mail (550 5.1.1 No such mailbox)"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn two_mails_at_once_do_not_get_in_each_others_way() {
    let server = server().await;
    server.set(Mood::Slow(Duration::from_millis(40)));
    let channel = open(&smtp(&server));
    let other = Message { id: "msg_2".into(), to: recipient(ben()), ..message(Notice::CameAgain) };
    let first = message(Notice::Assigned);
    let both = tokio::join!(channel.deliver(&first, now()), channel.deliver(&other, now()));
    assert!(matches!(both, (Outcome::Delivered { .. }, Outcome::Delivered { .. })), "{both:?}");
    let mut to: Vec<String> = server.mails().iter().flat_map(|mail| mail.to.clone()).collect();
    to.sort();
    assert_eq!(to, ["ana@acme.example", "ben@acme.example"]);
}

#[tokio::test]
async fn a_recipient_without_a_usable_address_is_reached_otherwise() {
    let server = server().await;
    let channel = open(&smtp(&server));
    let to = |email: &str| {
        let person = Person { email: email.into(), name: None };
        channel.reaches(&Message { to: recipient(person), ..message(Notice::Assigned) })
    };
    assert_eq!(to("ana@acme.example"), Ok(()));
    for email in ["ana", "", "ana@acme.example\r\nRCPT TO:<all@acme.example>", "ana@acme.example,ben@acme.example", "<ana@acme.example>"] {
        assert!(to(email).is_err(), "{email}");
    }
    let nobody = Message { to: Default::default(), ..message(Notice::Assigned) };
    assert!(channel.reaches(&nobody).is_err());
    assert!(matches!(channel.deliver(&nobody, now()).await, Outcome::Dead { .. }));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn what_could_not_work_is_refused_when_it_is_entered() {
    let server = server().await;
    let field = |login: (Option<&str>, Option<&str>), sender: &str| {
        let mut config = smtp(&server);
        if let ChannelConfig::Smtp { user, password, from, .. } = &mut config {
            (*user, *password, *from) = (login.0.map(Into::into), login.1.map(Secret::new), sender.into());
        }
        Channel::open(&config, &crate::scene::outside()).err().map(|error| error.field)
    };
    let from = "Leads <leads@acme.example>";
    assert_eq!(field((None, None), from), None);
    assert_eq!(field((Some("me"), Some("pw")), from), None);
    assert_eq!(field((Some("me"), None), from), Some("password"));
    assert_eq!(field((None, Some("pw")), from), Some("password"));
    assert_eq!(field((Some(" "), Some("pw")), from), Some("user"));
    assert_eq!(field((Some("me"), Some("")), from), Some("password"));
    assert_eq!(field((None, None), "nobody"), Some("from"));
    assert_eq!(field((None, None), "a@acme.example\r\nBcc: b@acme.example"), Some("from"));
}

#[tokio::test]
async fn mail_in_the_clear_goes_to_this_machine_only() {
    let mut config = smtp(&server().await);
    if let ChannelConfig::Smtp { host, tls, .. } = &mut config {
        (*host, *tls) = ("192.0.2.1".into(), Tls::None);
    }
    let guard = pointsman_connect::guard::Guard::allowing(vec!["192.0.2.0/24".parse().unwrap()]);
    let mut outside = crate::scene::outside();
    outside.http = pointsman_connect::http::Http::new(guard, outside.http.limits()).unwrap();
    match Channel::open(&config, &outside).unwrap().deliver(&message(Notice::Assigned), now()).await {
        Outcome::Dead { reason } => assert!(reason.contains("set tls to starttls"), "{reason}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_id_that_a_lead_brought_along_is_harmless_in_a_header() {
    let mut message = message(Notice::Assigned);
    message.about.as_mut().unwrap().lead.id = "x>\r\nBcc: all@acme.example\r\n\r\n".into();
    let mail = sent(&message).await;
    let names: Vec<String> = headers(&mail).iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
    let expected = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "References", "MIME-Version", "Content-Type"];
    assert_eq!(names, expected);
}
