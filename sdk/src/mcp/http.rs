//! HTTP transport of MCP messages: the transport of the SDK, with its credentials and retries.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use pipedream_sdk_runtime::{Operation, RawResponse, Transport, decode, header_value};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::common::http_header::{
    EVENT_STREAM_MIME_TYPE, HEADER_LAST_EVENT_ID, HEADER_SESSION_ID, JSON_MIME_TYPE,
};
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpClientTransportConfig, StreamableHttpError,
    StreamableHttpPostResponse,
};
use sse_stream::Sse;

use super::events::events;
use crate::Error;
use crate::call::CallOptions;
use crate::raw::operations::SCHEME_OAUTH2;

/// A request of a tool's call is not repeated if it may have been carried out.
static CALL_TOOL: Operation = Operation {
    id: "mcpCallTool",
    method: "POST",
    path: "/",
    security: &[&[&SCHEME_OAUTH2]],
    idempotent: false,
    secrets: &[],
};
/// Requests that have no variant below. The protocol can be extended by methods that change something.
static REQUEST: Operation = Operation {
    id: "mcpRequest",
    ..CALL_TOOL
};
static INITIALIZE: Operation = Operation {
    id: "mcpInitialize",
    idempotent: true,
    ..CALL_TOOL
};
static LIST_TOOLS: Operation = Operation {
    id: "mcpListTools",
    idempotent: true,
    ..CALL_TOOL
};
static PING: Operation = Operation {
    id: "mcpPing",
    idempotent: true,
    ..CALL_TOOL
};
/// Notifications, and responses to requests of the server.
static NOTIFY: Operation = Operation {
    id: "mcpNotify",
    ..CALL_TOOL
};
static LISTEN: Operation = Operation {
    id: "mcpListen",
    method: "GET",
    idempotent: true,
    ..CALL_TOOL
};
static END_SESSION: Operation = Operation {
    id: "mcpEndSession",
    method: "DELETE",
    idempotent: true,
    ..CALL_TOOL
};

type Headers = HashMap<HeaderName, HeaderValue>;
type Result<T> = std::result::Result<T, StreamableHttpError<Error>>;
type Events = BoxStream<'static, std::result::Result<Sse, SseError>>;

/// Sends messages to the base URL of its transport.
#[derive(Clone, Debug)]
pub(super) struct HttpClient {
    transport: Transport,
    headers: HeaderMap,
}

impl HttpClient {
    pub(super) fn new(transport: Transport, headers: HeaderMap) -> Self {
        Self { transport, headers }
    }

    async fn send(
        &self,
        operation: &'static Operation,
        transport: &Transport,
        headers: Headers,
        session: Option<&str>,
        body: Option<Bytes>,
    ) -> std::result::Result<RawResponse, Error> {
        let method = match operation.method {
            "GET" => Method::GET,
            "DELETE" => Method::DELETE,
            _ => Method::POST,
        };
        let mut request = transport
            .http()
            .request(method, transport.base_url())
            .headers(self.headers.clone())
            .headers(headers.into_iter().collect());
        if let Some(session) = session {
            let value = header_value(HEADER_SESSION_ID, session)?;
            request = request.header(HEADER_SESSION_ID, value);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, JSON_MIME_TYPE).body(body);
        }
        transport.send(request.build()?, operation).await
    }

    async fn post(
        &self,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        mut headers: Headers,
        event_limit: usize,
    ) -> Result<StreamableHttpPostResponse> {
        let operation = operation_of(&message);
        let body = serde_json::to_vec(&message)?;
        let accepted = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(ACCEPT, accepted);
        let session = session.as_deref();
        let sent = self.send(
            operation,
            &self.transport,
            headers,
            session,
            Some(body.into()),
        );
        let received = match sent.await {
            Ok(received) => received,
            // The client then starts a new session.
            Err(error) if error.is_not_found() && session.is_some() => {
                return Err(StreamableHttpError::SessionExpired);
            }
            Err(error) => return Err(StreamableHttpError::Client(error)),
        };
        if matches!(
            received.status(),
            StatusCode::ACCEPTED | StatusCode::NO_CONTENT
        ) {
            return Ok(StreamableHttpPostResponse::Accepted);
        }
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        let new_session = received.headers().get(HEADER_SESSION_ID).and_then(text);
        let content_type = received.headers().get(CONTENT_TYPE).and_then(text);
        let expects_response = matches!(message, JsonRpcMessage::Request(_));
        match media_type(content_type.as_deref()) {
            Some(EVENT_STREAM_MIME_TYPE) => {
                let body = decode::stream(received).await;
                let body = body.map_err(StreamableHttpError::Client)?.into_value();
                let events = events(body, event_limit);
                Ok(StreamableHttpPostResponse::Sse(events, new_session))
            }
            _ if !expects_response => Ok(StreamableHttpPostResponse::Accepted),
            Some(JSON_MIME_TYPE) => {
                let response = decode::json::<ServerJsonRpcMessage>(received).await;
                let response = response.map_err(StreamableHttpError::Client)?.into_value();
                Ok(StreamableHttpPostResponse::Json(response, new_session))
            }
            _ => Err(StreamableHttpError::UnexpectedContentType(content_type)),
        }
    }

    async fn listen(
        &self,
        session: Option<Arc<str>>,
        last_event: Option<String>,
        mut headers: Headers,
        event_limit: usize,
    ) -> Result<Events> {
        headers.insert(ACCEPT, HeaderValue::from_static(EVENT_STREAM_MIME_TYPE));
        if let Some(last_event) = last_event {
            let value = header_value(HEADER_LAST_EVENT_ID, last_event);
            let value = value.map_err(StreamableHttpError::Client)?;
            headers.insert(HeaderName::from_static("last-event-id"), value);
        }
        // The server can be silent for any time.
        let unlimited = CallOptions::new().attempt_timeout(None).timeout(None);
        let transport = self.transport.with_options(unlimited);
        let sent = self.send(&LISTEN, &transport, headers, session.as_deref(), None);
        let received = match sent.await {
            Ok(received) => received,
            Err(error) if error.status() == Some(StatusCode::METHOD_NOT_ALLOWED) => {
                return Err(StreamableHttpError::ServerDoesNotSupportSse);
            }
            Err(error) => return Err(StreamableHttpError::Client(error)),
        };
        let body = decode::stream(received).await;
        let body = body.map_err(StreamableHttpError::Client)?.into_value();
        Ok(events(body, event_limit))
    }
}

