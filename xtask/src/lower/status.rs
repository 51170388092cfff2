//! Status codes that criteria accept.

use serde_json::Value;

use crate::arazzo::criterion::{self, Condition, Criterion, Simple};
use crate::arazzo::expression::Expression;
use crate::model::Comparison;

impl From<criterion::Comparison> for Comparison {
    fn from(written: criterion::Comparison) -> Self {
        match written {
            criterion::Comparison::Equal => Self::Equal,
            criterion::Comparison::NotEqual => Self::NotEqual,
            criterion::Comparison::Less => Self::Less,
            criterion::Comparison::LessOrEqual => Self::LessOrEqual,
            criterion::Comparison::Greater => Self::Greater,
            criterion::Comparison::GreaterOrEqual => Self::GreaterOrEqual,
        }
    }
}

/// Returns a comparison of the status code with a number, normalized to the status code on the left.
pub(crate) fn comparison(
    written: criterion::Comparison,
    left: &Simple,
    right: &Simple,
) -> Option<(Comparison, u16)> {
    let comparison = Comparison::from(written);
    let (comparison, value) = match (left, right) {
        (Simple::Expression(Expression::StatusCode), Simple::Literal(value)) => (comparison, value),
        (Simple::Literal(value), Simple::Expression(Expression::StatusCode)) => {
            (comparison.mirrored(), value)
        }
        _ => return None,
    };
    Some((comparison, u16::try_from(value.as_u64()?).ok()?))
}

/// Returns `true` if one of the criteria tests the status code.
pub(crate) fn is_tested(criteria: &[Criterion]) -> bool {
    criteria.iter().any(|criterion| match &criterion.condition {
        Condition::Simple(simple) => tests_status(simple),
        Condition::Regex(_) | Condition::JsonPath(_) | Condition::XPath(_) | Condition::Never => {
            false
        }
    })
}

/// Returns `true` if the criteria can hold for any response with this status code.
pub(crate) fn may_pass(criteria: &[Criterion], status: u16) -> bool {
    criteria.iter().all(|criterion| match &criterion.condition {
        Condition::Simple(simple) => may_hold(simple, status),
        Condition::Regex(_) | Condition::JsonPath(_) | Condition::XPath(_) => true,
        Condition::Never => false,
    })
}

fn tests_status(simple: &Simple) -> bool {
    match simple {
        Simple::Compare(written, left, right) => comparison(*written, left, right).is_some(),
        Simple::And(parts) | Simple::Or(parts) => parts.iter().any(tests_status),
        Simple::Not(inner) => tests_status(inner),
        Simple::Literal(_) | Simple::Expression(_) | Simple::Text(_) | Simple::Length(_) => false,
    }
}

fn may_hold(simple: &Simple, status: u16) -> bool {
    match simple {
        Simple::Literal(value) => !is_false(value),
        Simple::Expression(_) | Simple::Text(_) | Simple::Length(_) => true,
        Simple::Compare(written, left, right) => match comparison(*written, left, right) {
            Some((comparison, wanted)) => comparison.holds(status, wanted),
            None => true,
        },
        Simple::And(parts) => parts.iter().all(|part| may_hold(part, status)),
        Simple::Or(parts) => parts.iter().any(|part| may_hold(part, status)),
        Simple::Not(inner) => !must_hold(inner, status),
    }
}

fn must_hold(simple: &Simple, status: u16) -> bool {
    match simple {
        Simple::Literal(value) => *value == Value::Bool(true),
        Simple::Expression(_) | Simple::Text(_) | Simple::Length(_) => false,
        Simple::Compare(written, left, right) => match comparison(*written, left, right) {
            Some((comparison, wanted)) => comparison.holds(status, wanted),
            None => false,
        },
        Simple::And(parts) => parts.iter().all(|part| must_hold(part, status)),
        Simple::Or(parts) => parts.iter().any(|part| must_hold(part, status)),
        Simple::Not(inner) => !may_hold(inner, status),
    }
}

/// Returns `true` for a constant that never holds as a condition.
pub(crate) fn is_false(value: &Value) -> bool {
    matches!(value, Value::Bool(false) | Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simple(text: &str) -> Simple {
        Simple::parse(text).unwrap().0
    }

    #[test]
    fn accepts_a_status_code_on_either_side() {
        let Simple::Compare(written, left, right) = simple("400 > $statusCode") else {
            panic!("expected a comparison")
        };
        assert_eq!(
            comparison(written, &left, &right),
            Some((Comparison::Less, 400))
        );
    }

    #[test]
    fn determines_the_status_codes_that_a_condition_can_accept() {
        for (text, accepted, rejected) in [
            ("$statusCode == 200", 200, 201),
            ("$statusCode < 300 && $response.body#/ok", 204, 404),
            ("$statusCode == 200 || $statusCode == 202", 202, 201),
            ("!($statusCode >= 400)", 302, 400),
            ("$statusCode >= 200 && true", 200, 199),
        ] {
            assert!(may_hold(&simple(text), accepted), "{text}");
            assert!(!may_hold(&simple(text), rejected), "{text}");
        }
        assert!(may_hold(&simple("$response.body#/ok"), 500));
        assert!(!may_hold(&simple("false"), 200));
        assert!(tests_status(&simple(
            "$response.body#/ok || $statusCode == 404"
        )));
        assert!(!tests_status(&simple("$response.body#/ok == true")));
    }
}
