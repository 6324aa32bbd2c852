//! How good matches are: expected answers against given ones.

use crate::failure::Failure;
use crate::show;
use pointsman_engine::lead::LeadId;
use pointsman_engine::matching::{Candidate, Matcher};
use pointsman_engine::value::Number;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// What is expected of a lead: one of the accounts, none, or either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Must,
    None,
    Optional,
}

struct Label {
    right: Vec<Box<str>>,
    rule: Rule,
    category: Box<str>,
}

/// The expected answers, by lead.
pub struct Labels(BTreeMap<Box<str>, Label>);

impl Labels {
    /// Reads a CSV file with `lead_id`, `ok_account_ids` (separated by `|`), `rule` and `category`.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let bad = |error: csv::Error| Failure::Yours(format!("{}: {error}", path.display()));
        let mut reader = csv::Reader::from_path(path).map_err(bad)?;
        let header = reader.headers().map_err(bad)?.clone();
        let column = |name: &str| {
            let missing =
                || Failure::Yours(format!("{}: no column {name}; labels need lead_id, ok_account_ids, rule, category", path.display()));
            header.iter().position(|column| column == name).ok_or_else(missing)
        };
        let (lead, right, rule, category) = (column("lead_id")?, column("ok_account_ids")?, column("rule")?, column("category")?);
        let mut labels = BTreeMap::new();
        for row in reader.records() {
            let row = row.map_err(bad)?;
            let cell = |at: usize| row.get(at).unwrap_or_default();
            let rule = match cell(rule) {
                "must" => Rule::Must,
                "none" => Rule::None,
                "optional" => Rule::Optional,
                other => return Err(Failure::Yours(format!("{}: rule `{other}` is not must, none or optional", path.display()))),
            };
            let right = cell(right).split('|').filter(|id| !id.is_empty()).map(Into::into).collect();
            labels.insert(cell(lead).into(), Label { right, rule, category: cell(category).into() });
        }
        Ok(Self(labels))
    }
}

/// The likeliest account of one labelled lead.
struct Answer {
    lead: Box<str>,
    category: Box<str>,
    rule: Rule,
    /// In millionths; 0 where no account was found.
    probability: i128,
    right: bool,
    sentence: String,
}

/// Counts at one threshold.
#[derive(Debug, Default, Clone, Copy)]
pub struct Point {
    /// The threshold, 0 to 1.
    pub threshold: f64,
    right: u32,
    wrong: u32,
    must: u32,
}

impl Point {
    fn count(&mut self, answer: &Answer, threshold: i128) {
        self.must += u32::from(answer.rule == Rule::Must);
        if answer.probability < threshold || answer.probability == 0 {
            return;
        }
        match (answer.rule, answer.right) {
            (Rule::Must, true) => self.right += 1,
            (Rule::Optional, true) => {}
            _ => self.wrong += 1,
        }
    }

    /// Of the matches that count, how many are right.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// Of the leads that have an account, how many were matched to it.
    pub fn recall(&self) -> f64 {
        share(self.right, self.must)
    }

    fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

/// All answers held against the labels.
pub struct Report {
    labels: Labels,
    answers: Vec<Answer>,
}

impl Report {
    /// Nothing answered yet.
    pub const fn new(labels: Labels) -> Self {
        Self { labels, answers: Vec::new() }
    }

    /// Adds the likeliest account of a lead. Leads without a label do not count.
    pub fn add(&mut self, matcher: &Matcher, lead: &LeadId, likeliest: Option<&Candidate>) {
        let Some(label) = self.labels.0.get(&lead.0) else { return };
        let id = likeliest.and_then(|candidate| matcher.account(candidate.account)).map(|account| &*account.id);
        self.answers.push(Answer {
            lead: lead.0.clone(),
            category: label.category.clone(),
            rule: label.rule,
            probability: likeliest.map_or(0, |candidate| candidate.probability.0),
            right: id.is_some_and(|id| label.right.iter().any(|right| **right == *id)),
            sentence: likeliest.map(|candidate| matcher.sentence(candidate)).unwrap_or_default(),
        });
    }

