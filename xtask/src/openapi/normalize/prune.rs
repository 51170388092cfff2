//! Pass that removes components that no operation uses, because each would become an unused public type.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk::Role;
use super::{Context, walk};
use crate::diagnostic::child;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    let mut open: Vec<String> = Vec::new();
    walk::each_root(document, |_, role, schema| {
        if !matches!(role, Role::Component { .. }) {
            open.extend(walk::references(schema));
        }
    });
    let Some(components) = walk::components_mut(document) else {
        return;
    };
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(schema) = components.get(&name)
            && !reached.contains(&name)
        {
            open.extend(walk::references(schema));
            reached.insert(name);
        }
    }
    components.retain(|name, _| {
        let keep = reached.contains(name);
        if !keep {
            context.changed(
                child("/components/schemas", name),
                "removed the schema, which no operation uses",
            );
        }
        keep
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;
    use serde_json::json;

    #[test]
    fn removes_unused_schemas() {
        let (document, notes, _) = pass(
            run,
            with_schemas(json!({
                "A": {"properties": {"b": {"type": "array", "items": {"$ref": "#/components/schemas/B"}}}},
                "B": {"properties": {"a": {"$ref": "#/components/schemas/A"}}},
                "C": {"properties": {"a": {"$ref": "#/components/schemas/A"}}}
            })),
        );
        let left: Vec<_> = document["components"]["schemas"]
            .as_object()
            .unwrap()
            .keys()
            .collect();
        assert_eq!(left, ["A", "B"]);
        assert_eq!(notes.changes[0].pointer, "/components/schemas/C");
    }
}
