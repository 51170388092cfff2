//! Conditions: success criteria of steps and criteria of actions.

use serde_json::Value;

use super::value::{Read, TextPiece};

/// A condition.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// The source of the condition in the document.
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
    /// The JSON of the response body has a value at this pointer.
    Present(String),
    /// Compares two values by the rules of the Arazzo specification.
    Compare(Comparison, Operand, Operand),
    /// Tests if a single value is truthy.
    Truth(Operand),
    /// Tests if a value matches a regular expression.
    Regex(Operand, Vec<TextPiece>),
    /// Tests if a JSONPath query selects at least one node.
    JsonPath(Operand, Vec<TextPiece>),
    /// Tests if an XPath expression on an XML document is true.
    XPath(Operand, Vec<TextPiece>),
}

impl Test {
    /// Returns `true` if the test distinguishes redirects: by their status code, or by their `Location`.
    pub fn expects_redirect(&self) -> bool {
        let is_location = |operand: &Operand| matches!(operand, Operand::Header(name) if name.eq_ignore_ascii_case("location"));
        match self {
            Self::Not(inner) => inner.expects_redirect(),
            Self::All(tests) | Self::Any(tests) => tests.iter().any(Self::expects_redirect),
            Self::Status(_, status) => matches!(status, 300..=303 | 305..=399),
            Self::Compare(_, left, right) => is_location(left) || is_location(right),
            Self::Truth(operand)
            | Self::Regex(operand, _)
            | Self::JsonPath(operand, _)
            | Self::XPath(operand, _) => is_location(operand),
            Self::Always | Self::Never | Self::Present(_) => false,
        }
    }
}

/// An operand of a comparison.
#[derive(Clone, Debug)]
pub enum Operand {
    Constant(Value),
    Status,
    Header(String),
    /// A pointer into the JSON of the response body.
    Body(String),
    Read(Read),
    /// A string with values of the flow in it.
    Text(Vec<TextPiece>),
    /// The number of elements of a list, or of characters of a string.
    Length(Box<Operand>),
}

/// A comparison operator.
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
    /// Returns the negated comparison.
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

    /// Returns the comparison with its operands swapped.
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

    /// Returns `true` if the comparison holds for two values.
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
