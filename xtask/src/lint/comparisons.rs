//! Comparisons in criteria whose result does not depend on the value, because its type excludes the constant.
//!
//! Criteria compare loosely: a number also equals a numeric string. Only types that never equal are reported.

use serde_json::Value;

use super::schema::types;
use crate::arazzo::criterion::{Comparison, Simple};
use crate::arazzo::expression::Expression;
use crate::diagnostic::suggestion::{did_you_mean, shorten};

/// A comparison with a constant that the schemas of the value exclude.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excluded {
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// `true` if the constant is not a value of an enumeration, `false` if it is of another type.
    pub(super) is_value: bool,
}

/// Returns the expression and the constant that a condition compares.
pub(super) fn sides<'s>(
    left: &'s Simple,
    right: &'s Simple,
) -> Option<(&'s Expression, &'s Value)> {
    match (left, right) {
        (Simple::Expression(expression), Simple::Literal(value))
        | (Simple::Literal(value), Simple::Expression(expression)) => Some((expression, value)),
        _ => None,
    }
}

/// Returns the reason why the result of a comparison is known, given all schemas that the value can have.
pub(super) fn excluded(
    schemas: &[&Value],
    (operator, expression, constant): (Comparison, &Expression, &Value),
) -> Option<Excluded> {
    if constant.is_null() || schemas.is_empty() {
        return None;
    }
    let mut kinds: Vec<&str> = Vec::new();
    let mut values: Option<Vec<&str>> = Some(Vec::new());
    for schema in schemas {
        let own = types(schema);
        if own.is_empty() || own.iter().any(|kind| is_comparable(kind, constant)) {
            // Only an enumeration of strings can still exclude the constant.
            if own != ["string"] {
                return None;
            }
            let listed = schema.get("enum").and_then(Value::as_array)?;
            let listed: Option<Vec<&str>> = listed.iter().map(Value::as_str).collect();
            values.as_mut()?.extend(listed?);
        } else {
            kinds.extend(own);
        }
    }
    let result = match operator {
        Comparison::NotEqual => "always holds",
        _ => "never holds",
    };
    let shown = shorten(&constant.to_string());
    let values = values.unwrap_or_default();
    if values.is_empty() {
        kinds.dedup();
        return Some(Excluded {
            message: format!(
                "`{expression}` is of the type {}, so its comparison with {shown} {result}",
                kinds.join(" or ")
            ),
            help: None,
            is_value: false,
        });
    }
    let text = constant.as_str()?;
    let is_equality = matches!(operator, Comparison::Equal | Comparison::NotEqual);
    if !is_equality || values.iter().any(|value| value.eq_ignore_ascii_case(text)) {
        return None;
    }
    Some(Excluded {
        message: format!(
            "{shown} is not one of the values of `{expression}`, so the comparison {result}"
        ),
        help: Some(did_you_mean(text, &values).unwrap_or_else(|| {
            let values: Vec<String> = values.iter().take(12).map(|it| format!("`{it}`")).collect();
            format!("its values are {}", values.join(", "))
        })),
        is_value: true,
    })
}

/// Returns `true` if a value of a type can equal a constant, or be less or greater.
fn is_comparable(kind: &str, constant: &Value) -> bool {
    match constant {
        Value::String(text) => match kind {
            "integer" | "number" => text.trim().parse::<f64>().is_ok(),
            "boolean" => matches!(text.to_ascii_lowercase().as_str(), "true" | "false"),
            "array" | "object" => false,
            _ => true,
        },
        Value::Number(_) => !matches!(kind, "boolean" | "array" | "object"),
        Value::Bool(_) => !matches!(kind, "integer" | "number" | "array" | "object"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(schema: &Value, operator: Comparison, constant: &Value) -> Option<bool> {
        let comparison = (operator, &Expression::StatusCode, constant);
        excluded(&[schema], comparison).map(|it| it.is_value)
    }

    #[test]
    fn types_that_never_equal_are_found() {
        let text = json!({"type": "string"});
        let state = json!({"type": "string", "enum": ["open", "paid"]});
        for (schema, constant, expected) in [
            (json!({"type": "boolean"}), json!("no"), Some(false)),
            (json!({"type": "boolean"}), json!("true"), None),
            (json!({"type": "boolean"}), json!(1), Some(false)),
            (json!({"type": "integer"}), json!("x"), Some(false)),
            (json!({"type": "integer"}), json!("409"), None),
            (json!({"type": "integer"}), json!(true), Some(false)),
            (json!({"type": "object"}), json!("x"), Some(false)),
            (json!({"type": ["boolean", "string"]}), json!("no"), None),
            (json!({}), json!("no"), None),
            (text, json!(1), None),
            (state.clone(), json!("opn"), Some(true)),
            (state.clone(), json!("OPEN"), None),
            (state.clone(), json!(null), None),
        ] {
            let found = of(&schema, Comparison::Equal, &constant);
            assert_eq!(found, expected, "{schema} {constant}");
        }
        assert_eq!(of(&state, Comparison::Less, &json!("opn")), None);
    }
}
