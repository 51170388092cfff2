//! From an answer of the service to a typed value, losing nothing on the way.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, io};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt as _;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::message;
use crate::error::{Error, ErrorKind, ErrorResponse, TimeLimit};
use crate::http::context::RequestContext;
use crate::http::deadline::{Deadline, within};
use crate::http::response::{Outcome, Response};

/// An answer whose body has not been read yet. It is one of the 200s, unless it was forwarded.
pub struct RawResponse {
    pub(crate) response: reqwest::Response,
    pub(crate) request: RequestContext,
    /// When a body that is read as a whole has to be there.
    pub(crate) deadline: Option<Deadline>,
    /// How long a stream may be silent.
    pub(crate) silence: Option<Duration>,
    /// How much of the body of an error is kept.
    pub(crate) error_limit: usize,
}

impl RawResponse {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Reads the body as a whole.
    async fn read(self) -> Result<Whole, Error> {
        let Self {
            mut response,
            request,
            deadline,
            ..
        } = self;
        let (body, broken) = read_body(&mut response, deadline, usize::MAX).await;
        let whole = Whole {
            status: response.status(),
            headers: take_headers(&mut response),
            body,
            request,
        };
        match broken {
            None => Ok(whole),
            Some(broken) => Err(whole.fail(broken)),
        }
    }
}

/// An answer that came completely.
struct Whole {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    request: RequestContext,
}

impl Whole {
    fn fail(self, error: Error) -> Error {
        let answer = ErrorResponse {
            status: self.status,
            headers: self.headers,
            body: self.body,
            location: None,
        };
        self.request.describe(error.response(answer))
    }

    fn reply<T>(self, value: T) -> Response<T> {
        Response::new(value, self.status, self.headers, self.body)
    }

    fn json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        match serde_json::from_slice(&self.body) {
            Ok(value) => Ok(self.reply(value)),
            Err(error) => {
                // The error itself is no `source`: it quotes values, which may be secrets.
                let detail = if self.body.is_empty() {
                    "it has no body".to_owned()
                } else {
                    message::without_values(&error)
                };
                Err(self.fail(Error::new(ErrorKind::Decode).detail(detail)))
            }
        }
    }
}

/// Decodes a JSON body.
pub async fn json<T: DeserializeOwned>(received: RawResponse) -> Result<Response<T>, Error> {
    received.read().await?.json()
}

/// Decodes a JSON body, unless the status is 202, which has none.
pub async fn maybe_accepted<T: DeserializeOwned>(
    received: RawResponse,
) -> Result<Response<Outcome<T>>, Error> {
    let whole = received.read().await?;
    if whole.status == StatusCode::ACCEPTED {
        return Ok(whole.reply(Outcome::Accepted));
    }
    Ok(whole.json()?.map(Outcome::Finished))
}

/// Expects no body; one that comes all the same is kept in the reply.
pub async fn empty(received: RawResponse) -> Result<Response<()>, Error> {
    Ok(received.read().await?.reply(()))
}

/// Reads the body as text.
pub async fn text(received: RawResponse) -> Result<Response<String>, Error> {
    let whole = received.read().await?;
    match std::str::from_utf8(&whole.body) {
        Ok(text) => {
            let text = text.to_owned();
            Ok(whole.reply(text))
        }
        Err(_) => Err(whole.fail(Error::new(ErrorKind::Decode).detail("it is not UTF-8 text"))),
    }
}

/// Hands the body over as it comes.
pub async fn stream(received: RawResponse) -> Result<Response<ByteStream>, Error> {
    let RawResponse {
        mut response,
        request,
        silence,
        ..
    } = received;
    let (status, headers) = (response.status(), take_headers(&mut response));
    let length = response.content_length();
    let stream = ByteStream {
        inner: Box::pin(chunks(response, request, silence)),
        length,
    };
    Ok(Response::new(stream, status, headers, Bytes::new()))
}

/// A body as it comes: a `Stream` of chunks. After an error nothing more comes.
pub struct ByteStream {
    inner: Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>,
    length: Option<u64>,
}

impl ByteStream {
    /// The length that was announced, if one was.
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// The next chunk; `None` at the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.inner.next().await.transpose()
    }

    /// Writes everything that is still to come, chunk by chunk, and gives how many bytes that was.
    ///
    /// The writer is written to on the thread that runs this: right for memory, a hasher, or a file on a fast disk. An
    /// error of the body comes as an `io::Error` around the [`Error`]; what came before it has been written.
    pub async fn copy_to(mut self, writer: &mut impl io::Write) -> io::Result<u64> {
        let mut written = 0;
        while let Some(chunk) = self.chunk().await.map_err(io::Error::other)? {
            writer.write_all(&chunk)?;
            written += chunk.len() as u64;
        }
        writer.flush()?;
        Ok(written)
    }

    /// Everything that is still to come.
    pub async fn collect(mut self) -> Result<Bytes, Error> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inner.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("content_length", &self.length)
            .finish_non_exhaustive()
    }
}

fn chunks(
    response: reqwest::Response,
    request: RequestContext,
    silence: Option<Duration>,
) -> impl Stream<Item = Result<Bytes, Error>> + Send {
    futures_util::stream::unfold(Some((response, request)), move |state| async move {
        let (mut response, request) = state?;
        let deadline = silence.map(TimeLimit::Idle).and_then(Deadline::of);
        match next_chunk(&mut response, deadline).await {
            Ok(Some(chunk)) => Some((Ok(chunk), Some((response, request)))),
            Ok(None) => None,
            Err(error) => Some((Err(request.describe(error)), None)),
        }
    })
}

/// Reads up to `limit` bytes of a body: what came, and why it is not all, if it broke off.
pub(crate) async fn read_body(
    response: &mut reqwest::Response,
    deadline: Option<Deadline>,
    limit: usize,
) -> (Bytes, Option<Error>) {
    let mut body = BytesMut::new();
    loop {
        match next_chunk(response, deadline).await {
            Ok(Some(chunk)) => {
                let room = limit.saturating_sub(body.len());
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if body.len() >= limit {
                    return (body.freeze(), None);
                }
            }
            Ok(None) => return (body.freeze(), None),
            Err(error) => return (body.freeze(), Some(error)),
        }
    }
}

async fn next_chunk(
    response: &mut reqwest::Response,
    deadline: Option<Deadline>,
) -> Result<Option<Bytes>, Error> {
    let chunk = within(deadline, response.chunk()).await?;
    chunk.map_err(|error| {
        let error = Error::from(error);
        let kind = if error.kind() == ErrorKind::Timeout {
            ErrorKind::Timeout
        } else {
            ErrorKind::Truncated
        };
        error.of_kind(kind)
    })
}

pub(crate) fn take_headers(response: &mut reqwest::Response) -> HeaderMap {
    std::mem::take(response.headers_mut())
}

#[cfg(test)]
mod tests;
