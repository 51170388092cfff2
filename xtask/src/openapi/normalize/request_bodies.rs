//! Pass that brings the media types of request bodies into forms that progenitor supports.
//!
//! Progenitor supports only JSON, forms, plain text and bytes. Text and XML are sent as strings, and every other type
//! as bytes, with the schema that progenitor expects. The media type that the method of the operation sends comes
//! first: JSON is preferred, including `…+json`. The others become methods of their own in the pass `variants`. The
//! notes keep the declared media types, which the client sends, and the parts of a `multipart/form-data` body, which
//! progenitor knows as bytes. An operation that requires another `multipart/…` is left out.

use serde_json::{Map, Value, json};

use super::{Context, RequestBody, parts, walk};
use crate::diagnostic::{Code, child};

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let schemas = document.pointer("/components/schemas").cloned();
    let schemas = schemas.unwrap_or_default();
    walk::retain_operations(document, |location, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let at = child(&location.pointer, "requestBody");
        let Some(body) = operation.get_mut("requestBody") else {
            return true;
        };
        let required = body.get("required") == Some(&json!(true));
        let content = body
            .get_mut("content")
            .and_then(Value::as_object_mut)
            .filter(|content| !content.is_empty());
        let Some(content) = content else {
            operation.shift_remove("requestBody");
            context.changed(at, "removed a body without content");
            return true;
        };
        let mut supported: Vec<(BodyKind, usize, String)> = content
            .iter()
            .enumerate()
            .filter_map(|(index, (name, declared))| {
                Some((body_kind(name, declared)?, index, name.clone()))
            })
            .collect();
        supported.sort();
        if supported.is_empty() {
            let declared: Vec<&str> = content.keys().map(String::as_str).collect();
            let declared = declared.join("`, `");
            if required {
                context.leave_out(
                    &id,
                    &location.pointer,
                    format!("it requires a body of type `{declared}`"),
                );
                return false;
            }
            let diagnostic = context.diagnostic(
                Code::BodyLeftOut,
                &at,
                format!("the optional body of `{id}` is left out: the media type `{declared}` is not supported"),
            );
            context.report(diagnostic);
            operation.shift_remove("requestBody");
            return true;
        }
        let mut bodies: Vec<RequestBody> = Vec::new();
        let mut kept = Map::new();
        let mut first: Option<(BodyKind, Value)> = None;
        let mut synonyms = Vec::new();
        for (kind, _, name) in supported {
            let declared = content.shift_remove(&name).unwrap_or_default();
            let media_type = sent(&name, kind).to_owned();
            // The caller chooses a media type of the range.
            if kind == BodyKind::Json && name.contains('*') {
                synonyms.push(name.clone());
            }
            let described = kind.describe(&declared);
            // Parameters such as a version select another schema; a character set does not.
            let is_sent = |(body, schema): (&RequestBody, &Value)| {
                same(&body.media_type, &media_type)
                    && (*schema == described || !has_parameters(&body.media_type, &media_type))
            };
            if bodies.iter().zip(kept.values()).any(is_sent) {
                context.changed(
                    &at,
                    format!("removed `{name}`, which is sent as `{media_type}`"),
                );
                continue;
            }
            if let Some((BodyKind::Json, schema)) = &first
                && same(&media_type, "text/json")
                && *schema == described
            {
                context.changed(&at, format!("removed `{name}`, which has the same bytes"));
                synonyms.push(media_type);
                continue;
            }
            bodies.push(RequestBody {
                name: kind.variant_name().to_owned(),
                media_type,
                passed_as: kind.media_type(),
                form_styles: match kind {
                    BodyKind::Form => form_styles(&declared),
                    _ => Vec::new(),
                },
                parts: (kind == BodyKind::Multipart).then(|| parts::of(&declared, &schemas)),
            });
            first.get_or_insert_with(|| (kind, described.clone()));
            kept.insert(name, described);
        }
        *content = kept;
        distinguish(&mut bodies);
        let notes = context.notes.operations.entry(id).or_default();
        notes.bodies = bodies;
        notes.synonyms = synonyms;
        true
    });
}

