//! What is found in the files of a section, block by block.

use pointsman_engine::account::Owners;
use pointsman_engine::book::Book;
use pointsman_engine::decide::{Before, arrive};
use pointsman_engine::people::Directory;
use pointsman_engine::policy::diagnostic::{Diagnostic, Severity};
use pointsman_engine::policy::read::{Checked, read};
use pointsman_engine::policy::source::Sources;
use pointsman_engine::policy::{Action, Policy, Target};
use pointsman_engine::records::reps;
use pointsman_engine::trial::usual_moment;
use pointsman_proof::findings::{self, clashes, gaps};
use pointsman_proof::model::{Line, Model};
use pointsman_proof::scene::Scene;
use pointsman_proof::space::place::Point;
use pointsman_proof::space::universe::Universe;
use pointsman_proof::{counterfactual, difference, generation, mutation};

/// The files of a section.
#[derive(Debug, Clone, Default)]
pub struct Files {
    policy: Sources,
    new: Option<String>,
    reps: Option<String>,
}

impl Files {
    /// Takes in a block that is a file; false: it is one that expects something.
    pub fn add(&mut self, info: &str, body: &str) -> bool {
        let (_, rest) = info.split_once(' ').unwrap_or((info, ""));
        match rest.strip_prefix("file=") {
            Some("reps.csv") => self.reps = Some(body.to_owned()),
            Some(name) => drop(self.policy.files.insert(name.to_owned(), body.to_owned())),
            None if rest == "new" => self.new = Some(body.to_owned()),
            None => return rest.is_empty(),
        }
        true
    }

    fn read(&self) -> Checked {
        read(&self.policy)
    }

    fn directory(&self) -> Option<Directory> {
        let text = self.reps.as_ref()?;
        let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).into_byte_records().map(Result::unwrap);
        let columns = reps::Columns::of(&rows.next().unwrap()).unwrap();
        let mut directory = Directory::default();
        rows.filter_map(|row| columns.read(&row, 1, &mut Vec::new())).for_each(|rep| _ = directory.add(rep).unwrap());
        Some(directory)
    }
}

/// What a block should say.
pub fn found(info: &str, files: &Files) -> String {
    let (_, what) = info.split_once(' ').unwrap_or((info, ""));
    let Checked { policy, diagnostics } = files.read();
    let Some(policy) = policy else { return lines(diagnostics.iter().map(told)) };
    let universe = Universe::of(&[&policy]);
    let model = Model::of(&universe, &policy, 0);
    match what.split(' ').next().unwrap_or("") {
        "check" => check(&policy, diagnostics, files),
        "fallback-only" => lines(gaps::find(&model, 20).all.iter().map(|gap| format!("{}\n  for example {}", gap.words, lead(&gap.scene)))),
        "overlaps" => lines(clashes::overlaps(&model, None).iter().map(told)),
        "differences" => differences(&policy, files),
        "unnoticed" => unnoticed(&policy, files),
        "generated" => {
            let mut book = Book::bind(&policy, files.directory(), Vec::new());
            let text = generation::file(&generation::find(&model, &mut book), usual_moment(&policy));
            assert_passes(&text, files);
            text
        }
        "instead" => instead(&model, what),
        other => format!("`{other}` is no block of a page\n"),
    }
}

fn check(policy: &Policy, read: Vec<Diagnostic>, files: &Files) -> String {
    let book = Book::bind(policy, files.directory(), Vec::new());
    let all = findings::all(policy, read, &book, &Owners::new(), usual_moment(policy));
    if all.is_empty() { "nothing\n".to_owned() } else { lines(all.iter().map(told)) }
}

fn told(found: &Diagnostic) -> String {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut text = format!("{severity} {} {}:{} {}", found.code, found.place.file, found.place.line, found.message);
    text.extend(found.label.iter().map(|label| format!("\n  {label}")));
    if let Some(witness) = &found.witness {
        let account = witness.get("account").map(|account| format!(" with the account {account}")).unwrap_or_default();
        text += &format!("\n  for example {}{account}", witness["lead"]);
    }
    text.extend(found.help.iter().flat_map(|help| help.lines()).map(|help| format!("\n  help: {help}")));
    text
}

