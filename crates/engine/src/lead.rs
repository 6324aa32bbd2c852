//! A lead: a person asking for contact.
//!
//! A lead does not depend on any policy. Standard fields are typed; further columns are kept as they came
//! and typed when a policy asks for them ([`crate::facts`]). Every value knows its [`Source`]. Its JSON is in `stored`.

mod stored;

use crate::field::LeadField;
use crate::value::{Number, Value};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A lead's id, unique within a file or a workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LeadId(pub Box<str>);

impl fmt::Display for LeadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a value came from. What the form said wins; enrichment only fills what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The lead came with it.
    #[default]
    Form,
    /// A company table, by the lead's domain.
    Companies,
    /// Derived from the phone number.
    Phone,
    /// Derived from the e-mail domain's country suffix.
    EmailDomain,
}

impl Source {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Form, Self::Companies, Self::Phone, Self::EmailDomain];

    /// As written in a policy's `[enrich]` order, in conditions on `FIELD.source`, and in traces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Companies => "companies",
            Self::Phone => "phone",
            Self::EmailDomain => "email_domain",
        }
    }
}

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// What.
    pub value: Value,
    /// From where.
    pub source: Source,
}

/// A lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// Its id.
    pub id: LeadId,
    standard: Box<[Option<Filled>; LeadField::COUNT]>,
    /// Columns beyond the standard ones, as they came, by name. Lists are joined with `|`.
    pub custom: BTreeMap<Box<str>, Box<str>>,
    /// The custom columns that did not come with it: a company table filled them.
    pub filled_custom: BTreeSet<Box<str>>,
}

impl Lead {
    /// A lead of which nothing is known but its id.
    #[must_use]
    pub fn new(id: impl Into<Box<str>>) -> Self {
        let id = id.into();
        let mut lead = Self {
            id: LeadId(id.clone()),
            standard: Box::new([const { None }; LeadField::COUNT]),
            custom: BTreeMap::new(),
            filled_custom: BTreeSet::new(),
        };
        lead.set(LeadField::Id, Value::Text(id), Source::Form);
        lead
    }

    /// A standard field with its source.
    #[must_use]
    pub fn filled(&self, field: LeadField) -> Option<&Filled> {
        self.standard.get(field as usize).and_then(Option::as_ref)
    }

    /// A standard field.
    #[must_use]
    pub fn get(&self, field: LeadField) -> Option<&Value> {
        self.filled(field).map(|filled| &filled.value)
    }

    /// A standard text field; `None` when missing (or not text).
    #[must_use]
    pub fn text(&self, field: LeadField) -> Option<&str> {
        self.get(field).and_then(Value::as_text)
    }

    /// A standard numeric field.
    #[must_use]
    pub fn number(&self, field: LeadField) -> Option<Number> {
        if let Some(Value::Number(number)) = self.get(field) { Some(*number) } else { None }
    }

    /// When the lead came into being, where known.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        if let Some(Value::Time(time)) = self.get(LeadField::CreatedAt) { Some(*time) } else { None }
    }

    /// Sets a standard field. Empty text and empty lists are not values: they leave the field missing.
    /// The caller gives a value of the field's kind.
    pub fn set(&mut self, field: LeadField, value: Value, source: Source) {
        let empty = match &value {
            Value::Text(text) => text.trim().is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Number(_) | Value::Bool(_) | Value::Time(_) => false,
        };
        if let Some(slot) = self.standard.get_mut(field as usize) {
            *slot = (!empty).then_some(Filled { value, source });
        }
    }

    /// Sets a custom column as somebody said it; `None`: takes it away.
    pub fn set_custom(&mut self, name: &str, value: Option<Box<str>>) {
        self.filled_custom.remove(name);
        match value {
            Some(value) => drop(self.custom.insert(name.into(), value)),
            None => drop(self.custom.remove(name)),
        }
    }

    /// Takes away what nobody said: it can be derived anew from what the fields are now.
    pub fn forget_derived(&mut self) {
        for slot in self.standard.iter_mut() {
            if slot.as_ref().is_some_and(|filled| filled.source != Source::Form) {
                *slot = None;
            }
        }
        for name in std::mem::take(&mut self.filled_custom) {
            self.custom.remove(&name);
        }
    }

    /// The standard fields that are there, in their fixed order.
    pub fn standard(&self) -> impl Iterator<Item = (LeadField, &Filled)> {
        LeadField::ALL.iter().filter_map(|field| Some((*field, self.filled(*field)?)))
    }
}
