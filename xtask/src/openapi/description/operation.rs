//! Operations of an OpenAPI document, with their parameters, request bodies and responses.

use serde_json::Value;

use super::{ApiDescription, Part, members};
use crate::openapi::extensions::{VARIANT_OF, is_extension};

/// HTTP methods of a path item, in the order of the specification.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Operation of an OpenAPI document.
#[derive(Clone, Debug)]
pub struct Operation<'d> {
    /// The `operationId`. Every operation of a normalized document has one.
    pub id: Option<&'d str>,
    /// The HTTP method in lower case.
    pub method: &'static str,
    /// The path template.
    pub path: &'d str,
    /// The key of its path item in the document: the path template, except for a variant.
    pub key: &'d str,
    /// The Operation Object.
    pub part: Part<'d>,
    /// The Path Item Object that contains it.
    pub path_item: Part<'d>,
    /// Parameters of the operation, then those of its path item that it does not override.
    pub parameters: Vec<Parameter<'d>>,
}

/// Declared parameter.
#[derive(Clone, Debug)]
pub struct Parameter<'d> {
    pub name: &'d str,
    pub location: Location,
    /// Always `true` for path parameters.
    pub required: bool,
    /// The resolved Parameter Object.
    pub part: Part<'d>,
}

/// Location of a parameter in a request, in OpenAPI and Arazzo documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    Path,
    Query,
    /// The entire query string as one value (OpenAPI 3.2, Arazzo 1.1).
    QueryString,
    Header,
    Cookie,
}

/// Media type of a body, with its schema.
#[derive(Clone, Debug)]
pub struct Content<'d> {
    /// The media type as written in the document.
    pub media_type: &'d str,
    pub schema: Option<Part<'d>>,
    /// `true` if the request requires the body.
    pub required: bool,
}

impl Location {
    /// Parses the value of `in`.
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

    /// Returns the value of `in`.
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

    /// Returns the schema, or `None` if the parameter declares `content` instead.
    pub fn schema(&self) -> Option<Part<'d>> {
        self.part.get("schema")
    }

    /// Returns the declared style, if the location does not have it.
    pub fn unsupported_style(&self) -> Option<&'d str> {
        let styles: &[&str] = match self.location {
            Location::Path => &["simple", "label", "matrix"],
            Location::Header => &["simple"],
            Location::Cookie => &["form"],
            Location::Query | Location::QueryString => {
                &["form", "spaceDelimited", "pipeDelimited", "deepObject"]
            }
        };
        let declares_style = self.part.get("content").is_none();
        self.part
            .text("style")
            .filter(|style| declares_style && !styles.contains(style))
    }

    /// Returns `true` if the parameter has this name and location. Header names are case-insensitive.
    pub fn is(&self, name: &str, location: Location) -> bool {
        self.location == location
            && (self.name == name
                || location == Location::Header && self.name.eq_ignore_ascii_case(name))
    }
}

impl<'d> Operation<'d> {
    /// Returns the parameter with this name and location.
    pub fn parameter(&self, name: &str, location: Location) -> Option<&Parameter<'d>> {
        self.parameters
            .iter()
            .find(|parameter| parameter.is(name, location))
    }

    /// Returns the `operationId` of the operation that this one sends with another media type.
    pub fn variant_of(&self) -> Option<&'d str> {
        self.part
            .value
            .get(VARIANT_OF)?
            .get("operationId")?
            .as_str()
    }

    /// Returns the method and path, such as `GET /pets`.
    pub fn title(&self) -> String {
        format!("{} {}", self.method.to_ascii_uppercase(), self.path)
    }
}

impl<'d> ApiDescription<'d> {
    /// Returns all operations in document order.
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
                    path: part
                        .value
                        .get(VARIANT_OF)
                        .and_then(|of| of.get("path")?.as_str())
                        .unwrap_or(path),
                    key: path,
                    parameters: self.parameters(&part, &path_item),
                    part,
                    path_item: path_item.clone(),
                });
            }
        }
        found
    }

    /// Returns the operation with this `operationId`.
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

    /// Returns the Request Body Object of an operation.
    pub fn request_body_object(&self, operation: &Operation<'d>) -> Option<Part<'d>> {
        Some(self.resolve(operation.part.get("requestBody")?))
    }

    /// Returns the request body of an operation; JSON if several media types are declared.
    pub fn request_body(&self, operation: &Operation<'d>) -> Option<Content<'d>> {
        content(&self.request_body_object(operation)?)
    }

    /// Returns the schema of a response or request body; that of JSON if several media types are declared.
    pub fn content_schema(&self, holder: &Part<'d>) -> Option<Part<'d>> {
        content(&self.resolve(holder.clone()))?.schema
    }

    /// Returns the responses of an operation by status: `200`, `2XX`, `default`.
    pub fn responses(&self, operation: &Operation<'d>) -> Vec<(&'d str, &'d Value)> {
        members(operation.part.value.get("responses"))
            .filter(|(status, _)| !is_extension(status))
            .map(|(status, response)| (status.as_str(), self.resolve_value(response)))
            .collect()
    }

    /// Returns the body of the first success response with a body; JSON if several media types are declared.
    pub fn success(&self, operation: &Operation<'d>) -> Option<Content<'d>> {
        let responses = operation.part.get("responses")?.members();
        responses
            .into_iter()
            .filter(|(status, _)| status.starts_with('2'))
            .find_map(|(_, response)| content(&self.resolve(response)))
    }
}

fn content<'d>(body: &Part<'d>) -> Option<Content<'d>> {
    let declared = body.get("content")?.members();
    let json = declared.iter().position(|(name, _)| is_json(name));
    let (media_type, media) = declared.into_iter().nth(json.unwrap_or(0))?;
    Some(Content {
        media_type,
        schema: media.get("schema"),
        required: body.is_true("required"),
    })
}

/// Returns `true` for `application/json` and types that end in `+json`, with or without parameters.
pub fn is_json(media_type: &str) -> bool {
    let name = media_type.split(';').next().unwrap_or_default().trim();
    name.eq_ignore_ascii_case("application/json") || name.to_ascii_lowercase().ends_with("+json")
}

/// Maximum depth of compositions to find out what a schema describes.
const MAX_COMPOSITION_DEPTH: usize = 8;

impl<'d> ApiDescription<'d> {
    /// Returns `true` if a response of this media type has a JSON body. Behind a range such as `*/*`, an object, array,
    /// number or boolean is JSON, because no other format is named.
    pub fn is_json_response(&self, media_type: &str, schema: Option<&'d Value>) -> bool {
        let is_range = matches!(media_type.trim(), "*/*" | "application/*");
        media_type.contains("json")
            || is_range && schema.is_some_and(|schema| self.is_structured(schema, 0))
    }

    fn is_structured(&self, schema: &'d Value, depth: usize) -> bool {
        let schema = self.resolve_value(schema);
        let has_type = match schema.get("type").and_then(Value::as_str) {
            Some("string") => return false,
            declared => declared.is_some(),
        };
        let mut alternatives = ["allOf", "anyOf", "oneOf"]
            .into_iter()
            .filter_map(|keyword| schema.get(keyword)?.as_array())
            .flatten();
        has_type
            || schema.get("properties").is_some()
            || depth < MAX_COMPOSITION_DEPTH
                && alternatives.any(|schema| self.is_structured(schema, depth + 1))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn operation_parameters_override_path_item_parameters() {
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
    fn identifies_parameters_by_name_and_location() {
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
