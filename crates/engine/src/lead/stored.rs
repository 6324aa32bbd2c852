//! A lead as JSON, both ways and exactly.
//!
//! A flat object: standard fields in their order, then custom columns by name. Where values did not all come with
//! the lead, `@sources` says of those that did not where they came from. A custom column that would read as one of
//! these (a standard field's name, or one that begins with `@`) has a further `@` before its name.

use super::{Lead, LeadId, Source};
use crate::field::{Kind, LeadField};
use crate::value::{Number, Value};
use jiff::Timestamp;
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

const SOURCES: &str = "@sources";

impl Serialize for Lead {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (field, filled) in self.standard() {
            map.serialize_entry(field.name(), &filled.value)?;
        }
        for (name, value) in &self.custom {
            map.serialize_entry(&written(name), value)?;
        }
        if !self.filled_custom.is_empty() || self.standard().any(|(_, filled)| filled.source != Source::Form) {
            map.serialize_entry(SOURCES, &Sources(self))?;
        }
        map.end()
    }
}

/// Where what did not come with the lead came from, by field.
struct Sources<'a>(&'a Lead);

impl Serialize for Sources<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let filled = self.0.standard().filter(|(_, filled)| filled.source != Source::Form);
        let standard = filled.map(|(field, filled)| (Cow::Borrowed(field.name()), filled.source));
        serializer.collect_map(standard.chain(self.0.filled_custom.iter().map(|name| (written(name), Source::Companies))))
    }
}

/// A custom column's name, told apart from those that mean something else.
fn written(custom: &str) -> Cow<'_, str> {
    let reads_as_another = custom.starts_with('@') || LeadField::named(custom).is_some();
    if reads_as_another { Cow::Owned(format!("@{custom}")) } else { Cow::Borrowed(custom) }
}

impl<'de> Deserialize<'de> for Lead {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LeadVisitor)
    }
}

struct LeadVisitor;

impl<'de> Visitor<'de> for LeadVisitor {
    type Value = Lead;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a lead as a flat object with an `id`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lead, A::Error> {
        let mut lead = Lead::new("");
        let mut sources = BTreeMap::new();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if key == SOURCES {
                sources = map.next_value::<BTreeMap<Cow<'de, str>, Source>>()?;
            } else if let Some(field) = LeadField::named(&key) {
                put(&mut lead, field, &mut map)?;
            } else {
                let name = key.strip_prefix('@').unwrap_or(&key);
                lead.custom.insert(name.into(), map.next_value()?);
            }
        }
        if lead.filled(LeadField::Id).is_none() {
            return Err(de::Error::missing_field("id"));
        }
        for (name, source) in sources {
            if !say_source(&mut lead, &name, source) {
                return Err(de::Error::custom(format!("`{SOURCES}` names `{name}`, which the lead lacks")));
            }
        }
        Ok(lead)
    }
}

/// Whether the lead has what the source is of.
fn say_source(lead: &mut Lead, name: &str, source: Source) -> bool {
    if let Some(field) = LeadField::named(name) {
        let slot = lead.standard.get_mut(field as usize).and_then(Option::as_mut);
        return slot.is_some_and(|filled| {
            filled.source = source;
            true
        });
    }
    let name = name.strip_prefix('@').unwrap_or(name);
    lead.custom.contains_key(name) && (source == Source::Form || lead.filled_custom.insert(name.into()))
}

fn put<'de, A: MapAccess<'de>>(lead: &mut Lead, field: LeadField, map: &mut A) -> Result<(), A::Error> {
    let value = match field.kind() {
        Kind::Text | Kind::Choice(_) | Kind::Country => Value::Text(map.next_value()?),
        Kind::Number | Kind::Integer => Value::Number(map.next_value::<Number>()?),
        Kind::Bool => Value::Bool(map.next_value()?),
        Kind::Time => Value::Time(map.next_value::<Timestamp>()?),
        Kind::List => Value::List(map.next_value()?),
    };
    if let (LeadField::Id, Some(id)) = (field, value.as_text()) {
        lead.id = LeadId(id.into());
    }
    lead.set(field, value, Source::Form);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(field: LeadField) -> BoxedStrategy<Value> {
        match field.kind() {
            Kind::Number | Kind::Integer => any::<i64>().prop_map(|units| Value::Number(Number(i128::from(units)))).boxed(),
            Kind::Time => any::<i32>().prop_map(|at| Value::Time(Timestamp::new(at.into(), at.abs() % 1_000_000_000).unwrap())).boxed(),
            Kind::List => {
                prop::collection::vec("\\PC{0,9}", 1..4).prop_map(|all| Value::List(all.into_iter().map(Into::into).collect())).boxed()
            }
            _ => "\\PC{1,20}".prop_map(|text| Value::Text(text.into())).boxed(),
        }
    }

    fn leads() -> impl Strategy<Value = Lead> {
        let fields = prop::sample::subsequence(LeadField::ALL[1..].to_vec(), 0..12);
        let fields = fields.prop_flat_map(|fields| {
            fields.into_iter().map(|field| (Just(field), value(field), prop::sample::select(Source::ALL))).collect::<Vec<_>>()
        });
        let custom = prop::collection::btree_map("@{0,2}(\\PC{0,8}|country|sources)", ("\\PC{0,12}", any::<bool>()), 0..5);
        ("[a-z0-9]{1,8}", fields, custom).prop_map(|(id, fields, custom)| {
            let mut lead = Lead::new(id);
            fields.into_iter().for_each(|(field, value, source)| lead.set(field, value, source));
            for (name, (text, filled)) in custom {
                lead.set_custom(&name, Some(text.into()));
                lead.filled_custom.extend(filled.then(|| name.into()));
            }
            lead
        })
    }

    proptest! {
        #[test]
        fn a_lead_reads_back_exactly(lead in leads()) {
            let json = serde_json::to_string(&lead).unwrap();
            prop_assert_eq!(serde_json::from_str::<Lead>(&json).unwrap(), lead, "{}", json);
        }
    }

    #[test]
    fn json_of_a_lead_is_flat_and_says_what_did_not_come_with_it() {
        let mut lead = Lead::new("L1");
        lead.set(LeadField::Country, Value::Text("DE".into()), Source::EmailDomain);
        lead.set(LeadField::Employees, Value::Number(Number::whole(1200)), Source::Form);
        lead.custom = [("plan".into(), "pro".into()), ("country".into(), "Deutschland".into())].into();
        lead.filled_custom = ["plan".into(), "country".into()].into();
        let json = r#"{"id":"L1","country":"DE","employees":1200,"@country":"Deutschland","plan":"pro","@sources":{"country":"email_domain","@country":"companies","plan":"companies"}}"#;
        assert_eq!(serde_json::to_string(&lead).unwrap(), json);
        assert_eq!(serde_json::from_str::<Lead>(json).unwrap(), lead);
    }

    #[test]
    fn a_lead_without_an_id_and_a_source_of_nothing_are_errors() {
        let error = |json| serde_json::from_str::<Lead>(json).unwrap_err().to_string();
        assert!(error(r#"{"country":"DE"}"#).contains("missing field `id`"));
        assert!(error(r#"{"id":"1","@sources":{"country":"phone"}}"#).contains("`country`, which the lead lacks"));
        assert!(error(r#"{"id":"1","@sources":{"tier":"companies"}}"#).contains("`tier`, which the lead lacks"));
    }
}
