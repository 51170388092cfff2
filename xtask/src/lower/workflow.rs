//! Lowering of a single workflow: targets of its steps, inferred types, and the resulting parts of the model.

use std::collections::BTreeSet;

use serde_json::Value;

use super::assign::Assigner;
use super::callee::{LoweredWorkflow, Target};
use super::flow::{self, Edges, FinishedSteps};
use super::infer::{self, Types, Use};
use super::naming::StepNames;
use super::outputs;
use super::plan::CallPlan;
use super::read_expression::Scope as Reads;
use super::received::Received;
use super::report::{Reported, Reports, all};
use super::schemas;
use super::{Client, Entry, LinkedDocument};
use crate::arazzo::document::{self, ActionKind, WorkflowRef};
use crate::diagnostic::{Code, child};
use crate::lint::UndeclaredProperties;
use crate::model::{
    BodyUse, ClientParameter, FailureAction, FailureOutcome, Input, Next, Step, StepOrigin,
    SuccessAction, Workflow, WorkflowNames,
};
use crate::names::{Scope, ident};

/// The workflows of all documents, looked up by the references of one document.
pub(crate) struct Library<'a> {
    pub linked: &'a LinkedDocument<'a>,
    pub entries: &'a [Entry<'a>],
    /// The result for each workflow; `None` if it has not been lowered yet.
    pub lowered: &'a [Option<Result<LoweredWorkflow, Reported>>],
}

impl<'a> Library<'a> {
    /// Returns the workflow that the document refers to; `None` if it does not exist or has not been lowered.
    pub(crate) fn get(
        &self,
        wanted: &WorkflowRef,
    ) -> Option<Result<&'a LoweredWorkflow, Reported>> {
        let number = super::workflow_index(self.linked, self.entries, wanted)?;
        let lowered = self.lowered.get(number)?.as_ref()?;
        Some(lowered.as_ref().map_err(|reported| *reported))
    }

    /// Returns the workflow that the document refers to, if it was lowered without errors.
    pub(crate) fn lowered(&self, wanted: &WorkflowRef) -> Option<&'a LoweredWorkflow> {
        self.get(wanted)?.ok()
    }
}

/// Lowers one workflow.
pub(crate) struct Lowering<'a> {
    pub linked: &'a LinkedDocument<'a>,
    pub clients: &'a [Client<'a>],
    pub library: &'a Library<'a>,
    pub workflow: &'a document::Workflow,
    /// The origin of each step of `workflow`.
    pub origins: &'a [StepOrigin],
    pub undeclared: &'a UndeclaredProperties,
    /// The outputs that workflows which run this one send in a body.
    pub sent_on: &'a BTreeSet<String>,
    pub reports: Reports<'a>,
}

impl<'a> Lowering<'a> {
    /// Lowers the workflow. `names` are its Rust names.
    pub(crate) fn lower(&self, names: &WorkflowNames) -> Result<LoweredWorkflow, Reported> {
        let order = self.check_dependencies();
        let steps = self.workflow.steps.iter();
        // Nothing else can be checked without the targets of the steps.
        let targets: Vec<Target<'a>> = all(steps.clone().map(|step| self.target(step)))?;
        let plans = steps
            .zip(&targets)
            .map(|(step, target)| self.plan(step, target));
        let plans: Vec<_> = plans.collect();
        let types = infer::infer(self, &targets, &plans);
        let received = Received::default();
        let assigner = Assigner {
            lowering: self,
            context: &types.context,
            received: &received,
            in_json: false,
            body_values: None,
        };
        let mut clients = Vec::new();
        let steps = self.steps(
            assigner,
            (&targets, &plans),
            &types.bodies,
            (names, &mut clients),
        );
        let steps = all(steps);
        order?;
        // The flow is not known if a step failed.
        let mut steps = steps?;
        self.set_readers(&mut steps);
        let edges: Vec<Edges> = steps.iter().map(Edges::from).collect();
        let certain = flow::finished_steps(&edges);
        self.warn_of_skipped_dependencies(&certain);
        let mut outputs = assigner.outputs_of_workflow(&certain)?;
        assigner.add_received(&mut outputs);
        received.add_to(&mut steps);
        self.name_clients(&mut clients);
        let mut inputs = self.inputs(assigner, &types, &clients);
        received.mark(&mut inputs);
        let (workflow, info) = (self.workflow, &self.linked.description.info);
        let lowered = Workflow {
            id: workflow.id.clone(),
            title: info.title.clone(),
            version: info.version.clone(),
            digest: workflow.digest.clone(),
            summary: workflow.summary.clone(),
            description: workflow.description.clone(),
            names: names.clone(),
            sources: self.sources(&targets),
            clients,
            inputs,
            flow: flow::form(&steps),
            steps,
            inputs_schema: schemas::inputs(workflow, &types.uses),
            outputs_schema: None,
            outputs,
        };
        Ok(LoweredWorkflow {
            workflow: lowered,
            input_variables: types.uses.iter().map(|uses| variable(uses)).collect(),
        })
    }

