//! Checks of an OpenAPI document by itself: fields, values of schemas, parameters, security and servers.
//!
//! The findings are about facts that the generator ignores or corrects. They are warnings, since the client does not
//! depend on them. The facts that it depends on are checked where the document is normalized.

mod fields;
mod keywords;
mod misspelled;
mod operations;
mod recursion;
mod schemas;
mod security;
mod unused;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::report::Report;
use crate::diagnostic::suggestion::{did_you_mean, shorten};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, child};
use crate::load::Document;
use crate::openapi::description::{ApiDescription, METHODS, members};
use crate::openapi::extensions::{FILES, is_extension};

/// Maximum depth of the parts of a document that are checked. Deeper documents are rejected.
const MAX_DEPTH: usize = 128;

/// Kind of an object with a fixed set of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Info,
    Contact,
    License,
    ExternalDocs,
    Server,
    ServerVariable,
    Components,
    PathItem,
    Operation,
    Parameter,
    Header,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Link,
    Tag,
    SecurityScheme,
    Flows,
    Flow,
    Discriminator,
    Schema,
    /// A schema that applies to the same value as another one, which may declare the properties: in `allOf`, `if`.
    Member,
}

/// A document that is being checked.
struct Checker<'d, 'c> {
    api: ApiDescription<'d>,
    /// `true` for OpenAPI 3.0, whose schemas are not JSON Schema.
    is_3_0: bool,
    report: Report<'c>,
    /// The parts in other files that are checked already, by their references.
    visited: BTreeSet<&'d str>,
}

/// Reports defects of an OpenAPI document of a supported version.
pub fn check(document: &Document, found: &mut Diagnostics) {
    check_value(&document.value, &document.path, found);
}

fn check_value(document: &Value, file: &Path, found: &mut Diagnostics) {
    let version = document.get("openapi").map(|version| match version {
        Value::String(version) => version.clone(),
        other => other.to_string(),
    });
    let Some(version) = version.filter(|version| version.starts_with("3.")) else {
        return;
    };
    if !document.get("paths").is_none_or(Value::is_object) {
        return;
    }
    let mut checker = Checker {
        api: ApiDescription::new(document),
        is_3_0: version.starts_with("3.0"),
        report: Report::new(file, found),
        visited: BTreeSet::new(),
    };
    checker.object(Kind::Root, document, "", 0);
    checker.requirements();
    checker.operations();
    checker.unused_components();
    checker.recursion();
}

/// Reports defects of the schemas of the inputs of an Arazzo document.
pub fn check_inputs(document: &Document, found: &mut Diagnostics) {
    let mut checker = Checker {
        api: ApiDescription::new(&document.value),
        is_3_0: false,
        report: Report::new(&document.path, found),
        visited: BTreeSet::new(),
    };
    let workflows = document.value.get("workflows").and_then(Value::as_array);
    for (index, workflow) in workflows.into_iter().flatten().enumerate() {
        if let Some(inputs) = workflow.get("inputs") {
            let at = format!("/workflows/{index}/inputs");
            checker.object(Kind::Schema, inputs, &at, 0);
        }
    }
    for (name, inputs) in members(document.value.pointer("/components/inputs")) {
        let at = child("/components/inputs", name);
        checker.object(Kind::Schema, inputs, &at, 0);
    }
}

