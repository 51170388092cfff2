//! Workflows: inputs, steps, the flow between them, and outputs.

use proc_macro2::Ident;
use serde_json::Value;

use super::condition::Criterion;
use super::ty::Ty;
use super::value::{Assignment, Constant, FieldAssignment, OtherFields, Read, TextPiece};

/// One workflow.
#[derive(Clone, Debug)]
pub struct Workflow {
    pub id: String,
    /// The title of its document.
    pub title: String,
    /// The version of its document.
    pub version: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub names: WorkflowNames,
    /// The clients it calls.
    pub clients: Vec<ClientParameter>,
    /// The source descriptions it uses.
    pub sources: Vec<String>,
    pub inputs: Vec<Input>,
    pub steps: Vec<Step>,
    pub outputs: Vec<Output>,
    pub flow: FlowForm,
    /// A self-contained JSON Schema.
    pub inputs_schema: Value,
    /// A self-contained JSON Schema.
    pub outputs_schema: Value,
}

/// The identifiers of a workflow.
#[derive(Clone, Debug)]
pub struct WorkflowNames {
    pub module: Ident,
    pub function: Ident,
    /// The method of the handle.
    pub method: Ident,
    pub inputs: Ident,
    pub outputs: Ident,
    pub steps: Ident,
    pub step: Ident,
    pub call: Ident,
}

/// A parameter of a workflow's function that takes a client.
#[derive(Clone, Debug)]
pub struct ClientParameter {
    /// Index into [`Program::apis`](super::Program::apis).
    pub api: usize,
    pub name: Ident,
}

/// The order in which steps follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowForm {
    /// Each step follows the one before it.
    Straight,
    /// At least one step leads elsewhere.
    Loop,
}

/// An input of a workflow.
#[derive(Clone, Debug)]
pub struct Input {
    pub id: String,
    pub description: Option<String>,
    pub field: Ident,
    /// Without the `Option` of an input that may be left out.
    pub ty: Ty,
    pub required: bool,
    /// The variable that fills it, as an index into [`Program::variables`](super::Program::variables).
    pub variable: Option<usize>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Unique in its workflow.
    pub id: String,
    pub origin: StepOrigin,
    pub description: Option<String>,
    pub variant: Ident,
    pub field: Ident,
    /// The name of the struct of its outputs.
    pub outputs_type: Ident,
    pub call: StepCall,
    /// The success criteria, which all hold for a step that succeeded.
    pub criteria: Vec<Criterion>,
    pub on_success: Vec<SuccessAction>,
    pub on_failure: Vec<FailureAction>,
    pub retries: TransportRetries,
    pub outputs: Vec<Output>,
    /// The use of the decoded response body by the outputs.
    pub body: BodyUse,
}

/// The part of the document that a step comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOrigin {
    /// A step of the document.
    Declared,
    /// A workflow in `dependsOn`, which runs first.
    Dependency { workflow: String },
    /// A workflow that an action goes to, or that runs before a step is retried.
    Action { workflow: String },
}

/// The status codes on which the transport retries the call of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportRetries {
    /// All that the client's options name, except for these: the workflow itself handles them.
    Except(Vec<u16>),
    /// None: the workflow handles all of them.
    Never,
}

/// The use of the decoded response body by the outputs of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyUse {
    /// None.
    None,
    /// The criteria hold only for responses that have one.
    Certain,
    /// The criteria may hold for a response without one; the outputs are then absent.
    Maybe,
}

/// The operation or workflow that a step calls.
#[derive(Clone, Debug)]
pub struct StepCall {
    /// The name of the operation or workflow.
    pub operation: String,
    /// Its summary in its document.
    pub summary: Option<String>,
    /// `GET /path/{id}`; none for a workflow.
    pub route: Option<String>,
    pub response: ResponseBody,
    pub callee: Callee,
}

/// The call itself.
#[derive(Clone, Debug)]
pub enum Callee {
    Request(Box<Request>),
    Workflow(Box<WorkflowRun>),
}

/// A request by a client's method.
#[derive(Clone, Debug)]
pub struct Request {
    /// Index into [`Workflow::clients`].
    pub client: usize,
    pub method: Ident,
    pub arguments: Vec<Argument>,
    /// The struct of optional parameters, an argument after those and before the body.
    pub params: Option<OptionalParameters>,
    pub body: Option<Argument>,
    /// Values of the flow that authenticate this call alone.
    pub credentials: Vec<Credential>,
    /// Values that are sent in addition to the arguments of the client's method.
    pub undeclared: Vec<UndeclaredParameter>,
    /// Total time limit of the call, in milliseconds.
    pub timeout: Option<u64>,
}

