//! What a run of many leads came to: by outcome, rule and rep, and the fairness of each pool.

use crate::explain;
use crate::show::{self, BOLD, DIM, YELLOW, styled};
use pointsman_engine::book::Book;
use pointsman_engine::decision::{Cause, Decision, Outcome};
use pointsman_engine::people::RepIx;
use pointsman_engine::policy::{Policy, PoolIx, QueueIx, Share};
use pointsman_engine::standing::Standing;
use serde::Serialize;
use std::fmt::Write;

/// Counts, while a run goes on.
#[derive(Debug)]
pub struct Counts {
    leads: u64,
    outcomes: [u64; 5],
    rules: Vec<u64>,
    same_person: u64,
    no_rule: u64,
    reps: Vec<u64>,
    queues: Vec<u64>,
    /// Turns of each seat of each pool.
    seats: Vec<Vec<u64>>,
}

const OUTCOMES: [&str; 5] = ["assigned", "queued", "held", "kept", "suppressed"];

impl Counts {
    /// Nothing yet.
    pub fn new(policy: &Policy, book: &Book) -> Self {
        Self {
            leads: 0,
            outcomes: [0; 5],
            rules: vec![0; policy.rules.len()],
            same_person: 0,
            no_rule: 0,
            reps: vec![0; book.directory().reps().len()],
            queues: vec![0; policy.queues.len()],
            seats: policy.pools.iter().map(|pool| vec![0; pool.members.len()]).collect(),
        }
    }

    /// One decision more.
    pub fn add(&mut self, book: &Book, decision: &Decision) {
        self.leads += 1;
        bump(&mut self.outcomes, OUTCOMES.iter().position(|name| *name == decision.outcome.name()));
        match decision.cause {
            Cause::Rule(row) => bump(&mut self.rules, Some(row.rule.at())),
            Cause::SamePerson => self.same_person += 1,
            Cause::NoRule => self.no_rule += 1,
        }
        match decision.outcome {
            Outcome::Assigned { rep, via } => {
                bump(&mut self.reps, Some(rep.at()));
                if let Some(pool) = via.pool()
                    && let Some(seats) = self.seats.get_mut(pool.at())
                {
                    bump(seats, book.seats(pool).iter().position(|seat| *seat == rep));
                }
            }
            Outcome::Kept(Some(rep)) => bump(&mut self.reps, Some(rep.at())),
            Outcome::Queued(QueueIx(queue)) => bump(&mut self.queues, usize::try_from(queue).ok()),
            Outcome::Kept(None) | Outcome::Held { .. } | Outcome::Suppressed => {}
        }
    }
}

fn bump(counts: &mut [u64], at: Option<usize>) {
    if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
        *count += 1;
    }
}

/// A name and a count.
#[derive(Debug, Serialize)]
pub struct Count {
    name: String,
    leads: u64,
}

/// How fairly a pool shared.
#[derive(Debug, Serialize)]
pub struct PoolFairness {
    pool: String,
    share: &'static str,
    members: Vec<MemberShare>,
}

/// One member's part.
#[derive(Debug, Serialize)]
pub struct MemberShare {
    rep: String,
    weight: u32,
    leads: u64,
    /// Due minus given, in leads.
    balance: String,
}

/// What a run came to.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Leads decided.
    pub leads: u64,
    outcomes: Vec<Count>,
    rules: Vec<Count>,
    reps: Vec<Count>,
    queues: Vec<Count>,
    pools: Vec<PoolFairness>,
}

