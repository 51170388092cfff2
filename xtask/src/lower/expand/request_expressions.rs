//! `$request.…`: what a step sends is known from the document, so that each such expression is the value that stands
//! there for the parameter or the body.

use serde_json::Value;

use crate::arazzo::criterion::{Condition, Criterion, Simple};
use crate::arazzo::document::{Location, Step};
use crate::arazzo::expression::{Expression, Part};
use crate::arazzo::pointer::Pointer;
use crate::arazzo::template::{Template, Text, TextPart};

/// Puts what a step sends in place of the expressions that read it.
///
/// Those stay for which no expression or constant stands in the document.
pub(crate) fn settled(step: &mut Step) {
    let sent = Sent::of(step);
    for output in step.outputs.values_mut() {
        sent.template(&mut output.value);
    }
    let actions = step.on_success.iter_mut().chain(&mut step.on_failure);
    let criteria = actions.flat_map(|action| &mut action.criteria);
    for criterion in step.success.iter_mut().chain(criteria) {
        sent.criterion(criterion);
    }
}

/// What a step sends.
struct Sent {
    parameters: Vec<(Location, String, Template)>,
    body: Option<Template>,
    content_type: Option<String>,
}

impl Sent {
    fn of(step: &Step) -> Self {
        let parameters = step.parameters.iter().filter_map(|parameter| {
            let name = parameter.name.clone();
            Some((parameter.location?, name, parameter.value.clone()))
        });
        let body = step.body.as_ref();
        let content_type = body.map(|body| {
            let stated = body.content_type.clone();
            stated.unwrap_or_else(|| "application/json".to_owned())
        });
        Self {
            parameters: parameters.collect(),
            body: body.and_then(|body| {
                let mut payload = body.payload.clone()?;
                for replacement in &body.replacements {
                    let target = replacement.target.trim_start_matches('#');
                    payload =
                        payload.with(&Pointer::parse(target).ok()?.tokens, &replacement.value)?;
                }
                Some(payload)
            }),
            content_type,
        }
    }

    /// What an expression reads: nothing is `null`, as it is for everything that is not there.
    fn value(&self, expression: &Expression) -> Option<Template> {
        let Expression::Request(part) = expression else {
            return None;
        };
        let parameter = |location: Location, name: &str| {
            let found = self.parameters.iter().find(|(place, known, _)| {
                *place == location
                    && match location {
                        Location::Header => known.eq_ignore_ascii_case(name),
                        _ => known == name,
                    }
            });
            found.map(|(_, _, value)| value.clone())
        };
        let value = match part {
            Part::Path(name) => parameter(Location::Path, name),
            Part::Query(name) => parameter(Location::Query, name),
            Part::Header(name) => match parameter(Location::Header, name) {
                None if name.eq_ignore_ascii_case("content-type") => self
                    .content_type
                    .clone()
                    .map(|kind| Template::Literal(kind.into())),
                // The client says what it takes.
                None if name.eq_ignore_ascii_case("accept") => return None,
                found => found,
            },
            Part::Body(pointer) => match &self.body {
                Some(body) => inside(body, &pointer.tokens),
                None => None,
            },
        };
        Some(value.unwrap_or(Template::Literal(Value::Null)))
    }

    fn template(&self, template: &mut Template) {
        match template {
            Template::Expression(expression) => {
                if let Some(value) = self.value(expression) {
                    *template = value;
                }
            }
            Template::Text(text) => self.text(text),
            Template::Array(items) => items.iter_mut().for_each(|item| self.template(item)),
            Template::Object(members) => members.values_mut().for_each(|item| self.template(item)),
            Template::Selector(selector) => self.expression(&mut selector.context),
            Template::Literal(_) => {}
        }
    }

    fn expression(&self, expression: &mut Expression) {
        if let Some(Template::Expression(value)) = self.value(expression) {
            *expression = value;
        }
    }

