//! The clock of the fake: follows the tokio clock, so that a paused test pauses it, and can be moved forward.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// A point in time on the clock of the fake.
pub(crate) type Moment = DateTime<Utc>;

#[derive(Debug)]
pub(crate) struct Clock {
    wall: SystemTime,
    started: Instant,
    ahead: AtomicU64,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            wall: SystemTime::now(),
            started: Instant::now(),
            ahead: AtomicU64::new(0),
        }
    }

    pub(crate) fn now(&self) -> Moment {
        let ahead = Duration::from_millis(self.ahead.load(Ordering::Relaxed));
        Moment::from(self.wall + self.started.elapsed() + ahead)
    }

    pub(crate) fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.ahead.fetch_add(by, Ordering::Relaxed);
    }
}

/// Formats a time as RFC 3339 with milliseconds, as the API does.
pub(crate) fn rfc3339(moment: Moment) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
