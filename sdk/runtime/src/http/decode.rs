//! Decoding of responses. Replies and errors keep the status, the headers and the raw body.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, io};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt as _;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use crate::error::{Error, ErrorKind, ErrorResponse, TimeLimit};
use crate::error::{message, reports};
use crate::http::context::RequestContext;
use crate::http::deadline::{Deadline, within};
use crate::http::response::{Outcome, Response};

/// A response whose body has not been read. Its status is one of the 200s, unless the response is forwarded
/// or the operation documents a 304.
pub struct RawResponse {
    pub(crate) response: reqwest::Response,
    pub(crate) request: RequestContext,
    /// The body, if it has been read.
    pub(crate) body: Option<Bytes>,
    /// Deadline for reading the complete body.
    pub(crate) deadline: Option<Deadline>,
    /// Deadline of the call, which a stream has to meet as well.
    pub(crate) total_deadline: Option<Deadline>,
    /// Maximum time between two chunks of a stream.
    pub(crate) idle_timeout: Option<Duration>,
    /// Maximum size of a collected body in bytes.
    pub(crate) body_limit: usize,
    /// Maximum size of a kept error body in bytes.
    pub(crate) error_limit: usize,
}

impl RawResponse {
    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Reads the complete body.
    async fn read(mut self) -> Result<FullResponse, Error> {
        if let Err(error) = self.collect().await {
            return Err(self.into_full().fail(error));
        }
        Ok(self.into_full())
    }

    /// Reads the complete body into `body`. After an error, `body` has the received part.
    pub(crate) async fn collect(&mut self) -> Result<(), Error> {
        if self.body.is_some() {
            return Ok(());
        }
        let (limit, length) = (self.body_limit, self.response.content_length());
        if let Some(length) = length.filter(|length| *length > limit as u64) {
            return Err(too_large(limit, &format!("it has {length} bytes")));
        }
        let one_more = limit.saturating_add(1);
        let (body, error) = read_body(&mut self.response, self.deadline, one_more).await;
        let is_too_large = body.len() > limit;
        self.body = Some(match is_too_large {
            true => body.slice(..limit.min(self.error_limit)),
            false => body,
        });
        match error {
            _ if is_too_large => Err(too_large(limit, "it has more bytes")),
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    pub(crate) fn into_full(mut self) -> FullResponse {
        FullResponse {
            status: self.response.status(),
            headers: take_headers(&mut self.response),
            body: self.body.unwrap_or_default(),
            url: self.response.url().clone(),
            request: self.request,
        }
    }
}

fn too_large(limit: usize, size: &str) -> Error {
    let limit = format!("{size}, and the limit is {limit} (`CallOptions::response_body_limit`)");
    Error::new(ErrorKind::TooLarge).detail(limit)
}

/// A response with its complete body.
pub(crate) struct FullResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    url: reqwest::Url,
    request: RequestContext,
}

impl FullResponse {
    pub(crate) fn fail(self, error: Error) -> Error {
        let response = ErrorResponse {
            status: self.status,
            headers: self.headers,
            body: self.body,
            url: Some(self.url),
            location: None,
        };
        self.request.describe(error.response(response))
    }

    /// Returns `true` for an empty body with another status than 200.
    fn is_without_result(&self) -> bool {
        self.body.is_empty() && self.status != StatusCode::OK
    }

    /// Returns a reply without a value. An unexpected body is kept in the reply.
    pub(crate) fn empty(self) -> Response<()> {
        self.reply(())
    }

    /// Returns the body as a string, which must be UTF-8.
    pub(crate) fn text(self) -> Result<Response<String>, Error> {
        match std::str::from_utf8(&self.body) {
            Ok(text) => {
                let text = text.to_owned();
                Ok(self.reply(text))
            }
            Err(_) => {
                Err(self.fail(Error::new(ErrorKind::Decode).detail("the body is not valid UTF-8")))
            }
        }
    }

    /// Decodes a JSON body, or returns [`Outcome::Accepted`] for a success without a result: status 202, or another
    /// status than 200 with an empty body.
    pub(crate) fn outcome<T: DeserializeOwned>(self) -> Result<Response<Outcome<T>>, Error> {
        if self.status == StatusCode::ACCEPTED || self.is_without_result() {
            return Ok(self.reply(Outcome::Accepted));
        }
        Ok(self.json()?.map(Outcome::Finished))
    }

    /// Like [`outcome`](Self::outcome), but the type of the body depends on the status. A 202 may have a body as well.
    pub(crate) fn outcome_by_status<T: FromStatus>(self) -> Result<Response<Outcome<T>>, Error> {
        if self.is_without_result() {
            return Ok(self.reply(Outcome::Accepted));
        }
        Ok(self.json_by_status()?.map(Outcome::Finished))
    }

