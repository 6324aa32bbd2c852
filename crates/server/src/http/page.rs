//! Pages: lists are read in pieces, each piece naming where the next one begins.

use crate::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Items of a piece that asks for no number.
const USUAL: u32 = 50;

/// The most items of a piece.
pub const MOST: u32 = 200;

/// Which piece of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many items, 50 if not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where to begin: `next` of the piece before. Pieces stay in place when items are added meanwhile.
    pub cursor: Option<String>,
}

impl Paging {
    /// How many items.
    pub fn limit(&self) -> Result<u32, Problem> {
        match self.limit {
            Some(limit) if !(1..=MOST).contains(&limit) => Err(Problem::BadQuery(format!("limit: a number from 1 to {MOST} is expected"))),
            limit => Ok(limit.unwrap_or(USUAL)),
        }
    }

    /// The key of the item before the first.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let key = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        key.map(Some).ok_or_else(|| Problem::BadQuery("cursor: send `next` of the piece before, unchanged".to_owned()))
    }
}

/// A piece of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// The cursor of the next piece; not there at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A piece out of `limit + 1` items: the one too many tells that there is more.
    pub fn of<K: Serialize>(mut items: Vec<T>, limit: u32, key: impl Fn(&T) -> K) -> Self {
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| more).and_then(|last| serde_json::to_vec(&key(last)).ok());
        Self { items, next: next.map(|key| URL_SAFE_NO_PAD.encode(key)) }
    }

    /// The same piece of other items.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_to_the_items_after_the_last_one_seen() {
        let page = Page::of(vec![5, 6, 7], 2, |item| *item);
        assert_eq!(page.items, [5, 6]);
        let paging = Paging { limit: None, cursor: page.next };
        assert_eq!(paging.after::<i32>().unwrap(), Some(6));
        assert_eq!(Page::of(vec![7], 2, |item| *item).next, None);
    }

    #[test]
    fn a_made_up_cursor_and_a_limit_out_of_bounds_are_problems() {
        let paging = Paging { limit: Some(201), cursor: Some("zzz".into()) };
        assert!(matches!(paging.limit(), Err(Problem::BadQuery(_))));
        assert!(matches!(paging.after::<i64>(), Err(Problem::BadQuery(_))));
    }
}
