//! The JSON Schema of a policy's TOML files, for completion and checks in editors.
//!
//! It knows keys, shapes and fixed words. What hangs together (names, kinds, conditions) only [`read`](super::read)
//! can tell. Fixed words come from the reader itself, and a test holds the keys of both against each other.

use super::FINDINGS;
use super::read::{asserts, fields, notify, pools, rules, settings, slas, test_leads};
use crate::field::{AccountField, LeadField};
use serde_json::{Map, Value, json};

/// The schema, draft 2020-12: of `routing.toml` and all other TOML files of a policy, those of test leads included.
#[must_use]
pub fn schema() -> Value {
    let mut root = table("A Pointsman policy: who gets which lead", &[], sections());
    let head = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Pointsman policy" });
    if let (Value::Object(root), Value::Object(head)) = (&mut root, head) {
        root.extend(head);
        root.insert("$defs".to_owned(), definitions());
    }
    root
}

fn sections() -> Value {
    json!({
        "policy": policy(),
        "calendar": calendar(),
        "holidays": map("Named lists of days on which nobody works", list("Dates", text("A date: 2026-12-25"))),
        "fields": map("What leads carry beyond the standard fields; `account.NAME` is of the matched account", field()),
        "lists": map("Named texts, in conditions `@name`", list("Texts; `@other` takes in another list", text_or_number())),
        "segments": map("Named conditions", of("condition")),
        "rule": list("Rules, tried in order: the first whose conditions all hold decides", rule()),
        "assert": list("What must be true of every lead; `check` proves it or shows a lead for which it is not", assertion()),
        "pool": map("Pools: members among whom leads are shared", pool()),
        "sla": map("Promises for a kind of lead", sla()),
        "fallback": fallback(),
        "queue": map("Queues, where leads wait for a person", table("A queue", &[], json!({ "reviewer": text("Who looks after it: an e-mail address") }))),
        "matching": matching(),
        "enrich": enrich(),
        "notify": notified(),
        "missed": missed(),
        "test": list("Test leads: only in files `tests/*.toml`", test()),
    })
}

fn definitions() -> Value {
    let standard = LeadField::ALL.iter().map(|field| field.name().to_owned());
    let account = AccountField::ALL.iter().map(|field| format!("account.{}", field.name()));
    let mut fields: Map<String, Value> = standard.chain(account).map(|name| (name, of("wanted"))).collect();
    fields.insert("segment".to_owned(), texts("A segment, or several: any of them"));
    json!({
        "condition": {
            "description": "A condition: an expression as text, or a table of fields that must all hold",
            "anyOf": [
                text("An expression: country in [\"US\", \"CA\"] and employees >= 100"),
                { "type": "object", "properties": fields, "additionalProperties": of("wanted") },
            ],
        },
        "wanted": {
            "description": "A value, a list of values (any of them), a range such as \"100..999\" or \">=1000\", \"@list\", or a table of operators: not, contains, starts_with, ends_with, missing, any, all, within",
            "type": ["string", "number", "boolean", "array", "object"],
        },
        "duration": { "type": "string", "description": "A length of time: \"30s\", \"15m\", \"1h 30m\", \"2d\", \"1w\"", "pattern": "^\\s*([0-9]+[smhdw]\\s*)+$" },
    })
}

fn policy() -> Value {
    let keys = json!({
        "name": text("The policy's name"),
        "timezone": text("An IANA time zone; UTC when not given"),
        "same_person": duration("The same e-mail address again within this time keeps its owner"),
    });
    table("The policy as a whole", &["name"], keys)
}

fn calendar() -> Value {
    let keys = json!({
        "hours": text("Weekly hours where a rep has none of their own: \"Mon-Fri 09:00-17:00\""),
        "holidays": texts("A name of [holidays], or a list of dates and names"),
    });
    table("Business hours", &[], keys)
}

fn field() -> Value {
    let types = words("What it holds", fields::TYPES.iter().copied());
    let keys = json!({ "type": types.clone(), "values": list("The values of a choice", text("A value")) });
    any("A type, or a table with it", [types, table("A field", &["type"], keys)])
}

