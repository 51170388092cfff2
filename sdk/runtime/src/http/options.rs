//! The options of a call: what a client has by default, and what one call can have otherwise.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};

use crate::auth::credentials::Credentials;
use crate::error::Error;

/// How long one attempt may take, unless said otherwise.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
/// How often a call is repeated, unless said otherwise.
const MAX_RETRIES: u32 = 2;
/// The first delay of the back-off.
const FIRST_DELAY: Duration = Duration::from_millis(500);
/// How much of an error body is kept.
const ERROR_BODY_LIMIT: usize = 64 * 1024;

/// Options of a call. What is not set stays as the client has it.
#[derive(Clone, Default)]
pub struct CallOptions {
    timeout: Option<Option<Duration>>,
    attempt_timeout: Option<Option<Duration>>,
    max_retries: Option<u32>,
    first_delay: Option<Duration>,
    unretried: Vec<u16>,
    idempotent: Option<bool>,
    error_body_limit: Option<usize>,
    headers: HeaderMap,
    query: Vec<(String, String)>,
    credentials: Option<Arc<dyn Credentials>>,
    refusal: Option<Arc<str>>,
}

impl CallOptions {
    /// No option set.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long the call may take over all, with its retries, waiting and reading. Without a limit by default.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeout = Some(timeout.into());
        self
    }

    /// How long one attempt may take until its answer is read; for a streamed answer, how long it may be silent.
    /// 60 seconds by default.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.attempt_timeout = Some(timeout.into());
        self
    }

    /// How often a call is repeated at most; 2 by default, 0 for never. All calls together may be repeated as often as
    /// the client's [`RetryBudget`](crate::RetryBudget) allows.
    #[must_use]
    pub fn max_retries(mut self, max: u32) -> Self {
        self.max_retries = Some(max);
        self
    }

    /// The delay before the first retry, where the service does not say; it doubles with each. 500 ms by default.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = Some(delay);
        self
    }

    /// Statuses after which the call is not repeated: someone else deals with them. Ranges are welcome: `500..=599`.
    #[must_use]
    pub fn without_retry_on(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
        self.unretried.extend(statuses);
        self
    }

    /// Whether the call may be repeated although it may have been carried out. By default what its method and the
    /// API description say.
    #[must_use]
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.idempotent = Some(idempotent);
        self
    }

    /// How many bytes of the body of an error answer are kept; 64 KiB by default.
    #[must_use]
    pub fn error_body_limit(mut self, bytes: usize) -> Self {
        self.error_body_limit = Some(bytes);
        self
    }

    /// A header to send, in place of one of that name that the call would send by itself.
    ///
    /// Fails where the name or the value cannot stand in a header; no value can add a second header.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| {
            Error::invalid_argument("header", "it is not a header name").caused_by(error)
        })?;
        let mut value = HeaderValue::from_str(value).map_err(|error| {
            let why = "it has characters that a header cannot hold";
            Error::invalid_argument(name.as_str(), why).caused_by(error)
        })?;
        // The caller's headers may be credentials; nobody needs to see them in a log.
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// A pair more in the query, for what the API description does not have. Several of one name are sent in their order;
    /// those of the client that have the name are not.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// A header as [`header`](Self::header) takes it, where one that cannot be sent fails the call instead.
    #[doc(hidden)]
    #[must_use]
    pub fn header_or_refuse(self, name: &str, value: &str) -> Self {
        match self.clone().header(name, value) {
            Ok(options) => options,
            Err(error) => self.refuse(error.message().unwrap_or_default()),
        }
    }

    /// A header that a document gives to a call of its own, where the value is there.
    #[doc(hidden)]
    #[must_use]
    pub fn given_header(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.header_or_refuse(name, value),
            None => self,
        }
    }

    /// A query parameter that a document gives to a call of its own, where the value is there.
    #[doc(hidden)]
    #[must_use]
    pub fn given_query(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// A cookie that a document gives to a call of its own, where the value is there.
    #[doc(hidden)]
    #[must_use]
    pub fn given_cookie(self, name: &str, value: Option<&str>) -> Self {
        let Some(value) = value else {
            return self;
        };
        if value.contains([';', ',', ' ', '"', '\\']) {
            return self.refuse(format!("`{name}` has characters that a cookie cannot hold"));
        }
        let others = self
            .headers
            .get(COOKIE)
            .and_then(|value| value.to_str().ok());
        let cookies = match others {
            Some(others) => format!("{others}; {name}={value}"),
            None => format!("{name}={value}"),
        };
        self.header_or_refuse(COOKIE.as_str(), &cookies)
    }

    /// Another source of credentials.
    #[must_use]
    pub fn credentials(mut self, credentials: impl Credentials + 'static) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Makes every call fail before it is sent, for this reason: a client that was given a value with which no request
    /// is right.
    #[must_use]
    pub fn refuse(mut self, reason: impl Into<Arc<str>>) -> Self {
        self.refusal = Some(reason.into());
        self
    }

    /// These options, and where they are silent, those of `base`. Headers of both are sent.
    pub(crate) fn over(mut self, base: &Self) -> Self {
        self.timeout = self.timeout.or(base.timeout);
        self.attempt_timeout = self.attempt_timeout.or(base.attempt_timeout);
        self.max_retries = self.max_retries.or(base.max_retries);
        self.first_delay = self.first_delay.or(base.first_delay);
        self.unretried.extend(&base.unretried);
        self.idempotent = self.idempotent.or(base.idempotent);
        self.error_body_limit = self.error_body_limit.or(base.error_body_limit);
        for (name, value) in &base.headers {
            self.headers.entry(name).or_insert_with(|| value.clone());
        }
        let is_new = |pair: &&(String, String)| !self.query.iter().any(|(name, _)| *name == pair.0);
        let inherited: Vec<(String, String)> = base.query.iter().filter(is_new).cloned().collect();
        self.query.extend(inherited);
        self.credentials = self.credentials.or_else(|| base.credentials.clone());
        self.refusal = self.refusal.or_else(|| base.refusal.clone());
        self
    }

    pub(crate) fn overall_limit(&self) -> Option<Duration> {
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

    pub(crate) fn leaves_to_others(&self, status: u16) -> bool {
        self.unretried.contains(&status)
    }

    pub(crate) fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    pub(crate) fn idempotency(&self) -> Option<bool> {
        self.idempotent
    }

    pub(crate) fn error_limit(&self) -> usize {
        self.error_body_limit.unwrap_or(ERROR_BODY_LIMIT)
    }

    /// Query parameters that the request has beside its own.
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

/// Shows the names of headers and whether there are credentials, and the value of neither.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.overall_limit())
            .field("attempt_timeout", &self.attempt_limit())
            .field("max_retries", &self.retries())
            .field("idempotent", &self.idempotent)
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
    fn options_of_a_call_win_over_those_of_the_client() {
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
        assert_eq!(call.overall_limit(), None);
        assert_eq!(call.extra_headers()["x-a"], "call");
        assert_eq!(call.extra_headers()["x-b"], "base");
        assert_eq!(call.attempt_limit(), Some(ATTEMPT_TIMEOUT));
    }

    #[test]
    fn pairs_of_the_query_that_have_one_name_are_those_of_the_call_or_of_the_client() {
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
    fn a_header_value_cannot_break_out() {
        for value in ["a\r\nx-evil: 1", "a\nb", "\u{0}", "\u{7f}"] {
            let error = CallOptions::new().header("x-a", value).unwrap_err();
            assert!(error.to_string().contains("x-a"), "{error}");
        }
        assert!(CallOptions::new().header("x a", "v").is_err());
        assert!(CallOptions::new().header("", "v").is_err());
    }

    #[test]
    fn debug_shows_no_header_value() {
        let options = CallOptions::new().header("x-a", "marked-secret").unwrap();
        let debug = format!("{options:?}");
        assert!(
            debug.contains("x-a") && !debug.contains("marked-secret"),
            "{debug}"
        );
    }

    #[test]
    fn what_a_document_gives_to_a_call_is_sent_where_it_is_there() {
        let options = CallOptions::new()
            .given_header("x-a", None)
            .given_query("a", None)
            .given_cookie("a", None);
        assert!(options.extra_headers().is_empty() && options.extra_query().is_empty());
        let options = options
            .given_query("a", Some("1 2"))
            .given_cookie("a", Some("1"))
            .given_cookie("b", Some("2"));
        assert_eq!(options.extra_query(), [("a".to_owned(), "1 2".to_owned())]);
        assert_eq!(options.extra_headers()["cookie"], "a=1; b=2");
        let refused = options.given_cookie("c", Some("1; d=2"));
        assert!(refused.refusal().is_some_and(|why| why.contains("`c`")));
    }

    #[test]
    fn statuses_left_to_others_add_up() {
        let options = CallOptions::new().without_retry_on([429]);
        let options = CallOptions::new()
            .without_retry_on(500..=599)
            .over(&options);
        assert!(
            options.leaves_to_others(429)
                && options.leaves_to_others(503)
                && !options.leaves_to_others(408)
        );
    }
}
