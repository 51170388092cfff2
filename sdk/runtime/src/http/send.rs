//! Sending of requests: credentials, time limits and retries.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::StatusCode;
use http::header::{COOKIE, HeaderValue};
use reqwest::{Request, Response, Url};
use tokio::time::sleep;
use tracing::Instrument as _;

use crate::auth::credentials::{apply, carries, choose};
use crate::error::{Error, ErrorResponse, TimeLimit};
use crate::http::context::RequestContext;
use crate::http::deadline::{Deadline, within};
use crate::http::decode::{RawResponse, read_body, take_headers};
use crate::http::observe::{self, Retry};
use crate::http::operation::{Operation, Scheme};
use crate::http::options::CallOptions;
use crate::http::request_secrets;
use crate::http::retry;
use crate::http::transport::Transport;
use crate::values::secret::SecretString;

impl Transport {
    /// Sends a request and returns its response if the status is one of the 200s.
    ///
    /// Adds the credential and the headers of the options, and retries the request if allowed. A request with a
    /// streamed body is sent only once, because the body cannot be sent again. For generated code.
    #[doc(hidden)]
    pub async fn send(
        &self,
        request: Request,
        operation: &'static Operation,
    ) -> Result<RawResponse, Error> {
        RequestSender::new(self, operation)
            .run(Box::new(request))
            .await
    }
}

/// Completes the request of an attempt.
type Prepare<'a> = dyn Fn(&mut Request) -> Result<(), Error> + Send + Sync + 'a;

/// Handling of the body of a successful response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyHandling {
    /// Collected as part of the attempt, so that a broken body is retried like a broken connection.
    Collect,
    /// Left to the caller.
    Leave,
}

/// Sends the request of one call, including retries.
pub(crate) struct RequestSender<'a> {
    transport: &'a Transport,
    options: &'a CallOptions,
    operation: &'static Operation,
    /// Deadline of the call, including retries.
    deadline: Option<Deadline>,
    attempts: u32,
    /// Changes the request of each attempt.
    prepare: Option<&'a Prepare<'a>>,
    /// `true` if a response of any status is returned, because the status is that of a forwarded request.
    forwards: bool,
    /// `true` if a 304 is a success.
    accepts_not_modified: bool,
    body: BodyHandling,
    /// `true` if the method only reads data.
    is_safe: bool,
    /// `true` if one of the attempts may have been carried out.
    may_have_run: bool,
    /// The forwarded request, if the operation forwards one.
    target: Option<Arc<str>>,
    /// Secrets of the request, redacted in errors.
    secrets: Vec<SecretString>,
}

impl<'a> RequestSender<'a> {
    pub(crate) fn new(transport: &'a Transport, operation: &'static Operation) -> Self {
        let options = transport.options();
        let limit = options.total_limit().map(TimeLimit::Total);
        let deadline = limit.and_then(Deadline::of);
        Self {
            transport,
            options,
            operation,
            deadline,
            attempts: 0,
            prepare: None,
            forwards: false,
            accepts_not_modified: false,
            body: BodyHandling::Leave,
            is_safe: matches!(operation.method, "GET" | "HEAD" | "OPTIONS"),
            may_have_run: false,
            target: None,
            secrets: Vec::new(),
        }
    }

    /// Returns responses of any status. `target` describes the forwarded request in errors.
    pub(crate) fn forwarding(mut self, target: Option<Arc<str>>) -> Self {
        self.forwards = true;
        self.target = target;
        self
    }

    /// Takes a 304 as a success.
    pub(crate) fn accepting_not_modified(mut self) -> Self {
        self.accepts_not_modified = true;
        self
    }

    fn is_success(&self, status: StatusCode) -> bool {
        status.is_success() || self.accepts_not_modified && status == StatusCode::NOT_MODIFIED
    }

    pub(crate) fn handling_body(mut self, body: BodyHandling) -> Self {
        self.body = body;
        self
    }

    /// Replaces the deadline, for a request that continues another one.
    pub(crate) fn until(mut self, deadline: Option<Deadline>) -> Self {
        self.deadline = deadline;
        self
    }

    pub(crate) fn deadline(&self) -> Option<Deadline> {
        self.deadline
    }

    /// Applies `prepare` to the request of each attempt.
    pub(crate) fn prepare_with(mut self, prepare: &'a Prepare<'a>) -> Self {
        self.prepare = Some(prepare);
        self
    }

    /// Sends the request in the span of a call.
    ///
    /// Requests are boxed, because each of the futures through which one passes stores it twice.
    pub(crate) async fn run(self, request: Box<Request>) -> Result<RawResponse, Error> {
        let (transport, operation) = (self.transport, self.operation);
        let call = pin!(self.send(request));
        observe::in_call_span(transport, operation, call).await
    }

    /// Sends the request without a span of its own, as part of a call.
    pub(crate) async fn send(mut self, request: Box<Request>) -> Result<RawResponse, Error> {
        self.is_safe = request.method().is_safe();
        let result = self.send_with_retries(request).await;
        result.map_err(|error| self.context().describe(error))
    }

