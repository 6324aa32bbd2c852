//! The key that seals the secrets of channels and signs links.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// 32 random bytes. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(secret)")
    }
}

impl Key {
    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 hex digits.
    ///
    /// # Errors
    /// The text is something else. The message does not repeat it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let digits = text.trim().as_bytes();
        let mut bytes = [0; 32];
        let (pairs, rest) = digits.as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(format!("64 hex digits are expected, not {} characters; `openssl rand -hex 32` makes some", digits.len()));
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let digit = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let (Some(high), Some(low)) = (digit(high), digit(low)) else {
                return Err("only hex digits are expected; `openssl rand -hex 32` makes some".to_owned());
            };
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }

    /// A new one.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn generate() -> io::Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self(bytes))
    }

    /// The key of a data folder: read from its file `key`, which is made, readable by its owner only, when
    /// there is none.
    ///
    /// # Errors
    /// In words, with the path.
    pub fn of_folder(folder: &Path) -> Result<Self, String> {
        let path = folder.join("key");
        let said = |error: io::Error| format!("{}: {error}", path.display());
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).map_err(|message| format!("{}: {message}", path.display())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate().map_err(said)?;
                let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(said)?;
                writeln!(file, "{}", key.hex()).and_then(|()| file.sync_all()).map_err(said)?;
                Ok(key)
            }
            Err(error) => Err(said(error)),
        }
    }

    fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