/// Gives each media type a name of its own: its kind, or its subtype after the first of a kind, with the parameters
/// if the subtype is not the first either.
fn distinguish(bodies: &mut [RequestBody]) {
    for number in 0..bodies.len() {
        let (earlier, rest) = bodies.split_at_mut(number);
        let Some(body) = rest.first_mut() else { return };
        let is_taken = |name: &str| earlier.iter().any(|body| body.name == name);
        if !is_taken(&body.name) {
            continue;
        }
        let subtype = |text: &str| {
            let subtype = text.split_once('/').map_or(text, |(_, subtype)| subtype);
            subtype.trim().to_owned()
        };
        let essence = body.media_type.split(';').next().unwrap_or_default();
        let short = subtype(essence);
        body.name = match is_taken(&short) {
            true => subtype(&body.media_type),
            false => short,
        };
    }
}

/// Returns `true` if one of two media types has parameters.
fn has_parameters(a: &str, b: &str) -> bool {
    a.contains(';') || b.contains(';')
}

/// Compares media types without their parameters, ignoring case.
fn same(a: &str, b: &str) -> bool {
    let essence = |text: &str| {
        let essence = text.split(';').next().unwrap_or_default();
        essence.trim().to_ascii_lowercase()
    };
    essence(a) == essence(b)
}

/// Kinds of request bodies, in order of preference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum BodyKind {
    Json,
    Form,
    Multipart,
    Bytes,
    Text,
}

fn body_kind(media_type: &str, declared: &Value) -> Option<BodyKind> {
    let is_binary = || {
        let schema = declared.get("schema");
        schema.is_some_and(|schema| schema["type"] == "string" && schema["format"] == "binary")
    };
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    Some(match essence.as_str() {
        "*/*" | "application/*" if is_binary() => BodyKind::Bytes,
        "application/json" | "*/*" | "application/*" | "text/json" => BodyKind::Json,
        name if name.ends_with("+json") => BodyKind::Json,
        "application/x-www-form-urlencoded" => BodyKind::Form,
        "multipart/form-data" => BodyKind::Multipart,
        name if name.starts_with("multipart/") || !is_media_type(media_type) => return None,
        "application/xml" => BodyKind::Text,
        name if name.starts_with("text/") || name.ends_with("+xml") => BodyKind::Text,
        _ => BodyKind::Bytes,
    })
}

/// Returns `true` if a media type can be sent in a header.
pub(super) fn is_media_type(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let is_token = |part: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-*".contains(&byte);
        !part.is_empty() && part.bytes().all(is_part)
    };
    let parts = essence.split_once('/');
    let is_visible = |byte: u8| (b' '..=b'~').contains(&byte);
    parts.is_some_and(|(kind, name)| is_token(kind) && is_token(name))
        && media_type.bytes().all(is_visible)
}

/// Returns the properties of a form that declare a style other than the default.
fn form_styles(media_type: &Value) -> Vec<(String, &'static str)> {
    let encodings = media_type.get("encoding").and_then(Value::as_object);
    let styled = encodings
        .into_iter()
        .flatten()
        .filter_map(|(name, encoding)| {
            let explode = encoding.get("explode").and_then(Value::as_bool);
            let style = encoding.get("style").and_then(Value::as_str);
            let style = match (style, explode) {
                (Some("deepObject"), _) => "DeepObject",
                (Some("spaceDelimited"), None | Some(false)) => "SpaceDelimited",
                (Some("pipeDelimited"), None | Some(false)) => "PipeDelimited",
                (Some("form") | None, Some(false)) => "Form",
                (Some(_), _) | (None, Some(true)) => "FormExploded",
                (None, None) => return None,
            };
            Some((name.clone(), style))
        });
    styled.collect()
}

