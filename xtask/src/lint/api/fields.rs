//! Fields of the objects of an OpenAPI document: unknown and missing ones.

use serde_json::{Map, Value};

use super::misspelled::{is_property, is_reference, misspelled_keyword};
use super::{Checker, Kind};
use crate::diagnostic::suggestion::{did_you_mean, nearest, shorten};
use crate::diagnostic::{Code, child};
use crate::openapi::description::METHODS;
use crate::openapi::extensions::is_extension;

/// Objects in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// No object that is checked.
    Nothing,
    One(Kind),
    List(Kind),
    Map(Kind),
    Callbacks,
}

/// Returns the objects in a field of an object.
pub(super) fn content(kind: Kind, field: &str) -> Content {
    use Content::{Callbacks, List, Map, Nothing, One};
    match (kind, field) {
        (Kind::Root, "info") => One(Kind::Info),
        (Kind::Info, "contact") => One(Kind::Contact),
        (Kind::Info, "license") => One(Kind::License),
        (
            Kind::Root | Kind::Operation | Kind::Tag | Kind::Schema | Kind::Member,
            "externalDocs",
        ) => One(Kind::ExternalDocs),
        (Kind::Root | Kind::PathItem | Kind::Operation, "servers") => List(Kind::Server),
        (Kind::Root, "paths" | "webhooks") => Map(Kind::PathItem),
        (Kind::Root, "components") => One(Kind::Components),
        (Kind::Root, "tags") => List(Kind::Tag),
        (Kind::Server, "variables") => Map(Kind::ServerVariable),
        (Kind::Components, "schemas") => Map(Kind::Schema),
        (Kind::Components, "responses") => Map(Kind::Response),
        (Kind::Components, "parameters") => Map(Kind::Parameter),
        (Kind::Components, "requestBodies") => Map(Kind::RequestBody),
        (Kind::Components, "headers") => Map(Kind::Header),
        (Kind::Components, "securitySchemes") => Map(Kind::SecurityScheme),
        (Kind::Components, "links") => Map(Kind::Link),
        (Kind::Components, "pathItems") => Map(Kind::PathItem),
        (Kind::Components | Kind::Operation, "callbacks") => Callbacks,
        (Kind::PathItem | Kind::Operation, "parameters") => List(Kind::Parameter),
        (
            Kind::PathItem,
            "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" | "query",
        ) => One(Kind::Operation),
        (Kind::Operation, "requestBody") => One(Kind::RequestBody),
        (Kind::Operation, "responses") => Map(Kind::Response),
        (Kind::Parameter | Kind::Header | Kind::MediaType, "schema") => One(Kind::Schema),
        (Kind::Parameter | Kind::Header | Kind::RequestBody | Kind::Response, "content") => {
            Map(Kind::MediaType)
        }
        (Kind::MediaType, "encoding") => Map(Kind::Encoding),
        (Kind::Encoding | Kind::Response, "headers") => Map(Kind::Header),
        (Kind::Response, "links") => Map(Kind::Link),
        (Kind::Link, "server") => One(Kind::Server),
        (Kind::SecurityScheme, "flows") => One(Kind::Flows),
        (Kind::Flows, field) if FLOWS.contains(&field) => One(Kind::Flow),
        (
            Kind::Schema | Kind::Member,
            "properties" | "patternProperties" | "$defs" | "definitions",
        ) => Map(Kind::Schema),
        (Kind::Schema | Kind::Member, "discriminator") => One(Kind::Discriminator),
        (Kind::Schema | Kind::Member, "dependentSchemas") => Map(Kind::Member),
        (Kind::Schema | Kind::Member, "not" | "if" | "then" | "else") => One(Kind::Member),
        (Kind::Schema | Kind::Member, "allOf" | "oneOf" | "anyOf") => List(Kind::Member),
        (Kind::Schema | Kind::Member, "prefixItems") => List(Kind::Schema),
        (
            Kind::Schema | Kind::Member,
            "items"
            | "additionalProperties"
            | "contains"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties",
        ) => One(Kind::Schema),
        _ => Nothing,
    }
}

/// Type of a field.
#[derive(Clone, Copy)]
enum FieldType {
    String,
    Boolean,
    Array,
    Object,
}

