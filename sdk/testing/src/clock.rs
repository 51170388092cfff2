//! The fake's clock: it runs with the tokio clock (so that a paused test pauses it) and can be put forward.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// A moment as the fake sees it.
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

/// RFC 3339, in milliseconds, as the API writes it.
pub(crate) fn written(moment: Moment) -> String {
    moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
