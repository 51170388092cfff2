//! Pagination: streams of the pages of a list and of their items.

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

/// A request for one page of a list, which can be turned into the request for a neighboring page.
pub trait Paginated: Clone + Send + Unpin + 'static {
    /// Response with one page.
    type Page: Send + 'static;
    /// Item of the list.
    type Item: Send + Unpin + 'static;

    /// Returns the direction of the request: backward if it has only a cursor for that direction.
    fn direction(&self) -> Direction {
        Direction::of(
            self.cursor(Direction::Forward).as_ref(),
            self.cursor(Direction::Backward).as_ref(),
        )
    }

    /// Returns the cursor of the request for a direction, if it has one.
    fn cursor(&self, direction: Direction) -> Option<&str>;

    /// Sets the cursor for a direction.
    fn seek(&mut self, direction: Direction, cursor: String);

    /// Returns the cursor of the next page in a direction, if there is one.
    fn next_cursor(page: &Self::Page, direction: Direction) -> Option<&str>;

    /// Returns `true` if a page has no items.
    fn is_empty(page: &Self::Page) -> bool;

    /// Returns the items of a page.
    fn items(page: Self::Page) -> Vec<Self::Item>;

    /// Sends the request.
    fn fetch(self) -> impl Future<Output = Result<Self::Page, Error>> + Send;
}

/// The direction in which a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From each page to the one after it.
    Forward,
    /// From each page to the one before it.
    Backward,
}

impl Direction {
    /// Returns the direction of a request with these cursors: backward if only `before` is set.
    pub fn of<T>(after: Option<&T>, before: Option<&T>) -> Self {
        match (after, before) {
            (None, Some(_)) => Self::Backward,
            _ => Self::Forward,
        }
    }
}

/// A list in a response, which may be absent.
#[doc(hidden)]
pub trait Page {
    /// Item of the list.
    type Item;

    /// Returns `true` if there are no items.
    fn is_blank(&self) -> bool;

    /// Returns the items.
    fn into_items(self) -> Vec<Self::Item>;
}

impl<T> Page for Vec<T> {
    type Item = T;

    fn is_blank(&self) -> bool {
        self.is_empty()
    }

    fn into_items(self) -> Vec<T> {
        self
    }
}

impl<L: Page> Page for Option<L> {
    type Item = L::Item;

    fn is_blank(&self) -> bool {
        self.as_ref().is_none_or(L::is_blank)
    }

    fn into_items(self) -> Vec<L::Item> {
        self.map(L::into_items).unwrap_or_default()
    }
}

/// Implements [`Paginated`] for a builder, with its methods `pages` and `stream`.
///
/// It takes the type of a page and its field with the items. For each direction it takes the field of the builder
/// with the cursor, and the field of the page with the next cursor. A `?` follows each field of a page that is an
/// `Option`.
#[macro_export]
#[doc(hidden)]
macro_rules! impl_paginated {
    ($builder:ident -> $page:ty, $($list:ident).+: [$item:ty] {
        $($direction:ident ($($cursor:ident).+) = ($($next:tt)+)),+ $(,)?
    }) => {
        impl $builder {
            /// Returns the pages as a stream. Each page is requested when it is polled.
            ///
            /// The stream starts at the cursor of the request, or at the beginning of the list.
            pub fn pages(self) -> $crate::Pages<Self> {
                $crate::Pages::new(self)
            }

            /// Returns the items of all pages as a stream. Each page is requested when it is needed.
            ///
            /// The stream starts at the cursor of the request, or at the beginning of the list.
            pub fn stream(self) -> $crate::Items<Self> {
                $crate::Items::new(self)
            }
        }

        impl $crate::Paginated for $builder {
            type Page = $page;
            type Item = $item;

            fn cursor(&self, direction: $crate::Direction) -> ::std::option::Option<&str> {
                match direction {
                    $($crate::Direction::$direction => {
                        self.$($cursor).+.as_ref().map(|cursor| cursor.as_ref())
                    })+
                    #[allow(unreachable_patterns)]
                    _ => ::std::option::Option::None,
                }
            }

            fn seek(&mut self, direction: $crate::Direction, cursor: ::std::string::String) {
                match direction {
                    $($crate::Direction::$direction => {
                        self.$($cursor).+ = ::std::option::Option::Some(cursor.into());
                    })+
                    #[allow(unreachable_patterns)]
                    _ => {}
                }
            }

            fn next_cursor(
                page: &Self::Page,
                direction: $crate::Direction,
            ) -> ::std::option::Option<&str> {
                match direction {
                    $($crate::Direction::$direction => $crate::impl_paginated!(@cursor page; $($next)+),)+
                    #[allow(unreachable_patterns)]
                    _ => ::std::option::Option::None,
                }
            }

            fn is_empty(page: &Self::Page) -> bool {
                $crate::__private::Page::is_blank(&page.$($list).+)
            }

            fn items(page: Self::Page) -> ::std::vec::Vec<Self::Item> {
                $crate::__private::Page::into_items(page.$($list).+)
            }

            async fn fetch(self) -> ::std::result::Result<Self::Page, $crate::Error> {
                self.send().await
            }
        }
    };
    (@cursor $value:expr; $field:ident ? ? $($rest:tt)*) => {
        $crate::impl_paginated!(@cursor $value.$field.as_ref()?; ? $($rest)*)
    };
    (@cursor $value:expr; $field:ident ? . $($rest:tt)+) => {
        $crate::impl_paginated!(@cursor $value.$field.as_ref()?; $($rest)+)
    };
    (@cursor $value:expr; $field:ident . $($rest:tt)+) => {
        $crate::impl_paginated!(@cursor $value.$field; $($rest)+)
    };
    (@cursor $value:expr; $field:ident ?) => {
        $value.$field.as_ref().map(|cursor| cursor.as_ref())
    };
    (@cursor $value:expr; $field:ident) => {
        ::std::option::Option::Some($value.$field.as_ref())
    };
    (@cursor $value:expr; ? . $($rest:tt)+) => {
        $crate::impl_paginated!(@cursor $value.as_ref()?; $($rest)+)
    };
    (@cursor $value:expr; ?) => {
        $value.as_ref().map(|cursor| cursor.as_ref())
    };
}