    fn context(&self) -> RequestContext {
        RequestContext {
            operation: self.operation,
            target: self.target.clone(),
            attempts: self.attempts,
            may_have_run: self.may_have_run && !self.is_safe,
            secrets: self.secrets.clone(),
        }
    }

    /// Checks the request and adds headers and query parameters of the options.
    fn complete(&self, request: &mut Request) -> Result<(), Error> {
        if let Some(reason) = self.options.rejection() {
            return Err(Error::invalid_request(reason));
        }
        if !same_origin(request.url(), self.transport.base()) {
            return Err(Error::invalid_request(
                "the URL of the request does not belong to the base URL of the client",
            ));
        }
        for (name, value) in self.options.extra_headers() {
            let headers = request.headers_mut();
            let cookies = headers.get(name).filter(|_| name == COOKIE);
            let value = match cookies {
                Some(cookies) => joined_cookies(cookies, value),
                None => value.clone(),
            };
            headers.insert(name, value);
        }
        if !self.options.extra_query().is_empty() {
            let mut pairs = request.url_mut().query_pairs_mut();
            pairs.extend_pairs(self.options.extra_query());
        }
        Ok(())
    }

    async fn send_with_retries(&mut self, mut request: Box<Request>) -> Result<RawResponse, Error> {
        self.complete(&mut request)?;
        self.secrets = request_secrets::of(&request, self.operation, self.options);
        let schemes = choose(
            self.operation,
            self.options.provider().map(|source| &**source),
            |scheme| carries(&request, scheme),
        )?;
        let schemes = schemes.as_slice();
        let idempotent = self
            .options
            .idempotency()
            .unwrap_or(self.operation.idempotent);
        let budget = self.transport.retry_budget();
        budget.deposit();
        let longest = self.options.longest_delay();
        let mut backoff = retry::delays(self.options.delay(), longest);
        let mut retries_left = self.options.retries();
        let mut secrets = self.credentials(schemes, &[]).await?;
        self.secrets.extend_from_slice(&secrets);
        let mut renewed = false;
        loop {
            let copy = request.try_clone().map(Box::new);
            // Result without another attempt. The body of a forwarded response has not been read.
            let (error, unread) = match self.attempt(request, schemes, &secrets).await {
                Ok(received) if self.is_success(received.status()) => return Ok(received),
                Ok(received) => (received.unread_error(), Some(received)),
                Err(error) => (error, None),
            };
            self.may_have_run |= retry::may_have_run(&error);
            let give_up = |error| unread.ok_or(error);
            // A request with a streamed body cannot be copied.
            let Some(copy) = copy else {
                return give_up(error);
            };
            request = copy;

            // With a 401 the request was not carried out, so it may be retried even if it is not idempotent.
            if error.status() == Some(StatusCode::UNAUTHORIZED)
                && !renewed
                && !schemes.is_empty()
                && !self.is_certainly_valid(schemes, &secrets)
            {
                let renewed_secrets = self.credentials(schemes, &secrets).await?;
                if renewed_secrets == secrets {
                    return give_up(error);
                }
                self.secrets.extend_from_slice(&renewed_secrets);
                (secrets, renewed) = (renewed_secrets, true);
                self.report_retry(Duration::ZERO, &error);
                continue;
            }

            let excluded = error
                .status()
                .is_some_and(|status| self.options.excludes_retry_on(status.as_u16()));
            if retries_left == 0 || excluded || !retry::is_retryable(&error, idempotent) {
                return give_up(error);
            }
            let wait = retry::wait(&error, &mut backoff, longest, SystemTime::now());
            let Some(wait) = wait else {
                return give_up(error);
            };
            // Waiting beyond the deadline would replace this error with a less specific timeout.
            if self
                .deadline
                .is_some_and(|deadline| deadline.is_within(wait))
            {
                return give_up(error);
            }
            if !budget.withdraw() {
                return give_up(error.withhold_retry());
            }
            retries_left -= 1;
            self.report_retry(wait, &error);
            sleep(wait).await;
        }
    }

    fn report_retry(&self, after: Duration, error: &Error) {
        let retry = Retry::new(self.attempts, after, error);
        retry.report(self.operation, self.options.retry_hook());
    }

