//! The tests of a time field.

use super::logic::Logic;
use super::resolve::{Known, Literal, Resolver};
use super::values::{self, Extent};
use crate::form::{Comparison, Opaque};
use crate::policy::diagnostic::Diagnostic;
use std::ops::Range;

impl<'n> Resolver<'_, 'n> {
    /// A moment as a table or a list has it, an operator or range in it included.
    pub fn moments(&mut self, field: &Known, literal: &Literal<'_>) -> Option<Logic<'n>> {
        match values::extent(literal.text) {
            Extent::Compared(comparison, text) => self.moment(field, comparison, text, literal.at),
            Extent::Between(low, high) => self.period(field, low, high, literal.at),
        }
    }

    /// A moment that stands so to a fixed one.
    pub fn moment(&mut self, field: &Known, comparison: Comparison, text: &str, at: &Range<usize>) -> Option<Logic<'n>> {
        let moment = self.check(values::moment(text, self.names.timezone), at, None)?;
        if moment.is_date && !matches!(comparison, Comparison::GreaterOrEqual | Comparison::Less) {
            self.warn_midnight(text, at);
        }
        Some(Logic::Opaque(Opaque::Moment(field.ix, comparison, moment.at)))
    }

    /// From one moment to another, both included.
    pub fn period(&mut self, field: &Known, low: Option<&str>, high: Option<&str>, at: &Range<usize>) -> Option<Logic<'n>> {
        let ends = [(low, Comparison::GreaterOrEqual), (high, Comparison::LessOrEqual)];
        let parts: Vec<_> = ends.iter().filter_map(|(text, comparison)| Some(self.moment(field, *comparison, (*text)?, at))).collect();
        let parts: Vec<Logic<'n>> = parts.into_iter().collect::<Option<_>>()?;
        if let [Logic::Opaque(Opaque::Moment(_, _, from)), Logic::Opaque(Opaque::Moment(_, _, to))] = parts.as_slice()
            && from > to
        {
            return self.check(Err(values::crossed(low?, high?)), at, None);
        }
        Some(Logic::All(parts, at.clone()))
    }

    fn warn_midnight(&mut self, date: &str, at: &Range<usize>) {
        let zone = self.names.timezone.iana_name().unwrap_or("the policy's time zone");
        let message = format!("`{date}` means one moment: midnight at its beginning, in {zone}");
        let help = "for whole days, write `>=` the first day and `<` the day after the last";
        let warning = Diagnostic::warning("date-is-midnight", self.place(at), message).help(Some(help));
        let _: Option<()> = self.add(warning);
    }
}
