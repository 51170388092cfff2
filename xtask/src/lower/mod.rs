//! Workflows: names become handles, and the parts are put together.

mod assign;
mod callee;
mod condition;
pub mod convert;
mod expand;
pub mod features;
pub mod flow;
mod inputs;
mod outputs;
mod read_expression;
mod request;
mod schemas;
mod undeclared_parameters;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use assign::{Filler, Use};
use callee::{Checked, Target};
use read_expression::{Answer, Context, Known};

use crate::arazzo::document::{self, ActionKind, Description};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lower::flow::Edges;
use crate::model::{
    BodyUse, ClientModule, ClientParameter, FailureAction, FailureOutcome, Input, Next, Output,
    OutputValue, Program, ReadFrom, Step, StepOrigin, SuccessAction, Ty, Variable, Workflow,
    WorkflowNames,
};
use crate::names::{Scope, ident, pascal_text, reserved};
use crate::openapi::index::Index;

/// A generated client that workflows may call.
#[derive(Clone, Copy, Debug)]
pub struct Client<'a> {
    /// The name of its module in the generated crate.
    pub module: &'a str,
    /// The Cargo feature without which it is not there.
    pub feature: Option<&'a str>,
    pub index: &'a Index,
}

/// An Arazzo document, and which of the clients each of its source descriptions is.
#[derive(Clone, Debug)]
pub struct Linked<'a> {
    pub description: &'a Description,
    pub sources: BTreeMap<String, usize>,
    /// Which of the documents each of its other source descriptions is.
    pub documents: BTreeMap<String, usize>,
}

