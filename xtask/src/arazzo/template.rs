//! Values of a document: constants, runtime expressions, and arrays, objects and strings that contain expressions.

use indexmap::IndexMap;
use serde_json::Value;

use super::criterion::{check_jsonpath, check_xpath};
use super::expression::{Expression, SyntaxProblem};
use super::pointer::Pointer;
use crate::diagnostic::child;
use crate::diagnostic::suggestion::{nearest, shorten};

/// Maximum nesting depth of a value.
const MAX_DEPTH: usize = 128;

/// Value in a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Template {
    /// Constant without expressions.
    Literal(Value),
    /// Single expression; the value keeps its type.
    Expression(Expression),
    /// String with embedded `{$…}` expressions; evaluates to a string.
    Text(Text),
    /// Array with at least one element that contains an expression.
    Array(Vec<Template>),
    /// Object with at least one property that contains an expression.
    Object(IndexMap<String, Template>),
    /// Selector Object (Arazzo 1.1) that cannot be expressed as a pointer.
    Selector(Selector),
}

/// Result of looking up a part of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum PartLookup {
    Found(Template),
    /// The value has no such part.
    Missing,
    /// The part is known only at run time.
    Unknown,
}

/// Query on the value of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Expression whose value is queried.
    pub context: Expression,
    pub kind: QueryKind,
    /// JSONPath query or XPath expression.
    pub query: String,
}

/// Language of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryKind {
    JsonPath,
    XPath,
}

/// String with embedded expressions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Parts in order; literals are never adjacent.
    pub parts: Vec<TextPart>,
}

/// Part of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// Literal string.
    Literal(String),
    /// Embedded expression (`{$…}`).
    Expression(Expression),
    /// Expression whose value is escaped as text in XML.
    Xml(Expression),
}

