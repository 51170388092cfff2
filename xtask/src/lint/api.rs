//! Checks of an OpenAPI document by itself: fields, values of schemas, parameters, security and servers.
//!
//! The findings are about facts that the generator ignores or corrects. They are warnings, since the client does not
//! depend on them. What the client depends on is checked where the document is normalized.

mod fields;
mod operations;
mod schemas;
mod security;

use std::path::Path;

use serde_json::Value;

use super::report::Report;
use crate::diagnostic::suggestion::did_you_mean;
use crate::diagnostic::{Code, Diagnostics, child};
use crate::load::Document;
use crate::openapi::description::{ApiDescription, METHODS, members};

/// Maximum depth of the parts of a document that are checked. Deeper documents are rejected.
const MAX_DEPTH: usize = 128;

/// Kind of an object with a fixed set of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Info,
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
    Schema,
}

/// A document that is being checked.
struct Checker<'d, 'c> {
    api: ApiDescription<'d>,
    /// `true` for OpenAPI 3.0, whose schemas are not JSON Schema.
    is_3_0: bool,
    report: Report<'c>,
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
    };
    checker.object(Kind::Root, document, "", 0);
    checker.requirements();
    checker.operations();
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
        self.report.add_as_warning(code, at, message, label, help);
    }

    /// Checks an object and the objects in its fields.
    fn object(&mut self, kind: Kind, value: &'d Value, at: &str, depth: usize) {
        let Some(object) = value.as_object() else {
            // Values of the wrong type are reported where the document is normalized.
            return;
        };
        if depth > MAX_DEPTH {
            return;
        }
        if object.contains_key("$ref") && kind != Kind::PathItem && kind != Kind::Schema {
            return;
        }
        self.fields(kind, object, at);
        match kind {
            Kind::Schema => self.schema(value, at),
            Kind::Server => self.server(value, at),
            Kind::SecurityScheme => self.scheme(object, at),
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
                        if !name.starts_with("x-") || kind == Kind::Schema {
                            self.object(kind, item, &child(&inside, name), depth + 1);
                        }
                    }
                }
                fields::Content::Callbacks => {
                    for (name, callback) in members(Some(inner)) {
                        let inside = child(&inside, name);
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
