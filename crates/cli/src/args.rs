//! What can be said on the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

/// Routes leads to the right rep, at once, and shows why.
#[derive(Debug, Parser)]
#[command(
    name = "pointsman",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 all is well, 1 something of yours is wrong, 2 something of ours is."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is wrong with a policy, with line and column
    Check(CheckArgs),
    /// Run a policy's test leads
    Test(TestArgs),
    /// Route a file of leads, in order
    Route(RouteArgs),
    /// Show why a lead goes where it goes
    Explain(ExplainArgs),
    /// Show what changes from one policy to another
    Diff(DiffArgs),
    /// Find the account of each lead of a file
    Match(MatchArgs),
    /// Make a policy of another tool's rules
    Import(ImportArgs),
    /// Print the JSON Schema of a policy file, for completion in editors
    Schema,
    /// Serve: leads in over HTTP, decided, delivered, watched
    Serve(ServeArgs),
    /// Show a server at work: an example policy, leads that trickle in, reps who answer
    Demo(DemoArgs),
    /// Print the server's settings, and where each comes from
    Config(ConfigArgs),
    /// Derive a server's past decisions again; they must agree
    Replay(ReplayArgs),
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// For machines.
    Json,
}

/// How to print test results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people.
    Human,
    /// For machines.
    Json,
    /// For CI servers.
    Junit,
}

/// People and accounts. What is not given is taken from the policy folder, if it is there.
#[derive(Debug, Clone, Default, Args)]
pub struct DirectoryArgs {
    /// Accounts, CSV or JSON Lines [default: accounts.csv of the policy folder]
    #[arg(long, value_name = "FILE")]
    pub accounts: Option<PathBuf>,
    /// Reps, CSV or JSON Lines [default: reps.csv of the policy folder; without one, everybody the policy names is present]
    #[arg(long, value_name = "FILE")]
    pub reps: Option<PathBuf>,
    /// Absences: a CSV (rep, from, until), or REP=FILE.ics; may be repeated [default: absences.csv and absences/REP.ics of the policy folder]
    #[arg(long, value_name = "FILE")]
    pub absences: Vec<String>,
}

/// `check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The policy folder (or its routing.toml)
    pub policy: PathBuf,
    #[command(flatten)]
    pub directory: DirectoryArgs,
    /// A history of leads, CSV or JSON Lines: says how many of them no rule takes, and sorts gaps by it
    #[arg(long, value_name = "FILE")]
    pub leads: Option<PathBuf>,
    /// Also list where two rules overlap and their order decides; with a rule's name, those of that rule
    #[arg(long, value_name = "RULE", num_args = 0..=1)]
    pub overlaps: Option<Option<String>>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// `test`
#[derive(Debug, Args)]
pub struct TestArgs {
    /// The policy folder (or its routing.toml)
    pub policy: PathBuf,
    #[command(flatten)]
    pub directory: DirectoryArgs,
    /// Instead, write test leads that reach every rule, row group, bound and fallback, as TOML to stdout
    #[arg(long, conflicts_with = "mutate")]
    pub generate: bool,
    /// Instead, change the policy in small ways and say which changes no test lead notices
    #[arg(long)]
    pub mutate: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub format: TestFormat,
}