/// Checks all documents. With errors among the diagnostics the program is not to be emitted.
pub fn program(
    documents: &[Linked<'_>],
    clients: &[Client<'_>],
    diagnostics: &mut Diagnostics,
) -> Program {
    let apis: Vec<_> = clients
        .iter()
        .map(|client| ClientModule {
            module: ident(client.module),
            feature: client.feature.map(str::to_owned),
        })
        .collect();
    let mut program = Program {
        apis,
        ..Program::default()
    };
    let mut names = ProgramNames::new();
    let all: Vec<Numbered<'_>> = documents
        .iter()
        .enumerate()
        .flat_map(|(document, linked)| {
            let workflows = linked.description.workflows.iter();
            workflows.map(move |workflow| (document, workflow))
        })
        .map(|(document, workflow)| Numbered {
            document,
            workflow,
            names: names.workflow(&workflow.id),
        })
        .collect();
    let mut done: Vec<Option<Checked>> = all.iter().map(|_| None).collect();
    let mut found: Vec<Vec<Diagnostic>> = vec![Vec::new(); all.len()];
    let order = in_order(documents, &all);
    for number in order.iter().copied() {
        let Some(one) = all.get(number) else { continue };
        let Some(linked) = documents.get(one.document) else {
            continue;
        };
        let mut problems = Vec::new();
        let mut expanded =
            expand::workflows::added(one.workflow, (linked, &all, &done), &mut problems);
        for step in &mut expanded.workflow.steps {
            expand::form_body::spread(step);
            expand::request_expressions::settled(step);
        }
        let mut checker = Checker {
            linked,
            clients,
            workflow: &expanded.workflow,
            origins: &expanded.origins,
            all: &all,
            done: &done,
            found: problems,
        };
        let checked = checker.workflow(&one.names);
        found[number] = checker.found;
        done[number] = checked;
    }
    for (number, one) in all.iter().enumerate() {
        if let (false, Some(linked)) = (order.contains(&number), documents.get(one.document)) {
            let message = format!(
                "the workflow `{}` runs or goes to itself, directly or through others",
                one.workflow.id
            );
            let file = &linked.description.file;
            let pointer = &one.workflow.pointer;
            found[number].push(
                Place { file, pointer }
                    .diagnostic(Code::CircularWorkflow, message)
                    .help("break the circle"),
            );
        }
    }
    for one in found {
        diagnostics.extend(one);
    }
    let mut variables = Variables::default();
    for Checked { workflow, wired } in done.into_iter().flatten() {
        variables.note(program.workflows.len(), &workflow, wired);
        program.workflows.push(workflow);
    }
    variables.settle(&mut program);
    program
}

/// A workflow of one of the documents, and how it is called in Rust.
pub(crate) struct Numbered<'a> {
    document: usize,
    workflow: &'a document::Workflow,
    names: WorkflowNames,
}

/// The number of the workflow that a document names.
fn number_of(
    linked: &Linked<'_>,
    all: &[Numbered<'_>],
    wanted: &document::WorkflowRef,
) -> Option<usize> {
    let in_document = |one: &Numbered<'_>| match &wanted.source {
        None => linked
            .description
            .workflows
            .iter()
            .any(|workflow| std::ptr::eq(workflow, one.workflow)),
        Some(name) => linked.documents.get(name) == Some(&one.document),
    };
    all.iter()
        .position(|one| one.workflow.id == wanted.id && in_document(one))
}

/// The numbers of the workflows, each after those that it runs; without those that run each other in a circle.
fn in_order(documents: &[Linked<'_>], all: &[Numbered<'_>]) -> Vec<usize> {
    let needs: Vec<Vec<usize>> = all
        .iter()
        .map(|one| {
            let Some(linked) = documents.get(one.document) else {
                return Vec::new();
            };
            let runs = expand::workflows::of(one.workflow);
            runs.into_iter()
                .filter_map(|wanted| number_of(linked, all, wanted))
                .collect()
        })
        .collect();
    let mut order: Vec<usize> = Vec::new();
    while let Some(ready) = (0..all.len()).find(|number| {
        !order.contains(number) && needs[*number].iter().all(|need| order.contains(need))
    }) {
        order.push(ready);
    }
    order
}

/// The names that all workflows share.
struct ProgramNames {
    modules: Scope,
    values: Scope,
    types: Scope,
}

impl ProgramNames {
    fn new() -> Self {
        Self {
            modules: Scope::with(&["handle", "catalogue", "schemas"]),
            values: reserved::all()
                .chain(["new", "variables", "workflows"])
                .collect(),
            types: Scope::with(&[
                "Workflows",
                "Variables",
                "WorkflowInfo",
                "StepInfo",
                "Client",
            ]),
        }
    }

    fn workflow(&mut self, id: &str) -> WorkflowNames {
        let function = self.values.snake(id);
        let base = pascal_text(id);
        let mut ty = |suffix: &str| {
            let name = format!("{base}{suffix}");
            match reserved::all().any(|reserved| reserved == name) {
                true => self.types.pascal(&format!("{name}Workflow")),
                false => self.types.pascal(&name),
            }
        };
        let (call, inputs, outputs, steps, step) =
            (ty(""), ty("Inputs"), ty("Outputs"), ty("Steps"), ty("Step"));
        WorkflowNames {
            module: self.modules.snake(id),
            method: function.clone(),
            function,
            inputs,
            outputs,
            steps,
            step,
            call,
        }
    }
}

/// The variables of all workflows: for each, the inputs that are wired to it, by the numbers of workflow and input.
#[derive(Default)]
struct Variables(BTreeMap<String, Vec<(usize, usize, Ty)>>);

impl Variables {
    fn note(&mut self, number: usize, workflow: &Workflow, wired: Vec<Option<String>>) {
        for (at, (input, name)) in workflow.inputs.iter().zip(wired).enumerate() {
            if let Some(name) = name {
                self.0
                    .entry(name)
                    .or_default()
                    .push((number, at, input.ty.clone()));
            }
        }
    }

    /// Gives each variable a type and a field. Inputs of another type are not filled by it.
    fn settle(self, program: &mut Program) {
        let mut scope = Scope::new();
        for (name, wired) in self.0 {
            let types: Vec<&Ty> = wired.iter().map(|(_, _, ty)| ty).collect();
            let ty = crate::lower::convert::shared(&types).unwrap_or(Ty::String);
            let variable = program.variables.len();
            for (workflow, input, _) in wired.iter().filter(|(_, _, other)| *other == ty) {
                if let Some(input) = program
                    .workflows
                    .get_mut(*workflow)
                    .and_then(|w| w.inputs.get_mut(*input))
                {
                    input.variable = Some(variable);
                }
            }
            program.variables.push(Variable {
                field: scope.snake(&name),
                name,
                ty,
            });
        }
    }
}

/// Checks one workflow.
pub(crate) struct Checker<'a> {
    pub linked: &'a Linked<'a>,
    pub clients: &'a [Client<'a>],
    pub workflow: &'a document::Workflow,
    /// The origin of each of its steps.
    origins: &'a [StepOrigin],
    /// The workflows of all documents.
    all: &'a [Numbered<'a>],
    /// Those of them that have been checked.
    done: &'a [Option<Checked>],
    pub found: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    pub(crate) fn description(&self) -> &'a Description {
        self.linked.description
    }

    pub(crate) fn at<'p>(&self, pointer: &'p str) -> Place<'p>
    where
        'a: 'p,
    {
        Place {
            file: &self.linked.description.file,
            pointer,
        }
    }

    /// The workflow, and for each of its inputs the variable that it is wired to.
    fn workflow(&mut self, chosen: &WorkflowNames) -> Option<Checked> {
        let workflow = self.workflow;
        self.refuse_what_is_missing();
        let called: Vec<_> = workflow
            .steps
            .iter()
            .map(|step| self.called(step))
            .collect();
        // What could not be found was reported; without it nothing further can be said.
        let called: Vec<Target<'_>> = called.into_iter().collect::<Option<_>>()?;

        let mut context = Context {
            clients: self.clients,
            workflow,
            inputs: vec![None; workflow.inputs.fields.len()],
            outputs: vec![Vec::new(); workflow.steps.len()],
            names: workflow
                .steps
                .iter()
                .zip(&called)
                .map(|(step, called)| output_names(step, called))
                .collect(),
        };
        let uses = self.uses(&context, &called);
        self.type_inputs(&mut context, &uses);
        self.type_outputs(&mut context, &called);

        let mut clients = Vec::new();
        let steps = self.steps(&context, &called, chosen, &mut clients);
        self.name_clients(&mut clients);

        let edges: Vec<Edges> = steps.iter().map(Edges::from).collect();
        let certain = flow::certain(&edges);
        let outputs = self.workflow_outputs(&context, &certain);
        let inputs = self.inputs(&context, &clients);
        let wired = (0..inputs.len())
            .map(|number| variable(&places(&uses, number)))
            .collect();
        let outputs_schema = schemas::outputs(self.clients, clients.len() > 1, &outputs);
        let info = &self.description().info;
        let checked = Workflow {
            id: workflow.id.clone(),
            title: info.title.clone(),
            version: info.version.clone(),
            summary: workflow.summary.clone(),
            description: workflow.description.clone(),
            names: chosen.clone(),
            sources: self.sources(&called),
            clients,
            inputs,
            flow: flow::form(&steps),
            steps,
            outputs,
            inputs_schema: schemas::inputs(workflow, &uses),
            outputs_schema,
        };
        Some(Checked {
            workflow: checked,
            wired,
        })
    }

    /// What the specification has and this generator does not yet.
    fn refuse_what_is_missing(&mut self) {
        let mut refused = Vec::new();
        for (number, step) in self.workflow.steps.iter().enumerate() {
            // The steps before are completed where the flow is straight; what a step reads is checked in any flow.
            let earlier = |id: &String| {
                let steps = self.workflow.steps.iter().take(number);
                steps.into_iter().any(|step| step.id == *id)
            };
            if !step.depends_on.iter().all(earlier) {
                refused
                    .push(self.at(&step.pointer).unsupported(
                        "a `dependsOn` that names a step which does not stand before",
                    ));
            }
        }
        self.found.extend(refused);
    }

    fn type_inputs(&mut self, context: &mut Context<'_>, uses: &[Use]) {
        for (number, field) in self.workflow.inputs.fields.values().enumerate() {
            let at = self.at(&field.pointer);
            let ty = inputs::ty(field, &places(uses, number), at, &mut self.found);
            context.inputs[number] = Some(ty);
        }
    }

    /// Outputs may read outputs of other steps, in any order where the flow loops: twice is enough for all but chains
    /// that run against the order of the steps.
    fn type_outputs(&self, context: &mut Context<'_>, called: &[Target<'_>]) {
        for _ in 0..2 {
            for (at, (step, called)) in self.workflow.steps.iter().zip(called).enumerate() {
                let filler = Filler::new(context, &self.description().file);
                let answer = called.answer();
                let criteria = filler.criteria(&step.success, Some(answer));
                let body = flow::body_use(&criteria, &called.kind(), true);
                let known = step.outputs.values().map(|output| {
                    outputs::checked(&filler, output, Some(answer), body).map(|(_, known)| known)
                });
                let mut known: Vec<_> = known.collect();
                if let Target::Workflow(nested) = called {
                    let more = outputs::undeclared(step, &nested.workflow);
                    known.extend(more.map(|output| {
                        Some(Known {
                            ty: output.ty.inner().clone(),
                            certain: !output.ty.is_optional(),
                            typed: None,
                        })
                    }));
                }
                context.outputs[at] = known;
            }
        }
    }

    fn steps(
        &mut self,
        context: &Context<'_>,
        called: &[Target<'_>],
        names: &WorkflowNames,
        clients: &mut Vec<ClientParameter>,
    ) -> Vec<Step> {
        let mut variants = Scope::new();
        let mut fields = Scope::with(&["at"]);
        let mut types: Scope = reserved::all().collect();
        for taken in [
            &names.call,
            &names.inputs,
            &names.outputs,
            &names.steps,
            &names.step,
        ] {
            types.pascal(&taken.to_string());
        }
        let mut steps = Vec::new();
        let declared = self.workflow.steps.iter().zip(self.origins);
        for ((step, origin), called) in declared.zip(called) {
            let name = match origin {
                StepOrigin::Declared => &step.id,
                StepOrigin::Dependency { workflow } | StepOrigin::Action { workflow } => workflow,
            };
            let needed: Vec<usize> = called
                .apis()
                .into_iter()
                .map(|api| {
                    let known = clients.iter().position(|client| client.api == api);
                    known.unwrap_or_else(|| {
                        clients.push(ClientParameter {
                            api,
                            name: ident("client"),
                        });
                        clients.len() - 1
                    })
                })
                .collect();
            let filler = Filler::new(context, &self.description().file);
            let criteria = filler.criteria(&step.success, Some(called.answer()));
            let edges = self.edges(step, &filler, called.answer());
            let call = match called {
                Target::Operation(operation) => {
                    let client = needed.first().copied().unwrap_or_default();
                    self.call(step, *operation, client, &filler)
                }
                Target::Workflow(nested) => self.run(step, nested, needed, &filler),
            };
            let proven = flow::body_use(&criteria, &call.response, true);
            let outputs = outputs::of_step(&filler, step, called.answer(), proven);
            let needed = outputs.iter().any(reads_body);
            self.found.extend(filler.diagnostics.take());
            steps.push(Step {
                id: step.id.clone(),
                description: step.description.clone(),
                origin: origin.clone(),
                variant: variants.pascal(name),
                field: fields.snake(name),
                outputs_type: outputs_type(&mut types, name),
                call,
                retries: flow::transport_retries(&criteria, &edges.on_failure),
                criteria,
                on_success: edges.on_success,
                on_failure: edges.on_failure,
                body: if needed { proven } else { BodyUse::None },
                outputs,
            });
        }
        steps
    }

    /// What follows a step.
    fn edges(&self, step: &document::Step, filler: &Filler<'_>, answer: Answer<'_>) -> Edges {
        let mut edges = Edges::default();
        for action in &step.on_success {
            let to = match &action.kind {
                ActionKind::End => Some(Next::End),
                ActionKind::Goto(place) => {
                    self.step_of(place, &action.pointer, filler).map(Next::Step)
                }
                // Reported with the document: a success cannot be retried.
                ActionKind::Retry { .. } => None,
            };
            let criteria = filler.criteria(&action.criteria, Some(answer));
            edges
                .on_success
                .extend(to.map(|to| SuccessAction { criteria, to }));
        }
        for action in &step.on_failure {
            let outcome = match &action.kind {
                ActionKind::End => Some(FailureOutcome::End),
                ActionKind::Goto(place) => self
                    .step_of(place, &action.pointer, filler)
                    .map(FailureOutcome::Goto),
                ActionKind::Retry {
                    after,
                    limit,
                    first,
                } => {
                    // A step that runs itself first is simply repeated.
                    let own = |place: &&document::Place| matches!(place, document::Place::Step(id) if *id == step.id);
                    let first = first.as_ref().filter(|place| !own(place));
                    Some(FailureOutcome::Retry {
                        after: after.unwrap_or_default().max(0.0),
                        limit: limit.map_or(1, |limit| u32::try_from(limit).unwrap_or(u32::MAX)),
                        first: first.and_then(|place| self.step_of(place, &action.pointer, filler)),
                    })
                }
            };
            let criteria = filler.criteria(&action.criteria, Some(answer));
            edges
                .on_failure
                .extend(outcome.map(|outcome| FailureAction { criteria, outcome }));
        }
        edges
    }

    fn step_of(
        &self,
        place: &document::Place,
        pointer: &str,
        filler: &Filler<'_>,
    ) -> Option<usize> {
        match place {
            document::Place::Step(id) => {
                let found = self.workflow.step_index(id);
                if found.is_none() {
                    let message = format!("the workflow has no step `{id}` to go to");
                    filler.say(self.at(pointer).diagnostic(Code::UnknownStep, message));
                }
                found
            }
            // Each of them has become a step, unless it could not be found, which was reported.
            document::Place::Workflow(_) => None,
        }
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

    fn inputs(&self, context: &Context<'_>, clients: &[ClientParameter]) -> Vec<Input> {
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
        let fields = self.workflow.inputs.fields.iter().zip(&context.inputs);
        fields
            .map(|((id, field), ty)| Input {
                id: id.clone(),
                description: field
                    .schema
                    .get("description")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
                field: scope.snake(id),
                ty: ty.clone().unwrap_or(Ty::Json),
                required: field.required,
                variable: None,
            })
            .collect()
    }

    fn sources(&self, called: &[Target<'_>]) -> Vec<String> {
        let used = |name: &String| {
            self.linked
                .sources
                .get(name)
                .is_some_and(|api| called.iter().any(|called| called.apis().contains(api)))
        };
        let names = self
            .description()
            .sources
            .iter()
            .map(|source| source.name.clone());
        names.filter(used).collect()
    }
}

/// The names of the outputs of a step: those it declares, then those of the workflow that it runs.
fn output_names<'n>(step: &'n document::Step, called: &Target<'n>) -> Vec<&'n str> {
    let mut names: Vec<&str> = step.outputs.keys().map(String::as_str).collect();
    if let Target::Workflow(nested) = called {
        names.extend(outputs::undeclared(step, &nested.workflow).map(|output| output.id.as_str()));
    }
    names
}

/// `XOutputs`, or `XStepOutputs` where the workflow's own outputs are called so.
fn outputs_type(types: &mut Scope, step: &str) -> proc_macro2::Ident {
    let base = pascal_text(step);
    let plain = format!("{base}Outputs");
    match types.is_taken(&plain) {
        true => types.pascal(&format!("{base}StepOutputs")),
        false => types.pascal(&plain),
    }
}

fn places(uses: &[Use], input: usize) -> Vec<&Use> {
    uses.iter().filter(|place| place.input == input).collect()
}

/// The variable that an input is wired to: every place that names one has to name the same.
fn variable(places: &[&Use]) -> Option<String> {
    let mut named = places.iter().filter_map(|place| place.variable.as_ref());
    let first = named.next()?;
    named.all(|other| other == first).then(|| first.clone())
}

fn reads_body(output: &Output) -> bool {
    match &output.value {
        OutputValue::Read(read) => read.from == ReadFrom::Body,
        OutputValue::Constant(_) => false,
        OutputValue::Text { pieces, .. } => pieces.iter().any(
            |piece| matches!(piece, crate::model::TextPiece::Read(read) if read.from == ReadFrom::Body),
        ),
    }
}

/// Where something stands, to say what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub file: &'a Path,
    pub pointer: &'a str,
}

impl Place<'_> {
    pub(crate) fn diagnostic(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.file, self.pointer, message)
    }

    pub(crate) fn unsupported(&self, what: &str) -> Diagnostic {
        self.diagnostic(Code::NotSupported, format!("{what} is not supported yet"))
    }
}
