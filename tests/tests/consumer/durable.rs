//! Serialized runs that were modified: they are rejected, or send only requests of their workflow.

use std::collections::BTreeSet;

use pipedream_sdk_generated::pipedream::Client;
use pipedream_sdk_generated::pipedream::types::CustomFields;
use pipedream_sdk_generated::pipedream::types::ProjectEnvironment::Production;
use pipedream_sdk_generated::workflows::{
    AccountAuditCleanup, AccountAuditCleanupInputs, ConnectAccountOnboarding,
    ConnectAccountOnboardingInputs, DeployTrigger, DeployTriggerInputs, TokenMintAndValidate,
    TokenMintAndValidateInputs,
};
use pipedream_sdk_runtime::{
    Advanced, OnUncertain, RunOptions, StepId as _, Workflow, WorkflowRun,
};
use serde_json::{Value, json};
use tests::consumer::{Consumer, PROJECT, USER};

/// Returns the run after each of its steps, as JSON.
async fn stages<W: Workflow<Clients = Client>>(it: &Consumer, inputs: W::Inputs) -> Vec<Value> {
    let mut run = WorkflowRun::<W>::new(inputs);
    let mut stages = Vec::new();
    loop {
        stages.push(serde_json::to_value(&run).unwrap());
        run.begin();
        stages.push(serde_json::to_value(&run).unwrap());
        if let Advanced::Finished(_) = run.advance(&it.client).await.unwrap() {
            return stages;
        }
    }
}

/// Returns the JSON Pointers of all values in a value.
fn pointers(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(member, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Returns values in place of another one. Positions of a workflow are among them.
fn replacements<W: Workflow>(value: &Value) -> Vec<Value> {
    let mut all = vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(4_294_967_295_u32),
        json!(1e300),
        json!(""),
        json!("../../x?y=z#"),
        json!("a\r\nb: c"),
        json!([]),
        json!({}),
    ];
    let steps = W::Step::ALL.iter();
    all.extend(steps.map(|step| json!(step.id())));
    let steps = W::Step::ALL.iter();
    all.push(steps.map(|step| step.id()).collect());
    all.push(json!([value, value]));
    all.push(json!({ "value": value }));
    all
}

/// Returns the run with each of its values replaced or removed.
fn modified<W: Workflow>(run: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    pointers(run, "", &mut found);
    let mut modified = Vec::new();
    for pointer in &found {
        for to in replacements::<W>(run.pointer(pointer).unwrap()) {
            let mut run = run.clone();
            *run.pointer_mut(pointer).unwrap() = to;
            modified.push(run);
        }
        if let Some((parent, name)) = pointer.rsplit_once('/') {
            let mut run = run.clone();
            if let Some(Value::Object(members)) = run.pointer_mut(parent) {
                members.remove(&name.replace("~1", "/").replace("~0", "~"));
            }
            modified.push(run);
        }
    }
    let position = |more: Value| {
        let mut run = run.clone();
        if let (Some(Value::Object(position)), Value::Object(more)) =
            (run.get_mut("position"), more)
        {
            position.extend(more);
        }
        run
    };
    // Members that the run does not have at this stage.
    for step in W::Step::ALL {
        for first in W::Step::ALL {
            let (step, first) = (step.id(), first.id());
            let retried = json!([{ "rule": 7, "times": 4_294_967_295_u32 }]);
            let detour = json!({ "step": step, "first": first, "is_done": true, "retried": [] });
            modified.push(position(json!({ "detours": [detour.clone(), detour] })));
            modified.push(position(json!({ "expired": [step, first, step] })));
            modified.push(position(
                json!({ "is_repeating": true, "next": step, "retried": retried }),
            ));
            modified.push(position(json!({ "next": step, "nested": run })));
        }
    }
    modified
}

/// Runs all modified runs of a workflow. Returns the number of those that were rejected and of those that ran.
async fn check<W: Workflow<Clients = Client>>(inputs: W::Inputs) -> (usize, usize) {
    let it = Consumer::start().await;
    let operations: BTreeSet<&str> = W::Step::ALL.iter().map(|step| step.operation()).collect();
    let options = || {
        RunOptions::new()
            .on_uncertain(OnUncertain::Repeat)
            .max_visits(20)
    };
    let (mut rejected, mut ran) = (0, 0);
    for stage in stages::<W>(&it, inputs).await {
        for run in modified::<W>(&stage) {
            it.fake.clear_requests();
            let read = serde_json::from_value::<WorkflowRun<W>>(run.clone());
            let Ok(run_again) = read else {
                rejected += 1;
                continue;
            };
            ran += 1;
            let mut run_again = run_again.options(options());
            let mut advances = 0;
            while let Ok(Advanced::Step(_)) = run_again.advance(&it.client).await {
                advances += 1;
                assert!(advances <= 20, "{run}");
            }
            for request in it.fake.requests() {
                let operation = request.operation();
                assert!(
                    operation.is_some_and(|it| operations.contains(it)),
                    "{} {} of {run}",
                    request.method(),
                    request.path()
                );
            }
        }
    }
    (rejected, ran)
}

fn assert_both((rejected, ran): (usize, usize)) {
    assert!(
        rejected > 100 && ran > 100,
        "{rejected} rejected, {ran} ran"
    );
}

#[tokio::test]
async fn a_modified_run_of_token_mint_and_validate_sends_only_its_requests() {
    let inputs = TokenMintAndValidateInputs::new(PROJECT, Production, USER, "app_Openai1");
    assert_both(check::<TokenMintAndValidate>(inputs).await);
}

#[tokio::test]
async fn a_modified_run_of_connect_account_onboarding_sends_only_its_requests() {
    let keys = CustomFields::from_json_text(r#"{"api_key":"sk-secret"}"#).unwrap();
    let inputs = ConnectAccountOnboardingInputs::new(PROJECT, Production, USER, "openai", keys);
    assert_both(check::<ConnectAccountOnboarding>(inputs).await);
}

#[tokio::test]
async fn a_modified_run_of_account_audit_cleanup_sends_only_its_requests() {
    let inputs = AccountAuditCleanupInputs::new(PROJECT, Production, USER, "slack", "app_Slack2");
    assert_both(check::<AccountAuditCleanup>(inputs).await);
}

#[tokio::test]
async fn a_modified_run_of_deploy_trigger_sends_only_its_requests() {
    let inputs = DeployTriggerInputs::new(PROJECT, Production, USER, "github", "github-new-issue");
    assert_both(check::<DeployTrigger>(inputs).await);
}
