//! The model of an Arazzo Description: versions 1.0 whole, and of 1.1 what concerns HTTP.
//!
//! Every node keeps the JSON Pointer of its place. References into `components` are resolved and the steps carry what they take over
//! from their workflow, so that nothing has to be looked up twice.

use std::path::PathBuf;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::criterion::Criterion;
use super::pointer::Pointer;
use super::template::Template;
use crate::diagnostic::Diagnostics;
use crate::load;
pub use crate::openapi::description::Location;

mod actions;
mod components;
mod fields;
mod inputs;
mod reader;
mod step;
pub mod target;

pub use target::{OperationRef, Target, WorkflowRef};

/// A document as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// The file, for diagnostics.
    pub file: PathBuf,
    /// The version of the specification that the document follows, such as `1.0.1`.
    pub version: String,
    /// What the document says about itself.
    pub info: Info,
    /// The API descriptions and other Arazzo documents that it builds upon.
    pub sources: Vec<Source>,
    /// The workflows in order.
    pub workflows: Vec<Workflow>,
    /// The `x-` fields of the root.
    pub extensions: Map<String, Value>,
}

/// What a document says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Where it stands.
    pub pointer: String,
    pub title: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    /// The version of the document.
    pub version: String,
}

/// A source description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it stands.
    pub pointer: String,
    pub name: String,
    pub url: String,
    pub kind: SourceKind,
}

/// What kind of document a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// An API description; also when the document does not say.
    OpenApi,
    /// Another document with workflows.
    Arazzo,
    /// Message channels, which are not supported.
    AsyncApi,
}

/// A workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Where it stands.
    pub pointer: String,
    /// The `workflowId`.
    pub id: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub inputs: Inputs,
    /// The workflows that have to be completed first.
    pub depends_on: Vec<Dependency>,
    /// The steps in order.
    pub steps: Vec<Step>,
    pub outputs: IndexMap<String, Output>,
    /// The `x-` fields.
    pub extensions: Map<String, Value>,
}

/// What a workflow is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// Where the schema stands; empty when there is none.
    pub pointer: String,
    /// The whole schema with its references put in place, so that it stands alone.
    pub schema: Value,
    /// The declared inputs in order.
    pub fields: IndexMap<String, InputField>,
}

/// One declared input.
#[derive(Clone, Debug, PartialEq)]
pub struct InputField {
    /// Where its schema stands.
    pub pointer: String,
    /// The schema with its references put in place.
    pub schema: Value,
    pub required: bool,
}

/// A workflow that has to be completed first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Where it stands.
    pub pointer: String,
    pub workflow: WorkflowRef,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Where it stands.
    pub pointer: String,
    /// The `stepId`.
    pub id: String,
    pub description: Option<String>,
    /// What the step calls.
    pub target: Target,
    /// Its own parameters, then those of the workflow that it does not override.
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    /// The success criteria, which must all hold. None at all means a documented success status.
    pub success: Vec<Criterion>,
    /// What follows a success: its own actions, then those of the workflow that it does not override.
    pub on_success: Vec<Action>,
    /// What follows a failure: its own actions, then those of the workflow that it does not override.
    pub on_failure: Vec<Action>,
    pub outputs: IndexMap<String, Output>,
    /// The credentials of the step alone (`x-security`).
    pub security: Vec<Security>,
    /// The longest time the step may take, in milliseconds (Arazzo 1.1).
    pub timeout: Option<u64>,
    /// The ids of steps of this workflow that must be completed first (Arazzo 1.1), as they are written.
    pub depends_on: Vec<String>,
    /// The `x-` fields.
    pub extensions: Map<String, Value>,
}

/// A parameter of a request, or an input for a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Where the parameter stands, or the reference to it.
    pub pointer: String,
    pub name: String,
    /// Missing when the parameter is an input for a workflow.
    pub location: Option<Location>,
    pub value: Template,
    /// Where the value stands.
    pub value_pointer: String,
    /// Whether it is the workflow's parameter and not the step's own.
    pub inherited: bool,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Where it stands.
    pub pointer: String,
    pub content_type: Option<String>,
    pub payload: Option<Template>,
    pub replacements: Vec<Replacement>,
}

