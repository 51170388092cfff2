//! Operations of an OpenAPI document, with their parameters, request bodies and responses.

use serde_json::Value;

use super::{ApiDescription, Part, members};
use crate::openapi::extensions::is_extension;

/// The HTTP methods that a path item can have, in the order of the specification.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation<'d> {
    /// The `operationId`. Normalized documents have one for every operation.
    pub id: Option<&'d str>,
    /// The HTTP method in lower case.
    pub method: &'static str,
    /// The path template.
    pub path: &'d str,
    /// The Operation Object.
    pub part: Part<'d>,
    /// The Path Item Object that contains it.
    pub path_item: Part<'d>,
    /// The parameters of the operation, then those of its path item that it does not replace.
    pub parameters: Vec<Parameter<'d>>,
}

/// A declared parameter.
#[derive(Clone, Debug)]
pub struct Parameter<'d> {
    pub name: &'d str,
    pub location: Location,
    /// `true` for path parameters, whatever the document says.
    pub required: bool,
    /// The Parameter Object, with references followed.
    pub part: Part<'d>,
}

/// The location of a parameter in a request, in OpenAPI and Arazzo documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    Path,
    Query,
    /// The whole query as one value (OpenAPI 3.2, Arazzo 1.1).
    QueryString,
    Header,
    Cookie,
}

/// The media type of a body, with its schema.
#[derive(Clone, Debug)]
pub struct Content<'d> {
    /// The media type as the document writes it.
    pub media_type: &'d str,
    pub schema: Option<Part<'d>>,
    /// `true` if a request must have the body.
    pub required: bool,
}

impl Location {
    /// Reads the value of `in`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "path" => Self::Path,
            "query" => Self::Query,
            "querystring" => Self::QueryString,
            "header" => Self::Header,
            "cookie" => Self::Cookie,
            _ => return None,
        })
    }

    /// The value of `in`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::QueryString => "querystring",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

impl<'d> Parameter<'d> {
    fn read(part: Part<'d>) -> Option<Self> {
        let location = Location::parse(part.text("in")?)?;
        Some(Self {
            name: part.text("name")?,
            location,
            required: location == Location::Path || part.is_true("required"),
            part,
        })
    }

    /// The schema; `None` if the parameter has a `content` instead.
    pub fn schema(&self) -> Option<Part<'d>> {
        self.part.get("schema")
    }

    /// `true` if the parameter has this location and name. Header names are compared without case.
    pub fn is(&self, name: &str, location: Location) -> bool {
        self.location == location
            && (self.name == name
                || location == Location::Header && self.name.eq_ignore_ascii_case(name))
    }
}

impl<'d> Operation<'d> {
    /// The parameter with this name and location.
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

impl<'d> ApiDescription<'d> {
    /// All operations, in the order of the document.
    pub fn operations(&self) -> Vec<Operation<'d>> {
        let mut found = Vec::new();
        let paths = self.root().get("paths").map(|paths| paths.members());
        for (path, item) in paths.unwrap_or_default() {
            let path_item = self.resolve(item);
            for method in METHODS {
                let Some(part) = path_item.get(method).filter(|it| it.value.is_object()) else {
                    continue;
                };
                found.push(Operation {
                    id: part.text("operationId"),
                    method,
                    path,
                    parameters: self.parameters(&part, &path_item),
                    part,
                    path_item: path_item.clone(),
                });
            }
        }
        found
    }

    /// The operation with this `operationId`.
    pub fn operation(&self, id: &str) -> Option<Operation<'d>> {
        let mut operations = self.operations().into_iter();
        operations.find(|operation| operation.id == Some(id))
    }

    fn parameters(&self, operation: &Part<'d>, path_item: &Part<'d>) -> Vec<Parameter<'d>> {
        let mut found: Vec<Parameter<'d>> = Vec::new();
        for owner in [operation, path_item] {
            let declared = owner.get("parameters").map(|it| it.elements());
            for part in declared.unwrap_or_default() {
                if let Some(parameter) = Parameter::read(self.resolve(part))
                    && !found
                        .iter()
                        .any(|it| it.is(parameter.name, parameter.location))
                {
                    found.push(parameter);
                }
            }
        }
        found
    }

    /// The Request Body Object of an operation.
    pub fn request_body_object(&self, operation: &Operation<'d>) -> Option<Part<'d>> {
        Some(self.resolve(operation.part.get("requestBody")?))
    }

    /// The request body of an operation: JSON if there is a choice.
    pub fn request_body(&self, operation: &Operation<'d>) -> Option<Content<'d>> {
        content(&self.request_body_object(operation)?)
    }

    /// The responses of an operation by status: `200`, `2XX`, `default`.
    pub fn responses(&self, operation: &Operation<'d>) -> Vec<(&'d str, &'d Value)> {
        members(operation.part.value.get("responses"))
            .filter(|(status, _)| !is_extension(status))
            .map(|(status, response)| (status.as_str(), self.resolve_value(response)))
            .collect()
    }

    /// The body of the first success response that has one: JSON if there is a choice.
    pub fn success(&self, operation: &Operation<'d>) -> Option<Content<'d>> {
        let responses = operation.part.get("responses")?.members();
        responses
            .into_iter()
            .filter(|(status, _)| status.starts_with('2'))
            .find_map(|(_, response)| content(&self.resolve(response)))
    }
}

fn content<'d>(body: &Part<'d>) -> Option<Content<'d>> {
    let offered = body.get("content")?.members();
    let json = offered.iter().position(|(name, _)| is_json(name));
    let (media_type, media) = offered.into_iter().nth(json.unwrap_or(0))?;
    Some(Content {
        media_type,
        schema: media.get("schema"),
        required: body.is_true("required"),
    })
}

/// `true` for `application/json` and types that end in `+json`, with or without parameters.
pub fn is_json(media_type: &str) -> bool {
    let name = media_type.split(';').next().unwrap_or_default().trim();
    name.eq_ignore_ascii_case("application/json") || name.to_ascii_lowercase().ends_with("+json")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_items_parameter_is_replaced_by_the_operations_own() {
        let document = json!({
            "paths": { "/x/{id}": {
                "parameters": [
                    { "name": "id", "in": "path", "schema": { "type": "string" } },
                    { "$ref": "#/components/parameters/Env" },
                ],
                "get": { "operationId": "x", "parameters": [{ "name": "id", "in": "path", "description": "own" }] },
            } },
            "components": { "parameters": { "Env": { "name": "env", "in": "header" } } },
        });
        let api = ApiDescription::new(&document);
        let operation = api.operation("x").expect("declared");
        let names: Vec<_> = operation
            .parameters
            .iter()
            .map(|p| (p.name, p.part.text("description")))
            .collect();
        assert_eq!(names, [("id", Some("own")), ("env", None)]);
    }

    #[test]
    fn parameters_are_told_apart_by_name_and_location() {
        let document = json!({ "paths": { "/x": { "get": { "parameters": [
            { "name": "Page", "in": "header" },
            { "name": "page", "in": "query" },
            { "name": "page", "in": "elsewhere" },
            { "in": "query" },
        ] } } } });
        let operation = &ApiDescription::new(&document).operations()[0];
        let found: Vec<_> = operation.parameters.iter().map(|p| p.location).collect();
        assert_eq!(found, [Location::Header, Location::Query]);
        assert!(operation.parameter("PAGE", Location::Header).is_some());
        assert!(operation.parameter("PAGE", Location::Query).is_none());
        assert_eq!(
            (operation.id, operation.title()),
            (None, "GET /x".to_owned())
        );
    }
}
