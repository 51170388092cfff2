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

/// Calls `visit` with the embedded expressions that have a brace too many, or a dollar sign before the brace, as they
/// are written and as they should be, and the JSON Pointer of each.
pub(super) fn wrapped(
    template: &Template,
    at: &str,
    visit: &mut impl FnMut(&str, &str, &str, &Expression),
) {
    match template {
        Template::Text(text) => {
            for (index, part) in text.parts.iter().enumerate() {
                let TextPart::Expression(expression) = part else {
                    continue;
                };
                let literal = |index: Option<usize>| match text.parts.get(index?) {
                    Some(TextPart::Literal(text)) => Some(text.as_str()),
                    _ => None,
                };
                let before = literal(index.checked_sub(1)).unwrap_or_default();
                let after = literal(Some(index + 1)).unwrap_or_default();
                let meant = format!("{{{expression}}}");
                let mut literals = text.parts.iter();
                // JSON text has braces of its own.
                let is_open = literals
                    .any(|part| matches!(part, TextPart::Literal(text) if text.contains('{')));
                if before.ends_with('{') && after.starts_with('}') {
                    visit(at, &format!("{{{meant}}}"), &meant, expression);
                } else if after.starts_with('}') && !is_open {
                    visit(at, &format!("{meant}}}"), &meant, expression);
                } else if before.ends_with('$') {
                    visit(at, &format!("${meant}"), &meant, expression);
                }
            }
        }
        Template::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                wrapped(item, &child(at, index), visit);
            }
        }
        Template::Object(members) => {
            for (key, member) in members {
                wrapped(member, &child(at, key), visit);
            }
        }
        Template::Literal(_) | Template::Expression(_) | Template::Selector(_) => {}
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

/// Returns the part of a string that is written like an expression of another language, and the expression meant.
///
/// That is a whole string such as `inputs.id`, or a part of it such as `${inputs.id}`, `$(inputs.id)` or `{{inputs.id}}`. `is_known`
/// tells if an input or a step exists, so that other strings of this form are not reported.
pub(super) fn misspelled(
    text: &str,
    is_known: impl Fn(&str, &str) -> bool,
) -> Option<(&str, String)> {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "._-#/".contains(c);
    for root in ["inputs", "steps"] {
        for (start, _) in text.match_indices(root) {
            let rest = &text[start..];
            let path = &rest[..rest.find(|c| !is_path(c)).unwrap_or(rest.len())];
            let Some(names) = path[root.len()..].strip_prefix('.') else {
                continue;
            };
            let name = names.split(['.', '#']).next().unwrap_or_default();
            let (before, after) = (&text[..start], &rest[path.len()..]);
            let is_whole = before.is_empty() && after.is_empty();
            let before = before.strip_suffix('$').unwrap_or(before);
            let open = before.len() - before.trim_end_matches('{').len();
            let is_braced = open > 0 && after.starts_with('}');
            let in_parentheses = before.ends_with("$(") && after.starts_with(')');
            let has_step_output = root == "inputs" || names.contains(".outputs.");
            let is_marked = is_whole || is_braced || in_parentheses;
            if !is_known(root, name) || !has_step_output || !is_marked {
                continue;
            }
            if in_parentheses {
                let written = &text[before.len() - 2..text.len() - after.len() + 1];
                return Some((written, format!("{{${path}}}")));
            }
            if is_whole {
                return Some((text, format!("${path}")));
            }
            let begin = before.len() - open;
            let begin = begin - usize::from(before[..begin].ends_with('$'));
            let end = after.len() - after.trim_start_matches('}').len();
            let written = &text[begin..text.len() - after.len() + end.min(open)];
            return Some((written, format!("{{${path}}}")));
        }
    }
    None
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

#[cfg(test)]
mod tests {
    use super::misspelled;

    #[test]
    fn finds_expressions_of_other_languages() {
        let known =
            |root: &str, name: &str| [("inputs", "id"), ("steps", "add")].contains(&(root, name));
        for (text, written, meant) in [
            ("inputs.id", "inputs.id", "$inputs.id"),
            ("order-${inputs.id}", "${inputs.id}", "{$inputs.id}"),
            ("order-{{inputs.id}}!", "{{inputs.id}}", "{$inputs.id}"),
            ("{inputs.id}", "{inputs.id}", "{$inputs.id}"),
            ("$(inputs.id)", "$(inputs.id)", "{$inputs.id}"),
            ("a $(inputs.id) b", "$(inputs.id)", "{$inputs.id}"),
            (
                "steps.add.outputs.x",
                "steps.add.outputs.x",
                "$steps.add.outputs.x",
            ),
            (
                "${steps.add.outputs.x}",
                "${steps.add.outputs.x}",
                "{$steps.add.outputs.x}",
            ),
        ] {
            let found = misspelled(text, known);
            assert_eq!(found, Some((written, meant.to_owned())), "{text}");
        }
        for text in [
            "inputs.other",
            "see inputs.id",
            "steps.add",
            "the inputs",
            "{inputs.id",
            "steps.add.x",
        ] {
            assert_eq!(misspelled(text, known), None, "{text}");
        }
    }
}
