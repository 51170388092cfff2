//! Walking through lists that are scripts.

use std::sync::{Arc, Mutex};

use super::*;

/// A page as a service gives it.
#[derive(Clone, Debug, PartialEq)]
struct Page {
    items: Vec<u32>,
    start: Option<&'static str>,
    end: Option<&'static str>,
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

impl Paginated for List {
    type Page = Page;
    type Item = u32;

    fn direction(&self) -> Direction {
        Direction::of(self.after.as_ref(), self.before.as_ref())
    }

    fn cursor(&self, direction: Direction) -> Option<&str> {
        match direction {
            Direction::Forward => self.after.as_deref(),
            Direction::Backward => self.before.as_deref(),
        }
    }

    fn seek(&mut self, direction: Direction, cursor: String) {
        match direction {
            Direction::Forward => self.after = Some(cursor),
            Direction::Backward => self.before = Some(cursor),
        }
    }

    fn next_cursor(page: &Page, direction: Direction) -> Option<&str> {
        match direction {
            Direction::Forward => page.end,
            Direction::Backward => page.start,
        }
    }

    fn is_empty(page: &Page) -> bool {
        page.items.is_empty()
    }

    fn items(page: Page) -> Vec<u32> {
        page.items
    }

    async fn fetch(self) -> Result<Page, Error> {
        let text = |cursor: Option<String>| cursor.unwrap_or_else(|| "-".to_owned());
        let asked = format!("{} {}", text(self.after), text(self.before));
        self.asked.lock().unwrap().push(asked);
        tokio::task::yield_now().await;
        let answer = self.answers.lock().unwrap().next();
        let answer = answer.expect("no more requests than the script has answers");
        answer.map_err(|()| Error::invalid_request("scripted"))
    }
}

fn page(items: &[u32], start: &'static str, end: &'static str) -> Result<Page, ()> {
    Ok(Page {
        items: items.to_vec(),
        start: (start != "-").then_some(start),
        end: (end != "-").then_some(end),
    })
}

async fn all(list: &List) -> Result<Vec<u32>, Error> {
    Items::new(list.clone()).into_vec().await
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
    let mut pages = Pages::new(list.clone());
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
    let mut pages = Pages::new(list);
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
    drop(is_free(Pages::new(list)));
    let task = tokio::spawn(async move { items.try_next().await.unwrap() });
    assert_eq!(task.await.unwrap(), Some(1));
}