fn rule() -> Value {
    let keys = json!({
        "name": text("Unique; traces and reports show it"),
        "when": of("condition"),
        "assign": texts("Targets, in order: pool:NAME, rep:EMAIL, queue:NAME, account.owner, lead.owner"),
        "then": words("Instead of assigning: suppress it, keep its owner, or hold it", rules::THEN.iter().map(|(word, _)| *word)),
        "table": text("A territory table: a CSV file in the policy's folder; columns are conditions, plus `assign`"),
        "needs": texts("Skills that who takes the lead must have"),
        "sla": text("The SLA of leads that this rule takes"),
        "enabled": flag("Whether the rule is tried; true when not given"),
        "reroute": flag("Whether a change that makes this rule match routes a lead again; false when not given"),
        "allow": { "description": "Findings of `check` about this rule that are known and meant", "anyOf": [finding(), list("Findings", finding())] },
        "until": of("condition"),
        "at_most": duration("How long a lead is held at most"),
    });
    table("A rule", &["name"], keys)
}

fn finding() -> Value {
    words("A finding", FINDINGS.iter().copied())
}

fn assertion() -> Value {
    let words = asserts::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    let keys = json!({
        "name": text("What is claimed, in words"),
        "when": of("condition"),
        "never": texts(&format!("Where none of these leads may go: targets as in `assign`, or {words}")),
        "only": texts(&format!("Where all of these leads go: targets as in `assign`, or {words}")),
        "skill": texts("Skills that whoever receives one has"),
        "sla": any("The SLA that each of them has; true: some SLA", [text("An SLA"), flag("Some SLA")]),
    });
    table("An assertion", &["name"], keys)
}

fn pool() -> Value {
    let weight = whole("A weight; 0: only when nobody else can", 0, pools::MOST);
    let cap = |description| whole(description, 0, pools::MOST);
    let rolling = json!({ "count": cap("At most so many leads"), "within": duration("in any span of this length") });
    let caps = json!({
        "per_hour": cap("In one hour"),
        "per_day": cap("On one day of the member's"),
        "per_week": cap("In one week of the member's, from Monday"),
        "open": cap("Open at one time"),
        "rolling": table("In any span of a length", &["count", "within"], rolling),
    });
    let keys = json!({
        "members": any("Who shares", [map("E-mail addresses and weights", weight), list("E-mail addresses, all of weight 1", text("An e-mail address"))]),
        "share": words("How leads are shared; rotation when not given", pools::SHARES.iter().map(|(word, _)| *word)),
        "hours": words("`working`: only reps inside their working hours take leads; any when not given", pools::HOURS.iter().map(|(word, _)| *word)),
        "caps": table("At most so many leads for each member", &[], caps),
        "sticky": duration("The same company within this time stays with the same rep"),
        "when_empty": words("When nobody can take a lead: the next target, or wait; next when not given", pools::WHEN_EMPTY.iter().map(|(word, _)| *word)),
        "wait_at_most": duration("How long a lead waits"),
    });
    table("A pool", &["members"], keys)
}

fn sla() -> Value {
    let step = json!({
        "after": duration("From the lead's creation"),
        "notify": text("rep, manager, or an e-mail address"),
        "then": words("Gives the lead to somebody else", ["reassign"]),
    });
    let keys = json!({
        "for": of("condition"),
        "route_within": duration("From the lead's creation until it is with a rep"),
        "contact_within": duration("From the lead's creation until the first contact"),
        "clock": words("Day and night, or in working hours only; always when not given", slas::CLOCKS.iter().map(|(word, _)| *word)),
        "remind": list("When the rep is reminded", duration("From the lead's creation")),
        "escalate": list("What happens when nobody makes contact", table("A step", &["after"], step)),
    });
    table("An SLA", &[], keys)
}

fn fallback() -> Value {
    let keys = json!({
        "queue": text("The queue"),
        "reviewer": text("Who looks after it: an e-mail address"),
        "review": { "type": "string", "description": "When they are told what waits there: \"daily 09:00\"", "pattern": "^\\s*[Dd]aily\\s+[0-9]{1,2}:[0-9]{2}\\s*$" },
    });
    table("Where a lead goes that nothing else takes", &["queue"], keys)
}

fn matching() -> Value {
    let keys = json!({
        "methods": list("What finds an account, the strongest first", words("A method", settings::METHODS.iter().map(|(word, _)| *word))),
        "free_domains": list("Further domains of mailbox providers", text("A domain")),
        "match_at": json!({ "type": "number", "minimum": 0, "maximum": 1, "description": "The least probability of a match" }),
        "review_at": json!({ "type": "number", "minimum": 0, "maximum": 1, "description": "The least probability of a candidate for review" }),
        "tie_breakers": list(
            "What decides between accounts of the same evidence, in order",
            words("A tie-breaker", settings::TIE_BREAKERS.iter().map(|(word, _)| *word)),
        ),
        "company_domains": list("Domains that are companies' own, whatever any list says", text("A domain")),
    });
    table("How accounts are found", &[], keys)
}

