//! A checked workflow: what the emitters print. No string in it is left to parse, every name is chosen, and every
//! value is known to fit the place it goes to.

pub mod client;
pub mod resource;

use proc_macro2::Ident;
use serde_json::Value;

/// Everything that is emitted for the Arazzo documents.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The clients that workflows call, one per OpenAPI document in use.
    pub apis: Vec<Api>,
    /// The workflows in the order of their documents.
    pub workflows: Vec<Workflow>,
    /// What a handle can fill into inputs.
    pub variables: Vec<Variable>,
    /// The client that has all of them among the variables of its resources, as an index into [`Self::apis`].
    pub variables_of: Option<usize>,
}

/// A generated client.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its module in the generated crate.
    pub module: Ident,
    /// The Cargo feature without which it is not there.
    pub feature: Option<String>,
}

/// A value that a handle knows and fills into every input that is wired to it.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The name in the document.
    pub name: String,
    pub field: Ident,
    pub ty: Ty,
}

/// One workflow.
#[derive(Clone, Debug)]
pub struct Workflow {
    pub id: String,
    /// The title and version of the document.
    pub title: String,
    pub version: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub names: Names,
    /// The clients it calls, as indices into [`Program::apis`], with the name of the parameter for each.
    pub clients: Vec<(usize, Ident)>,
    /// The source descriptions it uses.
    pub sources: Vec<String>,
    pub inputs: Vec<Input>,
    pub steps: Vec<Step>,
    pub outputs: Vec<Output>,
    pub form: Form,
    /// Self-contained JSON Schemas.
    pub inputs_schema: Value,
    pub outputs_schema: Value,
}

/// The identifiers of a workflow.
#[derive(Clone, Debug)]
pub struct Names {
    pub module: Ident,
    pub function: Ident,
    pub resume: Ident,
    /// The method of the handle.
    pub method: Ident,
    pub inputs: Ident,
    pub outputs: Ident,
    pub steps: Ident,
    pub step: Ident,
    pub call: Ident,
}

/// How the steps follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Each after the one before it.
    Straight,
    /// Some step goes elsewhere.
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
    /// The variable that fills it, as an index into [`Program::variables`].
    pub variable: Option<usize>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    pub id: String,
    pub description: Option<String>,
    pub variant: Ident,
    pub field: Ident,
    /// The name of the struct of its outputs.
    pub outputs_type: Ident,
    pub call: Call,
    /// All of them hold for a step that succeeded.
    pub criteria: Vec<Criterion>,
    pub on_success: Vec<SuccessAction>,
    pub on_failure: Vec<FailureAction>,
    /// Statuses that the document itself deals with, so that the transport must not repeat the call.
    pub handled: Vec<u16>,
    pub outputs: Vec<Output>,
    /// How the outputs need the typed value of the answer.
    pub body: BodyUse,
}

/// How the outputs of a step need the typed value of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyUse {
    /// Not at all.
    None,
    /// The criteria hold only for answers that have one.
    Certain,
    /// The criteria may hold for an answer without one; the outputs are then absent.
    Maybe,
}

/// What a step calls.
#[derive(Clone, Debug)]
pub struct Call {
    /// The name of the operation or workflow.
    pub operation: String,
    /// Its summary in its document.
    pub summary: Option<String>,
    /// `GET /path/{id}`; nothing for a workflow.
    pub line: Option<String>,
    pub answer: AnswerKind,
    pub made: Callee,
}

/// How a call is made.
#[derive(Clone, Debug)]
pub enum Callee {
    Request(Box<Request>),
    Workflow(Nested),
}

/// A request by a client's method.
#[derive(Clone, Debug)]
pub struct Request {
    /// Index into [`Workflow::clients`].
    pub client: usize,
    pub method: Ident,
    pub arguments: Vec<Argument>,
    /// The struct of optional parameters, an argument after all others but the body.
    pub params: Option<Params>,
    /// The body, the last argument.
    pub body: Option<Argument>,
    /// Authenticates this call with values of the flow, each for the scheme of its name.
    pub credentials: Vec<(String, Assignment)>,
    /// What is sent beside what the client's method takes.
    pub extras: Vec<Extra>,
    /// The longest time that the call may take, in milliseconds.
    pub timeout: Option<u64>,
}

/// A run of another workflow.
#[derive(Clone, Debug)]
pub struct Nested {
    /// Its module beside the one of this workflow.
    pub module: Ident,
    pub function: Ident,
    pub inputs: Ident,
    /// What its inputs are filled with, by their fields.
    pub fields: Vec<(Ident, Assignment)>,
    /// The clients it is given, as indices into [`Workflow::clients`].
    pub clients: Vec<usize>,
}

/// A value that the API description does not declare as a parameter: it is sent as text, where it is there.
#[derive(Clone, Debug)]
pub struct Extra {
    pub place: ExtraPlace,
    pub name: String,
    pub filling: Assignment,
}

/// Where a value goes that is no parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtraPlace {
    Header,
    Query,
    Cookie,
}

