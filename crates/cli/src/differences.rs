//! Which leads two policies route differently, of all there can be, for `pointsman diff`.

use crate::show::{self, BOLD, DIM, GREEN, YELLOW, styled};
use crate::snippets;
use jiff::Timestamp;
use pointsman_engine::facts::Facts;
use pointsman_engine::policy::Policy;
use pointsman_proof::difference::{self, Difference, Differences};
use pointsman_proof::space::place::Point;
use serde::Serialize;
use std::fmt::Write;

/// How many regions are looked for.
const MOST: usize = 500;
/// How many are told to people.
const TOLD: usize = 12;

/// The differences, and how many leads of the history are in each.
#[derive(Debug)]
pub struct Compared {
    found: Differences,
    counts: Option<Vec<u64>>,
}

/// As machines read it.
#[derive(Debug, Serialize)]
pub struct Shown<'a> {
    regions: Vec<Region<'a>>,
    /// Whether there are more regions.
    more: bool,
    /// Whether something could not be compared, because it would take too long.
    unknown: bool,
    /// What else differs.
    settings: &'a [String],
}

#[derive(Debug, Serialize)]
struct Region<'a> {
    #[serde(flatten)]
    difference: &'a Difference,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
}

impl Compared {
    /// Compares two policies; a history to be counted is told of.
    pub fn new(old: &Policy, new: &Policy, counting: bool) -> Self {
        let found = difference::find(old, new, MOST);
        let counts = counting.then(|| vec![0; found.all.len()]);
        Self { found, counts }
    }

    /// Counts a lead where it lies.
    pub fn count(&mut self, old: (&Policy, &Facts<'_>), new: (&Policy, &Facts<'_>), now: Timestamp) {
        let point = Point::of(&self.found.universe, &[old, new], now);
        let regions = self.found.all.iter().map(|difference| point.is_in(&difference.cube));
        for (count, _) in self.counts.iter_mut().flatten().zip(regions).filter(|(_, inside)| *inside) {
            *count += 1;
        }
    }

    /// The regions with what was counted, the biggest first; without a history in the order of the rules.
    fn regions(&self) -> Vec<Region<'_>> {
        let count = |at: usize| self.counts.as_ref().and_then(|counts| counts.get(at).copied());
        let mut regions: Vec<Region<'_>> =
            self.found.all.iter().enumerate().map(|(at, difference)| Region { difference, count: count(at) }).collect();
        regions.sort_by_key(|region| std::cmp::Reverse(region.count));
        regions
    }

    /// For machines.
    pub fn shown(&self) -> Shown<'_> {
        Shown { regions: self.regions(), more: self.found.more, unknown: self.found.unknown, settings: &self.found.settings }
    }

    /// For people.
    pub fn human(&self) -> String {
        let mut text = String::new();
        let regions = self.regions();
        if self.found.is_none() {
            let _ = writeln!(text, "\n{}", styled(GREEN, "no lead is routed differently"));
        } else {
            let _ = writeln!(text, "\n{}", styled(BOLD, "leads that are routed differently, of all there can be"));
            regions.iter().take(TOLD).for_each(|region| told(&mut text, region));
            if regions.len() > TOLD {
                let least = if self.found.more { "at least " } else { "" };
                let more = show::counted(regions.len() - TOLD, "more region");
                let _ = writeln!(text, "  {}", styled(DIM, format!("and {least}{more}: --format json lists them")));
            }
        }
        if self.found.unknown {
            let _ = writeln!(text, "{}", styled(YELLOW, "some rules could not be compared: it would take too long"));
        }
        if !self.found.settings.is_empty() {
            let _ = writeln!(text, "\nalso changed: {}", self.found.settings.join("; "));
        }
        text
    }
}

fn told(text: &mut String, region: &Region<'_>) {
    let difference = region.difference;
    let rule = |rule: &Option<String>| rule.clone().unwrap_or_else(|| "no rule".to_owned());
    let count =
        region.count.map(|count| format!("  {}", show::counted(usize::try_from(count).unwrap_or(usize::MAX), "lead"))).unwrap_or_default();
    let _ = writeln!(text, "  {}{count}", difference.leads);
    let _ = writeln!(text, "      before  {}  {}", difference.old, styled(DIM, rule(&difference.old_rule)));
    let _ = writeln!(text, "      after   {}  {}", difference.new, styled(DIM, rule(&difference.new_rule)));
    let example = match &difference.witness {
        Some(scene) => format!("for example {}", snippets::example(&serde_json::to_value(scene).unwrap_or_default())),
        None => "possible only: no lead was found that shows it".to_owned(),
    };
    let _ = writeln!(text, "      {}", styled(DIM, example));
}
