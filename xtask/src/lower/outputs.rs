//! Outputs of steps and workflows: their values, their types, and the cases in which they are absent.

use serde_json::Value;

use super::assign::Assigner;
use super::callee::Target;
use super::flow::FinishedSteps;
use super::read_expression::{
    Context, Inferred, OutputType, Response, Scope, Untyped, raw_body, read_output,
};
use super::received::{has_secrets, may_differ, received_name};
use super::report::{DocumentLocation, Reported, all};
use crate::arazzo::document;
use crate::arazzo::expression::{Expression, Part};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::{Template, Text, TextPart};
use crate::diagnostic::{Diagnostic, child};
use crate::model::{
    Access, BodyUse, Constant, JsonTemplate, Output, OutputValue, Read, ReadFrom, TextPiece, Ty,
    Workflow,
};
use crate::names::{Scope as Names, bare};
use crate::openapi::index;

impl Assigner<'_, '_> {
    /// Lowers the outputs of the step with this index.
    pub(crate) fn outputs_of_step(
        &self,
        number: usize,
        step: &document::Step,
        target: &Target<'_>,
        body: BodyUse,
    ) -> Result<Vec<Output>, Reported> {
        let mut names = Names::new();
        let scope = Scope::Response {
            step: number,
            of: target.response(),
        };
        let inferred = self.context.outputs.get(number).map(Vec::as_slice);
        let inferred = inferred.unwrap_or_default();
        let declared = step.outputs.iter().zip(inferred);
        let outputs = declared.map(|((id, output), inferred)| {
            // The error was reported when the type was inferred.
            if let Inferred::Failed(reported) = &inferred.inferred {
                return Err(*reported);
            }
            let at = self.reports().at(&output.pointer);
            let typed = lower_output(self.context, output, scope, body, at);
            let (value, known) = typed.map_err(|it| self.lowering.reported(it, at))?;
            Ok(Output {
                id: id.clone(),
                description: property_description(self.context, output, target.response()),
                field: names.snake(id),
                ty: match known.certain {
                    true => known.ty,
                    false => known.ty.optional(),
                },
                value,
                undecoded: undecoded(output, body),
            })
        });
        let mut outputs = all(outputs)?;
        // The outputs of a workflow that the step runs are also outputs of the step.
        if let Target::Workflow(lowered) = target {
            outputs.extend(undeclared(step, &lowered.workflow).map(|output| Output {
                id: output.id.clone(),
                description: output.description.clone(),
                field: names.snake(&output.id),
                // The criteria may accept a failure of the workflow.
                ty: match body {
                    BodyUse::Maybe => output.ty.clone().optional(),
                    BodyUse::Certain | BodyUse::None => output.ty.clone(),
                },
                value: OutputValue::Read(read_output(output, format!("$outputs.{}", output.id))),
                undecoded: None,
            }));
        }
        Ok(outputs)
    }

    /// Lowers the outputs of the workflow.
    pub(crate) fn outputs_of_workflow(
        &self,
        certain: &FinishedSteps,
    ) -> Result<Vec<Output>, Reported> {
        let mut names = Names::with(&["steps"]);
        let outputs = self.context.workflow.outputs.iter();
        all(outputs.map(|(id, output)| {
            let at = self.reports().at(&output.pointer);
            let typed = lower_output(self.context, output, Scope::NoResponse, BodyUse::None, at);
            let (value, known) = typed.map_err(|it| self.lowering.reported(it, at))?;
            let is_present = match &value {
                OutputValue::Read(read) => match read.from {
                    ReadFrom::Output { step, .. } => read.certain && certain.at_end(step),
                    _ => read.certain,
                },
                OutputValue::Constant(_) | OutputValue::Text { .. } | OutputValue::Json(_) => true,
            };
            Ok(Output {
                id: id.clone(),
                description: None,
                field: names.snake(id),
                ty: match is_present {
                    true => known.ty,
                    false => known.ty.optional(),
                },
                value,
                undecoded: None,
            })
        }))
    }
}

impl Assigner<'_, '_> {
    /// Adds the JSON, as received, of the outputs that workflows which run this one send in a body.
    pub(crate) fn add_received(&self, outputs: &mut Vec<Output>) {
        let mut names = Names::with(&["steps"]);
        for output in outputs.iter() {
            names.snake(&bare(&output.field));
        }
        for (id, declared) in &self.context.workflow.outputs {
            let known = outputs.iter().find(|output| output.id == *id);
            if self.lowering.sent_on.contains(id)
                && let Some(output) = known
                && let OutputValue::Read(read) = &output.value
                && let Template::Expression(expression) = &declared.value
                && let Some(received) = self.received.read(self.context, expression, read, true)
            {
                let field = &output.field;
                outputs.push(Output {
                    id: received_name(id),
                    description: Some(format!(
                        "The JSON of `{id}` as it was received, which a workflow that runs this one sends."
                    )),
                    field: names.snake(&format!("{}_as_received", bare(field))),
                    ty: Ty::Json.optional(),
                    value: OutputValue::Read(received),
                    undecoded: None,
                });
            }
        }
    }
}

