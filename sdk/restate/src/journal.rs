//! Journal entries of a step: the run after the step, and its outcome.

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

#[cfg(test)]
mod tests {
    use pipedream_sdk::Pipedream;
    use pipedream_sdk_runtime::WorkflowSet as _;
    use serde_json::json;

    use super::*;

    fn run() -> JsonRun {
        let pipedream = Pipedream::builder().access_token("t").project_id("proj_1");
        let user = pipedream.build().unwrap().user("user-42");
        let call = user.json_call("token-mint-and-validate").unwrap();
        call.inputs(json!({ "appId": "app_1" })).into_run().unwrap()
    }

    fn reversed(mut bytes: Vec<u8>) -> Result<Vec<u8>, BoxError> {
        bytes.reverse();
        Ok(bytes)
    }

    fn written_and_read(recorded: &Recorded) -> Recorded {
        serde_json::from_str(&serde_json::to_string(recorded).unwrap()).unwrap()
    }

    #[test]
    fn the_journal_has_the_run_and_the_outcome() {
        let advanced = Ok(JsonAdvanced::Wait(Duration::from_nanos(1_000_001)));
        let recorded = Recorded::new(&run(), advanced, None, false).unwrap();
        let (stored, outcome) = written_and_read(&recorded).into_parts(None);
        assert_eq!(stored.unwrap(), serde_json::to_value(run()).unwrap());
        assert_eq!(outcome, Outcome::Wait(2));
    }

    #[test]
    fn a_sealed_run_is_not_readable_in_the_journal() {
        let seal = Seal::new(reversed, reversed);
        let advanced = || Ok(JsonAdvanced::Wait(Duration::ZERO));
        let recorded = Recorded::new(&run(), advanced(), Some(&seal), false).unwrap();
        let text = serde_json::to_string(&recorded).unwrap();
        let plain = Recorded::new(&run(), advanced(), None, false).unwrap();
        assert!(serde_json::to_string(&plain).unwrap().contains("app_1"));
        assert!(
            !text.contains("app_1") && !text.contains("user-42"),
            "{text}"
        );
        let read = written_and_read(&recorded);
        let (stored, _) = read.into_parts(Some(&seal));
        assert_eq!(stored.unwrap(), serde_json::to_value(run()).unwrap());
        assert!(recorded.into_parts(None).0.is_err());
    }

    #[tokio::test]
    async fn a_failure_has_a_code_and_a_record_only_if_secrets_are_exposed() {
        let mut run = run();
        run.mark_uncertain();
        let error = run.advance().await.unwrap_err();
        let failed = |exposes_secrets| Failure::of(&error, exposes_secrets);
        assert_eq!(failed(false).code, 409);
        let message: Value = serde_json::from_str(&failed(false).message).unwrap();
        assert_eq!(
            (&message["mayHaveRun"], &message["record"]),
            (&json!(true), &Value::Null)
        );
        let message: Value = serde_json::from_str(&failed(true).message).unwrap();
        assert_eq!(message["record"]["next"], "createConnectToken");
        assert_eq!(Failure::of(&Error::invalid_request("no"), false).code, 500);
    }
}
