//! Redirects of operations that document one. The credential is not sent to the target.

use std::pin::pin;

use reqwest::Url;

use crate::error::{Error, ErrorKind, TimeLimit};
use crate::http::deadline::Deadline;
use crate::http::decode::RawResponse;
use crate::http::observe;
use crate::http::send::{BodyHandling, RequestSender};
use crate::http::transport::Transport;

/// Maximum number of consecutive redirects.
const MAX_HOPS: usize = 5;

impl Transport {
    /// Follows the redirect that `error` describes and returns the response of its target.
    ///
    /// Only GET requests are followed, and only to an https URL, or to http if the service itself uses http.
    /// Neither the credential nor the headers of the options are sent. Any other error is returned unchanged.
    pub async fn follow(&self, error: Error) -> Result<RawResponse, Error> {
        let deadline = self.options().total_limit().map(TimeLimit::Total);
        let deadline = deadline.and_then(Deadline::of);
        let Some(operation) = error.called() else {
            return Err(error);
        };
        let call = pin!(self.follow_until(error, deadline, BodyHandling::Leave));
        observe::in_call_span(self, operation, call).await
    }

    /// Like [`follow`](Self::follow), but all requests together have to meet the deadline.
    pub(crate) async fn follow_until(
        &self,
        error: Error,
        deadline: Option<Deadline>,
        body: BodyHandling,
    ) -> Result<RawResponse, Error> {
        let mut error = error;
        for _ in 0..MAX_HOPS {
            let Some((operation, target)) = error.called().zip(error.location()) else {
                return Err(error);
            };
            if !self.options().may_follow_redirects()
                || error.kind() != ErrorKind::Redirect
                || operation.method != "GET"
                || !self.may_follow(target)
            {
                return Err(error);
            }
            let request = self.http().get(target.clone()).build()?;
            let sender = RequestSender::new(self, operation)
                .until(deadline)
                .handling_body(body);
            match { sender }.send_once(Box::new(request)).await {
                Ok(received) => return Ok(received),
                Err(next) => error = next.for_operation(operation),
            }
        }
        Err(error)
    }

    fn may_follow(&self, target: &Url) -> bool {
        target.scheme() == "https" || (target.scheme() == "http" && self.base().scheme() == "http")
    }
}
