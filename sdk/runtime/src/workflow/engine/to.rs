//! Where a flow that is not straight goes next, and how that is written into a record of a workflow's steps.

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::workflow::StepId;

/// Where a flow that is not straight goes after a step.
///
/// It serializes to the step's name in the document, and to nothing (`null`) at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To<S> {
    /// To this step.
    Step(S),
    /// To its end.
    End,
}

/// Where a flow can go other than on: to a step, or, in a straight flow, nowhere.
pub trait Onward<S>: Sized {
    /// The way to a step, where there is one.
    fn to(step: S) -> Option<Self>;
    /// The step that it leads to.
    fn step(self) -> Option<S>;
}

impl<S> Onward<S> for Infallible {
    fn to(_: S) -> Option<Self> {
        None
    }

    fn step(self) -> Option<S> {
        match self {}
    }
}

impl<S> Onward<S> for To<S> {
    fn to(step: S) -> Option<Self> {
        Some(Self::Step(step))
    }

    fn step(self) -> Option<S> {
        match self {
            Self::Step(step) => Some(step),
            Self::End => None,
        }
    }
}

/// The first step.
impl<S: StepId> Default for To<S> {
    fn default() -> Self {
        S::ALL.first().map_or(Self::End, |first| Self::Step(*first))
    }
}

impl<S: StepId> Serialize for To<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        match self {
            Self::Step(step) => serializer.serialize_some(step.id()),
            Self::End => serializer.serialize_none(),
        }
    }
}

impl<'de, S: StepId> Deserialize<'de> for To<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(StepName(PhantomData))
    }
}

/// Reads the name of a step, which has to be one of the workflow's.
struct StepName<S>(PhantomData<S>);

impl<'de, S: StepId> Visitor<'de> for StepName<S> {
    type Value = To<S>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name of a step of `{}`, or nothing", S::WORKFLOW)
    }

    fn visit_none<E: de::Error>(self) -> Result<To<S>, E> {
        Ok(To::End)
    }

    fn visit_unit<E: de::Error>(self) -> Result<To<S>, E> {
        Ok(To::End)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<To<S>, D::Error> {
        deserializer.deserialize_str(self)
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<To<S>, E> {
        S::ALL
            .iter()
            .find(|step| step.id() == name)
            .map(|step| To::Step(*step))
            .ok_or_else(|| E::invalid_value(de::Unexpected::Str(name), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Step {
        Look,
        Leap,
    }

    impl StepId for Step {
        const WORKFLOW: &'static str = "leaping";
        const ALL: &'static [Self] = &[Self::Look, Self::Leap];

        fn id(self) -> &'static str {
            match self {
                Self::Look => "look",
                Self::Leap => "leap",
            }
        }

        fn operation(self) -> &'static str {
            self.id()
        }
    }

    #[test]
    fn a_place_in_a_flow_is_recorded_by_the_name_of_its_step() {
        for (to, text) in [
            (To::Step(Step::Leap), "\"leap\""),
            (To::<Step>::default(), "\"look\""),
            (To::End, "null"),
        ] {
            assert_eq!(serde_json::to_string(&to).unwrap(), text);
            assert_eq!(serde_json::from_str::<To<Step>>(text).unwrap(), to);
        }
    }

    #[test]
    fn a_step_of_another_workflow_is_refused() {
        let error = serde_json::from_str::<To<Step>>("\"fly\"").unwrap_err();
        assert!(
            error.to_string().contains("fly") && error.to_string().contains("`leaping`"),
            "{error}"
        );
    }
}
