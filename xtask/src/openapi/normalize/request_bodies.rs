//! Pass that keeps one media type per request body, in the form that progenitor supports.
//!
//! Progenitor panics at a second media type, and supports only JSON, forms, plain text and bytes. JSON is
//! preferred, including `…+json`. Text and XML are sent as strings, and every other type as bytes, with the schema
//! that progenitor expects. The notes keep the declared media type, which the client sends, and the parts of a
//! `multipart/form-data` body, which progenitor knows as bytes. An operation that requires another `multipart/…` is
//! left out.

use serde_json::{Map, Value, json};

use super::{Context, parts, walk};
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
        let best = content
            .iter()
            .enumerate()
            .filter_map(|(index, (name, _))| Some((body_kind(name)?, index, name.clone())))
            .min();
        let Some((kind, _, name)) = best else {
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
        };
        if content.len() > 1 {
            context.changed(
                &at,
                format!("kept `{name}` of {} media types", content.len()),
            );
        }
        let declared = content.shift_remove(&name).unwrap_or_default();
        let notes = context.notes.operations.entry(id).or_default();
        notes.request_media_type = sent(&name, kind).to_owned();
        if kind == BodyKind::Form {
            notes.form_styles = form_styles(&declared);
        }
        if kind == BodyKind::Multipart {
            notes.parts = Some(parts::of(&declared, &schemas));
        }
        *content = Map::from_iter([(kind.media_type().to_owned(), kind.describe(declared))]);
        true
    });
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

fn body_kind(media_type: &str) -> Option<BodyKind> {
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    Some(match essence.as_str() {
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

    fn describe(self, media_type: Value) -> Value {
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

    #[test]
    fn prefers_json() {
        let (left, codes) = content(json!({"content": {
            "application/x-www-form-urlencoded": {"schema": {"type": "object"}},
            "application/vnd.api+json": {"schema": {"type": "array"}}
        }}));
        assert!(codes.is_empty());
        assert_eq!(
            left,
            json!({"application/json": {"schema": {"type": "array"}}})
        );
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
            ("image/png", "image/png"),
            ("image/*", "application/octet-stream"),
            ("text/csv; charset=utf-8", "text/csv; charset=utf-8"),
            ("application/x-ndjson", "application/x-ndjson"),
            ("application/xml", "application/xml"),
        ] {
            let body = json!({"content": {declared: {"schema": {"type": "object"}}}});
            let (_, context, _) = pass(run, with_operation(json!({"requestBody": body})));
            let notes = context.operations.values().next().unwrap();
            assert_eq!(notes.request_media_type, sent, "{declared}");
        }
    }

    #[test]
    fn bytes_and_text_have_the_schema_of_progenitor() {
        assert_eq!(
            content(json!({"content": {"image/png": {}}})).0,
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
        );
        assert_eq!(
            content(json!({"content": {"text/csv": {"schema": {"type": "object"}}}})).0,
            json!({"text/plain": {"schema": {"type": "string"}}})
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
            *content,
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
        );
        let notes = notes.operations.values().next().unwrap();
        assert_eq!(notes.request_media_type, "multipart/form-data");
        let names = notes.parts.iter().flatten().map(|part| part.name.as_str());
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
