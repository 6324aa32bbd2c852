//! `pointsman explain`: why a lead goes where it goes, or why not to a rep.

use crate::args::{ExplainArgs, Format};
use crate::elsewhere::{self, Whom};
use crate::failure::Failure;
use crate::load;
use crate::show::{self, BOLD, DIM, GREEN, styled};
use jiff::Timestamp;
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Arrival, Before, arrive, decide};
use pointsman_engine::decision::{Decision, Outcome};
use pointsman_engine::explain::{self, RuleResult, RuleStory};
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::matching::Verdict;
use pointsman_engine::policy::diagnostic::did_you_mean;
use pointsman_engine::policy::{Policy, PoolIx, Target};
use pointsman_engine::record::{Record, TrialRecord};
use pointsman_engine::records::leads;
use pointsman_engine::rotation::Balance;
use pointsman_engine::standing::Standing;
use pointsman_engine::words;
use pointsman_proof::counterfactual::Counterfactual;
use serde_json::{Map, Value};
use std::fmt::Write;

/// Decides one lead, as if it were the first, and explains.
pub fn run(args: &ExplainArgs) -> Result<(), Failure> {
    let loaded = load::policy(&args.policy)?;
    let policy = &loaded.policy;
    let people = load::people(Some(&loaded.folder), &args.directory, policy)?;
    people.report();
    let book = Book::bind(policy, people.directory, people.accounts);
    let (fields, lead) = lead(&args.lead)?;
    let now = args.at.or(lead.created_at()).unwrap_or_else(Timestamp::now);
    let arrival = arrive(policy, &book, lead, Before::default(), now);
    let decision = decide(policy, &book, &Standing::fresh(policy, &book), &arrival);
    let rules = explain::rules(policy, &book, &arrival);
    let whom = args.not.as_ref().map(|not| whom(policy, &book, not)).transpose()?;
    let why_not = whom.map(|whom| why_not(policy, &book, &arrival, &decision, whom));
    let elsewhere = whom.filter(|whom| !has(&decision, *whom)).and_then(|whom| elsewhere::find(policy, &book, &fields, &arrival, whom));
    let record = Record::of(policy, &book, &arrival, &decision);
    let review = match book.matcher.decide(&arrival.lead) {
        Verdict::Grey(candidates) => candidates.iter().map(|candidate| book.matcher.sentence(candidate)).collect(),
        Verdict::Match(_) | Verdict::None => Vec::new(),
    };
    match args.format {
        Format::Json => show::json(
            &serde_json::json!({ "decision": record, "rules": rules, "to_review": review, "why_not": why_not, "instead": elsewhere }),
        ),
        Format::Human => show::print(&story(policy, &arrival, &decision, &record, &rules, &review, &Asked { why_not, instead: elsewhere })),
    }
}

fn lead(json: &str) -> Result<(Map<String, Value>, Lead), Failure> {
    let fields: Map<String, Value> =
        serde_json::from_str(json).map_err(|error| Failure::Yours(format!("--lead is not a JSON object: {error}")))?;
    let mut problems = Vec::new();
    let lead = leads::from_json(&fields, 1, &mut problems);
    for problem in &problems {
        let column = problem.column.as_deref().map(|column| format!("{column}: ")).unwrap_or_default();
        show::warning(&format!("--lead: {column}{}", problem.message));
    }
    lead.map(|lead| (fields, lead)).ok_or(Failure::Reported)
}

/// The rep or pool that is asked about.
fn whom(policy: &Policy, book: &Book, not: &str) -> Result<Whom, Failure> {
    let pool = not.strip_prefix("pool:").map(str::trim);
    let found = match pool {
        Some(pool) => (0..).map(PoolIx).zip(&policy.pools).find(|(_, known)| *known.name == *pool).map(|(at, _)| Whom::Pool(at)),
        None => book.directory().find(not).map(Whom::Rep),
    };
    found.ok_or_else(|| {
        let (noun, name) = pool.map_or(("rep", not), |pool| ("pool", pool));
        let reps = book.directory().reps().iter().map(|rep| &*rep.email);
        let pools = policy.pools.iter().map(|pool| &*pool.name);
        let help = if pool.is_some() { did_you_mean(name, pools) } else { did_you_mean(name, reps) };
        Failure::Yours(format!("--not: no {noun} is called {name}{}", help.map(|help| format!("; {help}")).unwrap_or_default()))
    })
}

fn has(decision: &Decision, whom: Whom) -> bool {
    match (&decision.outcome, whom) {
        (Outcome::Assigned { rep, .. } | Outcome::Kept(Some(rep)), Whom::Rep(asked)) => *rep == asked,
        (Outcome::Assigned { via, .. }, Whom::Pool(pool)) => via.pool() == Some(pool),
        _ => false,
    }
}

fn why_not(policy: &Policy, book: &Book, arrival: &Arrival, decision: &Decision, whom: Whom) -> Vec<String> {
    match whom {
        Whom::Rep(rep) => explain::why_not(policy, book, arrival, decision, rep),
        Whom::Pool(pool) if has(decision, whom) => vec![format!("{} has this lead", policy.target_name(Target::Pool(pool)))],
        Whom::Pool(pool) => {
            let target = Target::Pool(pool);
            let tried = decision.tried.iter().find(|trial| trial.target == target);
            let why = tried.map_or("no rule that leads to it decides", |trial| words::trial_result(trial.result));
            vec![format!("{}: {why}", policy.target_name(target))]
        }
    }
}

/// What `--not` asked for.
struct Asked {
    /// Why a rep or a pool does not have the lead, where one was named.
    why_not: Option<Vec<String>>,
    /// What of the lead would have to be otherwise for them to have it.
    instead: Option<Counterfactual>,
}

