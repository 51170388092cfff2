//! Sends requests: credentials, timeouts, retries and spans, alike for every operation.

use std::sync::Arc;
use std::time::SystemTime;

use http::StatusCode;
use reqwest::{Request, Response, Url};
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use crate::auth::credentials::{apply, carries, choose};
use crate::error::{Error, ErrorResponse, TimeLimit};
use crate::http::context::RequestContext;
use crate::http::deadline::{Deadline, within};
use crate::http::decode::{RawResponse, read_body, take_headers};
use crate::http::operation::{Operation, Scheme};
use crate::http::options::CallOptions;
use crate::http::request_secrets;
use crate::http::retry;
use crate::http::transport::Transport;
use crate::values::secret::SecretString;

impl Transport {
    /// Sends a request and gives its answer, when that is one of the 200s.
    ///
    /// Adds the credential and the options' headers, and repeats the request where that is allowed. A body that is
    /// streamed cannot be repeated, so it gets one attempt. For generated code.
    #[doc(hidden)]
    pub async fn send(
        &self,
        request: Request,
        operation: &'static Operation,
    ) -> Result<RawResponse, Error> {
        Call::new(self, operation).run(request).await
    }
}

/// Completes the request of an attempt.
type Prepare<'a> = dyn Fn(&mut Request) -> Result<(), Error> + Send + Sync + 'a;

/// One call with its attempts.
pub(crate) struct Call<'a> {
    transport: &'a Transport,
    options: &'a CallOptions,
    operation: &'static Operation,
    /// When all of it has to be over.
    deadline: Option<Deadline>,
    attempts: u32,
    /// What makes each attempt's request different from the others.
    prepare: Option<&'a Prepare<'a>>,
    /// Whether an answer of any status is given, since the status is not the service's own.
    forwards: bool,
    /// The request that the operation passes on.
    target: Option<Arc<str>>,
    /// What the request carries that no error may show.
    secrets: Vec<SecretString>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(transport: &'a Transport, operation: &'static Operation) -> Self {
        let options = transport.options();
        let limit = options.overall_limit().map(TimeLimit::Total);
        let deadline = limit.and_then(Deadline::of);
        Self {
            transport,
            options,
            operation,
            deadline,
            attempts: 0,
            prepare: None,
            forwards: false,
            target: None,
            secrets: Vec::new(),
        }
    }

    /// The same, giving answers of any status.
    pub(crate) fn forwarding(mut self, target: Option<Arc<str>>) -> Self {
        self.forwards = true;
        self.target = target;
        self
    }

    /// The same, completing the request of each attempt by this.
    pub(crate) fn prepared_by(mut self, prepare: &'a Prepare<'a>) -> Self {
        self.prepare = Some(prepare);
        self
    }

    pub(crate) async fn run(mut self, request: Request) -> Result<RawResponse, Error> {
        let result = self.repeat(request).await;
        result.map_err(|error| self.context().describe(error))
    }

    fn context(&self) -> RequestContext {
        RequestContext {
            operation: self.operation,
            target: self.target.clone(),
            attempts: self.attempts,
            secrets: self.secrets.clone(),
        }
    }

    async fn repeat(&mut self, mut request: Request) -> Result<RawResponse, Error> {
        if let Some(reason) = self.options.refusal() {
            return Err(Error::invalid_request(reason));
        }
        if !same_origin(request.url(), self.transport.base()) {
            return Err(Error::invalid_request(
                "its address is not one of this service",
            ));
        }
        for (name, value) in self.options.extra_headers() {
            request.headers_mut().insert(name, value.clone());
        }
        if !self.options.extra_query().is_empty() {
            let mut pairs = request.url_mut().query_pairs_mut();
            pairs.extend_pairs(self.options.extra_query());
        }
        self.secrets = request_secrets::of(&request, self.operation);
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
        let mut backoff = retry::delays(self.options.delay());
        let mut retries_left = self.options.retries();
        let mut secrets = self.credentials(schemes, &[]).await?;
        self.secrets.extend_from_slice(&secrets);
        let mut renewed = false;
        loop {
            let copy = request.try_clone();
            // What is given if the request is not sent again. An answer that is forwarded has not been read by then.
            let (error, unread) = match self.attempt(request, schemes, &secrets).await {
                Ok(received) if received.status().is_success() => return Ok(received),
                Ok(received) => (received.unread_error(), Some(received)),
                Err(error) => (error, None),
            };
            let give_up = |error| unread.ok_or(error);
            // Without a copy there is nothing to send again: the body was a stream.
            let Some(copy) = copy else {
                return give_up(error);
            };
            request = copy;

            // A 401 is a refusal, so even what is not idempotent may be sent again, once, with a new credential.
            if error.status().is_some_and(|status| status.as_u16() == 401)
                && !renewed
                && !schemes.is_empty()
            {
                let renewal = self.credentials(schemes, &secrets).await?;
                if renewal == secrets {
                    return give_up(error);
                }
                self.secrets.extend_from_slice(&renewal);
                (secrets, renewed) = (renewal, true);
                continue;
            }

            let left_to_others = error
                .status()
                .is_some_and(|status| self.options.leaves_to_others(status.as_u16()));
            if retries_left == 0 || left_to_others || !retry::is_worthwhile(&error, idempotent) {
                return give_up(error);
            }
            let wait = retry::wait(&error, &mut backoff, SystemTime::now());
            // Waiting beyond the deadline would only replace this failure by one that says less.
            if self
                .deadline
                .is_some_and(|deadline| Instant::now() + wait >= deadline.at())
            {
                return give_up(error);
            }
            if !budget.withdraw() {
                return give_up(error.withhold_retry());
            }
            retries_left -= 1;
            sleep(wait).await;
        }
    }

    /// A secret for each scheme. `rejected` are those that were refused, in the same order.
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
            let secret = source.secret(scheme, rejected.get(index));
            let secret = within(self.deadline, secret).await;
            secrets.push(secret.map_err(|late| late.detail("while waiting for the credential"))??);
        }
        Ok(secrets)
    }

    async fn attempt(
        &mut self,
        mut request: Request,
        schemes: &[&Scheme],
        secrets: &[SecretString],
    ) -> Result<RawResponse, Error> {
        for (scheme, secret) in schemes.iter().zip(secrets) {
            apply(&mut request, scheme.place, secret)?;
        }
        if let Some(prepare) = self.prepare {
            prepare(&mut request)?;
        }
        self.once(request).await
    }

    /// Sends the request once, in a span of its own, as OpenTelemetry has it for HTTP clients.
    pub(crate) async fn once(&mut self, request: Request) -> Result<RawResponse, Error> {
        // The address itself is in no field: its path or query may hold a token.
        let span = tracing::info_span!(
            "HTTP request",
            otel.name = format_args!("{} {}", self.operation.method, self.operation.path),
            otel.kind = "client",
            http.request.method = self.operation.method,
            http.request.resend_count = (self.attempts > 0).then_some(self.attempts),
            http.response.status_code = tracing::field::Empty,
            server.address = request.url().host_str(),
            server.port = request.url().port_or_known_default(),
            url.scheme = request.url().scheme(),
            url.template = self.operation.path,
            error.type = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        );
        self.attempts += 1;
        let result = self.exchange(request).instrument(span.clone()).await;
        match &result {
            Ok(received) => record_status(&span, received.status()),
            Err(error) => record_error(&span, error),
        }
        result
    }

    async fn exchange(&self, request: Request) -> Result<RawResponse, Error> {
        let limit = self.options.attempt_limit();
        let attempt = limit.map(TimeLimit::Attempt).and_then(Deadline::of);
        let deadline = Deadline::earlier(attempt, self.deadline);
        let asked = request.url().clone();
        let sent = self.transport.http().execute(request);
        let response = within(deadline, sent).await?.map_err(|error| {
            let error = Error::from(error);
            match error.is_connect() && error.is_timeout() {
                true => error.limit(TimeLimit::Connect(self.transport.connect_limit())),
                false => error,
            }
        })?;
        self.transport.note_rate_limit(response.headers());
        if response.status().is_success() || self.forwards {
            return Ok(RawResponse {
                response,
                request: self.context(),
                deadline,
                silence: limit,
                error_limit: self.options.error_limit(),
            });
        }
        Err(refused(response, &asked, deadline, self.options.error_limit()).await)
    }
}

