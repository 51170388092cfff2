//! Workflows: inputs, steps, control flow and outputs.

use proc_macro2::Ident;
use serde_json::Value;

use super::condition::Criterion;
use super::ty::Ty;
use super::value::{
    Assignment, Constant, FieldAssignment, JsonTemplate, OtherFields, Read, TextPiece,
};

/// A workflow.
#[derive(Clone, Debug)]
pub struct Workflow {
    pub id: String,
    /// The title of its document.
    pub title: String,
    /// The version of its document.
    pub version: String,
    /// The digest of everything in the document that it depends on, except prose.
    pub digest: String,
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
    /// A self-contained JSON Schema; `None` in a program that is not printed.
    pub outputs_schema: Option<Value>,
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
    /// At least one step goes to another step than the next.
    Loop,
}

/// An input of a workflow.
#[derive(Clone, Debug)]
pub struct Input {
    pub id: String,
    pub description: Option<String>,
    pub field: Ident,
    /// The type; an optional input has it without the `Option`.
    pub ty: Ty,
    pub required: bool,
    /// `true` if its JSON is also sent as it was given.
    pub as_given: bool,
    /// The value if the caller sets none.
    pub default: Option<InputDefault>,
    /// The variable that provides it, as an index into [`Program::variables`](super::Program::variables).
    pub variable: Option<usize>,
}

/// The default of an input.
#[derive(Clone, Debug)]
pub struct InputDefault {
    /// The value in the document.
    pub json: Value,
    pub value: Assignment,
}

/// A step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Unique in its workflow.
    pub id: String,
    pub origin: StepOrigin,
    pub description: Option<String>,
    pub variant: Ident,
    pub field: Ident,
    /// The name of the struct for its outputs.
    pub outputs_type: Ident,
    pub call: StepCall,
    /// The success criteria; a step succeeds if all of them hold.
    pub criteria: Vec<Criterion>,
    pub on_success: Vec<SuccessAction>,
    pub on_failure: Vec<FailureAction>,
    pub retries: TransportRetries,
    pub outputs: Vec<Output>,
    /// The output that contains the expiry of the outputs, as an index into [`Self::outputs`].
    pub expiry: Option<usize>,
    /// The steps that read the outputs, if those are replaced after an expiry, as indices into [`Workflow::steps`].
    pub readers: Vec<usize>,
    /// The use of the decoded response body by the outputs.
    pub body: BodyUse,
}

/// The origin of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOrigin {
    /// A step of the document.
    Declared,
    /// A workflow in the workflow's `dependsOn`, which runs first.
    Dependency { workflow: String },
    /// A workflow that an action goes to or that runs before a step is retried.
    Action { workflow: String },
}

/// The status codes on which the transport retries the call of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportRetries {
    /// All status codes of the client's options except these, which the workflow handles.
    Except(Vec<u16>),
    /// No status codes: the workflow handles all of them.
    Never,
}

/// The use of the decoded response body by the outputs of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyUse {
    /// The outputs do not read the body.
    None,
    /// The criteria hold only for responses with a body.
    Certain,
    /// The criteria may hold for a response without a body; the outputs are then absent.
    Maybe,
}

/// The operation or workflow that a step calls.
#[derive(Clone, Debug)]
pub struct StepCall {
    /// The name of the operation or workflow.
    pub operation: String,
    /// Its summary in the document.
    pub summary: Option<String>,
    /// Method and path, such as `GET /path/{id}`; `None` for a workflow.
    pub route: Option<String>,
    pub response: ResponseBody,
    pub callee: Callee,
}

/// The request or workflow run of a step.
#[derive(Clone, Debug)]
pub enum Callee {
    Request(Box<Request>),
    Workflow(Box<WorkflowRun>),
}

/// A request sent by a client method.
#[derive(Clone, Debug)]
pub struct Request {
    /// Index into [`Workflow::clients`].
    pub client: usize,
    pub method: Ident,
    /// The constant that describes the operation.
    pub constant: Ident,
    pub arguments: Vec<Argument>,
    /// The struct of optional parameters, passed after [`Self::arguments`] and before the body.
    pub params: Option<OptionalParameters>,
    pub body: Option<Argument>,
    /// `true` if the method takes a body and the step has none.
    pub omits_body: bool,
    /// Values of the flow that authenticate only this call.
    pub credentials: Vec<Credential>,
    /// Values of arguments that their types do not keep.
    pub argument_values: Vec<ArgumentValue>,
    /// Parameters sent in addition to the arguments of the client method.
    pub undeclared: Vec<UndeclaredParameter>,
    /// Values of a JSON body or a form that its type does not have or keep, in the order in which they are set.
    pub body_values: Vec<BodyValue>,
    /// Inputs that a JSON body or a form has as they were given, if they were given as JSON.
    pub given: Vec<GivenValue>,
    /// Total time limit of the call, in milliseconds.
    pub timeout: Option<u64>,
}

impl Request {
    /// Returns all assignments of the request.
    pub fn assignments(&self) -> impl Iterator<Item = &Assignment> {
        let params = self.params.iter().flat_map(|params| &params.fields);
        let arguments = self.arguments.iter().chain(&self.body);
        arguments
            .map(|argument| &argument.value)
            .chain(params.map(|field| &field.value))
            .chain(self.credentials.iter().map(|secret| &secret.value))
            .chain(self.argument_values.iter().map(|argument| &argument.value))
            .chain(self.undeclared.iter().map(|parameter| &parameter.value))
            .chain(self.body_values.iter().map(|property| &property.value))
    }
}

