//! `pointsman-e2e chaos`: the real program under load, killed at random moments; afterwards every promise is
//! checked in the tables. `make chaos` runs it long, `make test` short.
//! `pointsman-e2e openapi`: the served API against its own description.

mod checks;
mod ledger;
mod load;
mod openapi;
mod random;
mod rounds;
mod scene;

use random::Random;
use rounds::Kind;
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
pointsman-e2e chaos   [--rounds N] [--seed N] [--only sqlite|nodes|postgres] [--program PATH]
pointsman-e2e openapi --schemathesis PATH [--seed N] [--examples N] [--program PATH]

sqlite    one server on SQLite, killed in each round
nodes     three servers on one PostgreSQL, one of them killed in each round
postgres  three servers on one PostgreSQL, which crashes in each round; now and then with one of them";

struct Arguments {
    rounds: u32,
    examples: u32,
    seed: u64,
    kinds: Vec<Kind>,
    program: PathBuf,
    /// Then the API is held against its description, instead of chaos.
    schemathesis: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = match read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(mistake) => {
            eprintln!("{mistake}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nfailed: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    if let Some(schemathesis) = &arguments.schemathesis {
        return openapi::run(&arguments.program, schemathesis, arguments.seed, arguments.examples);
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let mut random = Random::new(arguments.seed);
    for kind in &arguments.kinds {
        let mut random = random.branch();
        runtime.block_on(rounds::run(*kind, arguments.rounds, &mut random, &arguments.program)).map_err(|failure| {
            let name = kind.name();
            format!(
                "{failure}\n\nto run it again: pointsman-e2e chaos --only {name} --rounds {} --seed {}",
                arguments.rounds, arguments.seed
            )
        })?;
    }
    Ok(())
}

fn read(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let what = given.next().unwrap_or_default();
    let program = std::env::current_exe().map_err(|error| error.to_string())?.with_file_name("pointsman");
    let mut arguments = Arguments { rounds: 20, examples: 8, seed: seed(), kinds: Kind::ALL.to_vec(), program, schemathesis: None };
    while let Some(flag) = given.next() {
        let value = given.next().ok_or_else(|| format!("{flag}: a value is missing"))?;
        let number = || value.parse::<u32>().map_err(|_| format!("{flag}: `{value}` is no number"));
        match &*flag {
            "--rounds" => arguments.rounds = number()?,
            "--examples" => arguments.examples = number()?,
            "--seed" => arguments.seed = number()?.into(),
            "--only" => arguments.kinds = vec![Kind::named(&value).ok_or_else(|| format!("`{value}` is no kind of chaos"))?],
            "--program" => arguments.program = value.into(),
            "--schemathesis" => arguments.schemathesis = Some(value.into()),
            _ => return Err(format!("`{flag}` is not known")),
        }
    }
    match (&*what, &arguments.schemathesis) {
        ("chaos", None) | ("openapi", Some(_)) => Ok(arguments),
        ("openapi", None) => Err("openapi: --schemathesis is missing".to_owned()),
        _ => Err("say what to do".to_owned()),
    }
}

/// Another one each time; it is told when something is found.
fn seed() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |time| time.subsec_nanos().into())
}