/// Returns the types of the fields of an object that normalization does not check.
fn field_types(kind: Kind) -> &'static [(FieldType, &'static [&'static str])] {
    use FieldType::{Array, Boolean, Object, String};
    match kind {
        Kind::Root => &[
            (Array, &["servers", "tags"]),
            (Object, &["externalDocs", "webhooks"]),
        ],
        Kind::Info => &[
            (String, &["title", "version", "summary"]),
            (Object, &["contact", "license"]),
        ],
        Kind::Contact => &[(String, &["name", "url", "email"])],
        Kind::License => &[(String, &["name", "url", "identifier"])],
        Kind::ExternalDocs => &[(String, &["url", "description"])],
        Kind::Discriminator => &[(String, &["propertyName"]), (Object, &["mapping"])],
        Kind::Server => &[(String, &["url", "description"]), (Object, &["variables"])],
        Kind::ServerVariable => &[(String, &["default", "description"]), (Array, &["enum"])],
        Kind::PathItem => &[(Array, &["servers"])],
        Kind::Operation => &[
            (Array, &["tags", "servers"]),
            (Boolean, &["deprecated"]),
            (Object, &["externalDocs", "callbacks"]),
        ],
        Kind::Parameter | Kind::Header => &[(
            Boolean,
            &["deprecated", "explode", "allowReserved", "allowEmptyValue"],
        )],
        Kind::MediaType => &[(Object, &["examples", "encoding"])],
        Kind::Encoding => &[
            (String, &["contentType"]),
            (Boolean, &["explode", "allowReserved"]),
            (Object, &["headers"]),
        ],
        Kind::Response => &[(String, &["description"]), (Object, &["links"])],
        Kind::Link => &[
            (String, &["operationId", "operationRef"]),
            (Object, &["parameters"]),
        ],
        Kind::Tag => &[
            (String, &["name", "description"]),
            (Object, &["externalDocs"]),
        ],
        Kind::Schema | Kind::Member => &[(Object, &["xml", "externalDocs"])],
        Kind::SecurityScheme => &[(
            String,
            &["type", "name", "in", "scheme", "openIdConnectUrl"],
        )],
        Kind::Flow => &[
            (String, &["authorizationUrl", "tokenUrl", "refreshUrl"]),
            (Object, &["scopes"]),
        ],
        _ => &[],
    }
}

const FLOWS: &[&str] = &[
    "implicit",
    "password",
    "clientCredentials",
    "authorizationCode",
    "deviceAuthorization",
];

/// Returns the fields that the specification defines for an object, in any version from 3.0 to 3.2.
fn known(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Root => &[
            "openapi",
            "$self",
            "info",
            "jsonSchemaDialect",
            "servers",
            "paths",
            "webhooks",
            "components",
            "security",
            "tags",
            "externalDocs",
        ],
        Kind::Info => &[
            "title",
            "summary",
            "description",
            "termsOfService",
            "contact",
            "license",
            "version",
        ],
        Kind::Contact => &["name", "url", "email"],
        Kind::License => &["name", "identifier", "url"],
        Kind::ExternalDocs => &["description", "url"],
        Kind::Server => &["url", "description", "variables", "name"],
        Kind::ServerVariable => &["enum", "default", "description"],
        Kind::Components => &[
            "schemas",
            "responses",
            "parameters",
            "examples",
            "requestBodies",
            "headers",
            "securitySchemes",
            "links",
            "callbacks",
            "pathItems",
            "mediaTypes",
        ],
        Kind::PathItem => &[
            "$ref",
            "summary",
            "description",
            "get",
            "put",
            "post",
            "delete",
            "options",
            "head",
            "patch",
            "trace",
            "query",
            "additionalOperations",
            "servers",
            "parameters",
        ],
        Kind::Operation => &[
            "tags",
            "summary",
            "description",
            "externalDocs",
            "operationId",
            "parameters",
            "requestBody",
            "responses",
            "callbacks",
            "deprecated",
            "security",
            "servers",
        ],
        Kind::Parameter | Kind::Header => &[
            "name",
            "in",
            "description",
            "required",
            "deprecated",
            "allowEmptyValue",
            "style",
            "explode",
            "allowReserved",
            "schema",
            "content",
            "example",
            "examples",
        ],
        Kind::RequestBody => &["description", "content", "required"],
        Kind::MediaType => &[
            "schema",
            "itemSchema",
            "example",
            "examples",
            "encoding",
            "prefixEncoding",
            "itemEncoding",
        ],
        Kind::Encoding => &[
            "contentType",
            "headers",
            "style",
            "explode",
            "allowReserved",
            "encoding",
            "prefixEncoding",
            "itemEncoding",
        ],
        Kind::Response => &["summary", "description", "headers", "content", "links"],
        Kind::Link => &[
            "operationRef",
            "operationId",
            "parameters",
            "requestBody",
            "description",
            "server",
        ],
        Kind::Tag => &[
            "name",
            "summary",
            "description",
            "externalDocs",
            "parent",
            "kind",
        ],
        Kind::SecurityScheme => &[
            "type",
            "description",
            "name",
            "in",
            "scheme",
            "bearerFormat",
            "flows",
            "openIdConnectUrl",
            "oauth2MetadataUrl",
            "deprecated",
        ],
        Kind::Flows => FLOWS,
        Kind::Flow => &[
            "authorizationUrl",
            "deviceAuthorizationUrl",
            "tokenUrl",
            "refreshUrl",
            "scopes",
        ],
        Kind::Discriminator => &["propertyName", "mapping", "defaultMapping"],
        Kind::Schema | Kind::Member => SCHEMA,
    }
}

