//! Following a redirect where an operation documents one: without the credential, which is the service's alone.

use reqwest::Url;

use crate::error::{Error, ErrorKind};
use crate::http::decode::RawResponse;
use crate::http::send::Call;
use crate::http::transport::Transport;

/// How many redirects are followed one after the other.
const MAX_HOPS: usize = 5;

impl Transport {
    /// Follows the redirect that `failure` is, and gives what is there.
    ///
    /// Only a GET is followed, only to an encrypted address unless the service itself has none, and with neither the
    /// credential nor the options' headers. Any other failure comes back as it is.
    pub async fn follow(&self, error: Error) -> Result<RawResponse, Error> {
        let mut error = error;
        for _ in 0..MAX_HOPS {
            let Some((operation, target)) = error.called().zip(error.location()) else {
                return Err(error);
            };
            if error.kind() != ErrorKind::Redirect
                || operation.method != "GET"
                || !self.may_go_to(target)
            {
                return Err(error);
            }
            let request = self.http().get(target.clone()).build()?;
            match Call::new(self, operation).once(request).await {
                Ok(received) => return Ok(received),
                Err(next) => error = next.for_operation(operation),
            }
        }
        Err(error)
    }

    fn may_go_to(&self, target: &Url) -> bool {
        target.scheme() == "https" || (target.scheme() == "http" && self.base().scheme() == "http")
    }
}
