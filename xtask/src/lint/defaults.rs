//! Checks of the defaults of inputs against their schemas.

use serde_json::Value;

use super::literal::mismatch;
use super::report::Report;
use crate::arazzo::document::Workflow;
use crate::diagnostic::{Code, child};
use crate::openapi::description::ApiDescription;

/// Reports defaults of inputs that do not fit their schemas.
pub(super) fn check(workflow: &Workflow, report: &mut Report<'_>) {
    for (name, field) in &workflow.inputs.fields {
        let Some(default) = field.schema.get("default") else {
            continue;
        };
        if let Some(problem) = problem(&field.schema, default) {
            let message = format!("invalid default of the input `{name}`: {problem}");
            report.add(
                Code::InvalidDefault,
                &child(&field.pointer, "default"),
                message,
                "rejected by the schema",
                Some("write a default of the declared type".into()),
            );
        }
    }
}

/// Returns `true` if a default fits the schema of its input.
pub(crate) fn fits(schema: &Value, default: &Value) -> bool {
    problem(schema, default).is_none()
}

/// Returns the reason why a schema rejects a default. References in the schema have been inlined.
fn problem(schema: &Value, default: &Value) -> Option<String> {
    mismatch(ApiDescription::new(&Value::Null), schema, default).map(|it| it.text)
}
