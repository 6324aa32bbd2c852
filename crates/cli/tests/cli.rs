//! The command line as people meet it: what each command prints, in files that are tests.
//!
//! `TRYCMD=overwrite cargo test -p pointsman` writes what it prints now; read what it wrote.

#[test]
fn commands_print_what_the_pages_say() {
    trycmd::TestCases::new().case("tests/commands.md");
}

/// The demo ends by itself, and shows leads, messages, and how to look further.
#[test]
fn the_demo_shows_a_server_at_work() {
    let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies/acme");
    let mut demo = std::process::Command::new(env!("CARGO_BIN_EXE_pointsman"));
    let shown = demo.args(["demo", "--policy", policy, "--listen", "127.0.0.1:0", "--for", "6s"]).output().expect("it runs");
    let (text, complaints) = (String::from_utf8_lossy(&shown.stdout), String::from_utf8_lossy(&shown.stderr));
    assert!(shown.status.success(), "{text}{complaints}");
    for part in ["pm_", "/docs", " -> ", "sink: assigned", "The demo is over"] {
        assert!(text.contains(part), "`{part}` is missing: {text}{complaints}");
    }
}
