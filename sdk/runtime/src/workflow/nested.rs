//! Steps that run another workflow. The nested run is part of the position of the outer one.

use std::any::Any;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::Value;

use crate::workflow::call::WorkflowCall;
use crate::workflow::engine::{Advanced, WorkflowRun};
use crate::workflow::error::{WorkflowError, WorkflowErrorKind};
use crate::workflow::options::RunOptions;
use crate::workflow::{Steps, Workflow};
use crate::{Error, ErrorKind, Response};

/// A started run of another workflow.
pub(crate) enum NestedRun {
    /// Started in this process.
    Live(Box<dyn AnyRun>),
    /// Deserialized from a run of another process.
    Stored(Value),
}

/// A run of any workflow, without its type.
pub(crate) trait AnyRun: Any + Send + Sync {
    fn record(&self) -> Result<Value, serde_json::Error>;
    fn boxed(&self) -> Box<dyn AnyRun>;
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<W: Workflow> AnyRun for WorkflowRun<W> {
    fn record(&self) -> Result<Value, serde_json::Error> {
        serde_json::to_value(self)
    }

    fn boxed(&self) -> Box<dyn AnyRun> {
        Box::new(self.clone())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl Clone for NestedRun {
    fn clone(&self) -> Self {
        match self {
            Self::Live(run) => Self::Live(run.boxed()),
            Self::Stored(value) => Self::Stored(value.clone()),
        }
    }
}

/// Omits the run, because it contains secrets.
impl fmt::Debug for NestedRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NestedRun").finish_non_exhaustive()
    }
}

impl Serialize for NestedRun {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        match self {
            Self::Live(run) => run
                .record()
                .map_err(ser::Error::custom)?
                .serialize(serializer),
            Self::Stored(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for NestedRun {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::Stored)
    }
}

impl NestedRun {
    fn into_run<W: Workflow>(self) -> Result<WorkflowRun<W>, serde_json::Error> {
        match self {
            Self::Live(run) => match run.into_any().downcast() {
                Ok(run) => Ok(*run),
                Err(_) => Err(de::Error::custom("it is a run of another workflow")),
            },
            Self::Stored(value) => serde_json::from_value(value),
        }
    }
}

/// Finished dependencies of a run, and of the runs that it started as dependencies.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Dependencies(Vec<Dependency>);

/// A finished dependency. Another dependency on the same workflow with the same inputs does not run it again.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Dependency {
    workflow: String,
    inputs: Value,
    /// The run, whose outputs remain to be collected.
    run: NestedRun,
}

impl Dependencies {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, workflow: &str, inputs: &Value) -> Option<&Dependency> {
        let mut dependencies = self.0.iter();
        dependencies.find(|it| it.workflow == workflow && it.inputs == *inputs)
    }

    /// Returns the finished run with the workflow and the inputs of a new one. If there is none, the new run knows
    /// these dependencies.
    fn known<W: Workflow>(&self, mut run: WorkflowRun<W>) -> WorkflowRun<W> {
        let inputs = run.inputs_json().unwrap_or_default();
        let known = self.find(W::ID, &inputs);
        match known.and_then(|known| known.run.clone().into_run().ok()) {
            Some(known) => known,
            None => {
                run.position.dependencies = self.clone();
                run
            }
        }
    }

    /// Adds a finished run and its own dependencies.
    fn add<W: Workflow>(&mut self, mut run: WorkflowRun<W>) {
        let Ok(inputs) = run.inputs_json() else {
            return;
        };
        let own = std::mem::take(&mut run.position.dependencies);
        let finished = Dependency {
            workflow: W::ID.to_owned(),
            inputs,
            run: NestedRun::Live(Box::new(run)),
        };
        for dependency in own.0.into_iter().chain([finished]) {
            if self
                .find(&dependency.workflow, &dependency.inputs)
                .is_none()
            {
                self.0.push(dependency);
            }
        }
    }
}

/// Result of advancing a nested run.
pub(crate) enum Nested<T> {
    /// The run has not ended. It advances again after this time, if any.
    Pending(NestedRun, Option<Duration>),
    /// The next call may have been made by an earlier attempt. The run is as it was.
    Uncertain(WorkflowErrorKind),
    /// The run has ended. Outputs are a response with status 200, an error is a failed call.
    Done(Result<Response<T>, Error>),
}

/// Advances a started run, or starts one. An earlier attempt may have made the next call if `is_uncertain`.
/// `dependencies` are given if the run is a dependency itself.
pub(crate) async fn advance<W: Workflow>(
    started: Option<NestedRun>,
    call: WorkflowCall<W>,
    options: RunOptions<W::Step>,
    is_uncertain: bool,
    mut dependencies: Option<&mut Dependencies>,
) -> Nested<W::Outputs> {
    let clients = call.clients.clone();
    let run = match started {
        Some(run) => run.into_run::<W>().map_err(|error| {
            let detail = format!("the record of the workflow `{}` cannot be read", W::ID);
            Error::invalid_request(detail).caused_by(error)
        }),
        None => match (call.into_run(), &dependencies) {
            (Ok(run), Some(dependencies)) => Ok(dependencies.known(run)),
            (run, _) => run.map_err(of_workflow),
        },
    };
    let mut run = match run {
        Ok(run) => run,
        Err(failure) => return Nested::Done(Err(failure)),
    };
    if is_uncertain {
        run.mark_uncertain();
    }
    // Collecting the outputs takes them from the run.
    let finished = match dependencies.is_some() && run.next().is_none() {
        true => Some(run.clone()),
        false => None,
    };
    let advanced = run.advance_with(&clients, &options).await;
    if let (Ok(Advanced::Finished(_)), Some(run), Some(dependencies)) =
        (&advanced, finished, &mut dependencies)
    {
        dependencies.add(run);
    }
    match advanced {
        Ok(Advanced::Step(_)) => Nested::Pending(NestedRun::Live(Box::new(run)), None),
        Ok(Advanced::Wait(after)) => Nested::Pending(NestedRun::Live(Box::new(run)), Some(after)),
        Ok(Advanced::Finished(outputs)) => Nested::Done(Ok(Response::new(
            outputs,
            StatusCode::OK,
            HeaderMap::new(),
            Bytes::new(),
        ))),
        Err(error) => match *error.reason() {
            WorkflowErrorKind::MayHaveRun { workflow, step } => {
                Nested::Uncertain(WorkflowErrorKind::MayHaveRun { workflow, step })
            }
            _ => Nested::Done(Err(of_workflow(error))),
        },
    }
}

fn of_workflow<S: Steps>(error: WorkflowError<S>) -> Error {
    Error::new(ErrorKind::Workflow)
        .detail(error.to_string())
        .caused_by(Error::from(error))
}
