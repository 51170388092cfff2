//! Expressions that strings contain without braces, so that they are sent literally.

use serde_json::Value;

use crate::arazzo::expression::Expression;
use crate::arazzo::template::{Template, TextPart};
use crate::diagnostic::child;

/// Calls `visit` with the strings of a value that are sent as they are, and the JSON Pointer of each.
pub(super) fn literals(template: &Template, at: &str, visit: &mut impl FnMut(&str, &str)) {
    match template {
        Template::Literal(value) => strings(value, at, visit),
        Template::Text(text) => {
            for part in &text.parts {
                if let TextPart::Literal(text) = part {
                    visit(at, text);
                }
            }
        }
        Template::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                literals(item, &child(at, index), visit);
            }
        }
        Template::Object(members) => {
            for (key, member) in members {
                literals(member, &child(at, key), visit);
            }
        }
        Template::Expression(_) | Template::Selector(_) => {}
    }
}

fn strings(value: &Value, at: &str, visit: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => visit(at, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                strings(item, &child(at, index), visit);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                strings(member, &child(at, key), visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Returns the expression that a string contains without braces, such as `$inputs.id` in `Order $inputs.id`.
pub(super) fn find(text: &str) -> Option<(&str, Expression)> {
    // An expression at the start has been parsed, or reported as invalid.
    let starts = text.match_indices('$').map(|(start, _)| start);
    starts.filter(|start| *start > 0).find_map(|start| {
        let rest = &text[start..];
        let end = rest[1..]
            .find(|char: char| !(char.is_ascii_alphanumeric() || "._-#/".contains(char)))
            .map_or(rest.len(), |end| end + 1);
        // Punctuation after the expression belongs to the sentence.
        let candidate = rest[..end].trim_end_matches(['.', '-', '/', '#']);
        let expression = Expression::parse(candidate).ok()?.expression;
        is_value(&expression).then_some((candidate, expression))
    })
}

/// Returns `true` for an expression that a text may be meant to contain, unlike `$url` and `$method`, which are words.
fn is_value(expression: &Expression) -> bool {
    matches!(
        expression,
        Expression::Input(_)
            | Expression::Step { .. }
            | Expression::Output(_)
            | Expression::Response(_)
            | Expression::Request(_)
            | Expression::Workflow { .. }
    )
}
