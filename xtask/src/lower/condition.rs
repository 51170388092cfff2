//! Conditions of success criteria and actions, evaluated in advance as far as the types allow.

use serde_json::Value;

use super::assign::Assigner;
use super::read_expression::{Scope, raw_body};
use super::report::{DocumentLocation, Reported, all};
use super::status;
use crate::arazzo::criterion::{self, Condition, Simple};
use crate::arazzo::expression::{Expression, Part};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::{Text, TextPart};
use crate::diagnostic::child;
use crate::jsonpath::{Segments, Selector};
use crate::model::{Comparison, Criterion, Operand, ReadFrom, Test, TextPiece};

impl Assigner<'_, '_> {
    /// Lowers the criteria of a step or an action, which test a response.
    pub(crate) fn criteria(
        &self,
        criteria: &[criterion::Criterion],
        scope: Scope<'_>,
    ) -> Result<Vec<Criterion>, Reported> {
        all(criteria.iter().map(|criterion| {
            Ok(Criterion {
                text: criterion.text.clone(),
                test: self.test(criterion, scope)?,
            })
        }))
    }

    fn test(&self, criterion: &criterion::Criterion, scope: Scope<'_>) -> Result<Test, Reported> {
        let pointer = format!("{}/condition", criterion.pointer);
        let at = self.reports().at(&pointer);
        let body = Expression::Response(Part::Body(Pointer::default()));
        let context = criterion.context.as_ref().unwrap_or(&body);
        Ok(match &criterion.condition {
            Condition::Never => Test::Never,
            Condition::Simple(simple) => self.simple(simple, scope, at)?,
            Condition::Regex(text) => {
                let operand = self.operand(context, scope, at)?;
                Test::Regex(operand, self.parts(text, scope, at)?)
            }
            Condition::JsonPath(text) => {
                let operand = self.operand(context, scope, at)?;
                match (&operand, text.literal().and_then(query_pointer)) {
                    (Operand::Body(pointer), Some(query)) => {
                        Test::Present(format!("{pointer}{query}"))
                    }
                    _ => Test::JsonPath(operand, self.parts(text, scope, at)?),
                }
            }
            Condition::XPath(text) => {
                let operand = self.operand(context, scope, at)?;
                Test::XPath(operand, self.parts(text, scope, at)?)
            }
        })
    }

    /// Lowers the pieces of a string in a condition.
    fn parts(
        &self,
        text: &Text,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<Vec<TextPiece>, Reported> {
        let mut pieces = self.pieces(text, scope, at)?;
        for (piece, part) in pieces.iter_mut().zip(&text.parts) {
            // Like operands, from the JSON: the condition may be about an error, which has no typed value.
            if let TextPart::Expression(expression @ Expression::Response(Part::Body(pointer))) =
                part
            {
                *piece = TextPiece::Read(raw_body(pointer, expression.to_string()));
            }
        }
        Ok(pieces)
    }

    fn simple(
        &self,
        simple: &Simple,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<Test, Reported> {
        let part = |simple: &Simple| self.simple(simple, scope, at);
        Ok(match simple {
            Simple::Literal(Value::Bool(true)) => Test::Always,
            Simple::Literal(value) if status::is_false(value) => Test::Never,
            Simple::Literal(value) => Test::Truth(Operand::Constant(value.clone())),
            Simple::Expression(_) | Simple::Text(_) | Simple::Length(_) => {
                Test::Truth(self.side(simple, scope, at)?)
            }
            Simple::Not(inner) => Test::Not(Box::new(part(inner)?)),
            Simple::And(parts) => Test::All(all(parts.iter().map(part))?),
            Simple::Or(parts) => Test::Any(all(parts.iter().map(part))?),
            Simple::Compare(written, left, right) => {
                if let Some((comparison, status)) = status::comparison(*written, left, right) {
                    return Ok(Test::Status(comparison, status));
                }
                let sides = [left, right].map(|side| self.side(side, scope, at));
                let [left, right] = sides;
                Test::Compare(Comparison::from(*written), left?, right?)
            }
        })
    }

    fn side(
        &self,
        side: &Simple,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<Operand, Reported> {
        match side {
            Simple::Literal(value) => Ok(Operand::Constant(value.clone())),
            Simple::Expression(expression) => match self.context.length_of(expression) {
                Some(list) => {
                    let list = self.operand(&list, scope, at)?;
                    Ok(Operand::Length(Box::new(list)))
                }
                None => self.operand(expression, scope, at),
            },
            Simple::Text(text) => Ok(Operand::Text(self.parts(text, scope, at)?)),
            Simple::Length(expression) => {
                let list = self.operand(expression, scope, at)?;
                Ok(Operand::Length(Box::new(list)))
            }
            Simple::Not(_) | Simple::And(_) | Simple::Or(_) | Simple::Compare(..) => Err(self
                .reports()
                .error(at.unsupported("a comparison of conditions"))),
        }
    }

    fn operand(
        &self,
        expression: &Expression,
        scope: Scope<'_>,
        at: DocumentLocation<'_>,
    ) -> Result<Operand, Reported> {
        let has_response = matches!(scope, Scope::Response { .. });
        Ok(match expression {
            Expression::StatusCode if has_response => Operand::Status,
            Expression::Response(Part::Header(name)) if has_response => {
                Operand::Header(name.to_ascii_lowercase())
            }
            // Conditions read the JSON, because they may hold for a response that does not match the type.
            Expression::Response(Part::Body(pointer)) if has_response => {
                Operand::Body(pointer.to_string())
            }
            other => {
                let read = self.read(other, scope, at)?.read;
                let received = self.received.read(self.context, other, &read, false);
                let read = received.unwrap_or(read);
                match read.from {
                    ReadFrom::Method(method) => Operand::Constant(method.into()),
                    _ => Operand::Read(read),
                }
            }
        })
    }
}

/// Returns the JSON Pointer of a query that selects a single location.
fn query_pointer(query: &str) -> Option<String> {
    let mut segments = Segments::of(query)?;
    let mut pointer = String::new();
    for segment in segments.by_ref() {
        pointer = match segment.selector {
            _ if segment.descends => return None,
            Selector::Name(name) => child(&pointer, name),
            Selector::Index(index) if index >= 0 => child(&pointer, index),
            Selector::Index(_) | Selector::Wildcard | Selector::Other(_) => return None,
        };
    }
    segments.is_complete().then_some(pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_a_query_for_a_single_location_to_a_pointer() {
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
            assert_eq!(query_pointer(query).as_deref(), pointer, "{query}");
        }
    }
}
