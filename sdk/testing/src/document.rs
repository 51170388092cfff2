//! The API description that requests are validated against: operations with parameters, bodies, responses and
//! security.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use axum::http::Method;
use serde_json::Value;

use crate::schema::Schema;

static DOCUMENT: LazyLock<Document> =
    LazyLock::new(|| Document::parse(pipedream_sdk_generated::PIPEDREAM_DOCUMENT));

/// Returns the resolved OpenAPI document, parsed once per process.
pub(crate) fn document() -> &'static Document {
    &DOCUMENT
}

/// The parts of an OpenAPI document that the fake uses.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) operations: Vec<Operation>,
    /// Names of the properties and parameters that the document marks as secret.
    pub(crate) secrets: BTreeSet<String>,
}

/// An operation of the document.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) path: Vec<Segment>,
    /// Path parameters that a credential implies, so that the path may omit them.
    pub(crate) implied: Vec<ImpliedParameter>,
    /// Name of the server that the operation overrides the default with.
    #[cfg(feature = "dynamiq")]
    pub(crate) server: Option<String>,
    /// Alternatives; all requirements of one must be met. Empty if the operation needs no credential.
    pub(crate) security: Vec<Vec<Requirement>>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<RequestBody>,
    /// Schemas by status code and media type. The tests of this crate validate the responses of the fake against
    /// them.
    #[cfg(test)]
    pub(crate) responses: BTreeMap<u16, BTreeMap<String, Schema>>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Segment {
    /// Sorts before a parameter, so that a literal is preferred if both match.
    Literal(String),
    Parameter(String),
}

/// A path parameter that the credentials of a security scheme imply.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ImpliedParameter {
    pub(crate) parameter: String,
    pub(crate) scheme: String,
}

#[derive(Debug)]
pub(crate) struct Requirement {
    pub(crate) scheme: String,
    pub(crate) scopes: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) location: ParameterLocation,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParameterLocation {
    Path,
    Query,
    Header,
}

#[derive(Debug)]
pub(crate) struct RequestBody {
    pub(crate) required: bool,
    pub(crate) media_types: BTreeMap<String, Schema>,
}

/// Path parameter with the URL that the proxy forwards to.
pub(crate) const PROXY_TARGET: &str = "url_64";

impl Document {
    /// Parses a resolved document in JSON format.
    pub(crate) fn parse(json: &str) -> Self {
        Self::new(&serde_json::from_str(json).unwrap_or_default())
    }

    fn new(root: &Value) -> Self {
        let reader = Reader { root };
        let mut operations = Vec::new();
        for (path, item) in object(&root["paths"]) {
            let item = reader.resolve(item);
            for (method, operation) in object(item) {
                if let Some(method) = method_of(method) {
                    operations.push(reader.operation(path, method, item, operation));
                }
            }
        }
        operations.sort_by(|one, other| one.path.cmp(&other.path));
        let mut secrets = BTreeSet::new();
        reader.secrets(root, &mut secrets);
        Self {
            operations,
            secrets,
        }
    }
}

impl Operation {
    /// Returns the parameters in one location.
    pub(crate) fn parameters(
        &self,
        location: ParameterLocation,
    ) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(move |parameter| parameter.location == location)
    }

    /// Returns `true` if the operation forwards requests to a target URL.
    ///
    /// The body then belongs to the target, so the media type and schema of the document do not apply.
    pub(crate) fn is_proxy(&self) -> bool {
        self.parameters.iter().any(|it| it.name == PROXY_TARGET)
    }
}

struct Reader<'a> {
    root: &'a Value,
}

impl<'a> Reader<'a> {
    fn operation(
        &self,
        path: &str,
        method: Method,
        item: &'a Value,
        operation: &'a Value,
    ) -> Operation {
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut variables = BTreeMap::new();
        // An operation's parameter overrides the path's parameter with the same name and location.
        for source in [operation, item] {
            for parameter in array(&source["parameters"]) {
                let declared = self.resolve(parameter);
                let Some(parameter) = self.parameter(declared) else {
                    continue;
                };
                if parameter.location == ParameterLocation::Path
                    && let Some(variable) = declared["x-fern-sdk-variable"].as_str()
                {
                    variables.insert(parameter.name.clone(), variable);
                }
                let known = parameters
                    .iter()
                    .any(|it| it.name == parameter.name && it.location == parameter.location);
                if !known {
                    parameters.push(parameter);
                }
            }
        }
        let security = match &operation["security"] {
            Value::Null => &self.root["security"],
            own => own,
        };
        let security: Vec<Vec<Requirement>> = array(security).map(requirements).collect();
        let accepted = security.iter().flatten();
        Operation {
            implied: accepted
                .flat_map(|it| self.implied(&it.scheme, &variables))
                .collect(),
            id: string(&operation["operationId"]),
            method,
            path: path.split('/').skip(1).map(segment).collect(),
            #[cfg(feature = "dynamiq")]
            server: [operation, item]
                .iter()
                .find_map(|holder| holder["servers"][0]["x-name"].as_str())
                .map(str::to_owned),
            security,
            parameters,
            body: match self.resolve(&operation["requestBody"]) {
                Value::Null => None,
                body => Some(RequestBody {
                    required: body["required"].as_bool().unwrap_or(false),
                    media_types: self.media_types(&body["content"]),
                }),
            },
            #[cfg(test)]
            responses: object(&operation["responses"])
                .filter_map(|(status, response)| {
                    let response = self.resolve(response);
                    Some((status.parse().ok()?, self.media_types(&response["content"])))
                })
                .collect(),
        }
    }

