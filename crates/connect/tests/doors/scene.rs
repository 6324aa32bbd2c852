//! What the tests send, and how.

use jiff::Timestamp;
use pointsman_connect::channel::{Channel, Outside};
use pointsman_connect::config::{ChannelConfig, Tls};
use pointsman_connect::guard::Guard;
use pointsman_connect::http::{Http, Limits};
use pointsman_connect::links::Links;
use pointsman_connect::message::{About, Action, Lead, Message, Notice, Person, Recipient, State};
use pointsman_connect::seal::Key;
use pointsman_connect::secret::Secret;
use pointsman_testkit::slack::{SIGNING_SECRET, Slack, TOKEN};
use pointsman_testkit::smtp::Smtp;
use std::time::Duration;

pub const WEBHOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// The impatient give the other side up after this time.
pub const PATIENCE: Duration = Duration::from_millis(400);
/// The patient wait longer than a loaded machine can make them.
const PATIENT: Duration = Duration::from_secs(60);
/// A side that is slower than anybody waits.
pub const TOO_SLOW: Duration = Duration::from_secs(600);

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// When messages go out: a minute after the lead came.
pub fn now() -> Timestamp {
    at("2026-03-04T15:01:00Z")
}

pub fn ana() -> Person {
    Person { email: "ana@acme.example".into(), name: Some("Ana Lima".into()) }
}

pub fn ben() -> Person {
    Person { email: "ben@acme.example".into(), name: None }
}

pub fn recipient(person: Person) -> Recipient {
    Recipient { person: Some(person), slack_id: Some("U012ANA999".into()), timezone: Some("America/New_York".into()) }
}

/// Ada's demo request, which is Ana's now.
pub fn about() -> About {
    About {
        lead: Lead {
            id: "lead_0195f3c2".into(),
            name: Some("Ada Lovelace".into()),
            title: Some("CTO".into()),
            company: Some("Globex & Sons".into()),
            email: Some("ada@globex.example".into()),
            phone: Some("+1 202 555 0143".into()),
            country: Some("US".into()),
            asked_for: Some("Demo request: analytics.\nWe need it by June, for 40 people.".into()),
            source: Some("web form".into()),
            more: vec![("Employees".into(), "1,200".into())],
        },
        why: "US territories (line 3): a turn of ana@acme.example in pool sdr".into(),
        rule: Some("US territories".into()),
        account: Some("Globex".into()),
        contact_by: Some(at("2026-03-04T15:15:00Z")),
        rep: Some(ana()),
        state: State::Open,
    }
}

pub fn message(notice: Notice) -> Message {
    Message {
        id: "msg_0195f3c2a1".into(),
        at: at("2026-03-04T15:00:00Z"),
        to: recipient(ana()),
        notice,
        about: Some(about()),
        actions: Action::ALL.to_vec(),
        replaces: None,
    }
}

/// The key that seals and signs in these tests.
pub fn key() -> Key {
    Key::new([7; 32])
}

pub fn links() -> Links {
    Links::new("https://leads.acme.example", &key()).unwrap()
}

/// A way out that may reach this machine.
pub fn outside() -> Outside {
    outside_within(Limits { connect: PATIENT, total: PATIENT, ..Limits::default() })
}

fn outside_within(limits: Limits) -> Outside {
    let guard = Guard::allowing(vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
    Outside { http: Http::new(guard, limits).unwrap(), links: links() }
}

pub fn open(config: &ChannelConfig<Secret>) -> Channel {
    Channel::open(config, &outside()).unwrap()
}

/// A channel that soon loses patience.
pub fn impatient(config: &ChannelConfig<Secret>) -> Channel {
    Channel::open(config, &outside_within(Limits { connect: PATIENCE, total: PATIENCE, ..Limits::default() })).unwrap()
}

pub fn slack_bot(slack: &Slack) -> Channel {
    open(&slack_app(slack, TOKEN))
}

pub fn slack_app(slack: &Slack, token: &str) -> ChannelConfig<Secret> {
    let (token, signing_secret) = (Secret::new(token), Secret::new(SIGNING_SECRET));
    ChannelConfig::Slack { token, signing_secret, api_base: Some(slack.api_base()) }
}

pub fn webhook(url: String, secrets: &[&str]) -> Channel {
    open(&webhook_at(url, secrets))
}

pub fn webhook_at(url: String, secrets: &[&str]) -> ChannelConfig<Secret> {
    let secrets = secrets.iter().map(|secret| Secret::new(*secret)).collect();
    ChannelConfig::Webhook { url, secrets, events: Vec::new() }
}

pub fn smtp(server: &Smtp) -> ChannelConfig<Secret> {
    ChannelConfig::Smtp {
        host: "127.0.0.1".into(),
        port: server.port(),
        tls: Tls::None,
        user: None,
        password: None,
        from: "Acme Leads <leads@acme.example>".into(),
    }
}
