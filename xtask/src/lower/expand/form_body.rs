//! Forms written as a string, such as `a={$inputs.a}&b=c`, which are expanded to an object of fields.
//!
//! A form can be a request body or the full query string.

use indexmap::IndexMap;
use serde_json::Value;

use crate::arazzo::document::target::percent_decoded;
use crate::arazzo::document::{Location, Parameter, Step};
use crate::arazzo::template::{Template, Text, TextPart};

/// Returns `true` for the media type of forms.
pub(crate) fn is_form(media_type: &str) -> bool {
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    plain.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Returns the fields of a form. A payload that is not a string is returned unchanged.
pub(crate) fn fields(payload: Template) -> Template {
    let text = match &payload {
        Template::Text(text) => text.clone(),
        Template::Literal(Value::String(text)) => Text {
            parts: vec![TextPart::Literal(text.trim().to_owned())],
        },
        _ => return payload,
    };
    let mut fields = IndexMap::new();
    for field in split(&text) {
        let Some((name, value)) = name_and_value(field) else {
            return payload;
        };
        fields.insert(name, value);
    }
    Template::Object(fields)
}

/// Replaces a `querystring` parameter by one query parameter per field. It is kept if its fields are not known.
pub(crate) fn spread(step: &mut Step) {
    for parameter in std::mem::take(&mut step.parameters) {
        let known = match parameter.location {
            Some(Location::QueryString) => fields(parameter.value.clone()),
            _ => Template::Literal(Value::Null),
        };
        let members: IndexMap<String, Template> = match known {
            Template::Object(members) => members,
            Template::Literal(Value::Object(members)) => members
                .into_iter()
                .map(|(name, value)| (name, Template::Literal(value)))
                .collect(),
            _ => {
                step.parameters.push(parameter);
                continue;
            }
        };
        for (name, value) in members {
            step.parameters.push(Parameter {
                name,
                value,
                location: Some(Location::Query),
                inherited: false,
                ..parameter.clone()
            });
        }
    }
}

/// Splits a string at each `&`.
fn split(text: &Text) -> Vec<Vec<TextPart>> {
    let mut fields = vec![Vec::new()];
    for part in &text.parts {
        match part {
            TextPart::Expression(_) | TextPart::Xml(_) => push(&mut fields, part.clone()),
            TextPart::Literal(text) => {
                for (number, piece) in text.split('&').enumerate() {
                    if number > 0 {
                        fields.push(Vec::new());
                    }
                    if !piece.is_empty() {
                        push(&mut fields, TextPart::Literal(piece.to_owned()));
                    }
                }
            }
        }
    }
    fields.retain(|field| !field.is_empty());
    fields
}

fn push(fields: &mut [Vec<TextPart>], part: TextPart) {
    if let Some(last) = fields.last_mut() {
        last.push(part);
    }
}

/// Returns the name and value of a field.
fn name_and_value(field: Vec<TextPart>) -> Option<(String, Template)> {
    let mut parts = field.into_iter();
    let Some(TextPart::Literal(first)) = parts.next() else {
        return None;
    };
    let (name, value) = first.split_once('=')?;
    let mut rest = Vec::new();
    if !value.is_empty() {
        rest.push(TextPart::Literal(decoded(value)));
    }
    rest.extend(parts.map(|part| match part {
        TextPart::Literal(text) => TextPart::Literal(decoded(&text)),
        expression => expression,
    }));
    let value = match rest.is_empty() {
        true => Template::Literal(Value::String(String::new())),
        // A single expression keeps its type.
        false => Template::Text(Text { parts: rest }).unwrapped(),
    };
    Some((decoded(name), value))
}

fn decoded(text: &str) -> String {
    percent_decoded(&text.trim_end_matches(['\r', '\n']).replace('+', " "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::arazzo::template::Reader;

    #[test]
    fn parses_a_form_string_to_an_object() {
        let template = |value| Reader::default().template(&value, "");
        for (text, object) in [
            ("a=1&b=x%20y+z", json!({"a": "1", "b": "x y z"})),
            (
                "n={$inputs.n}&t=x-{$inputs.t}&e=\n",
                json!({"n": "$inputs.n", "t": "x-{$inputs.t}", "e": ""}),
            ),
        ] {
            let Template::Object(fields) = fields(template(json!(text))) else {
                panic!("{text}")
            };
            for (name, value) in object.as_object().unwrap() {
                assert_eq!(fields[name], template(value.clone()), "{text}");
            }
        }
        // A string that is not a form is kept.
        let other = template(json!("{$inputs.form}x"));
        assert_eq!(fields(other.clone()), other);
    }
}