/// Returns the media type that the client sends for a declared one.
fn sent(declared: &str, kind: BodyKind) -> &str {
    match (kind, declared.contains('*')) {
        // Without the parameters: the client chooses the boundary.
        (BodyKind::Multipart, _) => "multipart/form-data",
        (_, true) => kind.media_type(),
        (_, false) => declared,
    }
}

impl BodyKind {
    fn media_type(self) -> &'static str {
        match self {
            BodyKind::Json => "application/json",
            BodyKind::Form => "application/x-www-form-urlencoded",
            BodyKind::Multipart | BodyKind::Bytes => "application/octet-stream",
            BodyKind::Text => "text/plain",
        }
    }

    /// Returns the word for this kind in the name of a method.
    fn variant_name(self) -> &'static str {
        match self {
            BodyKind::Json => "json",
            BodyKind::Form => "form",
            BodyKind::Multipart => "multipart",
            BodyKind::Bytes => "bytes",
            BodyKind::Text => "text",
        }
    }

    fn describe(self, media_type: &Value) -> Value {
        let schema = media_type
            .get("schema")
            .cloned()
            .unwrap_or_else(|| json!({}));
        match self {
            BodyKind::Json | BodyKind::Form => json!({"schema": schema}),
            BodyKind::Multipart | BodyKind::Bytes => {
                json!({"schema": {"type": "string", "format": "binary"}})
            }
            BodyKind::Text => json!({"schema": {"type": "string"}}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_operation};
    use super::*;

    fn content(body: Value) -> (Value, Vec<&'static str>) {
        let (document, _, codes) = pass(run, with_operation(json!({"requestBody": body})));
        (
            document["paths"]["/x/{id}"]["get"]["requestBody"]["content"].clone(),
            codes,
        )
    }

    fn noted(body: Value) -> Vec<(String, String)> {
        let (_, notes, _) = pass(run, with_operation(json!({"requestBody": body})));
        let bodies = notes.operations["getX"].bodies.clone().into_iter();
        bodies.map(|body| (body.name, body.media_type)).collect()
    }

    #[test]
    fn prefers_json() {
        let (left, codes) = content(json!({"content": {
            "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
            "application/vnd.api+json": {"schema": {"type": "array"}}
        }}));
        assert!(codes.is_empty());
        let order: Vec<&String> = left.as_object().unwrap().keys().collect();
        assert_eq!(
            order,
            [
                "application/vnd.api+json",
                "application/x-www-form-urlencoded"
            ]
        );
    }

    #[test]
    fn media_types_of_one_kind_are_named_after_their_subtypes() {
        let body = json!({"content": {
            "application/json": {},
            "application/merge-patch+json": {},
            "application/*": {},
            "APPLICATION/JSON; v=2": {},
            "text/csv": {},
            "multipart/mixed": {}
        }});
        let bodies = noted(body);
        let bodies: Vec<_> = bodies
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(
            bodies,
            [
                ("json", "application/json"),
                ("merge-patch+json", "application/merge-patch+json"),
                ("text", "text/csv"),
            ]
        );
    }

    #[test]
    fn parameters_of_a_media_type_select_a_schema() {
        let schema = |kind: &str| json!({"schema": {"type": kind}});
        let bodies = noted(json!({"content": {
            "application/json; version=1": schema("object"),
            "application/json; version=2": schema("array"),
            "application/json; charset=utf-8": schema("object"),
            "multipart/form-data; boundary=x": schema("object"),
            "multipart/form-data": schema("array")
        }}));
        let bodies: Vec<_> = bodies
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(
            bodies,
            [
                ("json", "application/json; version=1"),
                ("json; version=2", "application/json; version=2"),
                ("multipart", "multipart/form-data"),
            ]
        );
    }

    #[test]
    fn text_json_of_the_same_schema_is_a_synonym() {
        let schema = |kind: &str| json!({"schema": {"type": kind}});
        for (other, synonyms) in [("object", 1), ("array", 0)] {
            let body = json!({"content": {
                "application/json": schema("object"),
                "text/json": schema(other)
            }});
            let (_, notes, _) = pass(run, with_operation(json!({"requestBody": body})));
            let notes = &notes.operations["getX"];
            assert_eq!(notes.synonyms.len(), synonyms);
            assert_eq!(notes.bodies.len(), 2 - synonyms);
        }
    }

    #[test]
    fn bytes_of_any_media_type_are_no_json() {
        let schema = json!({"type": "string", "format": "binary"});
        let body = json!({"content": {"*/*": {"schema": schema}}});
        let (_, context, _) = pass(run, with_operation(json!({"requestBody": body})));
        let notes = context.operations.values().next().unwrap();
        assert_eq!(notes.bodies[0].media_type, "application/octet-stream");
        assert_eq!(notes.bodies[0].passed_as, "application/octet-stream");
    }

    #[test]
    fn keeps_the_declared_media_type_for_the_client() {
        for (declared, sent) in [
            ("application/json", "application/json"),
            (
                "application/merge-patch+json",
                "application/merge-patch+json",
            ),
            ("*/*", "application/json"),
            ("application/*", "application/json"),
            ("image/png", "image/png"),
            ("image/*", "application/octet-stream"),
            ("text/csv; charset=utf-8", "text/csv; charset=utf-8"),
            ("application/x-ndjson", "application/x-ndjson"),
            ("application/xml", "application/xml"),
        ] {
            let body = json!({"content": {declared: {"schema": {"type": "object"}}}});
            let (_, context, _) = pass(run, with_operation(json!({"requestBody": body})));
            let notes = context.operations.values().next().unwrap();
            assert_eq!(notes.bodies[0].media_type, sent, "{declared}");
            let is_range = sent == "application/json" && declared != sent;
            assert_eq!(notes.synonyms.len(), usize::from(is_range), "{declared}");
        }
    }

    #[test]
    fn bytes_and_text_have_the_schema_of_progenitor() {
        assert_eq!(
            content(json!({"content": {"image/png": {}}})).0,
            json!({"image/png": {"schema": {"type": "string", "format": "binary"}}})
        );
        assert_eq!(
            content(json!({"content": {"text/csv": {"schema": {"type": "object"}}}})).0,
            json!({"text/csv": {"schema": {"type": "string"}}})
        );
    }

    #[test]
    fn leaves_out_operations_with_a_required_unsupported_body_and_optional_bodies() {
        let (_, codes) = content(json!({"required": true, "content": {"multipart/mixed": {}}}));
        assert_eq!(codes, ["operation-left-out"]);
        let (left, codes) = content(json!({"content": {"multipart/mixed": {}}}));
        assert_eq!((left, codes), (Value::Null, vec!["body-left-out"]));
    }

    #[test]
    fn keeps_the_parts_of_a_multipart_body_in_the_notes() {
        let mut document = with_operation(json!({"requestBody": {"content": {
            "application/octet-stream": {},
            "multipart/form-data; boundary=x": {"schema": {"$ref": "#/components/schemas/Upload"}}
        }}}));
        document["components"]["schemas"]["Upload"] =
            json!({"properties": {"file": {"type": "string", "format": "binary"}}});
        let (document, notes, codes) = pass(run, document);
        assert!(codes.is_empty());
        let content = &document["paths"]["/x/{id}"]["get"]["requestBody"]["content"];
        assert_eq!(
            content["multipart/form-data; boundary=x"],
            json!({"schema": {"type": "string", "format": "binary"}})
        );
        let notes = notes.operations.values().next().unwrap();
        assert_eq!(notes.bodies[0].media_type, "multipart/form-data");
        assert_eq!(notes.bodies[0].passed_as, "application/octet-stream");
        let names = notes.bodies[0]
            .parts
            .iter()
            .flatten()
            .map(|part| part.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), ["file"]);
    }

    #[test]
    fn removes_encodings_and_examples() {
        let (left, _) = content(json!({"content": {"application/json": {
            "schema": {}, "encoding": {"a": {}}, "examples": {"e": {}}
        }}}));
        assert_eq!(left, json!({"application/json": {"schema": {}}}));
    }
}
