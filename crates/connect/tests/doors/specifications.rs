//! The signatures and arguments of others, against their own published vectors and specifications. Skipped with
//! a message where the data is absent.

use jiff::Timestamp;
use pointsman_connect::secret::Secret;
use pointsman_connect::slack;
use pointsman_connect::webhook::intake::{Rejected, verify};
use pointsman_connect::webhook::signature::SigningKeys;
use pointsman_testkit::slack::METHODS;
use serde_json::{Value, json};

/// A file of the data folder, beside the repository or where POINTSMAN_DATA says.
fn data(path: &str) -> Option<Value> {
    let folder = std::env::var("POINTSMAN_DATA").unwrap_or_else(|_| format!("{}/../../../shared/data", env!("CARGO_MANIFEST_DIR")));
    let text = std::fs::read_to_string(format!("{folder}/specs/{path}")).ok();
    if text.is_none() {
        println!("skipped: specs/{path} is not in {folder}");
    }
    Some(serde_json::from_str(&text?).unwrap())
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap()
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn slack_signatures_are_those_of_slack() {
    let Some(vectors) = data("slack/signature_vectors.json") else { return };
    let rows = vectors["vectors"].as_array().unwrap();
    for row in rows {
        let at = second(text(row, "timestamp").parse().unwrap());
        let (secret, body) = (Secret::new(text(row, "signing_secret")), text(row, "body").as_bytes());
        let result = slack::intake::verify(&secret, text(row, "timestamp"), text(row, "signature"), body, at);
        assert_eq!(result.is_ok(), row["valid"].as_bool().unwrap(), "{row}");
    }
    assert!(rows.len() >= 3);
}

#[test]
fn the_fake_slack_knows_the_methods_as_the_specification_has_them() {
    let Some(specification) = data("slack/slack_web_openapi_v2.json") else { return };
    let ours: Value = serde_json::from_str(METHODS).unwrap();
    for (method, ours) in ours["methods"].as_object().unwrap() {
        let theirs = &specification["paths"][format!("/{method}")]["post"];
        let parameters = theirs["parameters"].as_array().unwrap().iter().filter(|parameter| parameter["in"] == "formData");
        let about = |parameter: &Value| json!({ "type": parameter["type"], "required": parameter["required"].as_bool().unwrap_or(false) });
        let parameters: Value = parameters.map(|parameter| (text(parameter, "name").to_owned(), about(parameter))).collect();
        assert_eq!(ours["parameters"], parameters, "{method}");
        assert_eq!(ours["answer"], theirs["responses"]["200"]["schema"]["required"], "{method}");
        assert_eq!(ours["errors"], theirs["responses"]["default"]["schema"]["properties"]["error"]["enum"], "{method}");
    }
}

#[test]
fn webhook_signatures_are_those_of_the_standard() {
    let Some(vectors) = data("standard-webhooks/vectors.json") else { return };
    let rows = vectors["vectors"].as_array().unwrap();
    for row in rows {
        let keys = SigningKeys::new(&[Secret::new(text(row, "secret"))]).unwrap();
        let (at, body) = (row["timestamp"].as_i64().unwrap(), text(row, "body").as_bytes());
        let result = verify(&keys, text(row, "id"), &at.to_string(), text(row, "signature"), body, second(at));
        assert_eq!(result.is_ok(), row["valid"].as_bool().unwrap(), "{row}");
        let signs_alike = text(row, "signature").split(' ').any(|given| given == keys.sign(text(row, "id"), at, body));
        assert_eq!(signs_alike, row["valid"].as_bool().unwrap(), "{row}");
    }
    assert!(rows.len() >= 10);
}

/// The vector that the standard publishes, for where its file is absent.
#[test]
fn the_standards_own_vector_is_signed_and_believed_for_five_minutes() {
    let keys = SigningKeys::new(&[Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]).unwrap();
    let (id, at, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    assert_eq!(keys.sign(id, at, body), signature);
    let verify = |stamp: &str, now| verify(&keys, id, stamp, signature, body, second(now));
    for now in [at - 300, at, at + 300] {
        assert_eq!(verify("1614265330", now), Ok(()));
    }
    for now in [at - 301, at + 301, i64::from(i32::MIN)] {
        assert_eq!(verify("1614265330", now), Err(Rejected::OutOfTime));
    }
    assert_eq!(verify("now", at), Err(Rejected::NoTime));
    assert_eq!(verify("+1614265330", at), Err(Rejected::BadSignature), "what is signed is the text, not the number");
}
