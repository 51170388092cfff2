//! Deadlines, each with the time limit that it results from.

use tokio::time::{Instant, timeout_at};

use crate::error::{Error, TimeLimit};

/// The end of a time limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    instant: Instant,
    limit: TimeLimit,
}

impl Deadline {
    /// Returns the end of a limit that starts now; `None` if the clock cannot represent it.
    pub(crate) fn of(limit: TimeLimit) -> Option<Self> {
        let instant = Instant::now().checked_add(limit.duration()?)?;
        Some(Self { instant, limit })
    }

    /// Returns the earlier of two deadlines.
    pub(crate) fn earlier(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) if other.instant < one.instant => Some(other),
            (one, other) => one.or(other),
        }
    }

    pub(crate) fn instant(&self) -> Instant {
        self.instant
    }

    pub(crate) fn error(&self) -> Error {
        Error::time_limit(self.limit)
    }
}

/// Awaits a future until the deadline. Returns an error if it is not ready by then.
pub(crate) async fn within<T>(
    deadline: Option<Deadline>,
    future: impl Future<Output = T>,
) -> Result<T, Error> {
    match deadline {
        Some(deadline) => timeout_at(deadline.instant, future)
            .await
            .map_err(|_| deadline.error()),
        None => Ok(future.await),
    }
}
