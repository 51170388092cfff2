//! One workflow: its steps are expanded and matched with what they call, its types inferred, and its parts put together.

use serde_json::Value;

use super::assign::Assigner;
use super::callee::{LoweredWorkflow, Target};
use super::flow::{self, Edges};
use super::infer::{self, Types, Use};
use super::naming::StepNames;
use super::outputs;
use super::plan::CallPlan;
use super::read_expression::Scope as Reads;
use super::report::{Reported, Reports, all};
use super::schemas;
use super::{Client, Entry, LinkedDocument};
use crate::arazzo::document::{self, ActionKind, WorkflowRef};
use crate::diagnostic::Code;
use crate::lint::UndeclaredProperties;
use crate::model::{
    BodyUse, ClientParameter, FailureAction, FailureOutcome, Input, Next, Step, StepOrigin,
    SuccessAction, Workflow, WorkflowNames,
};
use crate::names::{Scope, ident};

/// The workflows of all documents, as one of the documents sees them.
pub(crate) struct Library<'a> {
    pub linked: &'a LinkedDocument<'a>,
    pub entries: &'a [Entry<'a>],
    /// Those that have been lowered, or failed.
    pub lowered: &'a [Option<Result<LoweredWorkflow, Reported>>],
}

impl<'a> Library<'a> {
    /// The workflow that the document names; `None` where there is none, or none that could be lowered first.
    pub(crate) fn get(
        &self,
        wanted: &WorkflowRef,
    ) -> Option<Result<&'a LoweredWorkflow, Reported>> {
        let number = super::number_of(self.linked, self.entries, wanted)?;
        let lowered = self.lowered.get(number)?.as_ref()?;
        Some(lowered.as_ref().map_err(|reported| *reported))
    }

    /// The workflow that the document names, where it has been lowered.
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
    /// The origin of each of its steps.
    pub origins: &'a [StepOrigin],
    pub undeclared: &'a UndeclaredProperties,
    pub reports: Reports<'a>,
}

impl<'a> Lowering<'a> {
    /// The workflow with these names.
    pub(crate) fn lower(&self, names: &WorkflowNames) -> Result<LoweredWorkflow, Reported> {
        let order = self.check_dependencies();
        let steps = self.workflow.steps.iter();
        // Without what a step calls nothing further can be said.
        let targets: Vec<Target<'a>> = all(steps.clone().map(|step| self.target(step)))?;
        let plans = steps
            .zip(&targets)
            .map(|(step, target)| self.plan(step, target));
        let plans: Vec<_> = plans.collect();
        let types = infer::infer(self, &targets, &plans);
        let assigner = Assigner {
            lowering: self,
            context: &types.context,
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
        // Where a step failed, the flow is not known.
        let steps = steps?;
        let edges: Vec<Edges> = steps.iter().map(Edges::from).collect();
        let outputs = assigner.outputs_of_workflow(&flow::certain(&edges))?;
        self.name_clients(&mut clients);
        let inputs = self.inputs(&types, &clients);
        let definitions = match clients.len() > 1 {
            true => schemas::Definitions::OfSeveralClients,
            false => schemas::Definitions::OfOneClient,
        };
        let (workflow, info) = (self.workflow, &self.linked.description.info);
        let lowered = Workflow {
            id: workflow.id.clone(),
            title: info.title.clone(),
            version: info.version.clone(),
            summary: workflow.summary.clone(),
            description: workflow.description.clone(),
            names: names.clone(),
            sources: self.sources(&targets),
            clients,
            inputs,
            flow: flow::form(&steps),
            steps,
            inputs_schema: schemas::inputs(workflow, &types.uses),
            outputs_schema: schemas::outputs(self.clients, definitions, &outputs),
            outputs,
        };
        Ok(LoweredWorkflow {
            workflow: lowered,
            wired: types.uses.iter().map(|uses| variable(uses)).collect(),
        })
    }

    /// Refuses a `dependsOn` that the order of the steps does not keep by itself.
    fn check_dependencies(&self) -> Result<(), Reported> {
        let steps = self.workflow.steps.iter().enumerate();
        all(steps.map(|(number, step)| {
            // The steps before are completed where the flow is straight; what a step reads is checked in any flow.
            let before = self.workflow.steps.iter().take(number);
            let is_earlier = |id: &String| before.clone().any(|step| step.id == *id);
            match step.depends_on.iter().all(is_earlier) {
                true => Ok(()),
                false => {
                    let at = self.reports.at(&step.pointer);
                    let what = "a `dependsOn` that names a step which does not stand before";
                    Err(self.reports.error(at.unsupported(what)))
                }
            }
        }))
        .map(drop)
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
                let needed = needed(target, clients);
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
                })
            })
            .collect()
    }

    /// The actions that follow a step.
    fn edges(
        &self,
        step: &document::Step,
        assigner: Assigner<'_, '_>,
        scope: Reads<'_>,
    ) -> Result<Edges, Reported> {
        let on_success = all(step.on_success.iter().map(|action| {
            let to = match &action.kind {
                ActionKind::End => Ok(Next::End),
                ActionKind::Goto(place) => self.step_of(place, &action.pointer).map(Next::Step),
                ActionKind::Retry { .. } => {
                    let at = self.reports.at(&action.pointer);
                    Err(self.reports.error(at.unsupported("a retry of a success")))
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
            ActionKind::Goto(place) => FailureOutcome::Goto(self.step_of(place, &action.pointer)?),
            ActionKind::Retry {
                after,
                limit,
                first,
            } => {
                // A step that runs itself first is simply repeated.
                let own = |place: &&document::Place| matches!(place, document::Place::Step(id) if *id == step.id);
                let first = first.as_ref().filter(|place| !own(place));
                let first = first.map(|place| self.step_of(place, &action.pointer));
                FailureOutcome::Retry {
                    after: after.unwrap_or_default().max(0.0),
                    limit: limit.map_or(1, |limit| u32::try_from(limit).unwrap_or(u32::MAX)),
                    first: first.transpose()?,
                }
            }
        })
    }

    fn step_of(&self, place: &document::Place, pointer: &str) -> Result<usize, Reported> {
        let (found, id) = match place {
            document::Place::Step(id) => (self.workflow.step_index(id), id),
            // Each of them has become a step.
            document::Place::Workflow(workflow) => (None, &workflow.id),
        };
        found.ok_or_else(|| {
            let message = format!("the workflow has no step `{id}` to go to");
            let at = self.reports.at(pointer);
            self.reports
                .error(at.diagnostic(Code::UnknownStep, message))
        })
    }

    /// A single client is called `client`; of several, each has the name of its module.
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

    fn inputs(&self, types: &Types<'_>, clients: &[ClientParameter]) -> Vec<Input> {
        // The methods and fields of the builder that the inputs stand among.
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
            .map(|((id, field), ty)| Input {
                id: id.clone(),
                description: field
                    .schema
                    .get("description")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
                field: scope.snake(id),
                ty: ty.clone(),
                required: field.required,
                variable: None,
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

/// The clients that a target needs, as indices into those of the workflow, which they are added to.
fn needed(target: &Target<'_>, clients: &mut Vec<ClientParameter>) -> Vec<usize> {
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

/// The variable that an input is wired to: every place that names one has to name the same.
fn variable(uses: &[Use]) -> Option<String> {
    let mut named = uses.iter().filter_map(|place| place.variable.as_ref());
    let first = named.next()?;
    named.all(|other| other == first).then(|| first.clone())
}
