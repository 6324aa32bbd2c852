//! The pointsman command line: one file per command, the same engine as everywhere.
//!
//! Data goes to stdout, everything else to stderr. Exit codes: 0 all is well, 1 something of yours is wrong
//! (a policy with errors, a failed test lead, a file that cannot be read), 2 something of ours is.

mod args;
mod check;
mod config;
mod demo;
mod diff;
mod differences;
mod elsewhere;
mod explain;
mod failure;
mod gaps;
mod import;
mod leads;
mod load;
mod matching;
mod mutate;
mod output;
mod plot;
mod replay;
mod route;
mod rows;
mod schema;
mod score;
mod serve;
mod settings;
mod show;
mod snippets;
mod stream;
mod summary;
mod test;

use args::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, everything else is a mistake in how we were called.
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    let done = match arguments.command {
        Command::Check(args) => check::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Route(args) => route::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Match(args) => matching::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Schema => schema::run(),
        Command::Serve(args) => serve::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Replay(args) => replay::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
