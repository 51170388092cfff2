//! Inference of the types of inputs and outputs.
//!
//! Types of inputs are inferred backwards from their uses, either direct or through outputs that return the input.
//! Types of outputs are inferred forwards, in the order of their dependencies. Circular outputs have no type.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::callee::Target;
use super::flow;
use super::inputs;
use super::outputs;
use super::plan::{CallPlan, Planned};
use super::read_expression::{Context, Inferred, OutputType, Scope, StepOutput, Untyped};
use super::report::Reported;
use super::slot::{Shape, Slot, excludes_text};
use super::workflow::Lowering;
use super::{Client, convert};
use crate::arazzo::document;
use crate::arazzo::expression::{Expression, Field};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::{Template, TextPart};
use crate::diagnostic::{Code, child};
use crate::graph::{in_cycles, topological_order};
use crate::model::{BodyUse, Ty};

/// A use of an input or output as a value of a request.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub ty: Ty,
    pub variable: Option<String>,
    /// The schema of the parameter or property.
    pub schema: Value,
    /// JSON Pointer of the value.
    pub pointer: String,
    /// `true` if only a part of the input or output is used.
    pub is_part: bool,
}

/// An input or an output of a step, by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Input(usize),
    Output { step: usize, output: usize },
}

/// The uses of inputs and outputs.
type Uses = BTreeMap<Source, Vec<Use>>;

/// The result of the inference.
pub(crate) struct Types<'a> {
    /// The types of inputs and outputs.
    pub context: Context<'a>,
    /// The uses of each input.
    pub uses: Vec<Vec<Use>>,
    /// The use of the decoded body by the outputs of each step.
    pub bodies: Vec<BodyUse>,
}

/// Infers the types of a workflow. `targets` and `plans` are the callees and calls of its steps.
pub(crate) fn infer<'a>(
    lowering: &Lowering<'a>,
    targets: &[Target<'a>],
    plans: &[Result<CallPlan<'a>, Reported>],
) -> Types<'a> {
    let workflow = lowering.workflow;
    let outputs = workflow.steps.iter().zip(targets);
    let mut context = Context {
        clients: lowering.clients,
        workflow,
        inputs: Vec::new(),
        outputs: outputs
            .map(|(step, target)| step_outputs(step, target))
            .collect(),
    };
    let mut uses = Uses::new();
    for plan in plans.iter().flatten() {
        for planned in plan.values() {
            let collector = UseCollector {
                context: &context,
                uses: &mut uses,
            };
            collector.planned(planned);
        }
    }
    let uses = uses_of_inputs(&context, &uses);
    let fields = workflow.inputs.fields.values().zip(&uses);
    context.inputs = fields
        .map(|(field, uses)| inputs::ty(field, uses, lowering))
        .collect();
    let steps = workflow.steps.iter().zip(targets);
    let bodies: Vec<BodyUse> = steps
        .map(|(step, target)| flow::body_use(&step.success, &target.body()))
        .collect();
    outputs_of_steps(lowering, targets, &bodies, &mut context);
    Types {
        context,
        uses,
        bodies,
    }
}

/// Returns the outputs of a step, without the types of declared outputs.
fn step_outputs<'a>(step: &'a document::Step, target: &Target<'a>) -> Vec<StepOutput<'a>> {
    let of = |name| StepOutput {
        name,
        inferred: Inferred::Unknown,
    };
    let mut outputs: Vec<_> = step.outputs.keys().map(|name| of(name.as_str())).collect();
    if let Target::Workflow(lowered) = target {
        let body = flow::body_use(&step.success, &target.body());
        let more = outputs::undeclared(step, &lowered.workflow);
        outputs.extend(more.map(|output| StepOutput {
            name: &output.id,
            inferred: Inferred::Known(OutputType {
                ty: output.ty.inner().clone(),
                certain: !output.ty.is_optional() && body == BodyUse::Certain,
                is_nullable: false,
                client_type: None,
            }),
        }));
    }
    outputs
}

/// Collects the uses of inputs and outputs.
struct UseCollector<'p, 'a> {
    context: &'p Context<'a>,
    uses: &'p mut Uses,
}

impl UseCollector<'_, '_> {
    fn planned(mut self, planned: &Planned<'_>) {
        self.template(&planned.value, &planned.slot, &planned.pointer);
    }

