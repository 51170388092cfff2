//! Moves `default` to `x-default`: typify writes defaults into every request that omits the property, and panics at a
//! default that does not fit its schema.
//!
//! The value that a server assumes is kept for documentation.

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
    fn a_default_becomes_a_remark_and_a_property_of_that_name_stays() {
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
