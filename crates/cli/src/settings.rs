//! The server's settings as they are given: a file, the environment, flags.

use crate::args::SettingsArgs;
use crate::failure::Failure;
use crate::show;
use pointsman_server::config::{Config, Given, InForce};
use std::path::PathBuf;

/// What is in force, and where each value comes from. Mistakes are printed.
pub fn read(args: &SettingsArgs) -> Result<(Config, Vec<InForce>), Failure> {
    let given = given(args, std::env::vars().collect())?;
    Config::load(&given).map_err(|mistakes| {
        for mistake in mistakes {
            show::error(&mistake.to_string());
        }
        Failure::Reported
    })
}

fn given(args: &SettingsArgs, environment: Vec<(String, String)>) -> Result<Given, Failure> {
    let named = environment.iter().find(|(name, _)| name == "POINTSMAN_CONFIG").map(|(_, path)| PathBuf::from(path));
    let file = match args.config.clone().or(named) {
        Some(path) => {
            let text = std::fs::read_to_string(&path).map_err(|error| Failure::reading(&path, &error))?;
            Some((path, text))
        }
        None => None,
    };
    let flag = |name: &str, value: &Option<String>| {
        value.as_ref().map(|value| (format!("--{}", name.replace('_', "-")), name.to_owned(), value.clone()))
    };
    let mut flags: Vec<(String, String, String)> = [
        flag("listen", &args.listen),
        flag("data", &args.data),
        flag("database", &args.database),
        flag("public_url", &args.public_url),
        flag("log", &args.log),
    ]
    .into_iter()
    .flatten()
    .collect();
    flags.extend(args.set.iter().map(|(name, value)| (format!("--set {name}=..."), name.clone(), value.clone())));
    Ok(Given { file, environment, flags })
}
