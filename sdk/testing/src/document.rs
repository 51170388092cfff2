//! The API description that the fake is held against: its operations, with their parameters, bodies, answers and
//! security.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use axum::http::Method;
use serde_json::Value;

use crate::schema::Schema;

static DOCUMENT: LazyLock<Document> =
    LazyLock::new(|| Document::parse(pipedream_sdk_generated::PIPEDREAM_DOCUMENT));

/// The resolved OpenAPI document, parsed once for all fakes of a process.
pub(crate) fn document() -> &'static Document {
    &DOCUMENT
}

/// What the fake needs to know of an OpenAPI document.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) operations: Vec<Operation>,
    /// The names of the properties and parameters that the document marks as secrets.
    pub(crate) secrets: BTreeSet<String>,
}

/// One operation of the document.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) path: Vec<Segment>,
    /// The path parameters that a credential says by itself, so that the path may lack them.
    pub(crate) implied: Vec<Implied>,
    /// The name of the server that it has for itself.
    #[cfg(feature = "dynamiq")]
    pub(crate) server: Option<String>,
    /// Alternatives; of each, every requirement has to be met. None at all: no credential is needed.
    pub(crate) security: Vec<Vec<Requirement>>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<RequestBody>,
    /// Per status, the media types with the schema of each: what this crate's tests hold the fake's own answers against.
    #[cfg(test)]
    pub(crate) answers: BTreeMap<u16, BTreeMap<String, Schema>>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Segment {
    /// Sorts before a parameter, so that a literal wins where both fit.
    Literal(String),
    Parameter(String),
}

/// A path parameter that the credentials of a scheme say by themselves.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Implied {
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
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) schema: Schema,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

#[derive(Debug)]
pub(crate) struct RequestBody {
    pub(crate) required: bool,
    pub(crate) media_types: BTreeMap<String, Schema>,
}

/// The path parameter that holds the URL which the proxy forwards to.
pub(crate) const TARGET: &str = "url_64";

impl Document {
    /// Reads a resolved document that is written as JSON.
    pub(crate) fn parse(json: &str) -> Self {
        Self::new(&serde_json::from_str(json).unwrap_or_default())
    }

    fn new(text: &Value) -> Self {
        let reader = Reader { text };
        let mut operations = Vec::new();
        for (path, item) in object(&text["paths"]) {
            let item = reader.resolve(item);
            for (method, operation) in object(item) {
                if let Some(method) = method_of(method) {
                    operations.push(reader.operation(path, method, item, operation));
                }
            }
        }
        operations.sort_by(|one, other| one.path.cmp(&other.path));
        let mut secrets = BTreeSet::new();
        reader.secrets(text, &mut secrets);
        Self {
            operations,
            secrets,
        }
    }
}

impl Operation {
    /// The parameters that stand in one place.
    pub(crate) fn parameters(&self, place: Place) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(move |parameter| parameter.place == place)
    }

    /// Whether the path takes a target URL and the body is somebody else's: the proxy forwards what it is given, so
    /// that the document's media type and schema say nothing about it.
    pub(crate) fn forwards(&self) -> bool {
        self.parameters.iter().any(|it| it.name == TARGET)
    }
}

struct Reader<'a> {
    text: &'a Value,
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
        // An operation's own parameter replaces the one of the path that has its name and place.
        for source in [operation, item] {
            for parameter in array(&source["parameters"]) {
                let declared = self.resolve(parameter);
                let Some(parameter) = self.parameter(declared) else {
                    continue;
                };
                if parameter.place == Place::Path
                    && let Some(variable) = declared["x-fern-sdk-variable"].as_str()
                {
                    variables.insert(parameter.name.clone(), variable);
                }
                let known = parameters
                    .iter()
                    .any(|it| it.name == parameter.name && it.place == parameter.place);
                if !known {
                    parameters.push(parameter);
                }
            }
        }
        let security = match &operation["security"] {
            Value::Null => &self.text["security"],
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
            answers: object(&operation["responses"])
                .filter_map(|(status, answer)| {
                    let answer = self.resolve(answer);
                    Some((status.parse().ok()?, self.media_types(&answer["content"])))
                })
                .collect(),
        }
    }

    /// Which of an operation's path variables the credentials of a scheme imply.
    fn implied(&self, scheme: &str, variables: &BTreeMap<String, &str>) -> Vec<Implied> {
        let declared = &self.text["components"]["securitySchemes"][scheme];
        let said: Vec<&str> = array(&self.resolve(declared)["x-implied-variables"])
            .filter_map(Value::as_str)
            .collect();
        let implied = variables
            .iter()
            .filter(|(_, variable)| said.contains(variable));
        implied
            .map(|(parameter, _)| Implied {
                parameter: parameter.clone(),
                scheme: scheme.to_owned(),
            })
            .collect()
    }

    fn parameter(&self, parameter: &Value) -> Option<Parameter> {
        Some(Parameter {
            name: string(&parameter["name"]),
            place: match parameter["in"].as_str()? {
                "path" => Place::Path,
                "query" => Place::Query,
                "header" => Place::Header,
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
        Schema::new(schema, &self.text["components"]["schemas"])
    }

    /// Collects the names under which a value is a secret: by its own mark, or by that of the schema it refers to.
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

    /// What a reference stands for; anything else stands for itself.
    fn resolve(&self, value: &'a Value) -> &'a Value {
        let mut value = value;
        // A chain of references is short; a circle must not hold us for ever.
        for _ in 0..16 {
            let Some(pointer) = value["$ref"].as_str().and_then(|it| it.strip_prefix('#')) else {
                break;
            };
            value = self.text.pointer(pointer).unwrap_or(&Value::Null);
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
    fn every_operation_has_an_id_and_an_answer() {
        assert_eq!(document().operations.len(), 61 + 13);
        for operation in &document().operations {
            assert!(!operation.id.is_empty());
            assert!(!operation.answers.is_empty(), "{}", operation.id);
        }
    }

    #[test]
    fn secrets_are_known_by_their_names() {
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
    fn parameters_of_the_path_and_of_the_operation_come_together() {
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
