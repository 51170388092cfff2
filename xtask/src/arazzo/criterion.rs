//! Criteria: the conditions that decide whether a step succeeded and which action is taken.

use std::fmt;

use serde_json::Value;

use super::expression::{Expression, Problem};
use super::template::Text;
use crate::diagnostic::suggestion::shorten;

mod simple;

/// One Criterion Object.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// Where it stands in the document.
    pub pointer: String,
    /// The value that `regex` and `jsonpath` conditions are applied to.
    pub context: Option<Expression>,
    /// What is tested.
    pub condition: Condition,
    /// The condition as it was written.
    pub text: String,
}

/// What a criterion tests.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Comparisons joined by operators.
    Simple(Simple),
    /// The context, as text, matches this ECMA pattern.
    Regex(Text),
    /// This RFC 9535 query upon the context gives at least one node.
    JsonPath(Text),
    /// Does not hold, whatever comes: it could not be read (which was reported), or is of a kind that is not supported.
    Never,
}

/// A simple condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Simple {
    /// A constant.
    Literal(Value),
    /// The value of an expression.
    Expression(Expression),
    /// `!a`
    Not(Box<Simple>),
    /// `a && b && …`, at least two.
    And(Vec<Simple>),
    /// `a || b || …`, at least two.
    Or(Vec<Simple>),
    /// `a == b`
    Compare(Comparison, Box<Simple>, Box<Simple>),
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Simple {
    /// Parses a condition; the second part of a success is what is odd about the text.
    pub fn parse(text: &str) -> Result<(Self, Vec<Problem>), Problem> {
        simple::parse(text)
    }

    /// Calls `visit` with every expression in the condition.
    pub fn visit(&self, visit: &mut impl FnMut(&Expression)) {
        match self {
            Self::Literal(_) => {}
            Self::Expression(expression) => visit(expression),
            Self::Not(inner) => inner.visit(visit),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.visit(visit)),
            Self::Compare(_, left, right) => {
                left.visit(visit);
                right.visit(visit);
            }
        }
    }
}

impl Criterion {
    /// Calls `visit` with the pointer and text of every expression in the criterion, its context included.
    pub fn visit(&self, visit: &mut impl FnMut(&str, &Expression)) {
        if let Some(context) = &self.context {
            visit(&format!("{}/context", self.pointer), context);
        }
        let at = format!("{}/condition", self.pointer);
        match &self.condition {
            Condition::Simple(simple) => simple.visit(&mut |expression| visit(&at, expression)),
            Condition::Regex(text) | Condition::JsonPath(text) => text
                .expressions()
                .for_each(|expression| visit(&at, expression)),
            Condition::Never => {}
        }
    }
}

impl Comparison {
    /// The operator as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Checks a pattern with the regular expressions that generated code uses.
pub fn check_regex(pattern: &str) -> Result<(), Problem> {
    regress::Regex::new(pattern).map(|_| ()).map_err(|error| {
        Problem::new(format!(
            "`{}` is no regular expression: {error}",
            shorten(pattern)
        ))
    })
}

/// Checks a JSONPath query; the help of the problem names the standard form of what was probably meant.
///
/// `context` is the context of the criterion, for the simple condition that says the same.
pub fn check_jsonpath(query: &str, context: Option<&Expression>) -> Result<(), Problem> {
    let Err(error) = serde_json_path::JsonPath::parse(query) else {
        return Ok(());
    };
    let problem = Problem::new(format!(
        "`{}` is no JSONPath of RFC 9535, from character {} on",
        shorten(query),
        error.position()
    ));
    Err(match simple::from_jsonpath_like(query, context) {
        Some(help) => problem.help(help),
        None => problem.help(
            "a `jsonpath` criterion is one query, which holds when it gives at least one node",
        ),
    })
}

#[cfg(test)]
mod tests;
