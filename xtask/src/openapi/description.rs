//! An API description as the checks see it: its operations with every reference resolved, straight from the document.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::arazzo::document::Location;
use crate::arazzo::document::target::METHODS;
use crate::diagnostic::child;
use crate::load;

/// How many references may lead to each other.
const LONGEST_CHAIN: usize = 32;

/// An API description.
#[derive(Debug)]
pub struct Api<'d> {
    /// The document, after its overlays.
    pub document: &'d load::Document,
    /// All operations in the order of the document.
    pub operations: Vec<Operation<'d>>,
    by_id: HashMap<&'d str, usize>,
}

/// An operation.
#[derive(Debug)]
pub struct Operation<'d> {
    /// The `operationId`.
    pub id: Option<&'d str>,
    /// In lower case.
    pub method: &'static str,
    /// The template of the path.
    pub path: &'d str,
    /// Where it stands.
    pub pointer: String,
    /// The Operation Object.
    pub value: &'d Value,
    /// The parameters of the operation and those of its path that it does not override.
    pub parameters: Vec<Parameter<'d>>,
}

/// A declared parameter.
#[derive(Debug)]
pub struct Parameter<'d> {
    pub name: &'d str,
    pub location: Location,
    pub required: bool,
    /// Its schema; missing when it has a `content` in its place.
    pub schema: Option<&'d Value>,
}

impl<'d> Api<'d> {
    /// Looks through a document.
    pub fn new(document: &'d load::Document) -> Self {
        let mut api = Self {
            document,
            operations: Vec::new(),
            by_id: HashMap::new(),
        };
        for (path, item) in members(document.value.get("paths")) {
            let item = api.resolve(item);
            for &method in METHODS {
                let Some(value) = item.get(method).filter(|value| value.is_object()) else {
                    continue;
                };
                let id = value.get("operationId").and_then(Value::as_str);
                let parameters = api.parameters(item, value);
                if let Some(id) = id {
                    api.by_id.entry(id).or_insert(api.operations.len());
                }
                let pointer = child(&child("/paths", path), method);
                api.operations.push(Operation {
                    id,
                    method,
                    path,
                    pointer,
                    value,
                    parameters,
                });
            }
        }
        api
    }

    /// The operation of that `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation<'d>> {
        self.by_id.get(id).map(|index| &self.operations[*index])
    }

    /// Follows `$ref` inside the document until something else stands there.
    pub fn resolve(&self, value: &'d Value) -> &'d Value {
        let mut value = value;
        for _ in 0..LONGEST_CHAIN {
            let target = value
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| {
                    let pointer = reference.strip_prefix('#')?;
                    self.document.value.pointer(pointer)
                });
            match target {
                Some(target) => value = target,
                None => return value,
            }
        }
        value
    }

    /// The names of the security schemes that satisfy an operation: alternatives, each of which needs all its names. `None` where the
    /// operation needs no credential.
    pub fn security(&self, operation: &Operation<'d>) -> Option<Vec<Vec<&'d str>>> {
        let declared = operation
            .value
            .get("security")
            .or_else(|| self.document.value.get("security"))?
            .as_array()?;
        let alternatives: Vec<Vec<&str>> = declared
            .iter()
            .map(|alternative| {
                members(Some(alternative))
                    .map(|(name, _)| name.as_str())
                    .collect()
            })
            .collect();
        if alternatives.is_empty() || alternatives.iter().any(Vec::is_empty) {
            None
        } else {
            Some(alternatives)
        }
    }

    /// The names of the declared security schemes.
    pub fn schemes(&self) -> impl Iterator<Item = &'d str> {
        members(self.document.value.pointer("/components/securitySchemes"))
            .map(|(name, _)| name.as_str())
    }

    /// The security scheme whose credential stands in this place of a request: `X-Api-Key` of a key in that header, or `Authorization`.
    pub fn credential(
        &self,
        operation: &Operation<'d>,
        name: &str,
        location: Location,
    ) -> Option<&'d str> {
        let accepted = self.security(operation).unwrap_or_default();
        let place = |scheme: &'d Value| {
            let text = |key: &str| scheme.get(key).and_then(Value::as_str);
            let header = location == Location::Header;
            match text("type") {
                Some("apiKey") => {
                    text("in") == Some(location.as_str())
                        && text("name").is_some_and(|key| {
                            key == name || header && key.eq_ignore_ascii_case(name)
                        })
                }
                _ => header && name.eq_ignore_ascii_case("authorization"),
            }
        };
        let mut schemes: Vec<&'d str> =
            members(self.document.value.pointer("/components/securitySchemes"))
                .filter(|(_, scheme)| place(self.resolve(scheme)))
                .map(|(name, _)| name.as_str())
                .collect();
        // A scheme that the operation accepts comes before one that it does not.
        schemes.sort_by_key(|scheme| !accepted.iter().flatten().any(|accepted| accepted == scheme));
        schemes.first().copied()
    }

    /// The request body of an operation: the Request Body Object.
    pub fn body(&self, operation: &Operation<'d>) -> Option<&'d Value> {
        operation
            .value
            .get("requestBody")
            .map(|body| self.resolve(body))
    }

    /// The responses of an operation by their status (`200`, `2XX`, `default`).
    pub fn responses(&self, operation: &Operation<'d>) -> Vec<(&'d str, &'d Value)> {
        members(operation.value.get("responses"))
            .filter(|(status, _)| !status.starts_with("x-"))
            .map(|(status, response)| (status.as_str(), self.resolve(response)))
            .collect()
    }

    fn parameters(&self, item: &'d Value, operation: &'d Value) -> Vec<Parameter<'d>> {
        let mut parameters: Vec<Parameter<'d>> = Vec::new();
        let lists = [operation, item]
            .into_iter()
            .filter_map(|owner| owner.get("parameters")?.as_array());
        for value in lists.flatten() {
            let value = self.resolve(value);
            let location = match value.get("in").and_then(Value::as_str) {
                Some("path") => Location::Path,
                Some("query") => Location::Query,
                Some("querystring") => Location::QueryString,
                Some("header") => Location::Header,
                Some("cookie") => Location::Cookie,
                _ => continue,
            };
            let Some(name) = value.get("name").and_then(Value::as_str) else {
                continue;
            };
            if parameters.iter().any(|known| known.is(name, location)) {
                continue;
            }
            let required =
                location == Location::Path || value.get("required") == Some(&Value::Bool(true));
            parameters.push(Parameter {
                name,
                location,
                required,
                schema: value.get("schema"),
            });
        }
        parameters
    }
}

impl<'d> Operation<'d> {
    /// The parameter of that name in that place.
    pub fn parameter(&self, name: &str, location: Location) -> Option<&Parameter<'d>> {
        self.parameters
            .iter()
            .find(|parameter| parameter.is(name, location))
    }

    /// The operation as people write it, such as `GET /pets`.
    pub fn title(&self) -> String {
        format!("{} {}", self.method.to_ascii_uppercase(), self.path)
    }
}

impl Parameter<'_> {
    /// Whether it has this name, which has no case for headers.
    pub fn is(&self, name: &str, location: Location) -> bool {
        self.location == location
            && (self.name == name
                || location == Location::Header && self.name.eq_ignore_ascii_case(name))
    }
}

/// The members of what may be an object.
pub(crate) fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::iter)
}
