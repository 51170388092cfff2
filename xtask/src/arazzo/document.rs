//! Model of an Arazzo Description: all of version 1.0 and the HTTP features of version 1.1.
//!
//! Every node keeps the JSON Pointer of its location. References into `components` are resolved, and steps include
//! the parameters and actions they inherit from their workflow.

use std::path::PathBuf;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::criterion::Criterion;
use super::expression::Named;
use super::pointer::Pointer;
use super::template::Template;
use super::xml_target;
use crate::diagnostic::Diagnostics;
use crate::jsonpath;
use crate::load;
pub use crate::openapi::description::Location;

mod actions;
mod components;
mod digest;
mod fields;
mod inputs;
mod order;
mod reader;
mod step;
pub mod target;

pub use target::{OperationRef, Target, WorkflowRef};

/// Arazzo document in parsed form.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// Path of the file, for diagnostics.
    pub file: PathBuf,
    /// Arazzo version of the document, such as `1.0.1`.
    pub version: String,
    /// URI of the document (`$self`, Arazzo 1.1).
    pub self_uri: Option<String>,
    /// Metadata of the document.
    pub info: Info,
    /// API descriptions and other Arazzo documents the workflows refer to.
    pub sources: Vec<Source>,
    /// Workflows in document order.
    pub workflows: Vec<Workflow>,
    /// `x-` fields of the root.
    pub extensions: Map<String, Value>,
}

/// Metadata of a document (`info`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// JSON Pointer of the object.
    pub pointer: String,
    pub title: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    /// Version of the document itself.
    pub version: String,
}

/// Source description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// JSON Pointer of the object.
    pub pointer: String,
    pub name: String,
    pub url: String,
    pub kind: SourceKind,
}

/// Document type of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// OpenAPI description; the default when `type` is missing.
    OpenApi,
    /// Another Arazzo document.
    Arazzo,
    /// AsyncAPI description; not supported.
    AsyncApi,
}

/// Workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// JSON Pointer of the object.
    pub pointer: String,
    /// `workflowId`.
    pub id: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub inputs: Inputs,
    /// Workflows that must complete first.
    pub depends_on: Vec<Dependency>,
    /// Steps in the order in which they run: that of the document, but after the steps they depend on.
    pub steps: Vec<Step>,
    pub outputs: IndexMap<String, Output>,
    /// Digest of everything in the document that the workflow depends on, except prose.
    pub digest: String,
    /// `x-` fields.
    pub extensions: Map<String, Value>,
}

/// Inputs of a workflow.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    /// JSON Pointer of the schema; empty if there is none.
    pub pointer: String,
    /// Self-contained schema with all references inlined.
    pub schema: Value,
    /// Declared inputs in document order.
    pub fields: IndexMap<String, InputField>,
}

/// Declared input of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct InputField {
    /// JSON Pointer of the schema.
    pub pointer: String,
    /// Schema with its references inlined.
    pub schema: Value,
    pub required: bool,
}

/// Workflow that must complete before another one starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// JSON Pointer of the object.
    pub pointer: String,
    pub workflow: WorkflowRef,
}

/// Step of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// JSON Pointer of the object.
    pub pointer: String,
    /// `stepId`.
    pub id: String,
    pub description: Option<String>,
    /// Operation or workflow the step calls.
    pub target: Target,
    /// Parameters of the step, then the workflow parameters it does not override.
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    /// Success criteria, all of which must hold. If empty, any documented success status counts.
    pub success: Vec<Criterion>,
    /// Success actions of the step, then the workflow actions it does not override.
    pub on_success: Vec<Action>,
    /// Failure actions of the step, then the workflow actions it does not override.
    pub on_failure: Vec<Action>,
    pub outputs: IndexMap<String, Output>,
    /// Credentials for this step only (`x-security`).
    pub security: Vec<Security>,
    /// Expiry of the outputs (`x-expires`).
    pub expires: Option<Expires>,
    /// Time limit of the step in milliseconds (Arazzo 1.1).
    pub timeout: Option<u64>,
    /// Unparsed `dependsOn` entries: steps of this workflow that must complete first (Arazzo 1.1).
    pub depends_on: Vec<String>,
    /// `x-` fields.
    pub extensions: Map<String, Value>,
}

/// Request parameter, or input passed to a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// JSON Pointer of the parameter or of the reference to it.
    pub pointer: String,
    pub name: String,
    /// Location in the request; `None` if the parameter is a workflow input.
    pub location: Option<Location>,
    pub value: Template,
    /// JSON Pointer of the value.
    pub value_pointer: String,
    /// `true` if the parameter is inherited from the workflow.
    pub inherited: bool,
}

/// Request body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// JSON Pointer of the object.
    pub pointer: String,
    pub content_type: Option<String>,
    pub payload: Option<Template>,
    pub replacements: Vec<Replacement>,
}

/// Value that replaces part of a payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Replacement {
    /// JSON Pointer of the object.
    pub pointer: String,
    /// Location in the payload: a JSON Pointer, unless `kind` names another syntax.
    pub target: String,
    /// `jsonpointer`, `jsonpath` or `xpath`, if specified (Arazzo 1.1).
    pub kind: Option<String>,
    pub value: Template,
}