/// Keywords of schemas. Others are allowed, so only misspelled ones are reported.
const SCHEMA: &[&str] = &[
    "$ref",
    "title",
    "description",
    "type",
    "format",
    "enum",
    "const",
    "default",
    "nullable",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxContains",
    "minContains",
    "maxProperties",
    "minProperties",
    "required",
    "dependentRequired",
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "unevaluatedProperties",
    "dependentSchemas",
    "items",
    "prefixItems",
    "contains",
    "unevaluatedItems",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "if",
    "then",
    "else",
    "discriminator",
    "readOnly",
    "writeOnly",
    "deprecated",
    "example",
    "examples",
    "externalDocs",
    "xml",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "definitions",
];

/// Returns the fields that the specification requires. `info` and `paths` are checked elsewhere.
fn required(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Root => &["info"],
        Kind::Info => &["title", "version"],
        Kind::License => &["name"],
        Kind::ExternalDocs => &["url"],
        Kind::Discriminator => &["propertyName"],
        Kind::Server => &["url"],
        Kind::ServerVariable => &["default"],
        Kind::RequestBody => &["content"],
        Kind::Response => &["description"],
        Kind::Tag => &["name"],
        Kind::SecurityScheme => &["type"],
        _ => &[],
    }
}

impl<'d> Checker<'d, '_> {
    /// Reports unknown and missing fields of an object.
    pub(super) fn fields(&mut self, kind: Kind, object: &'d Map<String, Value>, at: &str) {
        let known = known(kind);
        let mut misspelled = Vec::new();
        let mut is_incomplete = true;
        for (key, value) in object {
            if known.contains(&key.as_str()) || is_extension(key) {
                continue;
            }
            let unused = known.iter().filter(|name| !object.contains_key(**name));
            match kind {
                Kind::Schema | Kind::Member => {
                    let help = match misspelled_keyword(key, value, unused.copied()) {
                        Some(meant) => {
                            misspelled.push(meant.clone());
                            format!("did you mean `{meant}`?")
                        }
                        None if is_property(object, key, value) => {
                            "write it below `properties`".to_owned()
                        }
                        None => continue,
                    };
                    let message = format!("a schema has no keyword `{}`", shorten(key));
                    self.warn(
                        Code::UnknownField,
                        &child(at, key),
                        message,
                        "ignored",
                        Some(help),
                    );
                }
                _ => {
                    // The missing field may be the unknown one, misspelled.
                    is_incomplete = false;
                    misspelled.extend(nearest(key, unused.clone()));
                    let message = format!("{} has no field `{}`", name(kind), shorten(key));
                    let help = match is_reference(key, value) {
                        true => Some("did you mean `$ref`?".to_owned()),
                        false => placement(kind, key).or_else(|| did_you_mean(key, unused)),
                    };
                    let help =
                        help.unwrap_or_else(|| "remove it, or begin its name with `x-`".to_owned());
                    let finding = self.finding(Code::UnknownField, &child(at, key), message);
                    // A method under another name hides its operation.
                    let hidden = value.get("operationId").and_then(Value::as_str);
                    let finding = finding.label("ignored").about(hidden);
                    self.report.push(finding, Some(help));
                }
            }
        }
        self.types(kind, object, at);
        for field in required(kind) {
            let is_misspelled = misspelled.iter().any(|name| name == field);
            if !object.contains_key(*field) && !is_misspelled && is_incomplete {
                self.missing(kind, field, at);
            }
        }
        let has_value =
            |field: &str| object.contains_key(field) || misspelled.iter().any(|name| name == field);
        if matches!(kind, Kind::Parameter | Kind::Header)
            && is_incomplete
            && !has_value("schema")
            && !has_value("content")
        {
            let message = format!("{} has no `schema` and no `content`", name(kind));
            self.warn(
                Code::MissingField,
                at,
                message,
                "treated as a string",
                Some("add a `schema`".to_owned()),
            );
        }
        if kind == Kind::Operation && self.is_3_0 && is_incomplete && !has_value("responses") {
            self.missing(kind, "responses", at);
        }
    }

    /// Reports fields of another type than the specification defines, unless normalization reports them.
    fn types(&mut self, kind: Kind, object: &'d Map<String, Value>, at: &str) {
        for (expected, fields) in field_types(kind) {
            for field in *fields {
                let Some(value) = object.get(*field) else {
                    continue;
                };
                let (name, is_expected) = match expected {
                    FieldType::String => ("a string", value.is_string()),
                    FieldType::Boolean => ("a boolean", value.is_boolean()),
                    FieldType::Array => ("an array", value.is_array()),
                    FieldType::Object => ("an object", value.is_object()),
                };
                if !is_expected {
                    let message = format!("malformed document: `{field}` must be {name}");
                    self.warn(Code::Malformed, &child(at, field), message, "ignored", None);
                }
            }
        }
    }

    pub(super) fn missing(&mut self, kind: Kind, field: &str, at: &str) {
        let message = format!("{} has no `{field}`", name(kind));
        let help = Some(format!("add `{field}`"));
        self.warn(Code::MissingField, at, message, "incomplete", help);
    }
}