impl Request {
    /// Every value that the request is made of.
    pub fn assignments(&self) -> impl Iterator<Item = &Assignment> {
        let params = self.params.iter().flat_map(|params| &params.fields);
        let arguments = self.arguments.iter().chain(&self.body);
        arguments
            .map(|argument| &argument.value)
            .chain(params.map(|field| &field.value))
            .chain(self.credentials.iter().map(|secret| &secret.value))
            .chain(self.undeclared.iter().map(|parameter| &parameter.value))
    }
}

/// The struct of optional parameters that a client's method takes.
#[derive(Clone, Debug)]
pub struct OptionalParameters {
    /// The name of the struct.
    pub name: Ident,
    /// The parameters that have a value.
    pub fields: Vec<FieldAssignment>,
    pub rest: OtherFields,
}

/// One argument of a client's method.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name of the method's parameter.
    pub name: Ident,
    pub pass: Pass,
    pub value: Assignment,
}

/// The form in which a method takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// `&T`
    Reference,
    /// `&str`
    Text,
    /// `T`
    Value,
}

/// A credential of one call.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The name of its security scheme.
    pub scheme: String,
    pub value: Assignment,
}

/// A parameter that the API description does not declare. It is sent as a string, and left out where it is absent.
#[derive(Clone, Debug)]
pub struct UndeclaredParameter {
    pub location: ParameterLocation,
    pub name: String,
    pub value: Assignment,
}

/// The part of a request that an undeclared parameter goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    Header,
    Query,
    Cookie,
}

/// A run of another workflow.
#[derive(Clone, Debug)]
pub struct WorkflowRun {
    /// Its names; its module is beside the one of this workflow.
    pub names: WorkflowNames,
    pub fields: Vec<FieldAssignment>,
    /// The clients it takes, as indices into [`Workflow::clients`].
    pub clients: Vec<usize>,
}

/// The decoded response body of a step's call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseBody {
    /// A value of this type.
    Value(Ty),
    /// A value of this type, or a 202 without one.
    MaybeAccepted(Ty),
    /// The outputs of a workflow.
    Outputs,
    /// None, or one that no pointer leads into.
    Opaque,
}

/// The next place in the flow after a step that succeeded.
#[derive(Clone, Debug)]
pub struct SuccessAction {
    pub criteria: Vec<Criterion>,
    pub to: Next,
}

/// A place in the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The step with this index.
    Step(usize),
    End,
}

/// The reaction to a step that failed.
#[derive(Clone, Debug)]
pub struct FailureAction {
    pub criteria: Vec<Criterion>,
    pub outcome: FailureOutcome,
}

/// The outcome of a failure action.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FailureOutcome {
    End,
    /// The flow continues at the step with this index.
    Goto(usize),
    /// The step is run again.
    Retry {
        /// The delay in seconds.
        after: f64,
        limit: u32,
        /// The step that is run before it.
        first: Option<usize>,
    },
}

/// An output of a step or of a workflow.
#[derive(Clone, Debug)]
pub struct Output {
    pub id: String,
    pub description: Option<String>,
    pub field: Ident,
    /// With the `Option` of a value that may be absent.
    pub ty: Ty,
    pub value: OutputValue,
}

/// The value of an output.
#[derive(Clone, Debug)]
pub enum OutputValue {
    Read(Read),
    Constant(Constant),
    /// A string of constants and values; an absent value adds nothing to it.
    Text {
        pieces: Vec<TextPiece>,
        /// `true` if one of the values is a secret.
        secret: bool,
    },
}

impl FailureOutcome {
    /// `true` if the flow continues at another step.
    pub fn leads_elsewhere(&self) -> bool {
        matches!(self, Self::Goto(_) | Self::Retry { first: Some(_), .. })
    }
}

impl Workflow {
    /// `true` if a step runs before another one is retried.
    pub fn runs_before_retry(&self, step: usize) -> bool {
        let mut actions = self.steps.iter().flat_map(|step| &step.on_failure);
        actions.any(|action| {
            matches!(action.outcome, FailureOutcome::Retry { first, .. } if first == Some(step))
        })
    }

    /// The parameter for the client that a step calls.
    pub fn client_of(&self, request: &Request) -> Option<&ClientParameter> {
        self.clients.get(request.client)
    }
}