/// Returns the pointer of an output into a body that may be one the success type cannot represent.
fn undecoded(output: &document::Output, body: BodyUse) -> Option<String> {
    match &output.value {
        Template::Expression(Expression::Response(Part::Body(pointer)))
            if body == BodyUse::Maybe =>
        {
            Some(pointer.to_string())
        }
        _ => None,
    }
}

/// Returns the outputs of the workflow that a step runs, except for those the step itself declares.
pub(crate) fn undeclared<'w>(
    step: &document::Step,
    workflow: &'w Workflow,
) -> impl Iterator<Item = &'w Output> {
    let outputs = workflow.outputs.iter();
    outputs.filter(|output| !step.outputs.contains_key(&output.id))
}

/// Returns `true` if an output reads the decoded body of the response.
pub(crate) fn reads_body(output: &Output) -> bool {
    output.value.reads_any(|read| read.from == ReadFrom::Body)
}

/// Returns the description of the response property that an output reads.
fn property_description(
    context: &Context<'_>,
    output: &document::Output,
    response: Response<'_>,
) -> Option<String> {
    let property = property(context, output, response)?;
    property.declaration.description.clone()
}

/// Returns `true` if an output reads a response property that may be null.
fn is_nullable(context: &Context<'_>, output: &document::Output, scope: Scope<'_>) -> bool {
    let property = match scope {
        Scope::Response { of, .. } => property(context, output, of),
        Scope::NoResponse => None,
    };
    // An optional property is one `Option`.
    property.is_some_and(|it| it.ty.options() > usize::from(!it.required))
}

/// Returns the response property that an output reads.
fn property<'a>(
    context: &Context<'a>,
    output: &document::Output,
    response: Response<'_>,
) -> Option<&'a index::Property> {
    let Template::Expression(Expression::Response(Part::Body(pointer))) = &output.value else {
        return None;
    };
    let Response::Operation {
        api,
        response_type: index::ResponseType::Value(ty) | index::ResponseType::MaybeAccepted(ty),
        ..
    } = response
    else {
        return None;
    };
    let (last, outer) = pointer.tokens.split_last()?;
    let outer = Pointer {
        tokens: outer.to_vec(),
    };
    let index = context.clients.get(api)?.index;
    let index::Ty::Struct(name) = index.resolve(ty, &outer.to_string()).ok()?.ty else {
        return None;
    };
    let mut properties = index.properties(&name).iter();
    properties.find(|property| property.name == *last)
}

/// Returns the value and type of an output.
pub(crate) fn lower_output(
    context: &Context<'_>,
    output: &document::Output,
    scope: Scope<'_>,
    body: BodyUse,
    at: DocumentLocation<'_>,
) -> Result<(OutputValue, OutputType), Untyped> {
    let constant = |ty| OutputType {
        ty,
        certain: true,
        is_nullable: false,
        client_type: None,
    };
    match &output.value {
        Template::Expression(expression) => {
            let typed = context.read(expression, scope, at)?;
            let mut read = typed.read;
            if typed.client_type.is_some() && defaults_to_empty(&read) {
                read.path.push(Access::OrEmpty);
                read.certain = true;
            }
            if read.from == ReadFrom::Body && body != BodyUse::Certain {
                read.certain = false;
            }
            let known = OutputType {
                ty: read.ty.clone(),
                // The step may not have finished. `flow::finished_steps` determines that.
                certain: read.certain && !matches!(read.from, ReadFrom::Output { .. }),
                is_nullable: is_nullable(context, output, scope),
                client_type: typed.client_type,
            };
            Ok((OutputValue::Read(read), known))
        }
        Template::Literal(value) => {
            let (value, ty) = match value {
                Value::String(text) => (Constant::String(text.clone()), Ty::String),
                Value::Bool(value) => (Constant::Bool(*value), Ty::Bool),
                value => (Constant::Json(value.clone()), Ty::Json),
            };
            Ok((OutputValue::Constant(value), constant(ty)))
        }
        Template::Text(text) => {
            let pieces = pieces(context, text, (scope, body), at)?;
            let secret = is_secret(&pieces);
            let ty = if secret { Ty::Secret } else { Ty::String };
            Ok((OutputValue::Text { pieces, secret }, constant(ty)))
        }
        Template::Array(_) | Template::Object(_) => {
            let json = json(context, &output.value, (scope, body), at)?;
            Ok((OutputValue::Json(json), constant(Ty::Json)))
        }
        Template::Selector(selector) => {
            let read = context.selected(selector, scope, at)?;
            let ty = OutputType {
                ty: read.ty.clone(),
                certain: false,
                is_nullable: false,
                client_type: None,
            };
            Ok((OutputValue::Read(read), ty))
        }
    }
}