    /// Returns a secret for each scheme. `rejected` are the secrets that the service rejected, in the same order.
    async fn credentials(
        &self,
        schemes: &[&'static Scheme],
        rejected: &[SecretString],
    ) -> Result<Vec<SecretString>, Error> {
        let mut secrets = Vec::with_capacity(schemes.len());
        let Some(source) = self.options.provider() else {
            return Ok(secrets);
        };
        for (index, scheme) in schemes.iter().enumerate() {
            let secret = pin!(source.secret(scheme, rejected.get(index)));
            let secret = within(self.deadline, secret).await;
            secrets
                .push(secret.map_err(|error| error.detail("while waiting for the credential"))??);
        }
        Ok(secrets)
    }

    /// Returns `true` if a forwarded 401 is not about these secrets, because the source issued them recently.
    fn is_certainly_valid(&self, schemes: &[&'static Scheme], secrets: &[SecretString]) -> bool {
        let source = self.options.provider().filter(|_| self.forwards);
        let Some(source) = source else {
            return false;
        };
        let mut pairs = schemes.iter().zip(secrets);
        pairs.all(|(scheme, secret)| source.issued_recently(scheme, secret))
    }

    async fn attempt(
        &mut self,
        mut request: Box<Request>,
        schemes: &[&Scheme],
        secrets: &[SecretString],
    ) -> Result<RawResponse, Error> {
        for (scheme, secret) in schemes.iter().zip(secrets) {
            apply(&mut request, scheme.place, secret)?;
        }
        if let Some(prepare) = self.prepare {
            prepare(&mut request)?;
        }
        self.send_once(request).await
    }

    /// Sends the request once, in the span of an attempt.
    pub(crate) async fn send_once(&mut self, request: Box<Request>) -> Result<RawResponse, Error> {
        let span = observe::attempt_span(self.operation, &request, self.attempts);
        self.attempts += 1;
        let exchange = pin!(self.exchange(request));
        let result = exchange.instrument(span.clone()).await;
        observe::record_result(&span, &result, &self.secrets);
        result
    }

    async fn exchange(&self, request: Box<Request>) -> Result<RawResponse, Error> {
        // Held until the response is complete or left to the caller.
        let _connection = within(self.deadline, pin!(self.transport.connection()))
            .await
            .map_err(|error| error.detail("while waiting for a free connection"))?;
        let limit = self.options.attempt_limit();
        let attempt = limit.map(TimeLimit::Attempt).and_then(Deadline::of);
        let deadline = Deadline::earlier(attempt, self.deadline);
        let url = request.url().clone();
        let sent = pin!(self.transport.execute(*request));
        let response = within(deadline, sent).await?.map_err(|error| {
            match error.is_connect() && error.is_timeout() {
                true => error.limit(TimeLimit::Connect(self.transport.connect_limit())),
                false => error,
            }
        })?;
        self.transport.record_rate_limit(response.headers());
        if !self.is_success(response.status()) && !self.forwards {
            let limit = self.options.error_limit();
            return Err(error_of_response(response, &url, deadline, limit).await);
        }
        let may_have_run = self.may_have_run || retry::ran_with_status(response.status());
        let mut received = RawResponse {
            response,
            request: RequestContext {
                may_have_run: may_have_run && !self.is_safe,
                ..self.context()
            },
            body: None,
            deadline,
            total_deadline: self.deadline,
            idle_timeout: limit,
            body_limit: self.options.body_limit(),
            error_limit: self.options.error_limit(),
        };
        if self.body == BodyHandling::Collect
            && let Err(error) = received.collect().await
        {
            return Err(received.into_full().fail(error));
        }
        Ok(received)
    }
}

/// Creates the error for a response outside the 200s, with as much of the body as can be read.
pub(crate) async fn error_of_response(
    mut response: Response,
    url: &Url,
    deadline: Option<Deadline>,
    limit: usize,
) -> Error {
    let (body, _) = read_body(&mut response, deadline, limit).await;
    let status = response.status();
    let headers = take_headers(&mut response);
    let location = headers
        .get(http::header::LOCATION)
        .filter(|_| status.is_redirection())
        .and_then(|location| url.join(location.to_str().ok()?).ok());
    Error::of_response(ErrorResponse {
        status,
        headers,
        body,
        url: Some(response.url().clone()),
        location,
    })
}

/// Returns `true` if both URLs have the same origin. The credential is only sent to the origin of the base URL.
pub(crate) fn same_origin(url: &Url, base: &Url) -> bool {
    url.scheme() == base.scheme()
        && url.host_str() == base.host_str()
        && url.port_or_known_default() == base.port_or_known_default()
}

/// Returns the cookies of a request and those of the options, which replace cookies of the same names.
fn joined_cookies(of_request: &HeaderValue, of_options: &HeaderValue) -> HeaderValue {
    let mut all = cookies(of_request);
    let added = cookies(of_options);
    all.retain(|(name, _)| !added.iter().any(|(other, _)| other == name));
    all.extend(added);
    let all: Vec<&[u8]> = all.into_iter().map(|(_, cookie)| cookie).collect();
    // Parts of valid values are a valid value.
    HeaderValue::from_bytes(&all.join(&b"; "[..])).unwrap_or_else(|_| of_options.clone())
}

/// Returns the cookies of a header with their names.
fn cookies(header: &HeaderValue) -> Vec<(&[u8], &[u8])> {
    let all = header.as_bytes().split(|byte| *byte == b';');
    let all = all.map(<[u8]>::trim_ascii);
    all.map(|cookie| {
        let name = cookie.split(|byte| *byte == b'=').next();
        (name.unwrap_or_default(), cookie)
    })
    .collect()
}

#[cfg(test)]
mod faults;
#[cfg(test)]
mod spans;
#[cfg(test)]
mod tests;