/// A value put into a payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Replacement {
    /// Where it stands.
    pub pointer: String,
    /// The place in the payload: a JSON Pointer, unless `kind` says otherwise.
    pub target: String,
    /// `jsonpointer`, `jsonpath` or `xpath` where the document says so (Arazzo 1.1).
    pub kind: Option<String>,
    pub value: Template,
}

/// The object that parameters and actions are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Step,
    /// They hold for all of its steps.
    Workflow,
}

/// A success or failure action.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Where the action stands, or the reference to it.
    pub pointer: String,
    pub name: String,
    pub kind: ActionKind,
    /// All must hold for the action to be taken.
    pub criteria: Vec<Criterion>,
    /// Inputs for the workflow that is gone to (Arazzo 1.1).
    pub parameters: Vec<Parameter>,
    /// Whether it is the workflow's action and not the step's own.
    pub inherited: bool,
}

/// What an action does.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    /// The workflow ends.
    End,
    /// It goes on elsewhere.
    Goto(Place),
    /// The step is tried again.
    Retry {
        /// Seconds to wait.
        after: Option<f64>,
        /// How many times; once where the document does not say.
        limit: Option<u64>,
        /// What is run before the step is tried again.
        first: Option<Place>,
    },
}

/// Where an action goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A step of the same workflow.
    Step(String),
    /// Another workflow.
    Workflow(WorkflowRef),
}

/// An output of a step or workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Where it stands.
    pub pointer: String,
    pub value: Template,
}

/// A credential for one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Security {
    /// Where it stands.
    pub pointer: String,
    /// The name of a security scheme of the API.
    pub scheme: String,
    /// The parts of the credential by name (`token`, `username`, …).
    pub values: IndexMap<String, Template>,
}

impl Description {
    /// Reads a document. What is wrong with it is collected; `None` where nothing could be made of it at all.
    ///
    /// With errors among the findings the result is what could be read, for further checks, and nothing to generate from.
    pub fn read(document: &load::Document, diagnostics: &mut Diagnostics) -> Option<Self> {
        reader::read(document, diagnostics)
    }

    /// The workflow of that id.
    pub fn workflow(&self, id: &str) -> Option<&Workflow> {
        self.workflows.iter().find(|workflow| workflow.id == id)
    }

    /// The source of that name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// The sources that describe an API.
    pub fn apis(&self) -> impl Iterator<Item = &Source> {
        self.sources
            .iter()
            .filter(|source| source.kind == SourceKind::OpenApi)
    }
}

impl Workflow {
    /// The position of the step of that id.
    pub fn step_index(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }

    /// The step of that id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

/// The reason why a replacement cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Irreplaceable {
    /// Its target is no JSON Pointer.
    Target,
    /// The payload has no parts in this place.
    Payload,
}

impl Body {
    /// The payload with its replacements in place, or the first replacement that cannot be made.
    pub fn replaced(&self) -> Result<Option<Template>, (&Replacement, Irreplaceable)> {
        let mut payload = self.payload.clone();
        for replacement in &self.replacements {
            let pointer = match replacement.kind.as_deref() {
                None | Some("jsonpointer") => {
                    Pointer::parse(replacement.target.trim_start_matches('#')).ok()
                }
                Some(_) => None,
            };
            let pointer = pointer.ok_or((replacement, Irreplaceable::Target))?;
            let whole = payload.take().unwrap_or(Template::Literal(Value::Null));
            let with = whole.with(&pointer.tokens, &replacement.value);
            payload = Some(with.ok_or((replacement, Irreplaceable::Payload))?);
        }
        Ok(payload)
    }
}

#[cfg(test)]
mod tests;
