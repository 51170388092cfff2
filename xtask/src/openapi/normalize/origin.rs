//! Says in descriptions what the document's own publisher left out of it.
//!
//! An overlay can add operations, parameters and fields that are known from elsewhere, and marks them with `x-origin`,
//! which says where from. Whoever reads the documentation of the method or the field is told as well, by a sentence at
//! its end.

use serde_json::{Map, Value};

use super::{Context, walk};
use crate::diagnostic::child;
use crate::openapi::extensions::ORIGIN;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::each_operation(document, |site, operation| {
        tell(operation, &site.pointer, context);
        let parameters = operation.get_mut("parameters");
        let parameters = parameters.and_then(Value::as_array_mut);
        let at = child(&site.pointer, "parameters");
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            if let Value::Object(parameter) = parameter {
                tell(parameter, &child(&at, index), context);
            }
        }
    });
    walk::each_schema(document, |pointer, schema| {
        if let Value::Object(schema) = schema {
            tell(schema, pointer, context);
        }
    });
}

fn tell(described: &mut Map<String, Value>, pointer: &str, context: &mut Context<'_>) {
    let Some(origin) = described.get(ORIGIN).and_then(Value::as_str) else {
        return;
    };
    let sentence = format!("Not in the publisher's OpenAPI document; known from {origin}.");
    let description = match described.get("description").and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => format!("{}\n\n{sentence}", text.trim_end()),
        _ => sentence,
    };
    described.insert("description".to_owned(), description.into());
    context.changed(pointer, "said in the description where it is known from");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{run as pass, with_operation, with_schemas};
    use super::*;

    const SAID: &str = "Not in the publisher's OpenAPI document; known from its SDKs.";

    #[test]
    fn operations_and_parameters_say_where_they_are_known_from() {
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
        assert_eq!(operation["description"], format!("Looks it up.\n\n{SAID}"));
        assert_eq!(operation["parameters"][0]["description"], SAID);
    }

    #[test]
    fn schemas_and_properties_do_and_a_property_of_that_name_is_none() {
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
        assert_eq!(schema["description"], SAID);
        let said = |name: &str| schema["properties"][name]["description"].clone();
        assert_eq!(said("a"), format!("An a.\n\n{SAID}"));
        assert_eq!(
            (said("x-origin"), said("b")),
            (json!("Whence."), json!("A b."))
        );
    }
}
