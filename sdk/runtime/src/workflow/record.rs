//! Records of finished steps, from which another run can resume.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::workflow::{StepId, Steps, Workflow};

/// Record of a run: the outputs of its finished steps and the next step.
///
/// A record is bound to its workflow, the version of the document, and the inputs of the run, including project,
/// environment and user. Resuming any other run from it returns a
/// [`WorkflowErrorKind::Record`](crate::WorkflowErrorKind::Record) error before any request is sent.
///
/// Serialize it to continue in another process. **A record is a secret**: it contains the outputs of the steps in
/// plain text, including tokens and keys. Of the inputs, it contains only digests. `Debug` omits both.
#[derive(Clone, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Unchecked")]
pub struct WorkflowRecord {
    workflow: String,
    version: String,
    /// Digest of the workflow in the document.
    digest: String,
    /// SHA-256 of each input, as hexadecimal digits, by its name in the document.
    inputs: BTreeMap<String, String>,
    /// Next step; `None` at the end.
    next: Option<String>,
    steps: Value,
}

/// A record whose form is not known yet. Serde would read a list as an object with the same members.
#[derive(Deserialize)]
#[serde(transparent)]
struct Unchecked(serde_json::Map<String, Value>);

impl TryFrom<Unchecked> for WorkflowRecord {
    type Error = serde_json::Error;

    fn try_from(record: Unchecked) -> Result<Self, serde_json::Error> {
        let Members {
            workflow,
            version,
            digest,
            inputs,
            next,
            steps,
        } = serde_json::from_value(Value::Object(record.0))?;
        Ok(Self {
            workflow,
            version,
            digest,
            inputs,
            next,
            steps,
        })
    }
}

#[derive(Deserialize)]
struct Members {
    workflow: String,
    version: String,
    digest: String,
    inputs: BTreeMap<String, String>,
    /// Required, so that incomplete JSON is not read as a finished run.
    #[serde(deserialize_with = "present")]
    next: Option<String>,
    steps: Value,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// Reasons for which a record cannot be resumed from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordError {
    /// The record is of another workflow.
    Workflow {
        /// Id of the recorded workflow.
        recorded: String,
        /// Id of the workflow to be resumed.
        expected: &'static str,
    },
    /// The record is of another version of the document.
    Version {
        /// Version in the record.
        recorded: String,
        /// Version of the generated code.
        expected: &'static str,
    },
    /// The record is of the same version of the document, but the workflow in it has been changed.
    Document {
        /// Version of the document.
        version: &'static str,
        /// Digest of the recorded workflow.
        recorded: String,
        /// Digest of the workflow in the generated code.
        expected: &'static str,
    },
    /// The record is of a run with other inputs.
    Inputs {
        /// Names of the inputs that differ, as in the document.
        differing: Vec<String>,
    },
    /// The content of the record does not match the workflow.
    Unreadable {
        /// Reason for which the record cannot be read.
        reason: String,
    },
    /// The run cannot be encrypted or decrypted.
    Sealed {
        /// Message of the function that encrypts or decrypts.
        reason: String,
    },
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workflow { recorded, expected } => {
                write!(
                    f,
                    "the record is of the workflow `{recorded}`, not of `{expected}`"
                )
            }
            Self::Version { recorded, expected } => write!(
                f,
                "the record is of version `{recorded}` of the document, not of `{expected}`"
            ),
            Self::Document {
                version,
                recorded,
                expected,
            } => write!(
                f,
                "the record is of another form of version `{version}`: the workflow in the document has the digest \
                 `{recorded}` there and `{expected}` here"
            ),
            Self::Inputs { differing } => {
                let names: Vec<_> = differing.iter().map(|name| format!("`{name}`")).collect();
                write!(
                    f,
                    "the record is of a run with other inputs: {} differs",
                    names.join(", ")
                )
            }
            Self::Unreadable { reason } => write!(f, "the record cannot be read: {reason}"),
            Self::Sealed { reason } => write!(f, "the run cannot be sealed or opened: {reason}"),
        }
    }
}

impl std::error::Error for RecordError {}

