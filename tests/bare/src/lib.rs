//! The client that progenitor generates from the same document, for comparison, and the results of its calls.

#[allow(
    clippy::all,
    unreachable_pub,
    unused,
    mismatched_lifetime_syntaxes,
    rustdoc::all
)]
mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use progenitor_client::{ByteStream, Error, ResponseValue};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Arguments of a call, by parameter name.
pub type Arguments = BTreeMap<String, Value>;

/// Result of a call.
#[derive(Debug)]
pub struct CallResult {
    /// Variant of the error; `None` if there is a value.
    pub error: Option<&'static str>,
    pub status: Option<u16>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl CallResult {
    fn failure(error: &'static str) -> Self {
        Self {
            error: Some(error),
            status: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }
}

/// Calls an operation by its method name, with a bearer token. Uses the timeouts of progenitor's own constructor.
pub async fn call(base_url: &str, token: &str, method: &str, arguments: &Arguments) -> CallResult {
    let mut headers = HeaderMap::new();
    let bearer = HeaderValue::from_str(&format!("Bearer {token}"));
    headers.insert(
        AUTHORIZATION,
        bearer.expect("a token that a header can hold"),
    );
    let limit = Duration::from_secs(15);
    let http = reqwest::Client::builder()
        .connect_timeout(limit)
        .timeout(limit)
        .default_headers(headers)
        .build()
        .expect("an HTTP client");
    let client = client::Client::new_with_client(base_url, http);
    client::call(&client, method, arguments).await
}

fn argument<T: DeserializeOwned>(arguments: &Arguments, name: &str) -> T {
    optional(arguments, name).unwrap_or_else(|| panic!("no argument {name}"))
}

fn optional<T: DeserializeOwned>(arguments: &Arguments, name: &str) -> Option<T> {
    let value = arguments.get(name)?;
    let text = value.as_str().unwrap_or_default();
    // A parameter of any type may be a string here.
    let read = serde_json::from_value(value.clone()).or_else(|_| serde_json::from_str(text));
    Some(read.unwrap_or_else(|error| panic!("{name}: {error}")))
}

async fn decoded<T, E>(called: Result<ResponseValue<T>, Error<E>>) -> CallResult {
    match called {
        Err(error) => failed(error).await,
        // The body is only available as the decoded value.
        Ok(value) => CallResult {
            error: None,
            status: Some(value.status().as_u16()),
            headers: value.headers().clone(),
            body: Bytes::new(),
        },
    }
}

async fn streamed<E>(called: Result<ResponseValue<ByteStream>, Error<E>>) -> CallResult {
    let value = match called {
        Err(error) => return failed(error).await,
        Ok(value) => value,
    };
    let mut result = CallResult {
        error: None,
        status: Some(value.status().as_u16()),
        headers: value.headers().clone(),
        body: Bytes::new(),
    };
    let mut body = BytesMut::new();
    let mut chunks = value.into_inner_stream();
    while let Some(chunk) = chunks.next().await {
        match chunk {
            Ok(chunk) => body.extend_from_slice(&chunk),
            Err(_) => result.error = Some("stream error"),
        }
    }
    result.body = body.freeze();
    result
}

async fn failed<E>(error: Error<E>) -> CallResult {
    match error {
        Error::CommunicationError(error) if error.is_timeout() => {
            CallResult::failure("CommunicationError (timeout)")
        }
        Error::CommunicationError(_) => CallResult::failure("CommunicationError"),
        Error::ResponseBodyError(_) => CallResult::failure("ResponseBodyError"),
        Error::InvalidResponsePayload(body, _) => CallResult {
            body,
            ..CallResult::failure("InvalidResponsePayload")
        },
        Error::ErrorResponse(value) => CallResult {
            status: Some(value.status().as_u16()),
            headers: value.headers().clone(),
            ..CallResult::failure("ErrorResponse")
        },
        Error::UnexpectedResponse(response) => CallResult {
            status: Some(response.status().as_u16()),
            headers: response.headers().clone(),
            body: response.bytes().await.unwrap_or_default(),
            ..CallResult::failure("UnexpectedResponse")
        },
        _ => CallResult::failure("another"),
    }
}
