//! Values as they were received or given, for inputs and outputs of steps that a later step sends.
//!
//! The type of an output or input has the properties that its schema declares, and times in UTC. A request that sends
//! such a value has to contain what was received, so the step gets one more output with the JSON of the response, and
//! the run keeps the JSON of the input. Only values that are sent are kept.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::assign::Assigner;
use super::infer::{input_part, source_part};
use super::plan::Planned;
use super::read_expression::{ClientType, Context, Inferred, Scope, TypedRead, raw_body};
use super::report::{DocumentLocation, Reported};
use super::slot::Slot;
use super::{Entry, LinkedDocument};
use crate::arazzo::document::Target;
use crate::arazzo::expression::{Expression, Field, Part};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::{Selector, Template};
use crate::model::{
    Access, Assignment, BodyValue, Constant, Conversion, GivenValue, Input, JsonTemplate, Output,
    OutputValue, Read, ReadFrom, Step, Ty, ValueSource,
};
use crate::names::{Scope as Names, bare};
use crate::openapi::index::{self, Index};

/// The outputs and inputs of one workflow that are also kept as received.
#[derive(Default)]
pub(crate) struct Received {
    kept: RefCell<Vec<Kept>>,
    /// Indices of the inputs.
    given: RefCell<BTreeSet<usize>>,
}

/// An output that is kept as received.
struct Kept {
    step: usize,
    /// Index of the typed output.
    typed: usize,
    /// Index of the output with the JSON.
    number: usize,
    value: Read,
}

impl Received {
    /// Returns the read of the value as received, if the typed value that `read` reads may differ from it. With
    /// `keeps_null`, an absent typed value may stand for null.
    pub(crate) fn read(
        &self,
        context: &Context<'_>,
        expression: &Expression,
        read: &Read,
        keeps_null: bool,
    ) -> Option<Read> {
        if let Some((input, pointer)) = input_part(context, expression) {
            // A part is read from the serialized form of the input.
            let differs = context.inputs.get(input).is_some_and(may_differ);
            let differs = may_differ(&read.ty) || (differs && !pointer.is_empty());
            return differs.then(|| self.given(input, &pointer, read));
        }
        let (step, output, pointer) = source_part(context, expression)?;
        let declared = context.outputs.get(step)?.get(output)?;
        let is_nullable = match &declared.inferred {
            Inferred::Known(known) => known.is_nullable && pointer.is_empty(),
            Inferred::Unknown | Inferred::Failed(_) => false,
        };
        if may_differ(&read.ty) || (keeps_null && is_nullable) {
            self.part(context, (step, output), &pointer, expression.to_string())
        } else {
            None
        }
    }

    /// Returns the read of an input as it was given.
    fn given(&self, input: usize, pointer: &Pointer, read: &Read) -> Read {
        self.given.borrow_mut().insert(input);
        let path = match pointer.is_empty() {
            true => Vec::new(),
            false => vec![Access::Serialized(pointer.to_string())],
        };
        Read {
            expression: read.expression.clone(),
            from: ReadFrom::Given(input),
            path,
            ty: Ty::Json,
            certain: false,
        }
    }

    /// Marks the inputs that are kept as they were given.
    pub(crate) fn mark(&self, inputs: &mut [Input]) {
        let given = self.given.borrow();
        for (number, input) in inputs.iter_mut().enumerate() {
            input.as_given |= given.contains(&number);
        }
    }

    fn part(
        &self,
        context: &Context<'_>,
        (step, typed): (usize, usize),
        pointer: &Pointer,
        expression: String,
    ) -> Option<Read> {
        let output = self.keep(context, step, typed)?;
        let path = match pointer.is_empty() {
            true => Vec::new(),
            false => vec![Access::Pointer(pointer.to_string())],
        };
        Some(Read {
            expression,
            from: ReadFrom::Output { step, output },
            path,
            ty: Ty::Json,
            certain: false,
        })
    }

