//! `pointsman demo`: a server with an example policy, leads that trickle in, reps who answer (some late), and
//! messages that go where one can look at them. Everything is thrown away at the end.

mod people;
mod traffic;

use crate::args::DemoArgs;
use crate::failure::Failure;
use crate::serve;
use crate::show::{self, BOLD, DIM, styled};
use pointsman_connect::config::ChannelConfig;
use pointsman_server::config::{Config, Given};
use pointsman_server::{Server, serve::told_to_stop};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Runs until it is told to stop, or for the time given.
pub fn run(args: &DemoArgs) -> Result<(), Failure> {
    let folder = Folder::new()?;
    let flags = [("--listen", "listen", args.listen.clone()), ("--data", "data", folder.0.display().to_string())];
    let flags = flags.into_iter().map(|(flag, name, value)| (flag.to_owned(), name.to_owned(), value)).collect();
    let given = Given { flags, ..Given::default() };
    let (config, _) =
        Config::load(&given).map_err(|mistakes| Failure::Yours(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
    let mut seed = serve::seed(&args.policy)?;
    seed.channels.push(("sink".to_owned(), ChannelConfig::Sink {}));
    let leads = traffic::leads(&args.policy)?;
    serve::runtime()?.block_on(async {
        let server = Server::start(config, Some(seed), |_| {}).await?;
        let base = format!("http://{}", server.address);
        let token = server.first_token.clone().unwrap_or_default();
        introduce(&args.policy, &base, &token)?;
        let traffic = tokio::spawn(traffic::run(base.clone(), token.clone(), leads));
        let messages = tokio::spawn(people::messages(base, token));
        tokio::select! {
            () = told_to_stop() => {}
            () = tokio::time::sleep(args.r#for.unwrap_or(Duration::MAX)) => {}
        }
        traffic.abort();
        messages.abort();
        server.stop().await?;
        show::print(&styled(DIM, "\nThe demo is over; its data is gone.").to_string())
    })
}

fn introduce(policy: &Path, base: &str, token: &str) -> Result<(), Failure> {
    show::print(&format!(
        "\n{} with {} at {}\n\n  token     {token}\n  the API   {base}/docs\n  a look    curl -H 'Authorization: Bearer {token}' {base}/v1/leads\n  messages  curl -H 'Authorization: Bearer {token}' {base}/v1/outbox\n\n{}\n",
        styled(BOLD, "Pointsman"),
        policy.display(),
        styled(BOLD, base),
        styled(DIM, "Leads come in, messages go into a sink, reps answer. Ctrl-C ends it.")
    ))
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("pointsman-demo-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| Failure::creating(&path, &error))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
