//! ETags: who edits a thing says which state of it they saw.

use super::extract::header_text;
use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// An answer with its ETag.
pub struct Tagged<T>(pub String, pub T);

impl<T: IntoResponse> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        if let Ok(value) = HeaderValue::try_from(format!("\"{}\"", self.0)) {
            response.headers_mut().insert(header::ETAG, value);
        }
        response
    }
}

/// What `If-Match` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// It is not there.
    Absent,
    /// `*`: whatever is there.
    Any,
    /// One of these states.
    One(Vec<String>),
}

impl IfMatch {
    /// Reads the header.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let Some(text) = header_text(headers, "if-match")? else { return Ok(Self::Absent) };
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        let tag = |tag: &str| tag.trim().strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).map(str::to_owned);
        let tags: Option<Vec<String>> = text.split(',').map(tag).collect();
        tags.map(Self::One).ok_or_else(|| Problem::BadHeader("if-match", "an ETag in quotes is expected, or *".to_owned()))
    }

    /// Whether an edit of what has this ETag now may go on; `None`: there is nothing yet.
    /// What is there is only changed by who says what they saw.
    pub fn allows(&self, now: Option<&str>) -> Result<(), Problem> {
        match (self, now) {
            (Self::Absent, None) => Ok(()),
            (Self::Absent, Some(_)) => Err(Problem::NoIfMatch),
            (Self::Any | Self::One(_), None) => Err(Problem::Changed),
            (Self::Any, Some(_)) => Ok(()),
            (Self::One(tags), Some(now)) => {
                if tags.iter().any(|tag| tag == now) {
                    Ok(())
                } else {
                    Err(Problem::Changed)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<IfMatch, Problem> {
        IfMatch::of(&HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_str(text).unwrap())]))
    }

    #[test]
    fn what_is_there_is_changed_only_by_who_saw_its_present_state() {
        assert_eq!(IfMatch::Absent.allows(None), Ok(()));
        assert_eq!(IfMatch::Absent.allows(Some("a")), Err(Problem::NoIfMatch));
        assert_eq!(of("\"a\"").unwrap().allows(Some("a")), Ok(()));
        assert_eq!(of("\"b\", \"a\"").unwrap().allows(Some("a")), Ok(()));
        assert_eq!(of("\"b\"").unwrap().allows(Some("a")), Err(Problem::Changed));
        assert_eq!(of("*").unwrap().allows(Some("a")), Ok(()));
        assert_eq!(of("*").unwrap().allows(None), Err(Problem::Changed), "it was deleted meanwhile");
        assert!(of("a").is_err());
    }
}
