use serde_json::json;

use super::check::InputViolation;
use super::run::JsonAdvanced;
use super::*;
use crate::StepId;
use crate::workflow::tests::{
    CallResult, Demo, DemoStep, Script, Variables, error, only_ok, reply,
};

static INFO: WorkflowInfo = WorkflowInfo::new("demo", "Demo", "1.0.0")
    .steps(<DemoStep as StepId>::INFO, &[])
    .schemas(
        r#"{
            "type": "object",
            "required": ["userId", "type", "level"],
            "properties": {
                "userId": { "type": "string", "minLength": 2 },
                "type": { "type": "string", "x-secret": true },
                "nota-bene": { "type": "string", "default": "none" },
                "level": { "type": ["integer", "null"], "maximum": 255 }
            }
        }"#,
        r#"{ "type": "object", "properties": { "text": { "type": "string" } } }"#,
    );

fn call(user: Option<&str>, replies: Vec<CallResult>) -> (Script, JsonCall) {
    let script = Script::new(only_ok, replies);
    let variables = Variables {
        user: user.map(str::to_owned),
    };
    let builder = Demo::with_clients(script.clone()).with_variables(&variables);
    (script, JsonCall::new(&INFO, AnyCall::new(builder)))
}

fn pointers(error: &Error) -> Vec<&str> {
    let violations = error.input_violations().iter();
    violations.map(InputViolation::pointer).collect()
}

#[test]
fn inputs_are_those_of_the_caller_then_of_the_handle_then_defaults() {
    let (_, call) = call(Some("theirs"), Vec::new());
    let given = json!({ "type": "key-1", "level": null });
    let checked = call.inputs(given.clone()).check().unwrap();
    let expected =
        json!({ "userId": "theirs", "type": "key-1", "level": null, "nota-bene": "none" });
    assert_eq!(checked, expected);

    let (_, call) = self::call(Some("theirs"), Vec::new());
    let given = json!({ "userId": "mine", "type": "key-1", "level": 3, "nota-bene": "n" });
    assert_eq!(call.inputs(given.clone()).check().unwrap(), given);
}

#[tokio::test]
async fn missing_and_unknown_inputs_are_listed_and_nothing_is_sent() {
    let (script, call) = call(None, Vec::new());
    let error = call.inputs(json!({ "a/b": 1, "level": 3 })).run().await;
    let error = error.unwrap_err();
    assert_eq!(pointers(&error), ["/userId", "/type", "/a~1b"]);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(
        error.to_string(),
        "request not sent: invalid inputs of the workflow `demo`: /userId: required input is missing; \
         /type: required input is missing; /a~1b: unknown input"
    );
    assert!(script.steps().is_empty());

    for given in [json!(["x"]), json!("x"), Value::Null] {
        let (_, call) = self::call(None, Vec::new());
        let error = call.inputs(given).check().unwrap_err();
        assert_eq!(pointers(&error), [""]);
    }
}

#[cfg(feature = "json")]
#[test]
fn every_violation_of_the_schema_is_listed_without_its_value() {
    let (_, call) = call(Some("u"), Vec::new());
    let given = json!({ "type": ["hunter2-key"], "level": 300 });
    let error = call.inputs(given).check().unwrap_err();
    let mut found = pointers(&error);
    found.sort_unstable();
    assert_eq!(found, ["/level", "/type", "/userId"]);
    assert!(!error.to_json().to_string().contains("hunter2"), "{error}");
}

