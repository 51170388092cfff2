//! Steps for the workflows that a workflow runs in addition to its own steps.
//!
//! These are the workflows it depends on, those that an action goes to, and those that run before a step is
//! retried. Each becomes a step that runs the workflow. Its outputs can then be read and recorded, errors name it,
//! and a resumed run does not run it again.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::arazzo::document::{
    self, Action, ActionKind, InputField, Output, Parameter, Step, Target, Workflow, WorkflowRef,
};
use crate::arazzo::expression::{Expression, Named};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::Template;
use crate::diagnostic::Code;
use crate::lower::report::Reports;
use crate::lower::workflow::Library;
use crate::model::StepOrigin;

/// A workflow with a step for each additional workflow it runs.
pub(crate) struct Expanded {
    pub workflow: Workflow,
    /// The origin of each step.
    pub origins: Vec<StepOrigin>,
}

/// Adds a step for each workflow that runs in addition to the workflow's own steps.
pub(super) fn add_steps(
    workflow: &Workflow,
    library: &Library<'_>,
    reports: &Reports<'_>,
) -> Expanded {
    let mut adder = StepAdder {
        library,
        reports,
        workflow: workflow.clone(),
        before: Vec::new(),
        after: Vec::new(),
    };
    adder.dependencies();
    adder.actions();
    let StepAdder {
        mut workflow,
        before,
        after,
        ..
    } = adder;
    // Only actions lead to the steps after the last declared one.
    if let (Some(step), false) = (workflow.steps.last_mut(), after.is_empty()) {
        step.on_success.push(end_action(&step.pointer));
    }
    let mut steps = Vec::new();
    let mut origins = Vec::new();
    let declared = std::mem::take(&mut workflow.steps);
    let declared = declared
        .into_iter()
        .map(|step| (step, StepOrigin::Declared));
    let before = before.into_iter().map(|step| {
        let workflow = workflow_of(&step);
        (step, StepOrigin::Dependency { workflow })
    });
    let after = after.into_iter().map(|step| {
        let workflow = workflow_of(&step);
        (step, StepOrigin::Action { workflow })
    });
    for (step, origin) in before.chain(declared).chain(after) {
        steps.push(step);
        origins.push(origin);
    }
    workflow.steps = steps;
    Expanded { workflow, origins }
}

/// Returns all workflows that a workflow runs: as a dependency, by a step or by an action.
pub(crate) fn referenced(workflow: &Workflow) -> Vec<&WorkflowRef> {
    let mut runs: Vec<&WorkflowRef> = Vec::new();
    runs.extend(workflow.depends_on.iter().map(|before| &before.workflow));
    for step in &workflow.steps {
        if let Target::Workflow(wanted) = &step.target {
            runs.push(wanted);
        }
        let actions = step.on_success.iter().chain(&step.on_failure);
        runs.extend(
            actions.filter_map(|action| match action_target(&action.kind)? {
                // A workflow that goes to itself restarts and does not run another workflow.
                document::GotoTarget::Workflow(wanted) if !is_self(wanted, workflow) => {
                    Some(wanted)
                }
                _ => None,
            }),
        );
    }
    runs
}

/// Returns the ID of the step that is added for a workflow. `$` is not allowed in the IDs of declared steps.
fn added_step_id(workflow: &str) -> String {
    ["$workflows", workflow].join(".")
}

/// Returns the index of the step that runs a workflow, if there is exactly one.
pub(crate) fn step_of(workflow: &Workflow, wanted: &str) -> Option<usize> {
    let runs = |step: &Step| matches!(&step.target, Target::Workflow(run) if run.id == wanted);
    let mut steps = workflow.steps.iter().enumerate();
    let (at, _) = steps.by_ref().find(|(_, step)| runs(step))?;
    (!steps.any(|(_, step)| runs(step))).then_some(at)
}

fn action_target(kind: &ActionKind) -> Option<&document::GotoTarget> {
    match kind {
        ActionKind::Goto(target) => Some(target),
        ActionKind::Retry { first, .. } => first.as_ref(),
        ActionKind::End => None,
    }
}

fn is_self(wanted: &WorkflowRef, workflow: &Workflow) -> bool {
    wanted.source.is_none() && wanted.id == workflow.id
}

