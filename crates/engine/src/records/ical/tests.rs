//! iCalendar text as calendars export it, against the absences it means.

use super::*;
use proptest::prelude::*;

const REP: &str = "ana@acme.example";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn span(from: &str, until: &str) -> Absence {
    Absence { from: at(from), until: at(until) }
}

/// The absences of 2026 in a New York calendar with these lines between its begin and end.
fn import(lines: &str) -> (Vec<Absence>, Vec<Problem>) {
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", lines.trim_start().replace('\n', "\r\n"));
    read(&text, REP, &TimeZone::get("America/New_York").unwrap(), at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z"))
}

fn events(events: &[&str]) -> String {
    events.iter().map(|event| format!("BEGIN:VEVENT\n{}\nEND:VEVENT\n", event.trim())).collect()
}

fn absences(of: &[&str]) -> Vec<Absence> {
    let (absences, problems) = import(&events(of));
    assert_eq!(problems, []);
    absences
}

fn days(of: &[&str]) -> Vec<String> {
    let zone = TimeZone::get("America/New_York").unwrap();
    absences(of).iter().map(|absence| zone.to_datetime(absence.from).strftime("%m-%d %H:%M").to_string()).collect()
}

#[test]
fn an_all_day_event_is_whole_days_of_the_rep_and_its_end_is_not_included() {
    assert_eq!(
        absences(&["UID:1\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227"]),
        [span("2026-12-24T00:00-05:00", "2026-12-27T00:00-05:00")]
    );
    assert_eq!(
        absences(&["UID:1\nDTSTART;VALUE=DATE:20260308"]),
        [span("2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00")],
        "one day, of 23 hours"
    );
}

#[test]
fn times_are_in_utc_in_a_named_zone_or_in_the_zone_of_the_rep() {
    assert_eq!(absences(&["UID:1\nDTSTART:20260701T120000Z\nDURATION:PT1H30M"]), [span("2026-07-01T12:00Z", "2026-07-01T13:30Z")]);
    for tzid in ["Europe/Berlin", "W. Europe Standard Time", "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin"] {
        let event = format!("UID:1\nDTSTART;TZID={tzid}:20260701T120000\nDTEND;TZID={tzid}:20260701T130000");
        assert_eq!(absences(&[&event]), [span("2026-07-01T12:00+02:00", "2026-07-01T13:00+02:00")], "{tzid}");
    }
    assert_eq!(
        absences(&["UID:1\nDTSTART:20260701T120000\nDTEND:20260701T130000"]),
        [span("2026-07-01T12:00-04:00", "2026-07-01T13:00-04:00")]
    );
}

#[test]
fn a_zone_that_has_no_known_name_is_taken_as_the_file_defines_it() {
    let zone = "BEGIN:VTIMEZONE
TZID:Head office
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VTIMEZONE
TZID:Plant
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0545
TZOFFSETTO:+0545
END:STANDARD
END:VTIMEZONE
";
    let events = events(&[
        "UID:1\nDTSTART;TZID=Head office:20260101T120000\nDURATION:PT1H",
        "UID:2\nDTSTART;TZID=Head office:20260701T120000\nDURATION:PT1H",
        "UID:3\nDTSTART;TZID=\"Plant\":20260701T120000\nDURATION:PT1H",
    ]);
    let (absences, problems) = import(&format!("{zone}{events}"));
    assert_eq!(problems, []);
    let starts: Vec<Timestamp> = absences.iter().map(|absence| absence.from).collect();
    assert_eq!(starts, [at("2026-01-01T12:00+01:00"), at("2026-07-01T12:00+05:45"), at("2026-07-01T12:00+02:00")]);
}

#[test]
fn an_unknown_zone_is_said_and_the_zone_of_the_rep_taken() {
    let (absences, problems) = import(&events(&["UID:1\nDTSTART;TZID=Nowhere:20260701T120000\nDURATION:PT1H"]));
    assert_eq!(absences, [span("2026-07-01T12:00-04:00", "2026-07-01T13:00-04:00")]);
    assert_eq!((problems[0].line, problems[0].column.as_deref(), problems[0].kept), (3, Some("TZID"), true));
    assert_eq!(problems[0].message, "calendar of ana@acme.example: the time zone `Nowhere` is not known: the rep's is taken");
}

#[test]
fn repeating_events_keep_their_wall_clock_across_changes_of_the_clocks() {
    let weekly = "UID:1\nDTSTART;TZID=America/New_York:20260302T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3";
    assert_eq!(
        absences(&[weekly]),
        [
            span("2026-03-02T09:00-05:00", "2026-03-02T10:00-05:00"),
            span("2026-03-09T09:00-04:00", "2026-03-09T10:00-04:00"),
            span("2026-03-16T09:00-04:00", "2026-03-16T10:00-04:00"),
        ]
    );
    let first_mondays = "UID:1\nDTSTART;VALUE=DATE:20250106\nRRULE:FREQ=MONTHLY;BYDAY=1MO";
    let found = days(&[first_mondays]);
    assert_eq!((found.len(), &*found[0], &*found[11]), (12, "01-05 00:00", "12-07 00:00"), "only those of the year asked for");
}

#[test]
fn an_end_in_utc_includes_the_last_time_wherever_the_event_is() {
    let kolkata = "UID:1\nDTSTART;TZID=Asia/Kolkata:20260701T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260703T033000Z";
    assert_eq!(absences(&[kolkata]).len(), 3);
    let new_york = "UID:1\nDTSTART;TZID=America/New_York:20260701T200000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260703T120000Z";
    assert_eq!(absences(&[new_york]).len(), 2);
    let date = "UID:1\nDTSTART;TZID=America/New_York:20260701T200000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260703";
    assert_eq!(absences(&[date]).len(), 3, "a date includes its day");
}

#[test]
fn a_time_that_the_clock_shows_twice_is_the_first_and_a_skipped_one_is_after_the_gap() {
    let nightly = "UID:1\nDTSTART;TZID=America/New_York:20261031T013000\nDURATION:PT10M\nRRULE:FREQ=DAILY;COUNT=2";
    assert_eq!(absences(&[nightly])[1].from, at("2026-11-01T01:30-04:00"));
    let nightly = "UID:1\nDTSTART;TZID=America/New_York:20260307T023000\nDURATION:PT10M\nRRULE:FREQ=DAILY;COUNT=2";
    assert_eq!(absences(&[nightly])[1].from, at("2026-03-08T03:30-04:00"));
}

#[test]
fn excepted_and_further_dates_count() {
    let event = "UID:1\nDTSTART;TZID=America/New_York:20260601T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5
EXDATE;TZID=America/New_York:20260602T090000,20260604T090000\nEXDATE;VALUE=DATE:20260605
RDATE;TZID=America/New_York:20260610T150000\nRDATE;VALUE=PERIOD:20260611T150000Z/PT2H";
    assert_eq!(days(&[event]), ["06-01 09:00", "06-03 09:00", "06-10 15:00", "06-11 11:00"]);
    let whole_days = "UID:1\nDTSTART;VALUE=DATE:20260601\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260602";
    assert_eq!(days(&[whole_days]), ["06-01 00:00", "06-03 00:00"]);
}

#[test]
fn a_changed_occurrence_stands_in_for_the_one_of_its_own_event() {
    let daily = "SEQUENCE:0\nDTSTART;TZID=America/New_York:20260601T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3";
    let moved =
        "SEQUENCE:2\nRECURRENCE-ID;TZID=America/New_York:20260602T090000\nDTSTART;TZID=America/New_York:20260602T140000\nDURATION:PT1H";
    let cancelled = "RECURRENCE-ID:20260603T130000Z\nDTSTART:20260603T130000Z\nDURATION:PT1H\nSTATUS:CANCELLED";
    let all = [format!("UID:a\n{moved}"), format!("UID:a\n{daily}"), format!("UID:a\n{cancelled}"), format!("UID:b\n{daily}")];
    let found = days(&all.each_ref().map(String::as_str));
    // Both events take place on the first at nine: one absence.
    assert_eq!(found, ["06-01 09:00", "06-02 09:00", "06-02 14:00", "06-03 09:00"]);
    assert_eq!(days(&[&all[0], &all[1], &all[2]]), ["06-01 09:00", "06-02 14:00"]);
}

#[test]
fn cancelled_and_free_events_and_those_without_length_take_no_time() {
    let event = "UID:1\nDTSTART;VALUE=DATE:20260601";
    assert_eq!(absences(&[&format!("{event}\nSTATUS:CANCELLED")]), []);
    assert_eq!(absences(&[&format!("{event}\nTRANSP:TRANSPARENT")]), []);
    assert_eq!(absences(&[&format!("{event}\nSTATUS:CONFIRMED\nTRANSP:OPAQUE")]).len(), 1);
    assert_eq!(absences(&["UID:1\nDTSTART:20260601T120000Z"]), []);
}

#[test]
fn only_what_overlaps_the_time_asked_for_is_taken() {
    let at_new_year = "UID:1\nDTSTART;VALUE=DATE:20251231\nDTEND;VALUE=DATE:20260103";
    let before = "UID:2\nDTSTART:20251231T120000Z\nDTEND:20260101T000000Z";
    let after = "UID:3\nDTSTART:20270101T000000Z\nDTEND:20270101T010000Z";
    assert_eq!(absences(&[at_new_year, before, after]), [span("2025-12-31T00:00-05:00", "2026-01-03T00:00-05:00")]);
}

#[test]
fn too_many_occurrences_are_cut_and_said() {
    let (absences, problems) = import(&events(&["UID:1\nDTSTART:20260101T000000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY;INTERVAL=2"]));
    assert_eq!(absences.len(), MOST);
    assert_eq!(problems.len(), 2);
    assert!(problems[0].message.contains("only the first 100000 times are taken"), "{}", problems[0].message);
    assert!(problems[1].message.contains("more than 10000 absences"), "{}", problems[1].message);
}

#[test]
fn what_cannot_be_read_is_a_problem_with_its_line_and_the_rest_goes_on() {
    let (absences, problems) = import(&events(&[
        "UID:1\nDTSTART:soon",
        "UID:2\nDTSTART:20260601T120000Z\nDTEND:20260601T110000Z",
        "UID:3\nDTSTART;VALUE=DATE:20260601\nRRULE:FREQ=SOMETIMES",
        "UID:4\nDTSTART;VALUE=DATE:20260602",
    ]));
    assert_eq!(absences.len(), 2);
    let places: Vec<_> = problems.iter().map(|problem| (problem.line, problem.column.as_deref().unwrap_or(""), problem.kept)).collect();
    assert_eq!(places, [(3, "DTSTART", false), (7, "DTEND", false), (12, "RRULE", true)]);
    let (_, problems) = read("rep,from,until\n", REP, &TimeZone::UTC, at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z"));
    assert_eq!(problems[0].message, "calendar of ana@acme.example: this is no iCalendar file: it has no BEGIN:VCALENDAR");
}

/// A line as a file could hold it, sense or nonsense.
fn lines() -> impl Strategy<Value = String> {
    let time = "[0-9]{4}(0[0-9]|1[0-3])[0-3][0-9](T[0-2][0-9][0-6][0-9][0-6][0-9]Z?)?";
    let rule = "FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY|MINUTELY|SECONDLY)(;COUNT=[0-9]{1,3})?(;INTERVAL=[0-9]{1,5})?(;UNTIL=[0-9]{8}(T[0-9]{6}Z?)?)?\
        (;BYDAY=-?[0-9]{0,2}(MO|TU|SU)(,FR)?)?(;BYMONTH=[0-9]{1,2})?(;BYMONTHDAY=-?[0-9]{1,2})?(;BYSETPOS=-?[0-9]{1,3})?(;BYWEEKNO=-?[0-9]{1,2})?(;BYYEARDAY=-?[0-9]{1,3})?(;BYHOUR=[0-9]{1,2})?(;WKST=SU)?";
    prop_oneof![
        4 => time.prop_map(|time| format!("DTSTART:{time}")),
        2 => time.prop_map(|time| format!("DTSTART;TZID=Europe/Berlin:{time}")),
        2 => time.prop_map(|time| format!("DTEND:{time}")),
        2 => "-?P[0-9]{1,10}[WD](T[0-9]{1,10}[HMS])?".prop_map(|length| format!("DURATION:{length}")),
        6 => rule.prop_map(|rule| format!("RRULE:{rule}")),
        1 => (time, time).prop_map(|(one, other)| format!("RDATE:{one},{other}")),
        1 => time.prop_map(|time| format!("RDATE;VALUE=PERIOD:{time}/PT1H")),
        1 => time.prop_map(|time| format!("EXDATE:{time}")),
        1 => time.prop_map(|time| format!("RECURRENCE-ID;RANGE=THISANDFUTURE:{time}")),
        1 => "(BEGIN|END):(VEVENT|VTIMEZONE|STANDARD|DAYLIGHT|VALARM|VCALENDAR)",
        1 => "(TZOFFSETTO|TZID|STATUS|UID|DTSTART|RRULE)(;[A-Z]{1,6}=[^\n]{0,6})?:[^\n]{0,20}",
        1 => "[^\n]{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_makes_it_panic(lines in prop::collection::vec(lines(), 0..12), bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = import(&format!("BEGIN:VEVENT\n{}\nEND:VEVENT\n", lines.join("\n")));
        let _ = read(&String::from_utf8_lossy(&bytes), REP, &TimeZone::UTC, Timestamp::MIN, Timestamp::MAX);
    }
}
