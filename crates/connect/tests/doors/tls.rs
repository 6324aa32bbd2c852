//! Mail and webhooks over TLS, against servers whose certificate is trusted or not.
//!
//! Which certificates are trusted is a matter of the machine. So each test runs itself again in a process of its
//! own, to which the machine's store is the certificate of the server under test.

use crate::scene::{WEBHOOK_SECRET, message, now, open, smtp, webhook};
use pointsman_connect::config::{ChannelConfig, Tls};
use pointsman_connect::message::{Notice, Outcome};
use pointsman_connect::secret::Secret;
use pointsman_testkit::smtp::{Mail, PASSWORD, Security, Smtp, USER};
use pointsman_testkit::webhook::Receiver;
use std::process::Command;

/// The port of the server and how to talk to it, for the process inside.
const INSIDE: &str = "POINTSMAN_TEST_TLS";

/// What came of a delivery from within a process that trusts this certificate.
fn deliver(test: &str, port: u16, how: &str, trusted: &str) -> String {
    let store = std::env::temp_dir().join(format!("pointsman-{}-{port}.pem", std::process::id()));
    std::fs::write(&store, trusted).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("tls::{test}"), "--nocapture"])
        .env(INSIDE, format!("{how} {port}"))
        .env("SSL_CERT_FILE", &store)
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    std::fs::remove_file(&store).unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| Some(line.split_once("outcome: ")?.1.to_owned())).unwrap_or_else(|| panic!("{text}"))
}

/// The inside of a test: delivers once, says what came of it.
async fn inside() -> bool {
    let Ok(how) = std::env::var(INSIDE) else { return false };
    let (how, port) = how.split_once(' ').unwrap();
    let mail = |tls, password| ChannelConfig::Smtp {
        host: "localhost".into(),
        port: port.parse().unwrap(),
        tls,
        user: Some(USER.into()),
        password: Some(Secret::new(password)),
        from: USER.into(),
    };
    let channel = match how {
        "starttls" => open(&mail(Tls::Starttls, PASSWORD)),
        "implicit" => open(&mail(Tls::Implicit, PASSWORD)),
        "wrong-password" => open(&mail(Tls::Starttls, "guess")),
        _ => webhook(format!("https://localhost:{port}/hooks"), &[WEBHOOK_SECRET]),
    };
    println!("outcome: {:?}", channel.deliver(&message(Notice::Assigned), now()).await);
    true
}

fn only(server: &Smtp) -> Mail {
    let mut mails = server.mails();
    assert_eq!(mails.len(), 1);
    mails.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_over_starttls_with_a_login() {
    if inside().await {
        return;
    }
    let server = Smtp::start(Security::Starttls).await.unwrap();
    let outcome = deliver("mail_goes_over_starttls_with_a_login", server.port(), "starttls", server.authority());
    assert!(outcome.starts_with("Delivered"), "{outcome}");
    let mail = only(&server);
    assert_eq!((mail.private, mail.user.as_deref()), (true, Some(USER)));
    assert_eq!(server.complaints(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_over_tls_from_the_first_byte() {
    if inside().await {
        return;
    }
    let server = Smtp::start(Security::Implicit).await.unwrap();
    let outcome = deliver("mail_goes_over_tls_from_the_first_byte", server.port(), "implicit", server.authority());
    assert!(outcome.starts_with("Delivered"), "{outcome}");
    assert!(only(&server).private);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_dead_and_is_not_shown() {
    if inside().await {
        return;
    }
    let server = Smtp::start(Security::Starttls).await.unwrap();
    let outcome = deliver("a_wrong_password_is_dead_and_is_not_shown", server.port(), "wrong-password", server.authority());
    assert!(outcome.starts_with("Dead") && outcome.contains("refuses the login (535") && !outcome.contains("guess"), "{outcome}");
    assert_eq!(server.mails(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_another_certificate_gets_neither_login_nor_mail() {
    if inside().await {
        return;
    }
    let (server, other) = (Smtp::start(Security::Starttls).await.unwrap(), Smtp::start(Security::Starttls).await.unwrap());
    for how in ["starttls", "wrong-password"] {
        let outcome = deliver("a_server_with_another_certificate_gets_neither_login_nor_mail", server.port(), how, other.authority());
        assert!(outcome.starts_with("Retry") && outcome.contains("certificate"), "{outcome}");
    }
    assert_eq!(server.mails(), []);
}

/// Somebody in between who says that there is no TLS learns nothing.
#[tokio::test]
async fn a_server_that_offers_no_tls_gets_neither_login_nor_mail() {
    let server = Smtp::start(Security::None).await.unwrap();
    let mut config = smtp(&server);
    if let ChannelConfig::Smtp { tls, user, password, .. } = &mut config {
        (*tls, *user, *password) = (Tls::Starttls, Some(USER.into()), Some(Secret::new(PASSWORD)));
    }
    let outcome = open(&config).deliver(&message(Notice::Assigned), now()).await;
    assert!(matches!(outcome, Outcome::Dead { ref reason } if reason.contains("STARTTLS")), "{outcome:?}");
    assert_eq!(server.mails(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_goes_over_https() {
    if inside().await {
        return;
    }
    let receiver = Receiver::start_tls(WEBHOOK_SECRET).await.unwrap();
    let outcome = deliver("a_webhook_goes_over_https", receiver.port(), "webhook", receiver.authority());
    assert!(outcome.starts_with("Delivered"), "{outcome}");
    assert_eq!(receiver.got().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_with_another_certificate_gets_no_webhook() {
    if inside().await {
        return;
    }
    let (receiver, other) = (Receiver::start_tls(WEBHOOK_SECRET).await.unwrap(), Receiver::start_tls(WEBHOOK_SECRET).await.unwrap());
    let outcome = deliver("a_receiver_with_another_certificate_gets_no_webhook", receiver.port(), "webhook", other.authority());
    assert!(outcome.starts_with("Retry") && outcome.contains("certificate"), "{outcome}");
    assert_eq!(receiver.requests(), 0);
}
