//! Tests of pagination with prepared pages.

use std::sync::{Arc, Mutex};

use super::*;

/// A page with optional cursors.
#[derive(Clone, Debug, PartialEq)]
struct Page {
    items: Vec<u32>,
    start: Option<&'static str>,
    info: Option<Info>,
}

#[derive(Clone, Debug, PartialEq)]
struct Info {
    end: Option<Option<&'static str>>,
}

type Responses = Arc<Mutex<vec::IntoIter<Result<Page, ()>>>>;

/// A call that returns prepared responses and records the cursors of its requests.
#[derive(Clone)]
struct List {
    after: Option<String>,
    before: Option<String>,
    responses: Responses,
    requested: Arc<Mutex<Vec<String>>>,
}

impl List {
    fn new(responses: Vec<Result<Page, ()>>) -> Self {
        Self {
            after: None,
            before: None,
            responses: Arc::new(Mutex::new(responses.into_iter())),
            requested: Arc::default(),
        }
    }

    fn requested(&self) -> Vec<String> {
        self.requested.lock().unwrap().clone()
    }
}

impl List {
    async fn send(self) -> Result<Page, Error> {
        let text = |cursor: Option<String>| cursor.unwrap_or_else(|| "-".to_owned());
        let cursors = format!("{} {}", text(self.after), text(self.before));
        self.requested.lock().unwrap().push(cursors);
        tokio::task::yield_now().await;
        let response = self.responses.lock().unwrap().next();
        let response = response.expect("more requests than prepared responses");
        response.map_err(|()| Error::invalid_request("prepared"))
    }
}

crate::impl_paginated!(List -> Page, items: [u32] {
    Forward(after) = (info?.end??),
    Backward(before) = (start?),
});

/// A list without a backward direction, with nested and optional items.
#[derive(Clone)]
struct OneWay {
    params: Params,
}

#[derive(Clone, Default)]
struct Params {
    cursor: Option<Id>,
}

#[derive(Clone)]
struct Id(String);

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

struct Nested {
    data: Data,
}

struct Data {
    ids: Option<Option<Vec<u32>>>,
    next: Id,
}

impl OneWay {
    async fn send(self) -> Result<Nested, Error> {
        let at = self.params.cursor.map_or(0, |Id(text)| text.len());
        let ids = match at {
            3 => Some(None),
            at => Some(Some(vec![at as u32])),
        };
        let next = Id("x".repeat(at + 1));
        let data = Data { ids, next };
        Ok(Nested { data })
    }
}

crate::impl_paginated!(OneWay -> Nested, data.ids: [u32] {
    Forward(params.cursor) = (data.next),
});

#[tokio::test]
async fn a_forward_only_list_ends_at_a_page_without_items() {
    let list = OneWay {
        params: Params::default(),
    };
    assert_eq!(list.direction(), Direction::Forward);
    let mut back = list.clone();
    back.seek(Direction::Backward, "x".to_owned());
    assert_eq!(back.cursor(Direction::Backward), None);
    assert_eq!(list.stream().into_vec().await.unwrap(), [0, 1, 2]);
    assert!(back.pages().try_next().await.unwrap().is_some());
}

fn page(items: &[u32], start: &'static str, end: &'static str) -> Result<Page, ()> {
    Ok(Page {
        items: items.to_vec(),
        start: (start != "-").then_some(start),
        info: Some(Info {
            end: Some((end != "-").then_some(end)),
        }),
    })
}

async fn all(list: &List) -> Result<Vec<u32>, Error> {
    list.clone().stream().into_vec().await
}

#[tokio::test]
async fn requests_each_page_with_the_cursor_of_the_previous_one() {
    let list = List::new(vec![
        page(&[1, 2], "-", "b"),
        page(&[3], "c", "c"),
        page(&[4], "d", "-"),
    ]);
    assert_eq!(all(&list).await.unwrap(), [1, 2, 3, 4]);
    assert_eq!(list.requested(), ["- -", "b -", "c -"]);
}

