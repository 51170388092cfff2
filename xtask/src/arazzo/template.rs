//! Values of a document: constants, runtime expressions, and arrays, objects and texts that hold expressions.

use indexmap::IndexMap;
use serde_json::Value;

use super::expression::{Expression, Problem};
use super::pointer::Pointer;
use crate::diagnostic::child;
use crate::diagnostic::suggestion::shorten;

/// Deeper values are refused instead of being walked.
const DEEPEST: usize = 128;

/// A value as it stands in a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Template {
    /// Holds no expression anywhere.
    Literal(Value),
    /// One whole expression; the value keeps its type.
    Expression(Expression),
    /// A text with `{$…}` in it; the result is a text.
    Text(Text),
    /// An array in which at least one element holds an expression.
    Array(Vec<Template>),
    /// An object in which at least one member holds an expression.
    Object(IndexMap<String, Template>),
    /// A Selector Object of Arazzo 1.1 that is no mere pointer.
    Selector(Selector),
}

/// A part of a value, where a document has it.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Found(Template),
    /// The value has no such part.
    Missing,
    /// The part is only known once the value is read.
    Unknown,
}

/// A query upon what an expression gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// What is queried.
    pub context: Expression,
    /// The query, in JSONPath.
    pub query: String,
}

/// A text and the expressions embedded in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// In order; two texts never follow each other.
    pub parts: Vec<TextPart>,
}

/// A piece of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// As it stands.
    Literal(String),
    /// What was written as `{$…}`.
    Expression(Expression),
}

impl Template {
    /// The same value with texts that are nothing but one embedded expression as that expression. In JSON that is
    /// written as a text there is no other way to put a value where no text is meant.
    pub fn unwrapped(self) -> Self {
        match self {
            Self::Text(text) => match <[TextPart; 1]>::try_from(text.parts) {
                Ok([TextPart::Expression(expression)]) => Self::Expression(expression),
                Ok([TextPart::Literal(text)]) => Self::Literal(Value::String(text)),
                Err(parts) => Self::Text(Text { parts }),
            },
            Self::Array(items) => Self::Array(items.into_iter().map(Self::unwrapped).collect()),
            Self::Object(members) => {
                let members = members.into_iter();
                Self::Object(
                    members
                        .map(|(key, value)| (key, value.unwrapped()))
                        .collect(),
                )
            }
            other => other,
        }
    }

    /// A part of the value.
    pub fn part(&self, tokens: &[String]) -> Part {
        let Some((first, rest)) = tokens.split_first() else {
            return Part::Found(self.clone());
        };
        let pointer = || Pointer {
            tokens: tokens.to_vec(),
        };
        let inner = match self {
            Self::Literal(value) => {
                return match value.pointer(&pointer().to_string()) {
                    Some(found) => Part::Found(Self::Literal(found.clone())),
                    None => Part::Missing,
                };
            }
            Self::Expression(expression) => {
                return match expression.deeper(&pointer()) {
                    Some(deeper) => Part::Found(Self::Expression(deeper)),
                    None => Part::Unknown,
                };
            }
            Self::Object(members) => members.get(first),
            Self::Array(items) => super::pointer::index(first).and_then(|at| items.get(at)),
            Self::Text(_) | Self::Selector(_) => return Part::Unknown,
        };
        inner.map_or(Part::Missing, |inner| inner.part(rest))
    }

    /// The same value with another one at a place in it. A member of an object may be new; `None` where the place is in
    /// what has no parts.
    pub fn with(self, tokens: &[String], value: &Template) -> Option<Self> {
        let Some((first, rest)) = tokens.split_first() else {
            return Some(value.clone());
        };
        match self {
            Self::Literal(Value::Object(members)) => {
                let members = members.into_iter();
                let members = members.map(|(key, value)| (key, Self::Literal(value)));
                Self::Object(members.collect()).with(tokens, value)
            }
            Self::Literal(Value::Array(items)) => {
                Self::Array(items.into_iter().map(Self::Literal).collect()).with(tokens, value)
            }
            Self::Object(mut members) => {
                let inner = match members.get(first) {
                    Some(member) => member.clone().with(rest, value)?,
                    None if rest.is_empty() => value.clone(),
                    None => return None,
                };
                members.insert(first.clone(), inner);
                Some(Self::Object(members))
            }
            Self::Array(mut items) => {
                let item = items.get_mut(first.parse::<usize>().ok()?)?;
                *item = item.clone().with(rest, value)?;
                Some(Self::Array(items))
            }
            Self::Literal(_) | Self::Expression(_) | Self::Text(_) | Self::Selector(_) => None,
        }
    }
}

impl Text {
    /// The whole text, where no expression is embedded.
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [TextPart::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The embedded expressions in order.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.parts.iter().filter_map(|part| match part {
            TextPart::Expression(expression) => Some(expression),
            TextPart::Literal(_) => None,
        })
    }
}

