//! Reading a policy folder, people and accounts from the disk.

use crate::args::DirectoryArgs;
use crate::failure::Failure;
use crate::rows::{self, Cells, Numbered};
use crate::show;
use crate::snippets;
use crate::stream;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use pointsman_engine::account::Account;
use pointsman_engine::people::{Absence, Directory};
use pointsman_engine::policy::Policy;
use pointsman_engine::policy::diagnostic::{Severity, did_you_mean};
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::records::{Problem, absences, accounts, ical, reps};
use std::path::{Path, PathBuf};

/// Files at the top of a policy folder that are people and data, not policy.
const DATA: [&str; 4] = ["accounts.csv", "reps.csv", "absences.csv", "leads.csv"];

/// A policy without errors, and where it lies.
pub struct Loaded {
    /// Its folder.
    pub folder: PathBuf,
    /// The policy.
    pub policy: Policy,
}

/// Reads a policy that must be without errors; prints them otherwise.
pub fn policy(path: &Path) -> Result<Loaded, Failure> {
    let (folder, sources) = sources(path)?;
    let checked = read(&sources);
    match checked.policy {
        Some(policy) => Ok(Loaded { folder, policy }),
        None => {
            let errors: Vec<_> = checked.diagnostics.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect();
            show::say(&snippets::render(&sources, &errors));
            show::say("");
            show::error(&format!("{} has {}", folder.display(), snippets::tally(&errors)));
            Err(Failure::Reported)
        }
    }
}

/// The text files of a policy: a folder, or the folder of a `routing.toml`.
pub fn sources(path: &Path) -> Result<(PathBuf, Sources), Failure> {
    let metadata = std::fs::metadata(path).map_err(|error| Failure::reading(path, &error))?;
    let folder = if metadata.is_dir() {
        path.to_owned()
    } else {
        path.parent().map(Path::to_owned).filter(|p| p != Path::new("")).unwrap_or_else(|| ".".into())
    };
    let mut sources = Sources::default();
    collect(&folder, "", &mut sources)?;
    if !sources.files.keys().any(|name| name.ends_with(".toml") && !name.contains('/')) {
        return Err(Failure::Yours(format!("{}: no policy here; a file routing.toml is expected", folder.display())));
    }
    Ok((folder, sources))
}

/// TOML and CSV files of a folder and, but for hidden ones, the folders in it.
fn collect(folder: &Path, prefix: &str, sources: &mut Sources) -> Result<(), Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::reading(folder, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Failure::reading(folder, &error))?;
        let (path, Ok(name)) = (entry.path(), entry.file_name().into_string()) else { continue };
        let relative = format!("{prefix}{name}");
        if name.starts_with('.') || (prefix.is_empty() && DATA.contains(&name.as_str())) {
            continue;
        }
        if path.is_dir() {
            if prefix.matches('/').count() < 4 {
                collect(&path, &format!("{relative}/"), sources)?;
            }
        } else if matches!(path.extension().and_then(|extension| extension.to_str()), Some("toml" | "csv")) {
            sources.files.insert(relative, text(&path)?);
        }
    }
    Ok(())
}

/// A text file, which must be UTF-8.
fn text(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes().get(..good).map_or(1, |before| before.iter().filter(|byte| **byte == b'\n').count() + 1);
        Failure::Yours(format!("{}:{line}: bytes that are not UTF-8; save the file as UTF-8", path.display()))
    })?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

/// People and accounts, and what was wrong with their files.
#[derive(Default)]
pub struct People {
    /// `None`: no file of reps was given, so everybody the policy names is there.
    pub directory: Option<Directory>,
    /// In file order.
    pub accounts: Vec<Account>,
    problems: Vec<(PathBuf, Problem)>,
}

impl People {
    /// Says what was wrong, on stderr: a few lines per file.
    pub fn report(&self) {
        let mut files: Vec<&PathBuf> = self.problems.iter().map(|(file, _)| file).collect();
        files.dedup();
        for file in files {
            let of_file: Vec<&Problem> = self.problems.iter().filter(|(of, _)| of == file).map(|(_, problem)| problem).collect();
            for problem in of_file.iter().take(5) {
                show::warning(&said(file, problem));
            }
            if of_file.len() > 5 {
                show::warning(&format!("{}: and {} more", file.display(), of_file.len() - 5));
            }
        }
    }
}

/// A problem in one line.
pub fn said(file: &Path, problem: &Problem) -> String {
    let column = problem.column.as_deref().map(|column| format!("{column}: ")).unwrap_or_default();
    let fate = if problem.kept { "the row is used without it" } else { "the row is left out" };
    format!("{}:{}: {column}{} ({fate})", file.display(), problem.line, problem.message)
}

/// Reads people and accounts: the files given, or those of the policy folder.
pub fn people(folder: Option<&Path>, args: &DirectoryArgs, policy: &Policy) -> Result<People, Failure> {
    let beside = |name: &str| folder.map(|folder| folder.join(name)).filter(|path| path.exists());
    let mut people = People::default();
    if let Some(path) = args.accounts.clone().or_else(|| beside("accounts.csv")) {
        people.accounts = accounts(&path, &mut people.problems)?;
    }
    if let Some(path) = args.reps.clone().or_else(|| beside("reps.csv")) {
        let mut directory = directory(&path, &mut people.problems)?;
        for source in absence_files(folder, &args.absences) {
            absent(&source, &mut directory, policy, &mut people.problems)?;
        }
        people.directory = Some(directory);
    } else if !args.absences.is_empty() {
        return Err(Failure::Yours("--absences needs --reps: absences are of reps".to_owned()));
    }
    Ok(people)
}

