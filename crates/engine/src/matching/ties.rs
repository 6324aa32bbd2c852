//! Tie-breakers: which of several accounts that the evidence does not tell apart.

use crate::account::Account;
use crate::value::{Number, fold};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// One rule that prefers an account. Facts that no standard column gives are read from tags (`customer`) or from
/// custom columns of the account (`open_opportunity`, `owner_active`, `last_activity`, `created_at`, `children`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieBreaker {
    /// Has the tag `customer`, or a custom column `customer` that says yes.
    Customer,
    /// Is a named account.
    Named,
    /// Has the tag `open_opportunity` or a custom column of that name that says yes or is above 0.
    OpenOpportunity,
    /// Has an owner, whom the custom column `owner_active` does not call inactive.
    ActiveOwner,
    /// Is in the lead's country.
    SameCountry,
    /// The latest custom column `last_activity` (RFC 3339).
    RecentActivity,
    /// The greatest number of accounts whose parent it is.
    MoreChildren,
    /// The earliest custom column `created_at` (RFC 3339).
    Oldest,
    /// The lowest id, as text; ids that are numbers as numbers.
    LowestId,
}

impl TieBreaker {
    /// All of them, in the order used where the policy gives none.
    pub const ALL: &'static [Self] = &[
        Self::Customer,
        Self::Named,
        Self::OpenOpportunity,
        Self::ActiveOwner,
        Self::SameCountry,
        Self::RecentActivity,
        Self::MoreChildren,
        Self::Oldest,
        Self::LowestId,
    ];

    /// In policies and traces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Named => "named",
            Self::OpenOpportunity => "open_opportunity",
            Self::ActiveOwner => "active_owner",
            Self::SameCountry => "same_country",
            Self::RecentActivity => "recent_activity",
            Self::MoreChildren => "more_children",
            Self::Oldest => "oldest",
            Self::LowestId => "lowest_id",
        }
    }

    /// Which of two is preferred: `Less` is the first.
    pub(super) fn compare(self, one: &Contender<'_>, other: &Contender<'_>) -> Ordering {
        let prefer = |holds: fn(&Contender<'_>) -> bool| holds(other).cmp(&holds(one));
        match self {
            Self::Customer => prefer(|c| says(c.account, "customer")),
            Self::Named => prefer(|c| c.account.named == Some(true)),
            Self::OpenOpportunity => prefer(|c| says(c.account, "open_opportunity")),
            Self::ActiveOwner => prefer(|c| c.account.owner.is_some() && !denies(c.account, "owner_active")),
            Self::SameCountry => prefer(|c| c.same_country),
            Self::RecentActivity => moment(other.account, "last_activity").cmp(&moment(one.account, "last_activity")),
            Self::MoreChildren => other.children.cmp(&one.children),
            Self::Oldest => {
                let age = |contender: &Contender<'_>| moment(contender.account, "created_at").map_or((1, None), |at| (0, Some(at)));
                age(one).cmp(&age(other))
            }
            Self::LowestId => {
                let id = |contender: &Contender<'_>| contender.account.id.parse::<u64>().map_or((1, 0), |number| (0, number));
                id(one).cmp(&id(other)).then_with(|| one.account.id.cmp(&other.account.id))
            }
        }
    }
}

/// An account among equals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contender<'a> {
    pub(super) account: &'a Account,
    pub(super) same_country: bool,
    pub(super) children: u32,
}

fn says(account: &Account, what: &str) -> bool {
    let yes = |text: &str| crate::records::boolean(text).unwrap_or_else(|| Number::parse(text).is_some_and(|number| number.0 > 0));
    account.tags.iter().any(|tag| *fold(tag) == *what) || account.custom.get(what).is_some_and(|text| yes(text))
}

fn denies(account: &Account, what: &str) -> bool {
    account.custom.get(what).and_then(|text| crate::records::boolean(text)) == Some(false)
}

fn moment(account: &Account, column: &str) -> Option<jiff::Timestamp> {
    account.custom.get(column).and_then(|text| crate::records::moment(text))
}
