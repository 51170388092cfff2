//! Removes `default`s: typify writes them into every request that leaves the property out, and panics at one that does
//! not fit its own schema.
//!
//! What a server assumes in the absence of a value is for documentation; there it stays, as `x-default`.

use serde_json::Value;

use super::{Context, walk};
use crate::openapi::extensions::DEFAULT;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::each_schema(document, |pointer, schema| {
        let Some(map) = schema.as_object_mut() else {
            return;
        };
        if let Some(default) = map.shift_remove("default") {
            context.changed(pointer, "kept the default out of requests");
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
