//! Pass that replaces unions and untyped values in paths and headers with strings.
//!
//! The caller of such a parameter passes the text that is sent.

use serde_json::{Map, Value, json};

use super::walk::Role;
use super::{Context, walk};

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let components = walk::components(document).cloned().unwrap_or_default();
    let mut pointers = Vec::new();
    walk::each_operation(document, |location, operation| {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            if matches!(parameter["in"].as_str(), Some("path" | "header")) {
                pointers.push(format!("{}/parameters/{index}/schema", location.pointer));
            }
        }
    });
    let pointers: std::collections::BTreeSet<String> = pointers.into_iter().collect();
    walk::each_root(document, |pointer, role, schema| {
        let Role::Parameter { name, .. } = role else {
            return;
        };
        if pointers.contains(pointer) && !is_typed(schema, &components, 32) {
            *schema = json!({"type": "string"});
            context.changed(
                pointer,
                format!("treated `{name}` as the string that is sent"),
            );
        }
    });
}

/// Returns `true` if a schema has a single type.
fn is_typed(schema: &Value, components: &Map<String, Value>, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    if let Some(name) = walk::reference(schema) {
        return components
            .get(&name)
            .is_some_and(|schema| is_typed(schema, components, depth - 1));
    }
    if let Some(Value::Array(parts)) = schema.get("allOf") {
        return parts
            .iter()
            .all(|part| is_typed(part, components, depth - 1));
    }
    schema.get("oneOf").is_none()
        && matches!(
            schema.get("type").and_then(Value::as_str),
            Some("string" | "integer" | "number" | "boolean" | "array" | "object")
        )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_operation};
    use super::*;

    #[test]
    fn unions_in_paths_and_headers_become_strings() {
        let list = json!({"type": "array", "items": {"type": "string"}});
        let either = json!({"oneOf": [{"type": "string"}, {"type": "integer"}]});
        let (document, _, _) = pass(
            run,
            with_operation(json!({"parameters": [
                {"name": "id", "in": "path", "required": true, "schema": list},
                {"name": "X-Either", "in": "header", "schema": either},
                {"name": "q", "in": "query", "schema": list}
            ]})),
        );
        let parameters = &document["paths"]["/x/{id}"]["get"]["parameters"];
        assert_eq!(parameters[0]["schema"], list);
        assert_eq!(parameters[1]["schema"], json!({"type": "string"}));
        assert_eq!(parameters[2]["schema"], list);
    }
}
