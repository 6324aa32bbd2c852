//! The server's settings as they are given: a file, the environment, flags.

use crate::args::SettingsArgs;
use crate::failure::Failure;
use crate::show;
use pointsman_server::config::{Config, Given, InForce};
use std::ffi::OsString;
use std::path::PathBuf;

/// What is in force, and where each value comes from. Mistakes are printed.
pub fn read(args: &SettingsArgs) -> Result<(Config, Vec<InForce>), Failure> {
    let given = given(args, environment(std::env::vars_os())?)?;
    Config::load(&given).map_err(|mistakes| {
        for mistake in mistakes {
            show::error(&mistake.to_string());
        }
        Failure::Reported
    })
}

/// What of the environment is ours to read. Others may write theirs as they like.
fn environment(all: impl Iterator<Item = (OsString, OsString)>) -> Result<Vec<(String, String)>, Failure> {
    let ours = all.filter_map(|(name, value)| Some((name.into_string().ok().filter(|name| name.starts_with("POINTSMAN_"))?, value)));
    ours.map(|(name, value)| match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(Failure::Yours(format!("environment {name}: its value is not UTF-8; write it anew, or unset it"))),
    })
    .collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    #[test]
    fn what_cannot_be_read_of_the_environment_matters_only_where_it_is_ours() {
        let variable = |name: &[u8], value: &[u8]| (OsString::from_vec(name.to_vec()), OsString::from_vec(value.to_vec()));
        let read = environment([variable(b"LESS\xff", b"x"), variable(b"PS1", b"\xff"), variable(b"POINTSMAN_QUEUE", b"7")].into_iter());
        assert_eq!(read.ok(), Some(vec![("POINTSMAN_QUEUE".to_owned(), "7".to_owned())]));
        let unread = environment([variable(b"POINTSMAN_DATA", b"/tmp/\xff")].into_iter());
        assert!(matches!(unread, Err(Failure::Yours(message)) if message.contains("POINTSMAN_DATA")));
    }
}