impl Summary {
    /// Puts names to counts. Rules and pools keep their order; reps and queues that got nothing are left out.
    pub fn of(policy: &Policy, book: &Book, standing: &Standing, counts: &Counts) -> Self {
        let count = |name: &str, leads: u64| Count { name: name.to_owned(), leads };
        let mut rules: Vec<Count> = policy.rules.iter().zip(&counts.rules).map(|(rule, leads)| count(&rule.name, *leads)).collect();
        if counts.same_person > 0 {
            rules.push(count("(the same person again)", counts.same_person));
        }
        rules.push(count("(no rule matches)", counts.no_rule));
        let reps = book.directory().reps().iter().zip(&counts.reps).filter(|(_, leads)| **leads > 0);
        let queues = policy.queues.iter().zip(&counts.queues).filter(|(_, leads)| **leads > 0);
        Self {
            leads: counts.leads,
            outcomes: OUTCOMES
                .iter()
                .zip(counts.outcomes)
                .filter(|(_, leads)| *leads > 0)
                .map(|(name, leads)| count(name, leads))
                .collect(),
            rules,
            reps: reps.map(|(rep, leads)| count(&rep.email, *leads)).collect(),
            queues: queues.map(|(queue, leads)| count(&queue.name, *leads)).collect(),
            pools: (0..policy.pools.len())
                .filter_map(|at| fairness(policy, book, standing, counts, PoolIx(u32::try_from(at).ok()?)))
                .collect(),
        }
    }

    /// For people.
    pub fn human(&self) -> String {
        let mut text = String::new();
        let by = |title: &'static str, counts: &[Count]| {
            let rows = counts.iter().map(|row| {
                let leads = if row.leads == 0 { styled(YELLOW, "0") } else { show::count(row.leads) };
                [row.name.clone(), leads, show::percent(row.leads, self.leads)]
            });
            show::table([title, "leads", "share"], &[1, 2], rows)
        };
        let reps: Vec<Count> = self.reps.iter().chain(&self.queues).map(|row| Count { name: row.name.clone(), leads: row.leads }).collect();
        for (title, counts) in [("outcome", &self.outcomes), ("rule", &self.rules), ("rep or queue", &reps)] {
            if !counts.is_empty() {
                let _ = writeln!(text, "{}\n", by(title, counts));
            }
        }
        let pools = self.pools.iter().filter(|pool| pool.members.iter().any(|member| member.leads > 0));
        let rows = pools.flat_map(|pool| {
            let total: u64 = pool.members.iter().map(|member| member.leads).sum();
            pool.members.iter().enumerate().map(move |(at, member)| {
                let name = if at == 0 { format!("{} {}", pool.pool, styled(DIM, format!("({})", pool.share))) } else { String::new() };
                let balance = if pool.share == "rotation" { member.balance.clone() } else { String::new() };
                [
                    name,
                    member.rep.clone(),
                    member.weight.to_string(),
                    show::count(member.leads),
                    show::percent(member.leads, total),
                    balance,
                ]
            })
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            let _ = writeln!(text, "{}", show::table(["pool", "member", "weight", "leads", "share", "due"], &[2, 3, 4, 5], rows));
            let _ = writeln!(
                text,
                "  {}",
                styled(DIM, "due: leads due by weight less leads given; between -1 and +1 while the same members can take leads")
            );
        }
        let _ = write!(text, "\n{}", styled(BOLD, show::counted(usize::try_from(self.leads).unwrap_or(usize::MAX), "lead")));
        text
    }
}

fn fairness(policy: &Policy, book: &Book, standing: &Standing, counts: &Counts, at: PoolIx) -> Option<PoolFairness> {
    let (pool, rotation, seats) = (policy.pool(at)?, standing.rotation(at)?, counts.seats.get(at.at())?);
    let members = book.seats(at).iter().zip(rotation.seats()).zip(seats).map(|((rep, seat), leads)| MemberShare {
        rep: member(book, *rep),
        weight: seat.weight,
        leads: *leads,
        balance: explain::leads(seat.balance),
    });
    let share = match pool.share {
        Share::Rotation => "rotation",
        Share::LeastLoaded => "least loaded",
        Share::InOrder => "in order",
    };
    Some(PoolFairness { pool: pool.name.to_string(), share, members: members.collect() })
}

fn member(book: &Book, rep: RepIx) -> String {
    book.directory().key(rep).to_owned()
}
