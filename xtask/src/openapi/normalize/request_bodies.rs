//! Pass that keeps one media type per request body, in the form that progenitor supports.
//!
//! Progenitor panics at a second media type, and supports only JSON, forms, plain text and bytes. JSON is
//! preferred, including `…+json`. Bytes and text get the schema that progenitor expects. An operation that requires
//! another media type (such as `multipart/form-data`) is left out.

use serde_json::{Map, Value, json};

use super::{Context, walk};
use crate::diagnostic::{Code, child};

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
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
        *content = Map::from_iter([(kind.media_type().to_owned(), kind.describe(declared))]);
        true
    });
}

/// Kinds of request bodies, in order of preference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum BodyKind {
    Json,
    Form,
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
        "application/octet-stream" | "application/zip" | "application/pdf" | "application/gzip" => {
            BodyKind::Bytes
        }
        name if name.starts_with("image/")
            || name.starts_with("audio/")
            || name.starts_with("video/") =>
        {
            BodyKind::Bytes
        }
        name if name.starts_with("text/") => BodyKind::Text,
        _ => return None,
    })
}

impl BodyKind {
    fn media_type(self) -> &'static str {
        match self {
            BodyKind::Json => "application/json",
            BodyKind::Form => "application/x-www-form-urlencoded",
            BodyKind::Bytes => "application/octet-stream",
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
            BodyKind::Bytes => json!({"schema": {"type": "string", "format": "binary"}}),
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
    fn leaves_out_operations_with_a_required_multipart_body_and_optional_bodies() {
        let (_, codes) = content(json!({"required": true, "content": {"multipart/form-data": {}}}));
        assert_eq!(codes, ["operation-left-out"]);
        let (left, codes) = content(json!({"content": {"multipart/form-data": {}}}));
        assert_eq!((left, codes), (Value::Null, vec!["body-left-out"]));
    }

    #[test]
    fn removes_encodings_and_examples() {
        let (left, _) = content(json!({"content": {"application/json": {
            "schema": {}, "encoding": {"a": {}}, "examples": {"e": {}}
        }}}));
        assert_eq!(left, json!({"application/json": {"schema": {}}}));
    }
}
