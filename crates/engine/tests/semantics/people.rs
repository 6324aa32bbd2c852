//! People and accounts of a section: its files beside the policy, read as any caller reads them.

use csv::ByteRecord;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use pointsman_engine::account::Account;
use pointsman_engine::people::{Absence, Directory};
use pointsman_engine::policy::Policy;
use pointsman_engine::records::{Problem, absences, accounts, ical, reps};

/// Rows that could not be read, with their file.
pub type Problems = Vec<String>;

/// A problem on a line of its own.
pub fn shown(file: &str, problem: &Problem) -> String {
    let column = problem.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
    format!("problem {file}:{} {column}{}", problem.line, problem.message)
}

/// The rows of a CSV text, the header first, with their lines.
pub fn rows(text: &str) -> Vec<(u64, ByteRecord)> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let records = reader.byte_records().filter_map(Result::ok);
    records.map(|record| (record.position().map_or(0, csv::Position::line), record)).collect()
}

pub fn directory(text: &str, problems: &mut Problems) -> Directory {
    let mut directory = Directory::default();
    let rows = rows(text);
    let Some(((_, header), rows)) = rows.split_first() else { return directory };
    match reps::Columns::of(header) {
        Ok(columns) => {
            let mut found = Vec::new();
            for (line, row) in rows {
                if let Some(rep) = columns.read(row, *line, &mut found)
                    && directory.add(rep).is_err()
                {
                    problems.push(format!("problem reps.csv:{line} this rep is there already"));
                }
            }
            problems.extend(found.iter().map(|problem| shown("reps.csv", problem)));
        }
        Err(problem) => problems.push(shown("reps.csv", &problem)),
    }
    directory
}

pub fn accounts(text: &str, problems: &mut Problems) -> Vec<Account> {
    let rows = rows(text);
    let Some(((_, header), rows)) = rows.split_first() else { return Vec::new() };
    match accounts::Columns::of(header) {
        Ok(columns) => {
            let mut found = Vec::new();
            let accounts = rows.iter().filter_map(|(line, row)| columns.read(row, *line, &mut found)).collect();
            problems.extend(found.iter().map(|problem| shown("accounts.csv", problem)));
            accounts
        }
        Err(problem) => {
            problems.push(shown("accounts.csv", &problem));
            Vec::new()
        }
    }
}

/// A rep's own time zone, or the policy's.
fn timezone(policy: &Policy, directory: &Directory, rep: &str) -> TimeZone {
    let own = directory.find(rep).and_then(|rep| directory.get(rep)?.timezone.clone());
    own.unwrap_or_else(|| policy.timezone.clone())
}

pub fn absences(text: &str, policy: &Policy, directory: &Directory, problems: &mut Problems) -> Vec<(Box<str>, Absence)> {
    let (absences, found) = absences::read_csv(text, |rep| timezone(policy, directory, rep));
    problems.extend(found.iter().map(|problem| shown("absences.csv", problem)));
    absences
}

/// A calendar file, read over some years about those that the pages speak of.
pub fn calendar(text: &str, rep: &str, policy: &Policy, directory: &Directory, problems: &mut Problems) -> Vec<(Box<str>, Absence)> {
    let year = |year: i16| TimeZone::UTC.to_timestamp(date(year, 1, 1).at(0, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH);
    let (absences, found) = ical::read(text, rep, &timezone(policy, directory, rep), year(2025), year(2029));
    problems.extend(found.iter().map(|problem| shown(rep, problem)));
    absences.into_iter().map(|absence| (rep.into(), absence)).collect()
}
