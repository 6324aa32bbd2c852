//! The pointsman command line.
fn main() {}