impl<'d> Checker<'d, '_> {
    fn warn(
        &mut self,
        code: Code,
        at: &str,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) {
        let finding = self.finding(code, at, message).label(label);
        self.report.push(finding, help);
    }

    fn finding(&self, code: Code, at: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.report.file, at, message).as_warning()
    }

    /// Checks an object and the objects in its fields.
    fn object(&mut self, kind: Kind, value: &'d Value, at: &str, depth: usize) {
        let Some(object) = value.as_object() else {
            // Normalization reports values of the other kinds.
            if fields::is_only_checked_here(kind) {
                let message = format!(
                    "malformed document: {} must be an object",
                    fields::name(kind)
                );
                self.warn(Code::Malformed, at, message, "ignored", None);
            }
            return;
        };
        if depth > MAX_DEPTH {
            return;
        }
        self.file(kind, object.get("$ref"), depth);
        // Other kinds are looked up where the document is normalized.
        let reference = object.get("$ref").and_then(Value::as_str);
        if let (Kind::Link | Kind::SecurityScheme, Some(reference)) = (kind, reference) {
            self.target(reference, at);
        }
        let is_schema = matches!(kind, Kind::Schema | Kind::Member);
        if object.contains_key("$ref") && kind != Kind::PathItem && !is_schema {
            if kind == Kind::MediaType && !reference.is_some_and(|it| it.contains("/mediaTypes/")) {
                let help = Some("write it below `schema`".to_owned());
                let message = "a media type has no field `$ref`";
                self.warn(
                    Code::UnknownField,
                    &child(at, "$ref"),
                    message,
                    "ignored",
                    help,
                );
            }
            return;
        }
        self.fields(kind, object, at);
        match kind {
            Kind::Schema | Kind::Member => self.schema(kind, value, at),
            Kind::Server => self.server(value, at),
            Kind::SecurityScheme => self.scheme(object, at),
            Kind::Parameter | Kind::Header | Kind::MediaType => self.examples(object, at),
            _ => {}
        }
        for (key, inner) in object {
            let inside = child(at, key);
            match fields::content(kind, key) {
                fields::Content::Nothing => {}
                fields::Content::One(kind) => self.object(kind, inner, &inside, depth + 1),
                fields::Content::List(kind) => {
                    for (index, item) in inner.as_array().into_iter().flatten().enumerate() {
                        self.object(kind, item, &child(&inside, index), depth + 1);
                    }
                }
                fields::Content::Map(kind) => {
                    for (name, item) in members(Some(inner)) {
                        if kind == Kind::MediaType && !self.media_type(name, &inside) {
                            continue;
                        }
                        let is_schema = matches!(kind, Kind::Schema | Kind::Member);
                        if !name.starts_with("x-") || is_schema {
                            self.object(kind, item, &child(&inside, name), depth + 1);
                        }
                    }
                }
                fields::Content::Callbacks => {
                    for (name, callback) in members(Some(inner)) {
                        let inside = child(&inside, name);
                        if let Some(reference) = callback.get("$ref").and_then(Value::as_str) {
                            self.target(reference, &inside);
                        }
                        for (expression, item) in members(Some(callback)) {
                            if !expression.starts_with("x-") && expression != "$ref" {
                                let inside = child(&inside, expression);
                                self.object(Kind::PathItem, item, &inside, depth + 1);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Reports a key of `content` that is not a media type. Returns `true` for the others.
    fn media_type(&mut self, name: &str, at: &str) -> bool {
        let is_media_type = name.contains('/') || is_extension(name);
        if !is_media_type {
            let message = format!(
                "malformed document: `{}` is not a media type",
                shorten(name)
            );
            let help = match name {
                "$ref" => "write it below a media type, such as `application/json`, and `schema`",
                _ if fields::is_of_media_type(name) => {
                    "write it below a media type, such as `application/json`"
                }
                _ => "write a media type, such as `application/json`",
            };
            self.warn(
                Code::Malformed,
                &child(at, name),
                message,
                "not JSON",
                Some(help.to_owned()),
            );
        }
        is_media_type
    }

    /// Checks a part of the document that is in another file, unless it is checked already.
    fn file(&mut self, kind: Kind, reference: Option<&'d Value>, depth: usize) {
        let Some(pointer) = reference.and_then(|it| it.as_str()?.strip_prefix('#')) else {
            return;
        };
        let is_in_file = |pointer: &&str| {
            let rest = pointer.strip_prefix('/');
            rest.and_then(|rest| rest.strip_prefix(FILES))
                .is_some_and(|rest| rest.starts_with('/'))
        };
        if let Some(pointer) = Some(pointer).filter(is_in_file)
            && let Some(target) = self.api.root().value.pointer(pointer)
            && self.visited.insert(pointer)
        {
            let kind = match kind {
                Kind::Member => Kind::Schema,
                kind => kind,
            };
            self.object(kind, target, pointer, depth + 1);
        }
    }

    /// Checks the parameters, responses, links and security requirements of all operations.
    fn operations(&mut self) {
        let ids = self.operation_ids();
        let root = self.api.root();
        let paths = root.get("paths").map(|paths| paths.members());
        let paths = paths.unwrap_or_default();
        self.templates(&paths);
        for (_, item) in &paths {
            self.path(&self.api.resolve(item.clone()));
            for method in METHODS {
                if let Some(operation) = item.get(method).filter(|it| it.value.is_object()) {
                    self.operation(&operation, &ids);
                }
            }
        }
    }
}

/// Returns help for an unknown name.
fn help_for<'n>(name: &str, known: impl IntoIterator<Item = &'n str>, other: &str) -> String {
    did_you_mean(name, known).unwrap_or_else(|| other.to_owned())
}
