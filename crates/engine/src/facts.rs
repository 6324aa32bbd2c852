//! Facts: one lead and its match as one policy sees them.
//!
//! Only the fields that the policy uses are read, once each, folded and typed. A value that cannot be read
//! as its field's kind is missing to the policy; intake has reported it ([`crate::records`]).

use crate::account::Account;
use crate::field::{AccountField, Field, FieldIx, Fields, Kind, LeadField, Place};
use crate::lead::Lead;
use crate::matching::{Match, Settings, domain};
use crate::value::{Number, Value, fold};
use jiff::Timestamp;
use std::borrow::Cow;

/// What is known of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<'a> {
    /// Nothing.
    Missing,
    /// A folded text.
    Text(Cow<'a, str>),
    /// A number.
    Number(Number),
    /// Yes or no.
    Bool(bool),
    /// A moment.
    Time(Timestamp),
    /// Folded texts, at least one.
    List(Vec<Cow<'a, str>>),
}

/// All facts that a policy asks for, by field number, and the present moment.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    facts: Vec<Fact<'a>>,
    now: Timestamp,
}

impl<'a> Facts<'a> {
    /// Reads the used fields. Linear in their number.
    #[must_use]
    pub fn read(fields: &Fields, matching: &Settings, lead: &'a Lead, account: Option<(&'a Account, &'a Match)>, now: Timestamp) -> Self {
        Self { facts: fields.used().iter().map(|field| read(field, matching, lead, account)).collect(), now }
    }

    /// Facts given directly, by field number. For tests and for proof's witnesses.
    #[must_use]
    pub const fn given(facts: Vec<Fact<'a>>, now: Timestamp) -> Self {
        Self { facts, now }
    }

    /// One fact; missing for a number that is not of this policy.
    #[must_use]
    pub fn get(&self, field: FieldIx) -> &Fact<'a> {
        self.facts.get(field.at()).unwrap_or(&Fact::Missing)
    }

    /// The present moment.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }
}

fn read<'a>(field: &Field, matching: &Settings, lead: &'a Lead, account: Option<(&'a Account, &'a Match)>) -> Fact<'a> {
    match &field.place {
        Place::Lead(of) => lead.get(*of).map_or(Fact::Missing, standard),
        Place::LeadCustom(name) => lead.custom.get(name).map_or(Fact::Missing, |text| typed(text, &field.kind)),
        Place::SourceOf(of) => lead.filled(*of).map_or(Fact::Missing, |filled| Fact::Text(filled.source.name().into())),
        Place::EmailDomain => lead.text(LeadField::Email).and_then(domain::of_email).map_or(Fact::Missing, Fact::Text),
        Place::EmailKind => {
            let domain = lead.text(LeadField::Email).and_then(domain::of_email);
            domain.map_or(Fact::Missing, |domain| Fact::Text(matching.mail_kind(&domain).name().into()))
        }
        Place::Account(of) => account.map_or(Fact::Missing, |(account, _)| of_account(*of, account)),
        Place::AccountCustom(name) => {
            account.and_then(|(account, _)| account.custom.get(name)).map_or(Fact::Missing, |text| typed(text, &field.kind))
        }
        Place::MatchMethod => account.map_or(Fact::Missing, |(_, found)| Fact::Text(found.method.name().into())),
        Place::MatchScore => account.map_or(Fact::Missing, |(_, found)| Fact::Number(found.score)),
    }
}

fn standard(value: &Value) -> Fact<'_> {
    match value {
        Value::Text(text) => text_fact(text),
        Value::Number(number) => Fact::Number(*number),
        Value::Bool(value) => Fact::Bool(*value),
        Value::Time(time) => Fact::Time(*time),
        Value::List(items) => list(items.iter().map(|item| &**item)),
    }
}

fn text_fact(text: &str) -> Fact<'_> {
    let folded = fold(text);
    if folded.is_empty() { Fact::Missing } else { Fact::Text(folded) }
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> Fact<'a> {
    let items: Vec<_> = items.map(fold).filter(|item| !item.is_empty()).collect();
    if items.is_empty() { Fact::Missing } else { Fact::List(items) }
}

/// A custom column, which came as text, as the policy's kind.
fn typed<'a>(text: &'a str, kind: &Kind) -> Fact<'a> {
    match kind {
        Kind::Text | Kind::Choice(_) => text_fact(text),
        Kind::Country => crate::country::code(text).map_or(Fact::Missing, |code| Fact::Text(code.to_ascii_lowercase().into())),
        Kind::Number => Number::parse(text).map_or(Fact::Missing, Fact::Number),
        Kind::Integer => Number::parse(text).filter(|n| n.is_whole()).map_or(Fact::Missing, Fact::Number),
        Kind::Bool => crate::records::boolean(text).map_or(Fact::Missing, Fact::Bool),
        Kind::Time => crate::records::moment(text).map_or(Fact::Missing, Fact::Time),
        Kind::List => list(text.split('|')),
    }
}

fn of_account(field: AccountField, account: &Account) -> Fact<'_> {
    fn text(text: &Option<Box<str>>) -> Fact<'_> {
        text.as_deref().map_or(Fact::Missing, text_fact)
    }
    match field {
        AccountField::Id => text_fact(&account.id),
        AccountField::Name => text(&account.name),
        AccountField::Domains => list(account.domains.iter().map(|domain| &**domain)),
        AccountField::Owner => text(&account.owner),
        AccountField::Named => account.named.map_or(Fact::Missing, Fact::Bool),
        AccountField::Tags => list(account.tags.iter().map(|tag| &**tag)),
        AccountField::Parent => text(&account.parent),
        AccountField::Country => text(&account.country),
        AccountField::State => text(&account.state),
        AccountField::City => text(&account.city),
        AccountField::Phone => text(&account.phone),
        AccountField::Industry => text(&account.industry),
        AccountField::Employees => account.employees.map_or(Fact::Missing, Fact::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lead::Source;

    #[test]
    fn the_kind_of_a_mail_domain_is_what_the_policy_says_it_is() {
        let mut fields = Fields::default();
        let kind = fields.use_field("email.kind").unwrap();
        let mut lead = Lead::new("1");
        lead.set(LeadField::Email, Value::Text("jo@mailboxes.example".into()), Source::Form);
        let said = |matching: &Settings| Facts::read(&fields, matching, &lead, None, Timestamp::UNIX_EPOCH).get(kind).clone();
        assert_eq!(said(&Settings::default()), Fact::Text("company".into()));
        let own = Settings { free_domains: ["mailboxes.example".into()].into(), ..Settings::default() };
        assert_eq!(said(&own), Fact::Text("free".into()));
    }
}