fn enrich() -> Value {
    let keys = json!({
        "order": list("Where missing fields are filled from, in order", words("A source", settings::SOURCES.iter().map(|(word, _)| *word))),
        "companies": text("A CSV file of companies by domain, in the policy's folder"),
    });
    table("How missing fields are filled", &[], keys)
}

fn notified() -> Value {
    let keys = json!({
        "channels": list("How a rep is told about a lead, tried in order; slack, then email when not given", words("A channel", notify::CHANNELS.iter().map(|(word, _)| *word))),
        "next_after": duration("A rep who has not reacted after this time is told by the next channel too"),
    });
    table("How reps are told about leads", &[], keys)
}

fn missed() -> Value {
    let keys = json!({
        "offline_after": whole("A rep who missed so many leads", 1, notify::MOST_MISSED),
        "within": duration("within this time"),
        "offline_for": duration("gets none for so long"),
    });
    table("What becomes of a rep who keeps missing leads", &["offline_after", "within", "offline_for"], keys)
}

fn test() -> Value {
    let expect = json!({
        "outcome": words("What becomes of the lead", test_leads::OUTCOMES.iter().map(|(word, _)| *word)),
        "rule": text("The rule that decides; empty: none"),
        "target": text("The target that takes it, as in `assign`"),
        "rep": text("Who has it"),
        "pool": text("Through which pool"),
        "queue": text("In which queue"),
        "account": text("The matched account's id; empty: none"),
        "sla": text("Which SLA"),
        "route_by": text("A moment with its zone"),
        "contact_by": text("A moment with its zone"),
        "share": map("How many of `times` leads each rep has", whole("Leads", 0, test_leads::MOST_TIMES)),
    });
    let mut expect = table("What must become of it; only what is given is compared", &[], expect);
    if let Value::Object(expect) = &mut expect {
        expect.insert("minProperties".to_owned(), json!(1));
    }
    let keys = json!({
        "name": text("Unique over all files"),
        "at": text("When the lead comes in: a moment with its zone"),
        "absent": texts("Who is absent at that moment"),
        "lead": { "type": "object", "description": "The lead's fields, as a file or the API would bring them" },
        "times": whole("How many such leads come in, one after the other", 1, test_leads::MOST_TIMES),
        "expect": expect,
    });
    table("A test lead", &["name", "lead", "expect"], keys)
}

/// A table with these keys and no others.
fn table(description: &str, required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "description": description, "required": required, "properties": properties, "additionalProperties": false })
}

/// A table whose keys are names of the policy's own.
fn map(description: &str, of: Value) -> Value {
    json!({ "type": "object", "description": description, "additionalProperties": of })
}

fn list(description: &str, of: Value) -> Value {
    json!({ "type": "array", "description": description, "items": of })
}

fn any<const N: usize>(description: &str, of: [Value; N]) -> Value {
    json!({ "description": description, "anyOf": of.to_vec() })
}

fn of(definition: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{definition}") })
}

