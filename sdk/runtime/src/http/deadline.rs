//! Deadlines, each with the time limit that it results from.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::{Error, TimeLimit};

/// Longest time that is measured: about a hundred years. Clock arithmetic with longer ones could overflow.
pub(crate) const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// The end of a time limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    instant: Instant,
    limit: TimeLimit,
}

impl Deadline {
    /// Returns the end of a limit that starts now; `None` if the clock cannot represent it.
    pub(crate) fn of(limit: TimeLimit) -> Option<Self> {
        let instant = Instant::now().checked_add(limit.duration()?.min(LONGEST))?;
        Some(Self { instant, limit })
    }

    /// Returns the earlier of two deadlines.
    pub(crate) fn earlier(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) if other.instant < one.instant => Some(other),
            (one, other) => one.or(other),
        }
    }

    /// Returns `true` if the deadline ends within this time from now.
    pub(crate) fn is_within(&self, time: Duration) -> bool {
        let end = Instant::now().checked_add(time);
        end.is_none_or(|end| end >= self.instant)
    }

    pub(crate) fn error(&self) -> Error {
        Error::time_limit(self.limit)
    }
}

/// Awaits a future until the deadline. Returns an error if it is not ready by then.
///
/// The future is pinned by the caller, because each function that takes it by value would store it once more.
pub(crate) async fn within<T>(
    deadline: Option<Deadline>,
    future: impl Future<Output = T> + Unpin,
) -> Result<T, Error> {
    match deadline {
        Some(deadline) => timeout_at(deadline.instant, future)
            .await
            .map_err(|_| deadline.error()),
        None => Ok(future.await),
    }
}