impl Template {
    /// Converts strings that consist of a single embedded expression to that expression.
    ///
    /// JSON payloads written as a string have no other way to insert a value that is not a string.
    pub fn unwrapped(self) -> Self {
        match self {
            Self::Text(text) => match <[TextPart; 1]>::try_from(text.parts) {
                Ok([TextPart::Expression(expression)]) => Self::Expression(expression),
                Ok([TextPart::Literal(text)]) => Self::Literal(Value::String(text)),
                Ok(parts @ [TextPart::Xml(_)]) => Self::Text(Text {
                    parts: parts.into(),
                }),
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

    /// Returns the part of the value at `tokens`.
    pub fn part(&self, tokens: &[String]) -> PartLookup {
        let Some((first, rest)) = tokens.split_first() else {
            return PartLookup::Found(self.clone());
        };
        let pointer = || Pointer {
            tokens: tokens.to_vec(),
        };
        let inner = match self {
            Self::Literal(value) => {
                return match value.pointer(&pointer().to_string()) {
                    Some(found) => PartLookup::Found(Self::Literal(found.clone())),
                    None => PartLookup::Missing,
                };
            }
            Self::Expression(expression) => {
                return match expression.deeper(&pointer()) {
                    Some(deeper) => PartLookup::Found(Self::Expression(deeper)),
                    None => PartLookup::Unknown,
                };
            }
            Self::Object(members) => members.get(first),
            Self::Array(items) => super::pointer::index(first).and_then(|at| items.get(at)),
            Self::Text(_) | Self::Selector(_) => return PartLookup::Unknown,
        };
        inner.map_or(PartLookup::Missing, |inner| inner.part(rest))
    }

    /// Returns the value as JSON, with expressions as strings.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Literal(value) => value.clone(),
            Self::Expression(expression) => Value::String(expression.to_string()),
            Self::Text(text) => {
                let parts = text.parts.iter().map(|part| match part {
                    TextPart::Literal(text) => text.clone(),
                    TextPart::Expression(expression) | TextPart::Xml(expression) => {
                        format!("{{{expression}}}")
                    }
                });
                Value::String(parts.collect())
            }
            Self::Array(items) => items.iter().map(Self::to_value).collect(),
            Self::Object(members) => {
                let members = members.iter();
                members
                    .map(|(key, value)| (key.clone(), value.to_value()))
                    .collect()
            }
            Self::Selector(selector) => Value::String(selector.context.to_string()),
        }
    }

    /// Returns the expression of a string that is nothing but an embedded expression, such as `{$inputs.n}`.
    pub fn embedded(&self) -> Option<&Expression> {
        match self {
            Self::Text(text) => match text.parts.as_slice() {
                [TextPart::Expression(expression)] => Some(expression),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the value with the part at `tokens` replaced.
    ///
    /// Adds a missing property to an object, and an item to the end of an array. Returns `None` for a place in another
    /// value.
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
            // `-` is the place behind the last item (RFC 6901), where a replacement adds one.
            Self::Array(mut items) if first == "-" || *first == items.len().to_string() => {
                let added = rest.is_empty().then(|| value.clone())?;
                items.push(added);
                Some(Self::Array(items))
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
    /// Returns the string if it has no embedded expressions.
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [TextPart::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Returns the embedded expressions in order.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.parts.iter().filter_map(|part| match part {
            TextPart::Expression(expression) | TextPart::Xml(expression) => Some(expression),
            TextPart::Literal(_) => None,
        })
    }
}

/// Error or remark about a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// JSON Pointer from the root of the document.
    pub pointer: String,
    /// `true` if the value is invalid, `false` for a remark.
    pub error: bool,
    /// Description of the problem.
    pub problem: SyntaxProblem,
}

/// Parser for values. Collects errors and remarks.
#[derive(Debug, Default)]
pub struct Reader {
    /// `true` if objects with `context`, `selector` and `type` are Selector Objects (Arazzo 1.1).
    pub selectors: bool,
    /// Collected errors and remarks.
    pub findings: Vec<Finding>,
}

impl Reader {
    /// Parses a value; `at` is its JSON Pointer.
    pub fn template(&mut self, value: &Value, at: &str) -> Template {
        self.nested(value, at, MAX_DEPTH)
    }

    /// Parses a string with embedded expressions.
    pub fn text(&mut self, text: &str, at: &str) -> Text {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(open) = rest.find("{$") {
            let inner = &rest[open + 1..];
            let Some(close) = inner.find('}') else {
                self.remark(
                    at,
                    SyntaxProblem::new(
                        "the embedded expression opened by `{$` is not closed by `}`: it is treated as literal text",
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

    /// Parses an expression. Returns `None` and adds a finding if it is invalid.
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
                SyntaxProblem::new(format!(
                    "the value is nested deeper than {MAX_DEPTH} levels"
                )),
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
                if let Some((field, problem)) = selector_problem(object).filter(|_| self.selectors)
                {
                    let at = field.map_or_else(|| at.to_owned(), |field| child(at, field));
                    self.error(&at, problem);
                    return Template::Literal(Value::Null);
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
            _ => None,
        };
        if let Some(deeper) = pointer.and_then(|pointer| context.deeper(&pointer)) {
            return Template::Expression(deeper);
        }
        let (kind, checked) = match kind {
            Some("xpath") => (QueryKind::XPath, check_xpath(query)),
            _ => (QueryKind::JsonPath, check_jsonpath(query)),
        };
        if let Err(problem) = checked {
            self.error(&child(at, "selector"), problem);
        }
        Template::Selector(Selector {
            context,
            kind,
            query: query.to_owned(),
        })
    }

    fn remark(&mut self, at: &str, problem: SyntaxProblem) {
        self.findings.push(Finding {
            pointer: at.to_owned(),
            error: false,
            problem,
        });
    }

    fn error(&mut self, at: &str, problem: SyntaxProblem) {
        self.findings.push(Finding {
            pointer: at.to_owned(),
            error: true,
            problem,
        });
    }
}

impl Template {
    /// Returns `true` if the value contains no expression.
    pub fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    /// Calls `visit` with every expression in the value and its JSON Pointer.
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

/// Types of a Selector Object.
const SELECTOR_TYPES: &[&str] = &["jsonpath", "jsonpointer", "xpath"];

/// Returns `true` for a Selector Object (Arazzo 1.1).
pub fn is_selector(object: &serde_json::Map<String, Value>) -> bool {
    object.len() == 3 && selector_fields(object) == [true; 3]
}

/// Returns which of `context`, `selector` and `type` an object has with the values of a Selector Object.
fn selector_fields(object: &serde_json::Map<String, Value>) -> [bool; 3] {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    [
        text("context").is_some_and(Expression::looks_like),
        text("selector").is_some(),
        selector_kind(object).is_some_and(|kind| SELECTOR_TYPES.contains(&kind)),
    ]
}

/// Returns the problem of an object that is a Selector Object except for one field, and that field; `None` stands for
/// a missing field.
fn selector_problem(
    object: &serde_json::Map<String, Value>,
) -> Option<(Option<&str>, SyntaxProblem)> {
    const FIELDS: [&str; 3] = ["context", "selector", "type"];
    let fits = selector_fields(object);
    if !fits[0] || !fits[1] && !fits[2] {
        return None;
    }
    let mut others = object.keys().filter(|key| !FIELDS.contains(&key.as_str()));
    match (object.len(), others.next(), fits) {
        (3, None, [true, true, false]) => {
            let kind = selector_kind(object).unwrap_or_default();
            let message = format!("`{}` is not the type of a selector", shorten(kind));
            let help = "write `jsonpointer`, `jsonpath` or `xpath`";
            Some((Some("type"), SyntaxProblem::new(message).help(help)))
        }
        (3, Some(key), _) => {
            let missing = FIELDS.iter().find(|field| !object.contains_key(**field))?;
            let meant = nearest(key, [missing])?;
            let message = format!("a selector has no field `{}`", shorten(key));
            let help = format!("did you mean `{meant}`?");
            Some((Some(key), SyntaxProblem::new(message).help(help)))
        }
        (2, None, [true, true, false]) => {
            let problem = SyntaxProblem::new("a selector has no `type`")
                .help("add `type: jsonpointer`, `jsonpath` or `xpath`");
            Some((None, problem))
        }
        _ => None,
    }
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
    fn keeps_constants_unchanged() {
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
    fn distinguishes_full_and_embedded_expressions() {
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
    fn visits_expressions_in_arrays_and_objects_with_their_pointers() {
        let mut seen = Vec::new();
        read(json!({"a/b": ["$inputs.x", 1], "c": {"d": "e{$inputs.y}"}}))
            .visit("/top", &mut |at, expression| {
                seen.push(format!("{at} {expression}"))
            });
        assert_eq!(seen, ["/top/a~1b/0 $inputs.x", "/top/c/d $inputs.y"]);
    }

    #[test]
    fn reports_objects_that_are_almost_selectors() {
        let context = "$response.body";
        for (object, pointer) in [
            (
                json!({"context": context, "selector": "/a", "type": "pointer"}),
                "/x/type",
            ),
            (
                json!({"context": context, "selecter": "/a", "type": "jsonpath"}),
                "/x/selecter",
            ),
            (
                json!({"context": context, "selector": "/a", "typ": "jsonpath"}),
                "/x/typ",
            ),
            (json!({"context": context, "selector": "/a"}), "/x"),
        ] {
            let mut reader = Reader {
                selectors: true,
                findings: Vec::new(),
            };
            reader.template(&object, "/x");
            let found: Vec<_> = reader
                .findings
                .iter()
                .map(|it| it.pointer.as_str())
                .collect();
            assert_eq!(found, [pointer], "{object}");
        }
        read(json!({"context": context, "type": "text"}));
        read(json!({"context": "a", "selector": "b", "type": "c"}));
    }

    #[test]
    fn reports_an_invalid_expression_at_its_pointer() {
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
    fn converts_pointer_selectors_to_expressions() {
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
    fn rejects_deep_nesting() {
        let mut value = json!("$inputs.a");
        for _ in 0..1000 {
            value = json!([value]);
        }
        let mut reader = Reader::default();
        reader.template(&value, "");
        assert_eq!(reader.findings.len(), 1);
    }
}