/// Makes outputs of the values that a `goto` to a workflow passes on from the response of the step.
///
/// The workflow runs in a step of its own, which reads the outputs of this one. They exist after a success only.
fn keep_responses(step: &mut Step) {
    for action in &mut step.on_success {
        if !matches!(
            action_target(&action.kind),
            Some(document::GotoTarget::Workflow(_))
        ) {
            continue;
        }
        for parameter in &mut action.parameters {
            if !reads_response(&parameter.value) {
                continue;
            }
            let mut outputs = step.outputs.iter();
            let known = outputs.find(|(_, output)| output.value == parameter.value);
            let name = match known {
                Some((name, _)) => name.clone(),
                None => unused_output(&step.outputs, &parameter.name),
            };
            let output = Expression::Step {
                step: step.id.clone(),
                output: Named {
                    name: name.clone(),
                    pointer: Pointer::default(),
                },
            };
            let value = std::mem::replace(&mut parameter.value, Template::Expression(output));
            step.outputs.entry(name).or_insert_with(|| Output {
                pointer: parameter.value_pointer.clone(),
                value,
            });
        }
    }
}

fn reads_response(value: &Template) -> bool {
    let mut found = false;
    value.visit("", &mut |_, expression| {
        found |= matches!(
            expression,
            Expression::Response(_) | Expression::StatusCode | Expression::Output(_)
        );
    });
    found
}

fn unused_output(outputs: &IndexMap<String, Output>, name: &str) -> String {
    let mut unused = name.to_owned();
    while outputs.contains_key(&unused) {
        unused.push_str("-sent");
    }
    unused
}

struct StepAdder<'a> {
    library: &'a Library<'a>,
    reports: &'a Reports<'a>,
    workflow: Workflow,
    /// The steps for the dependencies of the workflow.
    before: Vec<Step>,
    /// The steps that are only reached by actions.
    after: Vec<Step>,
}

impl StepAdder<'_> {
    /// Replaces the workflows in actions by the steps that run them.
    fn actions(&mut self) {
        let mut steps = std::mem::take(&mut self.workflow.steps);
        let first = steps.first().map(|step| step.id.clone());
        for step in &mut steps {
            keep_responses(step);
            for action in step.on_success.iter_mut().chain(&mut step.on_failure) {
                let Some(document::GotoTarget::Workflow(wanted)) =
                    action_target(&action.kind).cloned()
                else {
                    continue;
                };
                let to = match (is_self(&wanted, &self.workflow), &action.kind, &first) {
                    (true, ActionKind::Goto(_), Some(first)) => self.restart(first, action),
                    _ => self.step_for_action(&wanted, action),
                };
                match &mut action.kind {
                    ActionKind::Goto(target) => *target = document::GotoTarget::Step(to),
                    ActionKind::Retry { first, .. } => {
                        *first = Some(document::GotoTarget::Step(to))
                    }
                    ActionKind::End => {}
                }
            }
        }
        self.workflow.steps = steps;
    }

    /// Returns the ID of the first step, for a workflow that restarts itself. Its inputs stay the same.
    fn restart(&mut self, first: &str, action: &Action) -> String {
        if let Some(parameter) = action.parameters.first() {
            let at = self.reports.at(&parameter.pointer);
            self.reports
                .error(at.unsupported("a workflow that restarts itself with other inputs"));
        }
        first.to_owned()
    }

    /// Returns the ID of the step that an action leads to, and adds the step if necessary.
    fn step_for_action(&mut self, wanted: &WorkflowRef, action: &Action) -> String {
        let parameters = self.parameters(wanted, &action.parameters, &action.pointer);
        let same = |step: &&Step| {
            step.target == Target::Workflow(wanted.clone())
                && step.parameters.len() == parameters.len()
                && step
                    .parameters
                    .iter()
                    .zip(&parameters)
                    .all(|(one, other)| one.name == other.name && one.value == other.value)
        };
        // A retry can reuse a dependency. A goto needs its own step, because the flow ends after it.
        let before: &[Step] = match action.kind {
            ActionKind::Retry { .. } => &self.before,
            _ => &[],
        };
        if let Some(step) = before.iter().chain(&self.after).find(same) {
            return step.id.clone();
        }
        self.report_unknown(wanted, &action.parameters);
        let mut step = workflow_step(&action.pointer, wanted, parameters);
        step.description = Some(format!(
            "Runs the workflow `{}`, the target of an action.",
            wanted.id
        ));
        step.on_success = vec![end_action(&action.pointer)];
        // The workflow may also run with other inputs, in another step.
        let known = |id: &str| {
            self.before
                .iter()
                .chain(&self.after)
                .any(|other| other.id == id)
        };
        while known(&step.id) {
            step.id.push('+');
        }
        let id = step.id.clone();
        self.after.push(step);
        id
    }

    /// Adds the dependencies of the workflow before its steps.
    fn dependencies(&mut self) {
        for dependency in self.workflow.depends_on.clone() {
            let wanted = &dependency.workflow;
            if self
                .before
                .iter()
                .any(|step| step.target == Target::Workflow(wanted.clone()))
            {
                continue;
            }
            self.inherit_inputs(wanted);
            let parameters = self.parameters(wanted, &[], &dependency.pointer);
            let mut step = workflow_step(&dependency.pointer, wanted, parameters);
            step.description = Some(format!(
                "Runs the workflow `{}`, a dependency of this workflow.",
                wanted.id
            ));
            while self.before.iter().any(|other| other.id == step.id) {
                step.id.push('+');
            }
            self.before.push(step);
        }
    }

    /// Adds the inputs of a dependency to the inputs of this workflow.
    ///
    /// The optional ones too: a workflow that two dependencies need has the same inputs by both ways, and runs once.
    fn inherit_inputs(&mut self, wanted: &WorkflowRef) {
        let Some(lowered) = self.library.lowered(wanted) else {
            return;
        };
        let inputs = &mut self.workflow.inputs;
        for input in &lowered.workflow.inputs {
            if inputs.fields.contains_key(&input.id) {
                continue;
            }
            let schema = lowered.workflow.inputs_schema.pointer("/properties");
            let schema = schema.and_then(|properties| properties.get(&input.id));
            let schema = schema.cloned().unwrap_or_else(|| Value::Object(Map::new()));
            declare_input(&mut inputs.schema, &input.id, &schema, input.required);
            let field = InputField {
                pointer: inputs.pointer.clone(),
                schema,
                required: input.required,
            };
            inputs.fields.insert(input.id.clone(), field);
        }
    }

    /// Returns the values of a workflow's inputs.
    ///
    /// They are the provided parameters, else this workflow's inputs with the same names.
    fn parameters(
        &self,
        wanted: &WorkflowRef,
        provided: &[Parameter],
        pointer: &str,
    ) -> Vec<Parameter> {
        let Some(lowered) = self.library.lowered(wanted) else {
            return Vec::new();
        };
        let inputs = lowered.workflow.inputs.iter();
        inputs
            .filter_map(|input| {
                let provided = provided.iter().find(|parameter| parameter.name == input.id);
                let own = self.workflow.inputs.fields.contains_key(&input.id);
                provided.cloned().or_else(|| {
                    own.then(|| Parameter {
                        pointer: pointer.to_owned(),
                        name: input.id.clone(),
                        location: None,
                        value: Template::Expression(Expression::Input(Named {
                            name: input.id.clone(),
                            pointer: Pointer::default(),
                        })),
                        value_pointer: pointer.to_owned(),
                        inherited: false,
                    })
                })
            })
            .collect()
    }

    /// Reports parameters that are not inputs of the workflow.
    fn report_unknown(&mut self, wanted: &WorkflowRef, provided: &[Parameter]) {
        let Some(lowered) = self.library.lowered(wanted) else {
            return;
        };
        let inputs = &lowered.workflow.inputs;
        for parameter in provided {
            if !inputs.iter().any(|input| input.id == parameter.name) {
                let message = format!(
                    "the workflow `{}` has no input `{}`",
                    wanted.id, parameter.name
                );
                let at = self.reports.at(&parameter.pointer);
                self.reports
                    .error(at.diagnostic(Code::UnknownParameter, message));
            }
        }
    }
}