    /// Returns the index of the output that has the JSON of a typed output.
    fn keep(&self, context: &Context<'_>, step: usize, typed: usize) -> Option<usize> {
        let known = |kept: &&Kept| kept.step == step && kept.typed == typed;
        if let Some(kept) = self.kept.borrow().iter().find(known) {
            return Some(kept.number);
        }
        let outputs = context.outputs.get(step)?;
        let (_, declared) = (context.workflow.steps.get(step)?.outputs)
            .get_index(typed)
            .unzip();
        // A workflow that the step runs has an output for the JSON of each output that is sent on.
        let of_run = match declared.map(|output| &output.value) {
            Some(Template::Expression(Expression::Output(named))) if named.pointer.is_empty() => {
                Some(named.name.as_str())
            }
            Some(_) => None,
            None => outputs.get(typed).map(|output| output.name),
        };
        if let Some(name) = of_run {
            let name = received_name(name);
            return outputs.iter().position(|output| output.name == name);
        }
        let Inferred::Known(inferred) = &outputs.get(typed)?.inferred else {
            return None;
        };
        let Template::Expression(expression) = &declared?.value else {
            return None;
        };
        // The fields of JSON have no type that would hide secrets.
        let has_secrets = match (expression, &inferred.client_type) {
            (Expression::Input(_), _) => input_has_secrets(context, &inferred.ty),
            (_, Some(client_type)) => has_secrets(context, client_type),
            (_, None) => true,
        };
        if has_secrets {
            return None;
        }
        let value = match expression {
            Expression::Input(_) => {
                let (input, pointer) = input_part(context, expression)?;
                let read = raw_body(&pointer, expression.to_string());
                self.given(input, &pointer, &read)
            }
            Expression::Response(Part::Body(pointer)) => raw_body(pointer, expression.to_string()),
            // The type of such an output is known, so they do not form a cycle.
            _ => {
                let (step, output, pointer) = source_part(context, expression)?;
                self.part(context, (step, output), &pointer, expression.to_string())?
            }
        };
        let mut kept = self.kept.borrow_mut();
        let number = outputs.len() + kept.iter().filter(|kept| kept.step == step).count();
        kept.push(Kept {
            step,
            typed,
            number,
            value,
        });
        Some(number)
    }

    /// Adds the outputs to their steps.
    pub(crate) fn add_to(&self, steps: &mut [Step]) {
        for kept in self.kept.take() {
            let Some(step) = steps.get_mut(kept.step) else {
                continue;
            };
            let mut names = Names::new();
            for output in &step.outputs {
                names.snake(&bare(&output.field));
            }
            let Some(typed) = step.outputs.get(kept.typed) else {
                continue;
            };
            let output = Output {
                id: received_name(&typed.id),
                description: Some(format!(
                    "The JSON of `{}` as it was received, which a later step sends.",
                    typed.id
                )),
                field: names.snake(&format!("{}_as_received", bare(&typed.field))),
                ty: Ty::Json.optional(),
                value: OutputValue::Read(kept.value),
                undecoded: None,
            };
            step.outputs.push(output);
        }
    }
}

