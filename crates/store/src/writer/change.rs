//! A lead's fields change, by enrichment or by a person.

use super::Batch;
use crate::db::DbError;
use crate::journal::{Body, Entry};
use crate::request::{Refused, Reply};
use pointsman_engine::decide::Arrival;
use pointsman_engine::field::LeadField;
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::life::{Command, Refusal, Stage};
use pointsman_engine::value::Value;

/// The fields that others are derived from.
const TELLING: [LeadField; 4] = [LeadField::Email, LeadField::Phone, LeadField::Website, LeadField::Company];

impl Batch<'_> {
    /// A lead's fields change; it is routed again only if a rule says so.
    pub(super) fn change(
        &mut self,
        fields: Lead,
        cleared: &[Box<str>],
        actor: Option<Box<str>>,
    ) -> Result<Result<Reply, Refused>, DbError> {
        let id = fields.id.0.clone();
        self.load_leads([id.clone()])?;
        let Some(row) = self.leads.get_mut(&id) else { return Ok(Err(Refused::Missing { what: "lead", id })) };
        if matches!(row.life.stage, Stage::Erased) {
            return Ok(Err(Refused::Life(Refusal::Erased.to_string())));
        }
        let before = TELLING.map(|field| row.fields.get(field).cloned());
        for (field, filled) in fields.standard().filter(|(field, _)| *field != LeadField::Id) {
            row.fields.set(field, filled.value.clone(), Source::Form);
        }
        for (name, value) in fields.custom {
            row.fields.set_custom(&name, Some(value));
        }
        for name in cleared {
            match LeadField::named(name) {
                Some(field) if field != LeadField::Id => row.fields.set(field, Value::Text("".into()), Source::Form),
                _ => row.fields.set_custom(name, None),
            }
        }
        if TELLING.iter().zip(before).any(|(field, before)| row.fields.get(*field) != before.as_ref()) {
            row.fields.forget_derived();
        }
        let Some(arrival) = self.arrival(&id) else { return Ok(Err(Refused::NoPolicy)) };
        let rule = self.world.ruling.as_ref().and_then(|ruling| arrival.row.and_then(|row| ruling.policy.rules.get(row.rule.at())));
        let command = Command::Changed { rule: rule.map(|rule| rule.name.clone()), reroute: rule.is_some_and(|rule| rule.reroute) };
        self.log_fields("changed", &id, &arrival, actor.as_deref())?;
        if let Some(row) = self.leads.get_mut(&id) {
            row.account = arrival.matched.as_ref().and_then(|found| {
                let ruling = self.world.ruling.as_ref()?;
                ruling.book.matcher.account(found.account).map(|account| account.id.clone())
            });
            row.fields = arrival.lead;
        }
        Ok(match self.step(&id, command, actor.as_deref())? {
            Ok(()) => self.answer(&id),
            Err(refusal) => Err(Refused::Life(refusal.to_string())),
        })
    }

    /// Writes the fields that a request brought into the journal; they are forgotten when the lead is erased.
    pub(super) fn log_fields(&mut self, kind: &str, lead: &str, arrival: &Arrival, actor: Option<&str>) -> Result<(), DbError> {
        let data = serde_json::to_value(&arrival.lead).unwrap_or_default();
        let body = Body { data, ..Body::default() };
        self.log(Entry { kind: kind.into(), lead: Some(lead.into()), rep: None, actor: actor.map(Into::into), body })?;
        if let Some(row) = self.leads.get_mut(lead) {
            row.seq = self.seq;
        }
        Ok(())
    }
}
