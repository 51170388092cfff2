//! Parser for the root of a document, its sources and workflows.

use std::path::Path;

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value};

use super::actions::Trigger;
use super::digest;
use super::fields::{kind, plain};
use super::target::WorkflowRef;
use super::{
    Action, Dependency, Description, Info, Output, Owner, Parameter, Source, SourceKind, Workflow,
};
use crate::diagnostic::suggestion::{nearest, shorten};
use crate::diagnostic::{Code, Diagnostics, child};
use crate::load;
use crate::openapi::extensions::LEFT_OUT;
use crate::openapi::extensions::is_extension;

/// Parser for a single document.
pub(super) struct Reader<'d> {
    pub(super) file: &'d Path,
    pub(super) root: &'d Value,
    pub(super) found: &'d mut Diagnostics,
    /// `true` if the document follows Arazzo 1.1.
    pub(super) is_v1_1: bool,
    pub(super) components: Components,
    /// Digests of what the workflows share.
    shared: digest::Shared,
}

/// Components that a `reference` can point to.
#[derive(Default)]
pub(super) struct Components {
    pub(super) parameters: IndexMap<String, Parameter>,
    pub(super) success_actions: IndexMap<String, Action>,
    pub(super) failure_actions: IndexMap<String, Action>,
}

/// Object of the document and its JSON Pointer.
pub(super) struct Object<'v> {
    pub(super) map: &'v Map<String, Value>,
    pub(super) at: String,
}