    fn at(&self, threshold: i128) -> Point {
        let mut point = Point { threshold: millionths(threshold), ..Point::default() };
        self.answers.iter().for_each(|answer| point.count(answer, threshold));
        point
    }

    /// Precision and recall over thresholds from 0.05 to 0.99.
    pub fn curve(&self) -> Vec<Point> {
        (1..20).map(|step| step * 50_000).chain([970_000, 990_000]).map(|threshold| self.at(threshold)).collect()
    }

    /// The whole report, for people.
    pub fn text(&self, match_at: Number) -> String {
        let total = self.at(match_at.0);
        let mut text = format!(
            "at {match_at}: precision {:.4}, recall {:.4}, F1 {:.4} ({} right, {} wrong, {} leads have an account)\n\n",
            total.precision(),
            total.recall(),
            total.f1(),
            total.right,
            total.wrong,
            total.must
        );
        let _ = writeln!(text, "{}\n", self.by_category(match_at.0));
        let curve = self.curve();
        let rows = curve.iter().map(|point| {
            [
                format!("{:.2}", point.threshold),
                format!("{:.4}", point.precision()),
                format!("{:.4}", point.recall()),
                format!("{:.4}", point.f1()),
            ]
        });
        let _ = writeln!(text, "{}\n", show::table(["threshold", "precision", "recall", "F1"], &[0, 1, 2, 3], rows));
        let _ = writeln!(text, "{}\n", self.reliability());
        let _ = writeln!(text, "the worst mistakes:\n{}", self.worst(match_at.0));
        text
    }

    fn by_category(&self, threshold: i128) -> String {
        let mut categories: BTreeMap<&str, (u32, u32, u32)> = BTreeMap::new();
        for answer in &self.answers {
            let mut point = Point::default();
            point.count(answer, threshold);
            let (right, wrong, none) = categories.entry(&answer.category).or_default();
            (*right, *wrong) = (*right + point.right, *wrong + point.wrong);
            *none += u32::from(answer.probability < threshold);
        }
        let rows = categories
            .iter()
            .map(|(category, (right, wrong, none))| [(*category).to_owned(), right.to_string(), wrong.to_string(), none.to_string()]);
        show::table(["category", "right", "wrong", "no match"], &[1, 2, 3], rows)
    }

    /// Among answers of about one probability, how many are right. Leads with rule optional are left out.
    fn reliability(&self) -> String {
        const BOUNDS: [i128; 11] = [1, 100_000, 200_000, 300_000, 500_000, 700_000, 800_000, 900_000, 950_000, 990_000, 1_000_001];
        let bands = BOUNDS.windows(2).filter_map(|bounds| bounds.first().copied().zip(bounds.last().copied()));
        let rows = bands.map(|(from, to)| {
            let within: Vec<&Answer> =
                self.answers.iter().filter(|answer| answer.rule != Rule::Optional && (from..to).contains(&answer.probability)).collect();
            let count = u32::try_from(within.len()).unwrap_or(u32::MAX);
            let right = within.iter().filter(|answer| answer.right && answer.rule == Rule::Must).count();
            let said = within.iter().map(|answer| millionths(answer.probability)).sum::<f64>() / f64::from(count.max(1));
            let band = format!("{:.2} to {:.2}", millionths(from), millionths(to));
            [band, count.to_string(), format!("{said:.3}"), format!("{:.3}", share(u32::try_from(right).unwrap_or(0), count.max(1)))]
        });
        show::table(["probability", "answers", "said", "right"], &[1, 2, 3], rows)
    }

    fn worst(&self, threshold: i128) -> String {
        let counts = |answer: &&Answer| {
            let mut point = Point::default();
            point.count(answer, threshold);
            point.wrong > 0
        };
        let mut wrong: Vec<&Answer> = self.answers.iter().filter(counts).collect();
        wrong.sort_by(|one, other| other.probability.cmp(&one.probability).then(one.lead.cmp(&other.lead)));
        let lines = wrong.iter().take(20).map(|answer| format!("  {} ({}): {}", answer.lead, answer.category, answer.sentence));
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[allow(clippy::cast_precision_loss, reason = "at most a million")]
fn millionths(number: i128) -> f64 {
    number as f64 / 1_000_000.0
}
