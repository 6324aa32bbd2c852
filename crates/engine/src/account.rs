//! An account: a company we know, with an owner perhaps.

use crate::value::Number;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An account. Empty texts are not kept: what is unknown is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// Its id, unique among the accounts.
    pub id: Box<str>,
    /// The company's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Box<str>>,
    /// Web and mail domains as they came (a web site's address is allowed), first the main one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<Box<str>>,
    /// Further names the company goes by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Box<str>>,
    /// The owner's e-mail address or id, as in the directory of reps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Box<str>>,
    /// Whether it is a named account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<bool>,
    /// Tags, such as `competitor` or `customer`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Box<str>>,
    /// The parent account's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Box<str>>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Box<str>>,
    /// State or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Box<str>>,
    /// City.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<Box<str>>,
    /// Phone, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Box<str>>,
    /// Industry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<Box<str>>,
    /// Head count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employees: Option<Number>,
    /// Columns beyond the standard ones, as they came.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom: BTreeMap<Box<str>, Box<str>>,
}

/// An account's number within one set of accounts, in the order they were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountIx(pub u32);

/// How many accounts each owner has, by the key that the accounts give.
pub type Owners = BTreeMap<Box<str>, usize>;

/// The owners of accounts. Linear in their number.
#[must_use]
pub fn owners(accounts: &[Account]) -> Owners {
    let mut owners = Owners::new();
    for owner in accounts.iter().filter_map(|account| account.owner.as_deref()) {
        match owners.get_mut(owner) {
            Some(count) => *count += 1,
            None => drop(owners.insert(owner.into(), 1)),
        }
    }
    owners
}
