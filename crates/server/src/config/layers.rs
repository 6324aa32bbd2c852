//! The layers: defaults, a file, the environment, flags. The strongest that names a setting wins.

use super::file::{self, Entry};
use pointsman_engine::policy::diagnostic::did_you_mean;
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;

/// Settings whose values are never shown.
const SECRETS: [&str; 2] = ["database", "key"];

/// What was given beside the defaults.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The file: its path, and its text.
    pub file: Option<(PathBuf, String)>,
    /// The environment; what does not begin with `POINTSMAN_` is passed over.
    pub environment: Vec<(String, String)>,
    /// Flags: how each was written, the setting it sets, and the value.
    pub flags: Vec<(String, String, String)>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The default file.
    Default,
    /// A line of the configuration file.
    File {
        /// As it was named.
        path: String,
        /// From 1.
        line: usize,
    },
    /// A variable of the environment.
    Environment(String),
    /// A flag, as written.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{path}:{line}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// A value before its kind's own checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A list of texts.
    List(Vec<String>),
}

impl Raw {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a whole number",
            Self::List(_) => "a list of texts",
        }
    }

    /// A text of the environment or a flag, read as the kind of `self`.
    fn like(&self, text: &str) -> Result<Self, String> {
        match self {
            Self::Text(_) => Ok(Self::Text(text.to_owned())),
            Self::Number(_) => text.trim().parse().map(Self::Number).map_err(|_| format!("`{text}` is not a whole number")),
            Self::List(_) => Ok(Self::List(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect())),
        }
    }
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::List(items) => write!(f, "{items:?}"),
        }
    }
}

/// One setting as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InForce {
    /// Its name.
    pub name: String,
    /// Its value as TOML; a secret's is `"(secret)"`.
    pub value: String,
    /// Where it comes from, in words.
    pub origin: String,
}

/// A mistake in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where, in words: `pointsman.toml:12`, `environment POINTSMAN_QUEUE`.
    pub place: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Mistake {
    pub(super) fn at(path: &str, line: usize, message: String) -> Self {
        Self { place: format!("{path}:{line}"), message }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// A setting: its value and where that comes from.
pub struct Setting {
    pub name: String,
    pub value: Raw,
    pub origin: Origin,
}

/// All settings, in the order of the default file.
pub struct Layers {
    pub settings: Vec<Setting>,
}

impl Layers {
    pub fn into_in_force(self) -> Vec<InForce> {
        let shown = |setting: &Setting| match &setting.value {
            Raw::Text(text) if !text.is_empty() && SECRETS.contains(&&*setting.name) => "\"(secret)\"".to_owned(),
            value => value.to_string(),
        };
        let in_force = |setting: Setting| InForce { value: shown(&setting), origin: setting.origin.to_string(), name: setting.name };
        self.settings.into_iter().map(in_force).collect()
    }

    fn put(&mut self, name: &str, origin: Origin, value: impl FnOnce(&Raw) -> Result<Raw, String>) -> Result<(), Mistake> {
        let place = origin.to_string();
        let Some(setting) = self.settings.iter_mut().find(|setting| setting.name == name) else {
            let help = did_you_mean(name, self.settings.iter().map(|setting| &setting.name));
            let help = help.unwrap_or_else(|| "`pointsman config` lists them".to_owned());
            return Err(Mistake { place, message: format!("there is no setting `{name}`; {help}") });
        };
        setting.value = value(&setting.value).map_err(|message| Mistake { place, message: format!("{name}: {message}") })?;
        setting.origin = origin;
        Ok(())
    }
}

/// Kubernetes puts variables for each service into every pod. Those of a service that is called `pointsman` begin as ours
/// do: `POINTSMAN_SERVICE_HOST`, `POINTSMAN_SERVICE_PORT_HTTP`, `POINTSMAN_PORT=tcp://10.0.0.1:80`, `POINTSMAN_PORT_80_TCP_ADDR`.
fn is_of_kubernetes(name: &str, text: &str) -> bool {
    let words: Vec<&str> = name.split('_').collect();
    let of_service = words.windows(2).any(|pair| matches!(pair, ["SERVICE", "HOST" | "PORT"]));
    let of_port = words.windows(3).any(|three| matches!(three, ["PORT", _, "TCP" | "UDP" | "SCTP"]));
    of_service || of_port || (words.last() == Some(&"PORT") && text.contains("://"))
}

/// Lays what was given over the defaults.
pub fn lay(given: &Given) -> Result<Layers, Vec<Mistake>> {
    let defaults = file::read("defaults", super::DEFAULTS)?;
    let setting = |entry: Entry| Setting { name: entry.name, value: entry.value, origin: Origin::Default };
    let mut layers = Layers { settings: defaults.into_iter().map(setting).collect() };
    let mut mistakes = Vec::new();
    if let Some((path, text)) = &given.file {
        let path = path.display().to_string();
        for Entry { name, value, line } in file::read(&path, text)? {
            let same_kind = |default: &Raw| match value.kind() == default.kind() {
                true => Ok(value.clone()),
                false => Err(format!("{} is expected, not {}", default.kind(), value.kind())),
            };
            mistakes.extend(layers.put(&name, Origin::File { path: path.clone(), line }, same_kind).err());
        }
    }
    for (variable, text) in &given.environment {
        let Some(name) = variable.strip_prefix("POINTSMAN_").filter(|name| *name != "CONFIG") else { continue };
        if is_of_kubernetes(name, text) {
            continue;
        }
        mistakes.extend(layers.put(&name.to_lowercase(), Origin::Environment(variable.clone()), |default| default.like(text)).err());
    }
    for (flag, name, text) in &given.flags {
        mistakes.extend(layers.put(name, Origin::Flag(flag.clone()), |default| default.like(text)).err());
    }
    if mistakes.is_empty() { Ok(layers) } else { Err(mistakes) }
}
