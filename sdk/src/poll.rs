//! Looking again and again until something has come about: pauses that grow, failures that may pass, a deadline.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use tokio::time::{Instant, sleep, timeout_at};

use crate::Error;

/// How long to wait at most, unless said otherwise.
const TIMEOUT: Duration = Duration::from_secs(600);
/// The first pause between two looks, unless said otherwise.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// How many times the first pause the longest one is.
const LONGEST: u32 = 8;

/// How to wait.
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
    /// Looks until there is a value.
    ///
    /// When the time does not suffice for another look, the error says that `missing` still is, with the kind `Timeout`; should the last
    /// look have failed, it is that failure. Failures that may pass are waited out.
    pub(crate) async fn until<T, F: Future<Output = Result<Option<T>, Error>>>(
        self,
        look: impl Fn() -> F,
        missing: &str,
    ) -> Result<T, Error> {
        let time_is_up = || Error::not_within(missing, self.timeout);
        let deadline = Instant::now().checked_add(self.timeout);
        let mut pauses = ExponentialBuilder::default()
            .with_factor(1.5)
            .with_min_delay(self.first_pause)
            .with_max_delay(self.first_pause.saturating_mul(LONGEST))
            .with_jitter()
            .without_max_times()
            .build();
        loop {
            let looked = match deadline {
                Some(deadline) => timeout_at(deadline, look()).await,
                None => Ok(look().await),
            };
            let failure = match looked {
                Ok(Ok(Some(value))) => return Ok(value),
                Ok(Ok(None)) => None,
                Ok(Err(error)) if error.is_transient() => Some(error),
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(time_is_up()),
            };
            let asked = failure.as_ref().and_then(Error::retry_after);
            let pause = pauses.next().unwrap_or(self.first_pause);
            let pause = pause.max(asked.unwrap_or_default());
            // Looking again after the deadline is of no use, and neither is pausing until then.
            if deadline.is_some_and(|deadline| Instant::now() + pause >= deadline) {
                return Err(failure.unwrap_or_else(time_is_up));
            }
            sleep(pause).await;
        }
    }
}
