//! What the journal has of a step: the run after it, and its outcome.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pipedream_sdk_runtime::{Error, JsonAdvanced, JsonRun};
use restate_sdk::errors::TerminalError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Convert = dyn Fn(Vec<u8>) -> Result<Vec<u8>, BoxError> + Send + Sync;

/// Encryption of the runs in the journal.
#[derive(Clone)]
pub(crate) struct Seal {
    encrypt: Arc<Convert>,
    decrypt: Arc<Convert>,
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

impl Seal {
    pub(crate) fn new<E: Into<BoxError>, D: Into<BoxError>>(
        encrypt: impl Fn(Vec<u8>) -> Result<Vec<u8>, E> + Send + Sync + 'static,
        decrypt: impl Fn(Vec<u8>) -> Result<Vec<u8>, D> + Send + Sync + 'static,
    ) -> Self {
        Self {
            encrypt: Arc::new(move |plain| encrypt(plain).map_err(Into::into)),
            decrypt: Arc::new(move |sealed| decrypt(sealed).map_err(Into::into)),
        }
    }
}

/// The journal entry of a step.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Recorded {
    run: StoredRun,
    outcome: Outcome,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum StoredRun {
    Plain(Value),
    /// In base64.
    Sealed(String),
}

impl fmt::Debug for StoredRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredRun")
    }
}

/// The outcome of a step.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Outcome {
    /// The run continues.
    Advanced,
    /// The run continues after a delay in milliseconds.
    Wait(u64),
    /// The run failed.
    Failed(Failure),
}

/// A failure of a run, as the code and the message of a terminal error.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Failure {
    code: u16,
    message: String,
}

impl Failure {
    /// The message is the error as JSON, because a terminal error of the Restate SDK has no metadata.
    pub(crate) fn of(error: &Error, exposes_secrets: bool) -> Self {
        let json = match exposes_secrets {
            true => error.to_json_with_secrets(),
            false => error.to_json(),
        };
        let code = match (error.input_violations().is_empty(), error.may_have_run()) {
            (false, _) => 400,
            (true, true) => 409,
            (true, false) => 500,
        };
        let message = json.to_string();
        Self { code, message }
    }
}

impl From<Failure> for TerminalError {
    fn from(failure: Failure) -> Self {
        Self::new_with_code(failure.code, failure.message)
    }
}

impl Recorded {
    pub(crate) fn new(
        run: &JsonRun,
        advanced: Result<JsonAdvanced, Error>,
        seal: Option<&Seal>,
        exposes_secrets: bool,
    ) -> Result<Self, BoxError> {
        let outcome = match advanced {
            Ok(JsonAdvanced::Wait(delay)) => Outcome::Wait(milliseconds(delay)),
            Ok(_) => Outcome::Advanced,
            Err(error) => Outcome::Failed(Failure::of(&error, exposes_secrets)),
        };
        let run = match seal {
            None => StoredRun::Plain(serde_json::to_value(run)?),
            Some(seal) => {
                let sealed = (seal.encrypt)(serde_json::to_vec(run)?)?;
                StoredRun::Sealed(STANDARD.encode(sealed))
            }
        };
        Ok(Self { run, outcome })
    }

    /// Returns the serialized run and the outcome of the step.
    pub(crate) fn into_parts(self, seal: Option<&Seal>) -> (Result<Value, BoxError>, Outcome) {
        (self.run.open(seal), self.outcome)
    }
}

impl StoredRun {
    fn open(self, seal: Option<&Seal>) -> Result<Value, BoxError> {
        match (self, seal) {
            (Self::Plain(run), _) => Ok(run),
            (Self::Sealed(sealed), Some(seal)) => {
                let plain = (seal.decrypt)(STANDARD.decode(sealed)?)?;
                Ok(serde_json::from_slice(&plain)?)
            }
            (Self::Sealed(_), None) => Err("it is sealed, and the service has no `seal`".into()),
        }
    }
}

/// Rounds up, so that a timer does not end early.
fn milliseconds(delay: Duration) -> u64 {
    let milliseconds = delay.as_nanos().div_ceil(1_000_000);
    u64::try_from(milliseconds).unwrap_or(u64::MAX)
}
