//! Comparing two policies: which rules differ, which leads there can be are routed differently, and which of the last ones
//! would go elsewhere.

use jiff::Timestamp;
use pointsman_engine::account::Account;
use pointsman_engine::book::Book;
use pointsman_engine::compare::{self, Moved, Side};
use pointsman_engine::lead::Lead;
use pointsman_engine::people::Directory;
use pointsman_engine::policy::Policy;
use pointsman_proof::difference::{self, Difference};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// So many leads that go elsewhere are listed; all are counted.
const LISTED: usize = 100;

/// What changes from one policy to another.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// The version in force.
    pub from: String,
    /// The version the draft would have.
    pub to: String,
    /// Rules that differ.
    pub rules: Vec<RuleChange>,
    /// Leads that are routed differently, of all that there can be.
    pub differences: Vec<Region>,
    /// Whether there are more of them, or some that could not be compared in the time there is.
    pub more: bool,
    /// What else differs: pools, SLAs, settings.
    pub settings: Vec<String>,
    /// How many leads were routed by both.
    pub leads: usize,
    /// How many of them would go elsewhere: another target, queue or outcome.
    pub rerouted: usize,
    /// How many would stay with their pool, but at another member's turn.
    pub other_turn: usize,
    /// The first of those that would go elsewhere.
    pub list: Vec<LeadChange>,
}

/// A rule that differs.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleChange {
    /// Its name.
    pub rule: String,
    /// `added`, `removed`, `changed` or `moved`.
    pub change: String,
}

/// A lead that would go elsewhere.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LeadChange {
    /// Which.
    pub lead: String,
    /// Where it goes by the policy in force.
    pub from: Whereabouts,
    /// Where it would go.
    pub to: Whereabouts,
}

/// Where a lead goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Whereabouts {
    /// `assigned`, `queued`, `held`, `kept` or `suppressed`.
    pub outcome: String,
    /// By which rule.
    pub rule: Option<String>,
    /// Through which target.
    pub target: Option<String>,
    /// To which rep or queue.
    pub who: Option<String>,
}

/// Leads that are routed differently, of all that there can be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Region {
    /// Which they are, in words.
    pub leads: String,
    /// The rule that decides them now; none: the fallback takes them.
    pub old_rule: Option<String>,
    /// The rule that would.
    pub new_rule: Option<String>,
    /// What becomes of them now.
    pub old: String,
    /// What would.
    pub new: String,
    /// One of them, with the account that it matches if it needs one; none: it is possible only.
    #[schema(value_type = Option<Object>)]
    pub witness: Option<Value>,
}

/// Compares for every lead there can be; and routes leads in their order by each, with nothing decided before.
pub fn policies(old: &Policy, new: &Policy, directory: Directory, accounts: Vec<Account>, leads: Vec<Lead>) -> Comparison {
    let mut book = Book::bind(old, Some(directory), accounts);
    let from = whereabouts(old, &book, &leads);
    book.set_policy(new);
    let to = whereabouts(new, &book, &leads);
    let (mut rerouted, mut other_turn, mut list) = (0, 0, Vec::new());
    for ((lead, from), to) in leads.iter().zip(from).zip(to) {
        match to.moved_from(&from) {
            Moved::Not | Moved::OtherRule => {}
            Moved::OtherTurn => other_turn += 1,
            Moved::Rerouted => {
                rerouted += 1;
                if list.len() < LISTED {
                    list.push(LeadChange { lead: lead.id.to_string(), from: from.into(), to: to.into() });
                }
            }
        }
    }
    let found = difference::find(old, new, LISTED);
    Comparison {
        from: old.version.to_string(),
        to: new.version.to_string(),
        rules: compare::rules(old, new).into_iter().map(RuleChange::from).collect(),
        more: found.more || found.unknown,
        differences: found.all.into_iter().map(Region::from).collect(),
        settings: found.settings,
        leads: leads.len(),
        rerouted,
        other_turn,
        list,
    }
}

fn whereabouts(policy: &Policy, book: &Book, leads: &[Lead]) -> Vec<compare::Whereabouts> {
    let mut side = Side::new(policy, book);
    let one = |lead: &Lead| {
        let arrival = side.arrive(lead.clone(), lead.created_at().unwrap_or(Timestamp::UNIX_EPOCH));
        side.take(&arrival)
    };
    leads.iter().map(one).collect()
}

impl From<compare::RuleChange> for RuleChange {
    fn from(compare::RuleChange { rule, change }: compare::RuleChange) -> Self {
        Self { rule, change: change.to_owned() }
    }
}

impl From<compare::Whereabouts> for Whereabouts {
    fn from(compare::Whereabouts { outcome, rule, target, who }: compare::Whereabouts) -> Self {
        Self { outcome, rule, target, who }
    }
}

impl From<Difference> for Region {
    fn from(found: Difference) -> Self {
        let Difference { leads, old_rule, new_rule, old, new, witness, .. } = found;
        Self { leads, old_rule, new_rule, old, new, witness: witness.and_then(|scene| serde_json::to_value(scene).ok()) }
    }
}
