//! Pass that reports properties with the same Rust name (`a-b` and `a_b`), which typify would define twice.
//!
//! The first one has the field of that name. The fields of the others are renamed when progenitor has run.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Context, naming, walk};
use crate::diagnostic::{Code, child};

/// Name of the field of additional properties.
const EXTRA: &str = "extra";

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::each_schema(document, |pointer, schema| {
        let Some(schema) = schema.as_object() else {
            return;
        };
        for (name, field) in renamed(schema) {
            let taken = naming::snake(&name);
            if taken == EXTRA {
                context.changed(pointer, format!("named the field of `{name}` `{field}`"));
                continue;
            }
            let message =
                format!("the Rust name `{taken}` of the property `{name}` is already taken");
            let at = child(&child(pointer, "properties"), &name);
            let diagnostic = context.diagnostic(Code::PropertyNameClash, at, message);
            context.report(diagnostic.label(format!("its field is named `{field}`")));
        }
    });
}

/// Returns the fields of the properties of an object whose Rust name is taken: by another property, or by the field of
/// additional properties.
pub fn renamed(schema: &Map<String, Value>) -> BTreeMap<String, String> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return BTreeMap::new();
    };
    let mut fields = BTreeSet::new();
    if schema
        .get("additionalProperties")
        .is_some_and(|it| *it != Value::Bool(false))
    {
        fields.insert(EXTRA.to_owned());
    }
    // Names that need no change take precedence.
    let is_exact = |name: &&String| naming::snake(name) == **name && *name != EXTRA;
    fields.extend(properties.keys().filter(is_exact).cloned());
    let mut renamed = BTreeMap::new();
    for name in properties.keys().filter(|name| !is_exact(name)) {
        let field = naming::snake(name);
        if fields.insert(field.clone()) {
            continue;
        }
        let candidate = match name.split_at_checked(1) {
            Some(("+", rest)) => naming::snake(&format!("plus {rest}")),
            Some(("-", rest)) => naming::snake(&format!("minus {rest}")),
            _ if field == EXTRA => "extra_property".to_owned(),
            _ => field,
        };
        let free = naming::unused(&candidate, |name| fields.contains(name));
        fields.insert(free.clone());
        renamed.insert(name.clone(), free);
    }
    renamed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{run as pass, with_schemas};
    use super::*;

    fn fields(properties: &[&str], additional: bool) -> Vec<String> {
        let properties: Map<String, Value> = properties
            .iter()
            .map(|name| ((*name).to_owned(), json!({"type": "string"})))
            .collect();
        let mut schema = json!({"properties": properties});
        if additional {
            schema["additionalProperties"] = json!({});
        }
        let renamed = renamed(schema.as_object().unwrap());
        renamed
            .into_iter()
            .map(|(name, field)| format!("{name}: {field}"))
            .collect()
    }

    #[test]
    fn each_property_has_a_field_of_its_own() {
        assert_eq!(
            fields(&["A-b", "a_b", "a b"], false),
            ["A-b: a_b2", "a b: a_b3"]
        );
        assert_eq!(fields(&["+1", "-1"], false), Vec::<String>::new());
        assert_eq!(fields(&["+2", "-2"], false), ["-2: minus_2"]);
        assert_eq!(fields(&["extra"], false), Vec::<String>::new());
        assert_eq!(
            fields(&["extra", "Extra"], true),
            ["Extra: extra_property2", "extra: extra_property"]
        );
    }

    #[test]
    fn reports_properties_with_the_same_rust_name() {
        let schemas = json!({"A": {"properties": {"A-b": {}, "a_b": {}}}});
        let (document, _, codes) = pass(run, with_schemas(schemas.clone()));
        assert_eq!(codes, ["property-name-clash"]);
        assert_eq!(document["components"]["schemas"], schemas);
    }
}