/// The struct of optional parameters that a client method takes.
#[derive(Clone, Debug)]
pub struct OptionalParameters {
    /// The name of the struct.
    pub name: Ident,
    /// The parameters that have a value.
    pub fields: Vec<FieldAssignment>,
    pub rest: OtherFields,
}

/// An argument of a client method.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name of the method parameter.
    pub name: Ident,
    pub pass: Pass,
    pub value: Assignment,
}

/// The way an argument is passed to a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// `&T`
    Reference,
    /// `&str`
    Text,
    /// `impl Into<Option<&str>>`, which a `&String` is not.
    OptionalText,
    /// `T`
    Value,
}

impl Pass {
    /// Returns `true` for a borrowed string.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::OptionalText)
    }
}

/// A credential of a single call.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The name of its security scheme.
    pub scheme: String,
    pub value: Assignment,
}

/// A parameter that the API description does not declare. It is sent as a string, or omitted if it is absent.
#[derive(Clone, Debug)]
pub struct UndeclaredParameter {
    pub location: ParameterLocation,
    pub name: String,
    pub value: Assignment,
}

/// A value of a JSON body that is set after the typed one was serialized: a property that the API description does not
/// declare, or a value that is sent as it was received.
#[derive(Clone, Debug)]
pub struct BodyValue {
    /// JSON Pointer in the body.
    pub pointer: String,
    /// Any JSON value, or nothing if it is absent.
    pub value: Assignment,
}

/// The part of a request that an undeclared parameter is sent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterLocation {
    Header,
    Query,
    Cookie,
}

/// The value of an argument as it was written, which its type does not keep.
#[derive(Clone, Debug)]
pub struct ArgumentValue {
    /// Location of the parameter, as in OpenAPI.
    pub location: &'static str,
    pub name: String,
    pub value: Assignment,
}

/// An input, or a part of one, that is sent as it was given.
#[derive(Clone, Debug)]
pub struct GivenValue {
    /// JSON Pointer in the body.
    pub pointer: String,
    /// Index into [`Workflow::inputs`].
    pub input: usize,
    /// JSON Pointer in the input.
    pub part: String,
}

/// A run of another workflow.
#[derive(Clone, Debug)]
pub struct WorkflowRun {
    /// The identifiers of the called workflow, whose module is a sibling of the caller's.
    pub names: WorkflowNames,
    pub fields: Vec<FieldAssignment>,
    /// The JSON of inputs that are sent as they were given, by the id of the input.
    pub given: Vec<(String, Assignment)>,
    /// The clients it takes, as indices into [`Workflow::clients`].
    pub clients: Vec<usize>,
}

/// The decoded response body of a step's call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseBody {
    /// A value of this type.
    Value(Ty),
    /// A value of this type, or a 202 without a body.
    MaybeAccepted(Ty),
    /// The outputs of a workflow.
    Outputs,
    /// No body, or one that no pointer can select from.
    Opaque,
}

/// A success action: the continuation of the flow after a step that succeeded.
#[derive(Clone, Debug)]
pub struct SuccessAction {
    pub criteria: Vec<Criterion>,
    pub to: Next,
}

/// The continuation of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The step with this index.
    Step(usize),
    End,
}

/// A failure action: its criteria and its outcome.
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
    /// The step is retried.
    Retry {
        /// The delay in seconds.
        after: f64,
        limit: u32,
        /// The step that runs before the retry.
        first: Option<usize>,
    },
}

/// An output of a step or of a workflow.
#[derive(Clone, Debug)]
pub struct Output {
    pub id: String,
    pub description: Option<String>,
    pub field: Ident,
    /// The type; an `Option` if the value may be absent.
    pub ty: Ty,
    pub value: OutputValue,
    /// The pointer into the raw body of a response that the success type does not represent, such as an accepted
    /// error; `None` if the value is not read from a body.
    pub undecoded: Option<String>,
}

/// The value of an output.
#[derive(Clone, Debug)]
pub enum OutputValue {
    Read(Read),
    Constant(Constant),
    /// A string of constants and values; an absent value counts as an empty string.
    Text {
        pieces: Vec<TextPiece>,
        /// `true` if one of the values is a secret.
        secret: bool,
    },
    /// A list or an object of values. An absent member is left out of an object, and is null in a list.
    Json(JsonTemplate),
}

impl OutputValue {
    /// Calls `visit` with every value that the output is made of.
    pub fn visit(&self, visit: &mut impl FnMut(&Read)) {
        match self {
            Self::Read(read) => visit(read),
            Self::Constant(_) => {}
            Self::Text { pieces, .. } => TextPiece::visit(pieces, visit),
            Self::Json(json) => json.visit(visit),
        }
    }

    /// Returns `true` if the condition holds for one of the values that the output is made of.
    pub fn reads_any(&self, condition: impl Fn(&Read) -> bool) -> bool {
        let mut found = false;
        self.visit(&mut |read| found |= condition(read));
        found
    }
}

impl FailureOutcome {
    /// Returns `true` if the flow continues at another step.
    pub fn leads_elsewhere(&self) -> bool {
        matches!(self, Self::Goto(_) | Self::Retry { first: Some(_), .. })
    }
}

impl Workflow {
    /// Returns `true` if a step runs before another one is retried.
    pub fn runs_before_retry(&self, step: usize) -> bool {
        let mut actions = self.steps.iter().flat_map(|step| &step.on_failure);
        actions.any(|action| {
            matches!(action.outcome, FailureOutcome::Retry { first, .. } if first == Some(step))
        })
    }

    /// Returns the parameter for the client that a request uses.
    pub fn client_of(&self, request: &Request) -> Option<&ClientParameter> {
        self.clients.get(request.client)
    }
}
