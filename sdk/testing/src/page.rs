//! Pages of a list, with cursors in both directions.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::response::Rejection;

/// Pagination parameters of a request.
pub(crate) struct Paging<'a> {
    pub(crate) after: Option<&'a str>,
    pub(crate) before: Option<&'a str>,
    pub(crate) limit: Option<i64>,
}

/// Items per page if the request sets no limit.
const DEFAULT_LIMIT: usize = 10;

impl Paging<'_> {
    /// Returns a page of a list. Items are identified by `id`; `show` converts those on the page to JSON.
    ///
    /// As in the service, every page that is not empty has a cursor, including the last one, whose cursor leads to
    /// an empty page.
    pub(crate) fn page<'i, T: 'i>(
        &self,
        items: impl Iterator<Item = &'i T>,
        id: impl Fn(&T) -> &str,
        show: impl Fn(&T) -> Value,
    ) -> Result<Value, Rejection> {
        let limit = match self.limit {
            None => DEFAULT_LIMIT,
            Some(limit) => usize::try_from(limit)
                .ok()
                .filter(|limit| *limit > 0)
                .ok_or_else(|| Rejection::invalid("limit must be positive"))?,
        };
        let items: Vec<&T> = items.collect();
        let total = items.len();
        let position = |cursor: &str, name: &str| {
            let wanted = URL_SAFE_NO_PAD.decode(cursor).ok();
            let wanted = wanted.and_then(|bytes| String::from_utf8(bytes).ok());
            wanted
                .and_then(|wanted| items.iter().position(|item| id(item) == wanted))
                .ok_or_else(|| Rejection::invalid(format!("{name} is not a cursor of this list")))
        };
        let from = match self.after {
            Some(cursor) => position(cursor, "after")? + 1,
            None => 0,
        };
        let to = match self.before {
            Some(cursor) => position(cursor, "before")?,
            None => total,
        };
        let inside = items.get(from..to).unwrap_or_default();
        // With `before` alone, the page is the one right before the cursor.
        let page = if self.before.is_some() && self.after.is_none() {
            &inside[inside.len().saturating_sub(limit)..]
        } else {
            &inside[..inside.len().min(limit)]
        };
        let cursor = |item: Option<&&T>| item.map(|item| URL_SAFE_NO_PAD.encode(id(item)));
        Ok(json!({
            "page_info": {
                "count": page.len(),
                "total_count": total,
                "start_cursor": cursor(page.first()),
                "end_cursor": cursor(page.last()),
            },
            "data": page.iter().map(|item| show(item)).collect::<Vec<_>>(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(after: Option<&str>, before: Option<&str>, limit: i64) -> Value {
        let items: Vec<_> = (1..=5).map(|n| (format!("id{n}"), json!(n))).collect();
        let limit = Some(limit);
        Paging {
            after,
            before,
            limit,
        }
        .page(items.iter(), |it| &it.0, |it| it.1.clone())
        .unwrap()
    }

    #[test]
    fn pages_end_with_an_empty_page() {
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = page(cursor.as_deref(), None, 2);
            let data = page["data"].as_array().unwrap().clone();
            assert_eq!(page["page_info"]["count"], data.len());
            assert_eq!(page["page_info"]["total_count"], 5);
            seen.push(data);
            match page["page_info"]["end_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        assert_eq!(json!(seen), json!([[1, 2], [3, 4], [5], []]));
    }

    #[test]
    fn before_returns_the_preceding_page() {
        let last = page(None, None, 5);
        let cursor = last["page_info"]["end_cursor"].as_str();
        assert_eq!(page(None, cursor, 2)["data"], json!([3, 4]));
    }

    #[test]
    fn rejects_an_invalid_cursor_and_limit() {
        let wrong = Paging {
            after: Some("x"),
            before: None,
            limit: None,
        };
        assert!(
            wrong
                .page([].iter(), |it: &String| it, |_| Value::Null)
                .is_err()
        );
        let wrong = Paging {
            after: None,
            before: None,
            limit: Some(0),
        };
        assert!(
            wrong
                .page([].iter(), |it: &String| it, |_| Value::Null)
                .is_err()
        );
    }
}
