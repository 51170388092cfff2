//! Conditions: what they compare, with as much of it settled as the types allow.

use serde_json::Value;

use super::Place;
use crate::arazzo::criterion::{self, Comparison as Written, Condition, Simple};
use crate::arazzo::expression::{Expression, Part};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::Text;
use crate::lower::assign::Filler;
use crate::lower::read_expression::Answer;
use crate::model::{Comparison, Criterion, Operand, ReadFrom, Test, TextPiece};

impl Filler<'_> {
    /// Checks the criteria of a step or an action.
    pub(crate) fn criteria(
        &self,
        criteria: &[criterion::Criterion],
        answer: Option<Answer<'_>>,
    ) -> Vec<Criterion> {
        criteria
            .iter()
            .map(|criterion| Criterion {
                text: criterion.text.clone(),
                test: self.test(criterion, answer),
            })
            .collect()
    }

    fn test(&self, criterion: &criterion::Criterion, answer: Option<Answer<'_>>) -> Test {
        let pointer = format!("{}/condition", criterion.pointer);
        let at = Place {
            file: self.file,
            pointer: &pointer,
        };
        match &criterion.condition {
            Condition::Never => Test::Never,
            Condition::Simple(simple) => self.simple(simple, answer, at),
            Condition::Regex(text) => match (&criterion.context, self.pattern(text, answer, at)) {
                (Some(context), Some(pattern)) => {
                    Test::Regex(self.operand(context, answer, at), pattern)
                }
                _ => Test::Never,
            },
            Condition::JsonPath(text) => {
                let body = Expression::Response(Part::Body(Pointer::default()));
                let context = criterion.context.as_ref().unwrap_or(&body);
                let operand = self.operand(context, answer, at);
                match (&operand, text.literal().and_then(plain_query)) {
                    (Operand::Body(pointer), Some(query)) => {
                        Test::Present(format!("{pointer}{query}"))
                    }
                    _ => match self.pattern(text, answer, at) {
                        Some(query) => Test::JsonPath(operand, query),
                        None => Test::Never,
                    },
                }
            }
        }
    }

    fn pattern(
        &self,
        text: &Text,
        answer: Option<Answer<'_>>,
        at: Place<'_>,
    ) -> Option<Vec<TextPiece>> {
        self.pieces(text, answer, at)
    }

    fn simple(&self, simple: &Simple, answer: Option<Answer<'_>>, at: Place<'_>) -> Test {
        match simple {
            Simple::Literal(Value::Bool(true)) => Test::Always,
            Simple::Literal(Value::Bool(false) | Value::Null) => Test::Never,
            Simple::Literal(value) => Test::Truth(Operand::Constant(value.clone())),
            Simple::Expression(expression) => Test::Truth(self.operand(expression, answer, at)),
            Simple::Not(inner) => Test::Not(Box::new(self.simple(inner, answer, at))),
            Simple::And(parts) => Test::All(
                parts
                    .iter()
                    .map(|part| self.simple(part, answer, at))
                    .collect(),
            ),
            Simple::Or(parts) => Test::Any(
                parts
                    .iter()
                    .map(|part| self.simple(part, answer, at))
                    .collect(),
            ),
            Simple::Compare(written, left, right) => {
                let comparison = comparison(*written);
                if let Some(test) = of_status(comparison, left, right) {
                    return test;
                }
                match (self.side(left, answer, at), self.side(right, answer, at)) {
                    (Some(left), Some(right)) => Test::Compare(comparison, left, right),
                    _ => {
                        self.diagnostics
                            .borrow_mut()
                            .push(at.unsupported("a comparison of comparisons"));
                        Test::Never
                    }
                }
            }
        }
    }

    fn side(&self, side: &Simple, answer: Option<Answer<'_>>, at: Place<'_>) -> Option<Operand> {
        match side {
            Simple::Literal(value) => Some(Operand::Constant(value.clone())),
            Simple::Expression(expression) => Some(self.operand(expression, answer, at)),
            _ => None,
        }
    }

    fn operand(
        &self,
        expression: &Expression,
        answer: Option<Answer<'_>>,
        at: Place<'_>,
    ) -> Operand {
        match expression {
            Expression::StatusCode if answer.is_some() => Operand::Status,
            Expression::Response(Part::Header(name)) if answer.is_some() => {
                Operand::Header(name.to_ascii_lowercase())
            }
            // The JSON and not the typed value: a condition may hold for an answer that the type does not know.
            Expression::Response(Part::Body(pointer)) if answer.is_some() => {
                Operand::Body(pointer.to_string())
            }
            other => match self.read(other, answer, at) {
                Some((read, _)) => match read.from {
                    ReadFrom::Method(method) => Operand::Constant(method.into()),
                    _ => Operand::Read(read),
                },
                None => Operand::Constant(Value::Null),
            },
        }
    }
}

