//! Failures that answers with a status of the 200s tell of.

use pipedream_sdk_runtime::{ReportedError, ReportedFailure};
use serde::Serialize;

use crate::Error;
use crate::call::Outcome;
use crate::types::{
    ConfigurePropResponse, ReloadPropsResponse, RunActionResponse, ValidateTokenResponse,
};

/// Answers that may say, although their status is one of the 200s, that what was asked for failed.
///
/// A call gives such an answer as it gives any other: that the service did what it was asked is one thing, and that the
/// component it ran met an error is another. [`failure`](Self::failure) looks whether it did;
/// [`error_for_failure`](Self::error_for_failure) makes an error of it, for those who want nothing but success.
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
/// | answer | it failed if |
/// |---|---|
/// | of a run of an action | entries of its log, `os`, hold an `err` |
/// | with the choices of a prop, or with reloaded props | `errors` is not empty |
/// | of the validation of a Connect token | `success` is false |
///
/// What an [`Outcome`] has accepted for later has not failed yet.
pub trait ReportsFailure: sealed::Sealed + Sized {
    /// What the answer says has failed, if it says so.
    fn failure(&self) -> Option<ReportedFailure>;

    /// The same answer if nothing failed; otherwise an error of the kind
    /// [`Reported`](crate::ErrorKind::Reported), which keeps all that the answer says
    /// ([`Error::reported`]).
    fn error_for_failure(self) -> Result<Self, Error> {
        match self.failure() {
            Some(failure) => Err(failure.into()),
            None => Ok(self),
        }
    }
}

impl ReportsFailure for RunActionResponse {
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
    fn failure(&self) -> Option<ReportedFailure> {
        let what = "the component did not find the choices of the prop";
        in_words(what, self.errors.as_deref(), self)
    }
}

impl ReportsFailure for ReloadPropsResponse {
    fn failure(&self) -> Option<ReportedFailure> {
        let what = "the component did not reload its props";
        in_words(what, self.errors.as_deref(), self)
    }
}

impl ReportsFailure for ValidateTokenResponse {
    fn failure(&self) -> Option<ReportedFailure> {
        let what = "the Connect token was refused";
        let errors = self.error.as_deref().map(ReportedError::of_message);
        (!self.success).then(|| ReportedFailure::new(what, Vec::from_iter(errors), self))
    }
}

impl<T: ReportsFailure> ReportsFailure for Outcome<T> {
    fn failure(&self) -> Option<ReportedFailure> {
        match self {
            Self::Finished(answer) => answer.failure(),
            Self::Accepted => None,
        }
    }
}

/// The failure of an answer that lists its errors in words.
fn in_words(
    what: &'static str,
    errors: Option<&[String]>,
    answer: &impl Serialize,
) -> Option<ReportedFailure> {
    let errors = errors.filter(|errors| !errors.is_empty())?;
    let errors = errors.iter().map(|words| ReportedError::of_message(words));
    Some(ReportedFailure::new(what, errors.collect(), answer))
}

/// Which answers say how they failed is known here only.
mod sealed {
    use super::*;

    pub trait Sealed {}

    impl Sealed for RunActionResponse {}
    impl Sealed for ConfigurePropResponse {}
    impl Sealed for ReloadPropsResponse {}
    impl Sealed for ValidateTokenResponse {}
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

    fn failure_of<T: ReportsFailure + DeserializeOwned>(answer: Value) -> Option<ReportedFailure> {
        serde_json::from_value::<T>(answer).unwrap().failure()
    }

    #[tokio::test]
    async fn a_run_that_failed_is_told_although_its_status_is_200() {
        let (fake, user) = user().await;
        let account = fake.add_account("user-42", "slack");
        let props = crate::connect::Props::new()
            .account("slack", account)
            .value("channel", "C1")
            .value("text", "Hello");
        let run = user.actions().run("slack-send-message");
        let run = run.configured_props(props);
        let ran = run.clone().send().await.unwrap();
        assert_eq!(ran.failure(), None);
        ran.error_for_failure().unwrap();

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
    async fn a_prop_without_choices_and_a_refused_token_are_failures() {
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
            error.starts_with("the Connect token was refused: "),
            "{error}"
        );
        assert!(!error.contains("ctok_0"), "{error}");
    }

    #[test]
    fn every_error_is_kept_and_the_line_has_the_first_that_says_something() {
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
        let refused = json!({ "success": false, "error": null });
        let refused = failure_of::<ValidateTokenResponse>(refused).unwrap();
        assert_eq!(refused.to_string(), "the Connect token was refused");
    }

    #[test]
    fn what_says_nothing_of_a_failure_is_none() {
        for answer in [
            json!({}),
            json!({ "os": [] }),
            json!({ "os": [{ "k": "error", "ts": 1, "msg": "only a line" }] }),
        ] {
            assert_eq!(failure_of::<RunActionResponse>(answer), None);
        }
        for answer in [json!({}), json!({ "errors": [] })] {
            assert_eq!(failure_of::<ConfigurePropResponse>(answer.clone()), None);
            assert_eq!(failure_of::<ReloadPropsResponse>(answer), None);
        }
        let accepted = Outcome::<RunActionResponse>::Accepted;
        assert!(accepted.error_for_failure().is_ok());
    }
}
