//! Substitution of outputs that are read by their own step, in its criteria, actions and other outputs.
//!
//! Such an output is computed from the current response, not from an earlier run of the step.

use std::collections::BTreeMap;

use super::substitute::Substitution;
use crate::arazzo::document::{Output, Step, Target};
use crate::arazzo::expression::{Expression, Field, Named, Resolved};
use crate::arazzo::template::{PartLookup, Template};
use crate::graph::topological_order;

/// Maximum number of values in a substituted output. Outputs that include each other can grow exponentially.
const MAX_SIZE: usize = 256;

/// Replaces the expressions that read outputs of their own step by the definitions of these outputs.
///
/// Circular outputs, and expressions that read an unknown part of a value, are kept.
pub(crate) fn replace(step: &mut Step) {
    let mut own = OwnOutputs {
        id: step.id.clone(),
        target: step.target.clone(),
        outputs: step.outputs.clone(),
        substituted: BTreeMap::new(),
    };
    let needs: Vec<Vec<usize>> = own.outputs.values().map(|it| own.needs(it)).collect();
    for number in topological_order(&needs) {
        own.substitute(number);
    }
    for (id, output) in &mut step.outputs {
        if let Some(substituted) = own.substituted.get(id) {
            output.value = substituted.clone();
        }
    }
    Substitution(&|expression| own.value(expression)).criteria(step);
}

/// The outputs of a step.
struct OwnOutputs {
    id: String,
    target: Target,
    /// As written in the document.
    outputs: indexmap::IndexMap<String, Output>,
    /// The substituted values, without expressions that read outputs of the step.
    substituted: BTreeMap<String, Template>,
}

impl OwnOutputs {
    /// Returns the indices of the outputs that an output reads.
    fn needs(&self, output: &Output) -> Vec<usize> {
        let mut needs = Vec::new();
        output.value.visit("", &mut |_, expression| {
            let named = self.read(expression);
            let resolved = named.and_then(|named| self.resolve(named));
            needs.extend(resolved.and_then(|it| self.outputs.get_index_of(it.name)));
        });
        needs
    }

    /// Substitutes an output. The outputs it reads must have been substituted before.
    fn substitute(&mut self, number: usize) {
        let Some((id, output)) = self.outputs.get_index(number) else {
            return;
        };
        let mut value = output.value.clone();
        Substitution(&|expression| self.value(expression)).template(&mut value);
        if size(&value) <= MAX_SIZE {
            self.substituted.insert(id.clone(), value);
        }
    }

    /// Returns the value of an expression that reads a substituted output of the step.
    fn value(&self, expression: &Expression) -> Option<Template> {
        let named = self.read(expression)?;
        let Some(resolved) = self.resolve(named) else {
            // Outputs of the workflow that the step runs are outputs of the step.
            return match self.target {
                Target::Workflow(_) => {
                    Some(Template::Expression(Expression::Output(named.clone())))
                }
                Target::Operation(_) | Target::Unreadable => None,
            };
        };
        match self
            .substituted
            .get(resolved.name)?
            .part(&resolved.pointer.tokens)
        {
            PartLookup::Found(value) => Some(value),
            PartLookup::Missing | PartLookup::Unknown => None,
        }
    }

    /// Returns the output that an expression reads, if it is an output of the step.
    fn read<'e>(&self, expression: &'e Expression) -> Option<&'e Named> {
        match (expression, &self.target) {
            (Expression::Step { step, output }, _) if *step == self.id => Some(output),
            (
                Expression::Workflow {
                    workflow,
                    field: Field::Outputs,
                    name,
                },
                Target::Workflow(run),
            ) if run.id == *workflow => Some(name),
            _ => None,
        }
    }

    fn resolve<'n>(&self, named: &'n Named) -> Option<Resolved<'n>> {
        named.resolve(|name| self.outputs.contains_key(name))
    }
}

/// Returns the number of values in a template.
fn size(template: &Template) -> usize {
    match template {
        Template::Literal(_) | Template::Expression(_) | Template::Selector(_) => 1,
        Template::Text(text) => text.parts.len(),
        Template::Array(items) => items.iter().map(size).sum(),
        Template::Object(members) => members.values().map(size).sum(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::arazzo::document::Description;
    use crate::arazzo::template::Reader;
    use crate::diagnostic::Diagnostics;
    use crate::load;

    /// Returns a step `s` with these outputs and this criterion, after substitution.
    fn replaced(outputs: &Value, criterion: &str) -> Step {
        let document = json!({
            "arazzo": "1.0.1", "info": { "title": "T", "version": "1" },
            "sourceDescriptions": [{ "name": "a", "url": "a.yml" }],
            "workflows": [{ "workflowId": "w", "steps": [{
                "stepId": "s", "operationId": "o", "outputs": outputs,
                "successCriteria": [{ "condition": criterion }],
            }] }],
        });
        let document = load::parse("f.yml", document.to_string()).unwrap();
        let description = Description::read(&document, &mut Diagnostics::new()).unwrap();
        let mut step = description.workflows[0].steps[0].clone();
        replace(&mut step);
        step
    }

    fn template(value: Value) -> Template {
        Reader::default().template(&value, "")
    }

    #[test]
    fn replaces_an_output_of_the_same_step_by_its_definition() {
        let outputs = json!({
            "text": "at {$steps.s.outputs.second}",
            "second": "$steps.s.outputs.first#/inner",
            "first": "$response.body#/a",
        });
        let step = replaced(&outputs, "$steps.s.outputs.second == 1");
        let output = |id: &str| step.outputs[id].value.clone();
        assert_eq!(output("second"), template(json!("$response.body#/a/inner")));
        assert_eq!(
            output("text"),
            template(json!("at {$response.body#/a/inner}"))
        );
        let plain = replaced(&json!({}), "$response.body#/a/inner == 1");
        assert_eq!(step.success[0].condition, plain.success[0].condition);
    }

    #[test]
    fn keeps_circular_outputs() {
        let outputs = json!({ "a": "$steps.s.outputs.b", "b": "$steps.s.outputs.a" });
        let step = replaced(&outputs, "$statusCode == 200");
        assert_eq!(
            step.outputs["a"].value,
            template(json!("$steps.s.outputs.b"))
        );
    }

    #[test]
    fn keeps_outputs_that_would_become_too_large() {
        let mut outputs = serde_json::Map::new();
        for number in 0..40 {
            let earlier = format!("$steps.s.outputs.o{}", number - 1);
            let value = match number {
                0 => json!("$response.body#/a"),
                _ => json!(format!("{{{earlier}}} {{{earlier}}}")),
            };
            outputs.insert(format!("o{number}"), value);
        }
        let step = replaced(&Value::Object(outputs), "$statusCode == 200");
        assert!(
            step.outputs
                .values()
                .all(|output| size(&output.value) < 1000)
        );
    }
}