    /// Rejects a `dependsOn` of a step on a step of another workflow.
    fn check_dependencies(&self) -> Result<(), Reported> {
        // The steps are in the order of their dependencies. Unknown steps and cycles have been reported.
        let steps = self.workflow.steps.iter();
        all(steps.map(
            |step| match step.depends_on.iter().any(|id| id.starts_with('$')) {
                true => {
                    let at = self.reports.at(&step.pointer);
                    let construct = "a `dependsOn` on a step of another workflow";
                    Err(self.reports.error(at.unsupported(construct)))
                }
                false => Ok(()),
            },
        ))
        .map(drop)
    }

    /// Warns about steps that may run before the steps they depend on, because an action leads past those.
    fn warn_of_skipped_dependencies(&self, certain: &FinishedSteps) {
        for (number, step) in self.workflow.steps.iter().enumerate() {
            let Some(Some(finished)) = certain.before.get(number) else {
                continue;
            };
            for (position, id) in step.depends_on.iter().enumerate() {
                let needed = self.workflow.step_index(id);
                if needed.is_some_and(|needed| finished.get(needed) == Some(&false)) {
                    let pointer = child(&child(&step.pointer, "dependsOn"), position);
                    let message =
                        format!("the step `{}` may run before `{id}` has completed", step.id);
                    let at = self.reports.at(&pointer);
                    let warning = at.diagnostic(Code::ForwardReference, message);
                    let warning = warning.label("an action leads past it");
                    self.reports
                        .warn(warning.help("let the actions go to the step that it depends on"));
                }
            }
        }
    }

    fn steps(
        &self,
        assigner: Assigner<'_, 'a>,
        (targets, plans): (&[Target<'a>], &[Result<CallPlan<'a>, Reported>]),
        bodies: &[BodyUse],
        (names, clients): (&WorkflowNames, &mut Vec<ClientParameter>),
    ) -> Vec<Result<Step, Reported>> {
        let mut names = StepNames::new(names);
        let declared = self.workflow.steps.iter().zip(self.origins);
        let called = targets.iter().zip(plans).zip(bodies);
        let steps = declared.zip(called).enumerate();
        steps
            .map(|(number, ((step, origin), ((target, plan), body)))| {
                let name = match origin {
                    StepOrigin::Declared => &step.id,
                    StepOrigin::Dependency { workflow } | StepOrigin::Action { workflow } => {
                        workflow
                    }
                };
                let names = names.step(name);
                let needed = client_indices(target, clients);
                let scope = Reads::Response {
                    step: number,
                    of: target.response(),
                };
                let call = match plan {
                    Ok(plan) => assigner.call(plan, needed),
                    Err(reported) => Err(*reported),
                };
                let criteria = assigner.criteria(&step.success, scope);
                let edges = self.edges(step, assigner, scope);
                let outputs = assigner.outputs_of_step(number, step, target, *body);
                let (edges, outputs) = (edges?, outputs?);
                let expiry = self.expiry(step, &outputs);
                Ok(Step {
                    id: step.id.clone(),
                    origin: origin.clone(),
                    description: step.description.clone(),
                    variant: names.variant,
                    field: names.field,
                    outputs_type: names.outputs_type,
                    call: call?,
                    criteria: criteria?,
                    on_success: edges.on_success,
                    on_failure: edges.on_failure,
                    retries: flow::transport_retries(step),
                    body: match outputs.iter().any(outputs::reads_body) {
                        true => *body,
                        false => BodyUse::None,
                    },
                    outputs,
                    expiry: expiry?,
                    readers: Vec::new(),
                })
            })
            .collect()
    }

    /// Lowers the actions of a step.
    fn edges(
        &self,
        step: &document::Step,
        assigner: Assigner<'_, '_>,
        scope: Reads<'_>,
    ) -> Result<Edges, Reported> {
        let on_success = all(step.on_success.iter().map(|action| {
            let to = match &action.kind {
                ActionKind::End => Ok(Next::End),
                ActionKind::Goto(target) => self.step_of(target, &action.pointer).map(Next::Step),
                ActionKind::Retry { .. } => {
                    let at = self.reports.at(&action.pointer);
                    Err(self
                        .reports
                        .error(at.unsupported("a retry after a success")))
                }
            };
            Ok(SuccessAction {
                criteria: assigner.criteria(&action.criteria, scope)?,
                to: to?,
            })
        }));
        let on_failure = all(step.on_failure.iter().map(|action| {
            let outcome = self.outcome(step, action);
            Ok(FailureAction {
                criteria: assigner.criteria(&action.criteria, scope)?,
                outcome: outcome?,
            })
        }));
        Ok(Edges {
            on_success: on_success?,
            on_failure: on_failure?,
        })
    }

