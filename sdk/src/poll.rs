//! Polling with growing delays, a time limit, and retries of transient errors.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use tokio::time::{Instant, sleep, timeout_at};

use crate::Error;

/// Default time limit.
const TIMEOUT: Duration = Duration::from_secs(600);
/// Default delay after the first request.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// Longest delay. The arithmetic of longer ones could overflow.
const LONGEST_PAUSE: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// Longest delay that a service can request from a wait without a time limit.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);
/// Ratio of the longest delay to the first one.
const LONGEST: u32 = 8;

/// Time limit and first delay of a wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Poll {
    pub(crate) timeout: Duration,
    pub(crate) first_pause: Duration,
}

impl Default for Poll {
    fn default() -> Self {
        Self {
            timeout: TIMEOUT,
            first_pause: FIRST_PAUSE,
        }
    }
}

impl Poll {
    /// Calls `request` until it returns a value.
    ///
    /// Transient errors are retried. If no time remains for another request, returns the error of the last request,
    /// or an error of the kind `Timeout` with the message `missing` if it succeeded.
    pub(crate) async fn until<T, F: Future<Output = Result<Option<T>, Error>>>(
        self,
        request: impl Fn() -> F,
        missing: &str,
    ) -> Result<T, Error> {
        let timeout_error = || Error::not_within(missing, self.timeout);
        // Without a limit if the clock cannot represent it.
        let limit = Some(self.timeout).filter(|timeout| *timeout < LONGEST_PAUSE * 100);
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        let first_pause = self.first_pause.min(LONGEST_PAUSE);
        let mut pauses = ExponentialBuilder::default()
            .with_factor(1.5)
            .with_min_delay(first_pause)
            .with_max_delay(first_pause.saturating_mul(LONGEST))
            .with_jitter()
            .without_max_times()
            .build();
        loop {
            let response = match deadline {
                Some(deadline) => timeout_at(deadline, request()).await,
                None => Ok(request().await),
            };
            let failure = match response {
                Ok(Ok(Some(value))) => return Ok(value),
                Ok(Ok(None)) => None,
                Ok(Err(error)) if error.is_transient() => Some(error),
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(timeout_error()),
            };
            let retry_after = failure.as_ref().and_then(Error::retry_after);
            let pause = pauses.next().unwrap_or(first_pause);
            let pause = pause.max(retry_after.unwrap_or_default());
            // A request after the deadline is useless, so the wait ends without a further delay.
            let ends_before = |deadline: Instant| {
                let next = Instant::now().checked_add(pause);
                next.is_none_or(|next| next >= deadline)
            };
            let is_too_long = retry_after.is_some_and(|after| after > LONGEST_RETRY_AFTER);
            if deadline.map_or(is_too_long, ends_before) {
                return Err(failure.unwrap_or_else(timeout_error));
            }
            sleep(pause).await;
        }
    }
}