/// Object that declares parameters and actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Step,
    /// Applies to all steps of the workflow.
    Workflow,
}

/// Success or failure action.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// JSON Pointer of the action or of the reference to it.
    pub pointer: String,
    pub name: String,
    pub kind: ActionKind,
    /// Criteria, all of which must hold for the action to apply.
    pub criteria: Vec<Criterion>,
    /// Inputs for the target workflow (Arazzo 1.1).
    pub parameters: Vec<Parameter>,
    /// `true` if the action is inherited from the workflow.
    pub inherited: bool,
}

/// Effect of an action.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    /// Ends the workflow.
    End,
    /// Continues with another step or workflow.
    Goto(GotoTarget),
    /// Retries the step.
    Retry {
        /// Delay in seconds.
        after: Option<f64>,
        /// Maximum number of retries; 1 if not specified.
        limit: Option<u64>,
        /// Step or workflow to run before the retry.
        first: Option<GotoTarget>,
    },
}

/// Step or workflow an action transfers control to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GotoTarget {
    /// A step of the same workflow.
    Step(String),
    /// Another workflow.
    Workflow(WorkflowRef),
}

/// Output of a step or workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// JSON Pointer of the object.
    pub pointer: String,
    pub value: Template,
}

/// Expiry of the outputs of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expires {
    /// JSON Pointer of the expression.
    pub pointer: String,
    /// Output of the step that contains the expiry.
    pub output: Named,
}

/// Credential for a single step.
#[derive(Clone, Debug, PartialEq)]
pub struct Security {
    /// JSON Pointer of the object.
    pub pointer: String,
    /// Name of a security scheme of the API.
    pub scheme: String,
    /// Parts of the credential by name (`token`, `username`, …).
    pub values: IndexMap<String, Template>,
}

impl Description {
    /// Parses a document and adds problems to `diagnostics`. Returns `None` if the document is not usable at all.
    ///
    /// If errors are reported, the result is partial: suitable for further checks, but not for code generation.
    pub fn read(document: &load::Document, diagnostics: &mut Diagnostics) -> Option<Self> {
        reader::read(document, diagnostics)
    }

    /// Returns the workflow with this id.
    pub fn workflow(&self, id: &str) -> Option<&Workflow> {
        self.workflows.iter().find(|workflow| workflow.id == id)
    }

    /// Returns the source with this name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// Returns the sources that are OpenAPI descriptions.
    pub fn apis(&self) -> impl Iterator<Item = &Source> {
        self.sources
            .iter()
            .filter(|source| source.kind == SourceKind::OpenApi)
    }
}

impl Workflow {
    /// Returns the index of the step with this id.
    pub fn step_index(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }

    /// Returns the step with this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

/// Error of a payload replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplacementError {
    /// The target is not an expression that can be evaluated.
    Target,
    /// The target selects nothing in the payload.
    Nothing,
    /// A list, an object or a selector in XML.
    Value,
    /// The payload has no object or array at the target.
    Payload,
}

impl Body {
    /// Returns the payload with all replacements applied, or the first replacement that fails.
    pub fn replaced(&self) -> Result<Option<Template>, (&Replacement, ReplacementError)> {
        let mut payload = self.payload.clone();
        for replacement in &self.replacements {
            let whole = payload.take().unwrap_or(Template::Literal(Value::Null));
            if let Some(xml) = xml_target::xml_text(&whole)
                && replacement
                    .kind
                    .as_deref()
                    .is_none_or(|kind| kind == "xpath")
            {
                let is_text = !matches!(
                    replacement.value,
                    Template::Array(_) | Template::Object(_) | Template::Selector(_)
                );
                if !is_text {
                    return Err((replacement, ReplacementError::Value));
                }
                let replaced = xml_target::replaced(&xml, &replacement.target, &replacement.value);
                payload = Some(replaced.ok_or((replacement, ReplacementError::Nothing))?);
                continue;
            }
            let pointers = match replacement.kind.as_deref() {
                None | Some("jsonpointer") => {
                    let pointer = Pointer::parse(replacement.target.trim_start_matches('#'));
                    pointer.ok().map(|pointer| vec![pointer])
                }
                Some("jsonpath") => selected(&whole, &replacement.target),
                Some(_) => None,
            };
            let pointers = pointers.ok_or((replacement, ReplacementError::Target))?;
            if pointers.is_empty() {
                return Err((replacement, ReplacementError::Nothing));
            }
            let mut replaced = whole;
            for pointer in pointers {
                let with = replaced.with(&pointer.tokens, &replacement.value);
                replaced = with.ok_or((replacement, ReplacementError::Payload))?;
            }
            payload = Some(replaced);
        }
        Ok(payload)
    }
}

/// Returns the locations that a JSONPath query selects in a payload. Expressions in it count as strings.
fn selected(payload: &Template, query: &str) -> Option<Vec<Pointer>> {
    let query = jsonpath::parse(query).ok()?;
    let value = payload.to_value();
    let located = query.query_located(&value);
    let pointers = located
        .locations()
        .map(|path| Pointer::parse(&path.to_json_pointer()).ok());
    pointers.collect()
}

#[cfg(test)]
mod tests;
