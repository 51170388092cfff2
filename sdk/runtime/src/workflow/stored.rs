//! Serialized form of a run, and its encryption.

use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::{Map, Value};

use crate::workflow::Workflow;
use crate::workflow::engine::WorkflowRun;
use crate::workflow::given::GivenInputs;
use crate::workflow::record::{self, RecordError};

/// The members of a serialized run.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Stored<I, S, P> {
    workflow: String,
    version: String,
    /// Digest of the workflow in the document.
    digest: String,
    inputs: I,
    steps: S,
    position: P,
}

impl<W: Workflow> Serialize for WorkflowRun<W> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        let stored = Stored {
            workflow: W::ID.to_owned(),
            version: W::VERSION.to_owned(),
            digest: W::DIGEST.to_owned(),
            inputs: self.inputs_json().map_err(ser::Error::custom)?,
            steps: &self.steps,
            position: &self.position,
        };
        stored.serialize(serializer)
    }
}

impl<'de, W: Workflow> Deserialize<'de> for WorkflowRun<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A list is not read as an object with the same members.
        let members = Map::deserialize(deserializer)?;
        Self::restore(members, SystemTime::now()).map_err(de::Error::custom)
    }
}

impl<W: Workflow> WorkflowRun<W> {
    /// Serializes the run and passes it to `encrypt`. [`open`](Self::open) reads the result.
    ///
    /// Use an authenticated cipher: it also detects runs that were modified. A modified run sends only requests of its
    /// workflow, but with other values.
    pub fn seal<E: fmt::Display>(
        &self,
        encrypt: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, RecordError> {
        let plain = serde_json::to_vec(self).map_err(|error| sealed(&error))?;
        encrypt(plain).map_err(|error| sealed(&error))
    }

    /// Passes the result of [`seal`](Self::seal) to `decrypt` and reads the run.
    ///
    /// Returns an error if the run is of another workflow or of another version of its document.
    pub fn open<E: fmt::Display>(
        sealed_run: &[u8],
        decrypt: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Self, RecordError> {
        let plain = decrypt(sealed_run).map_err(|error| sealed(&error))?;
        let members =
            serde_json::from_slice(&plain).map_err(|_| unfit("it is not a JSON object"))?;
        Self::restore(members, SystemTime::now())
    }

    /// Reads the members of a run. Outputs that have expired at this time are requested again.
    pub(crate) fn restore(
        members: Map<String, Value>,
        now: SystemTime,
    ) -> Result<Self, RecordError> {
        // Names are checked first, because the run of another workflow has other inputs and steps.
        let stored: Stored<Value, Value, Value> = serde_json::from_value(members.into())
            .map_err(|_| unfit("it does not have the members of a run"))?;
        record::check_origin::<W>(&stored.workflow, &stored.version, &stored.digest)?;
        record::check_steps(&stored.steps)?;
        if !stored.inputs.is_object() || !stored.position.is_object() {
            return Err(unfit("it has a list in place of an object"));
        }
        // The errors of the values may contain secrets.
        let given = GivenInputs::of::<W>(&stored.inputs);
        let inputs = serde_json::from_value(stored.inputs);
        let steps = serde_json::from_value(stored.steps);
        let position = serde_json::from_value(stored.position);
        let mut run = Self::from_parts(
            inputs.map_err(|_| unfit("its inputs are not those of the workflow"))?,
            steps.map_err(|_| unfit("its outputs are not those of the steps"))?,
            position.map_err(|_| unfit("its position is not one of the workflow"))?,
        );
        run.position.check_expiry(&run.steps, now);
        Ok(run.with_given(given))
    }
}

fn unfit(reason: &str) -> RecordError {
    RecordError::Unreadable {
        reason: reason.to_owned(),
    }
}

fn sealed(error: &impl fmt::Display) -> RecordError {
    RecordError::Sealed {
        reason: error.to_string(),
    }
}
