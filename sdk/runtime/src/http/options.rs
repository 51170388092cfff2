//! Options of calls. Options of a single call override those of the client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::auth::credentials::Credentials;
use crate::error::Error;
use crate::http::observe::RetryHook;

/// Default time limit for one attempt.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
/// Default maximum number of retries.
const MAX_RETRIES: u32 = 2;
/// Default delay before the first retry.
const FIRST_DELAY: Duration = Duration::from_millis(500);
/// Default maximum delay before a retry.
const LONGEST_DELAY: Duration = Duration::from_secs(60);
/// Default maximum size of a collected body in bytes.
const BODY_LIMIT: usize = 64 * 1024 * 1024;
/// Default maximum size of a kept error body in bytes.
const ERROR_BODY_LIMIT: usize = 64 * 1024;

/// Options of a call. Options that are not set are inherited from the client.
#[derive(Clone, Default)]
#[doc(alias = "RequestOptions")]
pub struct CallOptions {
    timeout: Option<Option<Duration>>,
    attempt_timeout: Option<Option<Duration>>,
    max_retries: Option<u32>,
    first_delay: Option<Duration>,
    max_retry_delay: Option<Duration>,
    unretried: Vec<u16>,
    idempotent: Option<bool>,
    follows_redirects: Option<bool>,
    response_body_limit: Option<usize>,
    error_body_limit: Option<usize>,
    headers: HeaderMap,
    secret_headers: Vec<HeaderName>,
    query: Vec<(String, String)>,
    /// Properties of a JSON body, by JSON Pointer.
    json: Vec<(String, Value)>,
    /// Values that are sent in place of those of declared parameters.
    arguments: Vec<ArgumentValue>,
    /// `true` if these are the options of one call, not of a client.
    is_of_call: bool,
    /// Names of the headers and query parameters that were set for one call.
    of_call: NamesOfCall,
    credentials: Option<Arc<dyn Credentials>>,
    rejection: Option<Arc<str>>,
    /// Receives the retries of the call, for the progress of a workflow.
    retry_hook: Option<RetryHook>,
}

/// The value of a declared parameter.
#[derive(Clone)]
struct ArgumentValue {
    /// Location of the parameter, as in OpenAPI: `query`, `header`, `path` or `cookie`.
    location: &'static str,
    name: &'static str,
    value: Value,
}

#[derive(Clone, Default)]
struct NamesOfCall {
    headers: Vec<HeaderName>,
    query: Vec<String>,
}