#[cfg(feature = "json")]
#[test]
fn an_invalid_schema_is_an_error() {
    static BROKEN: WorkflowInfo =
        WorkflowInfo::new("demo", "Demo", "1.0.0").schemas(r#"{ "type": 3 }"#, "{}");
    let (_, mut call) = call(Some("mine"), Vec::new());
    call.info = &BROKEN;
    let error = call.check().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[test]
fn a_value_that_only_the_type_rejects_is_a_violation_without_its_value() {
    static LAX: WorkflowInfo = WorkflowInfo::new("demo", "Demo", "1.0.0");
    let given = json!({ "userId": "mine", "type": ["hunter2-key"], "level": 3 });
    let (_, mut call) = call(None, Vec::new());
    call.info = &LAX;
    // A schema without properties knows no input.
    let known = call.inputs(given).check().unwrap_err();
    assert_eq!(pointers(&known), ["/userId", "/type", "/level"]);

    let violation = check::typed::<crate::workflow::tests::DemoInputs>(
        &json!({ "userId": "mine", "type": "key", "level": 300 }),
    );
    let violation = violation.unwrap_err();
    assert_eq!(violation.to_string(), "/level: value is not u8");
    let violation = check::typed::<crate::workflow::tests::DemoInputs>(
        &json!({ "userId": { "hunter2": 1 }, "type": "key", "level": 3 }),
    );
    assert_eq!(
        violation.unwrap_err().to_string(),
        "/userId: value is not a string"
    );
}

#[tokio::test]
async fn outputs_hide_what_the_inputs_hold_unless_asked_for() {
    let given = json!({ "type": "hunter2-key", "level": 3 });
    let replies = || vec![reply(200, "token"), reply(200, "of hunter2-key!")];
    let (_, hidden) = call(Some("mine"), replies());
    let outputs = hidden.inputs(given.clone()).await.unwrap();
    assert_eq!(outputs, json!({ "text": "of [redacted]!" }));

    let (_, exposed) = call(Some("mine"), replies());
    let outputs = exposed.inputs(given).expose_secrets().await.unwrap();
    assert_eq!(outputs, json!({ "text": "of hunter2-key!" }));
}

#[tokio::test]
async fn an_error_as_json_has_step_status_and_finished_steps_and_can_be_resumed() {
    let given = json!({ "type": "hunter2-key", "level": 3 });
    let (_, failing) = call(Some("mine"), vec![reply(200, "a-token"), error(404, &[])]);
    let failed = failing.inputs(given.clone()).run().await.unwrap_err();
    let shown = failed.to_json();
    assert_eq!(shown["kind"], "not_found");
    assert_eq!(shown["workflow"], "demo");
    assert_eq!(shown["step"], "$second");
    assert_eq!(shown["status"], 404);
    assert_eq!(shown["finished"], json!(["first"]));
    assert_eq!(shown["mayHaveRun"], false);
    assert!(!shown.to_string().contains("a-token"), "{shown}");

    let record = failed.to_json_with_secrets()["record"].take();
    let record: WorkflowRecord = serde_json::from_value(record).unwrap();
    let (script, resumed) = call(Some("mine"), vec![reply(200, "done")]);
    let outputs = resumed.inputs(given).resume(record).await.unwrap();
    assert_eq!(outputs, json!({ "text": "done" }));
    assert_eq!(script.steps(), [DemoStep::Second]);
}

#[tokio::test]
async fn progress_names_the_steps() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let hook = {
        let seen = seen.clone();
        move |progress: Progress<&'static StepInfo>| {
            if let Progress::Finished { step, .. } = progress {
                seen.lock().unwrap().push(step.id);
            }
        }
    };
    let given = json!({ "type": "hunter2-key", "level": 3 });
    let (_, run) = call(Some("mine"), vec![reply(200, "1"), reply(200, "2")]);
    run.inputs(given).progress(hook).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["first", "$second"]);
}

#[test]
fn redacts_by_references_alternatives_items_and_properties() {
    let schema = json!({
        "properties": {
            "token": { "$ref": "#/$defs/Token" },
            "nullable": { "anyOf": [{ "$ref": "#/$defs/Token" }, { "type": "null" }] },
            "list": { "items": { "anyOf": [{ "$ref": "#/$defs/Node" }, { "type": "string" }] } },
            "pair": { "prefixItems": [{}, { "$ref": "#/$defs/Token" }] },
            "map": { "additionalProperties": { "$ref": "#/$defs/Token" } },
            "keys": { "type": "object", "x-secret": true }
        },
        "$defs": {
            "Token": { "type": "string", "x-secret": true },
            "Node": { "allOf": [{ "$ref": "#/$defs/Node" }], "properties": {
                "key": { "x-secret": true }, "next": { "$ref": "#/$defs/Node" }
            } }
        }
    });
    let mut value = json!({
        "token": "token-1",
        "nullable": null,
        "list": [{ "key": 7, "next": { "key": "token-2", "name": "n" } }, "plain"],
        "pair": ["plain", "token-3"],
        "map": { "a": "token-4" },
        "keys": { "inner": ["token-5"] },
        "link": "https://example.com/token-1?a=token-5",
        "other": "token-6"
    });
    redact::redact(&schema, &mut value, vec!["token-6".into(), "a".into()]);
    let expected = json!({
        "token": "[redacted]",
        "nullable": null,
        "list": [{ "key": "[redacted]", "next": { "key": "[redacted]", "name": "n" } }, "plain"],
        "pair": ["plain", "[redacted]"],
        "map": { "a": "[redacted]" },
        "keys": "[redacted]",
        "link": "https://example.com/[redacted]?a=[redacted]",
        "other": "[redacted]"
    });
    assert_eq!(value, expected);
}

