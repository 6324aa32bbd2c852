//! `pointsman test --mutate`: which small changes of the policy no test lead notices.

use crate::args::{TestArgs, TestFormat};
use crate::failure::Failure;
use crate::show::{self, DIM, GREEN, YELLOW, styled};
use pointsman_engine::book::Book;
use pointsman_engine::people::Directory;
use pointsman_engine::policy::Policy;
use pointsman_engine::trial;
use pointsman_proof::mutation::{self, Adequacy};
use std::fmt::Write;

/// Prints what is not noticed. Test leads that fail already notice everything: they must pass first.
pub fn run(args: &TestArgs, policy: &Policy, book: &mut Book, directory: Option<&Directory>) -> Result<(), Failure> {
    let failures = trial::run(policy, book).failures();
    if failures > 0 {
        return Err(Failure::Yours(format!("{} of the test leads fail: mend them first", show::count(failures as u64))));
    }
    let found = mutation::find(policy, book, directory);
    match args.format {
        TestFormat::Human => show::print(&human(&found)),
        TestFormat::Json => show::json(&found),
        TestFormat::Junit => Err(Failure::Yours("--mutate prints for people or as JSON, not as JUnit's XML".to_owned())),
    }
}

fn human(found: &Adequacy) -> String {
    let mut text = String::new();
    for change in &found.unnoticed {
        let place = styled(DIM, format!("{}:{}", change.place.file, change.place.line));
        let _ = writeln!(text, "{}  {}  {place}", styled(YELLOW, "not noticed"), change.what);
    }
    if !found.unnoticed.is_empty() {
        text.push('\n');
    }
    let all =
        format!("{} of {} small changes are noticed by some test lead", show::count(found.noticed as u64), show::count(found.tried as u64));
    let _ = write!(text, "{}", if found.unnoticed.is_empty() { styled(GREEN, all) } else { all });
    text
}