    /// Returns the path variables of an operation that the credentials of a scheme imply.
    fn implied(&self, scheme: &str, variables: &BTreeMap<String, &str>) -> Vec<ImpliedParameter> {
        let declared = &self.root["components"]["securitySchemes"][scheme];
        let names: Vec<&str> = array(&self.resolve(declared)["x-implied-variables"])
            .filter_map(Value::as_str)
            .collect();
        let implied = variables
            .iter()
            .filter(|(_, variable)| names.contains(variable));
        implied
            .map(|(parameter, _)| ImpliedParameter {
                parameter: parameter.clone(),
                scheme: scheme.to_owned(),
            })
            .collect()
    }

    fn parameter(&self, parameter: &Value) -> Option<Parameter> {
        Some(Parameter {
            name: string(&parameter["name"]),
            location: match parameter["in"].as_str()? {
                "path" => ParameterLocation::Path,
                "query" => ParameterLocation::Query,
                "header" => ParameterLocation::Header,
                _ => return None,
            },
            required: parameter["required"].as_bool().unwrap_or(false),
            schema: self.schema(&parameter["schema"]),
        })
    }

    fn media_types(&self, content: &Value) -> BTreeMap<String, Schema> {
        object(content)
            .map(|(media_type, content)| (media_type.clone(), self.schema(&content["schema"])))
            .collect()
    }

    fn schema(&self, schema: &Value) -> Schema {
        Schema::new(schema, &self.root["components"]["schemas"])
    }

    /// Collects the names of secret values: marked as secret themselves, or through the schema they refer to.
    fn secrets(&self, value: &'a Value, secrets: &mut BTreeSet<String>) {
        let is_secret =
            |schema| self.resolve(schema)["x-secret"] == true || schema["x-secret"] == true;
        if let (Some(name), true) = (value["name"].as_str(), is_secret(&value["schema"])) {
            secrets.insert(name.to_owned());
        }
        for (name, property) in object(&value["properties"]) {
            if is_secret(property) {
                secrets.insert(name.clone());
            }
        }
        for (_, inner) in object(value) {
            self.secrets(inner, secrets);
        }
        for inner in array(value) {
            self.secrets(inner, secrets);
        }
    }

    /// Follows references; returns any other value unchanged.
    fn resolve(&self, value: &'a Value) -> &'a Value {
        let mut value = value;
        // Chains of references are short; the limit protects against cycles.
        for _ in 0..16 {
            let Some(pointer) = value["$ref"].as_str().and_then(|it| it.strip_prefix('#')) else {
                break;
            };
            value = self.root.pointer(pointer).unwrap_or(&Value::Null);
        }
        value
    }
}

fn method_of(name: &str) -> Option<Method> {
    Some(match name {
        "get" => Method::GET,
        "post" => Method::POST,
        "put" => Method::PUT,
        "patch" => Method::PATCH,
        "delete" => Method::DELETE,
        "head" => Method::HEAD,
        "options" => Method::OPTIONS,
        _ => return None,
    })
}

fn segment(text: &str) -> Segment {
    match text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        Some(name) => Segment::Parameter(name.to_owned()),
        None => Segment::Literal(text.to_owned()),
    }
}

fn requirements(alternative: &Value) -> Vec<Requirement> {
    object(alternative)
        .map(|(scheme, scopes)| Requirement {
            scheme: scheme.clone(),
            scopes: array(scopes).map(string).collect(),
        })
        .collect()
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_an_id_and_a_response() {
        assert_eq!(document().operations.len(), 61 + 13);
        for operation in &document().operations {
            assert!(!operation.id.is_empty());
            assert!(!operation.responses.is_empty(), "{}", operation.id);
        }
    }

    #[test]
    fn collects_names_of_secrets() {
        let secrets = &document().secrets;
        for name in [
            "client_secret",
            "cfmap_json",
            "token",
            "ctok",
            "signing_key",
            "credentials",
        ] {
            assert!(secrets.contains(name), "{name}");
        }
        assert!(!secrets.contains("external_user_id"));
    }

    #[test]
    fn merges_parameters_of_path_and_operation() {
        let found = document()
            .operations
            .iter()
            .find(|it| it.id == "createAccount")
            .unwrap();
        let mut names: Vec<_> = found.parameters.iter().map(|it| it.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "external_user_id",
                "oauth_app_id",
                "project_id",
                "x-pd-environment"
            ]
        );
        assert_eq!(found.security[0][0].scheme, "ConnectToken");
    }
}
