//! Pass that moves `default` to `x-default`, where it only serves the documentation.
//!
//! Typify writes defaults into every request that omits the property, and panics at a default that does not match
//! its schema.

use serde_json::Value;

use super::{Context, walk};
use crate::openapi::extensions::DEFAULT;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::each_schema(document, |pointer, schema| {
        let Some(map) = schema.as_object_mut() else {
            return;
        };
        if let Some(default) = map.shift_remove("default") {
            context.changed(
                pointer,
                "moved `default` to `x-default`, so that it is not sent",
            );
            map.entry(DEFAULT).or_insert(default);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_schemas};
    use super::*;
    use serde_json::json;

    #[test]
    fn moves_defaults_but_keeps_a_property_of_that_name() {
        let (document, notes, _) = pass(
            run,
            with_schemas(json!({"A": {"properties": {
                "default": {"type": "boolean", "default": "nonsense"}
            }}})),
        );
        assert_eq!(
            document["components"]["schemas"]["A"]["properties"],
            json!({"default": {"type": "boolean", "x-default": "nonsense"}})
        );
        assert_eq!(notes.changes.len(), 1);
    }
}
