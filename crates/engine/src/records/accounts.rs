//! Accounts from CSV and JSON records.

use super::table::{self, Cell, Flaw, Noun};
use super::{Problem, shown, whole_number};
use crate::account::Account;
use crate::country;
use crate::matching::domain;
use std::collections::BTreeMap;

/// The columns of a file of accounts: those of DESIGN section 5 with their aliases; every other one is a custom field.
pub type Columns = table::Columns<Account>;

/// An account from a JSON object; `None` when it is rejected. Whatever is wrong is added to the problems.
/// A record without an id is called `row-LINE`.
pub fn from_json(object: &serde_json::Map<String, serde_json::Value>, line: u64, problems: &mut Vec<Problem>) -> Option<Account> {
    table::from_json(object, line, problems)
}

/// Whether a JSON object brings an id: one that is null or blank is none.
#[must_use]
pub fn has_id(object: &serde_json::Map<String, serde_json::Value>) -> bool {
    table::is_named::<Account>(object)
}

/// What a column of accounts feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named as its column is")]
pub enum Column {
    Id,
    Name,
    Domain,
    Website,
    Domains,
    OtherDomains,
    Aliases,
    Owner,
    Named,
    Tags,
    Parent,
    Country,
    State,
    City,
    Phone,
    Industry,
    Employees,
}

impl Noun for Account {
    type Field = Column;
    const NOUN: &'static str = "account";
    const KEY: Column = Column::Id;

    fn columns() -> Vec<&'static str> {
        let names =
            "id name domains domain website other_domains aliases owner named tags parent country state city phone industry employees";
        names.split(' ').collect()
    }

    fn field(column: &str) -> Option<Column> {
        Some(match column {
            "id" | "account_id" => Column::Id,
            "name" | "account_name" => Column::Name,
            "domain" => Column::Domain,
            "website" => Column::Website,
            "domains" => Column::Domains,
            "other_domains" => Column::OtherDomains,
            "aliases" => Column::Aliases,
            "owner" | "owner_id" => Column::Owner,
            "named" => Column::Named,
            "tags" => Column::Tags,
            "parent" | "parent_account_id" => Column::Parent,
            "country" => Column::Country,
            "state" => Column::State,
            "city" => Column::City,
            "phone" => Column::Phone,
            "industry" => Column::Industry,
            "employees" => Column::Employees,
            _ => return None,
        })
    }

    fn begin(key: Option<&str>, line: u64) -> Result<Self, Flaw> {
        Ok(Self { id: key.map_or_else(|| format!("row-{line}").into(), Into::into), ..Self::default() })
    }

    fn put(&mut self, field: Column, cell: &Cell<'_>) -> Result<(), Flaw> {
        let text = || Some(Box::from(&*cell.text()));
        match field {
            Column::Id => {}
            Column::Name => self.name = text(),
            Column::Domain | Column::Website => self.main_domain(&cell.text())?,
            Column::Domains | Column::OtherDomains => self.further_domains(cell)?,
            Column::Aliases => self.aliases = cell.list(),
            Column::Owner => self.owner = text(),
            Column::Named => self.named = Some(super::yes_or_no(&cell.text())?),
            Column::Tags => self.tags = cell.list(),
            Column::Parent => self.parent = text(),
            Column::Country => self.country = Some(self.country_code(&cell.text())?),
            Column::State => self.state = text(),
            Column::City => self.city = text(),
            Column::Phone => self.phone = text(),
            Column::Industry => self.industry = text(),
            Column::Employees => self.employees = Some(whole_number(&cell.text())?),
        }
        Ok(())
    }

    fn custom(&mut self) -> Option<&mut BTreeMap<Box<str>, Box<str>>> {
        Some(&mut self.custom)
    }
}

impl Account {
    /// The main domain stands first, wherever its column does. A page on a social network is nobody's domain: it
    /// is kept as it came.
    fn main_domain(&mut self, address: &str) -> Result<(), Flaw> {
        if domain::is_on_shared_host(address) {
            self.custom.insert("website".into(), address.into());
            return Ok(());
        }
        let host = domain::host(address).ok_or_else(|| no_domain(address))?;
        self.domains.retain(|domain| **domain != *host);
        self.domains.insert(0, host.into());
        Ok(())
    }

    fn further_domains(&mut self, cell: &Cell<'_>) -> Result<(), Flaw> {
        let mut bad = None;
        for item in cell.items() {
            match domain::host(item) {
                Some(host) if self.domains.iter().any(|domain| **domain == *host) => {}
                Some(host) => self.domains.push(host.into()),
                None => bad = bad.or_else(|| Some(no_domain(item))),
            }
        }
        bad.map_or(Ok(()), Err)
    }

    fn country_code(&mut self, text: &str) -> Result<Box<str>, Flaw> {
        country::code(text).map(Into::into).ok_or_else(|| super::unknown_country(text, &mut self.custom))
    }
}

fn no_domain(text: &str) -> Flaw {
    Flaw::kept(format!("`{}` is not a domain or web address such as acme.example; it is left out", shown(text)))
}
