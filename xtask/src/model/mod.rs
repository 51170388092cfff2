//! Intermediate representation of workflows, clients and resources, which the emitters print.
//!
//! Every string is parsed, every name is chosen, and every value is checked against the type it is assigned to.

pub mod client;
mod condition;
mod group;
pub mod resource;
mod ty;
mod value;
mod workflow;

use proc_macro2::Ident;

pub use self::condition::{Comparison, Criterion, Operand, Test};
pub use self::group::{WorkflowGroup, cfg_attribute};
pub use self::ty::{Integer, IpAddress, Ty, TypeName};
pub use self::value::{
    Access, Assignment, Constant, Conversion, FieldAssignment, JsonTemplate, OtherFields, Read,
    ReadFrom, TextPiece, ValueSource,
};
pub use self::workflow::{
    Argument, ArgumentValue, BodyUse, BodyValue, Callee, ClientParameter, Credential,
    FailureAction, FailureOutcome, FlowForm, GivenValue, Input, InputDefault, Next,
    OptionalParameters, Output, OutputValue, ParameterLocation, Pass, Request, ResponseBody, Step,
    StepCall, StepOrigin, SuccessAction, TransportRetries, UndeclaredParameter, Workflow,
    WorkflowNames, WorkflowRun,
};

/// The input of the emitters for all Arazzo documents.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The clients that workflows call, one per OpenAPI document in use.
    pub apis: Vec<ClientModule>,
    /// The workflows in the order of their documents.
    pub workflows: Vec<Workflow>,
    /// The values that a handle can assign to inputs.
    pub variables: Vec<Variable>,
    /// The client whose resources have all of [`Self::variables`], as an index into [`Self::apis`].
    pub variables_of: Option<usize>,
}

/// A generated client.
#[derive(Clone, Debug)]
pub struct ClientModule {
    /// The module in the generated crate.
    pub module: Ident,
    /// The Cargo feature that enables it.
    pub feature: Option<String>,
}

/// A value that a handle holds and assigns to every input bound to it.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The name in the document.
    pub name: String,
    pub field: Ident,
    pub ty: Ty,
}
