//! Bytes to text: UTF-8, with or without a byte order mark.

use crate::Problem;

/// The largest file that is read.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// The text of a file.
///
/// # Errors
/// The file is not UTF-8, or larger than [`LARGEST`].
pub fn text(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > LARGEST {
        return Err(Problem::whole(format!("the file has more than {} MiB; assignment rules are far smaller", LARGEST / 1024 / 1024)));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Problem::at(1, "the file is UTF-16; save it as UTF-8"));
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        Problem::at(line(good), "bytes that are not UTF-8; save the file as UTF-8")
    })?;
    match declared(text).filter(|encoding| !encoding.eq_ignore_ascii_case("utf-8") && !text.is_ascii()) {
        Some(encoding) => {
            let message = format!("the file says that it is {encoding}, but reads as UTF-8; correct the encoding in its first line");
            Err(Problem::at(1, message))
        }
        None => Ok(text),
    }
}

fn line(before: &[u8]) -> u32 {
    u32::try_from(before.iter().filter(|byte| **byte == b'\n').count() + 1).unwrap_or(u32::MAX)
}

/// `encoding="..."` of the XML declaration.
fn declared(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split_once(quote).map(|(encoding, _)| encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_is_read_and_nothing_else() {
        assert_eq!(text("\u{FEFF}<a>ü</a>".as_bytes()), Ok("<a>ü</a>"));
        assert_eq!(text(b"<a/>\n\xFC").map_err(|problem| problem.line), Err(Some(2)));
        assert_eq!(text(b"\xFF\xFE<\0").map_err(|problem| problem.message), Err("the file is UTF-16; save it as UTF-8".into()));
    }

    #[test]
    fn a_declared_encoding_that_does_not_fit_is_an_error() {
        assert!(text("<?xml version='1.0' encoding='ISO-8859-1'?><a>ü</a>".as_bytes()).is_err());
        assert!(text("<?xml version='1.0' encoding='ISO-8859-1'?><a>u</a>".as_bytes()).is_ok());
        assert!(text("<?xml version=\"1.0\" encoding=\"utf-8\"?><a>ü</a>".as_bytes()).is_ok());
    }
}
