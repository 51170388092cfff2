//! Moves `nullable` from components to the places that refer to them.
//!
//! For a nullable component with `oneOf`, `anyOf` or `enum`, typify defines the type twice; for one with `type: object`,
//! it adds a wrapper type. A nullable place is an `Option` of the component.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::walk::{Edge, Role};
use super::{Context, walk};

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let nullable = nullable_components(document);
    let is_nullable =
        |schema: &Value| walk::reference(schema).is_some_and(|name| nullable.contains(&name));
    walk::each_root(document, |pointer, role, schema| {
        walk::descend(schema, pointer, &mut |at, schema| {
            let mut whole = false;
            walk::each_child(schema, at, |at, edge, inner| {
                if !is_nullable(inner) {
                    return;
                }
                match edge {
                    Edge::Property(_) | Edge::Items | Edge::AdditionalProperties => {
                        *inner = json!({"nullable": true, "allOf": [inner.clone()]});
                        context
                            .changed(at, "marked the place as nullable instead of the component");
                    }
                    // A nullable alternative makes the whole nullable.
                    Edge::AllOf(_) | Edge::AnyOf(_) | Edge::OneOf(_) => whole = true,
                    Edge::Not => {}
                }
            });
            let one_part = schema
                .get("allOf")
                .and_then(Value::as_array)
                .is_none_or(|parts| parts.len() == 1);
            if whole && one_part {
                schema["nullable"] = json!(true);
            }
        });
        // A component, a parameter or a whole body cannot be null by itself.
        let what = match role {
            Role::Component { .. } => "moved `nullable` to the places that refer to the component",
            _ => "removed `nullable`, which has no meaning at the top",
        };
        if let Some(map) = schema.as_object_mut()
            && map.shift_remove("nullable").is_some()
        {
            context.changed(pointer, what);
            if let (1, Some(Value::Array(parts))) = (map.len(), map.get("allOf"))
                && let [part] = parts.as_slice()
            {
                *schema = part.clone();
            }
        }
    });
}

/// The nullable components: marked so themselves, or references to such a component.
fn nullable_components(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Some(components) = walk::components(document) else {
        return found;
    };
    loop {
        let before = found.len();
        for (name, schema) in components {
            let parts = |key: &str| {
                schema
                    .get(key)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
            };
            let lone = parts("allOf").count() == 1;
            let by_part = [schema]
                .into_iter()
                .chain(parts("allOf").filter(|_| lone))
                .chain(parts("anyOf"))
                .chain(parts("oneOf"))
                .filter_map(walk::reference)
                .any(|target| found.contains(&target));
            if schema.get("nullable") == Some(&json!(true)) || by_part {
                found.insert(name.clone());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;

    #[test]
    fn uses_become_nullable_and_the_component_does_not() {
        let (document, _, _) = pass(
            run,
            with_schemas(json!({
                "A": {"type": "object", "properties": {
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "kinds": {"type": "array", "items": {"$ref": "#/components/schemas/Kind"}},
                    "said": {"description": "d", "allOf": [{"$ref": "#/components/schemas/Kind"}]},
                    "either": {"oneOf": [{"$ref": "#/components/schemas/Kind"}, {"type": "integer"}]}
                }},
                "Kind": {"type": "string", "enum": ["a"], "nullable": true}
            })),
        );
        let schemas = &document["components"]["schemas"];
        let used = json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/Kind"}]});
        assert_eq!(schemas["Kind"], json!({"type": "string", "enum": ["a"]}));
        assert_eq!(schemas["A"]["properties"]["kind"], used);
        assert_eq!(schemas["A"]["properties"]["kinds"]["items"], used);
        assert_eq!(schemas["A"]["properties"]["said"]["nullable"], true);
        assert_eq!(schemas["A"]["properties"]["either"]["nullable"], true);
    }

    #[test]
    fn a_component_that_stands_for_a_nullable_one_is_nullable_too() {
        let (document, _, _) = pass(
            run,
            with_schemas(json!({
                "A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}},
                "B": {"oneOf": [{"$ref": "#/components/schemas/C"}, {"type": "integer"}]},
                "C": {"type": "string", "nullable": true}
            })),
        );
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["A"]["properties"]["b"]["nullable"], true);
        assert!(schemas["B"].get("nullable").is_none());
    }

    #[test]
    fn an_inline_property_keeps_it() {
        let schema =
            json!({"type": "object", "properties": {"a": {"type": "string", "nullable": true}}});
        let (document, _, _) = pass(run, with_schemas(json!({"A": schema})));
        assert_eq!(document["components"]["schemas"]["A"], schema);
    }
}