impl<'v> Object<'v> {
    pub(super) fn get(&self, key: &str) -> Option<&'v Value> {
        self.map.get(key)
    }

    pub(super) fn at(&self, key: &str) -> String {
        child(&self.at, key)
    }

    pub(super) fn extensions(&self) -> Map<String, Value> {
        self.map
            .iter()
            .filter(|(key, _)| is_extension(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }
}

pub(super) fn read(document: &load::Document, found: &mut Diagnostics) -> Option<Description> {
    let mut reader = Reader {
        file: &document.path,
        root: &document.value,
        found,
        is_v1_1: false,
        components: Components::default(),
        shared: digest::Shared::of(&document.value),
    };
    reader.description()
}

impl<'d> Reader<'d> {
    fn description(&mut self) -> Option<Description> {
        let Some(map) = self.root.as_object() else {
            self.report(
                Code::WrongType,
                "",
                "an Arazzo document must be an object",
                format!("this is {}", kind(self.root)),
                None,
            );
            return None;
        };
        let version = self.version(map)?;
        self.is_v1_1 = version.starts_with("1.1");
        let mut known = vec![
            "arazzo",
            "info",
            "sourceDescriptions",
            "workflows",
            "components",
        ];
        if self.is_v1_1 {
            known.push("$self");
        }
        let root = self.object(self.root, "", "the root", &known)?;
        self.components(&root);
        let info = self.info(&root);
        let sources = self.sources(&root);
        let workflows = self.workflows(&root);
        self.unused_components();
        Some(Description {
            file: self.file.to_owned(),
            version,
            self_uri: match self.is_v1_1 {
                true => self.text(&root, "$self"),
                false => None,
            },
            info,
            sources,
            workflows,
            extensions: root.extensions(),
        })
    }

    fn version(&mut self, root: &Map<String, Value>) -> Option<String> {
        const HELP: &str = "versions 1.0 and 1.1 are supported: write `arazzo: 1.0.1`";
        let Some(value) = root.get("arazzo") else {
            let mut keys = root.keys();
            // The missing field is folded into a misspelled one.
            if let Some(key) = keys.find(|key| nearest(key, ["arazzo"]).is_some()) {
                let message = format!("the root has no field `{}`", shorten(key));
                let help = Some("did you mean `arazzo`?");
                let label = "this is not an Arazzo document";
                self.report(Code::UnknownField, &child("", key), message, label, help);
            }
            self.report(
                Code::MissingField,
                "",
                "the field `arazzo` is missing",
                "this is not an Arazzo document",
                Some(HELP),
            );
            return None;
        };
        let version = plain(value);
        let number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let parts: Vec<_> = version
            .split(['-', '+'])
            .next()
            .unwrap_or_default()
            .split('.')
            .collect();
        if let ["1", "0" | "1", patch] = parts.as_slice()
            && number(patch)
        {
            return Some(version);
        }
        let message = format!(
            "version `{}` of the Arazzo Specification is not supported",
            shorten(&version)
        );
        self.report(
            Code::ArazzoVersion,
            "/arazzo",
            message,
            "not 1.0.x or 1.1.x",
            Some(HELP),
        );
        None
    }

    fn info(&mut self, root: &Object<'d>) -> Info {
        let Some(object) = self.required(root, "info").and_then(|value| {
            self.object(
                value,
                "/info",
                "`info`",
                &["title", "summary", "description", "version"],
            )
        }) else {
            return Info::default();
        };
        Info {
            title: self.required_text(&object, "title").unwrap_or_default(),
            summary: self.text(&object, "summary"),
            description: self.text(&object, "description"),
            version: self.required_text(&object, "version").unwrap_or_default(),
            pointer: object.at,
        }
    }

    fn sources(&mut self, root: &Object<'d>) -> Vec<Source> {
        let mut names = IndexSet::new();
        let mut sources = Vec::new();
        for (value, at) in self.required_list(root, "sourceDescriptions") {
            let Some(object) =
                self.object(value, &at, "a source description", &["name", "url", "type"])
            else {
                continue;
            };
            let (name, url) = (
                self.required_text(&object, "name"),
                self.required_text(&object, "url"),
            );
            let kind = match self.text(&object, "type").as_deref() {
                None | Some("openapi") => SourceKind::OpenApi,
                Some("arazzo") => SourceKind::Arazzo,
                Some("asyncapi") => {
                    self.report(
                        Code::UnsupportedSource,
                        &object.at("type"),
                        "AsyncAPI documents are not supported",
                        "its operations cannot be called",
                        None,
                    );
                    SourceKind::AsyncApi
                }
                Some(other) => {
                    self.report(
                        Code::InvalidValue,
                        &object.at("type"),
                        format!("`{}` is not a source type", shorten(other)),
                        "unknown type",
                        Some("write `openapi` or `arazzo`"),
                    );
                    // The document shows its type.
                    SourceKind::OpenApi
                }
            };
            let (Some(name), Some(url)) = (name, url) else {
                continue;
            };
            self.check_id("the name of a source", &name, &object.at("name"));
            if !names.insert(name.clone()) {
                self.duplicate("source", &name, &object.at("name"));
                continue;
            }
            sources.push(Source {
                pointer: object.at,
                name,
                url,
                kind,
            });
        }
        sources
    }

    fn workflows(&mut self, root: &Object<'d>) -> Vec<Workflow> {
        let mut ids = IndexSet::new();
        let mut workflows = Vec::new();
        for (value, at) in self.required_list(root, "workflows") {
            if value.get(LEFT_OUT).is_some() {
                continue;
            }
            if let Some(workflow) = self.workflow(value, &at) {
                if !ids.insert(workflow.id.clone()) {
                    self.duplicate("workflow", &workflow.id, &child(&at, "workflowId"));
                    continue;
                }
                workflows.push(workflow);
            }
        }
        workflows
    }

    fn workflow(&mut self, value: &'d Value, at: &str) -> Option<Workflow> {
        const KNOWN: &[&str] = &[
            "workflowId",
            "summary",
            "description",
            "inputs",
            "dependsOn",
            "steps",
            "successActions",
            "failureActions",
            "outputs",
            "parameters",
        ];
        let object = self.object(value, at, "a workflow", KNOWN)?;
        let id = self.required_text(&object, "workflowId");
        if let Some(id) = &id {
            self.check_id("the id of a workflow", id, &object.at("workflowId"));
        }
        let inputs = object
            .get("inputs")
            .map(|schema| self.inputs(schema, &object.at("inputs")))
            .unwrap_or_default();
        let depends_on = self.dependencies(&object);
        let parameters = self.parameters(&object, Owner::Workflow);
        let on_success = self.actions(&object, Owner::Workflow, Trigger::Success);
        let on_failure = self.actions(&object, Owner::Workflow, Trigger::Failure);
        let mut ids = IndexSet::new();
        let mut steps = Vec::new();
        for (value, at) in self.required_list(&object, "steps") {
            let Some(mut step) = self.step(value, &at) else {
                continue;
            };
            if !ids.insert(step.id.clone()) {
                self.duplicate("step", &step.id, &child(&at, "stepId"));
                continue;
            }
            for parameter in &parameters {
                if !step
                    .parameters
                    .iter()
                    .any(|own| own.name == parameter.name && own.location == parameter.location)
                {
                    step.parameters.push(parameter.clone());
                }
            }
            inherit_actions(&mut step.on_success, &on_success);
            inherit_actions(&mut step.on_failure, &on_failure);
            steps.push(step);
        }
        Some(Workflow {
            id: id?,
            summary: self.text(&object, "summary"),
            description: self.text(&object, "description"),
            inputs,
            depends_on,
            steps: self.in_order(steps),
            outputs: self.outputs(&object),
            digest: self.shared.digest_of(value),
            extensions: object.extensions(),
            pointer: object.at,
        })
    }

    fn dependencies(&mut self, workflow: &Object<'d>) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        for (value, at) in self.list(workflow, "dependsOn") {
            let Some(text) = self.as_text(value, &at, "the id of a workflow") else {
                continue;
            };
            match WorkflowRef::parse(text) {
                Ok((workflow, remarks)) => {
                    self.remarks(&at, remarks);
                    dependencies.push(Dependency {
                        pointer: at,
                        workflow,
                    });
                }
                Err(problem) => self.problem(Code::InvalidReference, &at, problem),
            }
        }
        dependencies
    }

    pub(super) fn outputs(&mut self, object: &Object<'d>) -> IndexMap<String, Output> {
        let mut outputs = IndexMap::new();
        let Some(map) = object
            .get("outputs")
            .and_then(|value| self.as_map(value, &object.at("outputs"), "`outputs`"))
        else {
            return outputs;
        };
        for (name, value) in map {
            let pointer = child(&object.at("outputs"), name);
            self.check_key("the name of an output", name, &pointer);
            let before = self.found.len();
            let value = self.template(value, &pointer);
            // Invalid expressions also become literals, but they have already been reported.
            if value.is_literal() && self.found.len() == before {
                self.report(
                    Code::ConstantOutput,
                    &pointer,
                    "the output is a constant",
                    "always this value",
                    Some("use a runtime expression"),
                );
            }
            outputs.insert(name.clone(), Output { pointer, value });
        }
        outputs
    }
}

/// Appends the workflow actions whose names the step does not override.
fn inherit_actions(own: &mut Vec<Action>, inherited: &[Action]) {
    for action in inherited {
        if !own.iter().any(|known| known.name == action.name) {
            own.push(action.clone());
        }
    }
}