/// What the client's method gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// A value of this type.
    Value(Ty),
    /// A value of this type, or an acceptance without one.
    MaybeAccepted(Ty),
    /// Nothing that can be pointed into.
    Opaque,
}

/// One argument of a client method.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name of the method's parameter.
    pub name: Ident,
    pub pass: Pass,
    pub filling: Assignment,
}

/// The struct of optional parameters that a client's method takes.
#[derive(Clone, Debug)]
pub struct Params {
    /// The name of the struct.
    pub name: Ident,
    /// The parameters that have a value, by their fields.
    pub fields: Vec<(Ident, Assignment)>,
}

/// How a method takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// `&T`
    Reference,
    /// `&str`
    Text,
    /// `T`
    Value,
}

/// A place and what fills it.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The type of the place, an `Option` where it can be left empty.
    pub place: Ty,
    pub supply: ValueSource,
}

/// What fills a place.
#[derive(Clone, Debug)]
pub enum ValueSource {
    /// Nothing: the place is left empty.
    Absent,
    /// Null, in a place that tells it apart from nothing.
    Null,
    /// A constant of exactly the place's type.
    Constant(Constant),
    /// A value of the flow.
    Read(Read, Conversion),
    /// A text put together from constants and values; it becomes the place's type by the conversion.
    Text(Vec<Piece>, Conversion),
    /// A list.
    List(Vec<Assignment>),
    /// A struct: its fields by their Rust names.
    Struct {
        ty: Ty,
        fields: Vec<(Ident, Assignment)>,
        rest: OtherFields,
    },
    /// A wrapper of a value.
    Wrapped(Ty, Box<Assignment>),
    /// A value in a box.
    Boxed(Box<Assignment>),
    /// A map with text keys.
    Map(Vec<(String, Assignment)>),
    /// Any JSON, with values of the flow in it.
    Json(Json),
    /// What only decoding of JSON can make.
    Decoded(Json),
}

/// The fields of a struct that no value is assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtherFields {
    /// There are none.
    None,
    /// They have their defaults.
    Default,
    /// They have the values that the constructor gives them. It takes these fields, in this order.
    Constructor(Vec<Ident>),
}

/// Part of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    Constant(String),
    Read(Read),
}

/// JSON with values of the flow in it.
#[derive(Clone, Debug)]
pub enum Json {
    Constant(Value),
    Read(Read),
    Text(Vec<Piece>),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// A constant of a known type.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    Bool(bool),
    Integer(Value, Ty),
    Number(Value),
    String(String),
    /// A string with a type of its own.
    Text(Ty, String),
    /// A variant of an enumeration, by its Rust name.
    Variant(Ty, String),
    Json(Value),
}

/// A value of the flow.
#[derive(Clone, Debug)]
pub struct Read {
    /// The expression as it is written in the document.
    pub text: String,
    pub root: ReadFrom,
    /// From the root's value to the one that is meant.
    pub path: Vec<Access>,
    /// The type at the end of the path, without `Option`.
    pub ty: Ty,
    /// Whether the value is there whenever the root's is.
    pub certain: bool,
}

/// What a value is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFrom {
    Input(usize),
    /// An output of a step: both indices.
    Output(usize, usize),
    /// The typed body of the answer, or the outputs of a workflow that the step runs.
    Body,
    /// The body of the answer as it came, for what its type does not know.
    Raw,
    /// The status of the answer.
    Status,
    /// A header of the answer.
    Header,
    /// The method of the request.
    Method(&'static str),
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// A field; whether it is an `Option`.
    Field(Ident, bool),
    /// The field of a wrapper; whether it is an `Option`.
    Inner(bool),
    /// An element of a list.
    Index(usize),
    /// A member of a map.
    Key(String),
    /// The value of an `Option` that is itself a value: an element, or what another `Option` holds.
    Present,
    /// The list or map that an `Option` holds, or an empty one in its place.
    OrEmpty,
    /// An accessor of a union, which gives an `Option`: of `&str` for a text, of a copy for what can be copied, of a
    /// reference for everything else.
    Accessor(Ident, Ty),
    /// A JSON Pointer into any JSON.
    Pointer(String),
    /// A JSON Pointer into what a typed value looks like as JSON.
    Serialized(String),
    /// A JSON Pointer into a body as it came.
    Raw(String),
    /// A header of this name.
    Header(String),
}

/// How a value becomes the type of the place it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// It is of that type.
    Same,
    /// A text type into `String`.
    ToText,
    /// A `String` into a text type, which takes any.
    FromText,
    /// A text type into another.
    TextToText,
    /// A text parsed: an enumeration, a number, a time.
    Parse,
    /// Anything that prints, into `String`.
    Print,
    /// One integer type into another.
    Integer,
    /// An integer into a JSON number.
    Number,
    /// One kind of map into another.
    Collect,
    /// Anything into JSON.
    ToJson,
    /// A single value in JSON into a text type.
    Scalar,
    /// JSON into a type.
    FromJson,
    /// A type into another one that looks like it, by way of JSON.
    ThroughJson,
}

