//! Lists that come in pages: from one call to all of its pages, and to all that is on them.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;
use futures_util::StreamExt as _;

use crate::error::Error;

/// A call that gives one page of a list, and knows how to ask for the page beside it.
pub trait Paginated: Clone + Send + Unpin + 'static {
    /// What the call gives.
    type Page: Send + 'static;
    /// What is listed.
    type Item: Send + Unpin + 'static;

    /// Which way the call goes through the list.
    fn direction(&self) -> Direction;

    /// The cursor that the call starts at, where it has one for this direction.
    fn cursor(&self, direction: Direction) -> Option<&str>;

    /// Makes it the call for the page at this cursor.
    fn seek(&mut self, direction: Direction, cursor: String);

    /// Where the next page is in this direction, as far as a page says.
    fn next_cursor(page: &Self::Page, direction: Direction) -> Option<&str>;

    /// Whether there is nothing on a page.
    fn is_empty(page: &Self::Page) -> bool;

    /// What is on a page.
    fn items(page: Self::Page) -> Vec<Self::Item>;

    /// Makes the call.
    fn fetch(self) -> impl Future<Output = Result<Self::Page, Error>> + Send;
}

/// Which way a call goes through a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From each page to the one after it.
    Forward,
    /// From each page to the one before it.
    Backward,
}

impl Direction {
    /// The direction of a call with these cursors: backward only where there is none to go forward from.
    pub fn of<T>(after: Option<&T>, before: Option<&T>) -> Self {
        match (after, before) {
            (None, Some(_)) => Self::Backward,
            _ => Self::Forward,
        }
    }
}

type Fetching<P> = Pin<Box<dyn Future<Output = Result<P, Error>> + Send>>;

/// The pages of a list, one request for each, made when the page is asked for.
///
/// It ends where a page names no next one, after an empty page, and where a cursor comes back that was there before.
/// After an error it ends as well; what came before the error has been given.
#[must_use = "nothing is sent until a page is asked for"]
pub struct Pages<C: Paginated> {
    call: C,
    direction: Direction,
    fetching: Option<Fetching<C::Page>>,
    /// Hashes of the cursors so far: a cycle is noticed, and a long list takes eight bytes a page.
    seen: HashSet<u64>,
    hasher: RandomState,
    /// Whether nothing more comes: because of an error, or because the list is at its end.
    finished: bool,
    at_end: bool,
}

impl<C: Paginated> Pages<C> {
    /// The pages from the one that this call gives.
    pub fn new(call: C) -> Self {
        let mut pages = Self {
            direction: call.direction(),
            call,
            fetching: None,
            seen: HashSet::new(),
            hasher: RandomState::new(),
            finished: false,
            at_end: false,
        };
        if let Some(cursor) = pages.call.cursor(pages.direction) {
            pages.seen.insert(pages.hasher.hash_one(cursor));
        }
        pages
    }

    /// The cursor that the next request will have, or the last one had if it failed: a call that begins at it goes on
    /// from here. None at the beginning of the list and at its end.
    pub fn cursor(&self) -> Option<&str> {
        if self.at_end {
            None
        } else {
            self.call.cursor(self.direction)
        }
    }

    /// The next page; `None` at the end.
    pub async fn try_next(&mut self) -> Result<Option<C::Page>, Error> {
        self.next().await.transpose()
    }

    /// Sets out for the page after this one, unless this is the last.
    fn turn(&mut self, page: &C::Page) {
        let next = C::next_cursor(page, self.direction).filter(|cursor| !cursor.is_empty());
        match next {
            Some(cursor)
                if !C::is_empty(page) && self.seen.insert(self.hasher.hash_one(cursor)) =>
            {
                self.call.seek(self.direction, cursor.to_owned());
            }
            _ => {
                self.finished = true;
                self.at_end = true;
            }
        }
    }
}

impl<C: Paginated> Stream for Pages<C> {
    type Item = Result<C::Page, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pages = self.get_mut();
        if pages.finished {
            return Poll::Ready(None);
        }
        let call = &pages.call;
        let fetching = pages
            .fetching
            .get_or_insert_with(|| Box::pin(call.clone().fetch()));
        let answer = ready!(fetching.as_mut().poll(cx));
        pages.fetching = None;
        match &answer {
            Ok(page) => pages.turn(page),
            Err(_) => pages.finished = true,
        }
        Poll::Ready(Some(answer))
    }
}

impl<C: Paginated + fmt::Debug> fmt::Debug for Pages<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("call", &self.call)
            .field("direction", &self.direction)
            .field("finished", &self.finished)
            .finish_non_exhaustive()
    }
}

/// What is on the pages of a list, one after the other, in the order of the pages. No more than one page is held.
///
/// It ends as [`Pages`] does.
#[must_use = "nothing is sent until an item is asked for"]
pub struct Items<C: Paginated> {
    pages: Pages<C>,
    page: vec::IntoIter<C::Item>,
}

impl<C: Paginated> Items<C> {
    /// The items from the page that this call gives.
    pub fn new(call: C) -> Self {
        Self {
            pages: Pages::new(call),
            page: Vec::new().into_iter(),
        }
    }

    /// The next item; `None` at the end.
    pub async fn try_next(&mut self) -> Result<Option<C::Item>, Error> {
        self.next().await.transpose()
    }

    /// Everything that is still to come, in memory.
    pub async fn into_vec(mut self) -> Result<Vec<C::Item>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.try_next().await? {
            all.push(item);
        }
        Ok(all)
    }
}

impl<C: Paginated> Stream for Items<C> {
    type Item = Result<C::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let items = self.get_mut();
        loop {
            if let Some(item) = items.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut items.pages).poll_next(cx)) {
                Some(Ok(page)) => items.page = C::items(page).into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<C: Paginated + fmt::Debug> fmt::Debug for Items<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("held", &self.page.len())
            .finish()
    }
}

#[cfg(test)]
mod tests;