fn story(
    policy: &Policy,
    arrival: &Arrival,
    decision: &Decision,
    record: &Record<'_>,
    rules: &[RuleStory],
    review: &[String],
    asked: &Asked,
) -> String {
    let mut text = String::new();
    let result = &record.result;
    let outcome = match (&*result.outcome, result.rep.as_deref().or(result.queue.as_deref())) {
        ("kept", Some(rep)) => format!("kept by {rep}"),
        ("queued", Some(queue)) => format!("queued in {queue}"),
        (outcome, Some(target)) => format!("{outcome} to {target}"),
        (outcome, None) => outcome.to_owned(),
    };
    let _ = writeln!(text, "{} {}", styled(BOLD, outcome), styled(DIM, format!("at {}", words::moment(record.at, &policy.timezone))));
    let _ = writeln!(text, "{}", result.reason);
    section(&mut text, "lead");
    for (field, filled) in arrival.lead.standard() {
        let _ = writeln!(text, "  {:<16} {}{}", field.name(), filled.value, from(filled.source));
    }
    for (name, value) in &arrival.lead.custom {
        let source = if arrival.lead.filled_custom.contains(name) { Source::Companies } else { Source::Form };
        let _ = writeln!(text, "  {name:<16} {value}{}", from(source));
    }
    section(&mut text, "account");
    match &record.matched {
        Some(found) => {
            let name = found.account.name.as_deref().unwrap_or("");
            let _ = writeln!(text, "  {}  {name}  score {}", found.account.id, found.score);
            for (method, shared) in &found.evidence {
                let _ = writeln!(text, "  {:<16} {shared}", method.name());
            }
            if let Some(rule) = found.tie_breaker {
                let _ = writeln!(text, "  {:<16} {}", "preferred by", rule.name());
            }
        }
        None => text.push_str("  none matches\n"),
    }
    for candidate in review {
        let _ = writeln!(text, "  to review        {candidate}");
    }
    section(&mut text, "rules");
    for rule in rules {
        let _ = writeln!(text, "  {:>3}  {}", rule.number, rule_line(rule));
    }
    if arrival.row.is_none() {
        text.push_str("       no rule matches\n");
    }
    for trial in &record.tried {
        section(&mut text, &format!("{}: {}", trial.target, words::trial_result(trial.result)));
        candidates(&mut text, policy, trial);
    }
    if decision.sla.is_some() {
        promise(&mut text, policy, record);
    }
    if let Some(reasons) = &asked.why_not {
        section(&mut text, "why not");
        for reason in reasons {
            let _ = writeln!(text, "  {reason}");
        }
    }
    if let Some(instead) = &asked.instead {
        let _ = writeln!(text, "  {}", elsewhere::sentence(instead));
    }
    text.trim_end().to_owned()
}

fn promise(text: &mut String, policy: &Policy, record: &Record<'_>) {
    section(text, "promise");
    for (what, at) in [("route by", record.result.route_by), ("contact by", record.result.contact_by)] {
        if let Some(at) = at {
            let _ = writeln!(text, "  {what:<16} {}", words::moment(at, &policy.timezone));
        }
    }
    let _ = writeln!(text, "  {:<16} {}", "sla", record.result.sla.as_deref().unwrap_or(""));
}

/// Where a value came from, if not with the lead.
fn from(source: Source) -> String {
    if source == Source::Form { String::new() } else { styled(DIM, format!("  from {}", source.name())) }
}

fn section(text: &mut String, title: &str) {
    let _ = writeln!(text, "\n{}", styled(BOLD, title));
}

fn rule_line(rule: &RuleStory) -> String {
    let name = &rule.rule;
    match &rule.result {
        RuleResult::Decides { line: None } => styled(GREEN, format!("{name}: decides")),
        RuleResult::Decides { line: Some(line) } => styled(GREEN, format!("{name}: line {line} decides")),
        RuleResult::MatchesToo { line: None } => styled(DIM, format!("{name}: matches, too; the order decides")),
        RuleResult::MatchesToo { line: Some(line) } => styled(DIM, format!("{name}: line {line} matches, too; the order decides")),
        RuleResult::Disabled => styled(DIM, format!("{name}: switched off")),
        RuleResult::NeedNotWait => styled(DIM, format!("{name}: nothing to wait for")),
        RuleResult::NoMatch { table, failed } => {
            let failed = failed.as_ref().map_or_else(|| "no lead can match".to_owned(), ToString::to_string);
            match table {
                Some(closest) => {
                    format!("{name}: none of {} matches; closest is line {}, {failed}", show::counted(closest.rows, "row"), closest.line)
                }
                None => format!("{name}: {failed}"),
            }
        }
    }
}

fn candidates(text: &mut String, policy: &Policy, trial: &TrialRecord<'_>) {
    let rows = trial.candidates.iter().enumerate().map(|(at, candidate)| {
        let who = match &candidate.covers {
            Some(covered) => format!("{} for {covered}", candidate.rep),
            None => candidate.rep.to_string(),
        };
        let (before, after) = trial.balances(at).map(|(before, after)| (leads(before), leads(after))).unwrap_or_default();
        [who, words::recorded(&candidate.verdict, &policy.timezone), before, after]
    });
    if !trial.candidates.is_empty() {
        let _ = writeln!(text, "{}", show::table(["rep", "", "due before", "after"], &[2, 3], rows));
    }
}

/// A balance in leads, to thousandths: `+0.333`.
pub fn leads(balance: Balance) -> String {
    format!("{:+.3}", balance.thousandths() as f64 / 1000.0)
}
