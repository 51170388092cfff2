//! Removes from `required` the names that are no properties: typify makes a field of any JSON value out of each, which
//! callers would then have to set.
//!
//! In the parts of an `allOf` the property may be declared by another part, so there all parts count.

use serde_json::{Map, Value};

use super::{Context, walk};
use crate::diagnostic::child;

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
    let open = schema
        .get("additionalProperties")
        .is_some_and(|inner| *inner == Value::Bool(true) || inner.is_object());
    let composed = ["allOf", "anyOf", "oneOf"]
        .iter()
        .any(|key| schema.get(*key).is_some());
    if !in_all_of && !open {
        let known = |name: &str| declares(schema, name, components, 8);
        let missing: Vec<usize> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
            .filter(|(_, name)| !name.as_str().is_some_and(known))
            .map(|(index, _)| index)
            .collect();
        drop_names(schema, pointer, &missing, context);
    }
    walk::each_child(schema, pointer, |at, edge, inner| {
        let part = matches!(
            edge,
            walk::Edge::AllOf(_) | walk::Edge::AnyOf(_) | walk::Edge::OneOf(_)
        );
        visit(
            inner,
            at,
            components,
            part && (composed || in_all_of),
            context,
        );
    });
}

fn drop_names(schema: &mut Value, pointer: &str, missing: &[usize], context: &mut Context<'_>) {
    let Some(Value::Array(names)) = schema.get_mut("required") else {
        return;
    };
    let at = child(pointer, "required");
    let mut index = 0;
    names.retain(|name| {
        let keep = !missing.contains(&index);
        if !keep {
            let diagnostic = context
                .warning(
                    "required-undeclared",
                    child(&at, index),
                    format!(
                        "`{}` is required and is no property",
                        name.as_str().unwrap_or_default()
                    ),
                )
                .label("left out of `required`")
                .help("declare the property, or take its name away; an overlay can do either");
            context.report(diagnostic);
        }
        index += 1;
        keep
    });
    if names.is_empty()
        && let Some(map) = schema.as_object_mut()
    {
        map.shift_remove("required");
    }
}

/// Whether a schema, or what it is composed of, has the property.
fn declares(schema: &Value, name: &str, components: &Map<String, Value>, depth: usize) -> bool {
    if schema
        .get("properties")
        .is_some_and(|p| p.get(name).is_some())
    {
        return true;
    }
    if depth == 0 {
        return true;
    }
    if let Some(target) = walk::reference(schema) {
        return components
            .get(&target)
            .is_none_or(|schema| declares(schema, name, components, depth - 1));
    }
    ["allOf", "anyOf", "oneOf"].iter().any(|key| {
        schema
            .get(*key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .any(|member| declares(member, name, components, depth - 1))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_without_a_property_is_left_out() {
        let (document, _, codes) = pass(
            run,
            with_schemas(json!({"A": {"required": ["a", "b"], "properties": {"a": {}}}})),
        );
        assert_eq!(codes, ["required-undeclared"]);
        assert_eq!(
            document["components"]["schemas"]["A"]["required"],
            json!(["a"])
        );
    }

    #[test]
    fn another_part_may_declare_it() {
        let document = with_schemas(json!({
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}, {"required": ["b"]}]},
            "B": {"properties": {"b": {}}}
        }));
        let (after, _, codes) = pass(run, document.clone());
        assert!(codes.is_empty());
        assert_eq!(after, document);
    }
}
