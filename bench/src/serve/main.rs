//! How fast the server takes leads in over HTTP, durably, beside what the bare store commits and what a server
//! does that only parses and echoes. Load generator, server and database share the machine.
//!
//! `serve PROGRAM [single|batch|latency|memory ...] [--postgres] [--seconds N] [--accounts FILE]`

mod bare;
mod batch;
mod echo;
mod latency;
mod leads;
mod memory;
mod process;
mod single;
mod subject;

use std::path::PathBuf;
use subject::Subject;

/// The product's allocator, for the echo beside it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What goes wrong in a benchmark ends it.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What is measured, and on what.
pub struct Asked {
    program: PathBuf,
    parts: Vec<String>,
    postgres: bool,
    seconds: u64,
    accounts: Option<PathBuf>,
}

fn main() -> Result<()> {
    let asked = asked()?;
    if asked.parts.first().is_some_and(|part| part == "echo") {
        return tokio::runtime::Runtime::new()?.block_on(echo::serve());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    for part in &asked.parts {
        runtime.block_on(async {
            match &**part {
                "single" => single::measure(&asked).await,
                "batch" => batch::measure(&asked).await,
                "latency" => latency::measure(&asked).await,
                "memory" => memory::measure(&asked).await,
                other => Err(format!("`{other}` is nothing that is measured").into()),
            }
        })?;
    }
    Ok(())
}

fn asked() -> Result<Asked> {
    let mut given = std::env::args().skip(1);
    let program = given.next().ok_or("the program is missing, such as ../target/release/pointsman")?.into();
    let mut asked = Asked { program, parts: Vec::new(), postgres: false, seconds: 10, accounts: None };
    while let Some(word) = given.next() {
        match &*word {
            "--postgres" => asked.postgres = true,
            "--seconds" => asked.seconds = given.next().ok_or("--seconds: how many?")?.parse()?,
            "--accounts" => asked.accounts = Some(given.next().ok_or("--accounts: which file?")?.into()),
            part => asked.parts.push(part.to_owned()),
        }
    }
    if asked.parts.is_empty() {
        asked.parts = ["single", "batch", "latency"].map(str::to_owned).to_vec();
    }
    Ok(asked)
}
