//! Operations and workflow steps of the documents, read independently of the generator.

use std::collections::BTreeMap;

use pipedream_sdk_generated::PIPEDREAM_DOCUMENT;
use serde_json::Value;

/// An operation of the OpenAPI document.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub method: String,
    /// Documented success status.
    pub status: u16,
    pub success: Success,
    /// `true` if the operation may be repeated: by its method, unless the document declares otherwise.
    pub idempotent: bool,
}

/// Body of a successful response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    /// A JSON body.
    Json,
    /// A JSON body, or a 202 without a body.
    JsonOrAccepted,
    /// No body.
    NoBody,
    /// Bytes of any format.
    Bytes,
}

/// A step of a workflow.
#[derive(Clone, Debug)]
pub struct Step {
    pub workflow: String,
    pub id: String,
    /// Position in the workflow, from 0.
    pub position: usize,
    /// Number of earlier steps that call the same operation.
    pub earlier_calls: usize,
    pub operation: Operation,
    /// Status that the success criterion requires.
    pub criterion: u16,
    /// `true` if an output is read from the response body.
    pub reads_body: bool,
    /// IDs of all steps of the workflow, in their order.
    pub all: Vec<String>,
}

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// Returns every operation of the document, in its order.
pub fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(PIPEDREAM_DOCUMENT).expect("the document is JSON");
    let mut found = Vec::new();
    for item in document["paths"].as_object().expect("paths").values() {
        for (method, operation) in item.as_object().expect("a path item") {
            if METHODS.contains(&method.as_str()) {
                found.push(read_operation(&document, method, operation));
            }
        }
    }
    found
}

fn read_operation(document: &Value, method: &str, operation: &Value) -> Operation {
    let responses = operation["responses"].as_object().expect("responses");
    let (status, response) = responses
        .iter()
        .find(|(status, _)| ["200", "201", "204"].contains(&status.as_str()))
        .expect("a success");
    let content = resolved(document, response)["content"].as_object();
    let success = match content {
        None => Success::NoBody,
        Some(content) if !content.contains_key("application/json") => Success::Bytes,
        Some(_) if responses.contains_key("202") => Success::JsonOrAccepted,
        Some(_) => Success::Json,
    };
    Operation {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        status: status.parse().expect("a status"),
        success,
        idempotent: operation["x-idempotent"]
            .as_bool()
            .unwrap_or(!["post", "patch"].contains(&method)),
    }
}

/// Returns the target of a `$ref`, or the value itself.
pub fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str().and_then(|it| it.strip_prefix('#')) {
        Some(pointer) => document.pointer(pointer).expect("a target"),
        None => value,
    }
}

/// Returns every step of every workflow that only uses Pipedream, from the Arazzo documents of this repository.
pub fn steps() -> Vec<Step> {
    let operations: BTreeMap<String, Operation> = operations()
        .into_iter()
        .map(|operation| (operation.id.clone(), operation))
        .collect();
    let mut paths: Vec<_> = std::fs::read_dir(crate::repository().join("arazzo"))
        .expect("the folder of workflows")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("pipedream-") && name.ends_with("-workflow.yml")
        })
        .collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let document = xtask::load::load(&path).expect("a document").value;
        for workflow in document["workflows"].as_array().expect("workflows") {
            read_steps(workflow, &operations, &mut found);
        }
    }
    found
}

fn read_steps(workflow: &Value, operations: &BTreeMap<String, Operation>, found: &mut Vec<Step>) {
    let steps = workflow["steps"].as_array().expect("steps");
    let all: Vec<String> = steps.iter().map(|step| text(&step["stepId"])).collect();
    let mut called: BTreeMap<String, usize> = BTreeMap::new();
    for (position, step) in steps.iter().enumerate() {
        // `$sourceDescriptions.name.operation`, or the plain operation ID.
        let operation = text(&step["operationId"]);
        let operation = operation.rsplit('.').next().unwrap_or_default();
        let calls = called.entry(operation.to_owned()).or_default();
        let condition = text(&step["successCriteria"][0]["condition"]);
        let outputs = step["outputs"].as_object().into_iter().flatten();
        found.push(Step {
            workflow: text(&workflow["workflowId"]),
            id: text(&step["stepId"]),
            position,
            earlier_calls: *calls,
            operation: operations[operation].clone(),
            criterion: condition
                .strip_prefix("$statusCode == ")
                .and_then(|status| status.parse().ok())
                .expect("a condition about the status"),
            reads_body: outputs
                .map(|(_, value)| text(value))
                .any(|value| value.starts_with("$response.body")),
            all: all.clone(),
        });
        *calls += 1;
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
