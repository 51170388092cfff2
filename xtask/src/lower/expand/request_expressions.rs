//! Substitution of `$request.…` expressions.
//!
//! The request of a step is known from the document, so each expression is replaced by the value it reads.

use serde_json::Value;

use super::form_body::{self, is_form};
use super::substitute::Substitution;
use crate::arazzo::document::{Body, Location, Step};
use crate::arazzo::expression::{Expression, Part};
use crate::arazzo::template::{self, Template};

/// Replaces the expressions that read the request of a step by their values in the document.
///
/// Expressions without a known value in the document are kept.
pub(crate) fn replace(step: &mut Step) {
    let sent = SentRequest::of(step);
    let value = |expression: &Expression| sent.value(expression);
    let substitution = Substitution(&value);
    for output in step.outputs.values_mut() {
        substitution.template(&mut output.value);
    }
    substitution.criteria(step);
}

/// The request of a step.
struct SentRequest {
    parameters: Vec<(Location, String, Template)>,
    body: Option<Template>,
    /// `true` if the body is not known, because a replacement in it cannot be applied.
    body_is_unknown: bool,
    content_type: Option<String>,
}

impl SentRequest {
    fn of(step: &Step) -> Self {
        let parameters = step.parameters.iter().filter_map(|parameter| {
            let name = parameter.name.clone();
            Some((parameter.location?, name, parameter.value.clone()))
        });
        let content_type = step.body.as_ref().map(|body| {
            let declared = body.content_type.clone();
            declared.unwrap_or_else(|| "application/json".to_owned())
        });
        let body = step.body.as_ref().map(Body::replaced);
        let is_form = content_type.as_deref().is_some_and(is_form);
        Self {
            parameters: parameters.collect(),
            body_is_unknown: matches!(body, Some(Err(_))),
            body: body
                .and_then(Result::ok)
                .flatten()
                .map(|payload| match is_form {
                    true => form_body::fields(payload),
                    false => payload,
                }),
            content_type,
        }
    }

    /// Returns the value that an expression reads. A value that is not sent is `null`, like other absent values.
    fn value(&self, expression: &Expression) -> Option<Template> {
        let Expression::Request(part) = expression else {
            return None;
        };
        let value = match part {
            Part::Path(name) => self.parameter(Location::Path, name),
            Part::Query(name) => self.parameter(Location::Query, name),
            Part::Header(name) => match self.parameter(Location::Header, name) {
                None if name.eq_ignore_ascii_case("content-type") => self
                    .content_type
                    .clone()
                    .map(|kind| Template::Literal(kind.into())),
                // The client sets this header.
                None if name.eq_ignore_ascii_case("accept") => return None,
                found => found,
            },
            Part::Body(_) if self.body_is_unknown => return None,
            Part::Body(pointer) => {
                match self.body.as_ref().map(|body| body.part(&pointer.tokens)) {
                    Some(template::PartLookup::Found(value)) => Some(value),
                    Some(template::PartLookup::Missing) | None => None,
                    Some(template::PartLookup::Unknown) => return None,
                }
            }
        };
        Some(value.unwrap_or(Template::Literal(Value::Null)))
    }

    fn parameter(&self, location: Location, name: &str) -> Option<Template> {
        let is_named = |other: &str| match location {
            Location::Header => other.eq_ignore_ascii_case(name),
            _ => other == name,
        };
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(known, other, _)| *known == location && is_named(other));
        found.map(|(_, _, value)| value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arazzo::criterion::Simple;
    use crate::arazzo::template::Reader;
    use serde_json::json;

    fn template(value: Value) -> Template {
        Reader::default().template(&value, "")
    }

    fn sent() -> SentRequest {
        SentRequest {
            parameters: vec![
                (
                    Location::Path,
                    "id".into(),
                    template(json!("$inputs.order")),
                ),
                (Location::Query, "limit".into(), template(json!(5))),
                (
                    Location::Header,
                    "X-Trace".into(),
                    template(json!("t-{$inputs.trace}")),
                ),
            ],
            body: Some(template(
                json!({"sku": "$inputs.sku", "lines": [{"n": 1}], "nested": "$inputs.nested"}),
            )),
            body_is_unknown: false,
            content_type: Some("application/json".into()),
        }
    }

    #[track_caller]
    fn becomes(before: &str, after: Value) {
        let mut value = template(json!(before));
        let sent = sent();
        Substitution(&|expression| sent.value(expression)).template(&mut value);
        assert_eq!(value, template(after), "{before}");
    }

    #[test]
    fn replaces_request_expressions_by_their_values() {
        becomes("$request.path.id", json!("$inputs.order"));
        becomes("$request.query.limit", json!(5));
        becomes("$request.header.x-trace", json!("t-{$inputs.trace}"));
        becomes("$request.header.Content-Type", json!("application/json"));
        becomes("$request.body#/sku", json!("$inputs.sku"));
        becomes("$request.body#/nested/a", json!("$inputs.nested#/a"));
        becomes(
            "at {$request.query.limit} of {$request.path.id}",
            json!("at 5 of {$inputs.order}"),
        );
    }

    #[test]
    fn a_value_that_is_not_sent_is_null() {
        becomes("$request.query.page", json!(null));
        becomes("$request.body#/lines/3", json!(null));
        // A path parameter is not a query parameter.
        becomes("$request.query.id", json!(null));
    }

    #[test]
    fn replaces_request_expressions_in_conditions() {
        let (mut simple, _) =
            Simple::parse("$request.query.limit == $response.body#/count").unwrap();
        let sent = sent();
        Substitution(&|expression| sent.value(expression)).simple(&mut simple);
        assert_eq!(
            simple,
            Simple::parse("5 == $response.body#/count").unwrap().0
        );
    }
}
