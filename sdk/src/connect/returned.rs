//! [`ReturnsValue`]: the return value of an action, as a type of the caller.

use pipedream_sdk_runtime::decode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ReportsFailure as _;
use crate::Error;
use crate::call::Outcome;
use crate::types::RunActionResponse;

/// Responses that contain the return value of an action.
///
/// ```no_run
/// # async fn run(user: pipedream_sdk::Pipedream) -> Result<(), pipedream_sdk::Error> {
/// use pipedream_sdk::connect::ReturnsValue as _;
///
/// #[derive(serde::Deserialize)]
/// struct Sent {
///     ts: String,
/// }
///
/// let run = user.actions().run("slack-send-message").send().await?;
/// let sent: Sent = run.json()?;
/// # let _ = sent.ts;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "ret")]
#[doc(alias = "return")]
pub trait ReturnsValue: sealed::Sealed {
    /// Returns the return value, if the action finished and returned one.
    #[doc(alias = "ret")]
    fn return_value(&self) -> Option<&Value>;

    /// Decodes the return value. No value decodes like `null`.
    ///
    /// Returns an error if the run failed
    /// ([`ReportsFailure::error_for_failure`](super::ReportsFailure::error_for_failure)), if it has not finished, or
    /// if the value has another form.
    fn json<T: DeserializeOwned>(&self) -> Result<T, Error>;
}

impl ReturnsValue for RunActionResponse {
    fn return_value(&self) -> Option<&Value> {
        self.ret.as_ref()
    }

    fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        match self.failure() {
            Some(failure) => Err(failure.into()),
            None => decode::part(self.return_value().unwrap_or(&Value::Null)),
        }
    }
}

impl ReturnsValue for Outcome<RunActionResponse> {
    fn return_value(&self) -> Option<&Value> {
        match self {
            Self::Finished(run) => run.return_value(),
            Self::Accepted => None,
        }
    }

    fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        match self {
            Self::Finished(run) => run.json(),
            Self::Accepted => Err(Error::invalid_request(
                "the action continues in the background (status 202): there is no return value",
            )),
        }
    }
}

/// Prevents implementations in other crates.
mod sealed {
    use super::*;

    pub trait Sealed {}

    impl Sealed for RunActionResponse {}
    impl Sealed for Outcome<RunActionResponse> {}
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ErrorKind;

    fn run(response: Value) -> RunActionResponse {
        serde_json::from_value(response).unwrap()
    }

    #[test]
    fn decodes_the_return_value() {
        let finished = run(json!({ "ret": { "ts": "17" } }));
        let decoded: std::collections::BTreeMap<String, String> = finished.json().unwrap();
        assert_eq!(decoded["ts"], "17");
        let outcome = Outcome::Finished(finished);
        assert_eq!(outcome.json::<Value>().unwrap(), json!({ "ts": "17" }));
        assert_eq!(run(json!({})).json::<Option<u8>>().unwrap(), None);
    }

    #[test]
    fn another_form_a_failure_and_a_pending_run_are_errors() {
        let other = run(json!({ "ret": { "ts": "marked" } }));
        let error = other
            .json::<std::collections::BTreeMap<String, u8>>()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(!error.to_string().contains("marked"), "{error}");
        let failed =
            run(json!({ "ret": 1, "os": [{ "ts": 1, "k": "error", "err": { "message": "no" } }] }));
        let error = failed.json::<u8>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Reported);
        let pending = Outcome::<RunActionResponse>::Accepted;
        assert!(pending.json::<Option<u8>>().is_err());
    }
}
