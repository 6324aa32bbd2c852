//! Slack's bot and incoming webhooks.

use crate::scene::{self, TOO_SLOW, ana, ben, impatient, message, now, open, slack_app, slack_bot};
use pointsman_connect::channel::Channel;
use pointsman_connect::config::ChannelConfig;
use pointsman_connect::message::{Action, Message, Notice, Outcome, State};
use pointsman_connect::secret::Secret;
use pointsman_connect::slack::intake::Rejected;
use pointsman_testkit::mood::Mood;
use pointsman_testkit::slack::{Slack, TOKEN, sign};
use std::time::Duration;

fn external(outcome: Outcome) -> String {
    match outcome {
        Outcome::Delivered { external } => external,
        other => panic!("not delivered: {other:?}"),
    }
}

fn reason_to_retry(outcome: Outcome) -> (Option<Duration>, String) {
    match outcome {
        Outcome::Retry { after, reason } => (after, reason),
        other => panic!("not to be tried again: {other:?}"),
    }
}

fn reason_of_death(outcome: Outcome) -> String {
    match outcome {
        Outcome::Dead { reason } => reason,
        other => panic!("not dead: {other:?}"),
    }
}

#[tokio::test]
async fn a_rep_gets_a_message_with_three_buttons_and_a_link() {
    let slack = Slack::start().await.unwrap();
    let delivered = slack_bot(&slack).deliver(&message(Notice::Assigned), now()).await;
    let post = slack.posts().pop().unwrap();
    assert_eq!(slack.complaints(), Vec::<String>::new());
    assert_eq!(post.to, "U012ANA999");
    assert_eq!(external(delivered), format!("{}/{}", post.channel, post.ts));
    let buttons = post.body["blocks"].as_array().unwrap().last().unwrap()["elements"].as_array().unwrap().clone();
    let ids: Vec<&str> = buttons.iter().map(|button| button["action_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["accept", "contacted", "pass", "open"]);
    assert_eq!(buttons[3]["url"], "https://leads.acme.example/leads/lead_0195f3c2");
}

#[tokio::test]
async fn a_message_is_brought_up_to_date_in_place() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    let first = external(bot.deliver(&message(Notice::Assigned), now()).await);
    let mut update = message(Notice::Assigned);
    update.id = "msg_2".into();
    update.replaces = Some(first.clone());
    update.actions = vec![Action::Contacted, Action::Pass];
    update.about.as_mut().unwrap().state = State::Accepted { by: ana(), at: now() };
    assert_eq!(external(bot.deliver(&update, now()).await), first);
    let posts = slack.posts();
    assert_eq!((posts.len(), posts[0].updates), (1, 1));
    let text = posts[0].body.to_string();
    assert!(text.contains("Accepted by Ana Lima") && !text.contains("\"accept\""), "{text}");
    assert_eq!(slack.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_of_an_erased_person_stays_in_slack() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    let first = external(bot.deliver(&message(Notice::Assigned), now()).await);
    let mut update = message(Notice::Assigned);
    update.replaces = Some(first);
    update.about.as_mut().unwrap().state = State::Erased;
    external(bot.deliver(&update, now()).await);
    let text = slack.posts()[0].body.to_string();
    assert!(text.contains("This lead was erased"), "{text}");
    for trace in ["Ada", "Lovelace", "Globex", "ada@", "0143", "CTO", "analytics", "lead_0195f3c2"] {
        assert!(!text.contains(trace), "{trace} is still in {text}");
    }
}

#[tokio::test]
async fn a_message_that_was_deleted_in_slack_cannot_be_brought_up_to_date() {
    let slack = Slack::start().await.unwrap();
    let mut update = message(Notice::Assigned);
    update.replaces = Some("D012ANA999/1764500009.000100".into());
    let reason = reason_of_death(slack_bot(&slack).deliver(&update, now()).await);
    assert!(reason.contains("message_not_found") && reason.contains("can no longer be changed"), "{reason}");
}

#[tokio::test]
async fn a_press_comes_back_as_what_was_answered_by_whom() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    let external = external(bot.deliver(&message(Notice::Assigned), now()).await);
    let Channel::Slack(app) = &bot else { panic!("a bot") };
    for action in Action::ALL {
        let sent = slack.press(&slack.posts()[0], action.name(), "U012ANA999", now().as_second()).unwrap();
        let press = app.press(&sent.timestamp, &sent.signature, &sent.body, now()).unwrap().unwrap();
        assert_eq!((press.action, press.lead.as_str(), press.message.as_str()), (action, "lead_0195f3c2", "msg_0195f3c2a1"));
        assert_eq!((press.user.as_str(), &press.external), ("U012ANA999", &external));
        assert!(matches!(app.whisper(&press, "This lead is no longer yours.", now()).await, Outcome::Delivered { .. }));
    }
    assert_eq!(slack.whispers().len(), 3);
    assert_eq!(slack.whispers()[0]["response_type"], "ephemeral");
    assert_eq!(slack.whispers()[0]["replace_original"], false);
}

#[tokio::test]
async fn a_press_on_the_link_needs_no_answer() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    bot.deliver(&message(Notice::Assigned), now()).await;
    let Channel::Slack(app) = &bot else { panic!("a bot") };
    let sent = slack.press(&slack.posts()[0], "open", "U012ANA999", now().as_second()).unwrap();
    assert_eq!(app.press(&sent.timestamp, &sent.signature, &sent.body, now()), Ok(None));
}