    fn template(&mut self, template: &Template, slot: &Slot<'_>, at: &str) {
        match template {
            Template::Expression(expression) => self.expression(expression, slot, at),
            Template::Text(_) if template.embedded().is_some() && excludes_text(&slot.ty) => {
                if let Some(expression) = template.embedded() {
                    self.expression(expression, slot, at);
                }
            }
            // The parts of a secret string are secrets.
            Template::Text(text) if slot.ty.inner().is_secret() => {
                for part in &text.parts {
                    if let TextPart::Expression(expression) = part {
                        self.expression(expression, &Slot::of(Ty::Secret), at);
                    }
                }
            }
            Template::Array(items) => self.items(items, slot, at),
            Template::Object(members) => {
                let members = members.iter().map(|(name, value)| (name.as_str(), value));
                self.members(&members.collect::<Vec<_>>(), slot, at);
            }
            Template::Text(_) | Template::Literal(_) | Template::Selector(_) => {}
        }
    }

    fn items(&mut self, items: &[Template], slot: &Slot<'_>, at: &str) {
        let inner = match Shape::of(&slot.ty, self.context.clients) {
            Shape::List(inner) => Slot::of(inner.clone()),
            Shape::Boxed(inner) | Shape::Wrapper(inner) => {
                return self.items(items, &Slot::of(inner.clone()), at);
            }
            Shape::Json(_) => Slot::of(Ty::Json),
            // Rejected by the assignment.
            Shape::Struct(_) | Shape::Map(_) | Shape::None => return,
        };
        for (number, item) in items.iter().enumerate() {
            self.template(item, &inner, &child(at, number));
        }
    }