impl Assigner<'_, '_> {
    /// Reads an expression as a value of a slot.
    pub(crate) fn read_as(
        &self,
        expression: &Expression,
        slot: &Slot<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<ValueSource, Reported> {
        let TypedRead { read, .. } = self.read(expression, Scope::NoResponse, at)?;
        let ty = slot.ty.inner();
        let takes_null = *ty == Ty::Json || slot.is_nullable();
        let received = || (self.received).read(self.context, expression, &read, takes_null);
        match ty {
            Ty::Json => {
                if let Some(received) = received() {
                    return Ok(ValueSource::Read(received, Conversion::Same));
                }
            }
            // The text of a time.
            Ty::String | Ty::Text { .. } if read.ty == Ty::DateTime => {
                if let Some(received) = received() {
                    return Ok(ValueSource::Read(received, Conversion::Scalar));
                }
            }
            _ if self.in_body(at).is_none() => {}
            _ => match received() {
                // A part of an input that is converted to another type.
                Some(_) if read.ty == Ty::Json && !may_differ(ty) => {}
                Some(received) => self.send_unchanged(received, takes_null, at),
                None if read.ty == Ty::Json && may_differ(ty) => {
                    self.send_unchanged(read.clone(), takes_null, at);
                }
                // The text of a time.
                None if read.ty.is_text() && *ty == Ty::DateTime => {
                    self.send_at(ValueSource::Read(read.clone(), Conversion::ToJson), at);
                }
                None => {}
            },
        }
        self.converted(read, ty, at)
    }

    /// Returns the JSON of a value as the document, an input or a response has it, if a value of the type may differ
    /// from it.
    pub(crate) fn as_written(
        &self,
        planned: &Planned<'_>,
        ty: &Ty,
    ) -> Result<Option<Assignment>, Reported> {
        if !may_differ(ty) {
            return Ok(None);
        }
        let is_time = times_in(ty);
        let at = self.lowering.reports.at(&planned.pointer);
        let source = match planned.value.as_ref() {
            Template::Literal(value) if is_time => {
                ValueSource::Constant(Constant::Json(value.clone()))
            }
            Template::Array(_) if is_time => {
                ValueSource::Json(self.json(&planned.value, &planned.pointer)?)
            }
            Template::Text(text) if is_time => {
                let pieces = self.pieces(text, Scope::NoResponse, at)?;
                ValueSource::Json(JsonTemplate::Text(pieces))
            }
            Template::Expression(expression) => {
                let read = self.read(expression, Scope::NoResponse, at)?.read;
                match self.received.read(self.context, expression, &read, false) {
                    Some(received) => ValueSource::Read(received, Conversion::FromJson),
                    None if read.ty == Ty::Json => ValueSource::Read(read, Conversion::FromJson),
                    None if read.ty.is_text() && is_time => {
                        ValueSource::Read(read, Conversion::ToJson)
                    }
                    None => return Ok(None),
                }
            }
            Template::Selector(selector) => {
                ValueSource::Read(self.selected(selector, at)?, Conversion::FromJson)
            }
            Template::Literal(_) | Template::Text(_) | Template::Array(_) | Template::Object(_) => {
                return Ok(None);
            }
        };
        let ty = Ty::Json.optional();
        Ok(Some(Assignment { ty, source }))
    }

    /// Returns the JSON Pointer, within the JSON body that is assigned, of a location; `None` outside of one.
    fn in_body<'p>(&self, at: DocumentLocation<'p>) -> Option<&'p str> {
        let (_, body) = self.body_values?;
        at.pointer.strip_prefix(body)
    }

    /// Sends JSON in place of the typed value at a location of a JSON body, whose type does not keep all of it.
    pub(crate) fn send_unchanged(&self, json: Read, takes_null: bool, at: DocumentLocation<'_>) {
        // The conversion leaves null out. An input that is null is not set.
        let takes_null = takes_null && !matches!(json.from, ReadFrom::Given(_));
        let conversion = match takes_null {
            true => Conversion::Same,
            false => Conversion::FromJson,
        };
        self.send_at(ValueSource::Read(json, conversion), at);
    }

    pub(crate) fn send_at(&self, source: ValueSource, at: DocumentLocation<'_>) {
        if let (Some((values, _)), Some(within)) = (self.body_values, self.in_body(at)) {
            let ty = Ty::Json.optional();
            values.borrow_mut().push(BodyValue {
                pointer: within.to_owned(),
                value: Assignment { ty, source },
            });
        }
    }

    /// Reads the value that a query selects, in an output as it was received.
    pub(crate) fn selected(
        &self,
        selector: &Selector,
        at: DocumentLocation<'_>,
    ) -> Result<Read, Reported> {
        let read = self.context.selected(selector, Scope::NoResponse, at);
        let mut read = read.map_err(|untyped| self.untyped(untyped, at))?;
        let (context, expression) = (self.context, &selector.context);
        let whole = self.read(expression, Scope::NoResponse, at)?.read;
        if let Some(received) = self.received.read(context, expression, &whole, false) {
            let query = read.path.pop();
            read.from = received.from;
            read.path = received.path.into_iter().chain(query).collect();
        }
        Ok(read)
    }
}