    fn reply<T>(self, value: T) -> Response<T> {
        Response::new(value, self.status, self.headers, self.body).with_url(self.url)
    }

    /// Decodes a JSON body.
    pub(crate) fn json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.json_with(|_, body| serde_json::from_slice(body))
    }

    /// Decodes a JSON body whose type depends on the status.
    pub(crate) fn json_by_status<T: FromStatus>(self) -> Result<Response<T>, Error> {
        self.json_with(|status, body| T::from_status(status.as_u16(), body))
    }

    fn json_with<T: DeserializeOwned>(
        self,
        decode: impl Fn(StatusCode, &[u8]) -> Result<T, serde_json::Error>,
    ) -> Result<Response<T>, Error> {
        // A typed error text is printed, unlike the raw body.
        let hidden = reports::hide_in_reports(&self.body, &self.request.secrets);
        let body = without_bom(hidden.as_ref().unwrap_or(&self.body));
        let decoded = decode(self.status, body).or_else(|error| match whole_numbers(body) {
            Some(whole) => decode(self.status, &whole).map_err(|_| error),
            None => Err(error),
        });
        match decoded {
            Ok(value) => Ok(self.reply(value)),
            Err(error) => {
                // The serde error is not kept as `source`: it quotes values, which may be secrets.
                let detail = if self.body.is_empty() {
                    "the body is empty".to_owned()
                } else {
                    message::located::<T>(&self.body, &error)
                };
                Err(self.fail(Error::new(ErrorKind::Decode).detail(detail)))
            }
        }
    }
}

/// Returns JSON without a byte order mark, which some servers send (RFC 8259 lets a reader ignore it).
pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Returns JSON with integers in place of whole numbers such as `1.0`, which are integers in JSON Schema. `None` if it
/// has no such number.
fn whole_numbers(body: &[u8]) -> Option<Vec<u8>> {
    // Above this, not every integer has a float of its own.
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    fn replace(value: &mut serde_json::Value, found: &mut bool) {
        match value {
            serde_json::Value::Number(number) if number.is_f64() => {
                let float = number
                    .as_f64()
                    .filter(|it| it.fract() == 0.0 && it.abs() < LIMIT);
                if let Some(float) = float {
                    // The conversion is exact below the limit.
                    #[allow(clippy::cast_possible_truncation)]
                    let integer = float as i64;
                    *number = integer.into();
                    *found = true;
                }
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(|it| replace(it, found)),
            serde_json::Value::Object(members) => {
                members.values_mut().for_each(|it| replace(it, found));
            }
            _ => {}
        }
    }
    let mut value = serde_json::from_slice(body).ok()?;
    let mut found = false;
    replace(&mut value, &mut found);
    found.then(|| serde_json::to_vec(&value).ok()).flatten()
}

/// Decodes a JSON body.
pub async fn json<T: DeserializeOwned>(received: RawResponse) -> Result<Response<T>, Error> {
    received.read().await?.json()
}

/// Decoding of a JSON body whose type depends on the status. For generated code.
#[doc(hidden)]
pub trait FromStatus: DeserializeOwned {
    /// Decodes the body of a response with this status.
    fn from_status(status: u16, body: &[u8]) -> Result<Self, serde_json::Error>;
}

/// Decodes a part of a response. The error names the place, but does not quote values, which may be secrets.
pub fn part<T: DeserializeOwned>(part: &serde_json::Value) -> Result<T, Error> {
    T::deserialize(part).map_err(|error| {
        let detail = match serde_json::to_vec(part) {
            Ok(json) => message::located::<T>(&json, &error),
            Err(_) => "the value is not JSON".to_owned(),
        };
        Error::new(ErrorKind::Decode).detail(detail)
    })
}

/// Returns a reply without a value. An unexpected body is kept in the reply.
pub async fn empty(received: RawResponse) -> Result<Response<()>, Error> {
    Ok(received.read().await?.empty())
}

/// Reads the body as a UTF-8 string.
pub async fn text(received: RawResponse) -> Result<Response<String>, Error> {
    received.read().await?.text()
}

/// Returns the body as a stream.
pub async fn stream(received: RawResponse) -> Result<Response<ByteStream>, Error> {
    let RawResponse {
        mut response,
        request,
        body,
        idle_timeout,
        total_deadline,
        ..
    } = received;
    let (status, headers) = (response.status(), take_headers(&mut response));
    let length = response.content_length();
    let url = response.url().clone();
    let collected = futures_util::stream::iter(body.map(Ok));
    let stream = ByteStream {
        inner: Box::pin(collected.chain(chunks(response, request, idle_timeout, total_deadline))),
        length,
    };
    Ok(Response::new(stream, status, headers, Bytes::new()).with_url(url))
}

/// Streamed response body: a `Stream` of chunks. The stream ends after an error.
#[doc(alias = "BinaryResponse")]
#[doc(alias = "download")]
pub struct ByteStream {
    inner: Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send + Sync>>,
    length: Option<u64>,
}

impl ByteStream {
    /// Returns the `content-length` of the response, if it has one.
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// Returns the next chunk, or `None` at the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.inner.next().await.transpose()
    }

    /// Writes the remaining chunks to a writer and returns the number of bytes.
    ///
    /// The writer blocks the current thread, so it should be fast: memory, a hasher, or a file on a local disk. For
    /// others there is [`copy_to_async`](Self::copy_to_async). An error of the body is returned as an `io::Error` that wraps the [`Error`]. Earlier chunks have been written.
    pub async fn copy_to(mut self, writer: &mut impl io::Write) -> io::Result<u64> {
        let mut written = 0;
        while let Some(chunk) = self.chunk().await.map_err(io::Error::other)? {
            writer.write_all(&chunk)?;
            written += chunk.len() as u64;
        }
        writer.flush()?;
        Ok(written)
    }

    /// Writes the remaining chunks to an asynchronous writer and returns the number of bytes.
    ///
    /// For example to a `tokio::fs::File` or a socket. Errors are those of [`copy_to`](Self::copy_to).
    pub async fn copy_to_async<W>(mut self, writer: &mut W) -> io::Result<u64>
    where
        W: AsyncWrite + Unpin + ?Sized,
    {
        let mut written = 0;
        while let Some(chunk) = self.chunk().await.map_err(io::Error::other)? {
            writer.write_all(&chunk).await?;
            written += chunk.len() as u64;
        }
        writer.flush().await?;
        Ok(written)
    }

    /// Collects the remaining chunks.
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
    idle_timeout: Option<Duration>,
    total_deadline: Option<Deadline>,
) -> impl Stream<Item = Result<Bytes, Error>> + Send + Sync {
    futures_util::stream::unfold(Some((response, request)), move |state| async move {
        let (mut response, request) = state?;
        let idle = idle_timeout.map(TimeLimit::Idle).and_then(Deadline::of);
        let deadline = Deadline::earlier(idle, total_deadline);
        match next_chunk(&mut response, deadline).await {
            Ok(Some(chunk)) => Some((Ok(chunk), Some((response, request)))),
            Ok(None) => None,
            Err(error) => Some((Err(request.describe(error)), None)),
        }
    })
}