/// Returns the operation that describes a message in errors and spans.
fn operation_of(message: &ClientJsonRpcMessage) -> &'static Operation {
    let JsonRpcMessage::Request(request) = message else {
        return &NOTIFY;
    };
    match &request.request {
        ClientRequest::InitializeRequest(_) => &INITIALIZE,
        ClientRequest::ListToolsRequest(_) => &LIST_TOOLS,
        ClientRequest::CallToolRequest(_) => &CALL_TOOL,
        ClientRequest::PingRequest(_) => &PING,
        _ => &REQUEST,
    }
}

/// Returns the media type without its parameters.
fn media_type(content_type: Option<&str>) -> Option<&str> {
    let (media_type, _) = content_type?.split_once(';').unwrap_or((content_type?, ""));
    let known = [EVENT_STREAM_MIME_TYPE, JSON_MIME_TYPE];
    known
        .into_iter()
        .find(|known| media_type.trim().eq_ignore_ascii_case(known))
}

/// The transport adds the credential, so `auth_header` is not used. `uri` is the base URL of the transport.
impl StreamableHttpClient for HttpClient {
    type Error = Error;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<StreamableHttpPostResponse> {
        let limit = StreamableHttpClientTransportConfig::default().max_sse_event_size;
        self.post_message_with_max_sse_event_size(
            uri,
            message,
            session_id,
            auth_header,
            custom_headers,
            limit,
        )
        .await
    }

    async fn post_message_with_max_sse_event_size(
        &self,
        _uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        _auth_header: Option<String>,
        custom_headers: Headers,
        max_sse_event_size: usize,
    ) -> Result<StreamableHttpPostResponse> {
        self.post(message, session_id, custom_headers, max_sse_event_size)
            .await
    }

    async fn delete_session(
        &self,
        _uri: Arc<str>,
        session_id: Arc<str>,
        _auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<()> {
        let sent = self.send(
            &END_SESSION,
            &self.transport,
            custom_headers,
            Some(&session_id),
            None,
        );
        match sent.await {
            Ok(_) => Ok(()),
            Err(error) if error.status() == Some(StatusCode::METHOD_NOT_ALLOWED) => {
                Err(StreamableHttpError::ServerDoesNotSupportDeleteSession)
            }
            // The session has ended already.
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(StreamableHttpError::Client(error)),
        }
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<Events> {
        let limit = StreamableHttpClientTransportConfig::default().max_sse_event_size;
        self.get_stream_with_max_sse_event_size(
            uri,
            session_id,
            last_event_id,
            auth_header,
            custom_headers,
            limit,
        )
        .await
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        _uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        _auth_header: Option<String>,
        custom_headers: Headers,
        max_sse_event_size: usize,
    ) -> Result<Events> {
        self.listen(
            session_id,
            last_event_id,
            custom_headers,
            max_sse_event_size,
        )
        .await
    }
}
