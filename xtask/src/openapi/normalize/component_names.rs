//! Pass that renames components with the same Rust name (`user` and `User`), or the name of a type in generated
//! code.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Context, naming, walk};
use crate::diagnostic::{Code, child};

/// Names of types that generated code uses.
pub(super) const RESERVED: [&str; 14] = [
    "Box",
    "ByteStream",
    "Client",
    "DateTime",
    "HashMap",
    "Map",
    "NaiveDate",
    "Number",
    "Option",
    "Outcome",
    "Result",
    "String",
    "Value",
    "Vec",
];

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let Some(components) = walk::components(document) else {
        return;
    };
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    // Names that need no change take precedence.
    let (exact, others): (Vec<&String>, Vec<&String>) = components
        .keys()
        .partition(|name| naming::pascal(name) == **name);
    for name in exact.into_iter().chain(others) {
        let mut becomes = naming::pascal(name);
        if RESERVED.contains(&becomes.as_str()) {
            becomes.push_str("Type");
            renamed.insert(name.clone(), becomes.clone());
        }
        let free = naming::unused(&becomes, |name| taken.contains(&naming::pascal(name)));
        taken.insert(naming::pascal(&free));
        if free != becomes {
            renamed.insert(name.clone(), free);
        }
    }
    if renamed.is_empty() {
        return;
    }
    for (name, free) in &renamed {
        let diagnostic = context.diagnostic(
            Code::ComponentNameClash,
            child("/components/schemas", name),
            format!("the name `{name}` is already taken in the generated code: the component is renamed to `{free}`"),
        );
        context.report(diagnostic);
    }
    walk::each_schema(document, |_, schema| {
        if let Some(free) = walk::reference(schema).and_then(|name| renamed.get(&name)) {
            *schema = walk::reference_to(free);
        }
        let mapping = schema
            .get_mut("discriminator")
            .and_then(|d| d.get_mut("mapping"))
            .and_then(Value::as_object_mut);
        for (_, reference) in mapping.into_iter().flatten() {
            let free = reference
                .as_str()
                .and_then(walk::target)
                .and_then(|name| renamed.get(&name));
            if let Some(free) = free {
                *reference = walk::reference_to(free)["$ref"].clone();
            }
        }
    });
    if let Some(components) = walk::components_mut(document) {
        let all: Map<String, Value> = std::mem::take(components);
        *components = all
            .into_iter()
            .map(|(name, schema)| (renamed.get(&name).cloned().unwrap_or(name), schema))
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;
    use serde_json::json;

    #[test]
    fn renames_components_with_the_same_rust_name() {
        let (document, _, codes) = pass(
            run,
            with_schemas(json!({
                "Owner": {"oneOf": [{"$ref": "#/components/schemas/user"}, {"$ref": "#/components/schemas/User"}],
                    "discriminator": {"propertyName": "k", "mapping": {"u": "#/components/schemas/user"}}},
                "user": {"type": "object"},
                "User": {"type": "object"}
            })),
        );
        assert_eq!(codes, ["component-name-clash"]);
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["Owner", "User2", "User"]
        );
        assert_eq!(
            schemas["Owner"]["oneOf"][0]["$ref"],
            "#/components/schemas/User2"
        );
        assert_eq!(
            schemas["Owner"]["discriminator"]["mapping"]["u"],
            "#/components/schemas/User2"
        );
    }

    #[test]
    fn renames_components_in_the_content_of_parameters() {
        let mut document = with_schemas(json!({"q": {"type": "object"}, "Q": {"type": "object"}}));
        let schema = json!({"$ref": "#/components/schemas/q"});
        document["paths"] = json!({"/x": {"get": {"parameters": [
            {"name": "q", "in": "query", "content": {"application/json": {"schema": schema}}},
        ]}}});
        let (document, _, _) = pass(run, document);
        let parameter = &document["paths"]["/x"]["get"]["parameters"][0];
        assert_eq!(
            parameter["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/Q2"
        );
    }

    #[test]
    fn renames_components_with_a_reserved_name() {
        let (document, _, codes) = pass(
            run,
            with_schemas(
                json!({"Vec": {"type": "array", "items": {"$ref": "#/components/schemas/Vec"}}}),
            ),
        );
        assert_eq!(codes, ["component-name-clash"]);
        assert_eq!(
            document["components"]["schemas"],
            json!({"VecType": {"type": "array", "items": {"$ref": "#/components/schemas/VecType"}}})
        );
    }
}
