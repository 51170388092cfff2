//! Comparison of constants with schemas.

use serde_json::Value;

use super::schema::types;
use crate::diagnostic::child;
use crate::diagnostic::suggestion::shorten;
use crate::openapi::description::{ApiDescription, members};

/// Maximum number of schemas that are compared with one constant. Above it, the constant counts as valid.
const MAX_SCHEMAS: usize = 10_000;
/// Maximum depth to which constants and schemas are compared.
const MAX_DEPTH: usize = 32;

/// Reason why a schema rejects a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// JSON Pointer of the rejected part, within the constant.
    pub(crate) pointer: String,
    pub(crate) text: String,
}

impl Mismatch {
    fn new(text: String) -> Self {
        Self {
            pointer: String::new(),
            text,
        }
    }

    /// Returns the mismatch as one of the value that contains the constant under `token`.
    fn within(mut self, token: impl std::fmt::Display) -> Self {
        self.pointer.insert_str(0, &child("", token));
        self
    }
}

/// Returns the reason why a schema rejects a constant; `None` if it accepts the constant or does not decide.
pub(crate) fn mismatch<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
) -> Option<Mismatch> {
    check(api, schema, value, MAX_DEPTH, &mut { MAX_SCHEMAS })
}

/// Like [`mismatch`], for constants that are sent as strings: `1` and `'1'` are the same in a path or header.
pub(crate) fn mismatch_as_string<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
) -> Option<String> {
    let resolved = api.resolve_value(schema);
    match value {
        Value::Array(items) => items
            .iter()
            .find_map(|item| mismatch_as_string(api, resolved.get("items")?, item)),
        Value::Object(_) | Value::Null => None,
        // A single value counts as a list with one element.
        scalar if types(resolved) == ["array"] => {
            mismatch_as_string(api, resolved.get("items")?, scalar)
        }
        scalar => {
            let text = scalar
                .as_str()
                .map_or_else(|| scalar.to_string(), str::to_owned);
            let read = serde_json::from_str(&text)
                .ok()
                .filter(|read: &Value| !read.is_object() && !read.is_array());
            let as_text = Value::String(text);
            let problem = mismatch(api, resolved, &as_text)?.text;
            let mismatch = |read: &Value| mismatch(api, resolved, read).map(|it| it.text);
            match read {
                // A message about the number is clearer than one about its string.
                Some(read) if !types(resolved).contains(&"string") => mismatch(&read),
                Some(read) => mismatch(&read).map(|_| problem),
                None => Some(problem),
            }
        }
    }
}

fn check<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
    depth: usize,
    budget: &mut usize,
) -> Option<Mismatch> {
    if depth == 0 || *budget == 0 {
        return None;
    }
    *budget -= 1;
    let schema = api.resolve_value(schema);
    if value.is_null() {
        return (!allows_null(schema)).then(|| Mismatch::new("null is not allowed".to_owned()));
    }
    scalar(schema, value)
        .or_else(|| size(schema, value))
        .map(Mismatch::new)
        .or_else(|| inner_values(api, schema, value, depth, budget))
        .or_else(|| composition(api, schema, value, depth, budget))
}

/// Returns `true` if a schema allows `null`, as far as it shows that by itself.
pub(crate) fn allows_null(schema: &Value) -> bool {
    let listed = schema.get("type").and_then(Value::as_array);
    schema.get("nullable") == Some(&Value::Bool(true))
        || listed.is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"))
        || types(schema).is_empty()
}

/// Checks type, enum, pattern and range.
fn scalar(schema: &Value, value: &Value) -> Option<String> {
    let shown = shorten(&value.to_string());
    let kinds = types(schema);
    if !kinds.is_empty() && !kinds.iter().any(|kind| is(value, kind)) {
        return Some(format!("expected {}, found {shown}", kinds.join(" or ")));
    }
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
        && !allowed.contains(value)
        && !allowed.is_empty()
    {
        let allowed: Vec<_> = allowed.iter().take(12).map(ToString::to_string).collect();
        return Some(format!("{shown} is not one of {}", allowed.join(", ")));
    }
    if let (Some(text), Some(pattern)) = (
        value.as_str(),
        schema.get("pattern").and_then(Value::as_str),
    ) && let Ok(regex) = regress::Regex::new(pattern)
        && regex.find(text).is_none()
    {
        return Some(format!("{shown} does not match the pattern `{pattern}`"));
    }
    if let (Some(text), Some(format)) =
        (value.as_str(), schema.get("format").and_then(Value::as_str))
        && !has_format(text, format)
    {
        return Some(format!("{shown} does not have the format `{format}`"));
    }
    let number = value.as_f64()?;
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    // A flag next to the bound in OpenAPI 3.0, a bound of its own in later versions.
    let is_excluded = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    if let Some(least) = bound("minimum").filter(|least| number < *least) {
        return Some(format!("{shown} is less than the minimum {least}"));
    }
    if let Some(most) = bound("maximum").filter(|most| number > *most) {
        return Some(format!("{shown} is greater than the maximum {most}"));
    }
    let least = bound("exclusiveMinimum")
        .or_else(|| bound("minimum").filter(|_| is_excluded("exclusiveMinimum")));
    if let Some(least) = least.filter(|least| number <= *least) {
        return Some(format!("{shown} is not greater than {least}"));
    }
    let most = bound("exclusiveMaximum")
        .or_else(|| bound("maximum").filter(|_| is_excluded("exclusiveMaximum")))
        .filter(|most| number >= *most)?;
    Some(format!("{shown} is not less than {most}"))
}

