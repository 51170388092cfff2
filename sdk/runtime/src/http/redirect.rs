//! Redirects of operations that document one. The credential is not sent to the target.

use reqwest::Url;

use crate::error::{Error, ErrorKind};
use crate::http::decode::RawResponse;
use crate::http::send::RequestSender;
use crate::http::transport::Transport;

/// Maximum number of consecutive redirects.
const MAX_HOPS: usize = 5;

impl Transport {
    /// Follows the redirect that `error` describes and returns the response of its target.
    ///
    /// Only GET requests are followed, and only to an https URL, or to http if the service itself uses http.
    /// Neither the credential nor the headers of the options are sent. Any other error is returned unchanged.
    pub async fn follow(&self, error: Error) -> Result<RawResponse, Error> {
        let mut error = error;
        for _ in 0..MAX_HOPS {
            let Some((operation, target)) = error.called().zip(error.location()) else {
                return Err(error);
            };
            if error.kind() != ErrorKind::Redirect
                || operation.method != "GET"
                || !self.may_follow(target)
            {
                return Err(error);
            }
            let request = self.http().get(target.clone()).build()?;
            match RequestSender::new(self, operation).send_once(request).await {
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