type PageFuture<P> = Pin<Box<dyn Future<Output = Result<P, Error>> + Send>>;

/// Stream of the pages of a list. Each page is requested when it is polled.
///
/// The stream ends after the last page, after an empty page, when a cursor repeats, and after an error.
#[must_use = "nothing is sent until the stream is polled"]
pub struct Pages<C: Paginated> {
    call: C,
    direction: Direction,
    fetching: Option<PageFuture<C::Page>>,
    /// Hashes of the previous cursors, to detect a cycle. Eight bytes per page.
    previous: HashSet<u64>,
    hasher: RandomState,
    /// `true` after an error and at the end of the list.
    finished: bool,
    at_end: bool,
}

impl<C: Paginated> Pages<C> {
    /// Creates a stream that starts with the page of this request.
    pub fn new(call: C) -> Self {
        let mut pages = Self {
            direction: call.direction(),
            call,
            fetching: None,
            previous: HashSet::new(),
            hasher: RandomState::new(),
            finished: false,
            at_end: false,
        };
        if let Some(cursor) = pages.call.cursor(pages.direction) {
            pages.previous.insert(pages.hasher.hash_one(cursor));
        }
        pages
    }

    /// Returns the cursor of the next request, or of the last one if it failed.
    ///
    /// A request with this cursor continues at this position. `None` at the beginning and at the end of the list.
    pub fn cursor(&self) -> Option<&str> {
        if self.at_end {
            None
        } else {
            self.call.cursor(self.direction)
        }
    }

    /// Returns the next page, or `None` at the end.
    pub async fn try_next(&mut self) -> Result<Option<C::Page>, Error> {
        self.next().await.transpose()
    }

    /// Prepares the request for the page after `page`, or ends the stream.
    fn advance(&mut self, page: &C::Page) {
        let next = C::next_cursor(page, self.direction).filter(|cursor| !cursor.is_empty());
        match next {
            Some(cursor)
                if !C::is_empty(page) && self.previous.insert(self.hasher.hash_one(cursor)) =>
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
        let result = ready!(fetching.as_mut().poll(cx));
        pages.fetching = None;
        match &result {
            Ok(page) => pages.advance(page),
            Err(_) => pages.finished = true,
        }
        Poll::Ready(Some(result))
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

/// Stream of the items of a list, in the order of the pages. It holds one page at a time and ends as [`Pages`]
/// does.
#[must_use = "nothing is sent until the stream is polled"]
pub struct Items<C: Paginated> {
    pages: Pages<C>,
    page: vec::IntoIter<C::Item>,
}

impl<C: Paginated> Items<C> {
    /// Creates a stream that starts with the page of this request.
    pub fn new(call: C) -> Self {
        Self {
            pages: Pages::new(call),
            page: Vec::new().into_iter(),
        }
    }

    /// Returns the next item, or `None` at the end.
    pub async fn try_next(&mut self) -> Result<Option<C::Item>, Error> {
        self.next().await.transpose()
    }

    /// Collects all remaining items.
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
            .field("buffered", &self.page.len())
            .finish()
    }
}

#[cfg(test)]
// The macro expects public builders.
#[allow(unreachable_pub)]
mod tests;
