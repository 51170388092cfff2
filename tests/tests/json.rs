//! Tests of workflows that are called by their id, with inputs and outputs as JSON, against the fake.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipedream_sdk::workflows::{
    self, CATALOG, Progress, WorkflowInfo, WorkflowRecord, WorkflowSet,
};
use pipedream_sdk::{ErrorKind, Pipedream};
use pipedream_sdk_testing::{FakePipedream, Fault};
use serde_json::{Value, json};
use tests::consumer::{PROJECT, USER};

const MINT: &str = "token-mint-and-validate";

async fn start() -> (FakePipedream, Pipedream) {
    let fake = FakePipedream::start().await;
    let user = fake.client().user(USER);
    (fake, user)
}

fn info(id: &str) -> &'static WorkflowInfo {
    let found = CATALOG.iter().find(|info| info.id == id);
    found.expect("a workflow of the catalog")
}

fn validator(schema: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(schema).expect("a schema in JSON");
    jsonschema::draft202012::new(&schema).expect("a valid schema")
}

#[tokio::test]
async fn runs_a_workflow_by_its_id_with_the_requests_of_the_typed_call() {
    let (fake, user) = start().await;
    let inputs = json!({ "appId": "app_Openai1" });
    let outputs = workflows::run_json(&user, MINT, inputs.clone()).await;
    let outputs = outputs.expect("outputs");
    assert_eq!(outputs["connectToken"], "[redacted]");
    assert_eq!(outputs["validation"]["success"], true);
    fake.assert_calls(["createToken", "validateToken"]);
    let by_id: Vec<_> = fake
        .requests()
        .iter()
        .map(|it| it.path().to_owned())
        .collect();

    let again = info(MINT).run_json(&user, inputs).await.expect("outputs");
    assert_eq!(again, outputs);

    let (typed, other) = start().await;
    let call = other.workflows().token_mint_and_validate("app_Openai1");
    call.run().await.expect("outputs");
    let typed: Vec<_> = typed
        .requests()
        .iter()
        .map(|it| it.path().to_owned())
        .collect();
    // The token in the path of the last request differs.
    assert_eq!(by_id.len(), typed.len());
    assert_eq!(by_id[..by_id.len() - 1], typed[..typed.len() - 1]);
    fake.assert_none_rejected();
}

#[tokio::test]
async fn secrets_are_in_the_outputs_only_if_asked_for_and_match_the_schema() {
    let (fake, user) = start().await;
    let fields = r#"{"api_key":"sk-of-the-account"}"#;
    let inputs = json!({ "appSlug": "openai", "cfmapJson": fields, "accountName": "Mine" });
    let call = || {
        user.json_call("connect-account-onboarding")
            .expect("a call")
    };
    let exposed = call().inputs(inputs.clone()).expose_secrets();
    let exposed = exposed.await.expect("outputs");
    let token = exposed["connectToken"].as_str().expect("a token");
    assert!(token.starts_with("ctok_"));
    let schema = validator(call().info().outputs);
    let violations: Vec<_> = schema
        .iter_errors(&exposed)
        .map(|it| it.to_string())
        .collect();
    assert_eq!(violations, Vec::<String>::new());
    let sent = &fake.calls()[1];
    assert_eq!(sent.json()["cfmap_json"], fields);

    let hidden = call().inputs(inputs).await.expect("outputs").to_string();
    assert!(hidden.contains("[redacted]"));
    assert!(
        !hidden.contains("ctok_") && !hidden.contains("sk-of-the-account"),
        "{hidden}"
    );
}

