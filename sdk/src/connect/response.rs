//! [`HttpResponse`], the response of an app or a workflow.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use pipedream_sdk_runtime::{RawResponse, decode};
use serde::de::DeserializeOwned;

use crate::Error;
use crate::call::{ByteStream, Response};

/// The response of an app or a workflow, with any status. Its body has not been read yet.
///
/// A status outside the 200s is not an error, because the app or workflow chose it, not Pipedream. To convert it
/// into an error, call [`error_for_status`].
///
/// [`error_for_status`]: Self::error_for_status
pub struct HttpResponse(RawResponse);

impl HttpResponse {
    pub(super) fn new(received: RawResponse) -> Self {
        Self(received)
    }

    /// Returns the status code.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// Returns an error with status, headers and body if the status is not one of the 200s.
    pub async fn error_for_status(self) -> Result<Self, Error> {
        Ok(Self(self.0.error_for_status().await?))
    }

    /// Reads the body.
    pub async fn bytes(self) -> Result<Bytes, Error> {
        Ok(decode::empty(self.0).await?.body().clone())
    }

    /// Reads the body as a string. Returns an error if it is not UTF-8.
    pub async fn text(self) -> Result<String, Error> {
        Ok(decode::text(self.0).await?.into_value())
    }

    /// Reads the body as JSON, independent of the status. See [`error_for_status`](Self::error_for_status).
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        Ok(decode::json(self.0).await?.into_value())
    }

    /// Returns the body as a stream of chunks.
    pub async fn stream(self) -> Result<ByteStream, Error> {
        decode::stream(self.0).await.map(Response::into_value)
    }
}

/// Writes the status. Headers and body are omitted, because they may contain user data.
impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
