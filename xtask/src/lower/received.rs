//! Outputs as the service sent them, for values that a step received and a later step sends.
//!
//! The type of an output has the properties that its schema declares, and times in UTC. A request that sends such a
//! value has to contain what was received, so the step gets one more output with the JSON of the response. Only
//! outputs that are sent have one.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::assign::Assigner;
use super::infer::source_part;
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
    Access, Assignment, BodyValue, Conversion, Output, OutputValue, Read, ReadFrom, Step, Ty,
    ValueSource,
};
use crate::names::{Scope as Names, bare};
use crate::openapi::index::{self, Index};

/// The outputs of one workflow that are also kept as received.
#[derive(Default)]
pub(crate) struct Received {
    kept: RefCell<Vec<Kept>>,
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
        // The fields of JSON have no type that would hide secrets.
        let client_type = inferred.client_type.as_ref()?;
        if has_secrets(context, client_type) {
            return None;
        }
        let Template::Expression(expression) = &declared?.value else {
            return None;
        };
        let value = match expression {
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
                Some(received) => self.send_unchanged(received, takes_null, at),
                None if read.ty == Ty::Json && may_differ(ty) => {
                    self.send_unchanged(read.clone(), takes_null, at);
                }
                None => {}
            },
        }
        self.converted(read, ty, at)
    }

    /// Returns `true` if a value is a time that the document contains, or that a response has as text.
    pub(crate) fn is_written(&self, planned: &Planned<'_>) -> bool {
        match planned.value.as_ref() {
            Template::Literal(value) => value.is_string(),
            Template::Expression(expression) => {
                let at = self.lowering.reports.at(&planned.pointer);
                let read = self.read(expression, Scope::NoResponse, at);
                let read = read.ok().map(|typed| typed.read);
                read.filter(|read| read.ty == Ty::DateTime)
                    .and_then(|read| self.received.read(self.context, expression, &read, false))
                    .is_some()
            }
            Template::Text(_)
            | Template::Array(_)
            | Template::Object(_)
            | Template::Selector(_) => false,
        }
    }

    /// Returns the JSON Pointer, within the JSON body that is assigned, of a location; `None` outside of one.
    fn in_body<'p>(&self, at: DocumentLocation<'p>) -> Option<&'p str> {
        let (_, body) = self.body_values?;
        at.pointer.strip_prefix(body)
    }

    /// Sends JSON in place of the typed value at a location of a JSON body, whose type does not keep all of it.
    pub(crate) fn send_unchanged(&self, json: Read, takes_null: bool, at: DocumentLocation<'_>) {
        // The conversion leaves null out.
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

/// Returns the id of the output that has the JSON of another one. No id in a document has its characters.
pub(crate) fn received_name(id: &str) -> String {
    format!("{id} (as received)")
}

/// Returns, for each workflow, its outputs that workflows which run it send in a body, directly or as outputs of their
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
