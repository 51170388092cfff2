//! Removes request bodies of several media types, and of those that progenitor cannot write.
//!
//! It stops with `todo!` at a second media type and with an error at everything but JSON, forms, plain text and bytes.
//! JSON is preferred; `…+json` is JSON too. Bytes and text are described in the one way in which it knows them. An
//! operation that can only be called with something else (`multipart/form-data`) is left out.

use serde_json::{Map, Value, json};

use super::{Context, walk};
use crate::diagnostic::{Code, child};

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::retain_operations(document, |site, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let at = child(&site.pointer, "requestBody");
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
            context.changed(at, "took away a body without content");
            return true;
        };
        let best = content
            .iter()
            .enumerate()
            .filter_map(|(index, (name, _))| Some((kind(name)?, index, name.clone())))
            .min();
        let Some((kind, _, name)) = best else {
            let offered: Vec<&str> = content.keys().map(String::as_str).collect();
            let offered = offered.join("`, `");
            if required {
                context.leave_out(
                    &id,
                    &site.pointer,
                    format!("its body has to be `{offered}`"),
                );
                return false;
            }
            let diagnostic = context.diagnostic(
                Code::BodyLeftOut,
                &at,
                format!("`{id}` is generated without its optional body, which is `{offered}`"),
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
        let given = content.shift_remove(&name).unwrap_or_default();
        *content = Map::from_iter([(kind.media_type().to_owned(), kind.describe(given))]);
        true
    });
}

/// In order of preference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Json,
    Form,
    Bytes,
    Text,
}

fn kind(media_type: &str) -> Option<Kind> {
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    Some(match essence.as_str() {
        "application/json" | "*/*" | "application/*" | "text/json" => Kind::Json,
        name if name.ends_with("+json") => Kind::Json,
        "application/x-www-form-urlencoded" => Kind::Form,
        "application/octet-stream" | "application/zip" | "application/pdf" | "application/gzip" => {
            Kind::Bytes
        }
        name if name.starts_with("image/")
            || name.starts_with("audio/")
            || name.starts_with("video/") =>
        {
            Kind::Bytes
        }
        name if name.starts_with("text/") => Kind::Text,
        _ => return None,
    })
}

impl Kind {
    fn media_type(self) -> &'static str {
        match self {
            Kind::Json => "application/json",
            Kind::Form => "application/x-www-form-urlencoded",
            Kind::Bytes => "application/octet-stream",
            Kind::Text => "text/plain",
        }
    }

    fn describe(self, given: Value) -> Value {
        let schema = given.get("schema").cloned().unwrap_or_else(|| json!({}));
        match self {
            Kind::Json | Kind::Form => json!({"schema": schema}),
            Kind::Bytes => json!({"schema": {"type": "string", "format": "binary"}}),
            Kind::Text => json!({"schema": {"type": "string"}}),
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
    fn json_is_kept_of_several() {
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
    fn bytes_and_text_are_described_as_such() {
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
    fn a_required_multipart_body_costs_the_operation_and_an_optional_one_only_the_body() {
        let (_, codes) = content(json!({"required": true, "content": {"multipart/form-data": {}}}));
        assert_eq!(codes, ["operation-left-out"]);
        let (left, codes) = content(json!({"content": {"multipart/form-data": {}}}));
        assert_eq!((left, codes), (Value::Null, vec!["body-left-out"]));
    }

    #[test]
    fn encodings_and_examples_go() {
        let (left, _) = content(json!({"content": {"application/json": {
            "schema": {}, "encoding": {"a": {}}, "examples": {"e": {}}
        }}}));
        assert_eq!(left, json!({"application/json": {"schema": {}}}));
    }
}
