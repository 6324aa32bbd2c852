//! From text to a checked policy: every section, every error in one pass.
