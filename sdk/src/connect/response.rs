//! What an app or a workflow answered.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use pipedream_sdk_runtime::{RawResponse, decode};
use serde::de::DeserializeOwned;

use crate::Error;
use crate::call::{ByteStream, Response};

/// What an app or a workflow answered, of whatever status. Its body has not been read yet.
///
/// A status outside the 200s is no error by itself, since it is said by others; [`error_for_status`] makes it one.
///
/// [`error_for_status`]: Self::error_for_status
pub struct HttpResponse(RawResponse);

impl HttpResponse {
    pub(super) fn new(received: RawResponse) -> Self {
        Self(received)
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The same answer if its status is one of the 200s, an error with its status, headers and body otherwise.
    pub async fn error_for_status(self) -> Result<Self, Error> {
        Ok(Self(self.0.error_for_status().await?))
    }

    /// The body as a whole.
    pub async fn bytes(self) -> Result<Bytes, Error> {
        Ok(decode::empty(self.0).await?.body().clone())
    }

    /// The body as text; an error if it is not UTF-8.
    pub async fn text(self) -> Result<String, Error> {
        Ok(decode::text(self.0).await?.into_value())
    }

    /// The body as JSON of this type. The status is not looked at: see [`error_for_status`](Self::error_for_status).
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        Ok(decode::json(self.0).await?.into_value())
    }

    /// The body as it comes.
    pub async fn stream(self) -> Result<ByteStream, Error> {
        decode::stream(self.0).await.map(Response::into_value)
    }
}

/// Shows the status, and neither headers nor body, which are the user's.
impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
