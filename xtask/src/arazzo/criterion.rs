//! Criteria of steps and actions.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::expression::{Expression, SyntaxProblem};
use super::template::Text;
use crate::diagnostic::suggestion::shorten;
use crate::jsonpath;

mod simple;
mod xpath;

pub use xpath::{check_xpath, convert_operands};

/// Criterion Object.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// JSON Pointer of the criterion.
    pub pointer: String,
    /// Value that `regex`, `jsonpath` and `xpath` conditions are applied to.
    pub context: Option<Expression>,
    /// Parsed condition.
    pub condition: Condition,
    /// Original text of the condition.
    pub text: String,
}

/// Condition of a criterion.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Simple condition: comparisons joined by logical operators.
    Simple(Simple),
    /// ECMAScript pattern that the context, converted to a string, must match.
    Regex(Text),
    /// RFC 9535 query on the context that must select at least one node.
    JsonPath(Text),
    /// XPath 1.0 expression on the context that must be true as a boolean.
    XPath(Text),
    /// Condition that cannot be evaluated, which has been reported as an error.
    Never,
}

/// Simple condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Simple {
    /// Constant.
    Literal(Value),
    /// Value of a runtime expression.
    Expression(Expression),
    /// String with embedded expressions.
    Text(Text),
    /// Number of elements of a list, or of characters of a string.
    Length(Expression),
    /// `!a`
    Not(Box<Simple>),
    /// `a && b && …`, at least two.
    And(Vec<Simple>),
    /// `a || b || …`, at least two.
    Or(Vec<Simple>),
    /// `a == b`
    Compare(Comparison, Box<Simple>, Box<Simple>),
}

/// Comparison operator.
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
    /// Parses a condition. Also returns remarks about nonstandard syntax.
    pub fn parse(text: &str) -> Result<(Self, Vec<SyntaxProblem>), SyntaxProblem> {
        simple::parse(text)
    }

    /// Parses a query that is written as a comparison, such as `$.data.length > 0 && $.status == 'done'`, as the
    /// simple condition that it means. `context` is what `$` refers to.
    ///
    /// Returns `None` for other text.
    pub fn parse_query(text: &str, context: &Expression) -> Option<Self> {
        simple::parse_query(text, context)
    }

    /// Calls `visit` with every expression in the condition.
    pub fn visit(&self, visit: &mut impl FnMut(&Expression)) {
        match self {
            Self::Literal(_) => {}
            Self::Expression(expression) | Self::Length(expression) => visit(expression),
            Self::Text(text) => text.expressions().for_each(visit),
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
    /// Calls `visit` with every expression in the criterion, including its context, and the JSON Pointer of each.
    pub fn visit(&self, visit: &mut impl FnMut(&str, &Expression)) {
        if let Some(context) = &self.context {
            visit(&format!("{}/context", self.pointer), context);
        }
        let at = format!("{}/condition", self.pointer);
        match &self.condition {
            Condition::Simple(simple) => simple.visit(&mut |expression| visit(&at, expression)),
            Condition::Regex(text) | Condition::JsonPath(text) | Condition::XPath(text) => text
                .expressions()
                .for_each(|expression| visit(&at, expression)),
            Condition::Never => {}
        }
    }
}

impl Comparison {
    /// Returns the operator as a string.
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

/// Validates a pattern with the regular expression engine of the generated code.
pub fn check_regex(pattern: &str) -> Result<(), SyntaxProblem> {
    // As the runtime compiles it.
    let is_unicode = [r"\p{", r"\P{", r"\u{"]
        .iter()
        .any(|escape| pattern.contains(escape));
    let compiled = regress::Regex::with_flags(pattern, if is_unicode { "u" } else { "" });
    compiled.map(|_| ()).map_err(|error| {
        SyntaxProblem::new(format!(
            "`{}` is not a valid regular expression: {error}",
            shorten(pattern)
        ))
    })
}

/// Returns a pattern that starts with modifiers, such as `(?i)`, with the group that ECMAScript has instead.
pub fn modifiers_as_group(pattern: &str) -> Cow<'_, str> {
    let modified = pattern.strip_prefix("(?");
    match modified.and_then(|modified| modified.split_once(')')) {
        Some((modifiers, rest))
            if !modifiers.is_empty() && modifiers.chars().all(|it| "ims".contains(it)) =>
        {
            Cow::Owned(format!("(?{modifiers}:{rest})"))
        }
        _ => Cow::Borrowed(pattern),
    }
}

/// Validates a JSONPath query.
pub fn check_jsonpath(query: &str) -> Result<(), SyntaxProblem> {
    let Err(reason) = jsonpath::parse(query) else {
        return Ok(());
    };
    let problem = SyntaxProblem::new(format!(
        "`{}` is not a valid RFC 9535 JSONPath: {reason}",
        shorten(query)
    ));
    Err(problem
        .help("a `jsonpath` criterion is one query, which holds if it selects at least one node"))
}

#[cfg(test)]
mod tests;
