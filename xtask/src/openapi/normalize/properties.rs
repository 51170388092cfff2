//! Pass that removes properties with the same Rust name (`a-b` and `a_b`), which typify would define twice.
//!
//! The first one stays a field. The others are available through `extra`, like all properties without a field.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Context, naming, walk};
use crate::diagnostic::{Code, child};

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::each_schema(document, |pointer, schema| {
        let Some(map) = schema.as_object_mut() else {
            return;
        };
        let Some(properties) = map.get_mut("properties").and_then(Value::as_object_mut) else {
            return;
        };
        let mut fields = BTreeSet::new();
        // Names that need no change take precedence.
        fields.extend(
            properties
                .keys()
                .filter(|name| naming::snake(name) == **name)
                .cloned(),
        );
        let mut removed = Vec::new();
        for name in properties.keys() {
            let field = naming::snake(name);
            if field != *name && !fields.insert(field.clone()) {
                removed.push((name.clone(), field));
            }
        }
        if removed.is_empty() {
            return;
        }
        for (name, field) in &removed {
            properties.shift_remove(name);
            let diagnostic = context
                .diagnostic(
                    Code::PropertyNameClash,
                    child(&child(pointer, "properties"), name),
                    format!(
                        "the property `{name}` has the same Rust name `{field}` as another property"
                    ),
                )
                .label("available through `extra`");
            context.report(diagnostic);
        }
        if let Some(required) = map.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| !removed.iter().any(|(removed, _)| name == removed));
        }
        if !fields.contains("extra") {
            map.entry("additionalProperties")
                .or_insert_with(|| json!({}));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;

    #[test]
    fn removes_properties_with_the_same_rust_name() {
        let (document, _, codes) = pass(
            run,
            with_schemas(
                json!({"A": {"type": "object", "required": ["A-b"], "properties": {
                    "A-b": {"type": "integer"}, "a_b": {"type": "string"}
                }}}),
            ),
        );
        assert_eq!(codes, ["property-name-clash"]);
        assert_eq!(
            document["components"]["schemas"]["A"],
            json!({"type": "object", "required": [], "properties": {"a_b": {"type": "string"}}, "additionalProperties": {}})
        );
    }
}
