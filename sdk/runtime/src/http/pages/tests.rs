//! Walking through lists that are scripts.

use std::sync::{Arc, Mutex};

use super::*;

/// A page as a service gives it.
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

type Answers = Arc<Mutex<vec::IntoIter<Result<Page, ()>>>>;

/// A call that is answered by a script, whatever it asks for, and notes what it asked for.
#[derive(Clone)]
struct List {
    after: Option<String>,
    before: Option<String>,
    answers: Answers,
    asked: Arc<Mutex<Vec<String>>>,
}

impl List {
    fn new(answers: Vec<Result<Page, ()>>) -> Self {
        Self {
            after: None,
            before: None,
            answers: Arc::new(Mutex::new(answers.into_iter())),
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl List {
    async fn send(self) -> Result<Page, Error> {
        let text = |cursor: Option<String>| cursor.unwrap_or_else(|| "-".to_owned());
        let asked = format!("{} {}", text(self.after), text(self.before));
        self.asked.lock().unwrap().push(asked);
        tokio::task::yield_now().await;
        let answer = self.answers.lock().unwrap().next();
        let answer = answer.expect("no more requests than the script has answers");
        answer.map_err(|()| Error::invalid_request("scripted"))
    }
}

crate::impl_paginated!(List -> Page, items: [u32] {
    Forward(after) = (info?.end??),
    Backward(before) = (start?),
});

/// A list that goes forward only, with its items deep in a page that may lack them.
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
async fn a_list_of_one_direction_ends_where_its_items_are_absent() {
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
async fn each_page_is_asked_for_with_the_cursor_of_the_one_before() {
    let list = List::new(vec![
        page(&[1, 2], "-", "b"),
        page(&[3], "c", "c"),
        page(&[4], "d", "-"),
    ]);
    assert_eq!(all(&list).await.unwrap(), [1, 2, 3, 4]);
    assert_eq!(list.asked(), ["- -", "b -", "c -"]);
}

#[tokio::test]
async fn an_empty_cursor_is_none() {
    let list = List::new(vec![page(&[1], "", "")]);
    assert_eq!(all(&list).await.unwrap(), [1]);
    assert_eq!(list.asked(), ["- -"]);
}

#[tokio::test]
async fn an_empty_page_is_the_last_although_it_has_a_cursor() {
    let list = List::new(vec![page(&[1], "a", "a"), page(&[], "x", "y")]);
    let mut pages = list.clone().pages();
    assert_eq!(pages.try_next().await.unwrap().unwrap().items, [1]);
    assert!(pages.try_next().await.unwrap().unwrap().items.is_empty());
    assert_eq!(pages.try_next().await.unwrap(), None);
    assert_eq!(list.asked(), ["- -", "a -"]);
}

#[tokio::test]
async fn a_cursor_that_comes_back_ends_the_list() {
    let list = List::new(vec![
        page(&[1], "-", "a"),
        page(&[2], "-", "b"),
        page(&[3], "-", "a"),
    ]);
    assert_eq!(all(&list).await.unwrap(), [1, 2, 3]);

    // The cursor that it began with counts as well.
    let mut list = List::new(vec![page(&[1], "-", "a")]);
    list.after = Some("a".to_owned());
    assert_eq!(all(&list).await.unwrap(), [1]);
}

#[tokio::test]
async fn a_call_with_before_goes_back() {
    let mut list = List::new(vec![page(&[5, 6], "e", "f"), page(&[3, 4], "-", "d")]);
    list.before = Some("g".to_owned());
    assert_eq!(all(&list).await.unwrap(), [5, 6, 3, 4]);
    assert_eq!(list.asked(), ["- g", "- e"]);
}

#[tokio::test]
async fn a_call_with_both_cursors_goes_forward_to_the_end_it_names() {
    let mut list = List::new(vec![page(&[2], "b", "b"), page(&[3], "c", "-")]);
    list.after = Some("a".to_owned());
    list.before = Some("d".to_owned());
    assert_eq!(all(&list).await.unwrap(), [2, 3]);
    assert_eq!(list.asked(), ["a d", "b d"]);
}

#[tokio::test]
async fn what_came_before_an_error_is_given_and_nothing_after_it() {
    let list = List::new(vec![page(&[1, 2], "-", "b"), Err(()), page(&[3], "-", "-")]);
    let mut items = Items::new(list.clone());
    assert_eq!(items.try_next().await.unwrap(), Some(1));
    assert_eq!(items.try_next().await.unwrap(), Some(2));
    assert!(items.try_next().await.is_err());
    assert_eq!(items.try_next().await.unwrap(), None);
    assert_eq!(list.asked(), ["- -", "b -"]);
}

#[tokio::test]
async fn the_cursor_is_where_a_new_call_goes_on() {
    let list = List::new(vec![page(&[1], "-", "b"), Err(())]);
    let mut pages = list.pages();
    assert_eq!(pages.cursor(), None);
    pages.try_next().await.unwrap();
    assert_eq!(pages.cursor(), Some("b"));
    assert!(pages.try_next().await.is_err());
    assert_eq!(pages.cursor(), Some("b"));

    let mut pages = Pages::new(List::new(vec![page(&[1], "-", "b"), page(&[2], "-", "-")]));
    while pages.try_next().await.unwrap().is_some() {}
    assert_eq!(pages.cursor(), None, "at the end there is nowhere to go on");
}

#[tokio::test]
async fn a_stream_moves_between_threads_and_is_nothing_to_be_pinned() {
    fn is_free<T: Send + Unpin + 'static>(value: T) -> T {
        value
    }
    let list = List::new(vec![page(&[1], "-", "-")]);
    let mut items = is_free(Items::new(list.clone()));
    drop(is_free(list.pages()));
    let task = tokio::spawn(async move { items.try_next().await.unwrap() });
    assert_eq!(task.await.unwrap(), Some(1));
}
