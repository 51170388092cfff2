//! Substitution of expressions whose values the document itself has: the fields of
//! `$sourceDescriptions.NAME`, and `$self`.

use serde_json::Value;

use super::substitute::Substitution;
use crate::arazzo::document::{Description, Output, SourceKind, Workflow};
use crate::arazzo::expression::Expression;
use crate::arazzo::template::Template;

/// Replaces the expressions in all values and criteria of a workflow.
pub(crate) fn replace(workflow: &mut Workflow, description: &Description) {
    let value = |expression: &Expression| match expression {
        Expression::Source { source, reference } if reference == "url" => {
            let url = description.source(source)?.url.clone();
            Some(Template::Literal(Value::String(url)))
        }
        Expression::Source { source, reference } if reference == "type" => {
            let kind = match description.source(source)?.kind {
                SourceKind::OpenApi => "openapi",
                SourceKind::Arazzo => "arazzo",
                SourceKind::AsyncApi => "asyncapi",
            };
            Some(Template::Literal(kind.into()))
        }
        Expression::SelfUri => {
            let uri = description.self_uri.clone()?;
            Some(Template::Literal(Value::String(uri)))
        }
        _ => None,
    };
    let substitution = Substitution(&value);
    for step in &mut workflow.steps {
        for parameter in &mut step.parameters {
            substitution.template(&mut parameter.value);
        }
        if let Some(body) = &mut step.body {
            if let Some(payload) = &mut body.payload {
                substitution.template(payload);
            }
            for replacement in &mut body.replacements {
                substitution.template(&mut replacement.value);
            }
        }
        for Output { value, .. } in step.outputs.values_mut() {
            substitution.template(value);
        }
        substitution.criteria(step);
    }
    for Output { value, .. } in workflow.outputs.values_mut() {
        substitution.template(value);
    }
}
