//! The client as progenitor alone makes it of the same document, to be compared with: what its callers hear of.

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

/// The arguments of a call, by the names of the parameters.
pub type Arguments = BTreeMap<String, Value>;

/// What a caller hears of a call.
#[derive(Debug)]
pub struct Heard {
    /// The variant of the error, or nothing with a value.
    pub error: Option<&'static str>,
    pub status: Option<u16>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Heard {
    fn nothing(error: &'static str) -> Self {
        Self {
            error: Some(error),
            status: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }
}

/// Calls an operation by the name of its method, with a bearer token. Timeouts are those of a client that progenitor's
/// own constructor makes.
pub async fn call(base_url: &str, token: &str, method: &str, arguments: &Arguments) -> Heard {
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
    // A parameter is text on the wire, whatever its type.
    let read = serde_json::from_value(value.clone()).or_else(|_| serde_json::from_str(text));
    Some(read.unwrap_or_else(|error| panic!("{name}: {error}")))
}

async fn whole<T, E>(called: Result<ResponseValue<T>, Error<E>>) -> Heard {
    match called {
        Err(error) => failed(error).await,
        // What came as the body is given as the value alone.
        Ok(value) => Heard {
            error: None,
            status: Some(value.status().as_u16()),
            headers: value.headers().clone(),
            body: Bytes::new(),
        },
    }
}

async fn streamed<E>(called: Result<ResponseValue<ByteStream>, Error<E>>) -> Heard {
    let value = match called {
        Err(error) => return failed(error).await,
        Ok(value) => value,
    };
    let mut heard = Heard {
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
            Err(_) => heard.error = Some("stream error"),
        }
    }
    heard.body = body.freeze();
    heard
}

async fn failed<E>(error: Error<E>) -> Heard {
    match error {
        Error::CommunicationError(error) if error.is_timeout() => {
            Heard::nothing("CommunicationError (timeout)")
        }
        Error::CommunicationError(_) => Heard::nothing("CommunicationError"),
        Error::ResponseBodyError(_) => Heard::nothing("ResponseBodyError"),
        Error::InvalidResponsePayload(body, _) => Heard {
            body,
            ..Heard::nothing("InvalidResponsePayload")
        },
        Error::ErrorResponse(value) => Heard {
            status: Some(value.status().as_u16()),
            headers: value.headers().clone(),
            ..Heard::nothing("ErrorResponse")
        },
        Error::UnexpectedResponse(response) => Heard {
            status: Some(response.status().as_u16()),
            headers: response.headers().clone(),
            body: response.bytes().await.unwrap_or_default(),
            ..Heard::nothing("UnexpectedResponse")
        },
        _ => Heard::nothing("another"),
    }
}
