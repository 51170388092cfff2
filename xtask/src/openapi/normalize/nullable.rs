//! Pass that moves `nullable` from components to the schemas that refer to them.
//!
//! For a nullable component with `oneOf`, `anyOf` or `enum`, typify defines the type twice. For a nullable object,
//! it adds a wrapper type. A nullable reference becomes an `Option` of the component.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::walk::{Edge, Role};
use super::{Context, walk};
use crate::openapi::extensions::STATUSES;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let nullable = nullable_components(document);
    let is_nullable =
        |schema: &Value| walk::reference(schema).is_some_and(|name| nullable.contains(&name));
    walk::each_root(document, |pointer, role, schema| {
        walk::descend(schema, pointer, &mut |at, schema| {
            let mut becomes_nullable = false;
            let is_by_status = schema.get(STATUSES).is_some();
            walk::each_child(schema, at, |at, edge, inner| {
                if let (Edge::AnyOf(_) | Edge::OneOf(_), false) = (edge, is_by_status) {
                    let inline = inner.as_object_mut().filter(|inner| is_marked(inner));
                    becomes_nullable |= inline.and_then(|it| it.shift_remove("nullable")).is_some();
                }
                if !is_nullable(inner) {
                    return;
                }
                match edge {
                    Edge::Property(_) | Edge::Items | Edge::AdditionalProperties => {
                        *inner = json!({"nullable": true, "allOf": [inner.clone()]});
                        context.changed(
                            at,
                            "marked the reference as nullable instead of the component",
                        );
                    }
                    // A nullable member makes the composition nullable.
                    Edge::AllOf(_) | Edge::AnyOf(_) | Edge::OneOf(_) => becomes_nullable = true,
                    Edge::Not => {}
                }
            });
            let has_one_member = schema
                .get("allOf")
                .and_then(Value::as_array)
                .is_none_or(|members| members.len() == 1);
            if becomes_nullable && has_one_member {
                schema["nullable"] = json!(true);
            }
        });
        // A response can be null itself; its client method returns an `Option`. A union of several statuses cannot:
        // the status selects its type.
        if matches!(role, Role::Response { .. }) && schema.get(STATUSES).is_none() {
            if is_nullable(schema) {
                *schema = json!({"nullable": true, "allOf": [schema.clone()]});
                context.changed(
                    pointer,
                    "marked the response as nullable instead of the component",
                );
            }
            return;
        }
        // A component, a parameter or the body of a request cannot.
        let description = match role {
            Role::Component { .. } => "moved `nullable` to the references to the component",
            _ => "removed `nullable`, which has no meaning at the top level",
        };
        if let Some(map) = schema.as_object_mut()
            && map.shift_remove("nullable").is_some()
        {
            context.changed(pointer, description);
            if let (1, Some(Value::Array(members))) = (map.len(), map.get("allOf"))
                && let [member] = members.as_slice()
            {
                *schema = member.clone();
            }
        }
    });
}

fn is_marked(schema: &Map<String, Value>) -> bool {
    schema.get("nullable") == Some(&json!(true))
}

/// Returns the names of components that are nullable, or refer to a nullable component.
fn nullable_components(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Some(components) = walk::components(document) else {
        return found;
    };
    loop {
        let before = found.len();
        for (name, schema) in components {
            let members = |key: &str| {
                schema
                    .get(key)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
            };
            let has_one_member = members("allOf").count() == 1;
            let by_member = [schema]
                .into_iter()
                .chain(members("allOf").filter(|_| has_one_member))
                .chain(members("anyOf"))
                .chain(members("oneOf"))
                .filter_map(walk::reference)
                .any(|target| found.contains(&target));
            let by_alternative = members("anyOf")
                .chain(members("oneOf"))
                .any(|member| member.as_object().is_some_and(is_marked));
            if schema.as_object().is_some_and(is_marked) || by_member || by_alternative {
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
    use super::super::testing::{run as pass, with_operation, with_schemas};
    use super::*;

    #[test]
    fn moves_nullable_to_the_references() {
        let (document, _, _) = pass(
            run,
            with_schemas(json!({
                "A": {"type": "object", "properties": {
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "kinds": {"type": "array", "items": {"$ref": "#/components/schemas/Kind"}},
                    "described": {"description": "d", "allOf": [{"$ref": "#/components/schemas/Kind"}]},
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
        assert_eq!(schemas["A"]["properties"]["described"]["nullable"], true);
        assert_eq!(schemas["A"]["properties"]["either"]["nullable"], true);
    }

    #[test]
    fn follows_references_between_components() {
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
    fn a_response_stays_nullable() {
        let reference = json!({"$ref": "#/components/schemas/A"});
        let inline = json!({"type": "string", "nullable": true});
        let several = json!({"oneOf": [reference, inline], STATUSES: [["200"], ["201"]]});
        for (schema, expected) in [
            (inline.clone(), inline.clone()),
            (
                reference.clone(),
                json!({"nullable": true, "allOf": [reference]}),
            ),
            (several.clone(), several),
        ] {
            let json = json!({"schema": schema});
            let response =
                json!({"2XX": {"description": "", "content": {"application/json": json}}});
            let mut document = with_operation(json!({"responses": response}));
            document["components"] =
                json!({"schemas": {"A": {"type": "object", "nullable": true}}});
            let (document, _, _) = pass(run, document);
            let response = &document["paths"]["/x/{id}"]["get"]["responses"]["2XX"];
            assert_eq!(response["content"]["application/json"]["schema"], expected);
        }
    }

    #[test]
    fn an_inline_property_stays_nullable() {
        let schema =
            json!({"type": "object", "properties": {"a": {"type": "string", "nullable": true}}});
        let (document, _, _) = pass(run, with_schemas(json!({"A": schema})));
        assert_eq!(document["components"]["schemas"]["A"], schema);
    }
}