fn lines(all: impl Iterator<Item = String>) -> String {
    let text: String = all.map(|line| line + "\n").collect();
    if text.is_empty() { "none\n".to_owned() } else { text }
}

fn lead(scene: &Scene) -> String {
    let account =
        scene.account.as_ref().map(|account| format!(" with the account {}", serde_json::to_string(account).unwrap())).unwrap_or_default();
    format!("{}{account}", serde_json::to_string(&scene.lead).unwrap())
}

fn differences(old: &Policy, files: &Files) -> String {
    let text = files.new.as_ref().expect("a block `toml new`");
    let new = read(&Sources::single(text)).policy.expect("the new policy has no errors");
    let found = difference::find(old, &new, 50);
    let regions = found.all.iter().map(|difference| {
        let rule = |rule: &Option<String>| rule.clone().unwrap_or_else(|| "no rule".to_owned());
        format!(
            "{}\n  before {} ({})\n  after  {} ({})\n  for example {}",
            difference.leads,
            difference.old,
            rule(&difference.old_rule),
            difference.new,
            rule(&difference.new_rule),
            difference.witness.as_ref().map_or_else(|| "none that shows it: possible only".to_owned(), lead)
        )
    });
    let told = if found.is_none() { "no lead is routed differently\n".to_owned() } else { lines(regions) };
    let settings: String = found.settings.iter().map(|what| format!("also changed: {what}\n")).collect();
    told + &settings
}

fn unnoticed(policy: &Policy, files: &Files) -> String {
    let directory = files.directory();
    let mut book = Book::bind(policy, directory.clone(), Vec::new());
    let found = mutation::find(policy, &mut book, directory.as_ref());
    let changes: String = found.unnoticed.iter().map(|change| format!("{}\n", change.what)).collect();
    format!("{changes}{} of {} noticed\n", found.noticed, found.tried)
}

/// Generated test leads are part of a policy that passes them.
fn assert_passes(text: &str, files: &Files) {
    let mut sources = files.policy.clone();
    sources.files.insert("tests/generated.toml".to_owned(), text.to_owned());
    let checked = read(&sources);
    let policy = checked.policy.unwrap_or_else(|| panic!("{:?}\n{text}", checked.diagnostics));
    let mut book = Book::bind(&policy, files.directory(), Vec::new());
    let report = pointsman_engine::trial::run(&policy, &mut book);
    let failing: Vec<_> = report.tests.iter().filter(|test| !test.mismatches.is_empty()).collect();
    assert!(failing.is_empty(), "{failing:?}\n{text}");
}

/// `instead pool:NAME {"country": "DE"}`
fn instead(model: &Model<'_>, what: &str) -> String {
    let mut parts = what.splitn(3, ' ').skip(1);
    let (wanted, json) = (parts.next().unwrap(), parts.next().unwrap());
    let now = usual_moment(model.policy);
    let scene = Scene { lead: serde_json::from_str(json).unwrap(), account: None, now };
    let book = Book::bind(model.policy, None, Vec::new());
    let arrival = arrive(model.policy, &book, scene.read().unwrap(), Before::default(), now);
    let facts = arrival.facts(model.policy, &book);
    let point = Point::of(model.universe, &[(model.policy, &facts)], now);
    let leads_there = |line: &Line| {
        let action = model.row(line).map(|row| &row.action);
        let first: Option<Target> = if let Some(Action::Assign(assign)) = action { assign.targets.first().copied() } else { None };
        first.is_some_and(|target| model.policy.target_name(target) == wanted)
    };
    match counterfactual::find(model, &scene, &point, leads_there) {
        None => "nothing that is little enough\n".to_owned(),
        Some(found) => {
            let changes = found.changes.iter().map(|change| format!("{} {}\n", change.field, change.wanted));
            changes.collect::<String>() + &format!("then {}: {}\n  for example {}\n", found.rule, found.then, lead(&found.witness))
        }
    }
}