/// Lowers an output, or a part of one, that is a list or an object.
fn json(
    context: &Context<'_>,
    template: &Template,
    (scope, body): (Scope<'_>, BodyUse),
    at: DocumentLocation<'_>,
) -> Result<JsonTemplate, Untyped> {
    let inner = |key: &dyn std::fmt::Display, template: &Template| {
        let pointer = child(at.pointer, key);
        let at = DocumentLocation {
            pointer: &pointer,
            ..at
        };
        json(context, template, (scope, body), at)
    };
    Ok(match template {
        Template::Literal(value) => JsonTemplate::Constant(value.clone()),
        Template::Expression(expression) => {
            let read = part(context, expression, (scope, body), at)?;
            match (&read.ty, read.from) {
                // The fields of a list or an object have no type that would hide them.
                (ty, _) if ty.is_secret() => return Err(secret_part(at).into()),
                (Ty::Bytes, _) => return Err(at.unsupported("bytes in JSON").into()),
                (_, ReadFrom::Method(method)) => JsonTemplate::Constant(method.into()),
                _ => JsonTemplate::Read(read),
            }
        }
        Template::Text(text) => {
            let pieces = pieces(context, text, (scope, body), at)?;
            if is_secret(&pieces) {
                return Err(secret_part(at).into());
            }
            JsonTemplate::Text(pieces)
        }
        Template::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(number, item)| inner(&number, item));
            JsonTemplate::List(items.collect::<Result<_, _>>()?)
        }
        Template::Object(members) => {
            let members = members.iter();
            let members = members.map(|(key, value)| Ok((key.clone(), inner(key, value)?)));
            JsonTemplate::Object(members.collect::<Result<_, Untyped>>()?)
        }
        Template::Selector(selector) => JsonTemplate::Read(context.selected(selector, scope, at)?),
    })
}

fn pieces(
    context: &Context<'_>,
    text: &Text,
    (scope, body): (Scope<'_>, BodyUse),
    at: DocumentLocation<'_>,
) -> Result<Vec<TextPiece>, Untyped> {
    let piece = |piece: &TextPart| match piece {
        TextPart::Literal(text) => Ok(TextPiece::Constant(text.clone())),
        TextPart::Expression(expression) | TextPart::Xml(expression) => {
            let read = part(context, expression, (scope, body), at)?;
            Ok(match read.from {
                ReadFrom::Method(method) => TextPiece::Constant(method.to_owned()),
                _ => TextPiece::Read(read),
            })
        }
    };
    text.parts.iter().map(piece).collect()
}

/// Reads a part of an output.
fn part(
    context: &Context<'_>,
    expression: &Expression,
    (scope, body): (Scope<'_>, BodyUse),
    at: DocumentLocation<'_>,
) -> Result<Read, Untyped> {
    let typed = context.read(expression, scope, at)?;
    let response = match scope {
        Scope::Response { of, .. } => Some(of),
        Scope::NoResponse => None,
    };
    match (expression, response) {
        // The accepted response may be one that the success type does not represent.
        (Expression::Response(Part::Body(pointer)), Some(Response::Operation { .. }))
            if body == BodyUse::Maybe && !typed.read.ty.is_secret() =>
        {
            Ok(raw_body(pointer, expression.to_string()))
        }
        // The output as received, with undeclared properties and the offsets of times.
        (Expression::Response(Part::Body(pointer)), Some(Response::Operation { .. }))
            if may_differ(&typed.read.ty)
                && !typed.client_type.is_none_or(|ty| has_secrets(context, &ty)) =>
        {
            Ok(raw_body(pointer, expression.to_string()))
        }
        _ => Ok(typed.read),
    }
}

fn is_secret(pieces: &[TextPiece]) -> bool {
    let mut found = false;
    TextPiece::visit(pieces, &mut |read| found |= read.ty.is_secret());
    found
}

fn secret_part(at: DocumentLocation<'_>) -> Diagnostic {
    at.unsupported("a secret in an output that is a list or an object")
        .help(
            "declare the secret as an output of its own, so that it is not printed with the others",
        )
}

/// Returns `true` for a list or map that is only absent if the API omits the property.
///
/// For a caller of the workflow, an absent list or map is equivalent to an empty one.
fn defaults_to_empty(read: &Read) -> bool {
    let is_collection = matches!(read.ty, Ty::List(_) | Ty::Map(_) | Ty::JsonMap);
    let is_present = |access: &Access| {
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
            read.from == ReadFrom::Body && is_collection && before.iter().all(is_present)
        }
        _ => false,
    }
}
