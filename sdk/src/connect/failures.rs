//! Failures reported by responses with a status of the 200s.

use pipedream_sdk_runtime::{ReportedError, ReportedFailure};
use serde::Serialize;

use crate::Error;
use crate::call::Outcome;
use crate::types::{
    ConfigurePropResponse, ReloadPropsResponse, RunActionResponse, ValidateTokenResponse,
};

/// Responses that can report a failed action although their status is one of the 200s.
///
/// The call itself succeeds: the service ran the component, but the component failed. [`failure`](Self::failure)
/// returns the reported failure. [`error_for_failure`](Self::error_for_failure) converts it into an error.
///
/// ```no_run
/// # async fn run(user: pipedream_sdk::Pipedream) -> Result<(), pipedream_sdk::Error> {
/// use pipedream_sdk::connect::ReportsFailure as _;
///
/// let run = user.actions().run("slack-send-message").send().await?;
/// let run = run.error_for_failure()?;
/// # let _ = run;
/// # Ok(())
/// # }
/// ```
///
/// | response | reports a failure if |
/// |---|---|
/// | [`RunActionResponse`] | an entry of the log `os` has an `err` |
/// | [`ConfigurePropResponse`], [`ReloadPropsResponse`] | `errors` is not empty |
/// | [`ValidateTokenResponse`] | `success` is `false` |
///
/// [`Outcome::Accepted`] reports no failure. With the feature `mcp`, the result of a tool (`CallToolResult`) reports one
/// if `isError` is `true`.
#[doc(alias = "os")]
pub trait ReportsFailure: sealed::Sealed + Sized {
    /// Returns the failure that the response reports, if any.
    fn failure(&self) -> Option<ReportedFailure>;

    /// Converts a response that reports a failure into an error.
    ///
    /// The error has the kind [`Reported`](crate::ErrorKind::Reported) and contains the response
    /// ([`Error::reported`]).
    fn error_for_failure(self) -> Result<Self, Error> {
        match self.failure() {
            Some(failure) => Err(failure.into()),
            None => Ok(self),
        }
    }
}

// Inlined, so that only programs that look for failures compile the encoding of these responses.
impl ReportsFailure for RunActionResponse {
    #[inline]
    fn failure(&self) -> Option<ReportedFailure> {
        let logged = self.os.iter().flatten();
        let errors = logged.filter_map(|it| it.err.as_ref());
        let errors: Vec<_> = errors
            .map(|error| {
                let (name, message) = (error.name.clone(), error.message.clone());
                ReportedError::new(name, message, error.stack.clone())
            })
            .collect();
        (!errors.is_empty()).then(|| ReportedFailure::new("the action failed", errors, self))
    }
}

impl ReportsFailure for ConfigurePropResponse {
    #[inline]
    fn failure(&self) -> Option<ReportedFailure> {
        let summary = "the component could not load the options of the prop";
        from_messages(summary, self.errors.as_deref(), self)
    }
}

impl ReportsFailure for ReloadPropsResponse {
    #[inline]
    fn failure(&self) -> Option<ReportedFailure> {
        let summary = "the component could not reload its props";
        from_messages(summary, self.errors.as_deref(), self)
    }
}

impl ReportsFailure for ValidateTokenResponse {
    #[inline]
    fn failure(&self) -> Option<ReportedFailure> {
        let summary = "the Connect token was rejected";
        let errors = self.error.as_deref().map(ReportedError::of_message);
        (!self.success).then(|| ReportedFailure::new(summary, Vec::from_iter(errors), self))
    }
}

#[cfg(feature = "mcp")]
impl ReportsFailure for rmcp::model::CallToolResult {
    fn failure(&self) -> Option<ReportedFailure> {
        let texts = self.content.iter().filter_map(|block| block.as_text());
        let errors = texts.map(|text| ReportedError::of_message(&text.text));
        let failed = self.is_error == Some(true);
        failed.then(|| ReportedFailure::new("the tool failed", errors.collect(), self))
    }
}

impl<T: ReportsFailure> ReportsFailure for Outcome<T> {
    fn failure(&self) -> Option<ReportedFailure> {
        match self {
            Self::Finished(response) => response.failure(),
            Self::Accepted => None,
        }
    }
}

/// Creates the failure of a response that lists error messages.
fn from_messages(
    summary: &'static str,
    errors: Option<&[String]>,
    response: &impl Serialize,
) -> Option<ReportedFailure> {
    let errors = errors.filter(|errors| !errors.is_empty())?;
    let errors = errors
        .iter()
        .map(|message| ReportedError::of_message(message));
    Some(ReportedFailure::new(summary, errors.collect(), response))
}

/// Prevents implementations in other crates.
mod sealed {
    use super::*;

    pub trait Sealed {}

    impl Sealed for RunActionResponse {}
    impl Sealed for ConfigurePropResponse {}
    impl Sealed for ReloadPropsResponse {}
    impl Sealed for ValidateTokenResponse {}
    #[cfg(feature = "mcp")]
    impl Sealed for rmcp::model::CallToolResult {}
    impl<T: Sealed> Sealed for Outcome<T> {}
}