#[tokio::test]
async fn ends_at_an_empty_cursor() {
    let list = List::new(vec![page(&[1], "", "")]);
    assert_eq!(all(&list).await.unwrap(), [1]);
    assert_eq!(list.requested(), ["- -"]);
}

#[tokio::test]
async fn ends_at_an_empty_page_with_a_cursor() {
    let list = List::new(vec![page(&[1], "a", "a"), page(&[], "x", "y")]);
    let mut pages = list.clone().pages();
    assert_eq!(pages.try_next().await.unwrap().unwrap().items, [1]);
    assert!(pages.try_next().await.unwrap().unwrap().items.is_empty());
    assert_eq!(pages.try_next().await.unwrap(), None);
    assert_eq!(list.requested(), ["- -", "a -"]);
}

#[tokio::test]
async fn ends_at_a_repeated_cursor() {
    let list = List::new(vec![
        page(&[1], "-", "a"),
        page(&[2], "-", "b"),
        page(&[3], "-", "a"),
    ]);
    assert_eq!(all(&list).await.unwrap(), [1, 2, 3]);

    // The cursor of the first request counts as well.
    let mut list = List::new(vec![page(&[1], "-", "a")]);
    list.after = Some("a".to_owned());
    assert_eq!(all(&list).await.unwrap(), [1]);
}

#[tokio::test]
async fn reads_backward_with_only_a_before_cursor() {
    let mut list = List::new(vec![page(&[5, 6], "e", "f"), page(&[3, 4], "-", "d")]);
    list.before = Some("g".to_owned());
    assert_eq!(all(&list).await.unwrap(), [5, 6, 3, 4]);
    assert_eq!(list.requested(), ["- g", "- e"]);
}

#[tokio::test]
async fn reads_forward_with_both_cursors() {
    let mut list = List::new(vec![page(&[2], "b", "b"), page(&[3], "c", "-")]);
    list.after = Some("a".to_owned());
    list.before = Some("d".to_owned());
    assert_eq!(all(&list).await.unwrap(), [2, 3]);
    assert_eq!(list.requested(), ["a d", "b d"]);
}

#[tokio::test]
async fn returns_items_before_an_error_and_ends_after_it() {
    let list = List::new(vec![page(&[1, 2], "-", "b"), Err(()), page(&[3], "-", "-")]);
    let mut items = Items::new(list.clone());
    assert_eq!(items.try_next().await.unwrap(), Some(1));
    assert_eq!(items.try_next().await.unwrap(), Some(2));
    assert!(items.try_next().await.is_err());
    assert_eq!(items.try_next().await.unwrap(), None);
    assert_eq!(list.requested(), ["- -", "b -"]);
}

#[tokio::test]
async fn returns_the_cursor_to_continue_from() {
    let list = List::new(vec![page(&[1], "-", "b"), Err(())]);
    let mut pages = list.pages();
    assert_eq!(pages.cursor(), None);
    pages.try_next().await.unwrap();
    assert_eq!(pages.cursor(), Some("b"));
    assert!(pages.try_next().await.is_err());
    assert_eq!(pages.cursor(), Some("b"));

    let mut pages = Pages::new(List::new(vec![page(&[1], "-", "b"), page(&[2], "-", "-")]));
    while pages.try_next().await.unwrap().is_some() {}
    assert_eq!(pages.cursor(), None, "no cursor at the end of the list");
}

#[tokio::test]
async fn streams_are_send_and_unpin() {
    fn assert_send_and_unpin<T: Send + Unpin + 'static>(value: T) -> T {
        value
    }
    let list = List::new(vec![page(&[1], "-", "-")]);
    let mut items = assert_send_and_unpin(Items::new(list.clone()));
    drop(assert_send_and_unpin(list.pages()));
    let task = tokio::spawn(async move { items.try_next().await.unwrap() });
    assert_eq!(task.await.unwrap(), Some(1));
}
