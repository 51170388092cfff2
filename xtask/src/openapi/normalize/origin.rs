//! Pass that adds the value of `x-origin` to descriptions.
//!
//! An overlay can add operations, parameters and fields that are missing from the publisher's document. It names
//! their source in `x-origin`. The generated documentation ends with a sentence about the source.

use serde_json::{Map, Value};

use super::{Context, walk};
use crate::diagnostic::child;
use crate::openapi::extensions::ORIGIN;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::each_operation(document, |location, operation| {
        describe(operation, &location.pointer, context);
        let parameters = operation.get_mut("parameters");
        let parameters = parameters.and_then(Value::as_array_mut);
        let at = child(&location.pointer, "parameters");
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            if let Value::Object(parameter) = parameter {
                describe(parameter, &child(&at, index), context);
            }
        }
    });
    walk::each_schema(document, |pointer, schema| {
        if let Value::Object(schema) = schema {
            describe(schema, pointer, context);
        }
    });
}

fn describe(described: &mut Map<String, Value>, pointer: &str, context: &mut Context<'_>) {
    let Some(origin) = described.get(ORIGIN).and_then(Value::as_str) else {
        return;
    };
    let sentence = format!("Not in the publisher's OpenAPI document; known from {origin}.");
    let description = match described.get("description").and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => format!("{}\n\n{sentence}", text.trim_end()),
        _ => sentence,
    };
    described.insert("description".to_owned(), description.into());
    context.changed(pointer, "added the source to the description");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{run as pass, with_operation, with_schemas};
    use super::*;

    const SENTENCE: &str = "Not in the publisher's OpenAPI document; known from its SDKs.";

    #[test]
    fn adds_the_origin_to_operations_and_parameters() {
        let parameter = json!({"name": "q", "in": "query", "x-origin": "its SDKs", "schema": {"type": "string"}});
        let (document, _, _) = pass(
            run,
            with_operation(json!({
                "description": "Looks it up.\n",
                "x-origin": "its SDKs",
                "parameters": [parameter],
            })),
        );
        let operation = &document["paths"]["/x/{id}"]["get"];
        assert_eq!(
            operation["description"],
            format!("Looks it up.\n\n{SENTENCE}")
        );
        assert_eq!(operation["parameters"][0]["description"], SENTENCE);
    }

    #[test]
    fn adds_the_origin_to_schemas_but_ignores_a_property_of_that_name() {
        let (document, _, _) = pass(
            run,
            with_schemas(json!({"A": {
                "type": "object",
                "x-origin": "its SDKs",
                "properties": {
                    "a": {"type": "string", "description": "An a.", "x-origin": "its SDKs"},
                    "x-origin": {"type": "string", "description": "Whence."},
                    "b": {"type": "string", "description": "A b.", "x-origin": true},
                },
            }})),
        );
        let schema = &document["components"]["schemas"]["A"];
        assert_eq!(schema["description"], SENTENCE);
        let description = |name: &str| schema["properties"][name]["description"].clone();
        assert_eq!(description("a"), format!("An a.\n\n{SENTENCE}"));
        assert_eq!(
            (description("x-origin"), description("b")),
            (json!("Whence."), json!("A b."))
        );
    }
}