/// Reads up to `limit` bytes of a body. Returns the bytes, and the error if the body is incomplete.
pub(crate) async fn read_body(
    response: &mut reqwest::Response,
    deadline: Option<Deadline>,
    limit: usize,
) -> (Bytes, Option<Error>) {
    let mut body = Body::default();
    loop {
        match next_chunk(response, deadline).await {
            Ok(Some(chunk)) => {
                body.push(chunk, limit);
                if body.len() >= limit {
                    return (body.into_bytes(), None);
                }
            }
            Ok(None) => return (body.into_bytes(), None),
            Err(error) => return (body.into_bytes(), Some(error)),
        }
    }
}

/// The received part of a body. A body that arrives in one chunk is not copied.
#[derive(Default)]
struct Body {
    first: Bytes,
    /// All chunks, if there are several.
    chunks: BytesMut,
}

impl Body {
    fn len(&self) -> usize {
        self.first.len().max(self.chunks.len())
    }

    /// Adds as much of a chunk as the limit allows.
    fn push(&mut self, mut chunk: Bytes, limit: usize) {
        chunk.truncate(limit.saturating_sub(self.len()));
        if self.len() == 0 {
            self.first = chunk;
            return;
        }
        if self.chunks.is_empty() {
            self.chunks.extend_from_slice(&self.first);
        }
        self.chunks.extend_from_slice(&chunk);
    }

    fn into_bytes(self) -> Bytes {
        match self.chunks.is_empty() {
            true => self.first,
            false => self.chunks.freeze(),
        }
    }
}

async fn next_chunk(
    response: &mut reqwest::Response,
    deadline: Option<Deadline>,
) -> Result<Option<Bytes>, Error> {
    let chunk = within(deadline, pin!(response.chunk())).await?;
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
