//! Conditions: success criteria of steps and criteria of actions.

use serde_json::Value;

use super::value::{Read, TextPiece};

/// A condition.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// The condition as it is written in the document.
    pub text: String,
    pub test: Test,
}

/// The test of a condition.
#[derive(Clone, Debug)]
pub enum Test {
    Always,
    Never,
    Not(Box<Test>),
    All(Vec<Test>),
    Any(Vec<Test>),
    /// Compares the status code of the response with a number.
    Status(Comparison, u16),
    /// The JSON of the response body has something at this pointer.
    Present(String),
    /// Compares two values as the specification says.
    Compare(Comparison, Operand, Operand),
    /// A value alone: true, or anything that counts as true.
    Truth(Operand),
    /// A value matches a pattern.
    Regex(Operand, Vec<TextPiece>),
    /// A query selects at least one node.
    JsonPath(Operand, Vec<TextPiece>),
}

/// A value that is compared.
#[derive(Clone, Debug)]
pub enum Operand {
    Constant(Value),
    Status,
    Header(String),
    /// A pointer into the JSON of the response body.
    Body(String),
    Read(Read),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// The comparison that holds where this one does not.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// The same comparison with its sides exchanged.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    /// `true` if it holds for two numbers.
    pub fn holds<T: PartialOrd>(self, left: T, right: T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}
