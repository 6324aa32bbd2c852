//! Whoever fills in a form decides what its texts are. None of them may do more than be read.

use crate::scene::{message, now, open, slack_bot, smtp};
use mail_parser::MessageParser;
use pointsman_connect::config::ChannelConfig;
use pointsman_connect::message::{Action, Message, Notice, Outcome};
use pointsman_connect::secret::Secret;
use pointsman_testkit::slack::Slack;
use pointsman_testkit::smtp::{Security, Smtp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// A message in which every text that somebody outside can write is this one.
fn saying(text: &str) -> Message {
    let mut message = message(Notice::Assigned);
    let about = message.about.as_mut().unwrap();
    let lead = &mut about.lead;
    for field in [&mut lead.name, &mut lead.title, &mut lead.company, &mut lead.email, &mut lead.phone, &mut lead.country] {
        *field = Some(text.into());
    }
    for field in [&mut lead.asked_for, &mut lead.source, &mut about.account, &mut about.rule] {
        *field = Some(text.into());
    }
    lead.more = vec![(text.into(), text.into()); 12];
    about.why = text.into();
    message
}

fn attempts() -> Vec<String> {
    let mut attempts: Vec<String> = [
        "<!channel> <!here> <@U666EVIL66> <https://evil.example|your bank> &lt;!everyone&gt;",
        "Ada\r\nBcc: everybody@acme.example\r\n\r\nA second mail",
        "Ada\nX-Evil: 1\n\n.\nQUIT",
        "\r\n.\r\nMAIL FROM:<evil@evil.example>\r\n",
        "<script>alert(1)</script><img src=x onerror=alert(1)>\"' onmouseover='x",
        "\" <evil@evil.example>, \"",
        "=?utf-8?q?=0D=0ABcc:_everybody@acme.example?=",
        "invoice\u{202e}fdp.exe \u{2066}\u{2067}\u{200f}",
        "\u{0}\u{1}\u{7}\u{1b}[31m\u{7f}\u{85}\u{9b}",
        "😀👩\u{200d}💻🏳\u{fe0f}\u{200d}🌈 ﷽ Ω̵̢̛ 中文 עברית العربية",
        "\u{200b}\u{feff}\u{2060}",
        "   ",
        "",
        "```code``` *bold* _it_ ~no~ `x` > quote",
    ]
    .map(str::to_owned)
    .to_vec();
    for piece in ["A", "é", "😀", "<", "&", "\n", "&\n\n", "a ", "\u{301}", "\u{202e}"] {
        attempts.push(piece.repeat(20_000));
    }
    attempts
}

#[tokio::test]
async fn slack_shows_what_strangers_wrote_and_does_nothing_of_it() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    let incoming = open(&ChannelConfig::SlackWebhook { url: Secret::new(slack.webhook_url()) });
    for text in attempts() {
        for channel in [&bot, &incoming] {
            let outcome = channel.deliver(&saying(&text), now()).await;
            assert!(matches!(outcome, Outcome::Delivered { .. }), "{text:.60?}: {outcome:?}, {:?}", slack.complaints());
        }
    }
    assert_eq!(slack.complaints(), Vec::<String>::new());
    for post in slack.posts() {
        let shown = post.body.to_string();
        assert!(!shown.contains(['\u{202e}', '\u{2066}', '\u{200f}', '\u{200b}']), "{shown}");
    }
}

#[tokio::test]
async fn a_mail_shows_what_strangers_wrote_and_does_nothing_of_it() {
    let server = Smtp::start(Security::None).await.unwrap();
    let channel = open(&smtp(&server));
    for text in attempts() {
        let mut message = saying(&text);
        message.to.person.as_mut().unwrap().name = Some(text.clone());
        let outcome = channel.deliver(&message, now()).await;
        assert!(matches!(outcome, Outcome::Delivered { .. }), "{text:.60?}: {outcome:?}");
    }
    assert_eq!(server.complaints(), Vec::<String>::new());
    let mails = server.mails();
    assert_eq!(mails.len(), attempts().len(), "no text made a second mail");
    for mail in mails {
        assert_eq!(mail.to, ["ana@acme.example"]);
        let parsed = MessageParser::default().parse(&mail.data).unwrap();
        let names: Vec<&str> = parsed.headers().iter().map(|header| header.name()).collect();
        assert_eq!(names.len(), 9, "{names:?}");
        assert_eq!(parsed.to().unwrap().iter().count(), 1);
        assert_eq!(parsed.part(0).and_then(|part| part.sub_parts()).map(<[u32]>::len), Some(2), "two parts");
        let html = parsed.body_html(0).unwrap();
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("' onmouseover"), "{html}");
        assert!(!html.contains('\u{202e}') && !parsed.body_text(0).unwrap().contains('\u{202e}'));
    }
}

/// Any text, long and short, keeps to the limits that Slack would refuse a message for.
#[test]
fn slack_takes_a_message_with_any_text_in_it() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let slack = runtime.block_on(Slack::start()).unwrap();
    let bot = runtime.block_on(async { slack_bot(&slack) });
    let texts = prop_oneof![any::<String>(), "[&<>\\n a😀*_|!@]{0,4000}", "\\PC{0,300}"];
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let property = |text: String| {
        let outcome = runtime.block_on(bot.deliver(&saying(&text), now()));
        prop_assert!(matches!(outcome, Outcome::Delivered { .. }), "{:?}: {:?}", outcome, slack.complaints());
        Ok(())
    };
    runner.run(&texts, property).unwrap();
    assert_eq!(slack.complaints(), Vec::<String>::new());
}

#[test]
fn a_lead_of_which_nothing_is_known_makes_a_message_all_the_same() {
    let mut message = message(Notice::Assigned);
    message.about.as_mut().unwrap().lead = Default::default();
    message.actions = Action::ALL.to_vec();
    let content = pointsman_connect::content::of(&message, now());
    assert_eq!(content.headline, "New lead: somebody without a name");
}
