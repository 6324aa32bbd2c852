//! What configuration promises: order of strength, origins, places of mistakes, secrets that stay secret.

use super::*;

fn given(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str, &str)]) -> Given {
    let owned = |text: &&str| (*text).to_owned();
    Given {
        file: (!file.is_empty()).then(|| ("pointsman.toml".into(), file.to_owned())),
        environment: environment.iter().map(|(name, value)| (owned(name), owned(value))).collect(),
        flags: flags.iter().map(|(flag, name, value)| (owned(flag), owned(name), owned(value))).collect(),
    }
}

fn mistakes(given: &Given) -> Vec<String> {
    Config::load(given).unwrap_err().iter().map(Mistake::to_string).collect()
}

#[test]
fn without_anything_the_defaults_are_in_force() {
    let (config, in_force) = Config::load(&Given::default()).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!((config.database, config.key, config.queue), (None, None, 4096));
    assert!(in_force.iter().all(|setting| setting.origin == "default"));
    assert_eq!(in_force.first().map(|setting| &*setting.name), Some("listen"));
}

#[test]
fn flags_are_stronger_than_the_environment_and_that_than_the_file() {
    let given = given(
        "queue = 1\nbatch = 2\ndeliveries = 3\n",
        &[("POINTSMAN_BATCH", "20"), ("POINTSMAN_DELIVERIES", "30"), ("HOME", "/root")],
        &[("--set deliveries=40", "deliveries", "40")],
    );
    let (config, in_force) = Config::load(&given).unwrap();
    assert_eq!((config.queue, config.batch, config.deliveries), (1, 20, 40));
    let origin = |name: &str| in_force.iter().find(|setting| setting.name == name).map(|setting| setting.origin.clone());
    assert_eq!(origin("queue").unwrap(), "pointsman.toml:1");
    assert_eq!(origin("batch").unwrap(), "environment POINTSMAN_BATCH");
    assert_eq!(origin("deliveries").unwrap(), "flag --set deliveries=40");
    assert_eq!(origin("token_rate").unwrap(), "default");
}

#[test]
fn a_mistake_is_told_with_its_place_and_all_in_one_pass() {
    assert_eq!(mistakes(&given("\nlisten = \n", &[], &[])).len(), 1);
    assert_eq!(
        mistakes(&given("queue = \"many\"\n\nlissten = \"x\"\n", &[("POINTSMAN_BATCH", "x")], &[])),
        [
            "pointsman.toml:1: queue: a whole number is expected, not a text",
            "pointsman.toml:3: there is no setting `lissten`; did you mean `listen`?",
            "environment POINTSMAN_BATCH: batch: `x` is not a whole number",
        ]
    );
    assert_eq!(
        mistakes(&given("queue = 0\n", &[("POINTSMAN_LISTEN", "8080")], &[("--log", "log", "loud")])),
        [
            "environment POINTSMAN_LISTEN: listen: `8080` is not an address with a port; write 127.0.0.1:8080, or 0.0.0.0:8080 for all networks",
            "pointsman.toml:1: queue: a number from 1 to 1000000 is expected",
            "flag --log: log: `loud` is neither \"human\" nor \"json\"",
        ]
    );
}

#[test]
fn secrets_are_neither_printed_nor_repeated_in_mistakes() {
    let key = Key::generate().to_text().reveal().to_owned();
    let set = given("", &[("POINTSMAN_KEY", &key), ("POINTSMAN_DATABASE", "postgres://u:hunter2@db/x")], &[]);
    let (config, in_force) = Config::load(&set).unwrap();
    let shown = format!("{in_force:?}");
    assert!(!shown.contains("hunter2") && !shown.contains(&key), "{shown}");
    assert!(config.key.is_some_and(|read| read.to_text().reveal() == key));
    let wrong = mistakes(&given("", &[("POINTSMAN_KEY", "hunter2"), ("POINTSMAN_DATABASE", "mysql://u:hunter2@db")], &[]));
    assert!(wrong.len() == 2 && wrong.iter().all(|message| !message.contains("hunter2")), "{wrong:?}");
}

#[test]
fn what_kubernetes_says_of_services_is_none_of_ours() {
    let of_kubernetes = [
        ("POINTSMAN_SERVICE_HOST", "10.0.0.1"),
        ("POINTSMAN_SERVICE_PORT", "8080"),
        ("POINTSMAN_SERVICE_PORT_HTTP", "8080"),
        ("POINTSMAN_PORT", "tcp://10.0.0.1:8080"),
        ("POINTSMAN_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
        ("POINTSMAN_PORT_8080_TCP_PROTO", "tcp"),
        ("POINTSMAN_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("POINTSMAN_DB_SERVICE_HOST", "10.0.0.2"),
        ("POINTSMAN_DB_PORT", "tcp://10.0.0.2:5432"),
    ];
    let (_, in_force) = Config::load(&given("", &of_kubernetes, &[])).unwrap();
    assert!(in_force.iter().all(|setting| setting.origin == "default"));
    assert_eq!(mistakes(&given("", &[("POINTSMAN_PORT", "8080"), ("POINTSMAN_SERVICE", "x")], &[])).len(), 2, "these are somebody's slips");
}
