//! Conversion of the errors of MCP clients.

use rmcp::ErrorData;
use rmcp::service::{ClientInitializeError, ServiceError};
use rmcp::transport::DynamicTransportError;
use rmcp::transport::streamable_http_client::StreamableHttpError;

use super::{Error, ErrorKind, ReportedError, ReportedFailure};

/// Member of the data of the error that the client creates for a response that broke off.
const BROKEN_OFF: &str = "io.modelcontextprotocol/transportClosed";

/// Converts the error of a request to an MCP server.
///
/// An error that the server responded with has the kind [`Reported`](ErrorKind::Reported). An error of the HTTP request
/// is the error that the transport returned, with its status.
impl From<ServiceError> for Error {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::McpError(data) => of_response(data),
            ServiceError::TransportSend(error) => of_transport(error),
            ServiceError::UnexpectedResponse => {
                Self::new(ErrorKind::Decode).detail("the response is not one to the request")
            }
            ServiceError::Timeout { timeout } => {
                Self::not_within("no response of the MCP server", timeout).maybe_carried_out(true)
            }
            error => Self::caused(ErrorKind::Interrupted, error).maybe_carried_out(true),
        }
    }
}

/// Converts the error of a connection to an MCP server. See the conversion of [`ServiceError`].
impl From<ClientInitializeError> for Error {
    fn from(error: ClientInitializeError) -> Self {
        match error {
            ClientInitializeError::JsonRpcError(data) => of_response(data),
            ClientInitializeError::TransportError { error, .. } => of_transport(error),
            error @ ClientInitializeError::ConnectionClosed(_) => {
                Self::caused(ErrorKind::Interrupted, error)
            }
            // The text contains the response, which can be long.
            _ => Self::new(ErrorKind::Decode).detail("the MCP server did not accept the session"),
        }
    }
}

/// Converts an error response.
fn of_response(data: ErrorData) -> Error {
    if data
        .data
        .as_ref()
        .is_some_and(|it| it.get(BROKEN_OFF).is_some())
    {
        let error = Error::new(ErrorKind::Interrupted).detail(data.message);
        return error.maybe_carried_out(true);
    }
    let errors = vec![ReportedError::of_message(&data.message)];
    ReportedFailure::new("the MCP server returned an error", errors, &data).into()
}

/// Returns the error of the HTTP transport.
fn of_transport(error: DynamicTransportError) -> Error {
    let error = match error.error.downcast::<StreamableHttpError<Error>>() {
        Ok(error) => error,
        Err(other) => return Error::new(ErrorKind::Interrupted).detail(other.to_string()),
    };
    match *error {
        StreamableHttpError::Client(error) => error,
        StreamableHttpError::ReinitializationFailed(data) => of_response(data),
        error @ StreamableHttpError::SessionExpired => Error::caused(ErrorKind::NotFound, error),
        error @ (StreamableHttpError::UnexpectedContentType(_)
        | StreamableHttpError::UnexpectedServerResponse(_)
        | StreamableHttpError::Deserialize(_)) => Error::caused(ErrorKind::Decode, error),
        error => Error::caused(ErrorKind::Interrupted, error).maybe_carried_out(true),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn sent(error: StreamableHttpError<Error>) -> Error {
        let id = std::any::TypeId::of::<()>();
        let error = DynamicTransportError::from_parts("http", id, Box::new(error));
        ServiceError::TransportSend(error).into()
    }

    #[test]
    fn keeps_the_error_of_the_http_transport() {
        let error = Error::invalid_argument("app", "it is blank");
        let converted = sent(StreamableHttpError::Client(error));
        assert_eq!(converted.kind(), ErrorKind::InvalidRequest);
        assert!(converted.to_string().contains("`app`"), "{converted}");
        let expired = sent(StreamableHttpError::SessionExpired);
        assert!(expired.is_not_found());
        let wrong = sent(StreamableHttpError::UnexpectedContentType(None));
        assert_eq!(wrong.kind(), ErrorKind::Decode);
        let ended = sent(StreamableHttpError::UnexpectedEndOfStream);
        assert_eq!(ended.kind(), ErrorKind::Interrupted);
        assert!(ended.may_have_run());
    }

    #[test]
    fn an_error_of_the_server_is_reported_with_its_message_and_data() {
        let data = ErrorData::invalid_params("there is no tool", Some(json!({ "name": "a" })));
        let error = Error::from(ServiceError::McpError(data));
        assert_eq!(error.kind(), ErrorKind::Reported);
        let message = "the MCP server returned an error: there is no tool";
        assert_eq!(error.to_string(), message);
        let reported = error.reported().unwrap().response();
        assert_eq!(reported["code"], -32602);
        assert_eq!(reported["data"]["name"], "a");
    }

    #[test]
    fn a_missing_response_may_have_been_carried_out() {
        let broken = ErrorData::internal_error("closed", Some(json!({ (BROKEN_OFF): 1 })));
        let timeout = ServiceError::Timeout {
            timeout: Duration::from_secs(3),
        };
        for (error, kind) in [
            (ServiceError::McpError(broken), ErrorKind::Interrupted),
            (ServiceError::TransportClosed, ErrorKind::Interrupted),
            (timeout, ErrorKind::Timeout),
        ] {
            let error = Error::from(error);
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.may_have_run(), "{error}");
        }
        let error = Error::from(ServiceError::UnexpectedResponse);
        assert_eq!(error.kind(), ErrorKind::Decode);
    }

    #[test]
    fn a_rejected_session_is_an_error_of_the_server() {
        let data = ErrorData::invalid_request("no", None);
        let error = Error::from(ClientInitializeError::JsonRpcError(data));
        assert_eq!(error.kind(), ErrorKind::Reported);
        let error = Error::from(ClientInitializeError::ExpectedInitResponse(None));
        assert_eq!(error.kind(), ErrorKind::Decode);
    }
}