/// Writes only names, because outputs may be secrets.
impl fmt::Debug for WorkflowRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowRecord")
            .field("workflow", &self.workflow)
            .field("version", &self.version)
            .field("finished", &self.finished())
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl WorkflowRecord {
    pub(crate) fn of<W: Workflow>(
        inputs: Result<Value, serde_json::Error>,
        steps: &W::Steps,
        next: Option<W::Step>,
    ) -> Self {
        Self {
            workflow: W::ID.to_owned(),
            version: W::VERSION.to_owned(),
            digest: W::DIGEST.to_owned(),
            inputs: inputs.map(digests).unwrap_or_default(),
            next: next.map(|step| step.id().to_owned()),
            // Steps that cannot be serialized are rejected when the record is read.
            steps: serde_json::to_value(steps).unwrap_or(Value::Null),
        }
    }

    /// Creates the record of a run that could not start.
    pub(crate) fn empty<W: Workflow>() -> Self {
        Self {
            workflow: W::ID.to_owned(),
            version: W::VERSION.to_owned(),
            digest: W::DIGEST.to_owned(),
            inputs: BTreeMap::new(),
            next: None,
            steps: Value::Null,
        }
    }

    /// Returns the id of the workflow, as in its document.
    pub fn workflow(&self) -> &str {
        &self.workflow
    }

    /// Returns the version of the document.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the ids of the steps whose outputs are recorded.
    pub fn finished(&self) -> Vec<&str> {
        let steps = self.steps.as_object().into_iter().flatten();
        steps
            .filter(|(_, outputs)| !outputs.is_null())
            .map(|(id, _)| id.as_str())
            .collect()
    }

    /// Returns the outputs of the finished steps.
    ///
    /// Returns an error if the record is of another workflow.
    pub fn steps<S: Steps>(&self) -> Result<S, RecordError> {
        check_workflow(&self.workflow, <S::Step as StepId>::WORKFLOW)?;
        check_steps(&self.steps)?;
        S::deserialize(&self.steps).map_err(|error| unreadable(&error))
    }

    /// Returns the finished steps and the next one, if the record is of this workflow and a run with these inputs.
    pub(crate) fn open<W: Workflow>(
        &self,
        inputs: Result<Value, serde_json::Error>,
    ) -> Result<(W::Steps, Option<W::Step>), RecordError> {
        check_origin::<W>(&self.workflow, &self.version, &self.digest)?;
        let expected = inputs.map(digests).map_err(|error| unreadable(&error))?;
        let names: BTreeSet<&String> = self.inputs.keys().chain(expected.keys()).collect();
        let differing: Vec<String> = names
            .into_iter()
            .filter(|name| self.inputs.get(*name) != expected.get(*name))
            .cloned()
            .collect();
        if !differing.is_empty() {
            return Err(RecordError::Inputs { differing });
        }
        let next = match &self.next {
            None => None,
            Some(id) => {
                let reason = || format!("the workflow has no step `{id}`");
                Some(
                    W::Step::from_id(id)
                        .ok_or_else(|| RecordError::Unreadable { reason: reason() })?,
                )
            }
        };
        Ok((self.steps()?, next))
    }
}

/// Checks the workflow id, version and digest of a record.
pub(crate) fn check_origin<W: Workflow>(
    workflow: &str,
    version: &str,
    digest: &str,
) -> Result<(), RecordError> {
    check_workflow(workflow, W::ID)?;
    if version != W::VERSION {
        return Err(RecordError::Version {
            recorded: version.to_owned(),
            expected: W::VERSION,
        });
    }
    if digest != W::DIGEST {
        return Err(RecordError::Document {
            version: W::VERSION,
            recorded: digest.to_owned(),
            expected: W::DIGEST,
        });
    }
    Ok(())
}

fn check_workflow(recorded: &str, expected: &'static str) -> Result<(), RecordError> {
    if recorded == expected {
        return Ok(());
    }
    Err(RecordError::Workflow {
        recorded: recorded.to_owned(),
        expected,
    })
}

/// Checks that the outputs of each step are an object. Serde would read a list as an object with the same members.
pub(crate) fn check_steps(steps: &Value) -> Result<(), RecordError> {
    let has_outputs = |value: &Value| value.is_object() || value.is_null();
    let steps = steps.as_object();
    match steps.is_some_and(|steps| steps.values().all(has_outputs)) {
        true => Ok(()),
        false => Err(RecordError::Unreadable {
            reason: NOT_OUTPUTS.to_owned(),
        }),
    }
}

const NOT_OUTPUTS: &str = "it does not have the outputs of the steps";

/// Returns an error without values of the record, which may be secrets.
fn unreadable(error: &serde_json::Error) -> RecordError {
    let reason = match error.classify() {
        serde_json::error::Category::Data => NOT_OUTPUTS,
        _ => "it is not valid JSON",
    };
    RecordError::Unreadable {
        reason: reason.to_owned(),
    }
}

/// Returns the digest of each input, by its name.
fn digests(inputs: Value) -> BTreeMap<String, String> {
    let Value::Object(inputs) = inputs else {
        return BTreeMap::new();
    };
    let digests = inputs.into_iter().map(|(name, value)| {
        let mut json = String::new();
        canonical(&value, &mut json);
        let digest = Sha256::digest(json.as_bytes());
        (
            name,
            digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        )
    });
    digests.collect()
}

/// Writes JSON without white space and with the properties of objects sorted by name.
fn canonical(value: &Value, json: &mut String) {
    match value {
        Value::Array(items) => {
            json.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                canonical(item, json);
            }
            json.push(']');
        }
        Value::Object(properties) => {
            let sorted: BTreeMap<_, _> = properties.iter().collect();
            json.push('{');
            for (index, (name, property)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                json.push_str(&Value::from(name.as_str()).to_string());
                json.push(':');
                canonical(property, json);
            }
            json.push('}');
        }
        scalar => json.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_digest_does_not_depend_on_the_order_of_properties() {
        let one = json!({ "a": { "x": [1, {"p": "ä", "q": null}], "y": "1" } });
        let other = json!({ "a": { "y": "1", "x": [1, {"q": null, "p": "ä"}] } });
        assert_eq!(digests(one.clone()), digests(other));
        let third = json!({ "a": { "y": 1, "x": [1, {"q": null, "p": "ä"}] } });
        assert_ne!(digests(one), digests(third));
    }

    #[test]
    fn a_digest_is_the_sha_256_of_canonical_json() {
        let digests = digests(json!({ "who": "abc" }));
        // printf '"abc"' | sha256sum
        let expected = "6cc43f858fbb763301637b5af970e2a46b46f461f27e5a0f41e009c59b827b25";
        assert_eq!(digests["who"], expected);
    }

    #[test]
    fn rejects_a_record_without_a_position() {
        for json in [
            "{}",
            r#"{"workflow":"demo","version":"1","digest":"0","inputs":{},"steps":{}}"#,
            r#"{"workflow":"demo","version":"1","digest":"0","inputs":{},"next":null}"#,
        ] {
            assert!(
                serde_json::from_str::<WorkflowRecord>(json).is_err(),
                "{json}"
            );
        }
    }
}
