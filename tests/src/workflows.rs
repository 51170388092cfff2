//! A run of every workflow, and its result in a uniform type.

use std::fmt::Debug;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use http::{HeaderMap, StatusCode};
use pipedream_sdk_generated::pipedream::types::CustomFields;
use pipedream_sdk_generated::workflows::*;
use pipedream_sdk_runtime::{Error, StepId, Steps, WorkflowError, WorkflowErrorKind};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::consumer::{PROJECT, USER, typed};
use crate::world::{PRODUCTION, World};

/// Result of a run, independent of the types of its outputs.
#[derive(Debug)]
pub struct WorkflowRun {
    /// Failure of the run, unless it reached its end.
    pub stopped: Option<RunFailure>,
    /// IDs of the finished steps.
    pub finished: Vec<&'static str>,
    /// `Debug` and `Display` output of everything that the caller gets.
    pub printed: String,
}

/// Failure of a run.
#[derive(Debug)]
pub struct RunFailure {
    pub step: Option<&'static str>,
    /// Error of the failed call, unless a criterion was not met.
    pub failure: Option<Error>,
    /// Criterion that a successful response does not meet.
    pub criterion: Option<String>,
    pub status: Option<StatusCode>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl WorkflowRun {
    fn of<O: Debug, S: Steps + Serialize + DeserializeOwned>(
        ran: Result<O, WorkflowError<S>>,
        steps: impl Fn(&O) -> &S,
        inputs: String,
    ) -> Self {
        match ran {
            Ok(outputs) => Self {
                stopped: None,
                finished: finished(steps(&outputs)),
                printed: format!("{inputs} {outputs:?} {outputs:#?}"),
            },
            Err(error) => Self {
                finished: finished(error.steps()),
                printed: format!("{inputs} {error} {error:?} {error:#?} {:?}", error.steps()),
                stopped: Some(RunFailure {
                    step: error.step().map(StepId::id),
                    failure: error.reason().failure().cloned(),
                    criterion: match error.reason() {
                        WorkflowErrorKind::Criterion(unmet) => Some(unmet.condition().to_owned()),
                        _ => None,
                    },
                    status: error.status(),
                    headers: match error.reason() {
                        WorkflowErrorKind::Criterion(unmet) => unmet.headers().clone(),
                        kind => kind
                            .failure()
                            .and_then(Error::headers)
                            .cloned()
                            .unwrap_or_default(),
                    },
                    body: Bytes::copy_from_slice(error.body()),
                }),
            },
        }
    }
}

/// Returns the finished steps, after checking that a serialized record restores them.
fn finished<S: Steps + Serialize + DeserializeOwned>(steps: &S) -> Vec<&'static str> {
    let record = serde_json::to_value(steps).expect("steps can be recorded");
    let read: S = serde_json::from_value(record.clone()).expect("a record of steps can be read");
    assert_eq!(serde_json::to_value(&read).expect("again"), record);
    let (finished, again) = (finished_steps(steps), finished_steps(&read));
    assert_eq!(again, finished, "{record}");
    finished
}

fn finished_steps<S: Steps>(steps: &S) -> Vec<&'static str> {
    let all = <S::Step as StepId>::ALL.iter();
    all.filter(|step| steps.is_finished(**step))
        .map(|step| step.id())
        .collect()
}

/// A run of one workflow.
pub type Run = for<'a> fn(&'a World) -> BoxFuture<'a, WorkflowRun>;

macro_rules! workflows {
    ($($id:literal $name:ident |$world:ident| $inputs:expr;)*) => {
        $(fn $name($world: &World) -> BoxFuture<'_, WorkflowRun> {
            Box::pin(async move {
                let inputs = $inputs;
                let printed = format!("{inputs:?}");
                let ran = pipedream_sdk_generated::workflows::$name(&$world.client, inputs).await;
                WorkflowRun::of(ran, |outputs| &outputs.steps, printed)
            })
        })*

        /// A run of every workflow, by workflow ID.
        pub const RUNS: &[(&str, Run)] = &[$(($id, $name)),*];
    };
}

workflows! {
    "account-audit-cleanup" account_audit_cleanup |_w|
        AccountAuditCleanupInputs::new(PROJECT, PRODUCTION, USER, "slack", "slack");
    "app-discovery" app_discovery |_w| AppDiscoveryInputs::new("appcat_Ai1", "openai");
    "configure-component-prop" configure_component_prop |_w|
        ConfigureComponentPropInputs::new(PROJECT, PRODUCTION, USER, ACTION, "sheetId");
    "connect-account-onboarding" connect_account_onboarding |_w|
        ConnectAccountOnboardingInputs::new(
            PROJECT,
            PRODUCTION,
            USER,
            "openai",
            CustomFields::new().set("api_key", "sk-of-the-account"),
        );
    "deploy-trigger" deploy_trigger |_w|
        DeployTriggerInputs::new(PROJECT, PRODUCTION, USER, "github", "github-new-issue");
    "pause-deployed-trigger" pause_deployed_trigger |w|
        PauseDeployedTriggerInputs::new(PROJECT, PRODUCTION, USER, w.trigger.clone());
    "project-environment-webhook" project_environment_webhook |_w|
        ProjectEnvironmentWebhookInputs::new(PROJECT, PRODUCTION, "https://example.com/other");
    "provision-project" provision_project |_w| ProvisionProjectInputs::new(PRODUCTION, "New");
    "reload-component-props" reload_component_props |_w|
        ReloadComponentPropsInputs::new(
            PROJECT,
            PRODUCTION,
            USER,
            ACTION,
            typed::<pipedream_sdk_generated::pipedream::types::ConfiguredProps>(
                json!({ "worksheetId": 0 }),
            ),
        );
    "rotate-trigger-webhook-key" rotate_trigger_webhook_key |w|
        RotateTriggerWebhookKeyInputs::new(
            PROJECT,
            PRODUCTION,
            USER,
            w.trigger.clone(),
            w.webhook.clone(),
        );
    "run-action-for-app" run_action_for_app |_w|
        RunActionForAppInputs::new(PROJECT, PRODUCTION, USER, "google_sheets", ACTION);
    "set-trigger-webhooks" set_trigger_webhooks |w|
        SetTriggerWebhooksInputs::new(
            PROJECT,
            PRODUCTION,
            USER,
            w.trigger.clone(),
            vec!["https://example.com/other".to_owned()],
        );
    "set-trigger-workflows" set_trigger_workflows |w|
        SetTriggerWorkflowsInputs::new(
            PROJECT,
            PRODUCTION,
            USER,
            w.trigger.clone(),
            vec!["p_abc".to_owned()],
        );
    "token-mint-and-validate" token_mint_and_validate |_w|
        TokenMintAndValidateInputs::new(PROJECT, PRODUCTION, USER, "openai");
    "trigger-events-poll" trigger_events_poll |w|
        TriggerEventsPollInputs::new(PROJECT, PRODUCTION, USER, w.trigger.clone());
    "update-project-settings" update_project_settings |_w| UpdateProjectSettingsInputs::new(PROJECT);
    "usage-and-users-report" usage_and_users_report |_w|
        UsageAndUsersReportInputs::new(PROJECT, PRODUCTION, 0, 99_999_999_999_i64);
    "user-offboarding" user_offboarding |_w| UserOffboardingInputs::new(PROJECT, PRODUCTION, USER);
}

/// Returns the run of a workflow.
pub fn run(workflow: &str) -> Run {
    let mut runs = RUNS.iter();
    runs.find(|(id, _)| *id == workflow).expect("a run").1
}

const ACTION: &str = "google_sheets-add-single-row";
