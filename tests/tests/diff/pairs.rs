//! Pairs of documents with one change each.

use std::fs;
use std::path::PathBuf;

use xtask::diff::{self, Options, Report};

/// Place of a snippet in a document. The rest of both documents is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Keywords of the schema of a request body.
    RequestBody,
    /// Keywords of the schema of a property of a request body.
    RequestProperty,
    ResponseBody,
    ResponseProperty,
    /// Keywords of the schema of a query parameter.
    Parameter,
    /// Keywords of the schema of a property of a query parameter.
    ParameterProperty,
    /// Keywords of the schema of a parameter in the header.
    HeaderParameter,
    /// Keywords of the schema of a response header.
    Header,
    /// Headers of a response.
    Headers,
    /// Media types of a request body.
    RequestContent,
    /// Media types of a response.
    ResponseContent,
    Responses,
    /// Fields of an operation.
    Operation,
    /// Fields of a path item.
    PathItem,
    /// Further paths.
    Paths,
    /// Fields of the document.
    Root,
    /// Fields of the components.
    Components,
    /// Further component schemas; the response is a `Thing`.
    Schemas,
    /// Fields of the security scheme of an operation.
    SecurityScheme,
    /// Keywords of the component schema `Thing`, which is both sent and received.
    Shared,
    /// Workflows of an Arazzo document.
    Workflows,
    /// Fields of a workflow of an Arazzo document, next to one step.
    Workflow,
    /// Fields of a step of an Arazzo document.
    Step,
    /// Fields of an Arazzo document.
    Arazzo,
    /// A whole document.
    Document,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Same,
    Compatible,
    Breaking,
}

impl Verdict {
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Same => 0,
            Self::Compatible => 1,
            Self::Breaking => 2,
        }
    }
}

/// Variable parts of a document.
#[derive(Default)]
struct Parts {
    root: String,
    paths: String,
    item: String,
    operation: Vec<String>,
    responses: Option<String>,
    components: String,
    schemas: String,
}

impl Place {
    /// Returns a document with the snippet at this place.
    pub(crate) fn document(self, snippet: &str) -> String {
        let schema = |text: &str| format!("schema: {{{text}}}");
        let property = |text: &str| schema(&format!("type: object, properties: {{p: {{{text}}}}}"));
        let request = |text: &str| format!("requestBody: {{content: {{{text}}}}}");
        let response = |text: &str| Some(format!("'200': {{content: {{{text}}}}}"));
        let json = |text: &str| format!("application/json: {{{text}}}");
        let mut parts = Parts::default();
        match self {
            Self::RequestBody => parts.operation.push(request(&json(&schema(snippet)))),
            Self::RequestProperty => parts.operation.push(request(&json(&property(snippet)))),
            Self::ResponseBody => parts.responses = response(&json(&schema(snippet))),
            Self::ResponseProperty => parts.responses = response(&json(&property(snippet))),
            Self::Parameter | Self::HeaderParameter | Self::ParameterProperty => {
                let location = if self == Self::HeaderParameter {
                    "header"
                } else {
                    "query"
                };
                let schema = if self == Self::ParameterProperty {
                    property(snippet)
                } else {
                    schema(snippet)
                };
                parts.operation.push(format!(
                    "parameters: [{{name: q, in: {location}, {schema}}}]"
                ));
            }
            Self::Header => {
                parts.responses = Some(format!(
                    "'200': {{headers: {{X-Left: {{{}}}}}}}",
                    schema(snippet)
                ));
            }
            Self::Headers => parts.responses = Some(format!("'200': {{headers: {{{snippet}}}}}")),
            Self::RequestContent => parts.operation.push(request(snippet)),
            Self::ResponseContent => parts.responses = response(snippet),
            Self::Responses => parts.responses = Some(snippet.to_owned()),
            Self::Operation => parts.operation.push(snippet.to_owned()),
            Self::PathItem => parts.item = snippet.to_owned(),
            Self::Paths => parts.paths = snippet.to_owned(),
            Self::Root => parts.root = snippet.to_owned(),
            Self::Components => parts.components = snippet.to_owned(),
            Self::Schemas => {
                parts.schemas = snippet.to_owned();
                parts.responses = response(&json("schema: {$ref: '#/components/schemas/Thing'}"));
            }
            Self::SecurityScheme => {
                parts.operation.push("security: [{A: []}]".to_owned());
                parts.components = format!("securitySchemes: {{A: {{{snippet}}}}}");
            }
            Self::Shared => {
                let thing = "schema: {$ref: '#/components/schemas/Thing'}";
                parts.operation.push(request(&json(thing)));
                parts.responses = response(&json(thing));
                parts.schemas = format!("Thing: {{{snippet}}}");
            }
            Self::Workflows | Self::Workflow | Self::Step | Self::Arazzo => {
                return self.arazzo(snippet);
            }
            Self::Document => return snippet.to_owned(),
        }
        parts.document()
    }

