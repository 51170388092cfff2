//! Operations that are called by their id, with arguments and response as JSON.

mod document;
mod schema;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use self::document::{Body, Location, Parameter, Read};
use crate::error::Error;
use crate::http::operation::Operation;
use crate::http::response::Outcome;
use crate::http::transport::Transport;
use crate::workflow::json::check;
use crate::workflow::json::redact;

/// Name of the argument that is sent as the body of the request.
const BODY: &str = "body";

/// Description of an operation that can be called with JSON.
#[derive(Debug)]
#[non_exhaustive]
pub struct OperationInfo {
    /// The `operationId`.
    pub id: &'static str,
    /// The HTTP method in upper case.
    pub method: &'static str,
    /// One-line summary.
    pub summary: String,
    /// Description.
    pub description: String,
    /// `true` if calling the operation several times has the same effect as calling it once.
    pub is_idempotent: bool,
    /// Self-contained JSON Schema of the arguments: an object with the parameters by name and, if there is one, the
    /// body as `body`. Values that a handle sets, such as project and user, are optional.
    pub arguments: Value,
    /// Self-contained JSON Schema of the response; `null` if there is none.
    pub response: Value,
    operation: &'static Operation,
    parameters: Vec<Parameter>,
    body: Option<Body>,
    /// Schema of the response in the document.
    response_in_document: Option<Value>,
}

impl OperationInfo {
    /// Returns `true` if the operation only reads data.
    pub fn is_read_only(&self) -> bool {
        matches!(self.method, "GET" | "HEAD")
    }
}

/// The operations of an API description that have JSON or nothing as request and response.
#[derive(Debug)]
pub struct OperationCatalog {
    operations: Vec<OperationInfo>,
    /// The API description, which its schemas refer to.
    root: Value,
}

impl OperationCatalog {
    /// Reads the API description that the operations were generated from.
    ///
    /// Operations are omitted if their request or response is not JSON, if they forward requests, if they take no
    /// credential, or if the description hides them.
    pub fn new(document: &str, operations: &[&'static Operation]) -> Self {
        let root: Value = serde_json::from_str(document).unwrap_or_default();
        let by_id: BTreeMap<&str, &'static Operation> =
            operations.iter().map(|it| (it.id, *it)).collect();
        let operations = Read { root: &root }.operations(&by_id);
        Self { operations, root }
    }

    /// Returns the operations in the order of the document.
    pub fn operations(&self) -> &[OperationInfo] {
        &self.operations
    }

    /// Returns the operation with this id.
    pub fn get(&self, id: &str) -> Option<&OperationInfo> {
        self.operations.iter().find(|it| it.id == id)
    }

    /// Calls an operation. `variables` are the values that a handle sets, by the names in the document.
    ///
    /// The arguments are checked before anything is sent. Secrets in the response are replaced by `[redacted]`. The result
    /// is `null` if the response has no body.
    pub async fn call(
        &'static self,
        transport: &Transport,
        id: &str,
        variables: &Map<String, Value>,
        arguments: &Value,
    ) -> Result<Value, Error> {
        let info = self
            .get(id)
            .ok_or_else(|| Error::invalid_request(format!("there is no operation `{id}`")))?;
        let arguments = info.complete(variables, arguments)?;
        let mut secrets = Vec::new();
        for (name, schema) in info.document_schemas() {
            redact::collect_in(&self.root, schema, &arguments[name], &mut secrets);
        }
        let mut request = transport.request(info.operation);
        for parameter in &info.parameters {
            let value = &arguments[parameter.name.as_str()];
            let name = parameter.name.as_str();
            request = match (parameter.location, value) {
                (Location::Query, value) => request.query(name, value),
                (_, Value::Null) => request,
                (Location::Path, value) => request.path(name, plain(value)),
                (Location::Header, value) => request.header(name, plain(value)),
            };
        }
        if info.body.is_some() && !arguments[BODY].is_null() {
            request = request.json_body(&arguments[BODY]);
        }
        let outcome = request.outcome_response::<Value>().await;
        let outcome = outcome
            .map_err(|error| error.hiding(&secrets))?
            .into_value();
        let Outcome::Finished(mut response) = outcome else {
            return Ok(Value::Null);
        };
        let none = Value::Null;
        let schema = info.response_in_document.as_ref().unwrap_or(&none);
        redact::redact_in(&self.root, schema, &mut response, secrets);
        Ok(response)
    }
}

impl OperationInfo {
    /// Returns the arguments with the values of the handle, or an error that lists the violations.
    fn complete(&self, variables: &Map<String, Value>, arguments: &Value) -> Result<Value, Error> {
        let mut filled = Map::new();
        for parameter in &self.parameters {
            let value = parameter.variable.as_ref().and_then(|it| variables.get(it));
            if let Some(value) = value {
                filled.insert(parameter.name.clone(), value.clone());
            }
        }
        let mut arguments = arguments.clone();
        if let (Some(body), Some(given)) = (&self.body, arguments.as_object_mut()) {
            for (property, variable) in &body.variables {
                let Some(value) = variables.get(variable) else {
                    continue;
                };
                let body = given
                    .entry(BODY)
                    .or_insert_with(|| Value::Object(Map::new()));
                if let Some(body) = body.as_object_mut() {
                    body.entry(property).or_insert_with(|| value.clone());
                }
            }
        }
        let what = format!("operation `{}`", self.id);
        let arguments = check::inputs(
            &what,
            &self.arguments,
            Ok(Value::Object(filled)),
            &arguments,
        )?;
        match self.missing(&arguments) {
            Some(pointer) => Err(check::error(
                &what,
                vec![check::InputViolation::new(
                    pointer,
                    "required argument is missing",
                )],
            )),
            None => Ok(arguments),
        }
    }

    /// Returns the pointer of the first value that the document requires and neither the handle nor the caller set.
    fn missing(&self, arguments: &Value) -> Option<String> {
        let mut parameters = self.parameters.iter().filter(|it| it.is_required);
        let parameter = parameters.find(|it| arguments.get(&it.name).is_none());
        if let Some(parameter) = parameter {
            return Some(format!("/{}", parameter.name));
        }
        let body = self.body.as_ref()?;
        let mut required = body.required_variables.iter();
        let missing = required.find(|name| arguments[BODY].get(name.as_str()).is_none())?;
        Some(format!("/{BODY}/{missing}"))
    }

    /// Returns the schemas of the document by the name of the argument.
    fn document_schemas(&self) -> impl Iterator<Item = (&str, &Value)> {
        let parameters = self.parameters.iter();
        let parameters = parameters.map(|it| (it.name.as_str(), &it.schema));
        let body = self.body.as_ref().map(|body| (BODY, &body.schema));
        parameters.chain(body)
    }
}

/// Converts a scalar to a string for a path segment or a header.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
