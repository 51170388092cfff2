//! Single keywords of schemas: patterns, formats, required properties, and keywords of another version.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Checker, Kind};
use crate::diagnostic::suggestion::{did_you_mean, nearest};
use crate::diagnostic::{Code, child};
use crate::lint::schema::types;
use crate::openapi::description::declares_property;

/// Formats of strings.
const STRINGS: &[&str] = &[
    "date",
    "date-time",
    "time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "uuid",
    "byte",
    "binary",
    "password",
];
/// Formats of numbers, with the types that each belongs to. Large integers are sent as strings too.
const NUMBERS: &[(&str, &[&str])] = &[
    ("int32", &["integer", "number"]),
    ("int64", &["integer", "number", "string"]),
    ("float", &["number"]),
    ("double", &["number"]),
];

impl<'d> Checker<'d, '_> {
    /// Reports keywords that are ignored, or have another meaning than they seem to have.
    pub(super) fn keywords(&mut self, kind: Kind, schema: &'d Value, at: &str) {
        self.pattern(schema, at);
        self.format(schema, at);
        if kind == Kind::Schema {
            self.required(schema, at);
        }
        match self.is_3_0 {
            true => self.later_keywords(schema, at),
            false => self.null_type(schema, at),
        }
    }

    fn pattern(&mut self, schema: &Value, at: &str) {
        let pattern = schema.get("pattern").and_then(Value::as_str);
        if let Some(Err(error)) = pattern.map(regress::Regex::new) {
            self.warn(
                Code::InvalidPattern,
                &child(at, "pattern"),
                format!("invalid regular expression: {error}"),
                "any string is accepted",
                None,
            );
        }
    }

    /// Reports a misspelled format, and the format of another type. Other unknown formats are allowed.
    fn format(&mut self, schema: &Value, at: &str) {
        /// Shorter names are similar to too many others.
        const SHORTEST: usize = 5;
        let kinds = types(schema);
        let (Some(format), [kind]) = (
            schema.get("format").and_then(Value::as_str),
            kinds.as_slice(),
        ) else {
            return;
        };
        let at = child(at, "format");
        let of_numbers = || NUMBERS.iter().filter(|(_, kinds)| kinds.contains(kind));
        let known: Vec<&str> = match *kind {
            "string" => STRINGS.to_vec(),
            _ => of_numbers().map(|(name, _)| *name).collect(),
        };
        let is_known = |format: &str| {
            STRINGS.contains(&format) || NUMBERS.iter().any(|(name, _)| *name == format)
        };
        let fits = known.contains(&format) || of_numbers().any(|(name, _)| *name == format);
        if is_known(format) && !fits {
            self.warn(
                Code::InvalidFormat,
                &at,
                format!("the format `{format}` does not belong to the type `{kind}`"),
                "ignored",
                Some("write another type, or remove the format".to_owned()),
            );
        } else if !is_known(format)
            && format.len() >= SHORTEST
            && let Some(meant) = nearest(format, &known)
            && !is_variant(format, &meant)
        {
            self.warn(
                Code::InvalidFormat,
                &at,
                format!("the format `{format}` is unknown"),
                "ignored",
                Some(format!("did you mean `{meant}`?")),
            );
        }
    }

    /// Reports required properties that no member of the schema declares.
    fn required(&mut self, schema: &'d Value, at: &str) {
        let rest = schema.get("additionalProperties");
        let is_map = rest.is_some_and(|rest| *rest == Value::Bool(true) || rest.is_object());
        let is_readable = schema.get("properties").is_none_or(Value::is_object);
        let kinds = types(schema);
        let is_object = kinds.is_empty() || kinds.contains(&"object");
        if is_map || !is_readable || !is_object {
            return;
        }
        let required = schema.get("required").and_then(Value::as_array);
        let place = child(at, "required");
        let mut seen = BTreeSet::new();
        let mut undeclared: Vec<(usize, &str)> = Vec::new();
        for (index, name) in required.into_iter().flatten().enumerate() {
            let Some(name) = name.as_str() else {
                continue;
            };
            if !seen.insert(name) {
                let message = format!("malformed document: `required` has `{name}` twice");
                let at = child(&place, index);
                self.warn(Code::Malformed, &at, message, "repeated", None);
                continue;
            }
            let target = |schema| {
                let target = self.api.resolve_value(schema);
                target.get("$ref").is_none().then_some(target)
            };
            if !declares_property(schema, name, target) {
                undeclared.push((index, name));
            }
        }
        // The properties as a whole are missing, not each of them.
        if let ([_, _, ..], None) = (undeclared.as_slice(), schema.get("properties")) {
            let names: Vec<String> = undeclared.iter().map(|(_, it)| format!("`{it}`")).collect();
            self.warn(
                Code::RequiredUndeclared,
                &place,
                format!(
                    "the required properties {} are not declared",
                    names.join(", ")
                ),
                "treated as optional properties of any JSON value",
                Some("declare them in `properties`, or remove them from `required`".to_owned()),
            );
            return;
        }
        for (index, name) in undeclared {
            let properties = schema.get("properties").and_then(Value::as_object);
            let declared = properties.into_iter().flat_map(Map::keys);
            let help = did_you_mean(name, declared).unwrap_or_else(|| {
                "declare the property, or remove it from `required`; an overlay can do either"
                    .to_owned()
            });
            self.warn(
                Code::RequiredUndeclared,
                &child(&place, index),
                format!("the required property `{name}` is not declared"),
                "treated as an optional property of any JSON value",
                Some(help),
            );
        }
    }

    /// Reports keywords of OpenAPI 3.1 in a document of version 3.0.
    fn later_keywords(&mut self, schema: &Value, at: &str) {
        if schema.get("type").is_some_and(Value::is_array) {
            self.warn(
                Code::NonStandard,
                &child(at, "type"),
                "a list of types is not allowed in OpenAPI 3.0",
                "read as in OpenAPI 3.1",
                Some("write one type, with `nullable: true` for `null`".to_owned()),
            );
        }
        for (key, bound) in [
            ("exclusiveMinimum", "minimum"),
            ("exclusiveMaximum", "maximum"),
        ] {
            if schema.get(key).is_some_and(Value::is_number) {
                self.warn(
                    Code::NonStandard,
                    &child(at, key),
                    format!("`{key}` is a boolean in OpenAPI 3.0"),
                    "read as in OpenAPI 3.1",
                    Some(format!("write `{bound}`, and `{key}: true` next to it")),
                );
            }
        }
    }

    /// Reports the value `null` in a list of types, in which only names are allowed.
    fn null_type(&mut self, schema: &Value, at: &str) {
        let listed = schema.get("type").and_then(Value::as_array);
        if listed.is_some_and(|kinds| kinds.iter().any(Value::is_null)) {
            self.warn(
                Code::NonStandard,
                &child(at, "type"),
                "the list of types has the value `null` instead of its name",
                "read as the type `null`",
                Some("write `'null'` in quotes".to_owned()),
            );
        }
    }
}

/// Returns `true` for formats that differ by a number or a sign, such as `int32`, `int16` and `uint32`. Swapped digits
/// are a mistake.
fn is_variant(format: &str, known: &str) -> bool {
    let part = |text: &str, is_wanted: fn(&char) -> bool| -> Vec<char> {
        text.chars().filter(is_wanted).collect()
    };
    let digits = |text: &str| {
        let mut digits = part(text, char::is_ascii_digit);
        digits.sort_unstable();
        digits
    };
    let letters = |text: &str| part(text, |char| !char.is_ascii_digit());
    let unsigned = format.strip_prefix('u').unwrap_or(format);
    let is_other = digits(format) != digits(known) || unsigned != format;
    is_other && [letters(format), letters(unsigned)].contains(&letters(known))
}