#[tokio::test]
async fn invalid_inputs_send_nothing_and_list_every_violation() {
    let (fake, user) = start().await;
    let inputs = json!({
        "environment": "staging", "projectId": "p-1", "cfmapJson": { "api_key": "sk-1234567" },
        "accountname": "Mine"
    });
    let ran = workflows::run_json(&user, "connect-account-onboarding", inputs).await;
    let error = ran.expect_err("invalid inputs");
    let mut pointers: Vec<&str> = error
        .input_violations()
        .iter()
        .map(|it| it.pointer())
        .collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/accountname",
            "/appSlug",
            "/cfmapJson",
            "/environment",
            "/projectId"
        ]
    );
    let shown = error.to_json();
    assert_eq!(shown["kind"], "invalid_request");
    assert_eq!(shown["violations"].as_array().map(Vec::len), Some(5));
    assert!(!shown.to_string().contains("sk-1234567"), "{shown}");
    assert!(fake.requests().is_empty());

    let unknown = workflows::run_json(&user, "token-mint", json!({})).await;
    let unknown = unknown.expect_err("no workflow");
    assert_eq!(unknown.kind(), ErrorKind::InvalidRequest);
    assert!(unknown.to_string().contains(MINT), "{unknown}");
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn a_handle_without_a_user_needs_one_in_the_inputs() {
    let (fake, _) = start().await;
    let pipedream = fake.client();
    let inputs = json!({ "appId": "app_Openai1" });
    let error = workflows::run_json(&pipedream, MINT, inputs)
        .await
        .expect_err("no user");
    assert_eq!(error.input_violations()[0].pointer(), "/externalUserId");

    let inputs = json!({ "appId": "app_Openai1", "externalUserId": "another" });
    workflows::run_json(&pipedream, MINT, inputs)
        .await
        .expect("outputs");
    assert_eq!(fake.calls()[0].json()["external_user_id"], "another");
    assert!(fake.calls()[0].path().contains(PROJECT));
}

#[tokio::test]
async fn an_error_names_step_and_status_and_its_record_resumes() {
    let (fake, user) = start().await;
    fake.on("validateToken", Fault::status(404));
    let inputs = json!({ "appId": "app_Openai1" });
    let call = || user.json_call(MINT).expect("a call").inputs(inputs.clone());
    let error = call().await.expect_err("a 404");
    let shown = error.to_json();
    assert_eq!(shown["kind"], "not_found");
    assert_eq!(shown["step"], "validateConnectToken");
    assert_eq!(shown["operation"], "validateToken");
    assert_eq!(shown["status"], 404);
    assert_eq!(shown["finished"], json!(["createConnectToken"]));
    assert!(!shown.to_string().contains("ctok_"), "{shown}");

    let record = error.to_json_with_secrets()["record"].take();
    let record: WorkflowRecord = serde_json::from_value(record).expect("a record");
    let outputs = call().resume(record).await.expect("outputs");
    assert_eq!(outputs["validation"]["success"], true);
    fake.assert_calls(["createToken", "validateToken", "validateToken"]);
}

#[tokio::test]
async fn a_run_has_progress_and_a_deadline() {
    let (fake, user) = start().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let hook = Arc::clone(&seen);
    let inputs = json!({ "appId": "app_Openai1" });
    let call = || user.json_call(MINT).expect("a call").inputs(inputs.clone());
    let call_with_progress = call().progress(move |progress| {
        if let Progress::Finished { step, .. } = progress {
            hook.lock()
                .expect("no panic")
                .push((step.id, step.operation));
        }
    });
    call_with_progress.await.expect("outputs");
    assert_eq!(
        *seen.lock().expect("no panic"),
        [
            ("createConnectToken", "createToken"),
            ("validateConnectToken", "validateToken")
        ]
    );

    fake.on("createToken", Fault::delay(Duration::from_secs(20)));
    let late = call().deadline(Duration::from_millis(50)).await;
    let late = late.expect_err("too late").to_json();
    assert_eq!(late["kind"], "timeout");
    assert_eq!(late["step"], "createConnectToken");
}

#[tokio::test]
async fn every_workflow_of_the_catalog_has_a_call_and_valid_schemas() {
    let (_fake, user) = start().await;
    for info in CATALOG {
        let call = user.json_call(info.id).expect("a call");
        assert_eq!(call.info().id, info.id);
        drop(validator(info.outputs));
        let inputs: Value = serde_json::from_str(info.inputs).expect("a schema in JSON");
        let required = inputs["required"].as_array().cloned().unwrap_or_default();
        let missing: Vec<String> = match call.check() {
            Ok(_) => Vec::new(),
            Err(error) => {
                let found = error.input_violations().iter();
                found.map(|it| it.pointer()[1..].to_owned()).collect()
            }
        };
        // The handle sets the others.
        let of_handle = ["projectId", "environment", "externalUserId"];
        for name in required.iter().filter_map(Value::as_str) {
            let is_set = !missing.iter().any(|it| it == name);
            assert!(!is_set || of_handle.contains(&name), "{}: {name}", info.id);
        }
        assert!(missing.len() <= required.len(), "{}: {missing:?}", info.id);
    }
    assert_eq!(user.catalog().len(), 18);
}
