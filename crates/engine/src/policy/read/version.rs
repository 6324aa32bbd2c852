//! The version of a policy: a name for this text and no other.

use super::files::is_toml_of_policy;
use crate::policy::source::Sources;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The first 12 hex digits of the SHA-256 over, for each file of the policy in the order of paths: the path,
/// a zero byte, the content's length as eight bytes (big end first), the content. Lines may end in LF or CRLF:
/// it is the same text.
pub(super) fn of(sources: &Sources, parts: &BTreeSet<&str>) -> Box<str> {
    let mut hash = Sha256::new();
    for (path, text) in &sources.files {
        if is_toml_of_policy(path) || parts.contains(&**path) {
            let text = text.replace("\r\n", "\n");
            hash.update(path.as_bytes());
            hash.update([0]);
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect::<String>().into()
}