/// The failure that an answer outside the 200s is. Whatever of its body can be had is kept.
pub(crate) async fn refused(
    mut response: Response,
    asked: &Url,
    deadline: Option<Deadline>,
    limit: usize,
) -> Error {
    let (body, _) = read_body(&mut response, deadline, limit).await;
    let status = response.status();
    let headers = take_headers(&mut response);
    let location = headers
        .get(http::header::LOCATION)
        .filter(|_| status.is_redirection())
        .and_then(|location| asked.join(location.to_str().ok()?).ok());
    Error::of_response(ErrorResponse {
        status,
        headers,
        body,
        location,
    })
}

/// An answer, and whether it is an error to the caller: one from the 400s on, as OpenTelemetry has it for clients.
fn record_status(span: &tracing::Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
    if status.is_client_error() || status.is_server_error() {
        span.record("error.type", status.as_str());
        span.record("otel.status_code", "ERROR");
    }
}

fn record_error(span: &tracing::Span, error: &Error) {
    match error.status() {
        Some(status) => record_status(span, status),
        None => {
            span.record("error.type", tracing::field::debug(error.kind()));
            span.record("otel.status_code", "ERROR");
        }
    }
}

/// Whether a request would go to the service that the credential is for.
fn same_origin(url: &Url, base: &Url) -> bool {
    url.scheme() == base.scheme()
        && url.host_str() == base.host_str()
        && url.port_or_known_default() == base.port_or_known_default()
}

#[cfg(test)]
mod spans;
#[cfg(test)]
mod tests;
