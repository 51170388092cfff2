//! Whether a constant fits a schema.

use serde_json::Value;

use super::schema::types;
use crate::openapi::description::{ApiDescription, members};

/// How many schemas are looked at for one constant. Beyond it the constant fits: no real schema needs that many.
const BUDGET: usize = 10_000;
/// How deep constants and schemas are looked into.
const DEEPEST: usize = 32;

/// Why a constant does not fit, or `None` where it does, or where the schema cannot tell.
pub(crate) fn misfit<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
) -> Option<String> {
    fit(api, schema, value, DEEPEST, &mut { BUDGET })
}

/// The same for a constant that is sent as text: `1` and `'1'` are the same to a path or a header.
pub(crate) fn misfit_as_text<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
) -> Option<String> {
    let resolved = api.resolve_value(schema);
    match value {
        Value::Array(items) => items
            .iter()
            .find_map(|item| misfit_as_text(api, resolved.get("items")?, item)),
        Value::Object(_) | Value::Null => None,
        // One value may stand for a list of one.
        scalar if types(resolved) == ["array"] => {
            misfit_as_text(api, resolved.get("items")?, scalar)
        }
        scalar => {
            let text = scalar
                .as_str()
                .map_or_else(|| scalar.to_string(), str::to_owned);
            let read = serde_json::from_str(&text)
                .ok()
                .filter(|read: &Value| !read.is_object() && !read.is_array());
            let as_text = Value::String(text);
            let problem = misfit(api, resolved, &as_text)?;
            match read {
                // What a schema of numbers says about the number is clearer than what it says about the text.
                Some(read) if !types(resolved).contains(&"string") => misfit(api, resolved, &read),
                Some(read) => misfit(api, resolved, &read).map(|_| problem),
                None => Some(problem),
            }
        }
    }
}

fn fit<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
    depth: usize,
    budget: &mut usize,
) -> Option<String> {
    if depth == 0 || *budget == 0 {
        return None;
    }
    *budget -= 1;
    let schema = api.resolve_value(schema);
    if value.is_null() {
        return (!takes_null(schema)).then(|| "null is not allowed".to_owned());
    }
    single(schema, value)
        .or_else(|| parts(api, schema, value, depth, budget))
        .or_else(|| composed(api, schema, value, depth, budget))
}

fn takes_null(schema: &Value) -> bool {
    let kinds = schema.get("type").and_then(Value::as_array);
    schema.get("nullable") == Some(&Value::Bool(true))
        || kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"))
        || types(schema).is_empty()
}

/// Why a value as a whole does not fit: its type, or what the schema says of single values.
fn single(schema: &Value, value: &Value) -> Option<String> {
    let shown = crate::diagnostic::suggestion::shorten(&value.to_string());
    let kinds = types(schema);
    if !kinds.is_empty() && !kinds.iter().any(|kind| is(value, kind)) {
        return Some(format!("{shown} is no {}", kinds.join(" or ")));
    }
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
        && !allowed.contains(value)
    {
        let allowed: Vec<_> = allowed.iter().take(12).map(ToString::to_string).collect();
        return Some(format!("{shown} is none of {}", allowed.join(", ")));
    }
    if let (Some(text), Some(pattern)) = (
        value.as_str(),
        schema.get("pattern").and_then(Value::as_str),
    ) && let Ok(regex) = regress::Regex::new(pattern)
        && regex.find(text).is_none()
    {
        return Some(format!("{shown} does not match the pattern `{pattern}`"));
    }
    let number = value.as_f64()?;
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let is_out = bound("minimum").is_some_and(|least| number < least)
        || bound("maximum").is_some_and(|most| number > most);
    is_out.then(|| format!("{shown} is out of bounds"))
}

/// Why a part of a value does not fit.
fn parts<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
    depth: usize,
    budget: &mut usize,
) -> Option<String> {
    match value {
        Value::Array(items) => {
            let inner = schema.get("items")?;
            items
                .iter()
                .find_map(|item| fit(api, inner, item, depth - 1, budget))
        }
        Value::Object(object) => members(schema.get("properties")).find_map(|(name, property)| {
            let problem = fit(api, property, object.get(name)?, depth - 1, budget)?;
            Some(format!("`{name}`: {problem}"))
        }),
        _ => None,
    }
}

/// Why a value does not fit the schemas that a schema is composed of.
fn composed<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
    depth: usize,
    budget: &mut usize,
) -> Option<String> {
    let parts = |key: &str| {
        schema
            .get(key)
            .and_then(Value::as_array)
            .filter(|parts| !parts.is_empty())
    };
    let mut all = parts("allOf").into_iter().flatten();
    if let Some(problem) = all.find_map(|part| fit(api, part, value, depth - 1, budget)) {
        return Some(problem);
    }
    for alternatives in ["oneOf", "anyOf"].into_iter().filter_map(parts) {
        let mut problems = alternatives
            .iter()
            .map(|part| fit(api, part, value, depth - 1, budget));
        if problems.all(|problem| problem.is_some()) {
            let shown = crate::diagnostic::suggestion::shorten(&value.to_string());
            return Some(format!("{shown} fits none of the alternatives"));
        }
    }
    None
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => {
            value.is_i64()
                || value.is_u64()
                || value.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

/// Whether two names are one in different spellings, such as `petId` and `pet_id`.
pub(crate) fn same_spelling(left: &str, right: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = char> {
        let letters = name.chars().filter(|char| char.is_alphanumeric());
        letters.flat_map(char::to_lowercase)
    }
    left == right || letters(left).eq(letters(right))
}