/// Returns `true` if an object has a field whose name is similar to a missing one, which is reported already.
pub(super) fn has_similar(object: &Map<String, Value>, field: &str) -> bool {
    object.keys().any(|key| nearest(key, [field]).is_some())
}

/// Returns `true` for a field of a media type.
pub(super) fn is_of_media_type(field: &str) -> bool {
    known(Kind::MediaType).contains(&field)
}

/// Returns help for a field that belongs into another object, or has another name than in other versions.
fn placement(kind: Kind, key: &str) -> Option<String> {
    let is_of = |kind: Kind| known(kind).contains(&key);
    let help = match (kind, key) {
        (Kind::Root, "definitions") => "write it below `components`, as `schemas`",
        (Kind::Root, "securityDefinitions") => "write it below `components`, as `securitySchemes`",
        (Kind::Components, "definitions") => "did you mean `schemas`?",
        (Kind::Components, "securityDefinitions") => "did you mean `securitySchemes`?",
        (Kind::Operation, "consumes" | "produces") => "write the media types below `content`",
        (Kind::SecurityScheme, _) if is_of(Kind::Flows) => "write it below `flows`",
        (Kind::Flows, _) if is_of(Kind::Flow) => {
            "write it below a flow, such as `clientCredentials`"
        }
        (Kind::Root, _) if is_of(Kind::Components) => "write it below `components`",
        (Kind::Root, _) if key.starts_with('/') => "write it below `paths`",
        (Kind::PathItem, _) if is_of(Kind::Operation) => "write it below a method, such as `get`",
        (Kind::Operation, _) if METHODS.contains(&key) => "write it below the path",
        (Kind::RequestBody | Kind::Response, _) if key.contains('/') => "write it below `content`",
        (Kind::RequestBody | Kind::Response, _) if is_of(Kind::MediaType) => {
            "write it below `content` and a media type, such as `application/json`"
        }
        (Kind::RequestBody | Kind::Response, _) if is_keyword(key) => {
            "write it below `content`, a media type and `schema`"
        }
        (Kind::Parameter | Kind::Header | Kind::MediaType, _) if is_keyword(key) => {
            "write it below `schema`"
        }
        _ => return None,
    };
    Some(help.to_owned())
}

/// Returns `true` for a keyword of schemas that describes values.
fn is_keyword(key: &str) -> bool {
    SCHEMA.contains(&key) && !["$ref", "title", "description", "xml"].contains(&key)
}

/// Returns `true` for objects whose type normalization does not check.
pub(super) fn is_only_checked_here(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Server | Kind::ServerVariable | Kind::Encoding | Kind::Link | Kind::Tag | Kind::Flow
    )
}

/// Returns the name of a kind of object for a message.
pub(super) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Root => "an OpenAPI document",
        Kind::Info => "`info`",
        Kind::Contact => "`contact`",
        Kind::License => "`license`",
        Kind::ExternalDocs => "`externalDocs`",
        Kind::Server => "a server",
        Kind::ServerVariable => "a server variable",
        Kind::Components => "`components`",
        Kind::PathItem => "a path",
        Kind::Operation => "an operation",
        Kind::Parameter => "a parameter",
        Kind::Header => "a header",
        Kind::RequestBody => "a request body",
        Kind::MediaType => "a media type",
        Kind::Encoding => "an encoding",
        Kind::Response => "a response",
        Kind::Link => "a link",
        Kind::Tag => "a tag",
        Kind::SecurityScheme => "a security scheme",
        Kind::Flows => "`flows`",
        Kind::Flow => "a flow",
        Kind::Discriminator => "a discriminator",
        Kind::Schema | Kind::Member => "a schema",
    }
}
