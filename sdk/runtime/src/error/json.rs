//! Conversion of errors into JSON.

use serde::Serialize;
use serde_json::Value;

use super::{Error, redact};
use crate::workflow::json::check::{InputViolation, InputViolations};
use crate::workflow::record::WorkflowRecord;

/// The members of an error in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Members<'a> {
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// Delay in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<f64>,
    may_have_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    violations: Vec<Violation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'a WorkflowRecord>,
}

#[derive(Serialize)]
struct Violation<'a> {
    pointer: &'a str,
    message: &'a str,
}

impl Error {
    /// Returns the error as a JSON object, without secrets.
    ///
    /// `kind`, `message` and `mayHaveRun` are always present; `workflow`, `step`, `operation`, `status`, `code`,
    /// `requestId`, `retryAfter` (in seconds), `body` and `violations` (each with `pointer` and `message`) if the error
    /// has them. For a workflow, `finished` lists the ids of the finished steps. The body is only present for an error
    /// status, and secrets of the request that it repeats are redacted.
    pub fn to_json(&self) -> Value {
        let mut members = self.members();
        members.body = self.redacted_body();
        to_value(&members)
    }

    /// Returns the error as a JSON object with the whole body and, for a workflow, with `record`: the record to resume
    /// from, with the outputs of the finished steps. **The result is a secret.**
    pub fn to_json_with_secrets(&self) -> Value {
        let mut members = self.members();
        if !self.body().is_empty() {
            members.body = Some(json_or_text(&String::from_utf8_lossy(self.body())));
        }
        members.record = self.record();
        to_value(&members)
    }

    /// Returns the violations of the JSON Schema, if the inputs of a workflow are invalid.
    pub fn input_violations(&self) -> &[InputViolation] {
        self.payload::<InputViolations>()
            .map_or(&[], |violations| &violations.0)
    }

    fn members(&self) -> Members<'_> {
        let violations = self.input_violations().iter().map(|violation| Violation {
            pointer: violation.pointer(),
            message: violation.message(),
        });
        Members {
            kind: self.kind().as_str(),
            message: self.to_string(),
            workflow: self.workflow(),
            step: self.step(),
            operation: self.operation(),
            status: self.status().map(|status| status.as_u16()),
            code: self.code(),
            request_id: self.request_id().map(|id| self.hide(id)),
            retry_after: self.retry_after().map(|delay| delay.as_secs_f64()),
            may_have_run: self.may_have_run(),
            body: None,
            violations: violations.collect(),
            finished: self.record().map(WorkflowRecord::finished),
            record: None,
        }
    }

    /// Returns the body of an error status without the secrets of the request.
    fn redacted_body(&self) -> Option<Value> {
        // The secrets of a response that does not meet a condition of a workflow are not known, and the body of a
        // success is data.
        let is_error = self.status().is_some_and(|status| !status.is_success());
        if !is_error || self.0.detail.is_some() || self.body().is_empty() {
            return None;
        }
        let text = String::from_utf8_lossy(self.body());
        let mut body = json_or_text(&redact::hide_in_body(&text, &self.0.secrets));
        // Once more, because JSON may contain a secret with escapes.
        self.hide_strings(&mut body);
        Some(body)
    }

    fn hide_strings(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.hide(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide_strings(item)),
            Value::Object(properties) => properties
                .values_mut()
                .for_each(|property| self.hide_strings(property)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

fn json_or_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

fn to_value(members: &Members<'_>) -> Value {
    // Members consist of strings, numbers and JSON: serializing them cannot fail.
    serde_json::to_value(members).unwrap_or_default()
}