/// Checks the length of a string, and the number of items of an array.
fn size(schema: &Value, value: &Value) -> Option<String> {
    let (size, unit, least, most) = match value {
        Value::String(text) => (text.chars().count(), "characters", "minLength", "maxLength"),
        Value::Array(items) => (items.len(), "items", "minItems", "maxItems"),
        _ => return None,
    };
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
    let size = u64::try_from(size).ok()?;
    if let Some(least) = bound(least).filter(|least| size < *least) {
        return Some(format!(
            "it has {size} {unit}, fewer than the minimum {least}"
        ));
    }
    let most = bound(most).filter(|most| size > *most)?;
    Some(format!(
        "it has {size} {unit}, more than the maximum {most}"
    ))
}

/// Returns `false` for a string that does not have a format; `true` for an unknown format.
fn has_format(text: &str, format: &str) -> bool {
    const DATE: &str = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])";
    const TIME: &str = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?";
    let pattern = match format {
        "date" => format!("^{DATE}$"),
        "date-time" => format!("^{DATE}[Tt ]{TIME}([Zz]|[+-]\\d{{2}}:\\d{{2}})$"),
        "uuid" => "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$".to_owned(),
        _ => return true,
    };
    // The patterns are valid.
    regress::Regex::new(&pattern).map_or(true, |regex| regex.find(text).is_some())
}

/// Checks the elements of an array, and the properties of an object.
fn inner_values<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
    depth: usize,
    budget: &mut usize,
) -> Option<Mismatch> {
    match value {
        Value::Array(items) => {
            let inner = schema.get("items")?;
            let mut items = items.iter().enumerate();
            items.find_map(|(index, item)| {
                Some(check(api, inner, item, depth - 1, budget)?.within(index))
            })
        }
        Value::Object(object) => members(schema.get("properties")).find_map(|(name, property)| {
            let mut problem = check(api, property, object.get(name)?, depth - 1, budget)?;
            problem.text = format!("`{name}`: {}", problem.text);
            Some(problem.within(name))
        }),
        _ => None,
    }
}

/// Checks the members of `allOf`, and the alternatives of `oneOf` and `anyOf`.
fn composition<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
    depth: usize,
    budget: &mut usize,
) -> Option<Mismatch> {
    let parts = |key: &str| {
        let parts = schema.get(key).and_then(Value::as_array);
        parts.filter(|parts| !parts.is_empty())
    };
    let mut all = parts("allOf").into_iter().flatten();
    if let Some(problem) = all.find_map(|part| check(api, part, value, depth - 1, budget)) {
        return Some(problem);
    }
    let mut alternatives = ["oneOf", "anyOf"].into_iter().filter_map(parts);
    let none_fits = alternatives.any(|alternatives| {
        let mut alternatives = alternatives.iter();
        alternatives.all(|part| check(api, part, value, depth - 1, budget).is_some())
    });
    none_fits.then(|| {
        let shown = shorten(&value.to_string());
        Mismatch::new(format!("{shown} matches none of the alternatives"))
    })
}

/// Returns `true` if a value has a JSON type; also for an unknown type.
pub(crate) fn is(value: &Value, kind: &str) -> bool {
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

/// Returns `true` if two names differ only in case and punctuation, such as `petId` and `pet_id`.
pub(crate) fn same_spelling(left: &str, right: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = char> {
        let letters = name.chars().filter(|char| char.is_alphanumeric());
        letters.flat_map(char::to_lowercase)
    }
    left == right || letters(left).eq(letters(right))
}
