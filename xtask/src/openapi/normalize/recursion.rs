//! Pass that rejects schemas that always contain themselves, for which typify does not terminate.
//!
//! A schema may refer to itself from a property, an item or a map value, but not as its own alternative, `allOf`
//! member or alias.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Context, walk};
use crate::diagnostic::{Code, child};

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let Some(components) = walk::components(document) else {
        return;
    };
    let mut state: BTreeMap<&str, VisitState> = BTreeMap::new();
    for name in components.keys() {
        search(name, components, &mut state, context);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum VisitState {
    Open,
    Done,
}

fn search<'c>(
    start: &'c str,
    components: &'c Map<String, Value>,
    state: &mut BTreeMap<&'c str, VisitState>,
    context: &mut Context<'_>,
) {
    if state.contains_key(start) {
        return;
    }
    // Not recursive, because a chain of references can be as long as the document.
    let mut path: Vec<(&str, Vec<&str>)> = vec![(start, parts(start, components))];
    state.insert(start, VisitState::Open);
    while let Some((name, rest)) = path.last_mut() {
        let Some(next) = rest.pop() else {
            state.insert(*name, VisitState::Done);
            path.pop();
            continue;
        };
        match state.get(next) {
            Some(VisitState::Done) => {}
            Some(VisitState::Open) => {
                let diagnostic = context
                    .diagnostic(
                        Code::SelfContainingSchema,
                        child("/components/schemas", next),
                        format!("the schema `{next}` always contains itself"),
                    )
                    .label("every value would be infinite")
                    .help("refer to the schema from a property, an item or a map value");
                context.report(diagnostic);
            }
            None => {
                state.insert(next, VisitState::Open);
                path.push((next, parts(next, components)));
            }
        }
    }
}

/// Returns the components that a component consists of: alternatives, members of `allOf`, and aliases.
fn parts<'c>(name: &str, components: &'c Map<String, Value>) -> Vec<&'c str> {
    let mut found = Vec::new();
    if let Some(schema) = components.get(name) {
        collect(schema, components, &mut found);
    }
    found
}

fn collect<'c>(schema: &Value, components: &'c Map<String, Value>, found: &mut Vec<&'c str>) {
    if let Some(target) = walk::reference(schema)
        && let Some((name, _)) = components.get_key_value(&target)
    {
        found.push(name);
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for member in schema
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            collect(member, components, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;
    use serde_json::json;

    #[test]
    fn rejects_circular_aliases_and_members() {
        for schemas in [
            json!({"A": {"$ref": "#/components/schemas/A"}}),
            json!({"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}),
            json!({"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object"}]}}),
            json!({"A": {"oneOf": [{"type": "string"}, {"anyOf": [{"$ref": "#/components/schemas/A"}]}]}}),
        ] {
            let (_, _, codes) = pass(run, with_schemas(schemas));
            assert_eq!(codes, ["self-containing-schema"]);
        }
    }

    #[test]
    fn accepts_recursion_through_properties_and_items() {
        let (_, _, codes) = pass(
            run,
            with_schemas(json!({
                "Tree": {"properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}},
                "Twice": {"allOf": [{"$ref": "#/components/schemas/Tree"}, {"$ref": "#/components/schemas/Tree"}]}
            })),
        );
        assert!(codes.is_empty());
    }

    #[test]
    fn a_very_long_chain_does_not_exhaust_the_stack() {
        let mut schemas = Map::new();
        for n in 0..50_000 {
            schemas.insert(format!("S{n}"), walk::reference_to(&format!("S{}", n + 1)));
        }
        schemas.insert("S50000".into(), json!({"type": "string"}));
        let (_, _, codes) = pass(run, with_schemas(Value::Object(schemas)));
        assert!(codes.is_empty());
    }
}
