//! Pass that moves `default` to `x-default`, and into the description, where it only serves the documentation.
//!
//! Typify writes defaults into every request that omits the property, and panics at a default that does not match
//! its schema.

use serde_json::{Map, Value, json};

use super::{Context, walk};
use crate::openapi::extensions::DEFAULT;

/// Longest default that a description mentions.
const LONGEST: usize = 60;

pub(super) fn run(document: &mut Value, context: &mut Context<'_>) {
    walk::each_operation(document, |_, operation| {
        let parameters = operation.get_mut("parameters");
        let parameters = parameters.and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let default = parameter.pointer("/schema/default").cloned();
            if let (Some(default), Some(parameter)) = (default, parameter.as_object_mut()) {
                describe(parameter, &default);
            }
        }
    });
    walk::each_schema(document, |pointer, schema| {
        let Some(map) = schema.as_object_mut() else {
            return;
        };
        if let Some(default) = map.shift_remove("default") {
            context.changed(
                pointer,
                "moved `default` to `x-default`, so that it is not sent",
            );
            describe(map, &default);
            map.entry(DEFAULT).or_insert(default);
        }
    });
}

/// Adds a short default to a description that does not mention one.
fn describe(described: &mut Map<String, Value>, default: &Value) {
    let default = match default {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => default.to_string(),
        _ => return,
    };
    let description = described.get("description").and_then(Value::as_str);
    let description = description.unwrap_or_default().trim_end();
    let is_plain = |c: char| !c.is_control() && c != '`';
    if default.trim().is_empty()
        || default.len() > LONGEST
        || !default.chars().all(is_plain)
        || description.to_lowercase().contains("default")
    {
        return;
    }
    let sentence = format!("Default: `{default}`.");
    let text = match description.chars().last() {
        None => sentence,
        Some('.' | '!' | '?' | ':') => format!("{description} {sentence}"),
        Some(c) if c.is_alphanumeric() || ")\"'`".contains(c) => {
            format!("{description}. {sentence}")
        }
        // The description ends with other Markdown, such as a table.
        Some(_) => format!("{description}\n\n{sentence}"),
    };
    described.insert("description".to_owned(), json!(text));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run as pass, with_operation, with_schemas};
    use super::*;

    #[test]
    fn moves_defaults_but_keeps_a_property_of_that_name() {
        let (document, notes, _) = pass(
            run,
            with_schemas(json!({"A": {"properties": {
                "default": {"type": "boolean", "default": []}
            }}})),
        );
        assert_eq!(
            document["components"]["schemas"]["A"]["properties"],
            json!({"default": {"type": "boolean", "x-default": []}})
        );
        assert_eq!(notes.changes.len(), 1);
    }

    #[test]
    fn descriptions_mention_short_defaults_once() {
        for (description, default, expected) in [
            (json!(null), json!(20), json!("Default: `20`.")),
            (
                json!("The page"),
                json!(1),
                json!("The page. Default: `1`."),
            ),
            (
                json!("The order.\n"),
                json!("asc"),
                json!("The order. Default: `asc`."),
            ),
            (
                json!("| a | b |"),
                json!(true),
                json!("| a | b |\n\nDefault: `true`."),
            ),
            (json!("Defaults to 5."), json!(5), json!("Defaults to 5.")),
            (json!("Text"), json!(""), json!("Text")),
            (json!("Text"), json!("a`b"), json!("Text")),
            (json!("Text"), json!("x".repeat(100)), json!("Text")),
            (json!("List"), json!([1]), json!("List")),
        ] {
            let schema = json!({"description": description, "default": default});
            let parameter = json!({"name": "p", "in": "query", "description": description, "schema": {"default": default}});
            let mut document = with_operation(json!({"parameters": [parameter]}));
            document["components"] = json!({"schemas": {"A": schema}});
            let (document, _, _) = pass(run, document);
            let described = [
                &document["components"]["schemas"]["A"],
                &document["paths"]["/x/{id}"]["get"]["parameters"][0],
            ];
            for described in described {
                assert_eq!(described["description"], expected);
            }
        }
    }
}