#[tokio::test]
async fn a_press_is_believed_only_when_slack_signed_it_a_moment_ago() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    bot.deliver(&message(Notice::Assigned), now()).await;
    let Channel::Slack(app) = &bot else { panic!("a bot") };
    let press = |at| slack.press(&slack.posts()[0], "accept", "U012ANA999", at).unwrap();
    let moment = now().as_second();
    for at in [moment - 300, moment + 300] {
        let sent = press(at);
        assert!(app.press(&sent.timestamp, &sent.signature, &sent.body, now()).is_ok());
    }
    for at in [moment - 301, moment + 301] {
        let sent = press(at);
        assert_eq!(app.press(&sent.timestamp, &sent.signature, &sent.body, now()), Err(Rejected::OutOfTime));
    }
    let sent = press(moment);
    let later = (moment + 1).to_string();
    assert_eq!(app.press(&later, &sent.signature, &sent.body, now()), Err(Rejected::BadSignature));
    assert_eq!(app.press(&sent.timestamp, "v0=", &sent.body, now()), Err(Rejected::BadSignature));
    assert_eq!(app.press("soon", &sent.signature, &sent.body, now()), Err(Rejected::NoTime));
    let mut changed = sent.body.clone();
    changed.push(b'x');
    assert_eq!(app.press(&sent.timestamp, &sent.signature, &changed, now()), Err(Rejected::BadSignature));
    let nonsense = sign(b"payload=%7B%7D".to_vec(), moment);
    assert_eq!(app.press(&nonsense.timestamp, &nonsense.signature, &nonsense.body, now()), Err(Rejected::Unreadable));
}

#[tokio::test]
async fn an_answer_to_a_press_goes_to_slack_and_nowhere_else() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    bot.deliver(&message(Notice::Assigned), now()).await;
    let Channel::Slack(app) = &bot else { panic!("a bot") };
    let sent = slack.press(&slack.posts()[0], "accept", "U012ANA999", now().as_second()).unwrap();
    let mut press = app.press(&sent.timestamp, &sent.signature, &sent.body, now()).unwrap().unwrap();
    press.response_url = "http://localhost:1/somewhere".into();
    assert!(reason_of_death(app.whisper(&press, "x", now()).await).contains("not one of Slack's"));
}

#[tokio::test]
async fn slack_that_is_dead_is_tried_again() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    for mood in [Mood::Status(503), Mood::Status(500), Mood::Deaf, Mood::Garbage, Mood::Endless] {
        slack.set(mood.clone());
        let (after, reason) = reason_to_retry(bot.deliver(&message(Notice::Assigned), now()).await);
        assert_eq!(after, None, "{mood:?}: {reason}");
    }
    drop(slack);
    let (_, reason) = reason_to_retry(bot.deliver(&message(Notice::Assigned), now()).await);
    assert!(reason.contains("127.0.0.1 cannot be reached"), "{reason}");
}

#[tokio::test]
async fn slack_that_is_slow_is_waited_for_within_reason() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    slack.set(Mood::Slow(Duration::from_millis(20)));
    external(bot.deliver(&message(Notice::Assigned), now()).await);
    slack.set(Mood::Slow(TOO_SLOW));
    let bot = impatient(&slack_app(&slack, TOKEN));
    let (_, reason) = reason_to_retry(bot.deliver(&message(Notice::Assigned), now()).await);
    assert!(reason.contains("did not answer within 0.4 s"), "{reason}");
}

