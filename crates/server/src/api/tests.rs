//! The description of the API, as a whole.

use super::*;
use crate::http::gate::Need;
use axum::http::Method;

#[test]
fn the_description_of_the_api_is_as_it_was() {
    insta::assert_json_snapshot!("openapi", document());
}

#[test]
fn what_is_documented_is_what_is_enforced() {
    let gate = gate();
    assert_eq!(gate.need(&Method::POST, "/v1/leads"), Some(Need::Scope(crate::tokens::Scope::LeadsWrite)));
    assert_eq!(gate.need(&Method::HEAD, "/v1/leads"), Some(Need::Scope(crate::tokens::Scope::LeadsRead)));
    assert_eq!(gate.need(&Method::GET, "/health"), Some(Need::Nothing));
    assert_eq!(gate.need(&Method::DELETE, "/v1/leads"), None);
    let document = serde_json::to_value(document()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            assert_ne!(gate.need(&method, path), Some(Need::Closed), "{method} {path} does not say what it needs");
        }
    }
}