/// Splits the values of a body: those that are inputs as they were given, and the others.
pub(crate) fn given_values(values: Vec<BodyValue>) -> (Vec<GivenValue>, Vec<BodyValue>) {
    let mut given = Vec::new();
    let mut others = Vec::new();
    for value in values {
        match given_value(&value) {
            Some(found) => given.push(found),
            None => others.push(value),
        }
    }
    (given, others)
}

/// Returns the input that replaces a typed value of a body.
fn given_value(value: &BodyValue) -> Option<GivenValue> {
    // A value without a typed one has no conversion.
    let ValueSource::Read(read, Conversion::FromJson) = &value.value.source else {
        return None;
    };
    let ReadFrom::Given(input) = read.from else {
        return None;
    };
    let part = match read.path.as_slice() {
        [] => String::new(),
        [Access::Serialized(part)] => part.clone(),
        _ => return None,
    };
    Some(GivenValue {
        pointer: value.pointer.clone(),
        input,
        part,
    })
}

/// Returns the id of the output that has the JSON of another one. No id in a document has its characters.
pub(crate) fn received_name(id: &str) -> String {
    format!("{id} (as received)")
}

/// Returns, for each workflow, its outputs that workflows which run it send, directly or as outputs of their
/// own.
pub(crate) fn sent_by_callers(
    documents: &[LinkedDocument<'_>],
    entries: &[Entry<'_>],
) -> Vec<BTreeSet<String>> {
    let mut sent = vec![BTreeSet::new(); entries.len()];
    let mut pending = Vec::new();
    for entry in entries {
        let Some(linked) = documents.get(entry.document) else {
            continue;
        };
        let mut add = |_: &str, expression: &Expression| {
            pending.extend(output_of_run(linked, entries, entry, expression));
        };
        for parameter in entry
            .workflow
            .steps
            .iter()
            .flat_map(|step| &step.parameters)
        {
            parameter.value.visit("", &mut add);
        }
        for body in entry
            .workflow
            .steps
            .iter()
            .filter_map(|step| step.body.as_ref())
        {
            if let Some(payload) = &body.payload {
                payload.visit("", &mut add);
            }
            for replacement in &body.replacements {
                replacement.value.visit("", &mut add);
            }
        }
    }
    while let Some((number, name)) = pending.pop() {
        let (Some(sent), Some(entry)) = (sent.get_mut(number), entries.get(number)) else {
            continue;
        };
        let Some((id, output)) = entry.workflow.outputs.get_key_value(&name) else {
            continue;
        };
        if let (true, Some(linked)) = (sent.insert(id.clone()), documents.get(entry.document)) {
            output.value.visit("", &mut |_, expression| {
                pending.extend(output_of_run(linked, entries, entry, expression));
            });
        }
    }
    sent
}

/// Returns the output of another workflow that an expression of a workflow reads, and the index of the workflow.
fn output_of_run(
    linked: &LinkedDocument<'_>,
    entries: &[Entry<'_>],
    entry: &Entry<'_>,
    expression: &Expression,
) -> Option<(usize, String)> {
    let (wanted, name) = match expression {
        Expression::Step { step, output } => {
            let step = entry.workflow.steps.iter().find(|it| it.id == *step)?;
            let Target::Workflow(wanted) = &step.target else {
                return None;
            };
            (wanted.clone(), output)
        }
        Expression::Workflow {
            workflow,
            field: Field::Outputs,
            name,
        } => {
            let steps = entry.workflow.steps.iter();
            let run = steps.filter_map(|step| match &step.target {
                Target::Workflow(wanted) => Some(wanted),
                Target::Operation(_) | Target::Unreadable => None,
            });
            let mut run = run.chain(entry.workflow.depends_on.iter().map(|it| &it.workflow));
            (run.find(|wanted| wanted.id == *workflow)?.clone(), name)
        }
        _ => return None,
    };
    let number = super::workflow_index(linked, entries, &wanted)?;
    let outputs = &entries.get(number)?.workflow.outputs;
    let resolved = name.resolve(|name| outputs.contains_key(name))?;
    Some((number, resolved.name.to_owned()))
}

/// Returns `true` for times and lists of them.
fn times_in(ty: &Ty) -> bool {
    match ty {
        Ty::DateTime => true,
        Ty::List(inner) | Ty::Boxed(inner) | Ty::Wrapper(_, inner) => times_in(inner),
        Ty::Option(inner) => times_in(inner),
        _ => false,
    }
}

/// Returns `true` if a value of the type may be other JSON than the one it was decoded from.
pub(crate) fn may_differ(ty: &Ty) -> bool {
    match ty {
        Ty::DateTime | Ty::Struct(_) | Ty::Union(_) | Ty::Opaque(_) => true,
        Ty::List(inner) | Ty::Map(inner) | Ty::Boxed(inner) | Ty::Wrapper(_, inner) => {
            may_differ(inner)
        }
        Ty::Option(inner) => may_differ(inner),
        _ => false,
    }
}

/// Returns `true` if a value of the type contains a secret, or if that is not known.
pub(crate) fn has_secrets(context: &Context<'_>, ty: &ClientType) -> bool {
    match context.clients.get(ty.api) {
        Some(client) => type_has_secrets(client.index, &ty.ty, &mut BTreeSet::new()),
        None => true,
    }
}

/// Returns `true` if a value of the type of an input contains a secret, or if that is not known.
fn input_has_secrets(context: &Context<'_>, ty: &Ty) -> bool {
    match ty {
        Ty::DateTime => false,
        Ty::Struct(name) => {
            let ty = index::Ty::Struct(name.name.clone());
            has_secrets(context, &ClientType { api: name.api, ty })
        }
        Ty::Union(name) => {
            let ty = index::Ty::Union(name.name.clone());
            has_secrets(context, &ClientType { api: name.api, ty })
        }
        Ty::List(inner) | Ty::Map(inner) | Ty::Boxed(inner) | Ty::Wrapper(_, inner) => {
            input_has_secrets(context, inner)
        }
        Ty::Option(inner) => input_has_secrets(context, inner),
        _ => true,
    }
}

fn type_has_secrets(index: &Index, ty: &index::Ty, visited: &mut BTreeSet<String>) -> bool {
    use index::Ty;
    match ty {
        Ty::Secret | Ty::Text { secret: true, .. } | Ty::Opaque(_) | Ty::Foreign(_) => true,
        Ty::Struct(name) => {
            visited.insert(name.clone())
                && index
                    .properties(name)
                    .iter()
                    .any(|property| type_has_secrets(index, &property.ty, visited))
        }
        Ty::Union(name) => {
            let union = index.union(name);
            let variants = union.iter().flat_map(|union| &union.variants);
            visited.insert(name.clone())
                && variants
                    .map(|(_, ty)| index.ty(ty))
                    .any(|ty| type_has_secrets(index, &ty, visited))
        }
        Ty::List(inner)
        | Ty::Map(inner)
        | Ty::Boxed(inner)
        | Ty::Wrapper(_, inner)
        | Ty::Option(inner) => type_has_secrets(index, inner, visited),
        _ => false,
    }
}