/// `route`
#[derive(Debug, Args)]
pub struct RouteArgs {
    /// The policy folder (or its routing.toml)
    pub policy: PathBuf,
    /// Leads, CSV or JSON Lines; `-` reads CSV from stdin
    #[arg(long, value_name = "FILE")]
    pub leads: PathBuf,
    #[command(flatten)]
    pub directory: DirectoryArgs,
    /// Decide all leads at this moment [default: each when it was created, else now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub at: Option<Timestamp>,
    /// Where a line per lead goes: CSV, or JSON Lines if it ends with .jsonl; `-` is stdout
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Where the whole decision of each lead goes, as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub traces: Option<PathBuf>,
    /// Threads that read and match beside the one that decides; the result is the same with any number [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// How to print the summary
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The policy folder (or its routing.toml)
    pub policy: PathBuf,
    /// The lead as JSON: '{"email": "cto@globex.example", "country": "US"}'
    #[arg(long, value_name = "JSON")]
    pub lead: String,
    #[command(flatten)]
    pub directory: DirectoryArgs,
    /// Decide at this moment [default: when it was created, else now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub at: Option<Timestamp>,
    /// Say why not this rep, or this pool (pool:NAME), and the fewest changes of the lead after which it would have been
    #[arg(long, value_name = "REP")]
    pub not: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// `diff`
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The policy folder as it was
    pub old: PathBuf,
    /// The policy folder as it will be
    pub new: PathBuf,
    /// Leads to route by both, CSV or JSON Lines
    #[arg(long, value_name = "FILE")]
    pub leads: Option<PathBuf>,
    /// People and accounts, used for both
    #[command(flatten)]
    pub directory: DirectoryArgs,
    /// Decide all leads at this moment [default: each when it was created, else now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub at: Option<Timestamp>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// `match`
#[derive(Debug, Args)]
pub struct MatchArgs {
    /// Accounts, CSV or JSON Lines
    #[arg(long, value_name = "FILE")]
    pub accounts: PathBuf,
    /// Leads, CSV or JSON Lines
    #[arg(long, value_name = "FILE")]
    pub leads: PathBuf,
    /// Where a line per lead goes; `-` is stdout
    #[arg(long, value_name = "FILE", required_unless_present = "score")]
    pub out: Option<PathBuf>,
    /// The expected answers, CSV with lead_id, ok_account_ids, rule (must, none or optional) and category: prints how
    /// good the matches are
    #[arg(long, value_name = "LABELS")]
    pub score: Option<PathBuf>,
    /// Where a picture (SVG) of precision and recall goes
    #[arg(long, value_name = "FILE", requires = "score")]
    pub plot: Option<PathBuf>,
    /// A policy whose [matching] settings are used
    #[arg(long, value_name = "FOLDER")]
    pub policy: Option<PathBuf>,
}

/// The server's settings; `pointsman config --defaults` describes them all.
#[derive(Debug, Clone, Default, Args)]
pub struct SettingsArgs {
    /// A file of settings [default: what POINTSMAN_CONFIG names]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// The folder of the embedded store
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<String>,
    /// PostgreSQL instead of the embedded store
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// How people reach the server, for links in messages
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// How logs are written: human or json
    #[arg(long, value_name = "FORM")]
    pub log: Option<String>,
    /// Any other setting; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
}

/// `serve`
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// A policy folder that an empty store begins with: its policy, reps, absences and accounts
    #[arg(long, value_name = "POLICY")]
    pub seed: Option<PathBuf>,
}

/// `demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The policy folder; its leads.csv trickles in
    #[arg(long, value_name = "POLICY", default_value = "policies/acme")]
    pub policy: PathBuf,
    /// The address to listen on; port 0 is any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// End after this time, such as 10s
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    pub r#for: Option<Duration>,
}

/// `config`
#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Print the default file, which describes every setting
    #[arg(long)]
    pub defaults: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// `import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// From where
    #[command(subcommand)]
    pub from: ImportFrom,
}

/// From where rules come.
#[derive(Debug, Subcommand)]
pub enum ImportFrom {
    /// Salesforce's lead assignment rules, as the Metadata API exports them
    SalesforceRules(SalesforceRulesArgs),
}

/// `import salesforce-rules`
#[derive(Debug, Args)]
pub struct SalesforceRulesArgs {
    /// Lead.assignmentRules, or Lead.assignmentRules-meta.xml
    pub file: PathBuf,
    /// The folder that the policy is written to; it must not hold one yet
    #[arg(short, long, value_name = "POLICY")]
    pub out: PathBuf,
    /// The assignment rule that becomes the policy [default: the active one]
    #[arg(long, value_name = "NAME")]
    pub rule: Option<String>,
    /// Bring the file's other rules along, switched off
    #[arg(long)]
    pub retired: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// `replay`
#[derive(Debug, Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Only decisions made at this moment or later
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub from: Option<Timestamp>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is expected, such as queue=1000")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.strip_suffix('s').unwrap_or(text).parse();
    number.map(Duration::from_secs).map_err(|_| "a number of seconds is expected, such as 10s".to_owned())
}

fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "a time with its zone is needed, such as 2026-03-01T09:00:00Z or 2026-03-01T09:00:00+01:00".to_owned())
}
