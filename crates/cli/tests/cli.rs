//! The command line as people meet it: what each command prints, in files that are tests.
//!
//! `TRYCMD=overwrite cargo test -p pointsman` writes what it prints now; read what it wrote.

#[test]
fn commands_print_what_the_pages_say() {
    trycmd::TestCases::new().case("tests/commands.md");
}
