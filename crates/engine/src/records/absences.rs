//! Absences read from CSV.

use super::{Problem, is_plausible, moment};
use crate::calendar::date_start;
use crate::people::Absence;
use csv::StringRecord;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// What each column may be called.
const REP: &[&str] = &["rep", "email"];
const FROM: &[&str] = &["from", "start"];
const UNTIL: &[&str] = &["until", "to", "end"];

/// Reads absences with columns `rep`, `from` and `until`; further columns, such as `reason`, are not read.
///
/// A date means the whole day in the rep's time zone, which `timezone_of` gives for a rep's key; the date in
/// `until` is the last day of the absence. A time needs its zone (RFC 3339), and `until` is then the first
/// moment after. Rows that cannot be read are problems, the others go on.
pub fn read_csv(text: &str, timezone_of: impl Fn(&str) -> TimeZone) -> (Vec<(Box<str>, Absence)>, Vec<Problem>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let columns = match reader.headers().map_err(|error| unreadable(&error)).and_then(Columns::find) {
        Ok(columns) => columns,
        Err(problem) => return (Vec::new(), vec![problem]),
    };
    let (mut absences, mut problems) = (Vec::new(), Vec::new());
    for row in reader.records() {
        match row.map_err(|error| unreadable(&error)).and_then(|row| columns.absence(&row, line_of(&row, text), &timezone_of)) {
            Ok(absence) => absences.push(absence),
            Err(problem) => problems.push(problem),
        }
    }
    (absences, problems)
}

/// Where each column stands, and what it is called.
struct Columns {
    rep: (usize, Box<str>),
    from: (usize, Box<str>),
    until: (usize, Box<str>),
}

impl Columns {
    fn find(header: &StringRecord) -> Result<Self, Problem> {
        let find = |names: &[&str]| {
            let is_one = |cell: &str| names.iter().any(|name| name.eq_ignore_ascii_case(cell));
            let found = header.iter().enumerate().find(|(_, cell)| is_one(cell));
            found.map(|(place, cell)| (place, cell.into())).ok_or_else(|| {
                let names = names.join("` or `");
                let message = format!("no column is called `{names}`: absences have the columns `rep`, `from` and `until`");
                Problem { line: 1, column: None, message, kept: false }
            })
        };
        Ok(Self { rep: find(REP)?, from: find(FROM)?, until: find(UNTIL)? })
    }

    fn absence(&self, row: &StringRecord, line: u64, timezone_of: &impl Fn(&str) -> TimeZone) -> Result<(Box<str>, Absence), Problem> {
        let wrong = |column: &(usize, Box<str>), message| Problem { line, column: Some(column.1.clone()), message, kept: false };
        let cell = |column: &(usize, Box<str>)| row.get(column.0).unwrap_or_default();
        let rep = cell(&self.rep);
        if rep.is_empty() {
            return Err(wrong(&self.rep, "whose absence it is is missing: write the rep's e-mail address".to_owned()));
        }
        let timezone = timezone_of(rep);
        let end = |column, whole_day: fn(Date) -> Option<Date>| {
            read_end(cell(column), &timezone, whole_day).map_err(|message| wrong(column, message))
        };
        let from = end(&self.from, Some)?;
        let until = end(&self.until, |last| last.tomorrow().ok())?;
        if from < until {
            Ok((rep.into(), Absence { from, until }))
        } else {
            Err(wrong(&self.until, format!("the absence ends at {until}, not after it begins at {from}: exchange the two, or correct one")))
        }
    }
}

/// A date, which stands for the start of another in the time zone, or a time.
fn read_end(text: &str, timezone: &TimeZone, start_of: impl Fn(Date) -> Option<Date>) -> Result<Timestamp, String> {
    const EXAMPLES: &str = "write a date as 2026-12-24 or a time as 2026-12-24T13:00:00+01:00";
    if text.is_empty() {
        return Err(format!("it is missing: {EXAMPLES}"));
    }
    let plausible = |moment| match is_plausible(moment) {
        true => Ok(moment),
        false => Err(format!("`{text}` is not between the years 1970 and 9000; is a digit wrong?")),
    };
    if let Some(moment) = moment(text) {
        return plausible(moment);
    }
    match (text.parse::<Date>(), text.parse::<DateTime>()) {
        // A date with a time behind it parses as a date too: its time would be lost.
        (Ok(date), _) if !text.contains([':', 'T', 't', ' ']) => {
            let start = start_of(date).map(|date| date_start(timezone, date));
            start.ok_or_else(|| format!("`{text}` is too far ahead")).and_then(plausible)
        }
        (_, Ok(_)) => Err(format!("`{text}` has no time zone: write it as {text}Z, {text}+01:00 or whatever its zone is")),
        _ => Err(format!("`{text}` is not a date or time: {EXAMPLES}")),
    }
}