    fn text(&self, text: &mut Text) {
        let mut parts: Vec<TextPart> = Vec::new();
        for part in std::mem::take(&mut text.parts) {
            let value = match &part {
                TextPart::Expression(expression) => self.value(expression),
                TextPart::Literal(_) => None,
            };
            let settled = match value {
                Some(Template::Expression(value)) => vec![TextPart::Expression(value)],
                Some(Template::Text(inner)) => inner.parts,
                Some(Template::Literal(value)) => vec![TextPart::Literal(match value {
                    Value::String(text) => text,
                    Value::Null => String::new(),
                    other => other.to_string(),
                })],
                _ => vec![part],
            };
            for part in settled {
                match (parts.last_mut(), part) {
                    (Some(TextPart::Literal(before)), TextPart::Literal(more)) => {
                        before.push_str(&more)
                    }
                    (_, part) => parts.push(part),
                }
            }
        }
        text.parts = parts;
    }

    fn criterion(&self, criterion: &mut Criterion) {
        if let Some(context) = &mut criterion.context {
            self.expression(context);
        }
        match &mut criterion.condition {
            Condition::Simple(simple) => self.simple(simple),
            Condition::Regex(text) | Condition::JsonPath(text) => self.text(text),
            Condition::Never => {}
        }
    }

    fn simple(&self, simple: &mut Simple) {
        match simple {
            Simple::Literal(_) => {}
            Simple::Expression(expression) => match self.value(expression) {
                Some(Template::Literal(value)) => *simple = Simple::Literal(value),
                Some(Template::Expression(value)) => *simple = Simple::Expression(value),
                _ => {}
            },
            Simple::Not(inner) => self.simple(inner),
            Simple::And(parts) | Simple::Or(parts) => {
                parts.iter_mut().for_each(|part| self.simple(part));
            }
            Simple::Compare(_, left, right) => {
                self.simple(left);
                self.simple(right);
            }
        }
    }
}

/// What stands at a place in a value.
fn inside(template: &Template, tokens: &[String]) -> Option<Template> {
    let Some((first, rest)) = tokens.split_first() else {
        return Some(template.clone());
    };
    match template {
        Template::Literal(value) => {
            let pointer = Pointer {
                tokens: tokens.to_vec(),
            };
            let found = value.pointer(&pointer.to_string())?;
            Some(Template::Literal(found.clone()))
        }
        Template::Object(members) => inside(members.get(first)?, rest),
        Template::Array(items) => inside(items.get(first.parse::<usize>().ok()?)?, rest),
        Template::Expression(expression) => {
            let pointer = Pointer {
                tokens: tokens.to_vec(),
            };
            expression.deeper(&pointer).map(Template::Expression)
        }
        Template::Text(_) | Template::Selector(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arazzo::template::Reader;
    use serde_json::json;

    fn template(value: Value) -> Template {
        Reader::default().template(&value, "")
    }

    fn sent() -> Sent {
        Sent {
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
                json!({"sku": "$inputs.sku", "lines": [{"n": 1}], "whole": "$inputs.whole"}),
            )),
            content_type: Some("application/json".into()),
        }
    }

    #[track_caller]
    fn becomes(before: &str, after: Value) {
        let mut value = template(json!(before));
        sent().template(&mut value);
        assert_eq!(value, template(after), "{before}");
    }

    #[test]
    fn what_a_step_sends_is_read_from_where_it_stands() {
        becomes("$request.path.id", json!("$inputs.order"));
        becomes("$request.query.limit", json!(5));
        becomes("$request.header.x-trace", json!("t-{$inputs.trace}"));
        becomes("$request.header.Content-Type", json!("application/json"));
        becomes("$request.body#/sku", json!("$inputs.sku"));
        becomes("$request.body#/whole/a", json!("$inputs.whole#/a"));
        becomes(
            "at {$request.query.limit} of {$request.path.id}",
            json!("at 5 of {$inputs.order}"),
        );
    }

    #[test]
    fn what_is_not_sent_is_nothing() {
        becomes("$request.query.page", json!(null));
        becomes("$request.body#/lines/3", json!(null));
        // A parameter of the path is none of the query.
        becomes("$request.query.id", json!(null));
    }

    #[test]
    fn conditions_compare_what_is_sent() {
        let (mut simple, _) =
            Simple::parse("$request.query.limit == $response.body#/count").unwrap();
        sent().simple(&mut simple);
        assert_eq!(
            simple,
            Simple::parse("5 == $response.body#/count").unwrap().0
        );
    }
}
