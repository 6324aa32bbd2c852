//! The key of a data folder: what seals the secrets of channels and signs links, in a file of its owner's.

use pointsman_connect::seal::Key;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Reads the file `key` of a folder; makes it, readable by its owner only, when there is none.
///
/// # Errors
/// In words, with the path.
pub fn read_or_make(folder: &Path) -> Result<Key, String> {
    let path = folder.join("key");
    let said = |error: io::Error| format!("{}: {error}", path.display());
    match fs::read_to_string(&path) {
        Ok(text) => Key::parse(&text).map_err(|error| format!("{}: {error}", path.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = Key::generate();
            let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(said)?;
            writeln!(file, "{}", key.to_text().reveal()).and_then(|()| file.sync_all()).map_err(said)?;
            Ok(key)
        }
        Err(error) => Err(said(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_data_folder_keeps_its_key_readable_by_its_owner_only() {
        let folder = std::env::temp_dir().join(format!("pointsman-key-{}", uuid::Uuid::now_v7()));
        fs::create_dir_all(&folder).unwrap();
        let made = read_or_make(&folder).unwrap();
        assert!(read_or_make(&folder).unwrap() == made, "the second start finds the same key");
        let mode = fs::metadata(folder.join("key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(folder.join("key"), "short").unwrap();
        assert!(read_or_make(&folder).unwrap_err().contains("32 bytes in base64"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