/// A file of accounts.
pub fn accounts(path: &Path, problems: &mut Vec<(PathBuf, Problem)>) -> Result<Vec<Account>, Failure> {
    let opened = rows::open(path, "accounts")?;
    let columns = columns(path, opened.header.as_ref(), accounts::Columns::of)?;
    let read = |numbered: &Numbered, found: &mut Vec<Problem>| match (numbered.cells(found)?, &columns) {
        (Cells::Csv(record), Some(columns)) => columns.read(record, numbered.line, found),
        (Cells::Json(object), _) => accounts::from_json(&object, numbered.line, found),
        (Cells::Csv(_), None) => None,
    };
    let mut all = Vec::new();
    stream::in_order(opened.rows, stream::cores(), read, |piece| {
        problems.extend(piece.problems.into_iter().map(|problem| (path.to_owned(), problem)));
        all.extend(piece.items);
        Ok(())
    })?;
    Ok(all)
}

fn directory(path: &Path, problems: &mut Vec<(PathBuf, Problem)>) -> Result<Directory, Failure> {
    let opened = rows::open(path, "reps")?;
    let columns = columns(path, opened.header.as_ref(), reps::Columns::of)?;
    let (mut found, mut directory) = (Vec::new(), Directory::default());
    for numbered in opened.rows {
        let rep = match (numbered.cells(&mut found), &columns) {
            (Some(Cells::Csv(record)), Some(columns)) => columns.read(record, numbered.line, &mut found),
            (Some(Cells::Json(object)), _) => reps::from_json(&object, numbered.line, &mut found),
            _ => None,
        };
        if let Some(rep) = rep
            && let Err(first) = directory.add(rep)
        {
            let message = format!("{} is there already, as rep number {}", directory.key(first), first.at() + 1);
            found.push(Problem { line: numbered.line, column: Some("email".into()), message, kept: false });
        }
    }
    problems.extend(found.into_iter().map(|problem| (path.to_owned(), problem)));
    Ok(directory)
}

/// Understands a CSV's header, where there is one.
pub fn columns<C>(
    path: &Path,
    header: Option<&csv::ByteRecord>,
    of: impl Fn(&csv::ByteRecord) -> Result<C, Problem>,
) -> Result<Option<C>, Failure> {
    let columns = header.map(of).transpose();
    columns.map_err(|problem| Failure::Yours(format!("{}:{}: {}", path.display(), problem.line, problem.message)))
}

/// Where absences come from.
enum AbsenceFile {
    Csv(PathBuf),
    Calendar { rep: String, path: PathBuf },
}

/// `FILE.csv` or `REP=FILE.ics`; or those of the policy folder, calendars by name.
fn absence_files(folder: Option<&Path>, given: &[String]) -> Vec<AbsenceFile> {
    if !given.is_empty() {
        let file = |text: &String| match text.split_once('=') {
            Some((rep, path)) => AbsenceFile::Calendar { rep: rep.to_owned(), path: path.into() },
            None => AbsenceFile::Csv(text.into()),
        };
        return given.iter().map(file).collect();
    }
    let Some(folder) = folder else { return Vec::new() };
    let mut files: Vec<AbsenceFile> =
        Some(folder.join("absences.csv")).filter(|path| path.exists()).map(AbsenceFile::Csv).into_iter().collect();
    let mut calendars: Vec<PathBuf> =
        std::fs::read_dir(folder.join("absences")).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    calendars.sort();
    files.extend(calendars.into_iter().filter_map(|path| {
        let rep = path.file_name()?.to_str()?.strip_suffix(".ics")?.to_owned();
        Some(AbsenceFile::Calendar { rep, path })
    }));
    files
}

fn absent(source: &AbsenceFile, directory: &mut Directory, policy: &Policy, problems: &mut Vec<(PathBuf, Problem)>) -> Result<(), Failure> {
    let zone = |directory: &Directory, rep: &str| -> TimeZone {
        let rep = directory.find(rep).and_then(|rep| directory.get(rep));
        rep.and_then(|rep| rep.timezone.clone()).unwrap_or_else(|| policy.timezone.clone())
    };
    let (path, (found, mut wrong)) = match source {
        AbsenceFile::Csv(path) => (path, absences::read_csv(&text(path)?, |rep| zone(directory, rep))),
        AbsenceFile::Calendar { rep, path } => {
            let until = Timestamp::now().saturating_add(SignedDuration::from_hours(24 * 366 * 5)).unwrap_or(Timestamp::MAX);
            let from = Timestamp::from_second(FIRST_ABSENCE).unwrap_or(Timestamp::UNIX_EPOCH);
            let (spans, wrong) = ical::read(&text(path)?, rep, &zone(directory, rep), from, until);
            (path, (spans.into_iter().map(|span| (rep.as_str().into(), span)).collect::<Vec<(Box<str>, Absence)>>(), wrong))
        }
    };
    for (rep, span) in found {
        match directory.find(&rep) {
            Some(rep) => directory.add_absence(rep, span),
            None => {
                let help =
                    did_you_mean(&rep, directory.reps().iter().map(|rep| &*rep.email)).map(|help| format!("; {help}")).unwrap_or_default();
                wrong.push(Problem {
                    line: 0,
                    column: Some("rep".into()),
                    message: format!("{rep} is not among the reps{help}"),
                    kept: false,
                });
            }
        }
    }
    problems.extend(wrong.into_iter().map(|problem| (path.clone(), problem)));
    Ok(())
}

/// Calendars are expanded from 2010-01-01 (UTC) until five years from now.
const FIRST_ABSENCE: i64 = 1_262_304_000;