#[cfg(test)]
mod tests {
    use pipedream_sdk_testing::FakePipedream;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;
    use crate::{ErrorKind, Pipedream};

    async fn user() -> (FakePipedream, Pipedream) {
        let fake = FakePipedream::start().await;
        let pipedream = Pipedream::builder()
            .base_url(fake.base_url())
            .client_id(FakePipedream::CLIENT_ID)
            .client_secret(FakePipedream::CLIENT_SECRET)
            .project_id(FakePipedream::PROJECT_ID)
            .build()
            .unwrap();
        (fake, pipedream.user("user-42"))
    }

    fn failure_of<T: ReportsFailure + DeserializeOwned>(
        response: Value,
    ) -> Option<ReportedFailure> {
        serde_json::from_value::<T>(response).unwrap().failure()
    }

    #[tokio::test]
    async fn reports_a_failed_run_with_status_200() {
        let (fake, user) = user().await;
        let account = fake.add_account("user-42", "slack");
        let props = crate::connect::Props::new()
            .account("slack", account)
            .value("channel", "C1")
            .value("text", "Hello");
        let run = user.actions().run("slack-send-message");
        let run = run.configured_props(props);
        let succeeded = run.clone().send().await.unwrap();
        assert_eq!(succeeded.failure(), None);
        succeeded.error_for_failure().unwrap();

        fake.action_fails("slack-send-message", "channel_not_found");
        let failed = run.send().await.unwrap();
        let error = failed.error_for_failure().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Reported);
        assert_eq!(error.to_string(), "the action failed: channel_not_found");
        assert_eq!(error.message().as_deref(), Some("channel_not_found"));
        assert!(!error.is_transient() && error.status().is_none());
        let reported = error.reported().unwrap();
        let [only] = reported.errors() else {
            panic!("{reported:?}")
        };
        assert_eq!(only.name.as_deref(), Some("Error"));
        assert_eq!(only.stack.as_deref(), Some("Error: channel_not_found"));
        assert_eq!(reported.response()["os"][0]["k"], "start");
    }

    #[tokio::test]
    async fn reports_missing_prop_options_and_a_rejected_token() {
        let (_fake, user) = user().await;
        let prop = user.actions().configure_prop("slack-send-message", "text");
        let failure = prop.send().await.unwrap().failure().unwrap();
        assert!(failure.message().unwrap().contains("text"), "{failure}");

        let token = user.tokens().create().send().await.unwrap().token;
        let valid = user.tokens().validate(&token, "slack");
        valid.send().await.unwrap().error_for_failure().unwrap();
        let unknown = format!("ctok_{}", "0".repeat(32));
        let unknown = user.tokens().validate(unknown, "slack");
        let error = unknown.send().await.unwrap().error_for_failure();
        let error = error.unwrap_err().to_string();
        assert!(
            error.starts_with("the Connect token was rejected: "),
            "{error}"
        );
        assert!(!error.contains("ctok_0"), "{error}");
    }

    #[test]
    fn keeps_all_errors_and_displays_the_first_message() {
        let failure = failure_of::<RunActionResponse>(json!({ "os": [
            { "k": "console.log", "ts": 1, "msg": "marked" },
            { "k": "error", "ts": 2, "err": {} },
            { "k": "error", "ts": 3, "err": { "name": "TypeError", "message": "it\nbroke", "stack": "marked" } },
        ] }))
        .unwrap();
        let line = "the action failed: it broke (the first of 2 errors)";
        assert_eq!(failure.to_string(), line);
        assert!(!format!("{failure:?}").contains("marked"), "{failure:?}");
        let [first, second] = failure.errors() else {
            panic!("{failure:?}")
        };
        assert_eq!(*first, ReportedError::default());
        assert_eq!(second.stack.as_deref(), Some("marked"));

        let reloaded = failure_of::<ReloadPropsResponse>(json!({ "errors": ["", "no sheet"] }));
        assert_eq!(reloaded.unwrap().message(), Some("no sheet"));
        let rejected = json!({ "success": false, "error": null });
        let rejected = failure_of::<ValidateTokenResponse>(rejected).unwrap();
        assert_eq!(rejected.to_string(), "the Connect token was rejected");
    }

    #[test]
    fn a_response_without_errors_has_no_failure() {
        for response in [
            json!({}),
            json!({ "os": [] }),
            json!({ "os": [{ "k": "error", "ts": 1, "msg": "only a line" }] }),
        ] {
            assert_eq!(failure_of::<RunActionResponse>(response), None);
        }
        for response in [json!({}), json!({ "errors": [] })] {
            assert_eq!(failure_of::<ConfigurePropResponse>(response.clone()), None);
            assert_eq!(failure_of::<ReloadPropsResponse>(response), None);
        }
        let accepted = Outcome::<RunActionResponse>::Accepted;
        assert!(accepted.error_for_failure().is_ok());
    }
}
