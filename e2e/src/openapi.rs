//! The API against its own description: schemathesis asks every operation of the served document for what it
//! allows and for what it does not. No server error, and no answer that is not documented.

use pointsman_testkit::node::Node;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What is held against the document.
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";

/// Runs it against a server on a new store; the same seed asks the same.
pub fn run(program: &Path, schemathesis: &Path, seed: u64, examples: u32) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("pointsman-openapi-{}", std::process::id()));
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy");
    let (data, policy) = (folder.display().to_string(), policy.display().to_string());
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", &data, "--seed", &policy, "--set", "token_rate=1000000"];
    let mut node = Node::start(program, &arguments).map_err(|error| error.to_string())?;
    let token = node.token.clone().ok_or("the server said no token")?;
    let base = format!("http://{}", node.address);
    // It runs elsewhere, where it may leave its notes: a path from here would not be found there.
    let schemathesis = &std::path::absolute(schemathesis).map_err(|error| format!("{}: {error}", schemathesis.display()))?;
    let mut command = Command::new(schemathesis);
    command.args(["run", &format!("{base}/openapi.json"), "--url", &base, "--checks", CHECKS, "--max-examples", &examples.to_string()]);
    command.args([
        "--phases",
        "examples,coverage,fuzzing",
        "--seed",
        &seed.to_string(),
        "--header",
        &format!("Authorization: Bearer {token}"),
    ]);
    // A stream has no end; its own tests read it. One worker: Python 3.11 parses its own source wrongly in two threads.
    command.args(["--exclude-path", "/v1/events", "--request-timeout", "10", "--workers", "1", "--max-time", "60"]);
    // What it makes of a signed request is turned away at the door, nearly always: it need not tell us.
    command.args(["--suppress-health-check", "filter_too_much"]);
    command.args(["--continue-on-failure", "--warnings", "off"]).current_dir(std::env::temp_dir());
    let status = command.status().map_err(|error| format!("{}: {error}", schemathesis.display()))?;
    let runs = node.runs();
    let said = node.said();
    node.kill();
    // Left behind: in the system's folder for such things.
    let _ = fs::remove_dir_all(&folder);
    match (status.success(), runs) {
        (true, true) => Ok(()),
        (false, true) => Err(format!("schemathesis found something; the server said\n{said}")),
        (_, false) => Err(format!("the server ended; it said\n{said}")),
    }
}