    fn outcome(
        &self,
        step: &document::Step,
        action: &document::Action,
    ) -> Result<FailureOutcome, Reported> {
        Ok(match &action.kind {
            ActionKind::End => FailureOutcome::End,
            ActionKind::Goto(target) => {
                FailureOutcome::Goto(self.step_of(target, &action.pointer)?)
            }
            ActionKind::Retry {
                after,
                limit,
                first,
            } => {
                // A retry that runs its own step first is a plain retry.
                let own = |target: &&document::GotoTarget| matches!(target, document::GotoTarget::Step(id) if *id == step.id);
                let first = first.as_ref().filter(|target| !own(target));
                let first = first.map(|target| self.step_of(target, &action.pointer));
                FailureOutcome::Retry {
                    after: after.unwrap_or_default().max(0.0),
                    limit: limit.map_or(1, |limit| u32::try_from(limit).unwrap_or(u32::MAX)),
                    first: first.transpose()?,
                }
            }
        })
    }

    fn step_of(&self, target: &document::GotoTarget, pointer: &str) -> Result<usize, Reported> {
        let (found, id) = match target {
            document::GotoTarget::Step(id) => (self.workflow.step_index(id), id),
            // `expand` has replaced these by steps.
            document::GotoTarget::Workflow(workflow) => (None, &workflow.id),
        };
        found.ok_or_else(|| {
            let message = format!("the workflow has no step `{id}` to go to");
            let at = self.reports.at(pointer);
            self.reports
                .error(at.diagnostic(Code::UnknownStep, message))
        })
    }

    /// Names the parameters of clients: `client` for a single client, else the name of each module.
    fn name_clients(&self, clients: &mut [ClientParameter]) {
        if clients.len() < 2 {
            return;
        }
        let mut scope = Scope::with(&["inputs", "steps", "run", "options"]);
        for parameter in clients {
            if let Some(client) = self.clients.get(parameter.api) {
                parameter.name = scope.snake(client.module);
            }
        }
    }

    fn inputs(
        &self,
        assigner: Assigner<'_, '_>,
        types: &Types<'_>,
        clients: &[ClientParameter],
    ) -> Vec<Input> {
        // Methods and fields of the builder that has the inputs as setters.
        let mut scope = Scope::with(&[
            "steps",
            "options",
            "run",
            "into_run",
            "resume",
            "new",
            "clone",
            "variables",
            "with_clients",
            "with_variables",
        ]);
        for client in clients {
            scope.snake(&client.name.to_string());
        }
        let fields = self
            .workflow
            .inputs
            .fields
            .iter()
            .zip(&types.context.inputs);
        fields
            .map(|((id, field), ty)| {
                let default = assigner.default(field, ty);
                let description = field.schema.get("description").and_then(Value::as_str);
                Input {
                    id: id.clone(),
                    description: description.map(str::to_owned),
                    field: scope.snake(id),
                    ty: ty.clone(),
                    required: field.required && default.is_none(),
                    as_given: false,
                    default,
                    variable: None,
                }
            })
            .collect()
    }

    fn sources(&self, targets: &[Target<'_>]) -> Vec<String> {
        let used = |name: &String| {
            let api = self.linked.sources.get(name);
            api.is_some_and(|api| targets.iter().any(|target| target.apis().contains(api)))
        };
        let sources = self.linked.description.sources.iter();
        let names = sources.map(|source| source.name.clone());
        names.filter(used).collect()
    }
}

/// Adds the clients of a target to those of the workflow. Returns their indices.
fn client_indices(target: &Target<'_>, clients: &mut Vec<ClientParameter>) -> Vec<usize> {
    let needed = target.apis().into_iter().map(|api| {
        let known = clients.iter().position(|client| client.api == api);
        known.unwrap_or_else(|| {
            clients.push(ClientParameter {
                api,
                name: ident("client"),
            });
            clients.len() - 1
        })
    });
    needed.collect()
}

/// Returns the variable that an input is bound to. All uses with a variable must have the same one.
fn variable(uses: &[Use]) -> Option<String> {
    let mut named = uses
        .iter()
        .filter_map(|input_use| input_use.variable.as_ref());
    let first = named.next()?;
    named.all(|other| other == first).then(|| first.clone())
}
