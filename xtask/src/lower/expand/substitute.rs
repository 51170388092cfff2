//! Substitution of expressions in the outputs, criteria and actions of a step.

use serde_json::Value;

use crate::arazzo::criterion::{Condition, Criterion, Simple};
use crate::arazzo::document::Step;
use crate::arazzo::expression::Expression;
use crate::arazzo::template::{Template, Text, TextPart};

/// A function that returns the replacement of an expression, or `None` to keep it.
pub(super) struct Substitution<'f>(pub &'f dyn Fn(&Expression) -> Option<Template>);

impl Substitution<'_> {
    /// Replaces expressions in the criteria of a step and of its actions.
    pub(super) fn criteria(&self, step: &mut Step) {
        let actions = step.on_success.iter_mut().chain(&mut step.on_failure);
        let criteria = actions.flat_map(|action| &mut action.criteria);
        for criterion in step.success.iter_mut().chain(criteria) {
            self.criterion(criterion);
        }
    }

    /// Replaces expressions in a value.
    pub(super) fn template(&self, template: &mut Template) {
        match template {
            Template::Expression(expression) => {
                if let Some(value) = (self.0)(expression) {
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
        if let Some(Template::Expression(value)) = (self.0)(expression) {
            *expression = value;
        }
    }

    fn text(&self, text: &mut Text) {
        let mut parts: Vec<TextPart> = Vec::new();
        for part in std::mem::take(&mut text.parts) {
            let value = match &part {
                TextPart::Expression(expression) => (self.0)(expression),
                TextPart::Literal(_) | TextPart::Xml(_) => None,
            };
            let replaced = match value {
                Some(Template::Expression(value)) => vec![TextPart::Expression(value)],
                Some(Template::Text(inner)) => inner.parts,
                Some(Template::Literal(value)) => vec![TextPart::Literal(match value {
                    Value::String(text) => text,
                    Value::Null => String::new(),
                    other => other.to_string(),
                })],
                // Lists and objects cannot be part of a string. Reading them is an error that is reported later.
                Some(Template::Array(_) | Template::Object(_) | Template::Selector(_)) | None => {
                    vec![part]
                }
            };
            for part in replaced {
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
            Condition::Regex(text) | Condition::JsonPath(text) | Condition::XPath(text) => {
                self.text(text)
            }
            Condition::Never => {}
        }
    }

    pub(super) fn simple(&self, simple: &mut Simple) {
        match simple {
            Simple::Literal(_) => {}
            Simple::Expression(expression) => match (self.0)(expression) {
                Some(Template::Literal(value)) => *simple = Simple::Literal(value),
                Some(Template::Expression(value)) => *simple = Simple::Expression(value),
                Some(Template::Text(text)) => *simple = Simple::Text(text),
                // A condition compares scalars. Reading another value is an error that is reported later.
                Some(Template::Array(_) | Template::Object(_) | Template::Selector(_)) | None => {}
            },
            Simple::Text(text) => self.text(text),
            Simple::Length(list) => self.expression(list),
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
