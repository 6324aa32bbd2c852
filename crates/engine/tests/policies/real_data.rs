//! The policies for real data, run on that data where it is at hand.

use crate::folder::{Folder, rows};
use pointsman_engine::decide::{Before, arrive, decide};
use pointsman_engine::lead::Lead;
use pointsman_engine::record::Outline;
use pointsman_engine::records::leads;
use pointsman_engine::standing::Standing;
use pointsman_engine::trial::usual_moment;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What became of one lead: the lead, and rule, rep, pool and queue.
struct Routed {
    lead: Lead,
    rule: String,
    rep: Option<String>,
    pool: Option<String>,
    queue: Option<String>,
}

impl Routed {
    /// What the data says really happened.
    fn real(&self, column: &str) -> &str {
        self.lead.custom.get(column).map_or("", |text| text)
    }
}

#[test]
fn the_sample_leads_of_acme_all_have_an_outcome() {
    let folder = Folder::read("acme");
    let routed = route(&folder, &folder.path.join("leads.csv"));
    assert_eq!(routed.len(), 200);
    let rules = totals(&routed, |routed| Some(&routed.rule));
    for rule in &folder.policy().rules {
        assert!(rules.contains_key(&*rule.name), "no sample lead meets `{}`", rule.name);
    }
}

#[test]
fn stores_go_to_the_salesperson_who_really_has_them_where_a_territory_has_one() {
    let Some(routed) = route_data("adventureworks") else { return };
    assert_eq!(routed.len(), 356);
    let agree = |routed: &Routed| routed.rep.as_deref() == Some(routed.real("real_rep"));
    let (shared, alone): (Vec<_>, Vec<_>) = routed.iter().partition(|routed| routed.pool.is_some());
    println!("the real owner: {} of {}", routed.iter().filter(|routed| agree(routed)).count(), routed.len());
    println!("  where one has the territory: {} of {}", alone.iter().filter(|routed| agree(routed)).count(), alone.len());
    println!("  where several share it: {} of {}", shared.iter().filter(|routed| agree(routed)).count(), shared.len());
    assert!(alone.iter().all(|routed| agree(routed)));
    assert!(routed.iter().all(|routed| routed.queue.is_none()), "every store is in a territory");
}

#[test]
fn cases_go_to_the_group_that_first_had_them_more_often_than_to_any_other() {
    let Some(routed) = route_data("incidents") else { return };
    assert_eq!(routed.len(), 890);
    let group = |routed: &Routed| routed.pool.as_deref().map(|pool| pool.replace("group-", "Group ")).unwrap_or_default();
    let agree = routed.iter().filter(|routed| group(routed) == routed.real("real_pool")).count();
    println!("the group that first had it: {agree} of {}", routed.len());
    assert!(agree > routed.len() / 2);
    assert_eq!(routed.iter().filter(|routed| routed.queue.is_some()).count(), 8, "cases without a category");
}

#[test]
fn calls_get_a_unit_of_their_battalion() {
    let Some(routed) = route_data("fire-calls") else { return };
    assert_eq!(routed.len(), 4578);
    let known: Vec<_> = routed.iter().filter(|routed| !routed.real("real_kind").is_empty()).collect();
    let kind = |routed: &Routed| routed.pool.as_deref().map_or("", |pool| if pool.starts_with("medics") { "MEDIC" } else { "ENGINE" });
    let same_kind = known.iter().filter(|routed| kind(routed) == routed.real("real_kind")).count();
    let same_unit = known.iter().filter(|routed| routed.rep.as_deref() == Some(routed.real("real_rep"))).count();
    println!("of {} calls whose first unit is known: the same kind {same_kind}, the very unit {same_unit}", known.len());
    assert!(same_kind > known.len() / 2);
    assert!(routed.iter().all(|routed| routed.queue.is_none()), "every call has a battalion");
}

#[test]
fn synthetic_leads_all_find_a_pool() {
    let Some(routed) = route_data("leadforge") else { return };
    assert_eq!(routed.len(), 1000);
    assert!(routed.iter().all(|routed| routed.pool.is_some()));
}

/// Routes a data set by the policy of its name; `None`, with a message, where the data is not at hand.
fn route_data(name: &str) -> Option<Vec<Routed>> {
    let prepared = prepared()?.join(format!("{name}.csv"));
    if !prepared.exists() {
        println!("skipped: the data for {name} is not at hand");
        return None;
    }
    Some(route(&Folder::read(name), &prepared))
}

/// The data sets as leads, made once by policies/prepare.py.
fn prepared() -> Option<&'static Path> {
    static PREPARED: OnceLock<Option<PathBuf>> = OnceLock::new();
    let prepare = || {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let data = std::env::var_os("POINTSMAN_DATA").map_or_else(|| here.join("../../../shared/data"), PathBuf::from).join("leads");
        if !data.exists() {
            println!("skipped: there is no folder {} (set POINTSMAN_DATA)", data.display());
            return None;
        }
        let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prepared");
        let done = Command::new("python3").arg(here.join("../../policies/prepare.py")).arg(data).arg(&out).status();
        let Ok(status) = done else {
            println!("skipped: python3 is needed to prepare the data");
            return None;
        };
        assert!(status.success(), "policies/prepare.py");
        Some(out)
    };
    PREPARED.get_or_init(prepare).as_deref()
}

/// Routes a file in order, each lead when it came into being, and prints totals per rule and per rep.
fn route(folder: &Folder, file: &Path) -> Vec<Routed> {
    let policy = folder.policy();
    let book = folder.bind(&policy);
    let mut standing = Standing::fresh(&policy, &book);
    let (header, records) = rows(file).unwrap();
    let (columns, mut problems, mut routed) = (leads::Columns::of(&header).unwrap(), Vec::new(), Vec::new());
    for (line, record) in (2..).zip(&records) {
        let lead = columns.read(record, line, &mut problems).unwrap();
        let now = lead.created_at().unwrap_or_else(|| usual_moment(&policy));
        let arrival = arrive(&policy, &book, lead.clone(), Before::default(), now);
        let decision = decide(&policy, &book, &standing, &arrival);
        standing.record(&policy, &book, &arrival, &decision);
        let line = Outline::of(&policy, &book, &decision);
        let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
        let rule = owned(line.rule).unwrap_or_else(|| if line.outcome == "kept" { "(the same person)" } else { "(no rule)" }.to_owned());
        routed.push(Routed { lead, rule, rep: owned(line.rep), pool: owned(line.pool), queue: owned(line.queue) });
    }
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(routed.len(), records.len(), "no lead is lost");
    println!("{}: {} leads", policy.name, routed.len());
    print(&totals(&routed, |routed| Some(&routed.rule)));
    print(&totals(&routed, |routed| routed.pool.as_deref()));
    print(&totals(&routed, |routed| routed.rep.as_deref()));
    print(&totals(&routed, |routed| routed.queue.as_deref()));
    routed
}

fn totals<'a>(routed: &'a [Routed], of: impl Fn(&'a Routed) -> Option<&'a str>) -> BTreeMap<&'a str, usize> {
    let mut totals = BTreeMap::new();
    for name in routed.iter().filter_map(of) {
        *totals.entry(name).or_default() += 1;
    }
    totals
}

fn print(totals: &BTreeMap<&str, usize>) {
    let mut totals: Vec<_> = totals.iter().collect();
    totals.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), **name));
    for (name, count) in totals {
        println!("{count:6}  {name}");
    }
    println!();
}
