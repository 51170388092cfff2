//! Outputs of steps and workflows: what they are made of, and whether they are certainly there.

use serde_json::Value;

use super::Checker;
use super::Place;
use crate::arazzo::document;
use crate::arazzo::expression::{Expression, Part};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::Template;
use crate::lower::assign::Filler;
use crate::lower::flow::Certain;
use crate::lower::read_expression::{Answer, Context, Known, read_output};
use crate::model::{
    Access, BodyUse, Constant, Output, OutputValue, Read, ReadFrom, TextPiece, Ty, Workflow,
};
use crate::names::Scope;
use crate::openapi::index;

/// The outputs of a step.
pub(crate) fn of_step(
    filler: &Filler<'_>,
    step: &document::Step,
    answer: Answer<'_>,
    body: BodyUse,
) -> Vec<Output> {
    let mut scope = Scope::new();
    let mut outputs = Vec::new();
    for (id, output) in &step.outputs {
        // Numbers of outputs are handles: one that is wrong still takes its place.
        let (value, known) = checked(filler, output, Some(answer), body).unwrap_or_else(|| {
            let value = OutputValue::Constant(Constant::Json(Value::Null));
            (
                value,
                Known {
                    ty: Ty::Json,
                    certain: true,
                    typed: None,
                },
            )
        });
        let ty = if known.certain {
            known.ty
        } else {
            known.ty.optional()
        };
        outputs.push(Output {
            id: id.clone(),
            description: described(filler, output, answer),
            field: scope.snake(id),
            ty,
            value,
        });
    }
    // What the workflow gives that the step runs, the step gives too.
    if let Answer::Outputs(workflow) = answer {
        for output in undeclared(step, workflow) {
            outputs.push(Output {
                id: output.id.clone(),
                description: output.description.clone(),
                field: scope.snake(&output.id),
                ty: output.ty.clone(),
                value: OutputValue::Read(read_output(output, format!("$outputs.{}", output.id))),
            });
        }
    }
    outputs
}

/// The outputs of the workflow that a step runs which the step does not declare itself.
pub(crate) fn undeclared<'w>(
    step: &document::Step,
    workflow: &'w Workflow,
) -> impl Iterator<Item = &'w Output> {
    let outputs = workflow.outputs.iter();
    outputs.filter(|output| !step.outputs.contains_key(&output.id))
}

/// What the API description says of the part of an answer that an output is.
fn described(filler: &Filler<'_>, output: &document::Output, answer: Answer<'_>) -> Option<String> {
    let Template::Expression(Expression::Response(Part::Body(pointer))) = &output.value else {
        return None;
    };
    let Answer::Response {
        api,
        kind: index::Answer::Value(ty) | index::Answer::MaybeAccepted(ty),
        ..
    } = answer
    else {
        return None;
    };
    let (last, outer) = pointer.tokens.split_last()?;
    let outer = Pointer {
        tokens: outer.to_vec(),
    }
    .to_string();
    let index = filler.context.clients.get(api)?.index;
    let index::Ty::Struct(name) = index.resolve(ty, &outer).ok()?.ty else {
        return None;
    };
    index
        .properties(&name)
        .into_iter()
        .find(|property| property.name == *last)?
        .about
        .description
}

/// One output: what it is made of, and its type.
pub(crate) fn checked(
    filler: &Filler<'_>,
    output: &document::Output,
    answer: Option<Answer<'_>>,
    body: BodyUse,
) -> Option<(OutputValue, Known)> {
    let at = Place {
        file: filler.file,
        pointer: &output.pointer,
    };
    match &output.value {
        Template::Expression(expression) => {
            let (mut read, typed) = filler.read(expression, answer, at)?;
            if typed.is_some() && is_as_good_as_empty(&read) {
                read.path.push(Access::OrEmpty);
                read.certain = true;
            }
            if read.from == ReadFrom::Body && body != BodyUse::Certain {
                read.certain = false;
            }
            // Whether a step was gone through is not known here: within a loop form it may not have been.
            let certain = read.certain && !matches!(read.from, ReadFrom::Output { .. });
            let known = Known {
                ty: read.ty.clone(),
                certain,
                typed,
            };
            Some((OutputValue::Read(read), known))
        }
        Template::Literal(value) => {
            let (constant, ty) = match value {
                Value::String(text) => (Constant::String(text.clone()), Ty::String),
                Value::Bool(value) => (Constant::Bool(*value), Ty::Bool),
                value => (Constant::Json(value.clone()), Ty::Json),
            };
            Some((
                OutputValue::Constant(constant),
                Known {
                    ty,
                    certain: true,
                    typed: None,
                },
            ))
        }
        Template::Text(text) => {
            let pieces = filler.pieces(text, answer, at)?;
            let secret = pieces.iter().any(|piece| match piece {
                TextPiece::Read(read) => read.ty.is_secret(),
                TextPiece::Constant(_) => false,
            });
            let known = Known {
                ty: if secret { Ty::Secret } else { Ty::String },
                certain: true,
                typed: None,
            };
            Some((OutputValue::Text { pieces, secret }, known))
        }
        Template::Array(_) | Template::Object(_) => {
            filler.say(at.unsupported("an output that is a list or an object of values"));
            None
        }
        Template::Selector(_) => {
            filler.say(at.unsupported("a selector"));
            None
        }
    }
}

/// Whether what is read is a list or map that is only absent where the API leaves it out of an answer: to a caller of
/// the workflow that is the same as an empty one.
fn is_as_good_as_empty(read: &Read) -> bool {
    let is_collection = matches!(read.ty, Ty::List(_) | Ty::Map(_) | Ty::JsonMap);
    let is_there = |access: &Access| {
        matches!(
            access,
            Access::Field {
                optional: false,
                ..
            } | Access::Inner { optional: false }
        )
    };
    match read.path.split_last() {
        Some((Access::Field { optional: true, .. }, before)) => {
            read.from == ReadFrom::Body && is_collection && before.iter().all(is_there)
        }
        _ => false,
    }
}

impl Checker<'_> {
    /// The outputs of the workflow, at its end.
    pub(crate) fn workflow_outputs(
        &mut self,
        context: &Context<'_>,
        certain: &Certain,
    ) -> Vec<Output> {
        let filler = Filler::new(context, &self.description().file);
        let mut scope = Scope::with(&["steps"]);
        let mut outputs = Vec::new();
        for (id, output) in &self.workflow.outputs {
            let Some((value, known)) = checked(&filler, output, None, BodyUse::None) else {
                continue;
            };
            let there = match &value {
                OutputValue::Read(read) => match read.from {
                    ReadFrom::Output { step, .. } => read.certain && certain.at_end(step),
                    _ => read.certain,
                },
                _ => true,
            };
            let ty = if there { known.ty } else { known.ty.optional() };
            outputs.push(Output {
                id: id.clone(),
                description: None,
                field: scope.snake(id),
                ty,
                value,
            });
        }
        self.found.extend(filler.diagnostics.take());
        outputs
    }
}