fn duration(description: &str) -> Value {
    json!({ "$ref": "#/$defs/duration", "description": description })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

/// A text, or a list of texts.
fn texts(description: &str) -> Value {
    any(description, [text(description), list(description, text(description))])
}

fn text_or_number() -> Value {
    json!({ "type": ["string", "number"] })
}

fn flag(description: &str) -> Value {
    json!({ "type": "boolean", "description": description })
}

fn whole(description: &str, least: u32, most: u32) -> Value {
    json!({ "type": "integer", "description": description, "minimum": least, "maximum": most })
}

fn words<'a>(description: &str, words: impl IntoIterator<Item = &'a str>) -> Value {
    json!({ "type": "string", "description": description, "enum": words.into_iter().collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::super::read::{fallback, header};
    use super::*;
    use std::collections::BTreeSet;

    /// Whether a schema accepts a value. Knows the words of JSON Schema that [`schema`] uses, patterns excepted.
    fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
        let all = |key: &str, holds: &dyn Fn(&Value) -> bool| schema.get(key).is_none_or(holds);
        let kind = |kind: &Value| match kind.as_str().unwrap() {
            "string" => value.is_string(),
            "number" => value.is_number(),
            "integer" => value.is_i64(),
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            other => other == "object" && value.is_object(),
        };
        let property = |(key, inner): (&String, &Value)| match schema.pointer("/properties").and_then(|known| known.get(key)) {
            Some(known) => accepts(root, known, inner),
            None => all("additionalProperties", &|rest| *rest != json!(false) && (*rest == json!(true) || accepts(root, rest, inner))),
        };
        all("$ref", &|path| accepts(root, root.pointer(path.as_str().unwrap().strip_prefix('#').unwrap()).unwrap(), value))
            && all("type", &|types| types.as_array().map_or_else(|| kind(types), |types| types.iter().any(kind)))
            && all("enum", &|words| words.as_array().unwrap().contains(value))
            && all("anyOf", &|any| any.as_array().unwrap().iter().any(|schema| accepts(root, schema, value)))
            && all("minimum", &|least| value.as_i64() >= least.as_i64())
            && all("maximum", &|most| value.as_i64() <= most.as_i64())
            && all("required", &|keys| keys.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some()))
            && all("minProperties", &|least| value.as_object().unwrap().len() as u64 >= least.as_u64().unwrap())
            && all("items", &|items| value.as_array().is_none_or(|values| values.iter().all(|value| accepts(root, items, value))))
            && value.as_object().is_none_or(|object| object.iter().all(property))
    }

    fn json(value: &toml_edit::Value) -> Value {
        match value {
            toml_edit::Value::String(text) => json!(text.value()),
            toml_edit::Value::Integer(number) => json!(number.value()),
            toml_edit::Value::Float(number) => json!(number.value()),
            toml_edit::Value::Boolean(flag) => json!(flag.value()),
            toml_edit::Value::Datetime(time) => json!(time.value().to_string()),
            toml_edit::Value::Array(array) => array.iter().map(json).collect(),
            toml_edit::Value::InlineTable(table) => Value::Object(table.iter().map(|(key, value)| (key.to_owned(), json(value))).collect()),
        }
    }

    fn fits(toml: &str) -> bool {
        let document: toml_edit::DocumentMut = toml.parse().unwrap();
        let schema = schema();
        accepts(&schema, &schema, &json(&document.as_item().clone().into_value().unwrap()))
    }

    #[test]
    fn the_schema_accepts_the_example_and_its_test_leads() {
        assert!(fits(include_str!("../../tests/policies/acme/routing.toml")));
        assert!(fits(include_str!("../../tests/policies/acme/tests/named-accounts.toml")));
    }

    #[test]
    fn the_schema_rejects_unknown_keys_wrong_types_and_wrong_words() {
        for wrong in [
            "[rules]",
            "[policy]\nname = 'x'\nnam = 'y'",
            "[policy]\nname = 5",
            "[policy]",
            "[[rule]]\nname = 'x'\nassing = 'pool:x'",
            "[pool.x]\nmembers = { a = -1 }",
            "[pool.x]\nmembers = []\nshare = 'rotate'",
            "[pool.x]\nmembers = []\ncaps = { per_mouth = 1 }",
            "[fields]\nx = 'texts'",
            "[[test]]\nname = 'x'\nlead = {}\nexpect = {}",
        ] {
            assert!(!fits(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_schema_and_the_reader_know_the_same_keys() {
        let schema = schema();
        let same = |path: &str, keys: &[&str]| {
            let known: BTreeSet<&str> = schema.pointer(path).unwrap().as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(known, keys.iter().copied().collect(), "{path}");
        };
        let sections: Vec<&str> = super::super::read::sections().collect();
        same("/properties", &sections);
        same("/properties/policy/properties", header::POLICY);
        same("/properties/calendar/properties", header::CALENDAR);
        same("/properties/fields/additionalProperties/anyOf/1/properties", fields::KEYS);
        same("/properties/rule/items/properties", rules::KEYS);
        same("/properties/assert/items/properties", asserts::KEYS);
        same("/properties/pool/additionalProperties/properties", pools::KEYS);
        same("/properties/pool/additionalProperties/properties/caps/properties", pools::CAPS);
        same("/properties/pool/additionalProperties/properties/caps/properties/rolling/properties", pools::ROLLING);
        same("/properties/sla/additionalProperties/properties", slas::KEYS);
        same("/properties/sla/additionalProperties/properties/escalate/items/properties", slas::STEP);
        same("/properties/fallback/properties", fallback::FALLBACK);
        same("/properties/queue/additionalProperties/properties", fallback::QUEUE);
        same("/properties/matching/properties", settings::MATCHING);
        same("/properties/enrich/properties", settings::ENRICH);
        same("/properties/notify/properties", notify::NOTIFY);
        same("/properties/missed/properties", notify::MISSED);
        same("/properties/test/items/properties", test_leads::KEYS);
        same("/properties/test/items/properties/expect/properties", test_leads::EXPECT);
    }
}