#[tokio::test]
async fn slack_that_limits_the_rate_is_left_alone_for_as_long_as_it_asks() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    slack.set(Mood::RateLimiting(17));
    let (after, _) = reason_to_retry(bot.deliver(&message(Notice::Assigned), now()).await);
    assert_eq!(after, Some(Duration::from_secs(17)));
    slack.set(Mood::Error("rate_limited".into()));
    let (after, _) = reason_to_retry(bot.deliver(&message(Notice::Assigned), now()).await);
    assert_eq!(after, Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn what_somebody_must_mend_first_is_dead_and_says_what_to_do() {
    let slack = Slack::start().await.unwrap();
    let expected = [
        ("invalid_auth", "Enter the bot's token again"),
        ("token_revoked", "Enter the bot's token again"),
        ("channel_not_found", "Correct the slack_id"),
        ("missing_scope", "chat:write"),
        ("is_archived", "choose another one"),
        ("not_in_channel", "Invite the app"),
        ("msg_too_long", "report a fault"),
        ("something_new", "Look the code up"),
    ];
    for (error, advice) in expected {
        slack.set(Mood::Error(error.into()));
        let reason = reason_of_death(slack_bot(&slack).deliver(&message(Notice::Assigned), now()).await);
        assert!(reason.contains(error) && reason.contains(advice), "{reason}");
    }
    slack.set(Mood::Alive);
    let reason = reason_of_death(open(&slack_app(&slack, "xoxb-wrong")).deliver(&message(Notice::Assigned), now()).await);
    assert!(reason.contains("invalid_auth") && !reason.contains("xoxb"), "{reason}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (slack, elsewhere) = (Slack::start().await.unwrap(), Slack::start().await.unwrap());
    slack.set(Mood::Redirecting(elsewhere.api_base()));
    assert!(reason_of_death(slack_bot(&slack).deliver(&message(Notice::Assigned), now()).await).contains("redirect"));
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn a_rep_without_a_slack_id_is_reached_otherwise() {
    let slack = Slack::start().await.unwrap();
    let bot = slack_bot(&slack);
    let mut unknown = message(Notice::Assigned);
    unknown.to.slack_id = None;
    assert_eq!(bot.reaches(&unknown), Err("ana@acme.example has no slack_id in the directory".to_owned()));
    assert_eq!(bot.reaches(&message(Notice::Assigned)), Ok(()));
    let event = message(Notice::Event { event: "lead.assigned".into(), data: serde_json::Value::Null });
    assert_eq!(bot.reaches(&event), Err("events go to webhooks only".to_owned()));
}

fn incoming(slack: &Slack) -> Channel {
    open(&ChannelConfig::SlackWebhook { url: Secret::new(slack.webhook_url()) })
}

#[tokio::test]
async fn an_incoming_webhook_carries_links_instead_of_buttons() {
    let slack = Slack::start().await.unwrap();
    external(incoming(&slack).deliver(&message(Notice::Assigned), now()).await);
    assert_eq!(slack.complaints(), Vec::<String>::new());
    let body = slack.posts().pop().unwrap().body;
    assert_eq!(body["blocks"][1]["text"]["text"], "For <@U012ANA999>");
    let elements = body["blocks"].as_array().unwrap().last().unwrap()["elements"].as_array().unwrap().clone();
    assert!(elements.iter().all(|element| element["value"].is_null()));
    let token = elements[2]["url"].as_str().unwrap().strip_prefix("https://leads.acme.example/answer/").unwrap().to_owned();
    let answer = scene::links().read(&token, now()).unwrap();
    assert_eq!((answer.action, answer.rep.as_str(), answer.lead.as_str()), (Action::Pass, "ana@acme.example", "lead_0195f3c2"));
}

#[tokio::test]
async fn an_incoming_webhook_says_what_is_wrong_without_telling_its_address() {
    let slack = Slack::start().await.unwrap();
    let webhook = incoming(&slack);
    for (error, advice) in [("no_service", "make a new one"), ("channel_is_archived", "choose another one")] {
        slack.set(Mood::Error(error.into()));
        let reason = reason_of_death(webhook.deliver(&message(Notice::Assigned), now()).await);
        assert!(reason.contains(error) && reason.contains(advice) && !reason.contains("services/"), "{reason}");
    }
    slack.set(Mood::RateLimiting(3));
    let (after, _) = reason_to_retry(webhook.deliver(&message(Notice::Assigned), now()).await);
    assert_eq!(after, Some(Duration::from_secs(3)));
    drop(slack);
    let (_, reason) = reason_to_retry(webhook.deliver(&message(Notice::Assigned), now()).await);
    assert!(!reason.contains("services/"), "{reason}");
}

#[tokio::test]
async fn only_a_bot_brings_messages_up_to_date() {
    let slack = Slack::start().await.unwrap();
    let update = Message { replaces: Some("D1/2".into()), ..message(Notice::Reassigned { to: Some(ben()) }) };
    let webhook = incoming(&slack);
    assert!(!webhook.updates() && slack_bot(&slack).updates());
    assert!(reason_of_death(webhook.deliver(&update, now()).await).contains("cannot be brought up to date"));
    assert_eq!(slack.requests(), 0);
}

#[tokio::test]
async fn a_bot_without_a_token_or_a_signing_secret_is_refused_when_it_is_entered() {
    let slack = Slack::start().await.unwrap();
    let field = |token: &str, secret: &str| {
        let mut config = slack_app(&slack, token);
        if let ChannelConfig::Slack { signing_secret, .. } = &mut config {
            *signing_secret = Secret::new(secret);
        }
        Channel::open(&config, &scene::outside()).err().map(|error| error.field)
    };
    assert_eq!(field(TOKEN, "s3cret"), None);
    assert_eq!(field(" ", "s3cret"), Some("token"));
    assert_eq!((field(TOKEN, ""), field(TOKEN, " \n")), (Some("signing_secret"), Some("signing_secret")));
    let webhook = Channel::open(&ChannelConfig::SlackWebhook { url: Secret::new(" ") }, &scene::outside());
    assert_eq!(webhook.err().map(|error| error.field), Some("url"));
}
