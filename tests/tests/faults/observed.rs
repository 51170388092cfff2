//! What is observed of a call or a run that something goes wrong with.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use pipedream_sdk_runtime::ErrorKind;

/// What the caller gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A value, or the outputs of the run.
    Value,
    /// The word that it will be done later.
    Accepted,
    /// A failure.
    Failed(ErrorKind),
    /// The step's criterion does not hold for an answer of success.
    Criterion,
}

/// All that can be told from outside.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<u16>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// How often the request in question was received.
    pub(crate) requests: usize,
    /// How long it took on the clock, on which nothing but waiting takes time.
    pub(crate) waited: Duration,
    /// The steps whose outputs are there.
    pub(crate) finished: Vec<String>,
    /// The step that the error names, and the one that it should.
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
