//! Lists: a page at a time, the next one after a cursor.

use serde::{Deserialize, Serialize};

/// What a list route takes. `after` is the `next` of the page before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor<Id> {
    pub limit: Option<i32>,
    pub after: Option<Id>,
}

impl<Id> Cursor<Id> {
    /// 20 unless asked otherwise, at most 100.
    pub fn limit(&self) -> i32 {
        self.limit.unwrap_or(20).clamp(1, 100)
    }
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct Listed<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// From a page of the table. The cursor is the id in the last item's sort key.
    pub fn from_page<U>(page: cloud::table::Page<U>, view: impl FnMut(U) -> T) -> Self {
        let id = |sort_key: String| sort_key.split_once('#').map(|(_, id)| id.to_owned());
        Self { items: page.items.into_iter().map(view).collect(), next: page.next.and_then(id) }
    }
}