fn comparison(written: Written) -> Comparison {
    match written {
        Written::Equal => Comparison::Equal,
        Written::NotEqual => Comparison::NotEqual,
        Written::Less => Comparison::Less,
        Written::LessOrEqual => Comparison::LessOrEqual,
        Written::Greater => Comparison::Greater,
        Written::GreaterOrEqual => Comparison::GreaterOrEqual,
    }
}

/// A comparison of the status with a number, which needs no JSON.
fn of_status(comparison: Comparison, left: &Simple, right: &Simple) -> Option<Test> {
    let (comparison, value) = match (left, right) {
        (Simple::Expression(Expression::StatusCode), Simple::Literal(value)) => (comparison, value),
        (Simple::Literal(value), Simple::Expression(Expression::StatusCode)) => {
            (comparison.mirrored(), value)
        }
        _ => return None,
    };
    Some(Test::Status(
        comparison,
        u16::try_from(value.as_u64()?).ok()?,
    ))
}

/// A query that names one place: the JSON Pointer to it.
fn plain_query(query: &str) -> Option<String> {
    let mut rest = query.trim().strip_prefix('$')?;
    let mut pointer = String::new();
    while !rest.is_empty() {
        let token;
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            token = &after[..end];
            let plain = |c: char| c.is_alphanumeric() || c == '_';
            if token.is_empty()
                || !token.chars().all(plain)
                || token.starts_with(|c: char| c.is_ascii_digit())
            {
                return None;
            }
            rest = &after[end..];
        } else {
            let after = rest.strip_prefix('[')?;
            let end = after.find(']')?;
            let inner = &after[..end];
            let quoted = |quote| {
                inner
                    .strip_prefix(quote)
                    .and_then(|inner| inner.strip_suffix(quote))
            };
            token = match quoted('\'').or_else(|| quoted('"')) {
                Some(name) if !name.contains(['\'', '"', '\\', ']']) => name,
                None if !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit()) => inner,
                _ => return None,
            };
            rest = &after[end + 1..];
        }
        pointer = crate::diagnostic::child(&pointer, token);
    }
    Some(pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_names_one_place_is_a_pointer() {
        for (query, pointer) in [
            ("$", Some("")),
            ("$.data", Some("/data")),
            ("$.data[0]", Some("/data/0")),
            ("$['a/b'][12].c", Some("/a~1b/12/c")),
            ("$.data[-1]", None),
            ("$.data[*]", None),
            ("$..data", None),
            ("$.data[?@.a == 1]", None),
            ("$.data[0:2]", None),
            ("$.data.length > 0", None),
        ] {
            assert_eq!(plain_query(query).as_deref(), pointer, "{query}");
        }
    }

    #[test]
    fn a_status_may_stand_on_either_side() {
        let (simple, _) = Simple::parse("400 > $statusCode").unwrap();
        let Simple::Compare(_, left, right) = simple else {
            panic!("a comparison")
        };
        let Some(Test::Status(Comparison::Less, 400)) =
            of_status(Comparison::Greater, &left, &right)
        else {
            panic!("a comparison of the status")
        };
    }
}
