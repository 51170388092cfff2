//! Check of inputs against the JSON Schema and the types of a workflow.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use crate::Error;

/// A violation of the JSON Schema of a workflow's inputs.
///
/// `Display` writes pointer and message. Neither contains a value, which could be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputViolation {
    pointer: String,
    message: String,
}

impl InputViolation {
    pub(crate) fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
        }
    }

    fn of_name(name: &str, message: &str) -> Self {
        Self::new(format!("/{}", escaped(name)), message)
    }

    /// Returns the JSON Pointer of the invalid value in the inputs; empty for the inputs as a whole.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the reason for which the value is invalid.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for InputViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.is_empty() {
            true => f.write_str(&self.message),
            false => write!(f, "{}: {}", self.pointer, self.message),
        }
    }
}

/// The violations of an error.
pub(crate) struct InputViolations(pub(crate) Vec<InputViolation>);

/// Creates the error of invalid inputs.
pub(crate) fn error(what: &str, violations: Vec<InputViolation>) -> Error {
    let listed: Vec<String> = violations.iter().map(ToString::to_string).collect();
    Error::invalid_request(format!(
        "invalid inputs of the {what}: {}",
        listed.join("; ")
    ))
    .with_payload(InputViolations(violations))
}

/// Returns the given inputs of `what`, such as a workflow, with the values of the handle and the defaults of the schema.
pub(crate) fn inputs(
    what: &str,
    schema: &Value,
    filled: Result<Value, serde_json::Error>,
    given: &Value,
) -> Result<Value, Error> {
    let Value::Object(given) = given else {
        let violation = InputViolation::new("", "the inputs are not a JSON object");
        return Err(error(what, vec![violation]));
    };
    let mut inputs = match filled {
        Ok(Value::Object(filled)) => filled,
        _ => Map::new(),
    };
    inputs.extend(given.clone());
    for (name, property) in properties(schema) {
        if let (Some(default), false) = (property.get("default"), inputs.contains_key(name)) {
            inputs.insert(name.clone(), default.clone());
        }
    }
    let mut violations = names(schema, &inputs);
    let inputs = Value::Object(inputs);
    violations.extend(values(what, schema, &inputs)?);
    match violations.is_empty() {
        true => Ok(inputs),
        false => Err(error(what, violations)),
    }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten()
}

/// Returns the missing inputs, and the unknown ones unless the schema mentions others than its properties.
///
/// JSON Schema permits unknown properties, but a misspelled optional input would have no effect.
fn names(schema: &Value, inputs: &Map<String, Value>) -> Vec<InputViolation> {
    let required = schema.get("required").and_then(Value::as_array);
    let required = required.into_iter().flatten().filter_map(Value::as_str);
    let mut violations: Vec<_> = required
        .filter(|name| !inputs.contains_key(*name))
        .map(|name| InputViolation::of_name(name, "required input is missing"))
        .collect();
    const OTHERS: [&str; 8] = [
        "additionalProperties",
        "patternProperties",
        "unevaluatedProperties",
        "allOf",
        "anyOf",
        "oneOf",
        "if",
        "$ref",
    ];
    if !OTHERS.iter().any(|keyword| schema.get(keyword).is_some()) {
        let known: Vec<&String> = properties(schema).map(|(name, _)| name).collect();
        let unknown = inputs.keys().filter(|name| !known.contains(name));
        let unknown = unknown.map(|name| InputViolation::of_name(name, "unknown input"));
        violations.extend(unknown);
    }
    violations
}

/// Returns the violations of the schema except those that [`names`] returns.
#[cfg(feature = "json")]
fn values(what: &str, schema: &Value, inputs: &Value) -> Result<Vec<InputViolation>, Error> {
    use jsonschema::error::ValidationErrorKind;

    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(schema)
        .map_err(|error| {
            Error::configuration(format!(
                "the schema of the inputs of the {what} is invalid: {error}"
            ))
        })?;
    let violations = validator.iter_errors(inputs).filter_map(|error| {
        let pointer = error.instance_path().as_str();
        match error.kind() {
            ValidationErrorKind::Required { .. } if pointer.is_empty() => None,
            // The value may be a secret.
            _ => Some(InputViolation::new(pointer, error.masked().to_string())),
        }
    });
    Ok(violations.collect())
}

#[cfg(not(feature = "json"))]
fn values(_: &str, _: &Value, _: &Value) -> Result<Vec<InputViolation>, Error> {
    Ok(Vec::new())
}

/// Converts JSON to the inputs of a workflow.
pub(crate) fn typed<I: DeserializeOwned>(inputs: &Value) -> Result<I, InputViolation> {
    serde_path_to_error::deserialize(inputs).map_err(|error| {
        let mut pointer = String::new();
        for segment in error.path() {
            match segment {
                Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
                Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
                Segment::Enum { .. } | Segment::Unknown => {}
            }
        }
        InputViolation::new(pointer, reason(&error.inner().to_string()))
    })
}

/// Returns the type that serde expected, without the value, which may be a secret.
fn reason(message: &str) -> String {
    if message.starts_with("missing field") {
        return message.to_owned();
    }
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("value is not {expected}"),
        None => "value does not have the type of the input".to_owned(),
    }
}

/// Escapes a name for a JSON Pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
