//! Points in time by which something has to be over, and the limit that each comes from.

use tokio::time::{Instant, timeout_at};

use crate::error::{Error, TimeLimit};

/// The end of a time limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Instant,
    limit: TimeLimit,
}

impl Deadline {
    /// The end of a limit that begins now. A limit beyond what the clock can represent is none.
    pub(crate) fn of(limit: TimeLimit) -> Option<Self> {
        let at = Instant::now().checked_add(limit.duration()?)?;
        Some(Self { at, limit })
    }

    /// The earlier one of two.
    pub(crate) fn earlier(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) if other.at < one.at => Some(other),
            (one, other) => one.or(other),
        }
    }

    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    pub(crate) fn error(&self) -> Error {
        Error::time_limit(self.limit)
    }
}

/// Waits for `future`, but no longer than until the deadline.
pub(crate) async fn within<T>(
    deadline: Option<Deadline>,
    future: impl Future<Output = T>,
) -> Result<T, Error> {
    match deadline {
        Some(deadline) => timeout_at(deadline.at, future)
            .await
            .map_err(|_| deadline.error()),
        None => Ok(future.await),
    }
}
