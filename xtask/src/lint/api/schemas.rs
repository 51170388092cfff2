//! Schemas of an OpenAPI document: constraints that contradict each other, and values that a schema rejects.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::{Checker, Kind};
use crate::diagnostic::suggestion::{did_you_mean, did_you_mean_reference, shorten};
use crate::diagnostic::{Code, child};
use crate::lint::literal::{allows_null, is, mismatch};
use crate::lint::schema::{SchemaLookup, look_up, types};
use crate::openapi::description::members;

/// Pairs of a lower and an upper limit.
const LIMITS: &[(&str, &str)] = &[
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
];

impl<'d> Checker<'d, '_> {
    /// Checks the keywords of a schema.
    pub(super) fn schema(&mut self, kind: Kind, schema: &'d Value, at: &str) {
        if schema.get("$ref").is_some() {
            return self.next_to_reference(schema, at);
        }
        self.keywords(kind, schema, at);
        let is_possible = self.limits(schema, at);
        self.dialect(schema, at);
        self.values(schema, at, is_possible);
        self.discriminator(schema, at);
    }

    /// Reports `required` of a property that is a reference, where it looks like that of a parameter.
    fn next_to_reference(&mut self, schema: &Value, at: &str) {
        if schema.get("required").is_some_and(Value::is_boolean) {
            self.warn(
                Code::Malformed,
                &child(at, "required"),
                "malformed document: `required` must be an array of property names, but is a boolean",
                "ignored",
                Some("list the property under `required` of its schema".to_owned()),
            );
        }
    }

    /// Reports limits that no value satisfies. Returns `false` if there are any.
    fn limits(&mut self, schema: &Value, at: &str) -> bool {
        let mut is_possible = true;
        for (low, high) in LIMITS {
            let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
            let (Some(least), Some(most)) = (limit(low), limit(high)) else {
                continue;
            };
            let is_excluded = |key| schema.get(key) == Some(&Value::Bool(true));
            let is_open = *low == "minimum"
                && (is_excluded("exclusiveMinimum") || is_excluded("exclusiveMaximum"));
            let is_empty = match least.partial_cmp(&most) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => is_open,
                _ => false,
            };
            if is_empty {
                is_possible = false;
                let message = format!("no value satisfies `{low}: {least}` and `{high}: {most}`");
                self.warn(
                    Code::ContradictoryConstraints,
                    &child(at, high),
                    message,
                    "excludes all values",
                    Some(format!("write a `{high}` of at least {least}")),
                );
            }
        }
        let is_set = |key: &str| schema.get(key) == Some(&Value::Bool(true));
        if is_set("readOnly") && is_set("writeOnly") {
            self.warn(
                Code::ContradictoryConstraints,
                &child(at, "writeOnly"),
                "a property cannot be both `readOnly` and `writeOnly`",
                "sent in no direction",
                Some("remove one of them".to_owned()),
            );
        }
        let step = schema.get("multipleOf").and_then(Value::as_f64);
        if let Some(step) = step.filter(|step| *step <= 0.0) {
            is_possible = false;
            self.warn(
                Code::ContradictoryConstraints,
                &child(at, "multipleOf"),
                format!("`multipleOf` must be greater than 0, but is {step}"),
                "excludes all values",
                None,
            );
        }
        is_possible
    }

    /// Reports keywords that the version of the document does not have.
    fn dialect(&mut self, schema: &Value, at: &str) {
        if self.is_3_0 {
            if schema.get("type").is_some_and(|it| it == "array") && schema.get("items").is_none() {
                self.warn(
                    Code::MissingField,
                    at,
                    "a schema of the type `array` has no `items`",
                    "its items are any JSON values",
                    Some("add `items`".to_owned()),
                );
            }
            return;
        }
        if schema.get("nullable").is_some_and(Value::is_boolean) {
            self.warn(
                Code::NonStandard,
                &child(at, "nullable"),
                "`nullable` is not a keyword of OpenAPI 3.1 and later",
                "read as in OpenAPI 3.0",
                Some("add `null` to the list of types".to_owned()),
            );
        }
        for (key, bound) in [
            ("exclusiveMinimum", "minimum"),
            ("exclusiveMaximum", "maximum"),
        ] {
            if schema.get(key).is_some_and(Value::is_boolean) {
                self.warn(
                    Code::NonStandard,
                    &child(at, key),
                    format!("`{key}` is a number in OpenAPI 3.1 and later"),
                    "read as in OpenAPI 3.0",
                    Some(format!(
                        "write the number of `{bound}` here, and remove `{bound}`"
                    )),
                );
            }
        }
    }

    /// Reports values of `enum`, `const` and `default` that the schema rejects.
    fn values(&mut self, schema: &'d Value, at: &str, is_possible: bool) {
        let kinds = types(schema);
        let is_null_allowed = allows_null(schema);
        let fits = |value: &Value| {
            kinds.is_empty()
                || value.is_null() && is_null_allowed
                || kinds.iter().any(|kind| is(value, kind))
        };
        let expected = kinds.join(" or ");
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            let place = child(at, "enum");
            if values.is_empty() {
                let message = "an `enum` without values allows no value";
                self.warn(Code::InvalidEnum, &place, message, "ignored", None);
            }
            let mut seen = std::collections::BTreeSet::new();
            for (index, value) in values.iter().enumerate() {
                let shown = shorten(&value.to_string());
                let place = child(&place, index);
                if !seen.insert(value.to_string()) {
                    let message = format!("the `enum` has the value {shown} twice");
                    self.warn(Code::InvalidEnum, &place, message, "repeated", None);
                } else if !fits(value) && !value.is_null() {
                    let message = format!("the value {shown} of the `enum` is not {expected}");
                    self.warn(
                        Code::InvalidEnum,
                        &place,
                        message,
                        "rejected by the type",
                        Some(format!("write a value of the type {expected}, or quote it")),
                    );
                }
            }
        }
        if let Some(constant) = schema.get("const").filter(|constant| !fits(constant)) {
            let shown = shorten(&constant.to_string());
            let message = format!("the constant {shown} is not {expected}");
            let at = child(at, "const");
            self.warn(
                Code::InvalidEnum,
                &at,
                message,
                "rejected by the type",
                None,
            );
        }
        if !is_possible {
            return;
        }
        // `null` stands for a missing default in many documents.
        if let Some(default) = schema.get("default").filter(|it| !it.is_null())
            && let Some(problem) = mismatch(self.api, schema, default)
        {
            self.warn(
                Code::InvalidDefault,
                &format!("{}{}", child(at, "default"), problem.pointer),
                format!("invalid default: {}", problem.text),
                "rejected by the schema",
                Some("write a default that the schema allows".to_owned()),
            );
        }
        if let Some(example) = schema.get("example") {
            self.example(schema, example, &child(at, "example"));
        }
        let examples = schema.get("examples").and_then(Value::as_array);
        let place = child(at, "examples");
        for (index, example) in examples.into_iter().flatten().enumerate() {
            self.example(schema, example, &child(&place, index));
        }
    }

    /// Reports examples of a parameter, header or media type that its schema rejects.
    pub(super) fn examples(&mut self, holder: &'d Map<String, Value>, at: &str) {
        let Some(schema) = holder.get("schema").filter(|it| it.is_object()) else {
            return;
        };
        // Values of other media types than JSON have a form of their own.
        let is_other_text = |kind: &str| kind.contains("~1") && !kind.contains("json");
        if at.rsplit('/').next().is_some_and(is_other_text) {
            return;
        }
        if let Some(example) = holder.get("example") {
            self.example(schema, example, &child(at, "example"));
        }
        let place = child(at, "examples");
        for (name, example) in members(holder.get("examples")) {
            let at = child(&place, name);
            let (example, at) = match example.get("$ref").and_then(Value::as_str) {
                None => (example, at),
                Some(reference) => match self.target(reference, &at) {
                    Some(example) => (example, reference.trim_start_matches('#').to_owned()),
                    None => continue,
                },
            };
            if let Some(value) = example.get("value") {
                self.example(schema, value, &child(&at, "value"));
            }
        }
    }

    /// Returns the target of a reference within the document, or reports that there is none.
    pub(super) fn target(&mut self, reference: &str, at: &str) -> Option<&'d Value> {
        let pointer = reference.strip_prefix('#')?;
        let root = self.api.root().value;
        let target = root.pointer(pointer).filter(|it| it.is_object());
        if target.is_none() {
            self.warn(
                Code::DanglingReference,
                &child(at, "$ref"),
                format!("the reference `{}` has no target", shorten(reference)),
                "not found in the document",
                did_you_mean_reference(root, reference),
            );
        }
        target
    }

    /// Reports an example that its schema rejects.
    fn example(&mut self, schema: &'d Value, example: &Value, at: &str) {
        // `null` stands for a missing example in many documents.
        if example.is_null() {
            return;
        }
        if let Some(problem) = mismatch(self.api, schema, example) {
            self.warn(
                Code::InvalidExample,
                &format!("{at}{}", problem.pointer),
                format!("invalid example: {}", problem.text),
                "rejected by the schema",
                Some("write an example that the schema allows".to_owned()),
            );
        }
    }

    /// Reports a discriminator whose property an alternative does not declare.
    fn discriminator(&mut self, schema: &'d Value, at: &str) {
        let Some(discriminator) = schema.get("discriminator").filter(|it| it.is_object()) else {
            return;
        };
        let Some(name) = discriminator.get("propertyName").and_then(Value::as_str) else {
            return;
        };
        self.mapping(
            discriminator,
            &child(&child(at, "discriminator"), "mapping"),
        );
        let alternatives = ["oneOf", "anyOf"]
            .into_iter()
            .filter_map(|key| schema.get(key)?.as_array())
            .flatten();
        let tokens = [name.to_owned()];
        let mut without = None;
        for alternative in alternatives {
            let found = look_up(Some(self.api), alternative, &tokens);
            if let SchemaLookup::Missing { candidates, .. } = found {
                without = Some(candidates);
                break;
            }
        }
        if let Some(candidates) = without {
            let message = format!("an alternative does not declare the property `{name}`");
            let candidates = candidates.iter().map(String::as_str);
            let help =
                super::help_for(name, candidates, "declare the property in all alternatives");
            self.warn(
                Code::InvalidDiscriminator,
                &child(&child(at, "discriminator"), "propertyName"),
                message,
                "tells the alternatives apart",
                Some(help),
            );
        }
    }

    /// Reports values of a mapping that are neither a reference with a target nor the name of a schema.
    fn mapping(&mut self, discriminator: &'d Value, at: &str) {
        let root = self.api.root().value;
        let schemas = root
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        for (tag, target) in members(discriminator.get("mapping")) {
            let Some(target) = target.as_str() else {
                continue;
            };
            let (is_found, help) = match target.strip_prefix('#') {
                Some(pointer) => (
                    root.pointer(pointer).is_some(),
                    did_you_mean_reference(root, target),
                ),
                // A file, which is looked up where it is bundled.
                None if target.contains(['/', '#', '.']) => continue,
                None => {
                    let names = schemas.into_iter().flatten().map(|(name, _)| name);
                    (
                        schemas.is_some_and(|schemas| schemas.contains_key(target)),
                        did_you_mean(target, names),
                    )
                }
            };
            if !is_found {
                let message =
                    format!("the mapping of `{tag}` names `{target}`, which does not exist");
                let at = child(at, tag);
                self.warn(Code::DanglingReference, &at, message, "not found", help);
            }
        }
    }
}