    fn members(&mut self, members: &[(&str, &Template)], slot: &Slot<'_>, at: &str) {
        let inner = match Shape::of(&slot.ty, self.context.clients) {
            Shape::Struct(name) => {
                let clients: &[Client<'_>] = self.context.clients;
                let Some(client) = clients.get(name.api) else {
                    return;
                };
                for property in client.index.properties(&name.name) {
                    let provided = members.iter().find(|(key, _)| *key == property.name);
                    if let Some((_, value)) = provided {
                        let slot = Slot {
                            ty: convert::of_client(name.api, &property.ty),
                            declaration: Some(std::borrow::Cow::Borrowed(&property.declaration)),
                        };
                        self.template(value, &slot, &child(at, &property.name));
                    }
                }
                return;
            }
            Shape::Boxed(inner) | Shape::Wrapper(inner) => {
                return self.members(members, &Slot::of(inner.clone()), at);
            }
            Shape::Map(inner) => Slot::of(inner.clone()),
            Shape::Json(_) => Slot::of(Ty::Json),
            Shape::List(_) | Shape::None => return,
        };
        for (name, value) in members {
            self.template(value, &inner, &child(at, name));
        }
    }

    fn expression(&mut self, expression: &Expression, slot: &Slot<'_>, at: &str) {
        let Some((source, is_full)) = source(self.context, expression) else {
            return;
        };
        let declaration = slot.declaration.as_deref().filter(|_| is_full);
        self.uses.entry(source).or_default().push(Use {
            ty: match slot.ty.inner() {
                // A body of parts is made from an object.
                Ty::Multipart if is_full => Ty::JsonMap,
                ty if is_full => ty.clone(),
                _ => Ty::Json,
            },
            variable: declaration.and_then(|declaration| declaration.variable.clone()),
            schema: declaration.map_or(Value::Null, |declaration| declaration.schema.clone()),
            pointer: at.to_owned(),
            is_part: !is_full,
        });
    }
}

/// Returns the input or output that an expression reads, with `true` if it reads the full value.
fn source(context: &Context<'_>, expression: &Expression) -> Option<(Source, bool)> {
    match expression {
        Expression::Input(_) => {
            let (input, pointer) = input_part(context, expression)?;
            Some((Source::Input(input), pointer.is_empty()))
        }
        _ => {
            let (step, output, pointer) = source_part(context, expression)?;
            Some((Source::Output { step, output }, pointer.is_empty()))
        }
    }
}

/// Returns the input that an expression reads, as an index, and the pointer into it.
pub(crate) fn input_part(
    context: &Context<'_>,
    expression: &Expression,
) -> Option<(usize, Pointer)> {
    let Expression::Input(named) = expression else {
        return None;
    };
    let fields = &context.workflow.inputs.fields;
    let resolved = named.resolve(|name| fields.contains_key(name))?;
    Some((fields.get_index_of(resolved.name)?, resolved.pointer))
}

/// Returns the output of a step that an expression reads, as indices, and the pointer into it.
pub(crate) fn source_part(
    context: &Context<'_>,
    expression: &Expression,
) -> Option<(usize, usize, Pointer)> {
    let (step, name) = match expression {
        Expression::Step { step, output } => (context.workflow.step_index(step)?, output),
        Expression::Workflow {
            workflow,
            field: Field::Outputs,
            name,
        } => (
            super::expand::workflows::step_of(context.workflow, workflow)?,
            name,
        ),
        _ => return None,
    };
    let (output, resolved) = context.output_of_step(step, name)?;
    Some((step, output, resolved.pointer))
}

/// Returns the uses of each input, including those through outputs that return it.
fn uses_of_inputs(context: &Context<'_>, uses: &Uses) -> Vec<Vec<Use>> {
    let mut returned_by: BTreeMap<Source, Vec<Source>> = BTreeMap::new();
    for (step, declared) in context.workflow.steps.iter().enumerate() {
        for (output, declared) in declared.outputs.values().enumerate() {
            if let Template::Expression(expression) = &declared.value
                && let Some((source, true)) = source(context, expression)
            {
                let outputs = returned_by.entry(source).or_default();
                outputs.push(Source::Output { step, output });
            }
        }
    }
    let inputs = 0..context.workflow.inputs.fields.len();
    inputs
        .map(|input| {
            let input = Source::Input(input);
            let mut found = Vec::new();
            let mut visited = BTreeSet::new();
            let mut pending = vec![input];
            while let Some(source) = pending.pop() {
                if visited.insert(source) {
                    found.extend(uses.get(&source).into_iter().flatten().cloned());
                    pending.extend(returned_by.get(&source).into_iter().flatten());
                }
            }
            // Outputs are stored in the record of a run, which is JSON, so bytes have to be a string.
            if returned_by.contains_key(&input) {
                for input_use in found
                    .iter_mut()
                    .filter(|input_use| input_use.ty == Ty::Bytes)
                {
                    input_use.ty = Ty::String;
                }
            }
            found
        })
        .collect()
}

/// Infers the types of the declared outputs of steps, in the order of their dependencies.
fn outputs_of_steps(
    lowering: &Lowering<'_>,
    targets: &[Target<'_>],
    bodies: &[BodyUse],
    context: &mut Context<'_>,
) {
    let steps = context.workflow.steps.iter().enumerate();
    let declared: Vec<(usize, usize, &document::Output)> = steps
        .flat_map(|(step, declared)| {
            let outputs = declared.outputs.values().enumerate();
            outputs.map(move |(number, output)| (step, number, output))
        })
        .collect();
    let numbers: BTreeMap<(usize, usize), usize> = declared
        .iter()
        .enumerate()
        .map(|(number, (step, output, _))| ((*step, *output), number))
        .collect();
    let needs: Vec<Vec<usize>> = declared
        .iter()
        .map(|(_, _, output)| {
            let mut needs = Vec::new();
            output.value.visit("", &mut |_, expression| {
                if let Some((Source::Output { step, output }, _)) = source(context, expression) {
                    needs.extend(numbers.get(&(step, output)));
                }
            });
            needs
        })
        .collect();
    let reports = &lowering.reports;
    let cycles = in_cycles(&needs);
    for number in &cycles {
        if let Some((step, output, declared)) = declared.get(*number) {
            let error = reports.at(&declared.pointer).diagnostic(
                Code::CircularOutput,
                "the output depends on itself through other outputs, so none of them has a value",
            );
            let reported = reports.error(error.help("read a response or an input in one of them"));
            set_inferred(context, *step, *output, Inferred::Failed(reported));
        }
    }
    // Without edges from cycles, outputs that depend on a cycle are ordered too. They fail with it.
    let needs_without: Vec<Vec<usize>> = needs
        .iter()
        .enumerate()
        .map(|(number, needs)| match cycles.contains(&number) {
            true => Vec::new(),
            false => needs.clone(),
        })
        .collect();
    for number in topological_order(&needs_without) {
        let Some((step, output, declared)) = declared.get(number) else {
            continue;
        };
        let (Some(target), Some(body), false) = (
            targets.get(*step),
            bodies.get(*step),
            cycles.contains(&number),
        ) else {
            continue;
        };
        let scope = Scope::Response {
            step: *step,
            of: target.response(),
        };
        let at = reports.at(&declared.pointer);
        let inferred = match outputs::lower_output(context, declared, scope, *body, at) {
            Ok((_, known)) => Inferred::Known(known),
            Err(untyped) => Inferred::Failed(lowering.reported(untyped, at)),
        };
        set_inferred(context, *step, *output, inferred);
    }
}

fn set_inferred(context: &mut Context<'_>, step: usize, output: usize, inferred: Inferred) {
    let outputs = context.outputs.get_mut(step);
    if let Some(output) = outputs.and_then(|outputs| outputs.get_mut(output)) {
        output.inferred = inferred;
    }
}

impl Lowering<'_> {
    /// Reports the reason why an expression has no type, unless it was already reported.
    pub(crate) fn reported(
        &self,
        untyped: Untyped,
        at: super::report::DocumentLocation<'_>,
    ) -> Reported {
        match untyped {
            Untyped::Invalid(diagnostic) => self.reports.error(diagnostic),
            Untyped::Failed(reported) => reported,
            Untyped::Unknown => self
                .reports
                .error(at.unsupported("an output whose type is not known")),
        }
    }
}