#[test]
fn collects_the_strings_of_json_in_a_string() {
    let schema = json!({ "properties": { "fields": { "x-secret": true } } });
    let mut secrets = Vec::new();
    let value = json!({ "fields": "{\"api_key\":\"sk-inner-1\",\"n\":[1,\"ab\"]}" });
    redact::collect(&schema, &value, &mut secrets);
    let texts: Vec<&str> = secrets.iter().map(|it| it.expose()).collect();
    assert_eq!(texts[1..], ["sk-inner-1"]);
}

const NOON: u64 = 1_800_000_000;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Inputs with a secret that the second response repeats.
fn secret_inputs() -> Value {
    json!({ "userId": "mine", "type": "hunter2-key", "level": 3 })
}

#[tokio::test]
async fn a_run_advances_by_one_step_and_is_restored() {
    let replies = || vec![reply(200, "t"), reply(200, "it is hunter2-key")];
    let (script, call) = call(None, replies());
    let mut run = call.inputs(secret_inputs()).into_run().unwrap();
    let mut steps = Vec::new();
    let outputs = loop {
        let stored = serde_json::to_value(&run).unwrap();
        let (_, call) = self::call(None, Vec::new());
        let restored = call.restore(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(&restored).unwrap(), stored);
        assert_eq!(restored.next(), run.next());
        let debug = format!("{run:?}");
        assert!(!debug.contains("hunter2"), "{debug}");
        match run.advance().await.unwrap() {
            JsonAdvanced::Step(step) => steps.push(step.id),
            JsonAdvanced::Wait(delay) => panic!("{delay:?}"),
            JsonAdvanced::Finished(outputs) => break outputs,
        }
    };
    assert_eq!((steps, script.steps().len()), (vec!["first", "$second"], 2));
    assert_eq!(outputs["text"], "it is [redacted]");
}

#[tokio::test]
async fn a_restored_run_knows_that_its_step_may_have_run() {
    let (_, call) = call(None, Vec::new());
    let mut run = call.inputs(secret_inputs()).into_run().unwrap();
    run.begin();
    let stored = serde_json::to_value(&run).unwrap();
    let (script, call) = self::call(None, vec![reply(200, "t")]);
    let mut run = call.restore(stored.clone()).unwrap();
    assert!(run.may_have_run());
    let error = run.advance().await.unwrap_err();
    assert!(error.may_have_run(), "{error}");
    assert!(script.steps().is_empty());

    let (script, call) = self::call(None, vec![reply(200, "t")]);
    let call = call.on_uncertain(OnUncertain::Repeat);
    call.restore(stored).unwrap().advance().await.unwrap();
    assert_eq!(script.steps(), [DemoStep::First]);
}

#[tokio::test]
async fn outputs_expire_at_the_time_of_the_caller() {
    let mut script = Script::new(only_ok, vec![reply(200, "t")]);
    script.expires_at = chrono::DateTime::from_timestamp(1_800_000_000, 0);
    let builder = Demo::with_clients(script.clone());
    let call = JsonCall::new(&INFO, AnyCall::new(builder));
    let mut run = call.inputs(secret_inputs()).into_run().unwrap();
    run.advance().await.unwrap();
    let stored = serde_json::to_value(&run).unwrap();
    for (now, next) in [(NOON - 61, "$second"), (NOON - 60, "first")] {
        let (_, call) = self::call(None, Vec::new());
        let run = call.restore_at(stored.clone(), at(now)).unwrap();
        assert_eq!(run.next().map(|step| step.id), Some(next), "{now}");
    }
}

#[test]
fn what_is_not_a_run_of_the_workflow_is_not_restored() {
    for wrong in [
        json!([]),
        json!(null),
        json!({}),
        json!({ "workflow": "demo" }),
    ] {
        let (_, call) = call(None, Vec::new());
        let error = call.restore(wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
}

#[test]
fn inputs_that_the_handle_sets_are_not_required() {
    let required = |user: Option<&str>| {
        let (_, call) = call(user, Vec::new());
        call.inputs_schema().unwrap()["required"].clone()
    };
    assert_eq!(required(None), json!(["userId", "type", "level"]));
    assert_eq!(required(Some("mine")), json!(["type", "level"]));
}
