//! A policy's folder: its text, and the people and accounts beside it.

use pointsman_engine::account::Account;
use pointsman_engine::book::Book;
use pointsman_engine::people::Directory;
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::diagnostic::Diagnostic;
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::records::{absences, accounts, reps};
use pointsman_engine::trial::{self, Report};
use std::path::{Path, PathBuf};

/// Files that are people and data, not policy.
const DATA: [&str; 4] = ["accounts.csv", "reps.csv", "absences.csv", "leads.csv"];

pub struct Folder {
    pub path: PathBuf,
    pub sources: Sources,
}

impl Folder {
    pub fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name);
        let mut sources = Sources::default();
        for part in ["", "tests", "territories"] {
            let Ok(entries) = std::fs::read_dir(path.join(part)) else { continue };
            for file in entries.map(|entry| entry.unwrap().path()).filter(|file| file.is_file()) {
                let name = file.file_name().unwrap().to_str().unwrap();
                let relative = if part.is_empty() { name.to_owned() } else { format!("{part}/{name}") };
                if !DATA.contains(&relative.as_str()) {
                    sources.files.insert(relative, std::fs::read_to_string(&file).unwrap());
                }
            }
        }
        Self { path, sources }
    }

    /// The policy as it stands; it must be without errors.
    pub fn policy(&self) -> Policy {
        let checked = read(&self.sources);
        checked.policy.unwrap_or_else(|| panic!("{}: {:#?}", self.path.display(), checked.diagnostics))
    }

    /// Runs the test leads of a text with this folder's people and accounts. `None`: it has errors.
    pub fn trial(&self, sources: &Sources) -> (Option<Report>, Vec<Diagnostic>) {
        let checked = read(sources);
        let report = checked.policy.map(|policy| trial::run(&policy, &mut self.bind(&policy)));
        (report, checked.diagnostics)
    }

    /// The policy's book: with the people and accounts of the folder, where it has them.
    pub fn bind(&self, policy: &Policy) -> Book {
        Book::bind(policy, self.directory(policy), self.accounts())
    }

    fn directory(&self, policy: &Policy) -> Option<Directory> {
        let rows = rows(&self.path.join("reps.csv"))?;
        let (mut directory, mut problems) = (Directory::default(), Vec::new());
        let columns = reps::Columns::of(&rows.0).unwrap();
        for (line, record) in (2..).zip(&rows.1) {
            directory.add(columns.read(record, line, &mut problems).unwrap()).unwrap();
        }
        let absences = std::fs::read_to_string(self.path.join("absences.csv")).unwrap_or_else(|_| "rep,from,until\n".to_owned());
        let (spans, wrong) = absences::read_csv(&absences, |rep| {
            let rep = directory.find(rep).and_then(|rep| directory.get(rep));
            rep.and_then(|rep| rep.timezone.clone()).unwrap_or_else(|| policy.timezone.clone())
        });
        problems.extend(wrong);
        assert!(problems.is_empty(), "{problems:?}");
        for (rep, span) in spans {
            let rep = directory.find(&rep).unwrap();
            directory.add_absence(rep, span);
        }
        Some(directory)
    }

    fn accounts(&self) -> Vec<Account> {
        let Some((header, records)) = rows(&self.path.join("accounts.csv")) else { return Vec::new() };
        let mut problems = Vec::new();
        let columns = accounts::Columns::of(&header).unwrap();
        let accounts = (2..).zip(&records).map(|(line, record)| columns.read(record, line, &mut problems).unwrap()).collect();
        assert!(problems.is_empty(), "{problems:?}");
        accounts
    }
}

/// Header and rows of a CSV; `None` where there is none.
pub fn rows(path: &Path) -> Option<(csv::ByteRecord, Vec<csv::ByteRecord>)> {
    let mut reader = csv::Reader::from_path(path).ok()?;
    let header = reader.byte_headers().unwrap().clone();
    Some((header, reader.byte_records().map(Result::unwrap).collect()))
}