    fn arazzo(self, snippet: &str) -> String {
        let step = "stepId: first, operationId: postThing";
        let with = |fields: &str, more: &str| match more {
            "" => fields.to_owned(),
            more => format!("{fields}, {more}"),
        };
        let (root, workflows) = match self {
            Self::Workflows => ("", snippet.to_owned()),
            Self::Workflow => {
                let fields = format!("workflowId: buy, steps: [{{{step}}}]");
                ("", format!("[{{{}}}]", with(&fields, snippet)))
            }
            Self::Step => {
                let step = with("stepId: first", snippet);
                ("", format!("[{{workflowId: buy, steps: [{{{step}}}]}}]"))
            }
            _ => (
                snippet,
                format!("[{{workflowId: buy, steps: [{{{step}}}]}}]"),
            ),
        };
        format!("arazzo: 1.0.1\ninfo: {{title: T, version: '1'}}\n{root}\nworkflows: {workflows}\n")
    }
}

impl Parts {
    fn document(self) -> String {
        let responses = self.responses.unwrap_or_else(|| "'200': {}".to_owned());
        let mut fields = self.operation;
        fields.retain(|field| !field.is_empty());
        let is_named = fields.iter().any(|field| field.contains("operationId"));
        if !is_named {
            fields.push("operationId: postThing".to_owned());
        }
        fields.push(format!("responses: {{{responses}}}"));
        let schemas = [
            "Cat: {type: object, required: [kind, meows], properties: {kind: {type: string}, meows: {type: boolean}}}",
            "Dog: {type: object, required: [kind, barks], properties: {kind: {type: string}, barks: {type: boolean}}}",
            &self.schemas,
        ];
        let schemas: Vec<&str> = schemas.into_iter().filter(|it| !it.is_empty()).collect();
        format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\n{}\npaths:\n  /things/{{id}}:\n    {}\n    post: {{{}}}\n  {}\ncomponents:\n  schemas: {{{}}}\n  {}\n",
            self.root,
            self.item,
            fields.join(", "),
            self.paths,
            schemas.join(", "),
            self.components,
        )
    }
}

/// Classifies the changes between two documents.
pub(crate) fn classify(old: &str, new: &str, options: Options) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let (old, new) = (path("old.yml", old), path("new.yml", new));
    diff::classify(&old, &new, &[], options)
}

/// Returns a description of the result if it differs from the expected code and verdict.
pub(crate) fn failure(
    place: Place,
    (old, new): (&str, &str),
    code: &str,
    verdict: Verdict,
) -> Option<String> {
    let (old, new) = (place.document(old), place.document(new));
    let report = classify(&old, &new, Options::default());
    let codes: Vec<&str> = report
        .changes()
        .map(|change| change.code.as_str())
        .collect();
    let expected: Vec<&str> = code.split(' ').filter(|code| !code.is_empty()).collect();
    if report.exit_code() == verdict.exit_code() && codes == expected {
        return None;
    }
    let text = report.render(diff::Format::Text);
    let errors: Vec<String> = report
        .diagnostics
        .iter()
        .map(|it| format!("{it:?}"))
        .collect();
    Some(format!(
        "expected {expected:?} {verdict:?}\n{old}\n{new}\n{text}{}",
        errors.join("\n")
    ))
}