/// A condition.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// As the document states it.
    pub text: String,
    pub test: Test,
}

/// What a condition tests.
#[derive(Clone, Debug)]
pub enum Test {
    Always,
    Never,
    Not(Box<Test>),
    All(Vec<Test>),
    Any(Vec<Test>),
    /// The status of the answer compared with a number.
    Status(Comparison, u16),
    /// The JSON of the answer's body has something at this pointer.
    Present(String),
    /// Two values compared as the specification says.
    Compare(Comparison, Operand, Operand),
    /// A value alone: whether it is true.
    Truth(Operand),
    /// A value matches a pattern.
    Regex(Operand, Vec<Piece>),
    /// A query gives at least one node.
    JsonPath(Operand, Vec<Piece>),
}

/// A value that is compared.
#[derive(Clone, Debug)]
pub enum Operand {
    Constant(Value),
    Status,
    Header(String),
    /// A pointer into the JSON of the answer's body.
    Body(String),
    Read(Read),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What follows a step that succeeded.
#[derive(Clone, Debug)]
pub struct SuccessAction {
    pub criteria: Vec<Criterion>,
    pub to: Next,
}

/// Where the flow goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// To the step of this index.
    Step(usize),
    /// To the end.
    End,
}

/// What follows a step that failed.
#[derive(Clone, Debug)]
pub struct FailureAction {
    pub criteria: Vec<Criterion>,
    pub act: FailureOutcome,
}

/// What a failure action does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FailureOutcome {
    End,
    Goto(usize),
    /// The step is run again: how many seconds later, how often at most, and which step is run before it.
    Retry {
        after: f64,
        limit: u32,
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

/// What an output is made of.
#[derive(Clone, Debug)]
pub enum OutputValue {
    Read(Read),
    Constant(Constant),
    /// A text put together, with nothing where a value is absent; whether there is a secret in it.
    Text(Vec<Piece>, bool),
}

/// A Rust type, as far as values are converted between types: the type of a client, and of which client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    Bool,
    /// `i64`, `u16`, `std::num::NonZeroU64` and so on.
    Integer(String),
    /// A JSON number that keeps its digits.
    Number,
    String,
    /// A text that does not print itself.
    Secret,
    /// What the generator has no other idea of than that it can be cloned and serialized, by its tokens.
    Other(String),
    /// `serde_json::Value`.
    Json,
    /// `serde_json::Map<String, Value>`.
    JsonMap,
    /// A string with a type of its own; whether it is kept secret.
    Text(TypeName, bool),
    /// An enumeration of texts; whether it is open, and so not `Copy`.
    Enum(TypeName, bool),
    Struct(TypeName),
    Union(TypeName),
    /// A wrapper of one public field.
    Wrapper(TypeName, Box<Ty>),
    List(Box<Ty>),
    Map(Box<Ty>),
    Boxed(Box<Ty>),
    Option(Box<Ty>),
}

/// A type of a generated client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeName {
    /// Index into [`Program::apis`].
    pub api: usize,
    pub name: String,
}

impl Ty {
    /// The type without the `Option`s around it.
    pub fn inner(&self) -> &Ty {
        match self {
            Self::Option(inner) => inner.inner(),
            other => other,
        }
    }

    /// The type in an `Option`, unless it is one.
    pub fn optional(self) -> Ty {
        match self {
            Self::Option(_) => self,
            other => Self::Option(Box::new(other)),
        }
    }

    /// Whether a place of this type can be left empty.
    pub fn is_optional(&self) -> bool {
        matches!(self, Self::Option(_))
    }

    /// How many `Option`s are around it. In a second one, a place that can be left empty can hold a null as well.
    pub fn options(&self) -> usize {
        match self {
            Self::Option(inner) => 1 + inner.options(),
            _ => 0,
        }
    }

    /// Whether a copy costs nothing, so that no `clone` is written.
    pub fn is_copy(&self) -> bool {
        match self {
            Self::Bool | Self::Integer(_) => true,
            Self::Enum(_, open) => !open,
            // Times, dates and UUIDs of the crates that progenitor uses.
            Self::Other(tokens) => ["DateTime<", "NaiveDate", "Uuid"]
                .iter()
                .any(|name| tokens.contains(name)),
            Self::Option(inner) => inner.is_copy(),
            _ => false,
        }
    }

    /// Whether it is a text, whatever its type is called.
    pub fn is_text(&self) -> bool {
        matches!(
            self,
            Self::String | Self::Secret | Self::Text(..) | Self::Enum(..)
        )
    }

    /// Whether it is a single value: a text, a number or a boolean.
    pub fn is_scalar(&self) -> bool {
        self.is_text() || matches!(self, Self::Bool | Self::Integer(_) | Self::Number)
    }
}

impl Workflow {
    /// The client parameter that a step calls.
    pub fn client_of(&self, request: &Request) -> Option<&(usize, Ident)> {
        self.clients.get(request.client)
    }
}
