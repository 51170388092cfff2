//! Pass that declares required properties that are missing from `properties`, as optional properties of any JSON
//! value.
//!
//! Typify would generate a required field for each, in requests and responses. A member of an `allOf` may require a
//! property that another member declares, so the declarations of all members count.

use serde_json::{Map, Value, json};

use super::{Context, walk};
use crate::openapi::description::declares_property;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let components = walk::components(document).cloned().unwrap_or_default();
    walk::each_root(document, |pointer, _, schema| {
        visit(schema, pointer, &components, false, context)
    });
}

fn visit(
    schema: &mut Value,
    pointer: &str,
    components: &Map<String, Value>,
    in_all_of: bool,
    context: &mut Context<'_>,
) {
    let allows_undeclared = schema
        .get("additionalProperties")
        .is_some_and(|inner| *inner == Value::Bool(true) || inner.is_object());
    let composed = ["allOf", "anyOf", "oneOf"]
        .iter()
        .any(|key| schema.get(*key).is_some());
    if !in_all_of && !allows_undeclared {
        let target = |schema: &Value| components.get(&walk::reference(schema)?);
        let known = |name: &str| declares_property(schema, name, target);
        let missing: Vec<usize> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
            .filter(|(_, name)| !name.as_str().is_some_and(known))
            .map(|(index, _)| index)
            .collect();
        declare(schema, pointer, &missing, context);
    }
    walk::each_child(schema, pointer, |at, edge, inner| {
        let is_member = matches!(
            edge,
            walk::Edge::AllOf(_) | walk::Edge::AnyOf(_) | walk::Edge::OneOf(_)
        );
        visit(
            inner,
            at,
            components,
            is_member && (composed || in_all_of),
            context,
        );
    });
}

fn declare(schema: &mut Value, pointer: &str, missing: &[usize], context: &mut Context<'_>) {
    let Some(map) = schema.as_object_mut() else {
        return;
    };
    let Some(Value::Array(required)) = map.get_mut("required") else {
        return;
    };
    let mut undeclared = Vec::new();
    let mut index = 0;
    required.retain(|name| {
        let keep = !missing.contains(&index);
        if !keep {
            let name = name.as_str().unwrap_or_default();
            // Reported where the document is checked by itself.
            context.changed(pointer, format!("declared the required property `{name}`"));
            undeclared.push(name.to_owned());
        }
        index += 1;
        keep
    });
    if required.is_empty() {
        map.shift_remove("required");
    }
    let properties = map.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        for name in undeclared {
            properties.entry(name).or_insert_with(|| json!({}));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;

    #[test]
    fn declares_a_missing_property_as_optional() {
        let (document, _, codes) = pass(
            run,
            with_schemas(json!({"A": {"required": ["a", "b"], "properties": {"a": {}}}})),
        );
        assert!(codes.is_empty());
        assert_eq!(
            document["components"]["schemas"]["A"]["required"],
            json!(["a"])
        );
        assert_eq!(
            document["components"]["schemas"]["A"]["properties"],
            json!({"a": {}, "b": {}})
        );
    }

    #[test]
    fn accepts_a_property_declared_by_another_member() {
        let document = with_schemas(json!({
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"required": ["b"]}]},
            "B": {"properties": {"b": {}}}
        }));
        let (after, _, codes) = pass(run, document.clone());
        assert!(codes.is_empty());
        assert_eq!(after, document);
    }
}