/// Returns the ID of the workflow that an added step runs.
fn workflow_of(step: &Step) -> String {
    match &step.target {
        Target::Workflow(run) => run.id.clone(),
        Target::Operation(_) | Target::Unreadable => step.id.clone(),
    }
}

/// Returns a step that only runs a workflow.
fn workflow_step(pointer: &str, wanted: &WorkflowRef, parameters: Vec<Parameter>) -> Step {
    Step {
        pointer: pointer.to_owned(),
        id: added_step_id(&wanted.id),
        description: None,
        target: Target::Workflow(wanted.clone()),
        parameters,
        body: None,
        success: Vec::new(),
        on_success: Vec::new(),
        on_failure: Vec::new(),
        outputs: indexmap::IndexMap::new(),
        security: Vec::new(),
        expires: None,
        timeout: None,
        depends_on: Vec::new(),
        extensions: Map::new(),
    }
}

fn end_action(pointer: &str) -> Action {
    Action {
        pointer: pointer.to_owned(),
        name: "end".to_owned(),
        kind: ActionKind::End,
        criteria: Vec::new(),
        parameters: Vec::new(),
        inherited: false,
    }
}

/// Adds a property to the schema of inputs.
fn declare_input(schema: &mut Value, name: &str, property: &Value, is_required: bool) {
    if !schema.is_object() {
        *schema = serde_json::json!({ "type": "object" });
    }
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let properties = schema
        .entry("properties")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Some(properties) = properties.as_object_mut() {
        properties.insert(name.to_owned(), property.clone());
    }
    if !is_required {
        return;
    }
    let required = schema
        .entry("required")
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Some(required) = required.as_array_mut() {
        required.push(name.into());
    }
}