/// What was found while a value was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where, from the root of the document.
    pub pointer: String,
    /// Whether the value cannot be used, or is only odd.
    pub error: bool,
    /// What is wrong.
    pub problem: Problem,
}

/// Reads values, and collects what is odd about them.
#[derive(Debug, Default)]
pub struct Reader {
    /// Whether objects of `context`, `selector` and `type` are Selector Objects (Arazzo 1.1).
    pub selectors: bool,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Reader {
    /// Reads a value that stands at a pointer.
    pub fn template(&mut self, value: &Value, at: &str) -> Template {
        self.nested(value, at, DEEPEST)
    }

    /// Reads a text with embedded expressions, which is not itself an expression.
    pub fn text(&mut self, text: &str, at: &str) -> Text {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(open) = rest.find("{$") {
            let inner = &rest[open + 1..];
            let Some(close) = inner.find('}') else {
                self.remark(
                    at,
                    Problem::new(
                        "`{$` opens an embedded expression that no `}` closes; it is taken as text",
                    ),
                );
                break;
            };
            literal.push_str(&rest[..open]);
            match self.expression(&inner[..close], at) {
                Some(expression) => {
                    if !literal.is_empty() {
                        parts.push(TextPart::Literal(std::mem::take(&mut literal)));
                    }
                    parts.push(TextPart::Expression(expression));
                }
                None => literal.push_str(&rest[open..open + 1 + close + 1]),
            }
            rest = &inner[close + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(TextPart::Literal(literal));
        }
        Text { parts }
    }

    /// Reads a whole expression; `None` (and a finding) where the text is none.
    pub fn expression(&mut self, text: &str, at: &str) -> Option<Expression> {
        match Expression::parse(text) {
            Ok(parsed) => {
                parsed
                    .remarks
                    .into_iter()
                    .for_each(|problem| self.remark(at, problem));
                Some(parsed.expression)
            }
            Err(problem) => {
                self.error(at, problem);
                None
            }
        }
    }

    fn nested(&mut self, value: &Value, at: &str, depth: usize) -> Template {
        if depth == 0 {
            self.error(
                at,
                Problem::new(format!("the value is nested deeper than {DEEPEST} levels")),
            );
            return Template::Literal(Value::Null);
        }
        match value {
            Value::String(text) => self.string(text, at),
            Value::Array(items) => {
                let parts: Vec<_> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.nested(item, &child(at, index), depth - 1))
                    .collect();
                if parts.iter().all(Template::is_literal) {
                    Template::Literal(value.clone())
                } else {
                    Template::Array(parts)
                }
            }
            Value::Object(object) => {
                if self.selectors && is_selector(object) {
                    return self.selector(object, at);
                }
                let parts: IndexMap<_, _> = object
                    .iter()
                    .map(|(key, item)| (key.clone(), self.nested(item, &child(at, key), depth - 1)))
                    .collect();
                if parts.values().all(Template::is_literal) {
                    Template::Literal(value.clone())
                } else {
                    Template::Object(parts)
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Template::Literal(value.clone()),
        }
    }

    fn string(&mut self, text: &str, at: &str) -> Template {
        if Expression::looks_like(text) {
            return match self.expression(text, at) {
                Some(expression) => Template::Expression(expression),
                None => Template::Literal(text.into()),
            };
        }
        let parsed = self.text(text, at);
        if parsed.expressions().next().is_some() {
            Template::Text(parsed)
        } else {
            Template::Literal(text.into())
        }
    }

    fn selector(&mut self, object: &serde_json::Map<String, Value>, at: &str) -> Template {
        let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
        let (query, kind) = (text("selector"), selector_kind(object));
        let Some(context) = self.expression(text("context"), &child(at, "context")) else {
            return Template::Literal(Value::Null);
        };
        let pointer = match kind {
            Some("jsonpointer") => match Pointer::parse(query.strip_prefix('#').unwrap_or(query)) {
                Ok(pointer) => Some(pointer),
                Err(problem) => {
                    self.error(&child(at, "selector"), problem);
                    return Template::Literal(Value::Null);
                }
            },
            Some("jsonpath") => query
                .strip_prefix('$')
                .and_then(|path| Pointer::parse_path(path).ok()),
            _ => {
                self.error(
                    &child(at, "type"),
                    Problem::new(format!(
                        "selectors of type `{}` are not supported",
                        shorten(kind.unwrap_or_default())
                    ))
                    .help("use `jsonpointer` or `jsonpath`"),
                );
                return Template::Literal(Value::Null);
            }
        };
        if let Some(deeper) = pointer.and_then(|pointer| context.deeper(&pointer)) {
            return Template::Expression(deeper);
        }
        if let Err(error) = serde_json_path::JsonPath::parse(query) {
            self.error(
                &child(at, "selector"),
                Problem::new(format!("`{}` is no JSONPath: {error}", shorten(query))),
            );
        }
        Template::Selector(Selector {
            context,
            query: query.to_owned(),
        })
    }

    fn remark(&mut self, at: &str, problem: Problem) {
        self.findings.push(Finding {
            pointer: at.to_owned(),
            error: false,
            problem,
        });
    }

    fn error(&mut self, at: &str, problem: Problem) {
        self.findings.push(Finding {
            pointer: at.to_owned(),
            error: true,
            problem,
        });
    }
}

impl Template {
    /// Whether no expression is in it.
    pub fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    /// Calls `visit` with every expression in the value and with the pointer of its place.
    pub fn visit(&self, at: &str, visit: &mut impl FnMut(&str, &Expression)) {
        match self {
            Self::Literal(_) => {}
            Self::Expression(expression) => visit(at, expression),
            Self::Text(text) => text
                .expressions()
                .for_each(|expression| visit(at, expression)),
            Self::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.visit(&child(at, index), visit);
                }
            }
            Self::Object(members) => {
                for (key, member) in members {
                    member.visit(&child(at, key), visit);
                }
            }
            Self::Selector(selector) => visit(&child(at, "context"), &selector.context),
        }
    }
}

fn is_selector(object: &serde_json::Map<String, Value>) -> bool {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    object.len() == 3
        && text("selector").is_some()
        && text("context").is_some_and(Expression::looks_like)
        && selector_kind(object)
            .is_some_and(|kind| matches!(kind, "jsonpath" | "jsonpointer" | "xpath"))
}

fn selector_kind(object: &serde_json::Map<String, Value>) -> Option<&str> {
    let kind = object.get("type")?;
    kind.as_str().or_else(|| kind.get("type")?.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Template {
        let mut reader = Reader {
            selectors: true,
            findings: Vec::new(),
        };
        let template = reader.template(&value, "");
        assert_eq!(reader.findings, []);
        template
    }

    #[test]
    fn constants_stay_as_they_are() {
        for value in [
            json!(1),
            json!("a {b} $5.00"),
            json!("$"),
            json!({"a": [1, null, "{x}"]}),
        ] {
            assert_eq!(read(value.clone()), Template::Literal(value));
        }
    }

    #[test]
    fn whole_expressions_and_embedded_ones_differ() {
        assert!(matches!(
            read(json!("$inputs.a")),
            Template::Expression(Expression::Input(_))
        ));
        let Template::Text(text) = read(json!("v{$inputs.a}/{$statusCode}")) else {
            panic!()
        };
        assert_eq!(text.parts.len(), 4);
        assert_eq!(
            text.expressions()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
            ["$inputs.a", "$statusCode"]
        );
        let Template::Text(alone) = read(json!("{$inputs.a}")) else {
            panic!()
        };
        assert_eq!(alone.literal(), None);
    }

    #[test]
    fn expressions_are_found_in_arrays_and_objects_with_their_places() {
        let mut seen = Vec::new();
        read(json!({"a/b": ["$inputs.x", 1], "c": {"d": "e{$inputs.y}"}}))
            .visit("/top", &mut |at, expression| {
                seen.push(format!("{at} {expression}"))
            });
        assert_eq!(seen, ["/top/a~1b/0 $inputs.x", "/top/c/d $inputs.y"]);
    }

    #[test]
    fn what_means_to_be_an_expression_and_is_none_is_an_error_at_its_place() {
        let mut reader = Reader::default();
        reader.template(&json!(["ok", "$input.a"]), "/payload");
        assert_eq!(reader.findings.len(), 1);
        assert_eq!(reader.findings[0].pointer, "/payload/1");
        assert!(reader.findings[0].error);
        assert_eq!(
            reader.findings[0].problem.help.as_deref(),
            Some("did you mean `$inputs`?")
        );
    }

    #[test]
    fn selectors_that_are_pointers_become_expressions() {
        let object = |kind: &str, query: &str| json!({"context": "$response.body", "selector": query, "type": kind});
        for (kind, query) in [("jsonpath", "$.a[0].b"), ("jsonpointer", "/a/0/b")] {
            let Template::Expression(expression) = read(object(kind, query)) else {
                panic!("{query}")
            };
            assert_eq!(expression.to_string(), "$response.body#/a/0/b");
        }
        assert!(matches!(
            read(object("jsonpath", "$.a[*]")),
            Template::Selector(_)
        ));
        let mut old = Reader::default();
        assert!(matches!(
            old.template(&object("jsonpath", "$.a"), ""),
            Template::Object(_)
        ));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let mut value = json!("$inputs.a");
        for _ in 0..1000 {
            value = json!([value]);
        }
        let mut reader = Reader::default();
        reader.template(&value, "");
        assert_eq!(reader.findings.len(), 1);
    }
}
