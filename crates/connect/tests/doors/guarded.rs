//! What configured addresses cannot reach, and what a client does not do for them.

use crate::scene::{WEBHOOK_SECRET, links, message, now, outside};
use pointsman_connect::channel::{Channel, Outside};
use pointsman_connect::config::{ChannelConfig, Tls};
use pointsman_connect::guard::Guard;
use pointsman_connect::http::{Http, Limits, Trouble};
use pointsman_connect::message::{Notice, Outcome};
use pointsman_connect::secret::Secret;
use pointsman_testkit::mood::Mood;
use pointsman_testkit::smtp::{Security, Smtp};
use pointsman_testkit::webhook::Receiver;

fn public() -> Http {
    Http::new(Guard::public(), Limits::default()).unwrap()
}

#[tokio::test]
async fn no_way_of_writing_a_private_address_gets_through() {
    let receiver = Receiver::start(WEBHOOK_SECRET).await.unwrap();
    let port = receiver.url().rsplit(':').next().unwrap().to_owned();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "0",
        "localhost",
        "LOCALHOST.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "１２７.0.0.1",
        "127。0。0。1",
        "10.0.0.1",
        "169.254.169.254",
        "[fd00::1]",
        "[fe80::1]",
    ];
    for host in hosts {
        let result = public().post(&format!("http://{host}:{port}"), &[], Vec::new()).await;
        let refused = matches!(result, Err(Trouble::Refused(_)));
        // A machine without IPv6 or with another hosts file may not know a name at all; nothing gets through either way.
        let unknown = matches!(result, Err(Trouble::Unreachable { .. })) && host.contains("LOCALHOST");
        assert!(refused || unknown, "{host}: {result:?}");
    }
    assert_eq!(receiver.requests(), 0);
}

#[tokio::test]
async fn a_channel_to_a_private_address_is_dead_and_says_what_to_allow() {
    let receiver = Receiver::start(WEBHOOK_SECRET).await.unwrap();
    let smtp = Smtp::start(Security::None).await.unwrap();
    let outside = Outside { http: public(), links: links() };
    let webhook = ChannelConfig::Webhook { url: receiver.url(), secrets: vec![Secret::new(WEBHOOK_SECRET)], events: Vec::new() };
    for host in ["127.0.0.1", "localhost"] {
        let mail = ChannelConfig::Smtp {
            host: host.into(),
            port: smtp.port(),
            tls: Tls::None,
            user: None,
            password: None,
            from: "leads@acme.example".into(),
        };
        for config in [&webhook, &mail] {
            let channel = Channel::open(config, &outside).unwrap();
            match channel.deliver(&message(Notice::Assigned), now()).await {
                Outcome::Dead { reason } => {
                    assert!(reason.contains("a loopback address") && reason.contains("allow its network"), "{reason}")
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!((receiver.requests(), smtp.connections()), (0, 0));
}

#[tokio::test]
async fn an_answer_that_does_not_end_is_cut_off() {
    let receiver = Receiver::start(WEBHOOK_SECRET).await.unwrap();
    receiver.set(Mood::Endless);
    let result = outside().http.post(&receiver.url(), &[], Vec::new()).await;
    assert!(matches!(result, Err(Trouble::TooLong { limit: 262_144, .. })), "{result:?}");
}

#[tokio::test]
async fn retry_after_is_read_in_seconds_and_as_a_date() {
    let receiver = Receiver::start(WEBHOOK_SECRET).await.unwrap();
    let ask = async |text: &str| {
        receiver.set(Mood::Busy(text.into()));
        outside().http.post(&receiver.url(), &[], Vec::new()).await.unwrap().retry_after(now()).map(|after| after.as_secs())
    };
    assert_eq!(ask("30").await, Some(30));
    assert_eq!(ask(" 0 ").await, Some(0));
    assert_eq!(ask("Wed, 04 Mar 2026 15:03:00 GMT").await, Some(120));
    assert_eq!(ask("Wed, 04 Mar 2026 14:00:00 GMT").await, Some(0), "a date that is past asks for nothing");
    for long in ["604800", "18446744073709551615", "Wed, 11 Mar 2026 15:00:00 GMT"] {
        assert_eq!(ask(long).await, Some(3_600), "{long}: nobody holds a channel back for more than an hour");
    }
    for nonsense in ["soon", "-5", "1e9", "99999999999999999999", ""] {
        assert_eq!(ask(nonsense).await, None, "{nonsense}");
    }
}

#[tokio::test]
async fn no_header_can_be_slipped_in() {
    let receiver = Receiver::start(WEBHOOK_SECRET).await.unwrap();
    for (name, value) in [("x", "a\r\nx-evil: 1"), ("x\r\nx-evil", "1"), ("x", "\u{0}")] {
        let result = outside().http.post(&receiver.url(), &[(name, value)], Vec::new()).await;
        assert!(matches!(result, Err(Trouble::BadAddress(_))), "{result:?}");
    }
    assert_eq!(receiver.requests(), 0);
}
