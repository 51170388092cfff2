//! Inputs as JSON, as they were given, for values that a workflow sends as a whole.
//!
//! The type of an input has the properties that its schema declares, and times in UTC. A request has to contain what
//! was given.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::workflow::Workflow;

/// The JSON of the inputs in [`Workflow::AS_GIVEN`]. It may contain secrets, so it has no `Debug`.
#[derive(Clone, Default)]
pub(crate) struct GivenInputs(Map<String, Value>);

impl GivenInputs {
    /// Takes the inputs that the workflow sends as they were given.
    pub(crate) fn of<W: Workflow>(inputs: &Value) -> Self {
        let mut given = Self::default();
        for name in W::AS_GIVEN {
            given.set::<W>(name, inputs.get(name).cloned());
        }
        given
    }

    /// Sets the JSON of an input. Null is an input that is not set.
    pub(crate) fn set<W: Workflow>(&mut self, name: &str, value: Option<Value>) {
        let value = value.filter(|value| !value.is_null() && W::AS_GIVEN.contains(&name));
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Returns the part of an input at a JSON Pointer, unless the input was not given as JSON or the part is null.
    pub(crate) fn part(&self, name: &str, pointer: &str) -> Option<Value> {
        let part = self.0.get(name)?.pointer(pointer)?;
        (!part.is_null()).then(|| part.clone())
    }

    /// Returns the JSON of an input: as it was given, or else that of its value.
    pub(crate) fn json(&self, name: &str, value: &impl Serialize) -> Option<Value> {
        match self.0.get(name) {
            Some(given) => Some(given.clone()),
            None => serde_json::to_value(value).ok(),
        }
    }

    /// Serializes inputs with the JSON that they were given as.
    pub(crate) fn over(&self, inputs: &impl Serialize) -> Result<Value, serde_json::Error> {
        let mut inputs = serde_json::to_value(inputs)?;
        for (name, given) in &self.0 {
            if let Some(input) = inputs.get_mut(name) {
                *input = given.clone();
            }
        }
        Ok(inputs)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_json_of_an_input_replaces_its_value() {
        let mut given = GivenInputs::default();
        let value = json!({ "at": "2024-05-01T10:00:00+02:00", "n": [null, 2] });
        given.0.insert("one".to_owned(), value.clone());
        given.0.insert("absent".to_owned(), json!(1));
        assert_eq!(given.json("one", &1), Some(value.clone()));
        assert_eq!(given.json("two", &2), Some(json!(2)));
        assert_eq!(given.part("one", "/n/1"), Some(json!(2)));
        assert_eq!(given.part("one", "/n/0"), None);
        assert_eq!(given.part("two", ""), None);
        let inputs = given.over(&json!({ "one": 1, "two": 2 })).unwrap();
        assert_eq!(inputs, json!({ "one": value, "two": 2 }));
    }
}
