//! Categories of errors.

use http::StatusCode;

/// Categories of [`Error`](crate::Error), each with what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A client could not be built from its settings. Nothing was sent.
    ///
    /// Troubleshooting: the message names every setting that is missing or invalid.
    Configuration,
    /// A request could not be built because a value is missing or invalid. Nothing was sent.
    ///
    /// Troubleshooting: the message names the value. This is a mistake in the calling code or in user input; the
    /// same call fails again.
    InvalidRequest,
    /// No credential could be obtained: the client has none or one of another kind, or the token endpoint rejected
    /// the client. The call itself was not sent.
    ///
    /// Troubleshooting: check the client id and secret, and the kind of credential that the operation accepts. An
    /// outage of the token endpoint has the kind of that outage instead, for example [`Server`](Self::Server).
    Credential,
    /// The service rejected the credential (status 401), also after it was renewed.
    ///
    /// Troubleshooting: check that the credential is current and belongs to this project and environment.
    Unauthorized,
    /// The credential does not permit the call (status 403).
    ///
    /// Troubleshooting: check the scopes of the token and the plan of the workspace.
    Forbidden,
    /// The requested object does not exist (status 404), or not for this project, environment or user.
    ///
    /// Troubleshooting: check the id. If a DELETE was retried, the first attempt may have deleted the object; then
    /// [`may_have_run`](crate::Error::may_have_run) returns `true`.
    NotFound,
    /// Too many requests (status 429), also after the retries.
    ///
    /// Troubleshooting: wait for [`retry_after`](crate::Error::retry_after), and send fewer requests at a time.
    RateLimited,
    /// The service rejected the request with another status of the 400s.
    ///
    /// Troubleshooting: read [`message`](crate::Error::message), [`code`](crate::Error::code) and
    /// [`details`](crate::Error::details). The same call fails again, except after status 408.
    Rejected,
    /// The service failed (status of the 500s), also after the retries.
    ///
    /// Troubleshooting: try again later. A request that is not idempotent may have been carried out.
    Server,
    /// The service returned a status outside of the 200s to 500s, or the token endpoint returned one that does not
    /// concern the credentials, such as 404.
    ///
    /// Troubleshooting: check the base URL. A proxy in between may have responded.
    UnexpectedStatus,
    /// The service returned a redirect (status of the 300s). Redirects are not followed with a credential.
    ///
    /// Troubleshooting: check the base URL. The `location` header has the new URL.
    Redirect,
    /// The response has a status of the 200s and a body that does not match the documented type.
    ///
    /// Troubleshooting: the message has the position in the body. The request was carried out, and
    /// [`body`](crate::Error::body) has the data. Report the difference.
    Decode,
    /// A response body is larger than
    /// [`CallOptions::response_body_limit`](crate::CallOptions::response_body_limit).
    ///
    /// Troubleshooting: the message has the size and the limit. The request was carried out. Raise the limit, request
    /// smaller pages, or read the response as a stream.
    TooLarge,
    /// The connection broke while the body of a response with a status of the 200s was being received.
    ///
    /// Troubleshooting: try again. Idempotent requests have been retried; another request has been carried out.
    Truncated,
    /// A time limit was reached before the response was complete, or before an awaited condition occurred.
    ///
    /// Troubleshooting: the message names the limit. Raise it or try again. A request that is not idempotent may
    /// have been carried out.
    Timeout,
    /// The service could not be reached. The request was not carried out.
    ///
    /// Troubleshooting: check network, DNS, TLS and proxy settings, then try again.
    Connect,
    /// The connection closed before the response arrived, or a layer around the request failed.
    ///
    /// Troubleshooting: try again. A request that is not idempotent may have been carried out.
    Interrupted,
    /// A workflow stopped although its calls succeeded: a response does not meet a condition of the workflow, or a
    /// limit of the run was reached.
    ///
    /// Troubleshooting: the message names the step and the condition.
    /// [`workflow_error`](crate::Error::workflow_error) has the outputs of the finished steps.
    Workflow,
    /// A webhook delivery was rejected: its signature is missing or wrong, it is too old, or it cannot be parsed.
    ///
    /// Troubleshooting: check the signing key and the clock. Do not process the delivery.
    Webhook,
    /// A response with a status of the 200s reports that the requested action failed.
    ///
    /// Troubleshooting: [`reported`](crate::Error::reported) has the reported errors.
    Reported,
}

impl ErrorKind {
    /// Returns the name of the kind in snake case, as in [`Error::to_json`](crate::Error::to_json): `not_found`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::InvalidRequest => "invalid_request",
            Self::Credential => "credential",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::Rejected => "rejected",
            Self::Server => "server",
            Self::UnexpectedStatus => "unexpected_status",
            Self::Redirect => "redirect",
            Self::Decode => "decode",
            Self::TooLarge => "too_large",
            Self::Truncated => "truncated",
            Self::Timeout => "timeout",
            Self::Connect => "connect",
            Self::Interrupted => "interrupted",
            Self::Workflow => "workflow",
            Self::Webhook => "webhook",
            Self::Reported => "reported",
        }
    }

    /// Returns the kind of an error response with this status.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            300..=399 => Self::Redirect,
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            429 => Self::RateLimited,
            400..=499 => Self::Rejected,
            500..=599 => Self::Server,
            _ => Self::UnexpectedStatus,
        }
    }

    /// `true` if the kind was derived from the status of an error response.
    pub(crate) fn is_of_status(self) -> bool {
        matches!(
            self,
            Self::Unauthorized
                | Self::Forbidden
                | Self::NotFound
                | Self::RateLimited
                | Self::Rejected
                | Self::Server
                | Self::UnexpectedStatus
        )
    }
}
