//! Observed results of a call or a run with a fault.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use pipedream_sdk_runtime::ErrorKind;

/// Result that the caller gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A value, or the outputs of the run.
    Value,
    /// The request was accepted without a value.
    Accepted,
    /// An error.
    Failed(ErrorKind),
    /// The criterion of the step does not hold for a successful response.
    Criterion,
}

/// All observed effects.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<u16>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Number of requests of the operation under test.
    pub(crate) requests: usize,
    /// Duration on the paused clock, which only advances during waits.
    pub(crate) waited: Duration,
    /// IDs of the finished steps.
    pub(crate) finished: Vec<String>,
    /// The step that the error names, and the expected one.
    pub(crate) stopped_at: Option<(String, String)>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value => f.write_str("value"),
            Self::Accepted => f.write_str("accepted"),
            Self::Failed(kind) => write!(f, "error {kind:?}"),
            Self::Criterion => f.write_str("error Criterion"),
        }
    }
}