impl CallOptions {
    /// Creates options with nothing set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the total time limit for a call, including retries, delays and reading the body. No limit by default.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = Some(timeout.into());
        self
    }

    /// Sets the time limit for one attempt, including reading the response. 60 seconds by default.
    ///
    /// For a streamed response it limits the time until the headers are received, and the time between two chunks.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt_timeout = Some(timeout.into());
        self
    }

    /// Sets the maximum number of retries. 2 by default; 0 disables retries.
    ///
    /// The [`RetryBudget`](crate::RetryBudget) of the client limits the retries of all calls together.
    #[must_use]
    pub fn max_retries(mut self, max: u32) -> Self {
        self.max_retries = Some(max);
        self
    }

    /// Sets the delay before the first retry, unless the response has one. It doubles with each retry. 500 ms by
    /// default.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = Some(delay);
        self
    }

    /// Sets the maximum delay before a retry. 60 seconds by default.
    ///
    /// If a response requests a longer delay, for example in `Retry-After`, the call returns its error at once.
    /// [`Error::retry_after`](crate::Error::retry_after) returns the requested delay.
    #[must_use]
    pub fn max_retry_delay(mut self, delay: Duration) -> Self {
        self.max_retry_delay = Some(delay);
        self
    }

    /// Adds status codes that are never retried. Accepts ranges: `500..=599`.
    #[must_use]
    pub fn without_retry_on(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
        self.unretried.extend(statuses);
        self
    }

    /// Allows or disables retries of a request that may already have been carried out.
    ///
    /// The default depends on the HTTP method and the API description of the operation.
    #[must_use]
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = Some(idempotent);
        self
    }

    /// Follows the documented redirects of GET requests, as by default, or returns them as errors with their headers.
    #[must_use]
    pub fn follow_redirects(mut self, follow: bool) -> Self {
        self.follows_redirects = Some(follow);
        self
    }

    /// Sets the maximum size of a response body that is collected, in bytes. 64 MiB by default.
    ///
    /// A larger body is an error of the kind [`TooLarge`](crate::ErrorKind::TooLarge). Streams are not limited.
    #[must_use]
    pub fn response_body_limit(mut self, bytes: usize) -> Self {
        self.response_body_limit = Some(bytes);
        self
    }

    /// Sets the maximum size of a kept error body in bytes. 64 KiB by default.
    #[must_use]
    pub fn error_body_limit(mut self, bytes: usize) -> Self {
        self.error_body_limit = Some(bytes);
        self
    }

    /// Adds a header, replacing one of the same name that the call would send.
    ///
    /// Returns an error if the name or the value is invalid. A value with a line break is invalid.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| {
            Error::invalid_argument("header", "it is not a header name").caused_by(error)
        })?;
        let mut value = HeaderValue::from_str(value).map_err(|error| {
            let reason = "it contains characters that are not allowed in a header";
            Error::invalid_argument(name.as_str(), reason).caused_by(error)
        })?;
        // Headers of the caller may be credentials. Sensitive values are hidden in `Debug` output.
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Adds a header whose value is secret. Like [`header`](Self::header), but errors redact the value if a response
    /// echoes it.
    ///
    /// The values of `authorization`, `cookie`, `x-api-key` and headers with similar names are always redacted.
    pub fn secret_header(self, name: &str, value: &str) -> Result<Self, Error> {
        let mut options = self.header(name, value)?;
        options.secret_headers.extend(name.parse::<HeaderName>());
        Ok(options)
    }

    /// Returns these options for another host: without the headers and query parameters of the client's calls.
    #[doc(hidden)]
    #[must_use]
    pub fn for_other_host(&self) -> Self {
        Self {
            headers: HeaderMap::new(),
            secret_headers: Vec::new(),
            query: Vec::new(),
            ..self.clone()
        }
    }

    /// Marks these options as those of one call. Its headers and query parameters are also sent to another server
    /// that the operation declares.
    pub(crate) fn for_call(mut self) -> Self {
        self.is_of_call = true;
        self
    }

    /// Returns these options for another server of the API: without the headers and query parameters of the client.
    pub(crate) fn for_other_server(&self) -> Self {
        let mut options = self.clone();
        let NamesOfCall { headers, query } = &self.of_call;
        for name in self.headers.keys().filter(|name| !headers.contains(name)) {
            options.headers.remove(name);
        }
        options.query.retain(|(name, _)| query.contains(name));
        options
    }

    /// Adds a query parameter, for example one the API description does not declare.
    ///
    /// Parameters with the same name are sent in the order they were added. They replace those of the client.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Like [`header`](Self::header), but the call returns the error if the header is invalid.
    #[doc(hidden)]
    #[must_use]
    pub fn try_header(self, name: &str, value: &str) -> Self {
        match self.clone().header(name, value) {
            Ok(options) => options,
            Err(error) => self.reject(error.message().unwrap_or_default()),
        }
    }

    /// Adds a header that a workflow document declares for the call, if it has a value.
    #[doc(hidden)]
    #[must_use]
    pub fn optional_header(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.try_header(name, value),
            None => self,
        }
    }

    /// Adds a query parameter that a workflow document declares for the call, if it has a value.
    #[doc(hidden)]
    #[must_use]
    pub fn optional_query(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Adds a property of the JSON body that a workflow document declares for the call, if it has a value. The JSON
    /// Pointer leads into the body.
    #[doc(hidden)]
    #[must_use]
    pub fn optional_json(mut self, pointer: &str, value: Option<Value>) -> Self {
        self.json
            .extend(value.map(|value| (pointer.to_owned(), value)));
        self
    }

    /// Sets the value of a declared parameter as a workflow has it, if it has one. It replaces the argument of the
    /// client's method, whose type may not keep all of it, such as the offset of a time. The argument has to be present.
    #[doc(hidden)]
    #[must_use]
    pub fn optional_argument(
        mut self,
        location: &'static str,
        name: &'static str,
        value: Option<Value>,
    ) -> Self {
        self.arguments.extend(value.map(|value| ArgumentValue {
            location,
            name,
            value,
        }));
        self
    }

    /// Adds a cookie that a workflow document declares for the call, if it has a value.
    #[doc(hidden)]
    #[must_use]
    pub fn optional_cookie(self, name: &str, value: Option<&str>) -> Self {
        let Some(value) = value else {
            return self;
        };
        if value.contains([';', ',', ' ', '"', '\\']) {
            return self.reject(format!(
                "`{name}` contains characters that are not allowed in a cookie"
            ));
        }
        let others = self
            .headers
            .get(COOKIE)
            .and_then(|value| value.to_str().ok());
        let cookies = match others {
            Some(others) => format!("{others}; {name}={value}"),
            None => format!("{name}={value}"),
        };
        self.try_header(COOKIE.as_str(), &cookies)
    }

    /// Sets the source of credentials.
    #[must_use]
    pub fn credentials(mut self, credentials: impl Credentials + 'static) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Makes every call return an error with this reason before it is sent.
    ///
    /// For clients that were created with an invalid value.
    #[must_use]
    pub fn reject(mut self, reason: impl Into<Arc<str>>) -> Self {
        self.rejection = Some(reason.into());
        self
    }

    /// Completes these options with those of `base`. Headers of both are sent; these options take precedence.
    pub(crate) fn over(mut self, base: &Self) -> Self {
        if self.is_of_call {
            self.of_call.headers.extend(self.headers.keys().cloned());
            let names = self.query.iter().map(|(name, _)| name.clone());
            self.of_call.query.extend(names);
        }
        self.of_call
            .headers
            .extend_from_slice(&base.of_call.headers);
        self.of_call.query.extend_from_slice(&base.of_call.query);
        self.timeout = self.timeout.or(base.timeout);
        self.attempt_timeout = self.attempt_timeout.or(base.attempt_timeout);
        self.max_retries = self.max_retries.or(base.max_retries);
        self.first_delay = self.first_delay.or(base.first_delay);
        self.max_retry_delay = self.max_retry_delay.or(base.max_retry_delay);
        self.unretried.extend(&base.unretried);
        self.json.extend_from_slice(&base.json);
        self.arguments.extend_from_slice(&base.arguments);
        self.idempotent = self.idempotent.or(base.idempotent);
        self.follows_redirects = self.follows_redirects.or(base.follows_redirects);
        self.response_body_limit = self.response_body_limit.or(base.response_body_limit);
        self.secret_headers.extend_from_slice(&base.secret_headers);
        self.error_body_limit = self.error_body_limit.or(base.error_body_limit);
        for (name, value) in &base.headers {
            self.headers.entry(name).or_insert_with(|| value.clone());
        }
        let is_new = |pair: &&(String, String)| !self.query.iter().any(|(name, _)| *name == pair.0);
        let inherited: Vec<(String, String)> = base.query.iter().filter(is_new).cloned().collect();
        self.query.extend(inherited);
        self.credentials = self.credentials.or_else(|| base.credentials.clone());
        self.rejection = self.rejection.or_else(|| base.rejection.clone());
        self.retry_hook = self.retry_hook.or_else(|| base.retry_hook.clone());
        self
    }

    pub(crate) fn json(&self) -> &[(String, Value)] {
        &self.json
    }

    /// Returns the value that is sent in place of that of a declared parameter.
    pub(crate) fn argument(&self, location: &str, name: &str) -> Option<&Value> {
        let mut arguments = self.arguments.iter();
        let found = arguments.find(|it| it.location == location && it.name == name);
        found.map(|it| &it.value)
    }

    pub(crate) fn may_follow_redirects(&self) -> bool {
        self.follows_redirects.unwrap_or(true)
    }

    pub(crate) fn total_limit(&self) -> Option<Duration> {
        self.timeout.flatten()
    }

    pub(crate) fn attempt_limit(&self) -> Option<Duration> {
        self.attempt_timeout.unwrap_or(Some(ATTEMPT_TIMEOUT))
    }

    pub(crate) fn retries(&self) -> u32 {
        self.max_retries.unwrap_or(MAX_RETRIES)
    }

    pub(crate) fn delay(&self) -> Duration {
        self.first_delay.unwrap_or(FIRST_DELAY)
    }

    pub(crate) fn longest_delay(&self) -> Duration {
        self.max_retry_delay.unwrap_or(LONGEST_DELAY)
    }

    pub(crate) fn body_limit(&self) -> usize {
        self.response_body_limit.unwrap_or(BODY_LIMIT)
    }

    /// Returns `true` if the caller marked the header as secret.
    pub(crate) fn is_secret_header(&self, name: &HeaderName) -> bool {
        self.secret_headers.contains(name)
    }

    pub(crate) fn excludes_retry_on(&self, status: u16) -> bool {
        self.unretried.contains(&status)
    }

    pub(crate) fn rejection(&self) -> Option<&str> {
        self.rejection.as_deref()
    }

    pub(crate) fn idempotency(&self) -> Option<bool> {
        self.idempotent
    }

    pub(crate) fn on_retry(mut self, hook: Option<RetryHook>) -> Self {
        self.retry_hook = hook;
        self
    }

    pub(crate) fn retry_hook(&self) -> Option<&RetryHook> {
        self.retry_hook.as_ref()
    }

    pub(crate) fn error_limit(&self) -> usize {
        self.error_body_limit.unwrap_or(ERROR_BODY_LIMIT)
    }

    /// Query parameters that are added to those of the request.
    pub(crate) fn extra_query(&self) -> &[(String, String)] {
        &self.query
    }

    pub(crate) fn extra_headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(crate) fn provider(&self) -> Option<&Arc<dyn Credentials>> {
        self.credentials.as_ref()
    }
}

/// Shows the names of headers and the source of credentials, but no values.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.total_limit())
            .field("attempt_timeout", &self.attempt_limit())
            .field("max_retries", &self.retries())
            .field("idempotent", &self.idempotent)
            .field("follows_redirects", &self.follows_redirects)
            .field(
                "headers",
                &self
                    .headers
                    .keys()
                    .map(HeaderName::as_str)
                    .collect::<Vec<_>>(),
            )
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_a_call_override_those_of_the_client() {
        let base = CallOptions::new()
            .max_retries(5)
            .timeout(Duration::from_secs(9))
            .header("x-a", "base")
            .unwrap();
        let base = base.header("x-b", "base").unwrap();
        let call = CallOptions::new()
            .max_retries(0)
            .timeout(None)
            .header("x-a", "call")
            .unwrap()
            .over(&base);
        assert_eq!(call.retries(), 0);
        assert_eq!(call.total_limit(), None);
        assert_eq!(call.extra_headers()["x-a"], "call");
        assert_eq!(call.extra_headers()["x-b"], "base");
        assert_eq!(call.attempt_limit(), Some(ATTEMPT_TIMEOUT));
    }

    #[test]
    fn query_parameters_of_a_call_replace_those_of_the_client_by_name() {
        let base = CallOptions::new()
            .query("a", "1")
            .query("b", "1")
            .query("b", "2");
        let call = CallOptions::new()
            .query("a", "2")
            .query("a", "3")
            .over(&base);
        let pairs: Vec<(&str, &str)> = call
            .extra_query()
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(pairs, [("a", "2"), ("a", "3"), ("b", "1"), ("b", "2")]);
    }

    #[test]
    fn rejects_invalid_header_names_and_values() {
        for value in ["a\r\nx-evil: 1", "a\nb", "\u{0}", "\u{7f}"] {
            let error = CallOptions::new().header("x-a", value).unwrap_err();
            assert!(error.to_string().contains("x-a"), "{error}");
        }
        assert!(CallOptions::new().header("x a", "v").is_err());
        assert!(CallOptions::new().header("", "v").is_err());
    }

    #[test]
    fn debug_hides_header_values() {
        let options = CallOptions::new().header("x-a", "marked-secret").unwrap();
        let debug = format!("{options:?}");
        assert!(
            debug.contains("x-a") && !debug.contains("marked-secret"),
            "{debug}"
        );
    }

    #[test]
    fn sends_parameters_of_a_document_that_have_a_value() {
        let options = CallOptions::new()
            .optional_header("x-a", None)
            .optional_query("a", None)
            .optional_cookie("a", None);
        assert!(options.extra_headers().is_empty() && options.extra_query().is_empty());
        let options = options
            .optional_query("a", Some("1 2"))
            .optional_cookie("a", Some("1"))
            .optional_cookie("b", Some("2"));
        assert_eq!(options.extra_query(), [("a".to_owned(), "1 2".to_owned())]);
        assert_eq!(options.extra_headers()["cookie"], "a=1; b=2");
        let rejected = options.optional_cookie("c", Some("1; d=2"));
        assert!(
            rejected
                .rejection()
                .is_some_and(|reason| reason.contains("`c`"))
        );
    }

    #[test]
    fn statuses_that_are_not_retried_add_up() {
        let options = CallOptions::new().without_retry_on([429]);
        let options = CallOptions::new()
            .without_retry_on(500..=599)
            .over(&options);
        assert!(
            options.excludes_retry_on(429)
                && options.excludes_retry_on(503)
                && !options.excludes_retry_on(408)
        );
    }
}
