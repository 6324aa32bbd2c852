//! The fewest changes of a lead that would have sent it to a rep or a pool, for `pointsman explain --not`.

use pointsman_engine::account::Account;
use pointsman_engine::book::Book;
use pointsman_engine::decide::Arrival;
use pointsman_engine::field::LeadField;
use pointsman_engine::people::RepIx;
use pointsman_engine::policy::{Action, Policy, PoolIx, Target};
use pointsman_proof::counterfactual::{self, Counterfactual};
use pointsman_proof::model::{Line, Model};
use pointsman_proof::scene::Scene;
use pointsman_proof::space::place::Point;
use pointsman_proof::space::universe::Universe;
use serde_json::{Map, Value};

/// Whom the lead did not go to.
#[derive(Debug, Clone, Copy)]
pub enum Whom {
    /// A rep, by whatever target.
    Rep(RepIx),
    /// A pool.
    Pool(PoolIx),
}

/// The changes, where a few are enough. `lead` is the lead as it came in.
pub fn find(policy: &Policy, book: &Book, lead: &Map<String, Value>, arrival: &Arrival, whom: Whom) -> Option<Counterfactual> {
    let universe = Universe::of(&[policy]);
    let model = Model::of(&universe, policy, 0);
    let facts = arrival.facts(policy, book);
    let point = Point::of(&universe, &[(policy, &facts)], arrival.now);
    let account = arrival.matched.as_ref().and_then(|found| book.matcher.account(found.account));
    let scene = Scene { lead: lead.clone(), account: account.cloned(), now: arrival.now };
    counterfactual::find(&model, &scene, &point, |line| leads_to(&model, book, arrival, account, line, whom))
}

/// Whether the first target of a line is, or has among its members, whom we ask about.
fn leads_to(model: &Model<'_>, book: &Book, arrival: &Arrival, account: Option<&Account>, line: &Line, whom: Whom) -> bool {
    let Some(Action::Assign(assign)) = model.row(line).map(|row| &row.action) else { return false };
    let owner = |owner: Option<&str>| owner.and_then(|owner| book.directory().find(owner));
    match (assign.targets.first(), whom) {
        (Some(Target::Pool(pool)), Whom::Pool(wanted)) => *pool == wanted,
        (Some(Target::Pool(pool)), Whom::Rep(rep)) => book.seats(*pool).contains(&rep),
        (Some(Target::Rep(person)), Whom::Rep(rep)) => book.person(*person) == Some(rep),
        (Some(Target::AccountOwner), Whom::Rep(rep)) => owner(account.and_then(|account| account.owner.as_deref())) == Some(rep),
        (Some(Target::LeadOwner), Whom::Rep(rep)) => owner(arrival.lead.text(LeadField::Owner)) == Some(rep),
        _ => false,
    }
}

/// In a sentence: `with country DE and employees at least 1000, rule "Germany" would have decided: pool:berlin`.
pub fn sentence(found: &Counterfactual) -> String {
    let changes: Vec<String> = found.changes.iter().map(|change| format!("{} {}", change.field, change.wanted)).collect();
    format!("with {} the rule \"{}\" would have decided: {}", changes.join(" and "), found.rule, found.then)
}
