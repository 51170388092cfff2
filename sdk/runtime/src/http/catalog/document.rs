//! Reads operations from an API description.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schema::SelfContained;
use super::{BODY, OperationInfo};
use crate::http::operation::Operation;

/// Keyword that names the value of a handle which a parameter or a property is filled with.
const VARIABLE: &str = "x-fern-sdk-variable";
/// Keyword of an operation that no client offers.
const IGNORE: &str = "x-fern-ignore";
/// Media type of requests and responses.
const JSON: &str = "application/json";
/// Maximum length of a chain of references, which ends cycles.
pub(super) const MAX_REFERENCES: usize = 16;

#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) location: Location,
    pub(super) is_required: bool,
    /// Value of the handle that the parameter is filled with.
    pub(super) variable: Option<String>,
    /// Schema in the document.
    pub(super) schema: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Location {
    Path,
    Query,
    Header,
}

#[derive(Debug)]
pub(super) struct Body {
    /// Properties that are filled with values of the handle.
    pub(super) variables: Vec<(String, String)>,
    /// Those of them that the document requires.
    pub(super) required_variables: Vec<String>,
    /// Schema in the document.
    pub(super) schema: Value,
}

pub(super) struct Read<'a> {
    pub(super) root: &'a Value,
}

impl<'a> Read<'a> {
    pub(super) fn operations(
        &self,
        by_id: &BTreeMap<&str, &'static Operation>,
    ) -> Vec<OperationInfo> {
        let mut operations = Vec::new();
        for (_, item) in object(&self.root["paths"]) {
            let item = self.resolve(item);
            for (_, declared) in object(item) {
                let id = declared["operationId"].as_str();
                let operation = id.and_then(|id| by_id.get(id).copied());
                let info = operation.and_then(|it| self.operation(it, item, declared));
                operations.extend(info);
            }
        }
        operations
    }

    /// Reads an operation. `None` if it cannot be called with JSON.
    fn operation(
        &self,
        operation: &'static Operation,
        item: &'a Value,
        declared: &'a Value,
    ) -> Option<OperationInfo> {
        if declared[IGNORE] == true || operation.security.is_empty() {
            return None;
        }
        let parameters = self.parameters(item, declared)?;
        let body = match self.resolve(&declared["requestBody"]) {
            Value::Null => None,
            body => Some((self.body(&body["content"][JSON]["schema"])?, body)),
        };
        let response = self.response(&declared["responses"])?;
        let mut schema = SelfContained::new(self.root);
        let mut properties = Map::new();
        let mut required = Vec::new();
        for parameter in &parameters {
            let declared = parameter.described.clone();
            properties.insert(parameter.inner.name.clone(), schema.property(&declared));
            if parameter.inner.is_required && parameter.inner.variable.is_none() {
                required.push(parameter.inner.name.clone());
            }
        }
        let body = body.map(|(body, declared)| {
            let mut converted = schema.inlined(&body.schema);
            let others = remove_required(&mut converted, &body.variables);
            properties.insert(BODY.to_owned(), converted);
            if others || declared["required"] == true && body.variables.is_empty() {
                required.push(BODY.to_owned());
            }
            body
        });
        let mut arguments = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            arguments["required"] = required.into();
        }
        let arguments = schema.finish(arguments);
        let converted = response.as_ref().map_or(Value::Null, |response| {
            let mut schema = SelfContained::new(self.root);
            let converted = schema.inlined(response);
            schema.finish(converted)
        });
        Some(OperationInfo {
            id: operation.id,
            method: operation.method,
            summary: text(&declared["summary"]),
            description: text(&declared["description"]),
            is_idempotent: operation.idempotent,
            arguments,
            response: converted,
            operation,
            parameters: parameters.into_iter().map(|it| it.inner).collect(),
            body,
            response_in_document: response,
        })
    }

    /// Reads the parameters. `None` if one of them has a style, or is encoded by the caller.
    fn parameters(&self, item: &'a Value, declared: &'a Value) -> Option<Vec<Described>> {
        let mut parameters: Vec<Described> = Vec::new();
        // A parameter of the operation replaces that of the path.
        for parameter in array(&declared["parameters"]).chain(array(&item["parameters"])) {
            let parameter = self.resolve(parameter);
            let location = match parameter["in"].as_str()? {
                "path" => Location::Path,
                "query" => Location::Query,
                "header" => Location::Header,
                _ => return None,
            };
            let is_plain = ["style", "explode", "content", "allowReserved"]
                .iter()
                .all(|keyword| parameter.get(keyword).is_none());
            if !is_plain || parameter["schema"]["format"] == "byte" {
                return None;
            }
            let name = text(&parameter["name"]);
            let is_known = |it: &Described| it.inner.name == name;
            if parameters.iter().any(is_known) {
                continue;
            }
            let mut described = parameter["schema"].clone();
            if let (Value::Object(schema), Some(text)) =
                (&mut described, parameter.get("description"))
            {
                schema.insert("description".to_owned(), text.clone());
            }
            parameters.push(Described {
                described,
                inner: Parameter {
                    name,
                    location,
                    is_required: parameter["required"] == true,
                    variable: parameter[VARIABLE].as_str().map(str::to_owned),
                    schema: parameter["schema"].clone(),
                },
            });
        }
        Some(parameters)
    }

    /// Reads the schema of a JSON body. `None` if there is none.
    fn body(&self, schema: &'a Value) -> Option<Body> {
        let resolved = self.resolve(schema);
        if resolved.is_null() {
            return None;
        }
        let variables = object(&resolved["properties"]).filter_map(|(name, property)| {
            let variable = property[VARIABLE].as_str()?;
            Some((name.clone(), variable.to_owned()))
        });
        let variables: Vec<(String, String)> = variables.collect();
        let required: Vec<&str> = strings(&resolved["required"]).collect();
        let names = variables.iter().map(|(name, _)| name);
        Some(Body {
            required_variables: names
                .filter(|name| required.contains(&name.as_str()))
                .cloned()
                .collect(),
            variables,
            schema: schema.clone(),
        })
    }

    /// Reads the schema of the first success: `Some(None)` without a body, `None` if the body is not JSON.
    fn response(&self, responses: &'a Value) -> Option<Option<Value>> {
        let mut successes = object(responses).filter(|(status, _)| status.starts_with('2'));
        let (_, response) = successes.next()?;
        let content = &self.resolve(response)["content"];
        match content.get(JSON) {
            Some(json) => Some(Some(json["schema"].clone())),
            None if object(content).next().is_none() => Some(None),
            None => None,
        }
    }

    /// Follows references; returns any other value unchanged.
    fn resolve(&self, value: &'a Value) -> &'a Value {
        let mut value = value;
        for _ in 0..MAX_REFERENCES {
            let Some(pointer) = value["$ref"].as_str().and_then(|it| it.strip_prefix('#')) else {
                break;
            };
            value = self.root.pointer(pointer).unwrap_or(&Value::Null);
        }
        value
    }
}

/// A parameter, and its schema with the description of the parameter.
struct Described {
    described: Value,
    inner: Parameter,
}

/// Removes properties from `required`. Returns `true` if others remain.
fn remove_required(schema: &mut Value, removed: &[(String, String)]) -> bool {
    let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) else {
        return false;
    };
    required.retain(|name| !removed.iter().any(|(other, _)| *name == **other));
    !required.is_empty()
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    array(value).filter_map(Value::as_str)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}