/// The line of a row. The csv crate gives the place where it began to look for the row, before any empty lines.
fn line_of(row: &StringRecord, text: &str) -> u64 {
    let Some(place) = row.position() else { return 1 };
    let ahead = usize::try_from(place.byte()).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
    let empty = ahead.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    (place.line()..).zip(empty).last().map_or(place.line(), |(line, _)| line + 1)
}

fn unreadable(error: &csv::Error) -> Problem {
    let line = error.position().map_or(1, csv::Position::line);
    Problem { line, column: None, message: format!("the row cannot be read: {error}"), kept: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> (Vec<(Box<str>, Absence)>, Vec<Problem>) {
        read_csv(text, |rep| TimeZone::get(if rep.starts_with("ana") { "America/New_York" } else { "Europe/Berlin" }).unwrap())
    }

    fn span(from: &str, until: &str) -> Absence {
        Absence { from: from.parse().unwrap(), until: until.parse().unwrap() }
    }

    fn only_problem(text: &str) -> Problem {
        let (absences, mut problems) = read(text);
        assert_eq!((absences.len(), problems.len()), (0, 1), "{problems:?}");
        problems.remove(0)
    }

    #[test]
    fn dates_are_whole_days_of_the_rep_and_the_last_is_included() {
        let (absences, problems) =
            read("rep,from,until,reason\nana@acme.example,2026-12-24,2026-12-26,\"PTO, family\"\nben,2026-03-29,2026-03-29,\n");
        assert_eq!(problems, []);
        assert_eq!(&*absences[0].0, "ana@acme.example");
        assert_eq!(absences[0].1, span("2026-12-24T00:00-05:00", "2026-12-27T00:00-05:00"));
        assert_eq!(absences[1].1, span("2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"), "a day of 23 hours");
    }

    #[test]
    fn an_absence_in_another_age_is_a_problem() {
        for until in ["9999-12-30T21:00:00Z", "9999-12-29"] {
            let problem = only_problem(&format!("rep,from,until\nana,2026-12-24,{until}\n"));
            assert!(problem.message.contains("between the years 1970 and 9000"), "{}", problem.message);
        }
    }

    #[test]
    fn times_carry_their_zone_and_columns_other_names() {
        let (absences, problems) = read("\u{feff}End,Start,EMail\n2026-12-24T18:00:00+05:30, 2026-12-24T12:00:00Z ,ben\n");
        assert_eq!(problems, []);
        assert_eq!(absences[0].1, span("2026-12-24T12:00Z", "2026-12-24T12:30Z"));
    }

    #[test]
    fn a_time_without_zone_is_a_problem_with_its_line() {
        for time in ["2026-12-24T12:00:00", "2026-12-24 12:00", "20261224T1200"] {
            let problem = only_problem(&format!("rep,from,until\n\nben,2026-12-24,{time}\n"));
            assert_eq!((problem.line, problem.column.as_deref()), (3, Some("until")));
            assert!(problem.message.starts_with(&format!("`{time}` has no time zone")), "{}", problem.message);
        }
    }

    #[test]
    fn what_cannot_be_read_is_a_problem_and_the_other_rows_go_on() {
        let (absences, problems) = read(
            "rep,from,until\nben,soon,2026-12-24\n,2026-12-24,2026-12-24\nben,2026-12-24\nben,2026-12-26,2026-12-24\nben,2026-12-24,2026-12-24\n",
        );
        assert_eq!(absences.len(), 1);
        let places: Vec<_> = problems.iter().map(|problem| (problem.line, problem.column.as_deref().unwrap_or(""))).collect();
        assert_eq!(places, [(2, "from"), (3, "rep"), (4, "until"), (5, "until")]);
        assert!(problems.iter().all(|problem| !problem.kept));
    }

    #[test]
    fn a_missing_column_is_named() {
        let problem = only_problem("rep,from\nben,2026-12-24\n");
        assert_eq!(problem.message, "no column is called `until` or `to` or `end`: absences have the columns `rep`, `from` and `until`");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), cells in "([0-9TZ:+-]{0,12}[,\"\n]){0,20}") {
            let _ = read(&String::from_utf8_lossy(&bytes));
            let _ = read(&format!("rep,from,until\n{cells}"));
        }
    }
}
