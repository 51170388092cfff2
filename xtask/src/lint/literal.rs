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
        scalar if types(resolved) == ["array"] => {
            let inner = resolved.get("items")?;
            let of_text = types(api.resolve_value(inner)).contains(&"string");
            let elements = elements(scalar, of_text);
            elements
                .iter()
                .find_map(|element| mismatch_as_string(api, inner, element))
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

/// Returns the elements of a list that is written as a single value: JSON in a string, numbers or booleans separated
/// by commas, or else the value as the only element. `of_text` is `true` if the elements are strings.
pub(crate) fn elements(value: &Value, of_text: bool) -> Vec<Value> {
    let Value::String(text) = value else {
        return vec![value.clone()];
    };
    if text.trim_start().starts_with('[')
        && let Ok(Value::Array(items)) = serde_json::from_str(text)
    {
        return items;
    }
    let parse = |part: &str| serde_json::from_str::<Value>(part.trim()).ok();
    let scalar = |value: &Value| value.is_number() || value.is_boolean();
    let parts = text.split(',').map(|part| parse(part).filter(scalar));
    match parts.collect::<Option<Vec<_>>>() {
        Some(parts) if !of_text => parts,
        _ => vec![value.clone()],
    }
}

/// Returns the string that is sent for a number or boolean, or the number or boolean for a string, if the schema
/// accepts only that.
fn converted(kinds: &[&str], value: &Value) -> Option<Value> {
    let accepts = |value: &Value| kinds.iter().any(|kind| is(value, kind));
    if kinds.is_empty() || accepts(value) {
        return None;
    }
    let other = match value {
        Value::Number(_) | Value::Bool(_) => Value::String(value.to_string()),
        Value::String(text) => serde_json::from_str(text).ok()?,
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    let is_scalar = other.is_string() || other.is_number() || other.is_boolean();
    (is_scalar && accepts(&other)).then_some(other)
}

/// Like [`mismatch`], for constants in a body. Those of another type than their property are converted, with a
/// warning of lowering: a number to its string, and a string that contains a number or a boolean.
pub(crate) fn mismatch_in_body<'d>(
    api: ApiDescription<'d>,
    schema: &'d Value,
    value: &Value,
) -> Option<Mismatch> {
    let mut meant = value.clone();
    convert(api, schema, &mut meant, MAX_DEPTH);
    mismatch(api, schema, &meant)
}

fn convert<'d>(api: ApiDescription<'d>, schema: &'d Value, value: &mut Value, depth: usize) {
    let schema = api.resolve_value(schema);
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(items) => {
            if let Some(inner) = schema.get("items") {
                let items = items.iter_mut();
                items.for_each(|item| convert(api, inner, item, depth - 1));
            }
        }
        Value::Object(object) => {
            for (name, property) in members(schema.get("properties")) {
                if let Some(member) = object.get_mut(name) {
                    convert(api, property, member, depth - 1);
                }
            }
        }
        scalar => {
            if let Some(meant) = converted(&types(schema), scalar) {
                *scalar = meant;
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
        || listed.is_some_and(|kinds| kinds.iter().any(|kind| kind == "null" || kind.is_null()))
        || types(schema).is_empty()
}

/// Checks type, enum, pattern and range.
fn scalar(schema: &Value, value: &Value) -> Option<String> {
    let shown = shorten(&value.to_string());
    let kinds = types(schema);
    // Values of another type than the schema are reported for the API description.
    let fits = |value: &Value| kinds.is_empty() || kinds.iter().any(|kind| is(value, kind));
    if let Some(constant) = schema.get("const").filter(|constant| fits(constant)) {
        return (constant != value).then(|| format!("{shown} is not {constant}"));
    }
    let mut listed = schema
        .get("enum")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    if listed.any(|listed| listed == value) {
        return None;
    }
    if !fits(value) {
        return Some(format!("expected {}, found {shown}", kinds.join(" or ")));
    }
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
        && !allowed.contains(value)
        && allowed.iter().any(fits)
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
    if bound("minimum") > bound("maximum") && bound("maximum").is_some() {
        return None; // Reported for the API description.
    }
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
    if bound(least)
        .zip(bound(most))
        .is_some_and(|(least, most)| least > most)
    {
        return None; // Reported for the API description.
    }
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
        "uri" => "^[A-Za-z][A-Za-z0-9+.-]*:".to_owned(),
        "email" => "^[^@\\s]+@[^@\\s]+$".to_owned(),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_a_single_value_as_a_list() {
        for (value, of_text, expected) in [
            (json!("a"), true, json!(["a"])),
            (json!("a,b"), true, json!(["a,b"])),
            (json!("1,2"), true, json!(["1,2"])),
            (json!("1, 2"), false, json!([1, 2])),
            (json!("1,x"), false, json!(["1,x"])),
            (json!("[1, \"a\"]"), true, json!([1, "a"])),
            (json!("[x"), true, json!(["[x"])),
            (json!(7), false, json!([7])),
            (json!(true), true, json!([true])),
        ] {
            assert_eq!(json!(elements(&value, of_text)), expected, "{value}");
        }
    }

    #[test]
    fn constants_in_a_body_are_converted() {
        let schema = json!({ "type": "object", "properties": {
            "text": { "type": "string" },
            "number": { "type": "integer" },
            "list": { "type": "array", "items": { "type": "boolean" } },
        } });
        let api = Value::Null;
        let api = ApiDescription::new(&api);
        for (body, fits) in [
            (
                json!({ "text": 5, "number": "6", "list": ["true", false] }),
                true,
            ),
            (json!({ "text": true }), true),
            (json!({ "number": "many" }), false),
            (json!({ "number": "1.5" }), false),
            (json!({ "text": ["a"] }), false),
            (json!({ "list": [1] }), false),
        ] {
            assert_eq!(
                mismatch_in_body(api, &schema, &body).is_none(),
                fits,
                "{body}"
            );
        }
    }
}
